"""Checks of exercise 03."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import users as model

FOLLOWS = {"b", "c"}
MONTHS = 21


def figures() -> tuple[float, float]:
    """Users of the whole platform and of the portal, as claimed."""
    claims = load("claims").set_index("claim_id")
    return float(claims.loc["C03", "value"]), float(claims.loc["C05", "value"])


def in_2022(denominator: str) -> float:
    """Persons of a denominator at the end of 2022."""
    return float(model.denominators(load("internet"), load("provinces")).loc[2022, denominator])


@task
def doubling(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Doubling time of the uses, in months."""
    ratio = 36.82 / 4.5
    right = MONTHS * math.log(2) / math.log(ratio)
    if is_close(answer, right, rel=0.01):
        return passed(_("So the last figure would have been half as large seven months before."))
    if is_close(answer, right / 12, rel=0.01):
        return hint("years", _("That is in years. The question asks for months."))
    if is_close(answer, 20 * math.log(2) / math.log(ratio), rel=0.01) or is_close(
        answer, 22 * math.log(2) / math.log(ratio), rel=0.01
    ):
        return hint("months", _("From March 2020 to December 2021 it is another number of months."))
    if is_close(answer, MONTHS * 2 / ratio, rel=0.01):
        return hint(
            "linear",
            _(
                "You divided the time by the ratio. Growth multiplies: how many doublings are in it?"
            ),
        )
    if is_close(answer, math.log(ratio, 2), rel=0.01):
        return hint("doublings", _("That is how often it doubled. How long did one doubling take?"))
    if is_close(answer, MONTHS / (ratio - 1), rel=0.01):
        return hint("linear_growth", _("You let it grow by the same *amount* each month."))
    return hint(
        "other",
        _("How often does 4.5 have to be doubled to reach 36.82? Logarithms answer that."),
    )


@task
def per_hundred(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Users per hundred of the chosen denominator at the end of 2022."""
    billion, portal = figures()
    chosen = p["denominator"]
    right = 100 * billion / in_2022(chosen)
    if is_close(answer, right, rel=0.001):
        return passed(
            _("More than 100 users per 100 persons: accounts, then.")
            if right > 100
            else _("And it is a lower bound, since the figure says “over”.")
        )
    if is_close(answer, right / 100, rel=0.001):
        return hint("share", _("That is per person. The question asks per 100."))
    if is_close(answer, 100 * 100 / right, rel=0.001):
        return hint("upside_down", _("You divided the persons by the users."))
    if is_close(answer, 100 * portal / in_2022(chosen), rel=0.001):
        return hint("portal", _("That is the portal alone. The billion is the whole platform."))
    for other in model.DENOMINATORS:
        if other != chosen and is_close(answer, 100 * billion / in_2022(other), rel=0.001):
            return hint(
                "denominator",
                _("That is per 100 of another denominator; the parameter chooses it."),
            )
    return hint("other", _("Divide `billion` by the entry of `table` for 2022, then times 100."))


@task(kind=list)
def both(answer: Sequence[float], _p: Mapping[str, Any]) -> Outcome:
    """Bounds on the overlap of 70 and 55 of 100."""
    if len(answer) != 2:
        return hint("two", _("Two numbers are asked for: the least, then the most."))
    low, high = answer
    if is_close(low, 25, absolute=0.01) and is_close(high, 55, absolute=0.01):
        return passed(_("Less than 25 would need more than 100 persons."))
    if is_close(low, 55, absolute=0.01) and is_close(high, 25, absolute=0.01):
        return hint("order", _("The right numbers in the wrong order."))
    if is_close(low, 0.25, absolute=1e-4):
        return hint("share", _("Count persons: there are 100 of them."))
    if is_close(low, 0, absolute=0.01):
        return hint("zero", _("If nobody had both, how many persons would that be together?"))
    if is_close(high, 70, absolute=0.01) or is_close(high, 100, absolute=0.01):
        return hint("too_many", _("Can more persons have both than have a provincial account?"))
    if is_close(low, 38.5, absolute=0.01) or is_close(high, 38.5, absolute=0.01):
        return hint(
            "independent",
            _("0.70 times 0.55 is right if the two are independent. Nobody said that they are."),
        )
    return hint(
        "other",
        _(
            "Least: 70 and 55 persons do not fit side by side into 100. Most: all of the smaller group."
        ),
    )


@task
def provincial(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Persons with a provincial account at the chosen overlap."""
    billion, portal = figures()
    overlap = p["overlap"]
    right = billion - portal + overlap * portal
    if is_close(answer, right, rel=0.001):
        return passed(_("The overlap decides it, and nobody has printed the overlap."))
    if is_close(answer, right / 1e6, rel=0.001):
        return hint("millions", _("The right figure, in millions. Answer in persons."))
    if is_close(answer, billion - portal, rel=0.001):
        return hint("only", _("Those have *only* a provincial account. Who else has one?"))
    if is_close(answer, overlap * portal, rel=0.001):
        return hint("only_both", _("Those have both accounts. Some have only a provincial one."))
    if is_close(answer, billion - overlap * portal, rel=0.001):
        return hint(
            "subtracted", _("The persons with both belong to those you look for: add them.")
        )
    return hint(
        "other",
        _("Who has a provincial account has either that alone, or both. Add the two groups."),
    )


@task(kind=callable)
def union(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that bounds the union of two groups."""
    for one, other in [(0.7, 0.55), (0.2, 0.3), (0.5, 0.5), (1.0, 0.4), (0.0, 0.0)]:
        given = answer(one, other)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return two shares."))
        if np.ndim(given) == 0 or len(given) != 2:
            return hint(
                "two", _("Your function should return two shares, the lowest and the highest.")
            )
        low, high = max(one, other), min(1.0, one + other)
        if np.allclose(given, (low, high)):
            continue
        if np.allclose(given, (high, low)):
            return hint("order", _("First the lowest, then the highest."))
        if np.allclose(given, (low, one + other)):
            return hint(
                "above_one",
                _("{one:g} and {other:g} cannot make more than everybody.").format(
                    one=one, other=other
                ),
            )
        if np.allclose(given, (max(0, one + other - 1), min(one, other))):
            return hint(
                "both", _("Those are the bounds of the *overlap*. Here one account is enough.")
            )
        return hint(
            "other",
            _("For {one:g} and {other:g} it is {low:g} to {high:g}.").format(
                one=one, other=other, low=low, high=high
            ),
        )
    return passed(_("Whoever belongs to the larger group is in; nobody is in twice."))


@task(kind=set)
def what_follows(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """What two lower bounds say."""
    letters = {str(letter).strip().lower() for letter in answer}
    if letters == FOLLOWS:
        return passed(_("Two lower bounds say nothing about the way between them."))
    why = {
        "a": _("a: over 1 billion can be 1.01 in one year and 1.9 in the next."),
        "d": _("d: the sum of those who came and those who left is not printed."),
        "e": _("e: a registered user is not somebody who used it in that month."),
    }
    wrong = sorted(letters & set(why))
    if wrong:
        return hint(wrong[0], why[wrong[0]])
    if letters and letters < FOLLOWS:
        return hint("incomplete", _("So far so good. One more statement is true."))
    return hint("other", _("Answer with a set of letters from a to e."))
