"""One bad file is one line, with its path and the place in it; what does not need the file runs."""

from __future__ import annotations

import re
import shutil
import sys

import pytest

from digigov import i18n
from digigov.course import cli
from digigov.course.errors import CourseError
from digigov.course.lessons import STAND_INS, Lesson, find_lesson
from digigov.course.runs import expectations
from digigov.course.runs.execution import execute
from digigov.course.runs.run import EXERCISE_SETS, REFERENCE, Run
from digigov.parameters import ParameterError

CONFLICT = b"\n<<<<<<< HEAD\n"
COURSE, GLOSSARY = "notebooks/course.yml", "notebooks/source/glossary.yml"
LESSON, EXERCISE = "notebooks/source/04_coverage", "exercises/source/04_coverage"
OWN, EXPECTED = "locale/coverage.zh.po", "ci/expected/04_coverage.yml"


def conflict(content):
    return content.replace(b"\n", CONFLICT, 1)


def not_utf8(content):
    return content.replace(b"\n", b"\n\xff\xfe\n", 1)


def instead(new):
    return lambda _content: new


def without(old, new=b""):
    def change(content):
        assert old in content
        return content.replace(old, new, 1)

    return change


def in_first_code(code):
    begin = b'\n# %% tags=["begin"]\n'
    return without(begin, begin + code + b"\n")


CHECK, BUILD, MESSAGES, LIST = "check", "build --check 04", "messages 04", "list"
DAMAGES = [
    *(
        (name, damage, command, said)
        for damage, said in (
            (conflict, r"{}: line \d+: "),
            (not_utf8, r"{}: line 2: not UTF-8"),
            (None, r"{}: Is a directory"),
        )
        for name, commands in (
            (f"{LESSON}.zh.po", (CHECK, BUILD, MESSAGES)),
            (f"{EXERCISE}.zh.po", (BUILD, MESSAGES)),
            (f"{LESSON}.py", (CHECK, BUILD, MESSAGES)),
            (f"{EXERCISE}.py", (BUILD,)),
            (OWN, (MESSAGES,)),
        )
        for command in commands
    ),
    (f"{EXERCISE}.py", in_first_code(b"import numpy as"), BUILD, r"{}: cell \d+, line \d+: inv"),
    (f"{EXERCISE}.py", in_first_code(b"if True:"), CHECK, r"{}: cell \d+, line \d+: exp"),
    (COURSE, conflict, LIST, r"{}: line \d+: "),
    (COURSE, not_utf8, LIST, r"{}: "),
    (COURSE, instead(b""), LIST, r"{}: it is empty"),
    (COURSE, instead(b"- a\n"), LIST, r"{}: the file: .* is not of type 'object'"),
    (COURSE, without(b"    title: "), LIST, r"{}"),
    (COURSE, without(b"    slug: "), CHECK, r"{}"),
    (COURSE, without(b"    parameters:\n", b"    parameters: []\n    sets:\n"), BUILD, r"{}"),
    (GLOSSARY, conflict, CHECK, r"{}: line \d+: "),
    (GLOSSARY, instead(b"en: portal\n"), CHECK, r"{}: the file: .* is not of type 'array'"),
    (GLOSSARY, instead(b"- en: portal\n"), CHECK, r"{}: 1: 'zh' is missing"),
]


@pytest.fixture
def bad(course_copy, monkeypatch, clear_caches):
    """Damage one file of a course whose gates look at lesson 04 alone; gives its path."""
    shutil.copytree(i18n.LOCALE_DIR, course_copy / "locale")
    monkeypatch.setattr(i18n, "LOCALE_DIR", course_copy / "locale")
    monkeypatch.setattr(cli, "finished_lessons", lambda: (find_lesson("04"),))
    monkeypatch.setattr("digigov.course.data.gate.check_datasets", list)

    def damage(name, change):
        path = course_copy / name
        content = path.read_bytes()
        if change is None:
            path.unlink()
            path.mkdir()
        else:
            path.write_bytes(change(content))
        clear_caches()
        return path

    yield damage
    expectations.expectations.cache_clear()


def said_by(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["course", *words.split()])
    # These are for a process of the command's own, which this is not.
    monkeypatch.setattr(cli, "end_in_order", lambda: None)
    monkeypatch.setattr(cli, "work_in_a_folder_of_its_own", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (1, 2)
    return "".join(capsys.readouterr())


@pytest.mark.parametrize(("name", "change", "command", "said"), DAMAGES)
def test_bad_file_is_one_line_with_its_path_and_place(
    bad, monkeypatch, capsys, name, change, command, said
):
    path = bad(name, change)
    lines = said_by(command, monkeypatch, capsys).splitlines()
    # The colon that ends the path stands in what is looked for.
    wanted = re.compile(said.format(re.escape(str(path))))
    assert [line for line in lines if wanted.search(line)], lines
    if command == CHECK:
        assert "datasets: no problems" in lines  # the last gate, which does not need the file


@pytest.mark.parametrize(
    "change",
    [conflict, not_utf8, None, in_first_code(b"import numpy as"), in_first_code(b"%%bash\nls )(")],
    ids=["conflict", "not_utf8", "folder", "syntax", "magic"],
)
def test_exercise_that_cannot_be_read_fails_its_own_run(bad, change):
    path = bad(f"{EXERCISE}.py", change)
    outcome = execute(Run(find_lesson("04"), "en", REFERENCE, {}))
    record, notebook = outcome.record, outcome.notebook
    assert record.status == "failed"
    assert record.problems[0].startswith(f"{path}: ")
    assert notebook.cells == []


@pytest.mark.parametrize(
    "change",
    [conflict, not_utf8, instead(b""), instead(b"- a\n"), without(b"results:"), without(b"value:")],
)
def test_expectations_that_cannot_be_read_are_named(bad, change):
    path = bad(EXPECTED, change)
    with pytest.raises((CourseError, ParameterError), match=re.escape(f"{path}: ")):
        expectations.expectations("04_coverage")


def test_exercise_in_conflict_with_its_translation_costs_its_own_runs_alone(
    bad, monkeypatch, capsys, tmp_path
):
    # As a merge leaves both. Without sets of parameters, only the exercises run.
    monkeypatch.setattr(Lesson, "parameter_sets", lambda _lesson: {})
    po = bad(f"{EXERCISE}.zh.po", conflict)
    notebook = bad("exercises/zh/04_coverage.ipynb", conflict)
    try:
        said = said_by(f"verify 04 --sets all --store {tmp_path / 'runs'}", monkeypatch, capsys)
    finally:
        STAND_INS.clear()
    *failed, edited = [line for line in said.splitlines() if line.startswith(("course:", "✗"))]
    assert f"{notebook.relative_to(tmp_path)} is edited, and what its source gives is " in edited
    assert f"{po}: line " in edited
    assert {line.partition(": ")[0] for line in failed} == {
        f"✗ 04_coverage · zh · {name}" for name in EXERCISE_SETS
    }
    rows = [re.findall(r"\w+", line)[:5] for line in said.splitlines() if "04_coverage │" in line]
    assert rows == [["04_coverage", "en", "2", "2", "0"], ["04_coverage", "zh", "2", "0", "2"]]
