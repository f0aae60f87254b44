"""The command ``course``: what it accepts, what it refuses, and how it says so."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from digigov.course import cli
from digigov.course.errors import CourseError
from digigov.course.lessons import Lesson, find_lesson
from digigov.course.publish import environments, fonts, images
from digigov.course.runs import execution
from digigov.data import project_root


@pytest.fixture
def course(monkeypatch, capsys):
    """Run the command in this process; exit code, standard output, standard error."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["course", *words])
        monkeypatch.setenv("COLUMNS", "160")
        # These are for a process of the command's own, which this is not.
        monkeypatch.setattr(cli, "end_in_order", lambda: None)
        monkeypatch.setattr(cli, "work_in_a_folder_of_its_own", lambda: None)
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        captured = capsys.readouterr()
        return stopped.value.code or 0, captured.out, captured.err

    return run


@pytest.fixture
def nothing_runs(monkeypatch):
    """Fail the test if papermill is started."""

    def started(*_arguments, **_options):
        raise AssertionError("papermill was started")

    monkeypatch.setattr(execution.papermill, "execute_notebook", started)


def test_list_shows_every_lesson_in_both_languages(course):
    code, out, _err = course("list")
    assert code == 0
    assert "fifteen_minutes" in out
    assert "广东" in out
    assert all(f" {number:02} " in out for number in range(1, 21))


@pytest.mark.parametrize(
    "name", ["14", "fifteen_minutes", "14_fifteen_minutes", "fifteen", "十五分钟"]
)
def test_lesson_is_found_by_number_slug_and_part_of_its_title(course, name):
    code, out, _err = course("params", name)
    assert code == 0
    assert "minutes" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["params", "fiften_minutes"], "did you mean 'fifteen_minutes'?"),
        (["params", "99"], "lesson '99' is not known"),
        (["params", ""], "lesson '' is not known"),
        (["params", "a"], "fits several"),
        (["run", "14", "-p", "minuts", "20"], "did you mean 'minutes'?"),
        (["run", "14", "-p", "minutes", "90"], "minutes = 90 is out of range: 5 to 60"),
        (["run", "14", "-p", "minutes", "soon"], "minutes = 'soon' must be"),
        (["run", "14", "-p", "minutes"], "takes a NAME and a VALUE"),
        (["run", "14", "-p", "minutes", "20", "-p", "minutes", "30"], "given twice"),
        (["run", "14", "-p", "lang", "fr"], "lang = 'fr' is not allowed"),
        (["run", "14", "--lang", "zh", "-p", "lang", "en"], "contradict each other"),
        (["run", "14", "--parameter=minutes"], "takes a NAME and a VALUE"),
        (["run", "14", "--parameter=minutes=90"], "minutes = 90 is out of range: 5 to 60"),
        (["run", "14", "-pminuts=20"], "did you mean 'minutes'?"),
        (["verify", "14", "nonsense"], "'nonsense' is not known"),
        (["messages", "nonsense"], "'nonsense' is not known"),
    ],
)
def test_bad_input_stops_in_one_line_before_anything_runs(course, nothing_runs, words, said):
    code, _out, err = course(*words)
    assert code == 2
    assert said in err
    assert err.startswith("course: ")
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["run", "14", "--lang", "fr"],
        ["verify", "--sets", "some"],
        ["verify", "--jobs", "0"],
        ["verify", "--jobs", "two"],
        ["run", "14", "--minutes", "20"],
        ["run"],
        ["nonsense"],
    ],
)
def test_bad_option_is_refused(course, nothing_runs, words):
    code, _out, _err = course(*words)
    assert code == 2


