"""Claims as intervals, and what can be computed from two of them.

The arithmetic is that of `digigov.quantities.Interval`.
"""

from __future__ import annotations

import datetime
import math

import pandas as pd

from digigov.quantities import Interval, format_count, printed_interval

KINDS = ("count", "share", "rank", "index")


def read_claims(claims: pd.DataFrame, kind: str = "all") -> pd.DataFrame:
    """Each claim as an interval, by the letter of its qualifier and as it is usually meant.

    Parameters
    ----------
    claims : DataFrame
        ``load("claims")``.
    kind : str
        One of `KINDS`, or ``"all"``.

    Returns
    -------
    DataFrame
        The claims of that kind that have a number, with the columns ``low`` and ``high`` (by the
        letter), ``usual_low`` and ``usual_high``, in the unit of the claim. No share is above 100.

    Raises
    ------
    ValueError
        If the kind is unknown, or no claim is of it.
    """
    if kind not in (*KINDS, "all"):
        raise ValueError(f"kind = {kind!r} is not known: {', '.join(KINDS)}, all")
    chosen = claims[claims["value"].notna()]
    if kind != "all":
        chosen = chosen[chosen["kind"] == kind]
    if chosen.empty:
        raise ValueError(f"kind = {kind!r}: no claim of this kind has a number")
    read = chosen.copy()
    for prefix, usual in (("", False), ("usual_", True)):
        intervals = [
            _bounded(printed_interval(row.value, row.qualifier, usual=usual), row.unit)
            for row in chosen.itertuples()
        ]
        read[f"{prefix}low"] = [interval.low for interval in intervals]
        read[f"{prefix}high"] = [interval.high for interval in intervals]
    return read


def _bounded(interval: Interval, unit: str) -> Interval:
    return Interval(interval.low, min(interval.high, 100.0)) if unit == "percent" else interval


def months_between(first: str, last: str) -> int:
    """Whole months from one date to another.

    Parameters
    ----------
    first, last : str
        As ``"2019-05-31"``; the later date second.

    Returns
    -------
    int
        From 31 May 2019 to 31 December 2022: 43.

    Raises
    ------
    ValueError
        If one is not a date, or the second is not the later one.
    """
    try:
        start, end = (pd.Timestamp(datetime.date.fromisoformat(day)) for day in (first, last))
    except ValueError:
        raise ValueError(f"{first!r} to {last!r}: a date looks like '2019-05-31'") from None
    if end <= start:
        raise ValueError(f"last = {last!r} is not after first = {first!r}")
    months = 12 * (end.year - start.year) + end.month - start.month
    # The last of a month counts as a whole one, however long the month before was.
    return months - (end.day < start.day and not end.is_month_end)


def monthly_rate(amount: Interval, persons: Interval, months: float) -> Interval:
    """How often each person did something in a month, on average.

    Parameters
    ----------
    amount : Interval
        What was counted over the whole time.
    persons : Interval
        Above zero.
    months : float
        Length of the time, positive.

    Returns
    -------
    Interval
        Per person and month.

    Raises
    ------
    ValueError
        If there are no persons or no time.
    """
    if persons.low <= 0:
        raise ValueError(f"persons start at {persons.low}; a rate needs somebody")
    if not (months > 0 and math.isfinite(months)):
        raise ValueError(f"months = {months} must be positive")
    return amount / persons / months


def continued(first: Interval, last: Interval, months: float, more: float) -> Interval:
    """Where a cumulative count stands if it goes on as it did between two figures.

    Parameters
    ----------
    first, last : Interval
        The two figures.
    months, more : float
        Time between them, and after the second; positive.

    Returns
    -------
    Interval
        ``last + more * (last - first) / months`` for all values that the figures allow.
    """
    if not (months > 0 and more > 0):
        raise ValueError(f"months = {months} and more = {more} must be positive")
    share = more / months
    # Not `last + share * (last - first)`: `last` would be taken twice, at two values at once.
    return last * (1 + share) - first * share


def written(interval: Interval) -> str:
    """An interval as a table shows it: ``85 billion … ∞``, ``0.99 … 2.00``."""
    return " … ".join(
        format_count(end) if 1e6 < end < math.inf else f"{end:,.2f}".replace("inf", "∞")
        for end in (interval.low, interval.high)
    )
