"""The locks: consistent, complete for a learner, and ci/lock --check sees what would break them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GROUPS = ("learner", "build", "test")


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, folder / "ci/lock", "--check"], capture_output=True, text=True, check=False
    )


@pytest.fixture
def project(tmp_path):
    """A copy of what ci/lock reads."""
    (tmp_path / "ci").mkdir()
    shutil.copytree(ROOT / "ci/locks", tmp_path / "ci/locks")
    for name in ("ci/lock", "pyproject.toml", "environment.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def edit(path: Path, pattern: str, replacement: str) -> None:
    text, count = re.subn(
        pattern, replacement, path.read_text("utf-8"), count=1, flags=re.MULTILINE
    )
    assert count, f"{pattern} is not in {path.name}"
    path.write_text(text, encoding="utf-8")


def test_pyproject_locks_and_environment_agree():
    result = check(ROOT)
    assert result.returncode == 0, result.stderr


ALL_HASHES = r"(?: \\\n    --hash=\S+)+"


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "message"),
    [
        pytest.param(
            "pyproject.toml",
            r"^dependencies = \[$",
            'dependencies = [\n    "nosuchthing>=1",',
            "learner.txt: holds nothing, pyproject.toml asks for nosuchthing>=1",
            id="dependency-added",
        ),
        pytest.param(
            "pyproject.toml",
            r'"pandas>=3\.1"',
            '"pandas>=99"',
            "pyproject.toml asks for pandas>=99",
            id="requirement-raised",
        ),
        pytest.param(
            "pyproject.toml",
            r'"pandas>=3\.1"',
            '"pandas>=3.0"',
            "older than pyproject.toml's dependencies",
            id="requirement-lowered",
        ),
        pytest.param(
            "pyproject.toml",
            r'"hatchling"',
            '"setuptools"',
            "build.txt: holds nothing, pyproject.toml asks for setuptools",
            id="build-system-changed",
        ),
        pytest.param(
            "ci/locks/learner.txt",
            r"^pandas==\S+",
            "pandas==3.99.0",
            "learner.txt: pandas==3.99.0 is not, or not with the same hashes, in ci/locks/build.txt",
            id="pin-edited",
        ),
        pytest.param(
            "ci/locks/test.txt",
            r"^iniconfig==\S+",
            "iniconfig==0.1.0",
            "test.txt: edited by hand",
            id="pin-only-in-the-last-lock-edited",
        ),
        pytest.param(
            "ci/locks/build.txt",
            rf"^(tqdm==\S+){ALL_HASHES}",
            r"\1",
            "build.txt: 'tqdm==",
            id="all-hashes-removed",
        ),
        pytest.param(
            "ci/locks/learner.txt",
            r"^(numpy==\S+ \\\n)    --hash=\S+ \\\n",
            r"\1",
            "not with the same hashes",
            id="one-hash-removed",
        ),
        pytest.param(
            "ci/locks/test.txt",
            r"^altair==",
            "--index-url https://example.org/simple\naltair==",
            "test.txt: not a pinned package: '--index-url",
            id="address-added",
        ),
        pytest.param(
            "ci/locks/test.txt",
            r"^altair==",
            "altair>=",
            "is not pinned with ==",
            id="range-instead-of-pin",
        ),
        pytest.param(
            "environment.yml",
            r"- numpy==\S+",
            "- numpy==1.0",
            "environment.yml: differs",
            id="environment-edited",
        ),
        pytest.param(
            "environment.yml",
            r"\n +- -e \.\n",
            "\n",
            "environment.yml: differs",
            id="project-left-out",
        ),
    ],
)
def test_check_refuses(project, name, pattern, replacement, message):
    edit(project / name, pattern, replacement)
    result = check(project)
    assert result.returncode == 1
    assert message in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "name", [*(f"ci/locks/{group}.txt" for group in GROUPS), "environment.yml"]
)
def test_check_refuses_a_missing_file(project, name):
    (project / name).unlink()
    result = check(project)
    assert result.returncode == 1
    assert name in result.stderr


@pytest.mark.parametrize("git", [True, False], ids=["in git", "without git"])
@pytest.mark.parametrize("name", ["ci/locks/learner.txt", "environment.yml"])
def test_lock_resolves_nothing_before_it_names_an_edited_file(
    name, git, project, monkeypatch, capsys
):
    if git:
        one = ["git", "-C", project, "-c", "user.name=a", "-c", "user.email=a@b.c"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "locks"]):
            subprocess.run([*one, *words], check=True)
    loader = SourceFileLoader("lock", str(project / "ci" / "lock"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    done = []
    for step in ("lock", "check", "try_environment"):
        monkeypatch.setattr(module, step, lambda step=step, **_: done.append(step))
    monkeypatch.setattr(sys, "argv", ["ci/lock"])
    assert module.main() == 0
    (project / name).write_text((project / name).read_text("utf-8") + "# mine\n", "utf-8")
    assert module.main() == 1
    assert len(done) == 3
    assert f"{name}: edited by hand" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["ci/lock", "--force"])
    assert module.main() == 0


def test_environment_file_is_what_conda_reads():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, section = environment["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert section["pip"][-1] == "-e ."
    assert any(line.endswith("; os_name == 'nt'") for line in section["pip"]), (
        "Windows needs markers"
    )


def pinned_names(group: str) -> set[str]:
    lines = (ROOT / f"ci/locks/{group}.txt").read_text("utf-8").splitlines()
    return {line.partition("==")[0] for line in lines if "==" in line and line[0].isalnum()}


REFUSE_AND_IMPORT = """
import importlib, pkgutil, re, sys
from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions

refused = {name.lower() for name in sys.argv[1:]}
foreign = {
    module
    for module, packages in packages_distributions().items()
    if all(re.sub("[-_.]+", "-", package).lower() in refused for package in packages)
}
assert {"pytest", "hypothesis"} <= foreign, foreign


class Rest(PathFinder):
    @classmethod
    def find_spec(cls, name, *where):
        return None if name.partition(".")[0] in foreign else super().find_spec(name, *where)


# Not None in sys.modules: scipy takes Sphinx's name there for Sphinx.
sys.meta_path[sys.meta_path.index(PathFinder)] = Rest
import digigov
for module in pkgutil.walk_packages(digigov.__path__, "digigov."):
    if not module.name.startswith("digigov.course."):
        importlib.import_module(module.name)
# What the learner's commands import; the others say what they lack, see test_cli.
import digigov.course.cli, digigov.course.runs.execution, digigov.course.publish.series
import digigov.course.publish.pages, digigov.course.publish.release.check, digigov.course.runs.executor
import digigov.course.writing.editions
"""


def test_library_and_command_start_with_the_learners_packages_alone():
    # .venv holds all packages, so nothing else would notice an import that a learner cannot do.
    # ci/lock --try does the same for real; it needs the network.
    refused = pinned_names("test") - pinned_names("learner")
    result = subprocess.run(
        [sys.executable, "-c", REFUSE_AND_IMPORT, *refused],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
