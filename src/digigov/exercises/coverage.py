"""Checks of exercise 04."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.coverage import printed_count, printed_share, solve
from digigov.quantities import Interval

NATION = "000000"


@task
def highest_count(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Upper end of the rounding interval of the count, in persons."""
    printed = printed_count(p["count"], p["count_digits"])
    # Half a unit at the last of ten digits must still tell right from wrong.
    tolerance = printed.width / 100
    if is_close(answer, printed.high, rel=0, absolute=tolerance):
        return passed(_("Every count up to here prints the same."))
    if is_close(answer, printed.midpoint + printed.width, rel=0, absolute=tolerance):
        return hint(
            "whole_unit",
            _("You added a whole unit of the last digit. From where on would it round up?"),
        )
    if is_close(answer, printed.low, rel=0, absolute=tolerance):
        return hint("lowest", _("That is the lowest count. The question asks for the highest."))
    if is_close(answer, printed.midpoint, rel=0, absolute=tolerance):
        return hint(
            "printed",
            _(
                "That is the printed figure itself. Which larger counts are still rounded down to it?"
            ),
        )
    if is_close(answer * 1e8, printed.high) or is_close(answer * 1e9, printed.high):
        return hint("unit", _("The size is right, the unit is not: give the count in persons."))
    return hint(
        "other",
        _(
            "Find what one unit of the last trusted digit is worth, and add half of it to the count."
        ),
    )


@task
def lowest_population(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Lower end of the implied denominator, in persons."""
    count = printed_count(p["count"], p["count_digits"])
    share = printed_share(p["share"], p["share_digits"])
    tolerance = (count / share).width / 1000
    if is_close(answer, count.low / share.high, rel=1e-9, absolute=tolerance):
        return passed(_("The smallest count over the largest share: opposite ends."))
    if is_close(answer, count.high / share.low, rel=1e-9, absolute=tolerance):
        return hint(
            "highest", _("That is the largest population that fits. Which ends give the smallest?")
        )
    if is_close(answer, count.low / share.low, rel=1e-9, absolute=tolerance):
        return hint(
            "same_ends",
            _(
                "You paired the low count with the low share. A larger share makes the population smaller."
            ),
        )
    if is_close(answer, p["count"] / (p["share"] / 100), rel=1e-9, absolute=tolerance):
        return hint(
            "no_rounding",
            _(
                "You divided the printed figures as if they were exact. Use their rounding intervals."
            ),
        )
    if is_close(answer * 100, count.low / share.high, rel=1e-6):
        return hint("percent", _("The share is in percent: divide it by one hundred first."))
    return hint("other", _("Divide one end of the count's interval by one end of the share's."))


@task
def share_of_provinces(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Coverage in percent of the sum of the provinces at the end of 2022."""
    people = load("provinces").set_index("code")["pop_2022_10k"] * 10_000
    national, provinces = people[NATION], people.drop(NATION).sum()
    expected = 100 * p["count"] / provinces
    # The two denominators differ by 0.14 percent: a looser comparison would not see it.
    if is_close(answer, expected, rel=2e-4):
        return passed(_("A smaller denominator, a larger share."))
    if is_close(answer, 100 * p["count"] / national, rel=2e-4):
        return hint(
            "national", _("You divided by the national total. Add up the provinces instead.")
        )
    if is_close(answer, 100 * p["count"] / (national + provinces), rel=2e-4):
        return hint(
            "counted_twice",
            _("Your sum holds the national row as well, so everybody is counted twice."),
        )
    if is_close(answer, expected / 100, rel=2e-4):
        return hint("fraction", _("That is a fraction of one. The question asks for percent."))
    if is_close(answer, expected * 10_000, rel=2e-4):
        return hint("ten_thousands", _("The column counts in units of ten thousand persons."))
    return hint(
        "other", _("Drop the row of the nation, add up the column, and divide the count by it.")
    )


@task(kind=str)
def what_follows(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What consistency with a population proves."""
    match answer.strip().lower():
        case "b":
            return passed(_("Consistency is possible agreement: not truth, and not uniqueness."))
        case "a":
            return hint(
                "true", _("Two figures made from one wrong register would agree just as well.")
            )
        case "c":
            return hint("unique", _("How many candidates survived at the default parameters?"))
        case "d":
            return hint(
                "rest",
                _("The register counts entries. What if some holders are counted twice?"),
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


@task(kind=callable)
def fits(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that says whether a population fits a count and a share."""
    import pandas as pd

    cases = [
        ("no_slack", Interval(95, 105), Interval(0.95, 1.05), 110.0),
        ("no_slack", Interval(95, 105), Interval(0.95, 1.05), 91.0),
        ("too_small", Interval(95, 105), Interval(0.95, 1.05), 80.0),
        ("too_large", Interval(95, 105), Interval(0.95, 1.05), 130.0),
        ("no_slack", Interval(1.3735e9, 1.3745e9), Interval(0.9725, 0.9735), 1.41175e9),
        ("too_large", Interval(1.3735e9, 1.3745e9), Interval(0.9725, 0.9735), 1.4145e9),
    ]
    words = {
        "no_slack": _("it refuses a population that fits; compare intervals, not midpoints"),
        "too_small": _("it accepts a population that is too small"),
        "too_large": _("it accepts a population that is too large"),
    }
    for code, count, share, population in cases:
        expected = bool(solve(count, share, pd.Series([population]))["survives"].item())
        given = answer(count, share, population)
        if given is None or given is Ellipsis:
            return hint(
                "nothing", _("Your function returns nothing; it should return True or False.")
            )
        if not isinstance(given, bool | np.bool_):
            return hint(
                "no_answer",
                _("Your function returns {given!r}; it should return True or False.").format(
                    given=given
                ),
            )
        if bool(given) != expected:
            return hint(
                code,
                _(
                    "For the count [{c.low:g}, {c.high:g}], the share [{s.low:g}, {s.high:g}] and the "
                    "population {population:g}, {what}."
                ).format(c=count, s=share, population=population, what=words[code]),
            )
    return passed(_("It agrees with the lesson's solver on every case."))
