"""Finished runs: a record is used for the run that it is of, and for no other."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from digigov.course.lessons import finished_lessons
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import NOT_RUN, STUB, Outcome, Record, Run, is_of, matrix
from digigov.course.runs.store import Store
from digigov.course.runs.verification import verified
from digigov.i18n import LANGUAGES

LESSONS = finished_lessons()
INPUTS = Inputs()


@pytest.fixture
def keep():
    """Keeps a record of a run without executing it."""

    def write(store, run, **fields):
        parameters = run.lesson.declarations.check_all({**run.parameters, "lang": run.lang})
        known = {
            "lesson": run.lesson.stem,
            "lang": run.lang,
            "set": run.set_name,
            "parameters": parameters,
            "key": INPUTS.key(run),
        }
        record = Record(**{**known, **fields})
        key = INPUTS.key(run)
        store.write(key, Outcome(run, record), {})
        return record

    return write


def test_record_that_was_copied_from_another_run_is_not_called_passed(tmp_path, keep):
    """A store written by hand: the default record of each lesson under the key of every run."""
    store = Store(tmp_path)
    runs = matrix([LESSONS[0]], sets="all")
    default = keep(store, runs[0])
    for run in runs[1:]:
        keep(store, run, **{**asdict(default), "key": INPUTS.key(run)})
    found = [one.record.status != NOT_RUN for one in verified(store, [LESSONS[0]])]
    assert found == [run is runs[0] for run in runs]


def test_record_under_the_key_of_another_run_of_the_same_parameters_is_not_used(tmp_path, keep):
    store = Store(tmp_path)
    run = Run(LESSONS[0], "en", "default", {})
    record = keep(store, run)
    assert store.read(record.key, run).record == record
    store.write("0" * 64, Outcome(run, record), {})
    assert store.read("0" * 64, run) is None


def test_sets_of_equal_parameters_are_one_run_whatever_they_are_called(tmp_path, keep):
    store = Store(tmp_path)
    name, values = next(iter([*LESSONS[0].parameter_sets().items()][1:]))
    record = keep(store, Run(LESSONS[0], "en", name, values))
    assert store.read(record.key, Run(LESSONS[0], "en", "own", values)).record.set == "own"
    stub = Run(LESSONS[0], "en", STUB, {})
    assert not is_of(keep(store, Run(LESSONS[0], "en", "default", {})), stub)


def test_results_that_differ_between_the_languages_are_not_called_passed(
    tmp_path, keep, monkeypatch
):
    monkeypatch.setattr("digigov.course.runs.verification.judge", lambda *_run: None)
    store = Store(tmp_path)
    for number, lang in enumerate(LANGUAGES):
        keep(store, Run(LESSONS[0], lang, "default", {}), results={"share": number})
    found = [one.record for one in verified(store, [LESSONS[0]]) if one.record.status != NOT_RUN]
    assert [record.problems for record in found] == [
        [],
        ["results differ from the en edition: share"],
    ]


def test_entry_of_another_format_is_not_trusted(tmp_path, keep, monkeypatch):
    run = Run(LESSONS[0], "en", "default", {})
    monkeypatch.setattr("digigov.course.runs.store.FORMAT", 0)
    record = keep(Store(tmp_path), run)
    assert Store(tmp_path).read(record.key, run).record == record
    monkeypatch.undo()
    assert Store(tmp_path).read(record.key, run) is None


def test_run_that_nobody_executed_is_not_called_passed(tmp_path):
    found = verified(Store(tmp_path), [LESSONS[0]])
    assert found
    assert {one.record.status for one in found} == {NOT_RUN}
