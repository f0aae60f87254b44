"""ci/run and ci/test: set up once and only when all is there, run in order, say what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COREUTILS = ("basename", "bash", "cp", "cut", "dirname", "env", "grep", "mkdir", "rm", "true")

# The stages of ci/test, and the program that each runs.
STAGES = [
    ("lint", "ruff"),
    ("format", "ruff"),
    ("rooms", "lint-imports"),
    ("shell", "shellcheck"),
    ("types", "mypy"),
    ("workflow", "zizmor"),
    ("locks", "python"),
    ("build", "course"),
    ("check", "course"),
    ("tests", "pytest"),
    ("lessons", "course"),
]

# A Python that keeps a diary. Making an environment puts it, and every command of the course, there;
# installing succeeds unless PIP_FAILS; anything else is done by a real Python.
PYTHON = f"""#!/bin/sh
echo "python $*" >> "$DIARY"
case "$*" in
  *ensurepip*) exit ${{NO_VENV:-0}} ;;
  "-m venv"*)
    mkdir -p .venv/bin
    cp "$STUBS"/* .venv/bin/ ;;
  "-m pip"*) exit ${{PIP_FAILS:-0}} ;;
  "ci/lock --check") ;;
  *) exec "{sys.executable}" "$@" ;;
esac
"""
COMMAND = """#!/bin/sh
echo "${0##*/} $*" >> "$DIARY"
[ "${0##*/} $*" != "${FAILING-}" ]
"""
ADMINISTRATOR = """#!/bin/sh
echo "apt-get $*" >> "$DIARY"
exit ${APT_FAILS:-0}
"""


class Machine:
    """A machine with almost nothing on it, and a copy of the scripts in a folder with a blank."""

    def __init__(self, folder: Path):
        self.project = folder / "a course"
        self.programs = folder / "programs"
        self.stubs = folder / "stubs"
        self.diary = folder / "diary"
        for path in (self.programs, self.stubs, self.project / "ci/locks"):
            path.mkdir(parents=True)
        for name in ("run", "test", "lib.sh"):
            shutil.copy(ROOT / "ci" / name, self.project / "ci" / name)
        for name in ("ci/locks/build.txt", "ci/locks/test.txt", "pyproject.toml"):
            (self.project / name).write_text("# nothing\n", encoding="utf-8")
        for name in COREUTILS:
            (self.programs / name).symlink_to(shutil.which(name))
        for name, text in (
            ("python", PYTHON),
            *((name, COMMAND) for name in {stage[1] for stage in STAGES} - {"python"}),
        ):
            self.script(self.stubs / name, text)
        self.has("python3.11", PYTHON)
        self.has("chromium", COMMAND)
        self.has("fc-list", "#!/bin/sh\necho Some Chinese Font\n")

    def script(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def has(self, name: str, text: str) -> None:
        self.script(self.programs / name, text)

    def lacks(self, name: str) -> None:
        (self.programs / name).unlink()

    def call(
        self, script: str, *arguments: str, shell: str = "bash", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a script of ci/ from elsewhere; the diary starts anew."""
        self.diary.write_text("", encoding="utf-8")
        return subprocess.run(
            [shell, self.project / "ci" / script, *arguments],
            cwd=self.programs,
            env={
                "PATH": str(self.programs),
                "DIARY": str(self.diary),
                "STUBS": str(self.stubs),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def did(self, start: str) -> list[str]:
        return [
            line for line in self.diary.read_text("utf-8").splitlines() if line.startswith(start)
        ]


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


def last_line(text: str) -> str:
    return text.rstrip().splitlines()[-1]


def test_run_installs_with_hashes_then_makes_the_site(machine):
    result = machine.call("run", "--lang", "en")
    assert result.returncode == 0, result.stderr
    packages, project = machine.did("python -m pip")
    assert "--require-hashes -r ci/locks/build.txt" in packages
    assert "--no-deps --no-build-isolation -e ." in project
    assert machine.did("course") == ["course site --out build/site --lang en"]


@pytest.mark.parametrize("script", ["run", "test"])
def test_script_called_with_sh_is_run_by_bash(machine, script):
    result = machine.call(script, shell=shutil.which("dash") or shutil.which("sh"))
    assert result.returncode == 0, result.stderr


def test_second_run_sets_nothing_up(machine):
    machine.call("run")
    assert machine.call("run").returncode == 0
    assert not machine.did("python -m")
    assert machine.did("course")


@pytest.mark.parametrize("name", ["ci/locks/build.txt", "pyproject.toml"])
def test_changed_lock_or_project_is_set_up_anew(machine, name):
    machine.call("run")
    (machine.project / name).write_text("# something\n", encoding="utf-8")
    machine.call("run")
    assert machine.did("python -m venv --clear")


def test_moved_folder_is_set_up_anew(machine):
    # Scripts in .venv/bin and the installed project hold the path.
    machine.call("run")
    machine.project = machine.project.rename(machine.project.with_name("elsewhere"))
    machine.call("run")
    assert machine.did("python -m venv --clear")


def test_interrupted_set_up_is_not_trusted(machine):
    result = machine.call("run", PIP_FAILS="1")
    assert result.returncode == 2
    assert "could not be installed" in last_line(result.stderr)
    assert not machine.did("course")
    assert machine.call("run").returncode == 0
    assert machine.did("python -m venv --clear")


@pytest.mark.parametrize("linked", [False, True])
def test_an_environment_of_somebody_else_is_left_alone(machine, linked):
    theirs = machine.project / ("elsewhere" if linked else ".venv")
    theirs.mkdir()
    (theirs / "notes.txt").write_text("mine", encoding="utf-8")
    if linked:
        (machine.project / ".venv").symlink_to(theirs)
    result = machine.call("run")
    assert result.returncode == 2
    assert "was not made by ci/run or ci/test" in last_line(result.stderr)
    assert not machine.did("python -m venv")
    assert [path.name for path in theirs.iterdir()] == ["notes.txt"]


def test_test_adds_to_what_run_made_and_run_is_content_with_it(machine):
    machine.call("run")
    assert machine.call("test").returncode == 0
    assert not machine.did("python -m venv")
    assert "-r ci/locks/test.txt" in machine.did("python -m pip")[0]
    machine.call("run")
    assert not machine.did("python -m")


def test_too_old_python_is_passed_over(machine):
    machine.has("python3.11", "#!/bin/sh\nexit 1\n")
    machine.has("python3", PYTHON)
    result = machine.call("run")
    assert result.returncode == 0, result.stderr
    assert "(python3)" in result.stdout


def test_missing_python_is_one_line(machine):
    machine.lacks("python3.11")
    result = machine.call("run")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "Python 3.11 to 3.14 is needed" in result.stderr


def test_missing_venv_module_is_one_line(machine):
    result = machine.call("run", NO_VENV="1")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "apt-get install python3-venv" in result.stderr


def test_folder_that_cannot_be_written_is_one_line(machine):
    (machine.project / "build").write_text("in the way, for root too", encoding="utf-8")
    result = machine.call("run")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "cannot write in" in result.stderr


def test_font_and_browser_come_from_debian(machine):
    machine.lacks("chromium")
    machine.has("apt-get", ADMINISTRATOR)
    machine.has("sudo", '#!/bin/sh\nshift\nexec "$@"\n')
    result = machine.call("test")
    assert result.returncode == 0, result.stderr
    assert machine.did("apt-get install")[0].endswith("chromium")


@pytest.mark.parametrize("has_apt", [True, False])
def test_without_browser_test_stops_before_any_stage_and_says_what_to_install(machine, has_apt):
    machine.lacks("chromium")
    if has_apt:
        machine.has("apt-get", ADMINISTRATOR)
        machine.has("sudo", "#!/bin/sh\nexit 1\n")
    result = machine.call("test", APT_FAILS="100")
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert "please install" in result.stderr
    assert "chromium" in result.stderr
    assert not machine.did("ruff")
    assert machine.call("run").returncode == 0, "a reader needs no browser of ours"


def test_stages_run_in_order_and_are_counted(machine):
    result = machine.call("test")
    assert result.returncode == 0, result.stdout + result.stderr
    assert last_line(result.stdout) == f"{len(STAGES)} passed, 0 failed"
    did = [line.split()[0] for line in machine.did("")]
    assert did[-len(STAGES) :] == [command for _name, command in STAGES]


def test_first_failing_stage_is_the_last(machine):
    result = machine.call("test", FAILING="course build --check")
    assert result.returncode == 1
    assert last_line(result.stdout) == "7 passed, 1 failed"
    assert "-- build FAILED" in result.stdout
    assert not machine.did("pytest")


def test_one_stage_takes_arguments(machine):
    result = machine.call("test", "--only", "tests", "-k", "two words")
    assert last_line(result.stdout) == "1 passed, 0 failed"
    (called,) = machine.did("pytest")
    assert called.endswith(" -k two words")
    assert not machine.did("ruff")


def test_list_names_the_stages_and_sets_nothing_up(machine):
    result = machine.call("test", "--list")
    assert result.stdout.split() == [name for name, _command in STAGES]
    assert not machine.did("python")


@pytest.mark.parametrize("arguments", [["--only"], ["--only", "testing"], ["-k", "x"], ["tests"]])
def test_unknown_argument_is_refused_with_the_names(machine, arguments):
    result = machine.call("test", *arguments)
    assert (result.returncode, len(result.stderr.splitlines())) == (2, 1)
    assert " ".join(name for name, _command in STAGES) in result.stderr
