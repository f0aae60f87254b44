"""Checks of exercise 03."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.users import denominators, doubling_time

NATIONAL_USERS, PROVINCIAL_USERS = 808e6, 700e6
LETTERS = {"a", "b", "c", "d", "e"}


def _people() -> pd.DataFrame:
    return denominators(load("provinces"), load("internet"))


@task
def least_share(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Real-name users of 2024 as a percentage of the denominator."""
    people, chosen = _people(), p["denominator"]
    series = load("platform_series").query("entity == 'national_integrated_platform'")
    count = series.query("metric == 'real_name_users' and period == '2024'")["value"].item()
    expected = 100 * count / people.loc[2024, chosen]
    # The population of 2022 differs by 0.25 percent: a looser comparison would not see it.
    if is_close(answer, expected, rel=5e-4):
        return passed(_("At least: the count is printed as “over”, so the share is a bound too."))
    if is_close(answer, 100 * 100 / expected, rel=5e-4) or is_close(answer, 100 / expected):
        return hint("inverted", _("You divided the people by the users. A share of what is it?"))
    if is_close(answer, expected / 100, rel=5e-4):
        return hint("fraction", _("That is a fraction of one. The question asks for percent."))
    if any(is_close(answer, 100 * count / people.loc[2024, other], rel=5e-4) for other in people):
        return hint(
            "denominator",
            _(
                "That is the share of another population. This run has denominator = {chosen}."
            ).format(chosen=chosen),
        )
    if any(
        is_close(answer, 100 * count / people.loc[year, chosen], rel=5e-4) for year in people.index
    ):
        return hint(
            "year", _("Users of 2024 over the people of another year: take both of one date.")
        )
    if any(is_close(answer, 100 * 1e9 / people.loc[year, chosen]) for year in (2022, 2024)):
        return hint("older", _("That is the billion of the article. The table has a later number."))
    return hint(
        "other",
        _("Divide the users in the row 2024 of series by the people in the row 2024 of people."),
    )


