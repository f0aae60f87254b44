"""Every check of every exercise: the reference, the stub, and the misconceptions it knows."""

from __future__ import annotations

import importlib

import numpy as np
import pandas as pd
import pytest

from digigov.checks import hint, is_close, passed, task, task_names, tasks_of
from digigov.course.lessons import finished_lessons
from digigov.i18n import LANGUAGES, set_language

CASES = []
for _lesson in finished_lessons():
    _proof = importlib.import_module(f"misconceptions.{_lesson.slug}")
    for _number, _given in enumerate(_proof.PARAMETERS):
        for _name in tasks_of(_lesson.slug):
            CASES.append(
                pytest.param(_lesson, _proof, _name, _given, id=f"{_lesson.stem}-{_name}-{_number}")
            )


@pytest.mark.parametrize(("lesson", "proof", "name", "given"), CASES)
def test_check_tells_right_from_wrong(lesson, proof, name, given):
    check = tasks_of(lesson.slug)[name]
    for lang in LANGUAGES:
        set_language(lang)
        p = lesson.declarations.check_all({**given, "lang": lang})
        assert check(..., p).status == "not attempted"
        assert check(None, p).status == "not attempted"
        outcome = check(proof.REFERENCE[name](p), p)
        assert outcome.status == "passed", outcome.message
        for code, wrong in proof.MISCONCEPTIONS[name].items():
            outcome = check(wrong(p), p)
            assert (outcome.status, outcome.code) == ("hint", code.partition("#")[0]), (
                outcome.message
            )
            assert len(outcome.message) >= 10


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_every_task_has_a_reference_and_three_misconceptions(lesson):
    proof = importlib.import_module(f"misconceptions.{lesson.slug}")
    names = list(tasks_of(lesson.slug))
    assert list(proof.REFERENCE) == names
    assert list(proof.MISCONCEPTIONS) == names
    assert all(len(wrong) >= 3 for wrong in proof.MISCONCEPTIONS.values())
    assert len(proof.PARAMETERS) >= 2


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_hints_of_one_task_are_told_apart(lesson):
    proof = importlib.import_module(f"misconceptions.{lesson.slug}")
    p = lesson.declarations.check_all({})
    for name, wrong in proof.MISCONCEPTIONS.items():
        messages = {}
        for code, answer in wrong.items():
            outcome = tasks_of(lesson.slug)[name](answer(p), p)
            messages.setdefault(outcome.message, set()).add(code.partition("#")[0])
        assert all(len(codes) == 1 for codes in messages.values()), (name, messages)


JUNK = (
    10**400, -(10**400), float("inf"), -1, 0, 1.5, True, "", "zwölf", "八", [], [None], [1, "18"], {}, set(),
    (1, 2), object(), np.array([]), np.nan, pd.Series(dtype=float), pd.Series(["a", None]),
    pd.DataFrame(), pd.DataFrame({"a": [1]}), lambda *_: None, lambda: 1, int, NotImplemented,
)  # fmt: skip  # answers of a kind side by side
"""Answers that are right nowhere, of every kind that a learner may arrive at by mistake."""


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_no_answer_whatever_ends_in_a_traceback(lesson):
    p = lesson.declarations.check_all({})
    for name, check in tasks_of(lesson.slug).items():
        for answer in JUNK:
            outcome = check(answer, p)
            assert outcome.status in ("hint", "passed"), (name, answer)
            assert outcome.message, (name, answer)
            # A check that knows its answers reads these, too; a function may give back anything.
            assert outcome.code != "unreadable" or callable(answer), (name, answer)


@task
def half(answer, _p):
    return passed() if is_close(answer, 0.5) else hint("other", "Not a half.")


@task(kind=callable)
def doubled(answer, _p):
    return passed() if answer(2) == 4 else hint("other", "Not the double.")


@pytest.mark.parametrize("answer", ["0.5", True, [0.5], float("nan"), object()])
def test_answer_of_a_wrong_type_is_explained(answer):
    outcome = half(answer, {})
    assert (outcome.status, outcome.code) == ("hint", "type")
    assert "one number" in outcome.message


def test_exception_of_a_learners_function_is_explained():
    outcome = doubled(lambda x: x / 0, {})
    assert (outcome.status, outcome.code) == ("hint", "error")
    assert "ZeroDivisionError" in outcome.message


def test_what_a_learners_function_gives_back_is_not_taken_for_its_own_error():
    check = task(kind=callable)(lambda answer, _p: passed() if float(answer(2)) == 4 else None)
    outcome = check(lambda _x: "four", {})
    assert outcome.code == "unreadable"
    assert "gave back" in outcome.message


def test_answer_that_a_check_cannot_read_is_explained():
    check = task(kind=list)(lambda answer, _p: passed() if sum(map(int, answer)) == 3 else None)
    outcome = check([1, "two"], {})
    assert outcome.code == "unreadable"
    assert "a list" in outcome.message


def test_outcome_shows_its_message_as_text_not_as_markup():
    bundle = hint("other", "a < b & c")._repr_mimebundle_()
    assert "a &lt; b &amp; c" in bundle["text/html"]
    assert "a < b & c" in bundle["text/plain"]


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_names_of_tasks_are_read_without_importing_them(lesson):
    assert list(task_names(lesson.slug)) == list(tasks_of(lesson.slug))
