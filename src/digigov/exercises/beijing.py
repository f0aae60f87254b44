"""Checks of exercise 11."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.beijing import (
    base_availability,
    build_costs,
    compare_rewards,
    satisfaction_by_outcome,
)

N_COMPONENTS = 8
HOURS = 8760
GROWTH = 0.5524
WEEKS = 4


def hotline(metric: str, period: str) -> float:
    """A printed figure of the hotline."""
    table = load("platform_series").set_index(["entity", "metric", "period"])["value"]
    return float(table["beijing_12345", metric, period])


@cache
def _weeks(arrivals: float, n_departments: int, rewarded: str, seed: int) -> pd.DataFrame:
    dates = ("2019-01", "2024-12")
    satisfaction = satisfaction_by_outcome(
        [hotline("resolution_rate", date) / 100 for date in dates],
        [hotline("satisfaction_rate", date) / 100 for date in dates],
    )
    seeds = range(seed, seed + WEEKS)
    return compare_rewards(arrivals, n_departments, seeds, satisfaction, ("all", rewarded))


def simulated_weeks(
    arrivals_per_hour: float, n_departments: int, rewarded_indicator: str, seed: int
) -> pd.DataFrame:
    """Weeks of the lesson's desk, once with all indicators rewarded and once with one.

    Returns
    -------
    DataFrame
        As from `digigov.models.beijing.compare_rewards`; the caller's own copy.
    """
    return _weeks(arrivals_per_hour, n_departments, rewarded_indicator, seed).copy()


def mean_changes(p: Mapping[str, Any]) -> pd.Series:
    """Mean change of each measure, in points, when only one indicator is rewarded."""
    names = ("arrivals_per_hour", "n_departments", "rewarded_indicator", "seed")
    means = simulated_weeks(*(p[name] for name in names)).groupby("rewarded").mean()
    return means.loc[p["rewarded_indicator"]] - means.loc["all"]


@task
def hours_out(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Hours a year in which the base is out."""
    availability = p["availability"]
    out = 1 - base_availability(availability, N_COMPONENTS)
    if is_close(answer, HOURS * out):
        return passed(
            _("Every application that stands on the base has these hours, shared or not.")
        )
    if is_close(answer, HOURS * (1 - out)):
        return hint("working", _("These are the hours in which the base works."))
    if is_close(answer, HOURS * (1 - availability)):
        return hint(
            "one_component",
            _("That is one component. The base works only while all eight of them do."),
        )
    if is_close(answer, HOURS * N_COMPONENTS * (1 - availability)):
        return hint(
            "added",
            _(
                "You added up the hours of all eight. When two are out at once, the hour counts once."
            ),
        )
    if is_close(answer, HOURS * (1 - availability) ** N_COMPONENTS):
        return hint(
            "all_fail",
            _("That is the time in which all eight are out at once; a single one is enough."),
        )
    if is_close(answer, out) or is_close(answer, 100 * out):
        return hint("share", _("That is a share of the time. The question asks for hours a year."))
    return hint("other", _("Raise the availability to the power of eight to see when all work."))


