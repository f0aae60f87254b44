"""Consistency of a printed count, a printed share and the populations they may refer to."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pandas as pd

from digigov.quantities import Interval, rounding_interval


def printed_count(count: float, significant_digits: int) -> Interval:
    """All counts that print as `count` when rounded to some significant digits.

    Parameters
    ----------
    count : float
        The figure, in persons; rounded to `significant_digits` first.
    significant_digits : int
        How many of its digits are trusted: 4 for 13.74亿.

    Returns
    -------
    Interval
        In persons.

    Raises
    ------
    ValueError
        If `count` or `significant_digits` is not positive.
    """
    if count <= 0 or significant_digits < 1:
        raise ValueError(
            f"count = {count} and significant_digits = {significant_digits} must be positive"
        )
    unit = 10.0 ** (math.floor(math.log10(count)) - significant_digits + 1)
    return rounding_interval(round(count / unit) * unit, unit)


def printed_share(share: float, decimals: int) -> Interval:
    """All shares that print as `share` percent with some decimals, as fractions of one.

    Raises
    ------
    ValueError
        If `share` is not positive, or so small that its rounding interval holds zero.
    """
    unit = 10.0**-decimals
    percent = rounding_interval(round(share, decimals), unit)
    if percent.low <= 0:
        raise ValueError(f"share = {share} with {decimals} decimals could be zero: no denominator")
    return Interval(percent.low / 100, percent.high / 100)


def trusted_digits(value: float) -> tuple[int, int]:
    """Significant digits and decimals of a figure whose print we have not seen.

    A trailing zero is not trusted: 1.38 billion may have been printed as 1.38 or 1.380.

    Returns
    -------
    tuple of int
        Significant digits and decimals, without trailing zeros: ``(4, 2)`` for 98.35, hence the
        least precision that the figure can have had.

    Raises
    ------
    ValueError
        If `value` is not positive.
    """
    if value <= 0:
        raise ValueError(f"value = {value} must be positive")
    _sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    return len(digits), max(-int(exponent), 0)


def implied_denominator(count: Interval, share: Interval) -> Interval:
    """Populations for which a count and a share are both right, in persons."""
    return count / share


def solve(count: Interval, share: Interval, candidates: pd.Series) -> pd.DataFrame:
    """Hold a printed count and share against candidate denominators.

    Parameters
    ----------
    count : Interval
        In persons.
    share : Interval
        As a fraction of one.
    candidates : Series of float
        Populations in persons, by name.

    Returns
    -------
    DataFrame
        Indexed as `candidates`: ``denominator`` (persons), ``share_low`` and ``share_high`` (the
        coverage in percent that the count would give) and ``survives`` (whether a rounding exists
        that makes count, share and denominator agree).

    Raises
    ------
    ValueError
        If there is no candidate, or one is not positive.
    """
    if candidates.empty or not (candidates > 0).all():
        raise ValueError("candidates must be one or more positive populations")
    low, high = count.low / candidates, count.high / candidates
    return pd.DataFrame(
        {
            "denominator": candidates,
            "share_low": 100 * low,
            "share_high": 100 * high,
            "survives": (low <= share.high) & (high >= share.low),
        }
    )


def survivors_by_digits(
    true_count: float,
    true_denominator: float,
    candidates: pd.Series,
    significant_digits: range = range(1, 9),
    decimals: range = range(5),
) -> pd.DataFrame:
    """How many candidates survive if a count and its share are printed with more or fewer digits.

    Parameters
    ----------
    true_count, true_denominator : float
        What is printed in rounded form, in persons.
    candidates : Series of float
        Populations in persons.
    significant_digits, decimals : range
        Precision of the count, and of the share in percent.

    Returns
    -------
    DataFrame
        Columns ``significant_digits``, ``decimals``, ``survivors``: one row a combination.
        The share is computed from the true count, so the true denominator always survives.
    """
    share = 100 * true_count / true_denominator

    def survivors(digits: int, places: int) -> int:
        if round(share, places) == 0:
            # A share that prints as zero says nothing about the denominator.
            return len(candidates)
        count_interval, share_interval = (
            printed_count(true_count, digits),
            printed_share(share, places),
        )
        return int(solve(count_interval, share_interval, candidates)["survives"].sum())

    rows = [
        (digits, places, survivors(digits, places))
        for digits in significant_digits
        for places in decimals
    ]
    return pd.DataFrame(rows, columns=["significant_digits", "decimals", "survivors"])


def person_coverage(holders: float, population: float, miscounted: np.ndarray) -> pd.DataFrame:
    """Coverage of residents if some of the holders counted are not residents with a card.

    Two cards of one person, cards of the deceased and cards of people abroad are all counted as
    holders. A share ``m`` of such entries leaves ``(1 - m) * holders`` residents with a card.

    Parameters
    ----------
    holders, population : float
        In persons.
    miscounted : ndarray, shape (n,)
        Shares from 0 to 1.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``miscounted`` and ``coverage``, both in percent; coverage is cut at 100.

    Raises
    ------
    ValueError
        If a share is outside 0 to 1.
    """
    miscounted = np.asarray(miscounted, dtype=float)
    if ((miscounted < 0) | (miscounted > 1)).any():
        raise ValueError("miscounted shares must lie between 0 and 1")
    coverage = np.minimum((1 - miscounted) * holders / population, 1.0)
    return pd.DataFrame({"miscounted": 100 * miscounted, "coverage": 100 * coverage})
