"""The instructor edition: notes, answers to the predictions, and solutions.

An answer is what the lesson itself says after the prediction when it runs at its defaults, so it
is never older than the lesson.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from digigov.course.files import write_atomically
from digigov.course.lessons import Lesson
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import Outcome, Run
from digigov.course.runs.store import Store
from digigov.course.writing.generated import generate, note
from digigov.i18n import _, language

ANSWER_MARKER = "-answer"
"""Added to the id of a prediction's cell for that of the cell with its answer."""


def prediction(lang: str) -> str:
    """What a prediction begins with, in a language."""
    with language(lang):
        return "**" + _("Predict")


def answers(executed: NotebookNode, lang: str) -> dict[str, str]:
    """What a lesson says after each of its predictions.

    Parameters
    ----------
    executed : NotebookNode
        An executed lesson.
    lang : str
        Its language.

    Returns
    -------
    dict of str to str
        Id of the cell that asks: the computed sentences up to the next question. A prediction that
        a table or a chart answers has no entry.
    """
    found: dict[str, list[str]] = {}
    asked, begins = None, prediction(lang)
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            if begins in cell.source:
                asked = cell.id
            elif cell.source.startswith("#"):
                asked = None
        elif asked:
            found.setdefault(asked, []).extend(_sentences(cell))
    return {cell_id: "\n\n".join(texts) for cell_id, texts in found.items() if texts}


def _sentences(cell: NotebookNode) -> Iterator[str]:
    for output in cell.get("outputs", ()):
        text = output.get("data", {}).get("text/markdown")
        if text:
            yield "".join(text)


def with_answers(notebook: NotebookNode, executed: NotebookNode, lang: str) -> NotebookNode:
    """A notebook with a note behind each prediction that says what comes out at the defaults."""
    known = answers(executed, lang)
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        if cell.id in known:
            with language(lang):
                text = _("Answer at the default parameters: {answer}").format(answer=known[cell.id])
                cells.append(new_markdown_cell(note(text), id=f"{cell.id}{ANSWER_MARKER}"))
            cells[-1].metadata["tags"] = ["instructor"]
    notebook.cells = cells
    return notebook


def write_instructor(
    folder: Path,
    lessons: Iterable[Lesson],
    langs: Sequence[str],
    jobs: int,
    store: Store,
) -> Generator[Outcome]:
    """Write lessons and exercises as a lecturer needs them.

    Parameters
    ----------
    folder : Path
        Gets ``notebooks/LANG`` and ``exercises/LANG``; `check_writable` it first.
    lessons : iterable of Lesson
    langs : sequence of str
    jobs : int
        Number of runs at a time, for what is not finished yet.
    store : Store
        Finished runs, for the answers to the predictions.

    Yields
    ------
    Outcome
        One a lesson and language, when its notebooks are written.
    """
    runs = [Run(lesson, lang, "default", {}) for lesson in lessons for lang in langs]

    with closing(Executor(runs, jobs, store=store).outcomes()) as outcomes:
        for outcome in outcomes:
            lesson, lang = outcome.run.lesson, outcome.run.lang
            plain = nbformat.reads(generate(lesson, lang, notes=True), as_version=4)
            complete = with_answers(plain, outcome.notebook, lang)
            text = nbformat.writes(complete, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
            name = f"{lesson.stem}.ipynb"
            write_atomically(folder / "notebooks" / lang / name, text)
            solved = generate(lesson, lang, "exercises", solutions=True, notes=True)
            write_atomically(folder / "exercises" / lang / name, solved)
            yield outcome