def test_run_is_refused_before_work_is_lost_if_it_cannot_be_written(course, nothing_runs, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, _out, err = course("run", "14", "--out", str(blocked / "folder"))
    assert code == 2
    assert "cannot write to" in err


NEED_MORE_PACKAGES = {
    "assignment": ["04"],
    "build": ["--check"],
    "check": [],
    "classroom": [],
    "instructor": ["04"],
    "messages": ["04"],
    "release": ["0.1.0"],
    "site": [],
    "slides": ["04"],
    "verify": ["04", "--sets", "all"],
}
"""Commands that a learner's environment cannot do, each with words that would make it begin."""


@pytest.mark.parametrize("command", NEED_MORE_PACKAGES)
def test_command_says_which_packages_it_lacks_before_it_does_anything(
    command, course, nothing_runs, monkeypatch, tmp_path
):
    monkeypatch.chdir(tmp_path)
    lacks = {"jupytext"}
    monkeypatch.setattr(environments, "_installed", lambda package: package not in lacks)
    code, _out, err = course(command, *NEED_MORE_PACKAGES[command])
    assert code == 2
    assert err.strip() == (
        "course: this needs packages that are not installed: jupytext; in a clone of the course: "
        f"python -m pip install --require-hashes -r ci/locks/{lock_of(command)}.txt"
    )
    assert not list(tmp_path.iterdir())


def lock_of(command):
    return "test" if command == "release" else "build"


def test_scheduler_needs_the_packages_of_a_cluster(course, nothing_runs, monkeypatch):
    monkeypatch.setattr(environments, "_installed", lambda package: package != "distributed")
    code, _out, err = course("verify", "04", "--scheduler", "tcp://127.0.0.1:1")
    assert code == 2
    assert "not installed: distributed; " in err


def test_each_command_is_one_of_the_learner_or_says_what_it_lacks():
    commands = {command.name for command in cli.app.registered_commands}
    assert commands - NEED_MORE_PACKAGES.keys() == {"files", "lab", "list", "params", "run"}


def test_the_files_of_a_lesson_are_all_there(course):
    """And none that is named after it is left out."""
    code, out, _err = course("files", "14")
    assert code == 0
    listed = {line.strip() for line in out.splitlines() if line.startswith("  ")}
    root = project_root()
    assert "notebooks/course.yml" in listed
    assert all((root / name).is_file() for name in listed)
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=root, capture_output=True, text=True, check=True
    )
    assert {name for name in tracked.stdout.split() if "fifteen_minutes" in name} <= listed


