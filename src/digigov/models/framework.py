"""Documents in time: dates that are intervals, orders, families, pace, and the serial-number clock.

A date known to the month is an interval of days. So a lag between two dates is an interval too,
and two documents of one month may be in either order. Nothing here guesses a day.

Pace is judged against a homogeneous Poisson process, and a document without a date is dated by its
number under the same process: D. R. Cox and P. A. W. Lewis, *The Statistical Analysis of Series of
Events* (Methuen, 1966), chapters 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaincinv, gammaincinv

from digigov.i18n import _
from digigov.parameters import ParameterError

LEVELS = ("party_and_state", "npc_committee", "state_council", "general_office", "other")
"""Levels of issuers, from the top down; the last holds provinces, agencies and companies."""

BEST_DATE = ("date_adopted", "date_published", "date_in_force")
"""Dates that place a document in time: the first that is known."""

SERIES = {"国发": "state_council", "国办发": "general_office", "国办函": "letters"}
"""Series that start again from one every year, by the word before the bracket."""


class Orders(NamedTuple):
    """How many pairs of documents are in a claimed order in time."""

    in_order: int
    reversed: int
    undecided: int


# ---------------------------------------------------------------------------------------- dates


def bounds(dates: pd.Series) -> pd.DataFrame:
    """First and last day that a day, month or year can mean.

    Parameters
    ----------
    dates : Series of str, shape (n,)
        ``2022``, ``2022-10``, ``2022-10-03``, or missing.

    Returns
    -------
    DataFrame, shape (n, 2)
        Timestamps ``first`` and ``last``; missing where the date is.

    Raises
    ------
    ValueError
        If a text is no such date.
    """
    texts = dates.astype("string")
    wrong = texts[~texts.str.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?").fillna(True).astype(bool)]
    if len(wrong):
        raise ValueError(f"date = {wrong.iloc[0]!r}; allowed: YYYY, YYYY-MM or YYYY-MM-DD")
    first = pd.to_datetime((texts + "-01-01").str[:10])
    length = texts.str.len().fillna(10)
    last = first.where(length != 7, first + pd.offsets.MonthEnd(0))
    last = last.where(length != 4, first + pd.offsets.YearEnd(0))
    return pd.DataFrame({"first": first, "last": last})


def place(policies: pd.DataFrame) -> pd.DataFrame:
    """Place each document in time as narrowly as its row allows.

    Parameters
    ----------
    policies : DataFrame
        The dataset; a document with no date at all has a number that holds its year.

    Returns
    -------
    DataFrame
        The same rows with ``first`` and ``last``, and ``known_by``: the column of the date used,
        or ``doc_number``.

    Raises
    ------
    ValueError
        If a document has neither a date nor a year in its number.
    """
    found = policies["doc_number"].str.extract(r"〔(\d{4})〕", expand=False)
    known_by = pd.Series("doc_number", index=policies.index)
    for column in reversed(BEST_DATE):
        found = policies[column].fillna(found)
        known_by = known_by.mask(policies[column].notna(), column)
    if found.isna().any():
        nameless = ", ".join(policies.loc[found.isna(), "policy_id"])
        raise ValueError(f"no date and no year in the number: {nameless}")
    return policies.join(bounds(found)).assign(known_by=known_by)


def select(placed: pd.DataFrame, from_year: int, to_year: int, issuer: str) -> pd.DataFrame:
    """Documents of a level of issuer in some years.

    Parameters
    ----------
    placed : DataFrame
        As `place` returns it.
    from_year, to_year : int
        First and last year, both included.
    issuer : str
        One of `LEVELS`, or ``"all"``.

    Returns
    -------
    DataFrame
        At least one row, in file order.

    Raises
    ------
    ParameterError
        If the years are in the wrong order, the issuer is unknown, or nothing is left.
    """
    if from_year > to_year:
        raise ParameterError(
            _(
                "from_year = {first} is after to_year = {last}; from_year may be at most {last}"
            ).format(first=from_year, last=to_year)
        )
    if issuer not in ("all", *LEVELS):
        raise ParameterError(
            _("issuer = {issuer!r} is not known; allowed: {allowed}").format(
                issuer=issuer, allowed=", ".join(("all", *LEVELS))
            )
        )
    ours = placed if issuer == "all" else placed[placed["issuer_level"] == issuer]
    years = ours["first"].dt.year
    chosen = ours[years.between(from_year, to_year)]
    if chosen.empty:
        raise ParameterError(
            _(
                "issuer = {issuer!r} has no document from {first} to {last}; "
                "choose years that include one of {years}"
            ).format(
                issuer=issuer,
                first=from_year,
                last=to_year,
                years=", ".join(map(str, sorted(set(years)))),
            )
        )
    return chosen


def lags(earlier: pd.Series, later: pd.Series) -> pd.DataFrame:
    """Days from one date to a later one, as intervals.

    Parameters
    ----------
    earlier, later : Series of str, shape (n,)
        Dates as `bounds` takes them; the later one is known to be the later.

    Returns
    -------
    DataFrame, shape (n, 2)
        ``low`` and ``high`` in days, not below zero; missing where a date is.
    """
    start, end = bounds(earlier), bounds(later)
    low = (end["first"] - start["last"]).dt.days.clip(lower=0)
    return pd.DataFrame({"low": low, "high": (end["last"] - start["first"]).dt.days})


# --------------------------------------------------------------------------------------- orders


def precedence(placed: pd.DataFrame) -> NDArray[np.int_]:
    """Who surely came before whom.

    Parameters
    ----------
    placed : DataFrame, shape (n, …)
        With ``first`` and ``last``.

    Returns
    -------
    ndarray, shape (n, n)
        1 where the row's document is surely before the column's, -1 where it is surely after it,
        0 where the dates do not say; antisymmetric.
    """
    first = placed["first"].to_numpy()
    last = placed["last"].to_numpy()
    before = last[:, None] < first[None, :]
    return before.astype(int) - before.T.astype(int)


def orders(placed: pd.DataFrame, groups: Sequence[int] | None = None) -> Orders:
    """How many pairs of documents follow each other as claimed.

    Parameters
    ----------
    placed : DataFrame, shape (n, …)
        With ``first`` and ``last``; rows in the claimed order.
    groups : sequence of int, shape (n,), optional
        Place of each row in the claimed order; rows of one group make no pair. By default every
        row has a place of its own.

    Returns
    -------
    Orders
        Counts that add up to the number of pairs.
    """
    claimed = np.arange(len(placed)) if groups is None else np.asarray(groups)
    signs = precedence(placed)[claimed[:, None] < claimed[None, :]]
    return Orders(int((signs > 0).sum()), int((signs < 0).sum()), int((signs == 0).sum()))


def inversion_distribution(n: int) -> NDArray[np.float64]:
    """Probability of each number of reversed pairs in a random order of `n` documents.

    Parameters
    ----------
    n : int
        At least 1.

    Returns
    -------
    ndarray, shape (n * (n - 1) / 2 + 1,)
        Probabilities of 0, 1, 2, … reversed pairs (the Mahonian numbers over ``n!``; Knuth,
        *The Art of Computer Programming*, vol. 3, section 5.1.1). They sum to one.
    """
    if n < 1:
        raise ValueError(f"n = {n}; it must be at least 1")
    counts = np.ones(1)
    for size in range(2, n + 1):
        counts = np.convolve(counts, np.ones(size) / size)
    return counts


def shuffled_balances(
    placed: pd.DataFrame,
    groups: Sequence[int],
    draws: int,
    rng: np.random.Generator,
) -> NDArray[np.int_]:
    """Pairs in order minus pairs reversed, if the dates were dealt out at random.

    A document that stands in several groups keeps one date.

    Parameters
    ----------
    placed : DataFrame, shape (n, …)
        With ``policy_id``, ``first`` and ``last``; a row for each document and group.
    groups : sequence of int, shape (n,)
        As in `orders`.
    draws : int
        Number of permutations.
    rng : Generator

    Returns
    -------
    ndarray, shape (draws,)
    """
    documents = placed.drop_duplicates("policy_id")
    row = pd.Index(documents["policy_id"]).get_indexer(placed["policy_id"])
    claimed = np.asarray(groups)
    one, other = np.nonzero(claimed[:, None] < claimed[None, :])
    signs = precedence(documents)
    dealt = rng.permuted(np.tile(np.arange(len(documents)), (draws, 1)), axis=1)
    return signs[dealt[:, row[one]], dealt[:, row[other]]].sum(axis=1)


# ------------------------------------------------------------------------------------- families


def families(placed: pd.DataFrame, phrases: Mapping[str, str]) -> pd.DataFrame:
    """Link each document to the one before it whose title holds the same phrase.

    Parameters
    ----------
    placed : DataFrame
        As `place` returns it, with Chinese titles in ``title_zh``.
    phrases : mapping
        Name of a family to the regular expression that its titles match.

    Returns
    -------
    DataFrame
        A row for each link: ``family``, ``earlier`` and ``later`` (policy ids), ``low`` and
        ``high`` (days between the two, as an interval), and ``direction``: ``down`` where the
        later issuer stands below the earlier one, ``up`` where it stands above, else ``level``.
    """
    ordered = placed.sort_values(["first", "last"], kind="stable")
    rank = {level: i for i, level in enumerate(LEVELS)}
    rows = []
    for family, pattern in phrases.items():
        members = ordered[ordered["title_zh"].str.contains(pattern)].itertuples()
        for one, other in pairwise(members):
            step = rank[other.issuer_level] - rank[one.issuer_level]
            rows.append(
                {
                    "family": family,
                    "earlier": one.policy_id,
                    "later": other.policy_id,
                    "low": max((other.first - one.last).days, 0),
                    "high": (other.last - one.first).days,
                    "direction": "down" if step > 0 else "up" if step < 0 else "level",
                }
            )
    columns = ["family", "earlier", "later", "low", "high", "direction"]
    return pd.DataFrame(rows, columns=columns)


# ----------------------------------------------------------------------------------------- pace


def constant_pace(
    n_documents: int, n_years: int, draws: int, rng: np.random.Generator
) -> NDArray[np.int_]:
    """Histories of as many documents if every year were as likely as any other.

    Given their number, the events of a homogeneous Poisson process fall uniformly and
    independently (Cox and Lewis, section 2.1).

    Parameters
    ----------
    n_documents, n_years, draws : int
        At least 1 each.
    rng : Generator

    Returns
    -------
    ndarray, shape (draws, n_years)
        Documents in each year; every row sums to `n_documents`.
    """
    for name, value in (("n_documents", n_documents), ("n_years", n_years), ("draws", draws)):
        if value < 1:
            raise ValueError(f"{name} = {value}; it must be at least 1")
    return rng.multinomial(n_documents, np.full(n_years, 1 / n_years), size=draws)


def numbered(placed: pd.DataFrame) -> pd.DataFrame:
    """Read the documents' numbers in series that start again every year.

    Parameters
    ----------
    placed : DataFrame
        As `place` returns it.

    Returns
    -------
    DataFrame, indexed by policy id
        ``series`` (a value of `SERIES`), ``year``, ``number``, and the day of the year by which
        the number had been given, counted from the start of 1 January: ``low`` and ``high``,
        both missing where the row has no date. Where only the publication is dated, the number
        may have been given earlier in the year, so ``low`` is missing.
    """
    parts = placed.set_index("policy_id")["doc_number"].str.extract(r"^(\D+)〔(\d{4})〕(\d+)号$")
    parts = parts.set_axis(["series", "year", "number"], axis="columns").dropna()
    parts = parts[parts["series"].isin(list(SERIES))]
    parts["series"] = parts["series"].map(SERIES)
    parts[["year", "number"]] = parts[["year", "number"]].astype(int)
    rows = placed.set_index("policy_id").loc[parts.index]
    start = pd.to_datetime(parts["year"].astype(str) + "-01-01")
    known = rows["known_by"]
    parts["low"] = ((rows["first"] - start).dt.days + 1.0).where(known == "date_adopted")
    parts["high"] = ((rows["last"] - start).dt.days + 1.0).where(known != "doc_number")
    return parts


def pace(
    number: ArrayLike, days: ArrayLike, *, probability: float = 0.5
) -> NDArray[np.float64] | np.float64:
    """Bound of the yearly pace of a series whose document `number` came after `days`.

    In a Poisson process, the pace times the waiting time of the n-th event has the gamma
    distribution with shape n (Cox and Lewis, section 2.1), whatever the pace.

    Parameters
    ----------
    number : int or ndarray
        Number reached, from 1.
    days : float or ndarray
        Days that it took, above 0.
    probability : float
        Confidence that the pace is below the bound: 0.05 and 0.95 give an interval of 90 %.

    Returns
    -------
    float or ndarray
        Documents a year.
    """
    number, days = np.asarray(number, dtype=float), np.asarray(days, dtype=float)
    if (number < 1).any() or (days <= 0).any():
        raise ValueError("a number is at least 1 and took more than 0 days")
    return gammaincinv(number, probability) / days * 365


def clock_day(
    number: ArrayLike,
    *,
    counted: float,
    days: float,
    probability: ArrayLike = 0.5,
    year_days: int = 365,
) -> NDArray[np.float64]:
    """Day of the year of a document by its number, by the pace of other years.

    If `counted` numbers took `days` at the same constant pace, the waiting time of the n-th
    document over `days` has the beta prime distribution with parameters n and `counted`,
    whatever the pace: a ratio of two gamma variables (Johnson, Kotz and Balakrishnan,
    *Continuous Univariate Distributions*, vol. 2, 1995, section 25.7). It is cut off at the end
    of the year, because the number says which year it was.

    Parameters
    ----------
    number : int or ndarray
        The document's number in its year, from 1.
    counted, days : float
        Numbers given in the years that set the clock, and the days that they took.
    probability : float or ndarray
        Which quantile: 0.5 is the median.
    year_days : int
        Length of the document's year.

    Returns
    -------
    ndarray
        Days from the start of 1 January, at most `year_days`.

    Raises
    ------
    ValueError
        If a number is below 1, or the clock has not been set.
    """
    number = np.asarray(number, dtype=float)
    if (number < 1).any():
        raise ValueError(f"number = {number.min():g}; a document's number is at least 1")
    if counted < 1 or days <= 0:
        raise ValueError(
            f"counted = {counted:g} in days = {days:g}; a clock needs at least 1 number and 1 day"
        )
    within = clock_reach(number, counted=counted, days=days, year_days=year_days)
    share = betaincinv(number, counted, np.asarray(probability) * within)
    return np.minimum(days * share / (1 - share), year_days)


def clock_reach(
    number: ArrayLike, *, counted: float, days: float, year_days: int = 365
) -> NDArray[np.float64]:
    """Probability that a year gets as far as a number, by the pace of other years.

    Parameters
    ----------
    number, counted, days, year_days
        As in `clock_day`.

    Returns
    -------
    ndarray
        From 0 to 1; it falls with the number.
    """
    return betainc(np.asarray(number, dtype=float), counted, year_days / (year_days + days))
