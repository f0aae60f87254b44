"""Verification: the results of runs against what is expected, and one language against another."""

from __future__ import annotations

from collections.abc import Iterable

from digigov.checks import task_names
from digigov.course.lessons import Lesson
from digigov.course.runs.expectations import failures
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import EXERCISE_SETS, NOT_RUN, PASSED, Outcome, Record, Run, matrix
from digigov.course.runs.store import Store
from digigov.i18n import SOURCE_LANGUAGE


def judge(run: Run, record: Record) -> None:
    """Hold what a run recorded against what is expected, unless the run itself failed."""
    if record.status != PASSED:
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
        (record.lesson, record.set): record for record in records if record.lang == SOURCE_LANGUAGE
    }
    lines = []
    for record in records:
        other = first.get((record.lesson, record.set))
        if other is None or other is record or {record.status, other.status} != {PASSED}:
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


def verified(store: Store, lessons: Iterable[Lesson]) -> list[Outcome]:
    """The full matrix with what is known of each run, for the files as they are.

    Parameters
    ----------
    store : Store
        Finished runs.
    lessons : iterable of Lesson

    Returns
    -------
    list of Outcome
        Without their notebooks. `NOT_RUN` is what has not been executed from these inputs; failed,
        what did not give the results expected, or others than in another language.
    """
    inputs = Inputs()
    found = []
    for run in matrix(lessons, sets="all"):
        record = Record(run.lesson.stem, run.lang, run.set_name, {}, status=NOT_RUN)
        if kept := store.read(inputs.key(run), run):
            record = kept.record
        judge(run, record)
        found.append(Outcome(run, record))
    compare_languages([outcome.record for outcome in found])
    return found
