"""Checks of exercise 15."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.i18n import _

FIRST, OTHERS = (9.2, 8.1), (7.4, 6.9)
"""Days before and after."""
ABOVE = 2.0


@task(kind=int)
def fewest(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Smallest number of departments at which a lead office has fewer hand-offs."""
    match answer:
        case 4:
            return passed(_("Three hand-offs against two; for shorter cases it is a detour."))
        case 3:
            return hint("equal", _("For three departments both have two hand-offs: not fewer."))
        case 2:
            return hint("two", _("Two departments need one hand-off; a lead office needs two."))
        case 5:
            return hint("late", _("It pays earlier: count the hand-offs for one department less."))
    return hint("other", _("Set k - 1 against 2, for k = 2, 3, 4 and so on."))


@task
def difference(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Difference in differences of four means."""
    first, others = FIRST[1] - FIRST[0], OTHERS[1] - OTHERS[0]
    if is_close(answer, first - others):
        return passed(
            _("The others show what would have happened anyway; the rest is the estimate.")
        )
    if is_close(answer, others - first):
        return hint("sign", _("Fewer days are a negative change: after minus before."))
    if is_close(answer, first) or is_close(answer, -first):
        return hint(
            "before_after", _("That is before and after. What happened where nobody started?")
        )
    if is_close(answer, FIRST[1] - OTHERS[1]):
        return hint(
            "level", _("That compares both groups afterwards; they already differed before.")
        )
    if is_close(answer, first + others):
        return hint("sum", _("You added the two changes. Take one off the other."))
    return hint("other", _("One change in each group, after minus before; then their difference."))


@task
def next_year(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Expected excess of the next year."""
    luck = p["luck"]
    if is_close(answer, ABOVE * (1 - luck), absolute=1e-9):
        return passed(_("Only what is not luck is expected to return."))
    if is_close(answer, ABOVE):
        return hint("stays", _("All of it would return only if no luck had been in it."))
    if is_close(answer, 0, absolute=1e-9):
        return hint(
            "gone", _("It comes back *towards* the mean, not to it: a part of it is lasting.")
        )
    if is_close(answer, ABOVE * luck):
        return hint("luck", _("That is the part that you expect to vanish."))
    if answer < 0:
        return hint("overshoot", _("A bad year does not make a good one more likely."))
    if is_close(answer, ABOVE * (1 - luck) ** 0.5):
        return hint("root", _("`luck` is a share of the variance, and the slope is one minus it."))
    return hint("other", _("Split the 2 days: what share of such an excess is lasting?"))


def _tables() -> list[pd.DataFrame]:
    """Tables of several sizes, with groups of unequal size."""
    found = []
    for number, (first, others) in enumerate([(3, 3), (2, 7), (9, 4)]):
        rng = np.random.default_rng(number)
        index = pd.MultiIndex.from_product([range(first + others), [0, 1]], names=["unit", "after"])
        table = index.to_frame(index=False)
        table["first"] = (table["unit"] < first).astype(int)
        table["days"] = 5 + rng.normal(size=len(table)) + 2 * table["first"] - table["after"]
        found.append(table)
    return found


def by_regression(table: pd.DataFrame) -> float:
    """Coefficient of the product of ``first`` and ``after`` in a regression of ``days``."""
    # Costs a second, and only this check needs it.
    import statsmodels.formula.api as smf

    return float(smf.ols("days ~ first * after", table).fit().params["first:after"])


@task(kind=callable)
def did(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """Difference in differences, held against a regression."""
    for table in _tables():
        right = by_regression(table)
        given = answer(table.copy())
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if is_close(given, right, rel=1e-6):
            continue
        if is_close(given, -right, rel=1e-6):
            return hint("sign", _("The sign is turned: after minus before, first minus others."))
        means = table.groupby(["first", "after"])["days"].mean()
        if is_close(given, means[1, 1] - means[1, 0], rel=1e-6):
            return hint("before_after", _("That uses the first wave alone: take the others off."))
        if is_close(given, means[1, 1] - means[0, 1], rel=1e-6):
            return hint(
                "level", _("That is the difference afterwards; take the one before off it.")
            )
        sums = table.groupby(["first", "after"])["days"].sum()
        if is_close(given, sums[1, 1] - sums[1, 0] - sums[0, 1] + sums[0, 0], rel=1e-6):
            return hint("sums", _("You compared sums; groups of unequal size need means."))
        return hint(
            "other",
            _("The regression finds {right:.4f}, your function {given:.4f}.").format(
                right=right, given=float(given)
            ),
        )
    return passed(_("The same number as the coefficient of first × after, in every table."))


@task(kind=str)
def all_at_once(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What is left where nobody waits."""
    match answer.strip().lower():
        case "c":
            return passed(
                _("Reform and calendar carry the same dates; no arithmetic takes them apart.")
            )
        case "a":
            return hint(
                "a", _("For that somebody must not have started yet. Whose change do you take off?")
            )
        case "b":
            return hint("b", _("More provinces shrink the scatter; the comparison stays missing."))
        case "d":
            return hint("d", _("The days before and after are known; what is not known is why."))
    return hint("other", _("Answer with one letter from a to d."))


@task(kind=set)
def convincing(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Reports that regression to the mean does not explain."""
    letters = {str(letter).strip().lower() for letter in answer}
    if letters == {"b", "e"}:
        return passed(_("Neither the lot nor the alphabet knows who has had a bad year."))
    if not letters <= set("abcde"):
        return hint("other", _("Answer with a set of letters from a to e."))
    if "a" in letters or "d" in letters:
        return hint("worst", _("The worst were picked: what would they have done by themselves?"))
    if "c" in letters:
        return hint("best", _("It works from above as well: the best were lucky too."))
    return hint("missing", _("There is more than that: look for a choice that no rating decided."))
