"""Runs: papermill by hand, results and expectations, interruption, and files written whole."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from digigov.course import files
from digigov.course.errors import CourseError
from digigov.course.lessons import find_lesson
from digigov.course.runs import execution, expectations
from digigov.course.runs.execution import execute
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import REFERENCE, STUB, Record, Run, matrix
from digigov.course.runs.verification import compare_languages, judge
from digigov.i18n import LANGUAGES

ROOT = Path(__file__).parents[3]
COURSE = [sys.executable, "-m", "digigov.course.cli"]


def test_run_records_named_results_in_the_notebook():
    outcome = execute(Run(find_lesson("04"), "en", "default", {}))
    record, notebook = outcome.record, outcome.notebook
    assert record.status == "passed", record.problems
    assert notebook.metadata["digigov"]["results"] == record.results
    assert record.results["survivors"] == ["national_2020", "national_2021", "national_2022"]


def test_two_runs_give_the_same_notebook():
    run = Run(find_lesson("04"), "zh", "own", {"share_digits": 0})
    texts = {nbformat.writes(execute(run).notebook) for _attempt in range(2)}
    assert len(texts) == 1


def test_bad_parameter_stops_before_papermill_starts(monkeypatch):
    monkeypatch.setattr(execution.papermill, "execute_notebook", None)
    with pytest.raises(ValueError, match="out of range"):
        execute(Run(find_lesson("14"), "en", "own", {"minutes": 90}))


def run_changed(monkeypatch, code, set_name="default"):
    """Run lesson 04 with code added to its last cell."""
    original = execution._source

    def source(run):
        notebook = nbformat.reads(original(run), as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(code))
        return nbformat.writes(notebook)

    monkeypatch.setattr(execution, "_source", source)
    run = Run(find_lesson("04"), "en", set_name, {})
    record = execute(run).record
    judge(run, record)
    return record


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import os; os._exit(3)", "the kernel died: exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "the kernel died: killed by signal 9"),
        ("record(rest_2022=1)", "result rest_2022 = 1, expected"),
        ("record(surprise=1)", "result surprise = 1 is recorded but not expected"),
        ("record(survivors=['stated'] * 99)", "invariant 'len(survivors) <= n_candidates'"),
        ("import warnings; warnings.warn('old')", "warns"),
    ],
)
def test_run_fails_and_says_why(monkeypatch, code, problem):
    record = run_changed(monkeypatch, code)
    assert record.status == "failed"
    assert any(problem in text for text in record.problems), record.problems


def test_run_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(execution, "CELL_TIMEOUT", 10)
    record = run_changed(monkeypatch, "import time; time.sleep(600)")
    assert record.problems == ["a cell ran longer than 10 s"]


def test_missing_result_fails():
    lesson = find_lesson("04")
    found = list(expectations.failures(lesson, "default", {}, {}))
    assert "result rest_2022 is not recorded" in found


def test_results_that_differ_between_the_languages_fail():
    records = [
        Record("04_coverage", lang, "default", {}, results={"x": lang}) for lang in LANGUAGES
    ]
    assert len(compare_languages(records)) == 1
    assert records[1].problems == ["results differ from the en edition: x"]


def test_matrix_holds_every_set_in_every_language_and_the_exercises():
    runs = matrix([find_lesson("04")], LANGUAGES, "all")
    names = {run.set_name for run in runs}
    assert {"default", "coarse", "count=2000000000", REFERENCE, STUB} <= names
    assert len(runs) == 2 * len(names)
    assert len(matrix([find_lesson("04")])) == 2


def test_exercise_runs_with_its_solutions_and_as_it_is_given():
    for name in (REFERENCE, STUB):
        run = Run(find_lesson("04"), "en", name, {})
        record = execute(run).record
        judge(run, record)
        assert record.problems == []


def test_exercise_whose_check_is_never_called_fails(monkeypatch):
    monkeypatch.setattr(
        execution, "_source", lambda _run: find_lesson("04").edition("en").read_text()
    )
    run = Run(find_lesson("04"), "en", STUB, {})
    record = execute(run).record
    judge(run, record)
    assert any("not checked" in problem for problem in record.problems)


def test_file_that_cannot_be_written_whole_is_not_written(tmp_path, monkeypatch):
    path = tmp_path / "notebook.ipynb"
    path.write_text("before")

    def disk_full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(CourseError, match="No space left on device"):
        files.write_atomically(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_full_disk_leaves_no_truncated_notebook(tmp_path):
    """The system itself refuses to write more than 100 kB to a file, as a full disk would."""
    done = subprocess.run(
        [*COURSE, "run", "04", "--out", str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    left = list((tmp_path / "out").glob("*"))
    for path in left:
        if path.suffix == ".ipynb":
            nbformat.read(path, as_version=4)
        assert not path.name.startswith(".")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{\n "cells": [\n<<<<<<< HEAD\n', "04_coverage.ipynb: line 3: is not a notebook"),
        (b"\xff\xfe", "04_coverage.ipynb: line 1: is not a notebook"),
        (b"", "04_coverage.ipynb: line 1: is not a notebook"),
        (b"[]", "04_coverage.ipynb: is not a notebook"),
    ],
    ids=["marks of a conflict", "no UTF-8", "empty", "a list"],
)
def test_broken_notebook_fails_its_own_run_in_one_line(course_copy, content, said):
    run = Run(find_lesson("04"), "en", "default", {})
    run.lesson.edition("en").write_bytes(content)
    (record,) = Executor([run], 1).execute()
    (problem,) = record.problems
    assert said in problem
    assert "\n" not in problem