@task
def latest_doubling(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Longest doubling time that 809 million and "over a billion" a year later allow."""
    growth = math.log(1000 / 809)
    if is_close(answer, 12 * math.log(2) / growth, rel=5e-3):
        return passed(_("At the latest: “over” allows more users, and so a faster doubling."))
    if is_close(answer, 12 * 809 / 191, rel=5e-3):
        return hint(
            "linear",
            _("You added the same number every month. Here it is the same factor: use logarithms."),
        )
    if is_close(answer, math.log(2) / growth, rel=5e-3):
        return hint("years", _("That is in years. The question asks for months."))
    if is_close(answer, 12 / growth, rel=5e-3):
        return hint("no_log_of_two", _("So long it takes to grow 2.718 times. When is it twice?"))
    if is_close(answer, 12 * growth / math.log(2), rel=5e-3):
        return hint("inverted", _("The fraction is upside down: slower growth takes longer."))
    if is_close(answer, 12 * 70 / (100 * 191 / 809), rel=5e-3):
        return hint(
            "rule_of_70", _("The rule of 70 is for a few percent; here it is 24. Use logarithms.")
        )
    ceiling = _people().loc[2021, p["denominator"]]
    if is_close(answer, doubling_time(809e6, ceiling, 12), rel=5e-3):
        return hint(
            "earliest",
            _(
                "That is the earliest: with everybody a user. Which number of users is the smallest?"
            ),
        )
    return hint(
        "other", _("Find the factor of twelve months, then the time in which the factor becomes 2.")
    )


@task(kind=set)
def may_be_subtracted(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Pairs of figures that name one platform and one metric."""
    chosen = {str(letter).strip().lower() for letter in answer}
    if not chosen or not chosen <= LETTERS:
        return hint("letters", _("Answer with a set of letters from a to e, each in quotes."))
    reasons = {
        "b": _("Pair b: which platform do the two reports count? Neither says."),
        "c": _("Pair c: uses of the one platform, visits of the other."),
        "d": _("Pair d: find out which platform each of them can be about."),
    }
    for letter, reason in reasons.items():
        if letter in chosen:
            return hint(letter, reason)
    if chosen == {"a", "e"}:
        return passed(_("One platform, one metric, two dates: a lower bound of what was added."))
    return hint(
        "bound",
        _("There is another. “Over” is no obstacle: the difference is then at least so large."),
    )


@task
def least_overlap(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Lower Fréchet bound of the overlap of 808 and 700 million, in persons."""
    base = _people().loc[2022, p["denominator"]]
    both = NATIONAL_USERS + PROVINCIAL_USERS
    expected = both - base
    if is_close(answer, expected, rel=2e-3):
        return passed(_("More accounts than people: so many must stand at both doors."))
    if answer == 0:
        return hint(
            "zero",
            _("Without overlap there would be {n:,.0f} people. How many are there?").format(n=both),
        )
    if is_close(answer, PROVINCIAL_USERS):
        return hint("most", _("That is the largest overlap. The question asks for the smallest."))
    if is_close(answer, both):
        return hint("sum", _("That is the number of accounts. How many more is it than people?"))
    if is_close(answer, both - 1e9):
        return hint(
            "whole",
            _(
                "You used the billion of the whole platform. Here only two sizes are known, and the people."
            ),
        )
    if is_close(answer, NATIONAL_USERS * PROVINCIAL_USERS / base):
        return hint(
            "independent",
            _(
                "That holds if one account says nothing about the other. The bound must hold always."
            ),
        )
    if is_close(answer, expected / base, rel=2e-3) or is_close(
        answer, 100 * expected / base, rel=2e-3
    ):
        return hint("share", _("That is a share. The question asks for people."))
    return hint(
        "other",
        _("Fréchet's lower bound in persons: the two sizes added, less all people there are."),
    )


@task(kind=str)
def lost_million(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What the difference of 809 and 808 million says."""
    match answer.strip().lower():
        case "c":
            return passed(_("Entity, metric, date: the first of the three differs."))
        case "a":
            return hint(
                "right", _("How many users did other reports give the portal in December 2021?")
            )
        case "b":
            return hint(
                "rounding", _("Standing still for two years? Look at the figure of December 2021.")
            )
        case "d":
            return hint(
                "moved", _("Who opens an account at a second portal does not close the first.")
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


def _cases() -> list[list[tuple[str, str]]]:
    simple = [("national", "A"), ("national", "B"), ("Anhui", "B"), ("Anhui", "C")]
    others = [("national", "A"), ("Hubei", "B"), ("Hubei", "C"), ("Anhui", "D")]
    two_provinces = [*simple, ("Hubei", "B"), ("national", "D")]
    everybody = [("Hubei", "A"), ("national", "A"), ("Anhui", "A")]
    return [simple, others, two_provinces, everybody]


@task(kind=callable)
def overlap_of(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that finds the overlap in a list of accounts."""
    for accounts in _cases():
        national = {identity for portal, identity in accounts if portal == "national"}
        provincial = [identity for portal, identity in accounts if portal != "national"]
        both = national & set(provincial)
        expected = len(both) / len(national)
        given = answer(list(accounts))
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a share."))
        if is_close(given, expected, absolute=1e-9):
            continue
        shown = ", ".join(f"{portal} {identity}" for portal, identity in accounts)
        rivals = {
            "accounts": (
                sum(identity in national for identity in provincial) / len(national),
                _("It counts accounts: somebody in two provinces is still one person."),
            ),
            "all_persons": (
                len(both) / len(national | set(provincial)),
                _("It divides by all persons. The share is of those with a national account."),
            ),
            "provincial": (
                len(both) / len(set(provincial)),
                _("It divides by the provincial users. The share is of the national ones."),
            ),
            "percent": (100 * expected, _("It returns percent; from 0 to 1 was asked.")),
            "persons": (len(both), _("It returns a number of persons, not a share.")),
        }
        for code, (value, reason) in rivals.items():
            if is_close(given, value, absolute=1e-9):
                return hint(
                    code, _("For the accounts {shown}: {reason}").format(shown=shown, reason=reason)
                )
        return hint(
            "other",
            _("For the accounts {shown} it gives {given}, expected is {expected:.3f}.").format(
                shown=shown, given=given, expected=expected
            ),
        )
    return passed(_("It counts persons, as the federation does, however many doors they use."))
