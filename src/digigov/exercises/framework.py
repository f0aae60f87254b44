"""Checks of exercise 07."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.framework import lags, place, select

YEAR = 365.25


@task(kind=int)
def rows_by_publication(answer: int, p: Mapping[str, Any]) -> Outcome:
    """Rows of the selection whose publication is known to the day."""
    placed = place(load("policies"))
    chosen = select(placed, p["from_year"], p["to_year"], p["issuer"])
    expected = _to_the_day(chosen["date_published"])
    if answer == expected:
        return passed(_("A length of ten characters, YYYY-MM-DD, is a day."))
    if answer == chosen["date_published"].notna().sum():
        return hint("any", _("You counted every date of publication. Some are a month or a year."))
    if answer == _to_the_day(chosen["date_adopted"]):
        return hint(
            "signed", _("That is the count for the signature. Which column holds the other?")
        )
    if answer == _to_the_day(placed["date_published"]):
        return hint("whole", _("That counts the whole record. Use the rows that were selected."))
    if answer == len(chosen):
        return hint(
            "rows", _("That is the number of selected rows. How many of them have the date?")
        )
    return hint(
        "other", _("Look at the length of the text in date_published: a day has ten characters.")
    )


def _to_the_day(dates: pd.Series) -> int:
    return int((dates.str.len() == 10).sum())


@task
def longest_wait(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Most days that can lie between the approval and the publication of the data measures."""
    policies = load("policies").set_index("policy_id")
    row = policies.loc[["P18"]]
    whole = lags(row["date_approved"], row["date_published"]).iloc[0]
    signed = lags(row["date_approved"], row["date_adopted"]).iloc[0]
    if answer == whole["high"]:
        return passed(_("First day of the one month to the last day of the other."))
    if answer == whole["low"]:
        return hint(
            "shortest", _("That is the shortest wait. Which day of each month makes it longest?")
        )
    if answer == whole["high"] + 1:
        return hint("inclusive", _("You counted both ends. From the 1st to the 2nd is one day."))
    if answer in (signed["high"], signed["low"]):
        return hint(
            "signature", _("That leads to the signature. The question asks for publication.")
        )
    if abs(answer - 183) <= 3:
        return hint(
            "months", _("Six months is the difference of the names. Count days between dates.")
        )
    return hint(
        "other",
        _("Take the earliest day that the approval allows and the latest of the publication."),
    )


@task
def decrees_a_year(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Decrees of the State Council a year between two of them."""
    policies = load("policies").set_index("policy_id").loc[["P03", "P08"]]
    number = policies["doc_number"].str.extract(r"(\d+)", expand=False).astype(int)
    signed = pd.to_datetime(policies["date_adopted"])
    count, days = number.iloc[1] - number.iloc[0], (signed.iloc[1] - signed.iloc[0]).days
    expected = count / days * YEAR
    # Years of 365 or of 365.25 days: both are right, to one decimal.
    if is_close(answer, expected, rel=0, absolute=0.05):
        return passed(_("The numbers run on from year to year, so the difference is a count."))
    if is_close(answer, count / days, rel=2e-3):
        return hint("day", _("That is decrees a day. The question asks for a year."))
    if is_close(answer, days / count, rel=2e-3) or is_close(answer, days / count / YEAR, rel=0.01):
        return hint(
            "inverted", _("You divided time by decrees. Which of the two is 'per' the other?")
        )
    if is_close(answer, number.iloc[1] / days * YEAR, rel=2e-3):
        return hint(
            "number", _("You divided the later number itself. How many decrees came in between?")
        )
    if is_close(answer, (count + 1) / days * YEAR, rel=1.5e-3):
        return hint("both", _("You counted the first decree too. Count what came after it."))
    return hint(
        "other",
        _("Divide the difference of the two numbers by the days between them, times 365.25."),
    )


@task
def day_of_number_six(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Day of the year of the sixth document, in proportion to a dated one."""
    row = load("policies").set_index("policy_id").loc["P16"]
    day = pd.Timestamp(row["date_adopted"]).day_of_year
    expected = 6 / 32 * day
    if is_close(answer, expected, rel=0, absolute=1):
        return passed(_("In proportion. The lesson's interval says how far to trust it."))
    if is_close(answer, 6 / 32 * 365, rel=0, absolute=1):
        return hint(
            "whole_year",
            _("That takes number 32 for the last of the year. On which day was it signed?"),
        )
    if is_close(answer, 32 / 6 * day, rel=0.01):
        return hint("inverted", _("Number 6 has to come earlier than number 32."))
    if is_close(answer, day / 32, rel=0.01):
        return hint("one", _("That is the time for one document. Six take longer."))
    if is_close(answer, day - 26, rel=0, absolute=1):
        return hint(
            "difference", _("You took one day for each number. How many days does a number take?")
        )
    return hint(
        "other",
        _("The days grow in proportion to the numbers: 32 numbers took the days to the signature."),
    )


@task(kind=str)
def what_follows(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a large share of equally good shuffles shows."""
    match answer.strip().lower():
        case "c":
            return passed(
                _("A test that finds nothing has found nothing: not that there is nothing.")
            )
        case "a":
            return hint(
                "disproved",
                _(
                    "Eleven pairs of nineteen still are in order. Is that what a refutation looks like?"
                ),
            )
        case "b":
            return hint(
                "majority",
                _(
                    "More than half are in order, and shuffled dates often give as many. "
                    "What do you compare with?"
                ),
            )
        case "d":
            return hint(
                "probability",
                _(
                    "The share is computed as if the order did not exist. It cannot be the probability of that."
                ),
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


@task(kind=callable)
def order_of(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that says which of two dates of any precision is the earlier."""
    cases = [
        ("day", "2022-06-06", "2022-06-23", "before"),
        ("day", "2023-09-04", "2023-08-22", "after"),
        ("same", "2022-10-03", "2022-10-03", "unknown"),
        ("month", "2022-10", "2022-10-03", "unknown"),
        ("month", "2022-10-31", "2022-10", "unknown"),
        ("apart", "2022-10", "2022-11-01", "before"),
        ("year", "2002", "2002-12-31", "unknown"),
        ("apart", "2007-04-05", "2002", "after"),
    ]
    words = {
        "day": _("days are compared as days"),
        "same": _("two documents of one day may be in either order"),
        "month": _("a month holds all of its days, and the other date is one of them"),
        "year": _("a year holds all of its days"),
        "apart": _("the two do not overlap, so the order is known"),
    }
    for code, one, other, expected in cases:
        given = answer(one, other)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a text."))
        if given != expected:
            return hint(
                code,
                _("For {one} and {other} it returns {given!r}, not {expected!r}: {why}.").format(
                    one=one, other=other, given=given, expected=expected, why=words[code]
                ),
            )
    return passed(_("It never claims to know what the dates do not say."))