def test_more_cores_than_jobs_may_be_are_no_error():
    program = "import os; os.cpu_count = lambda: 128\nfrom digigov.course import cli; cli.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, "verify", "nonsense"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "lesson 'nonsense' is not known" in done.stderr


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "ascii"])
def test_output_that_cannot_show_a_sign_is_no_error(encoding):
    done = subprocess.run(
        [sys.executable, "-m", "digigov.course.cli", "list"],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"fifteen_minutes" in done.stdout


def test_help_of_every_command_says_what_it_does(course):
    for command in ("list", "params", "lab", "run", "verify", "site", "build", "check", "messages"):
        code, out, _err = course(command, "--help")
        assert code == 0
        assert len(out.split()) > 20


def test_lessons_never_import_what_builds_the_course():
    program = (
        "import sys, digigov, digigov.exercises.coverage, digigov.models.coverage\n"
        "sys.exit(any(name.startswith('digigov.course') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_lesson_that_is_only_planned_is_refused_with_those_that_are_written(monkeypatch):
    monkeypatch.setattr(Lesson, "finished", property(lambda lesson: lesson.number != "01"))
    with pytest.raises(CourseError, match="lesson 01_statistic is not written yet; written: 02"):
        find_lesson("01")


@pytest.mark.parametrize("command", ["site", "slides", "instructor", "classroom"])
@pytest.mark.parametrize("place", [".", "notebooks", "exercises/en"])
def test_no_edition_is_written_over_the_course_itself(command, place, course, monkeypatch):
    monkeypatch.chdir(project_root())
    code, _out, err = course(command, "--out", place)
    assert code == 2
    assert err.strip() == f"course: {place} holds the course itself; choose another place"


@pytest.mark.parametrize("command", ["site", "slides", "instructor", "classroom", "assignment"])
def test_a_file_is_no_folder_for_an_edition(command, course, tmp_path):
    file = tmp_path / "thesis.tex"
    file.write_text("mine")
    words = ["04"] if command == "assignment" else []
    code, _out, err = course(command, *words, "--out", str(file))
    assert code == 2
    assert err.strip() == f"course: cannot write to {file}: it is not a folder"
    assert file.read_text() == "mine"


def test_report_that_cannot_be_written_is_refused_before_anything_runs(
    course, nothing_runs, tmp_path
):
    (tmp_path / "file").write_text("")
    report = tmp_path / "file" / "report.json"
    code, _out, err = course(
        "verify", "01", "--store", str(tmp_path / "s"), "--report", str(report)
    )
    assert code == 2
    assert "cannot write to" in err


def places_of(command, *words):
    """What the options of a command that name a folder are, given some words."""
    app = typer.main.get_command(cli.app)
    with app.commands[command].make_context(
        command, [*words], parent=typer.Context(app, info_name="course")
    ) as context:
        return {name: one for name, one in context.params.items() if isinstance(one, Path)}


FILLING = {
    "run": "out",
    "verify": "store",
    "site": "out",
    "instructor": "out",
    "classroom": "out",
    "assignment": "out",
    "slides": "out",
    "release": "out",
}


@pytest.mark.parametrize("command", FILLING)
def test_a_folder_that_nobody_named_is_the_courses_own_and_a_named_one_the_callers(
    command, tmp_path, monkeypatch
):
    words = ["04"] if command in ("run", "assignment") else []
    for caller in (tmp_path, project_root() / "notebooks"):
        monkeypatch.chdir(caller)
        (own,) = places_of(command, *words).values()
        assert own.is_absolute()
        assert own.is_relative_to(project_root())
        named = places_of(command, *words, f"--{FILLING[command]}", "mine")
        assert named == {FILLING[command]: Path("mine")}
    monkeypatch.chdir(project_root())
    assert not next(iter(places_of(command, *words).values())).is_absolute()


def test_every_command_with_a_folder_that_need_not_be_named_is_in_the_table():
    app = typer.main.get_command(cli.app)
    assert {
        command: option.name
        for command, one in app.commands.items()
        for option in one.params
        if isinstance(option.default, Path)
    } == FILLING


def test_caches_are_the_courses_own():
    assert images.IMAGES.is_relative_to(project_root())
    assert fonts.FOLDER.is_relative_to(project_root())


def test_a_library_without_its_lessons_says_so(course, monkeypatch, elsewhere):
    monkeypatch.chdir(elsewhere)
    for command in typer.main.get_command(cli.app).commands.keys() - set(cli.WITHOUT_LESSONS):
        words = ["04"] if command in ("run", "assignment", "params") else []
        code, _out, err = course(command, *words)
        assert (code, err.strip().count("\n")) == (2, 0)
        assert "without the lessons" in err
        assert course(command, "--help")[0] == 0
    assert not list(elsewhere.iterdir())


def test_a_folder_that_is_gone_is_named_as_the_reason(course, monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert course("verify", "01") == (
        2,
        "",
        "course: the folder that you are in is gone; cd to another one\n",
    )


def test_ctrl_c_while_the_command_is_imported_is_one_line(tmp_path):
    (tmp_path / "digigov").mkdir()
    (tmp_path / "digigov" / "__init__.py").write_text(
        "import os, signal, time\n"
        "try:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(60)\n"
        "except BaseException:\n"
        "    raise ImportError('as an extension says it')\n"
    )
    source = str(project_root() / "src" / "digigov_command.py")
    program = (  # what a shell starts in the background ignores Ctrl-C, and so would this
        "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"runpy.run_path({source!r})['main']()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (130, "course: interrupted")
    project = tomllib.loads((project_root() / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["scripts"] == {"course": "digigov_command:main"}


def test_ctrl_c_in_a_command_is_one_line(course, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "lessons", interrupted)
    assert course("list") == (130, "", "course: interrupted\n")
