"""Checks of exercise 01."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import users

MONTHS = 43
NOT_COMPARABLE = {"b", "d"}


def persons(denominator: str) -> float:
    """Persons of a denominator at the end of 2022."""
    table = users.denominators(load("provinces"), load("internet"), [2022])
    return float(table.loc[2022, denominator])


def _is(answer: Sequence[float], low: float, high: float) -> bool:
    near = {"rel": 0, "absolute": 1e-6 * max(1.0, abs(high))}
    return is_close(answer[0], low, **near) and is_close(answer[1], high, **near)


def _two(answer: Sequence[float]) -> Outcome | None:
    if len(answer) != 2 or not all(isinstance(bound, Real) for bound in answer):
        return hint("two", _("Two numbers are asked for: the least, then the most."))
    return None


@task(kind=list)
def rounded(answer: Sequence[float], _p: Mapping[str, Any]) -> Outcome:
    """What 75.6 percent stands for."""
    if wrong := _two(answer):
        return wrong
    if _is(answer, 75.55, 75.65):
        return passed(_("Half of the last digit's worth to each side."))
    if _is(answer, 75.65, 75.55):
        return hint("order", _("The bounds are right; the smaller one comes first."))
    if _is(answer, 75.5, 75.7):
        return hint("whole_step", _("75.5 would have been printed as 75.5. Go only half as far."))
    if _is(answer, 75.6, 75.6):
        return hint("point", _("Then 75.62 could not have been printed like that. Could it?"))
    if _is(answer, 75, 76):
        return hint("percent", _("One decimal is printed, so less than a whole percent is open."))
    if _is(answer, 75.6, 75.7):
        return hint(
            "up", _("Numbers are rounded down and up: a little less than 75.6 prints as 75.6 too.")
        )
    return hint("other", _("Which numbers become 75.6 when they are rounded to one decimal?"))


@task(kind=list)
def nearly(answer: Sequence[float], _p: Mapping[str, Any]) -> Outcome:
    """What nearly 150 million says by the letter, in millions."""
    if wrong := _two(answer):
        return wrong
    if _is(answer, 0, 150):
        return passed(_("An upper bound, and nothing below it but common sense."))
    if _is(answer, 0, 150e6):
        return hint("millions", _("The bounds are right; answer in millions."))
    if _is(answer, 140, 150):
        return hint("usual", _("So it is usually meant. What do the words alone guarantee?"))
    if answer[0] == 150:
        return hint("over", _("“Nearly” is a bound from above, not from below."))
    if _is(answer, 145, 155):
        return hint("rounded", _("More than 150 would not be *nearly* 150."))
    return hint("other", _("Which number can it not exceed? Which number can it not fall below?"))


@task(kind=list)
def per_department(answer: Sequence[float], _p: Mapping[str, Any]) -> Outcome:
    """80 to 90 divided by 4 to 5."""
    if wrong := _two(answer):
        return wrong
    if _is(answer, 16, 22.5):
        return passed(_("Fewest services over most departments, most services over fewest."))
    if _is(answer, 22.5, 16):
        return hint("order", _("The bounds are right; the smaller one comes first."))
    if _is(answer, 20, 18) or _is(answer, 18, 20):
        return hint(
            "paired",
            _("You divided low by low and high by high. Can 80 services not meet 5 departments?"),
        )
    if is_close(answer[0], 85 / 4.5, rel=0.001):
        return hint(
            "middle", _("That is the middle divided by the middle; the bounds are asked for.")
        )
    if is_close(answer[0], 16, rel=1e-6) or is_close(answer[1], 22.5, rel=1e-6):
        return hint("half", _("One of the two bounds is right. Which pair gives the other?"))
    return hint(
        "other", _("When is a quotient smallest: with which services, and which departments?")
    )


@task
def per_head(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Uses per head of the denominator and month."""
    chosen = p["denominator"]
    right = 85e9 / persons(chosen) / MONTHS
    if is_close(answer, right, rel=0.002):
        return passed(_("A lower bound, since the figure says “over”."))
    if is_close(answer, right * MONTHS, rel=0.002):
        return hint("total", _("That is over the whole time. How many months are in it?"))
    if is_close(answer, right * 12, rel=0.002):
        return hint("year", _("That is per year. The question asks per month."))
    if is_close(answer, right * MONTHS / 36, rel=0.002) or is_close(
        answer, right * MONTHS / 48, rel=0.002
    ):
        return hint(
            "months", _("From 31 May 2019 to the end of 2022 it is another number of months.")
        )
    if is_close(answer, 85e9 / 1e9 / MONTHS, rel=0.002):
        return hint("users", _("That is per user. The question asks per head of the denominator."))
    for other in ("population", "internet_users", "aged_15_plus"):
        if other != chosen and is_close(answer, 85e9 / persons(other) / MONTHS, rel=0.002):
            return hint("denominator", _("That is per head of another denominator."))
    return hint("other", _("Uses, divided by persons, divided by months."))


@task(kind=callable)
def divide(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that divides two positive intervals."""
    for a, b, c, d in [(80, 90, 4, 5), (1, 2, 1, 4), (85, 86, 1, 2), (3, 3, 2, 2)]:
        given = answer(a, b, c, d)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return two bounds."))
        if np.ndim(given) == 0 or len(given) != 2:
            return hint(
                "two", _("Your function should return two numbers, the least and the most.")
            )
        if np.allclose(given, (a / d, b / c)):
            continue
        if np.allclose(given, (b / c, a / d)):
            return hint("order", _("The bounds are right; the smaller one comes first."))
        if np.allclose(given, (a / c, b / d)) or np.allclose(given, sorted((a / c, b / d))):
            return hint(
                "paired", _("You paired low with low. Which pair makes the quotient smallest?")
            )
        if np.allclose(given, (a * c, b * d)):
            return hint("product", _("That multiplies the intervals."))
        return hint(
            "other",
            _("[{a}, {b}] divided by [{c}, {d}] is [{low:g}, {high:g}].").format(
                a=a, b=b, c=c, d=d, low=a / d, high=b / c
            ),
        )
    return passed(_("With it you can check every quotient in a newspaper."))


@task(kind=set)
def not_comparable(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Sentences that compare what may not be compared."""
    letters = {str(letter).strip().lower() for letter in answer}
    if letters == NOT_COMPARABLE:
        return passed(
            _("One changes the word behind the number, the other forgets its qualifiers.")
        )
    why = {
        "a": _("a: the same word and the same platform twice; the difference is sound, roughly."),
        "c": _("c: it compares nothing; it states two ranks."),
    }
    wrong = sorted(letters & set(why))
    if wrong:
        return hint(wrong[0], why[wrong[0]])
    if letters and letters < NOT_COMPARABLE:
        return hint("incomplete", _("So far so good. One more sentence goes wrong."))
    return hint("other", _("Answer with a set of letters from a to d."))
