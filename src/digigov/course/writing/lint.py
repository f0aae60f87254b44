"""Lint of the masters: the shape that every lesson has, and what would make one hard to follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from nbformat import NotebookNode

from digigov.checks import tasks_of
from digigov.course.errors import CourseError, Problem
from digigov.course.lessons import KINDS, Lesson
from digigov.course.notebook import tags
from digigov.course.writing.masters import read_master

CODE_LINES_AT_MOST = 15
CODE_LINES_USUALLY = 10
WORDS_USUALLY = 140
LESSON_TAGS = {
    "header": "<<header>>",
    "prerequisites": "<<prerequisites>>",
    "parameter-table": "<<parameters>>",
    "parameters": None,
    "begin": None,
    "misreading": None,
    "verdict": None,
    "recap": "<<recap>>",
    "sources": "<<sources>>",
}
EXERCISE_TAGS = {"header": "<<header>>", "parameters": None, "begin": None}
KNOWN_TAGS = {*LESSON_TAGS, "check", "results", "task", "instructor", "hide", "measured"}
TASKS = range(3, 7)
_LOADED = re.compile(r'\bload\(\s*"(\w+)"')
_CLOSING_LINE = re.compile(r"^[\s)\]},]+$")
_STRING_LINE = re.compile(r"""^\s*[)(\]]*(?:_\()?["'].*["'][,)]*\s*$""")
_NUMBER = re.compile(r"\d")


def lint(lessons: Iterable[Lesson]) -> list[Problem]:
    """Problems of the masters of some lessons."""
    found = []
    for lesson in lessons:
        masters = []
        for kind, rules in (("notebooks", LESSON_RULES), ("exercises", EXERCISE_RULES)):
            path = lesson.source(kind)
            name = f"{kind}/source/{path.name}"
            try:
                master = read_master(path)
            except CourseError as error:
                found.append(Problem(name, str(error)))
                continue
            masters.append(master)
            found += [Problem(name, text) for rule in rules for text in rule(master, lesson)]
        if len(masters) == len(KINDS):
            found += [Problem("course.yml", text) for text in _datasets_differ(lesson, masters)]
    return found


def _once_each(wanted: dict[str, str | None]) -> Callable[[NotebookNode, Lesson], Iterator[str]]:
    def rule(master: NotebookNode, _lesson: Lesson) -> Iterator[str]:
        order = [tag for cell in master.cells for tag in tags(cell) if tag in wanted]
        for tag, body in wanted.items():
            cells = [cell for cell in master.cells if tag in tags(cell)]
            if len(cells) != 1:
                yield f"the tag {tag!r} stands on {len(cells)} cells; it should stand on one"
            elif body and cells[0].source.strip() != body:
                yield f"the cell tagged {tag!r} should hold only {body}"
        if sorted(order) == sorted(wanted) and order != list(wanted):
            yield f"the tagged cells should come in the order {', '.join(wanted)}"
        for tag in {tag for cell in master.cells for tag in tags(cell)} - KNOWN_TAGS:
            yield f"the tag {tag!r} is not known; known: {', '.join(sorted(KNOWN_TAGS))}"

    return rule


def code_lines(source: str) -> int:
    """Lines of code of a cell: no blanks, comments, closing brackets, or text to be read."""
    return sum(
        1
        for line in source.splitlines()
        if line.strip()
        and not line.strip().startswith("#")
        and not _CLOSING_LINE.match(line)
        and not _STRING_LINE.match(line)
    )


def _short_cells(master: NotebookNode, _lesson: Lesson) -> Iterator[str]:
    code = [
        code_lines(cell.source)
        for cell in master.cells
        if cell.cell_type == "code"
        and not {"verdict", "results", "begin"} & set(tags(cell))
        # A cell that shows a chart is mostly its words.
        and not cell.source.startswith("show(")
    ]
    words = [len(cell.source.split()) for cell in master.cells if cell.cell_type == "markdown"]
    for number, cell in enumerate(master.cells, 1):
        if cell.cell_type == "code" and not {"verdict", "results"} & set(tags(cell)):
            lines = code_lines(cell.source)
            if lines > CODE_LINES_AT_MOST:
                first = cell.source.strip().splitlines()[0][:50]
                yield f"cell {number} ({first}) has {lines} lines; at most {CODE_LINES_AT_MOST}"
    yield from _mostly("code cells", "lines", code, CODE_LINES_USUALLY)
    yield from _mostly("Markdown cells", "words", words, WORDS_USUALLY)


def _mostly(what: str, unit: str, sizes: list[int], limit: int) -> Iterator[str]:
    """A problem if more than a fifth of the sizes are above a limit."""
    above = sum(size > limit for size in sizes)
    if above > len(sizes) / 5:
        yield f"{above} of {len(sizes)} {what} have more than {limit} {unit}; at most a fifth should"


def _predictions(master: NotebookNode, _lesson: Lesson) -> Iterator[str]:
    text = "\n".join(cell.source for cell in master.cells if cell.cell_type == "markdown")
    if text.count("**Predict:**") < 3:
        yield "a lesson asks for at least three predictions (**Predict:** …)"
    if "Try it:" not in text:
        yield "a lesson invites to change something (Try it: …)"
    if sum("instructor" in tags(cell) for cell in master.cells) < 3:
        yield "a lesson has at least three cells of notes for the instructor"


def _numbers_checked(master: NotebookNode, _lesson: Lesson) -> Iterator[str]:
    """A section whose prose states a figure has a check cell, so that no figure goes stale."""
    heading, stated, checked = "the opening", "", True
    for cell in [*master.cells, NotebookNode(cell_type="markdown", source="## ", metadata={})]:
        if cell.cell_type == "markdown" and cell.source.startswith("## "):
            if stated and not checked:
                yield f"{heading!r} states a figure ({stated!r}) but has no check cell"
            heading, stated, checked = cell.source.splitlines()[0], "", False
        if cell.cell_type == "code":
            checked |= "check" in tags(cell)
        elif "instructor" not in tags(cell):
            stated = stated or next(
                (line for line in _prose(cell.source) if _NUMBER.search(line)), ""
            )


def _prose(markdown: str) -> list[str]:
    text = re.sub(
        r"```.*?```|`[^`]+`|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)]*\)", "", markdown, flags=re.S
    )
    text = re.sub(
        r"\*About [^*]*\*|[Ll]essons? \d\d|^#+ .*$|^\*\*Try it:.*$|^\d+\. ", "", text, flags=re.M
    )
    return text.splitlines()


def _no_slips(master: NotebookNode, _lesson: Lesson) -> Iterator[str]:
    for number, cell in enumerate(master.cells, 1):
        if cell.cell_type == "code" and re.search(
            r"\b(say|title|description)\s*[(=]\s*[frb]*f?\"", cell.source
        ):
            yield f"cell {number} shows a text that is not marked for translation"


def _tasks(master: NotebookNode, lesson: Lesson) -> Iterator[str]:
    cells = [cell for cell in master.cells if "task" in tags(cell)]
    checked = [match for cell in cells for match in re.findall(r'\bcheck\("(\w+)"', cell.source)]
    if len(cells) not in TASKS:
        yield f"an exercise has {TASKS.start} to {TASKS.stop - 1} tasks, this one {len(cells)}"
    if checked != list(tasks_of(lesson.slug)):
        yield f"the tasks {checked} are not the checks of digigov.exercises.{lesson.slug}"
    for cell in cells:
        if not re.search(r"### BEGIN SOLUTION\n.*?### END SOLUTION", cell.source, re.S):
            yield f"a task has no solution: {cell.source.splitlines()[0]}"


def _datasets_differ(lesson: Lesson, masters: Iterable[NotebookNode]) -> Iterator[str]:
    code = "\n".join(
        cell.source for master in masters for cell in master.cells if cell.cell_type == "code"
    )
    loaded = set(_LOADED.findall(code))
    declared = set(lesson.entry["datasets"])
    if loaded != declared:
        yield (
            f"lesson {lesson.stem} declares the datasets {sorted(declared)} but loads {sorted(loaded)}"
        )


LESSON_RULES = (
    _once_each(LESSON_TAGS),
    _short_cells,
    _predictions,
    _numbers_checked,
    _no_slips,
)
EXERCISE_RULES = (_once_each(EXERCISE_TAGS), _short_cells, _tasks)
