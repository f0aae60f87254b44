"""A language is a line in a table and its PO files: shown with a third one of ten messages."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import polib
import pytest

from digigov import i18n
from digigov.i18n import LANGUAGE_TABLE, conventions
from digigov.quantities import format_count

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "digigov"

LINE = '    Language("eo", "Esperanto", "eo"),'
"""All that a translator adds to the code."""

PROGRAM = """
import json
from digigov.course.lessons import find_lesson
from digigov.course.writing.generated import generate
from digigov.course.writing.parity import parity_problems
from digigov.course.writing.syllabus import syllabus_problems
from digigov.data import load

lesson = find_lesson("04")
print(json.dumps({
    "editions": {lang: generate(lesson, lang) for lang in ("eo", "en")},
    "parity": [(one.file, one.message) for one in parity_problems([lesson])],
    "syllabus": syllabus_problems(),
    "provinces": load("provinces", "eo")["name"].tolist(),
}))
"""


@pytest.fixture
def third(course_copy):
    """Runs a program in a copy of the course and its library that have a third language."""
    package = course_copy / "src" / "digigov"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__", "_project"))
    module = package / "i18n.py"
    lines = module.read_text("utf-8").splitlines()
    table = next(
        node
        for node in ast.parse("\n".join(lines)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LANGUAGE_TABLE"
    )
    lines.insert(table.end_lineno - 1, LINE)
    module.write_text("\n".join(lines), "utf-8")

    def run(program, *words):
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                f"import sys; sys.path[0] = {str(package.parent)!r}\n{program}",
                *words,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_third_language_is_its_line_and_its_messages(third, course_copy):
    third("from digigov.course.cli import main; main()", "messages", "04")
    path = course_copy / "notebooks" / "source" / "04_coverage.eo.po"
    file = polib.pofile(str(path), wrapwidth=0)
    assert not file.translated_entries()
    prose = [entry for entry in file if entry.comment == "markdown"]
    for entry in prose[:10]:
        entry.msgstr = f"{entry.msgid} Jes."
    file.save()

    made = json.loads(third(PROGRAM))

    notebook = nbformat.reads(made["editions"]["eo"], as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["digigov"]["lang"] == "eo"
    text = "\n".join(cell.source for cell in notebook.cells)
    assert [entry.msgid for entry in prose[:10] if entry.msgstr not in text] == []
    assert 'lang = "eo"  # language of the edition' in text
    assert 'edition="eo"' in text
    assert "[English](../en/04_coverage.ipynb) · [中文](../zh/04_coverage.ipynb)" in text
    assert "[Esperanto](../eo/04_coverage.ipynb)" in made["editions"]["en"]
    # What it lacks is said in the language of the masters, and is named.
    assert f"\n{prose[11].msgid}\n" in text
    assert "Zhejiang" in made["provinces"]
    lacks = Counter((name, what) for name, what in made["parity"])
    exercise = polib.pofile(str(course_copy / "exercises" / "source" / path.name))
    hints = polib.pofile(str(course_copy / "src" / "digigov" / "locale" / "coverage.eo.po"))
    assert lacks.items() >= {
        ((path.name, "no translation"), len(file) - 10 + len(exercise)),
        (("coverage.eo.po", "no translation"), len(hints)),
        (("library.eo.po", "the translation is missing"), 1),
        ((str(path.with_name("glossary.yml")), "1: 'eo' is missing"), 1),
    }
    assert "notebooks/course.yml: title: 'eo' is missing" in made["syllabus"][0]
    assert all("'eo' is missing" in line for line in made["syllabus"])


def test_language_without_words_for_scales_prints_all_digits(monkeypatch):
    monkeypatch.setattr(i18n, "LANGUAGE_TABLE", (*LANGUAGE_TABLE, i18n.Language("eo", "", "eo")))
    assert format_count(1_374_000_000, lang="eo") == "1,374,000,000"


def test_language_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(ValueError, match=r"lang = 'fr' is not a language of this course: en, zh"):
        conventions("fr")


# ------------------------------------------------------------- no other place knows the languages

NAMED = "|".join(
    re.escape(name) for row in LANGUAGE_TABLE for name in (row.tag, row.code, row.name)
)
WHOLE = re.compile(rf"\W*(?:\w+_|_)?(?:{NAMED})\W*")
QUOTED = re.compile(rf"[\"'](?:{NAMED})[\"']")

HONEST = {
    "text/units.py": "reads Chinese texts: its words for units are Chinese",
    "course/data/relations/": "knows the columns of its tables by their names",
}
"""Places that name a language, and why."""


def languages_named(code):
    """Lines of a module that name a language, with what they say."""
    tree = ast.parse(code)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and WHOLE.fullmatch(node.attr):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            said = id(node) not in docstrings and node.value
            if said and (WHOLE.fullmatch(said) or QUOTED.search(said)):
                yield node.lineno, said


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        # What lessons say and ask of their data is their own.
        if name != "i18n.py" and not name.startswith(("models/", "exercises/", "_project/")):
            yield name, path.read_text("utf-8")


def test_languages_are_named_in_the_table_alone():
    found = {
        f"{name}:{line}: {said}" for name, code in modules() for line, said in languages_named(code)
    }
    honest = {where: {one for one in found if one.startswith(where)} for where in HONEST}
    assert sorted(found.difference(*honest.values())) == []
    assert [where for where, named in honest.items() if not named] == []


@pytest.mark.parametrize(
    "line",
    [
        'x = {"en": 1}',
        'x = "zh-CN"',
        "x = '中文'",
        "x = Language.en",
        'x = f"{column}_zh"',
        "x = table['title_zh']",
        "x = re.compile(r'edition=\"en\"')",
    ],
)
def test_a_line_that_names_a_language_is_found(line):
    assert [number for number, _said in languages_named(line)] == [1]


def test_words_that_hold_a_code_are_none():
    assert [
        *languages_named('"""In ``"en"``."""\nx = f(y.end, "when", "zheng", "in English")')
    ] == []
