"""Runs of the lessons and what came of them; nothing here executes anything."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from digigov.checks import task_names
from digigov.course.expectations import failures
from digigov.course.files import write_atomically
from digigov.course.manifest import Lesson
from digigov.data import project_root
from digigov.i18n import LANGUAGES
from digigov.places import Place, PlaceError, fingerprint

REFERENCE, STUB = "exercise reference", "exercise stub"
EXERCISE_SETS = {REFERENCE: True, STUB: False}
"""Sets that run the exercise: with its solutions, and as the learner gets it."""


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
    status: str = "passed"
    kept: bool = False
    """Whether it was executed earlier, from the same inputs."""
    key: str = ""
    """Hash of all inputs of the run."""
    tasks: dict[str, str] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fail(self, problem: str) -> None:
        """Note what is wrong."""
        self.status = "failed"
        self.problems.append(problem)


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


def judge(run: Run, record: Record) -> None:
    """Hold what a run recorded against what is expected, unless the run itself failed."""
    if record.status != "passed":
        return
    if run.kind == "notebooks":
        for problem in failures(run.lesson, run.set_name, record.parameters, record.results):
            record.fail(problem)
    else:
        expected = "passed" if EXERCISE_SETS[run.set_name] else "not attempted"
        for task in task_names(run.lesson.slug):
            status = record.tasks.get(task, "not checked")
            if status != expected:
                record.fail(f"task {task}: {status}, expected: {expected}")


def compare_languages(records: list[Record]) -> list[str]:
    """Fail each run whose results differ from those of the same run in the first language.

    Returns
    -------
    list of str
        A line for each run that failed.
    """
    first = {
        (record.lesson, record.set): record for record in records if record.lang == LANGUAGES[0]
    }
    lines = []
    for record in records:
        other = first.get((record.lesson, record.set))
        if other is None or other is record or "failed" in (record.status, other.status):
            continue
        names = sorted(
            name
            for name in {*record.results, *other.results}
            if record.results.get(name) != other.results.get(name)
        )
        if names:
            record.fail(f"results differ from the {other.lang} edition: {', '.join(names)}")
            lines.append(f"{record.lesson} · {record.lang} · {record.set}: {record.problems[-1]}")
    return lines


def report_place(path: Path, **options: Any) -> tuple[Place, str]:
    """A report among the places that reports were written to, and its name there."""
    path = path.absolute()
    folder = path.parent.resolve()
    name = (folder / path.name).relative_to(folder.anchor).as_posix()
    mark = project_root() / "build" / "cache" / "reports.json"
    return Place(Path(folder.anchor), "course verify", mark=mark, **options), name


def check_report(path: Path, force: bool, say: Callable[[str], object]) -> None:
    """Make sure, before any work is done, that a report replaces nothing but a report.

    Raises
    ------
    PlaceError
        If it cannot be written there, or something else is there.
    """
    place, name = report_place(path, force=force, say=say)
    if path.is_dir():
        raise PlaceError(f"{path} is a folder; --report takes the name of a file")
    Place(path.parent, "course verify", mark=place.mark).check_folder()
    foreign = place.foreign([name])
    place.refuse(foreign)
    for _name in foreign:
        say(f"{path} will be replaced, which `course verify` had not written")


def write_report(records: list[Record], path: Path) -> None:
    """Write the records as JSON, whole or not at all."""
    text = json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1) + "\n"
    place, name = report_place(path)
    # In a course on a read-only disk nothing is noted: the report is written, and the next one is
    # refused its place.
    with contextlib.suppress(PlaceError):
        place.record({name: fingerprint(text.encode())})
    write_atomically(path, text)
