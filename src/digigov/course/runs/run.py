"""Runs of the lessons and what came of them; nothing here executes anything."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from digigov.course.lessons import Lesson
from digigov.i18n import LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode

REFERENCE, STUB = "exercise reference", "exercise stub"
EXERCISE_SETS = {REFERENCE: True, STUB: False}
"""Sets that run the exercise: with its solutions, and as the learner gets it."""

PASSED, FAILED, NOT_RUN = "passed", "failed", "not run"
"""What is known of a run: its status."""


@dataclass(frozen=True)
class Run:
    """One notebook to execute."""

    lesson: Lesson
    lang: str
    set_name: str
    parameters: Mapping[str, Any]
    """What differs from the defaults."""

    @property
    def kind(self) -> str:
        """Whether the lesson or its exercise runs."""
        return "exercises" if self.set_name in EXERCISE_SETS else "notebooks"

    @property
    def uses_files(self) -> bool:
        """Whether it reads or writes files of the reader's, which no key of its inputs covers."""
        declared = self.lesson.declarations.parameters
        return any(declared[name].is_path and value for name, value in self.parameters.items())

    @property
    def label(self) -> str:
        """How the run is called in a message."""
        return f"{self.lesson.stem} · {self.lang} · {self.set_name}"


@dataclass
class Record:
    """What came of a run; the verification report is a list of these."""

    lesson: str
    lang: str
    set: str
    parameters: dict[str, Any]
    seconds: float = 0.0
    cell_seconds: float = 0.0
    import_seconds: float = 0.0
    """Part of `cell_seconds` in the cells that import."""
    status: str = PASSED
    """`PASSED`, `FAILED` or `NOT_RUN`."""
    kept: bool = False
    """Whether it was executed earlier, from the same inputs."""
    key: str = ""
    """Hash of all inputs of the run."""
    tasks: dict[str, str] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fail(self, problem: str) -> None:
        """Note what is wrong."""
        self.status = FAILED
        self.problems.append(problem)


def pack(notebook: NotebookNode) -> bytes:
    """A notebook as compressed JSON without line breaks: a tenth of the time of nbformat.writes."""
    return zlib.compress(json.dumps(notebook, ensure_ascii=False).encode(), 1)


@dataclass(frozen=True)
class Outcome:
    """A run and what came of it, here or in another process."""

    run: Run
    record: Record
    packed: bytes = b""
    """The executed notebook, as `pack` gives it; none where nothing could be executed."""

    @property
    def notebook(self) -> NotebookNode:
        """The executed notebook, read anew each time: whoever asks may change it. Empty if none is."""
        import nbformat

        if not self.packed:
            return nbformat.v4.new_notebook()
        return nbformat.reads(zlib.decompress(self.packed).decode(), as_version=4)


def is_of(record: Record, run: Run) -> bool:
    """Whether a record is of a run: of its lesson, its language, its kind and all its parameters.

    Sets of equal parameters are one run, whatever they are called.
    """
    exercise = {record.set, run.set_name} & EXERCISE_SETS.keys()
    return (
        (record.lesson, record.lang) == (run.lesson.stem, run.lang)
        and (not exercise or record.set == run.set_name)
        and record.parameters
        == run.lesson.declarations.check_all({**run.parameters, "lang": run.lang})
    )


def matrix(
    lessons: Iterable[Lesson], languages: Iterable[str] = LANGUAGES, sets: str = "default"
) -> list[Run]:
    """Runs of a verification.

    Parameters
    ----------
    lessons : iterable of Lesson
    languages : iterable of str
    sets : str
        ``"default"`` for the default parameters alone, ``"all"`` for every parameter set and the
        exercises.
    """
    runs = []
    for lesson in lessons:
        names = lesson.parameter_sets() if sets == "all" else {"default": {}}
        for lang in languages:
            runs += [Run(lesson, lang, name, values) for name, values in names.items()]
            if sets == "all":
                runs += [Run(lesson, lang, name, {}) for name in EXERCISE_SETS]
    return runs
