"""Every command that a guide or a README names is one that works as it is written."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from digigov.course import cli
from digigov.course.publish.assignment import instructions
from digigov.course.publish.release.write import INSTRUCTOR, start_page
from digigov.i18n import LANGUAGES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guides").glob("*.md"))]
TEXTS = {path.name: path.read_text("utf-8") for path in PAGES}
TEXTS["assignments"] = instructions("04_coverage_en")
TEXTS |= {f"release, {lang}": start_page(lang, INSTRUCTOR, "0.1.0") for lang in LANGUAGES}

COMMAND = re.compile(
    r"(\.venv/bin/)?(course|python3?(\.11)?|nbgrader|pytest|papermill|git|ssh-keygen) [^.]|"
    r"(bash )?ci/(run|test|lock|bench|classroom)\b|[A-Z_]+=\S+ \S|source |cd "
)
"""How what is meant to be typed begins, where it stands in a line of prose."""


def commands(text):
    """What a page tells its reader to type."""
    blocks = re.findall(r"^```bash\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    spans = [span for span in re.findall(r"`([^`\n]+)`", prose) if COMMAND.match(span)]
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [*filter(None, lines), *spans]


NAMED = sorted({(page, command) for page, text in TEXTS.items() for command in commands(text)})

ELSEWHERE = {
    "bash ci/run": "test_setup",
    "bash ci/test": "test_setup",
    "ci/test": "test_setup",
    "bash ci/test --list": "test_setup",
    "bash ci/test --only tests": "test_setup",
    "ci/bench": "takes a quarter of an hour of an idle machine; test_bench has its steps",
    "ci/classroom": "takes twenty minutes; test_classroom opens what it measures",
    "python ci/lock": "asks the package registry; test_locks has its checks",
    "python ci/lock --check": "stage locks",
    "python ci/perturb.py": "takes an hour; test_datasets has its changes",
    "papermill --engine warm": "test_pool",
    "DIGIGOV_ARTICLE=article.txt pytest ci/tests/library/test_text_passages.py": "test_text_passages",
    "python3.11 -m venv grading": "environments.environment, in test_assignment",
    "source grading/bin/activate": "the PATH that test_assignment sets",
    "python -m pip install --require-hashes -r ci/locks/nbgrader.txt": "environments.environment",
    "python -m pip install --no-deps --no-build-isolation -e .": "test_setup; ci/lib.sh",
    "python3.11 -m venv .venv": "test_setup; ci/lib.sh",
    ".venv/bin/python -m pip install --require-hashes -r ci/locks/learner.txt": "ci/lock --try",
    ".venv/bin/python -m pip install --no-deps --no-build-isolation -e .": "test_setup; ci/lib.sh",
}
"""Where a command that is not the course's own is executed, or why it is not executed here."""


def test_pages_name_commands():
    assert {page for page, _command in NAMED} == TEXTS.keys()
    assert len(NAMED) > 50


@pytest.mark.parametrize(("page", "command"), NAMED)
def test_documented_command_is_one_that_exists(page, command):
    if command in ELSEWHERE:
        return
    program, *words = shlex.split(command.removeprefix(".venv/bin/"))
    if program == "course":
        takes(words)
    elif program == "nbgrader":
        assert words[0] in {"generate_assignment", "autograde", "generate_feedback"}
    else:
        # Signing and its settings: with keys of its own in test_release.
        assert program in {"git", "ssh-keygen"}, f"{page} names {command}, which nothing executes"


def takes(words):
    """Have the command line read some words as it would, without doing what they ask for."""
    app = typer.main.get_command(cli.app)
    if words == ["--help"]:
        return
    name, *rest = words
    command = app.commands[name]
    command.make_context(name, rest, parent=typer.Context(app, info_name="course"))


EXECUTED = [
    "course params 14",
    "course run 14 -p province Qinghai -p minutes 30 --lang zh",
    "course run 20 -p text_path report.txt -p out audit",
    "course assignment 14",
    "course instructor 14",
]


def test_what_is_executed_here_is_documented():
    documented = {command.removeprefix(".venv/bin/") for _page, command in NAMED}
    assert set(EXECUTED) <= documented


@pytest.mark.parametrize("command", EXECUTED)
def test_documented_command_works_in_any_folder(command, tmp_path):
    # The reader's own text, as the guide for learners names it.
    (tmp_path / "report.txt").write_text("2023年末有用户10亿人，比上年增长5%。\n", "utf-8")
    program, *words = shlex.split(command)
    assert program == "course"
    if words[0] != "params":
        words += ["--out", str(tmp_path / "out")]  # and not where the course keeps what it makes
    done = subprocess.run(
        [sys.executable, "-m", "digigov.course.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    if "-p out audit" in command:
        assert (tmp_path / "audit" / "audit.csv").is_file()
