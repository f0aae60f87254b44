"""Exercises as nbgrader assignments: the same tasks and checks, with points.

What nbgrader releases to learners is what `editions.generate` gives them: it takes the solutions
out of the source between the same marks. A cell of the exercise becomes two, the answer and the
test; a test that raises costs its point, and its message is the hint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from digigov.course.lessons import Lesson
from digigov.course.notebook import tags
from digigov.course.writing.generated import IMPORT_CHECK, generate
from digigov.i18n import LANGUAGES, _, language

POINTS = 1
"""Points of a task."""

CONFIG = "nbgrader_config.py"

OURS = "# Written by `course assignment`."

COURSE_ID = "digigov"

_CHECK = re.compile(r"^check\((\"(\w+)\", \w+)\)\s*$", re.MULTILINE)


def assignment_name(lesson: Lesson, lang: str) -> str:
    """How nbgrader calls the exercise of a lesson."""
    return f"{lesson.stem}_{lang}"


def assignment_notebook(lesson: Lesson, lang: str) -> NotebookNode:
    """The exercise of a lesson with its solutions, as nbgrader's instructor version.

    Parameters
    ----------
    lesson : Lesson
    lang : str

    Returns
    -------
    NotebookNode
        Answer cells are to be solved, test cells are locked and have `POINTS` each; the parameters
        and the start are locked, so that nobody is graded on others.
    """
    notebook = nbformat.reads(generate(lesson, lang, "exercises", solutions=True), as_version=4)
    cells = []
    for cell in notebook.cells:
        locked = next((tag for tag in ("parameters", "begin") if tag in tags(cell)), None)
        if "task" in tags(cell):
            cells += _answer_and_test(cell)
        else:
            if locked:
                cell.metadata["nbgrader"] = _mark(locked, locked=True)
            cells.append(cell)
    notebook.cells = cells
    nbformat.validate(notebook)
    return notebook


def _answer_and_test(cell: NotebookNode) -> list[NotebookNode]:
    arguments, name = _CHECK.findall(cell.source)[0]
    cell.source = _CHECK.sub("", cell.source.removeprefix(IMPORT_CHECK)).rstrip()
    cell.metadata = {"nbgrader": _mark(name, solution=True)}
    test = f"from digigov.lesson import grade\n\ngrade({arguments})"
    mark = _mark(f"test_{name}", locked=True, points=POINTS)
    return [cell, new_code_cell(test, id=f"{cell.id}-test", metadata={"nbgrader": mark})]


def _mark(
    grade_id: str, *, locked: bool = False, solution: bool = False, points: int | None = None
) -> dict[str, object]:
    """Metadata by which nbgrader (schema 3) knows a cell."""
    mark: dict[str, object] = {
        "cell_type": "code",
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return mark if points is None else {**mark, "points": points}


def assignment_files(lesson: Lesson, langs: Iterable[str]) -> dict[str, str]:
    """The exercise of a lesson as files of an nbgrader course.

    Parameters
    ----------
    lesson : Lesson
    langs : iterable of str
        One assignment each.

    Returns
    -------
    dict of str to str
        Text of each file by its name in the course: configuration, instructions, and a notebook
        for each language.
    """
    langs = list(langs)
    readme = instructions(assignment_name(lesson, langs[0]))
    files = {CONFIG: configuration(), "README.md": readme}
    for lang in langs:
        notebook = assignment_notebook(lesson, lang)
        name = f"source/{assignment_name(lesson, lang)}/{lesson.stem}.ipynb"
        files[name] = nbformat.writes(notebook, indent=1, ensure_ascii=False) + "\n"
    return files


def configuration() -> str:
    """nbgrader's settings: the marks of our solutions, and dots in their place."""
    return (
        f"{OURS}\n"
        "c = get_config()  # noqa: F821  nbgrader defines it\n"
        f'c.CourseDirectory.course_id = "{COURSE_ID}"\n'
        "# The answer stays `...`, which the checks call not attempted.\n"
        'c.ClearSolutions.code_stub = {"python": ""}\n'
        "c.ClearSolutions.enforce_metadata = True\n"
        "# A test that a learner deleted is put back, instead of costing every point.\n"
        "c.OverwriteCells.add_missing_cells = True\n"
        "# The longest check takes a few seconds.\n"
        "c.ExecutePreprocessor.timeout = 120\n"
    )


def instructions(name: str) -> str:
    """How to use the course with nbgrader, in each language that says it, as Markdown.

    Parameters
    ----------
    name : str
        The assignment that the commands name.
    """
    # Activated, because nbgrader starts programs of its environment by their names alone.
    set_up = (
        "```bash\n"
        "python3.11 -m venv grading\n"
        "source grading/bin/activate\n"
        "python -m pip install --require-hashes -r ci/locks/nbgrader.txt\n"
        "python -m pip install --no-deps --no-build-isolation -e .\n"
        "```"
    )
    commands = (
        "```bash\n"
        f"nbgrader generate_assignment {name}\n"
        f"nbgrader autograde {name}\n"
        f"nbgrader generate_feedback {name}\n"
        "```"
    )
    said = []
    for lang in LANGUAGES:
        with language(lang):
            parts = [
                _("# Exercises with nbgrader"),
                _(
                    "nbgrader needs an environment of its own, because it adds a menu to every "
                    "JupyterLab beside it. In a clone of the course:"
                ),
                set_up,
                _("Then, in the folder of this file, for an assignment that stands in `source/`:"),
                commands,
                _(
                    "`source/` holds the solutions and stays with you; `release/` is what learners "
                    "get; put what they hand in into `submitted/NAME/ASSIGNMENT/`, or use "
                    "nbgrader's exchange. Learners need the course's library too: the same two "
                    "`pip install` lines, with `ci/locks/learner.txt`."
                ),
                _(
                    "Each task has one point. A wrong answer fails its test with the hint that the "
                    "course gives, and the feedback shows it."
                ),
            ]
        said.append("\n\n".join(parts))
    return "\n\n".join(dict.fromkeys(said)) + "\n"