@task
def two_copies_pay_from(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Smallest number of applications for which two copies are cheaper than building apart."""
    if is_close(answer, 4):
        return passed(_("One more than the three of the article: safety has its own break-even."))
    if is_close(answer, 3.75, rel=1e-2):
        return hint(
            "not_whole", _("Costs are equal there. How many whole applications are enough?")
        )
    if is_close(answer, 3):
        return hint(
            "rounded_down", _("Try it: three apart cost 3, on two copies 2 × 1.5 + 3 × 0.2.")
        )
    if is_close(answer, 2):
        return hint("one_copy", _("That is right for one copy. The base is written twice here."))
    if is_close(answer, 5) or is_close(answer, 6):
        return hint(
            "connected_twice",
            _("Connecting costs 0.2 for both copies together: don't count it twice."),
        )
    return hint("other", _("Compare n with 2 × 1.5 + 0.2 n for n = 1, 2, 3 and so on."))


@task
def implied_2019(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Cases of 2019 that the growth printed for 2020 implies."""
    cases, printed = hotline("cases", "2020"), hotline("cases", "2019")
    if is_close(answer, cases / (1 + GROWTH)):
        return passed(
            _(
                "About 150 thousand more than the 6.96 million printed: one of the two counts differs."
            )
        )
    if is_close(answer, printed):
        return hint(
            "printed", _("That is the figure printed for 2019. What do 2020 and the growth imply?")
        )
    if is_close(answer, cases * (1 - GROWTH)):
        return hint(
            "taken_off",
            _(
                "You took 55.24 % off the cases of 2020, but the growth is a share of those of 2019."
            ),
        )
    if is_close(answer, cases * (1 + GROWTH)):
        return hint("forward", _("That lets 2020 grow. The question looks back to 2019."))
    if any(is_close(answer * unit, cases / (1 + GROWTH)) for unit in (1e4, 1e6)):
        return hint("unit", _("The size is right, the unit is not: give single cases."))
    return hint("other", _("Cases of 2019 times 1.5524 are the cases of 2020: solve for 2019."))


@task
def hard_change(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Mean change of the resolution of hard complaints, in points."""
    changes = mean_changes(p)
    points = {"rel": 2e-3, "absolute": 0.02}
    if is_close(answer, changes["hard"], **points):
        return passed(_("Now look at `resolution` in the same table: would it have told you?"))
    if is_close(answer, -changes["hard"], **points):
        return hint(
            "sign", _("The size is right. Take the one indicator minus all three, in this order.")
        )
    if is_close(answer, changes["resolution"], **points):
        return hint(
            "all_complaints", _("That is the column `resolution`: all complaints, not `hard`.")
        )
    if is_close(answer, changes["easy"], **points):
        return hint("easy", _("That is the column `easy`; the question is about `hard`."))
    if is_close(answer, changes["hard"] / 100, rel=2e-3, absolute=2e-4):
        return hint(
            "fraction", _("That is a fraction of one. The table and the answer are in percent.")
        )
    if is_close(answer, changes["hard"] * WEEKS, **points):
        return hint("sum", _("You added up the weeks; the question asks for their mean."))
    if abs(answer - changes["hard"]) < 0.51:
        return hint("rounded", _("Nearly: give the difference without rounding it."))
    return hint(
        "other", _("Take the mean of `hard` for each value of `rewarded`, then the difference.")
    )


@task(kind=str)
def figure_to_ask_for(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """Figure that shows what three risen indicators hide."""
    match answer.strip().lower():
        case "b":
            return passed(
                _("All three indicators count a short job like a long one; this does not.")
            )
        case "a":
            return hint(
                "effort", _("More operators may explain the rise, not who was left behind by it.")
            )
        case "c":
            return hint("same", _("A mean of the three knows nothing that the three do not know."))
        case "d":
            return hint(
                "speed", _("Speed of answering is one more measure of the first minute of a case.")
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


@task(kind=callable)
def share_saved(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that says which share of the cost sharing saves."""
    cases = [
        ("plain", 3, 1.5, 0.2, 1),
        ("plain", 10, 3.0, 0.2, 1),
        ("negative", 1, 1.5, 0.2, 1),
        ("copies", 4, 1.5, 0.2, 2),
        ("copies", 10, 2.0, 0.1, 3),
        ("no_saving", 5, 2.0, 1.0, 1),
    ]
    words = {
        "plain": _("look at both costs: writing once, and connecting each application"),
        "negative": _("a loss is a negative share; don't cut it at zero"),
        "copies": _("each copy has to be written"),
        "no_saving": _("connecting may cost as much as writing one's own"),
    }
    for code, n, writing, reusing, copies in cases:
        cost = build_costs(n, writing, reusing, copies)
        expected = 1 - cost["shared"] / cost["apart"]
        given = answer(n, writing, reusing, copies)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if is_close(given, expected, rel=1e-6, absolute=1e-9):
            continue
        if is_close(given, n * expected, rel=1e-6):
            return hint(
                "not_a_share",
                _("That is the saving in components. Divide it by the cost of building apart."),
            )
        return hint(
            code,
            _(
                "For n = {n}, writing = {writing:g}, reusing = {reusing:g} and {copies} copies it returns "
                "{given:.4g}; {what}."
            ).format(
                n=n, writing=writing, reusing=reusing, copies=copies, given=given, what=words[code]
            ),
        )
    return passed(_("It agrees with the lesson's model on every case."))
