"""Users of a platform over time, against a denominator, and over two portals at once.

The bounds on two overlapping shares are those of Fréchet, "Généralisation du théorème des
probabilités totales", Fundamenta Mathematicae 25, 1935.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd

from digigov.quantities import Interval

DENOMINATORS = ("population", "netizens", "service_users")
"""National population, internet users, and internet users who say they use government services."""


def month_of(period: str) -> int:
    """Number of a month, so that the difference of two is the months between them.

    Parameters
    ----------
    period : str
        ``"2022-12"``.

    Raises
    ------
    ValueError
        If the period is not a year and a month.
    """
    year, dash, month = period.partition("-")
    if not (dash and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12):
        raise ValueError(f"period = {period!r} is not a year and a month, such as '2022-12'")
    return 12 * int(year) + int(month) - 1


def monthly_growth(first: Interval, last: Interval, months: int) -> Interval:
    """Growth rates that lead from one figure to another.

    Parameters
    ----------
    first, last : Interval
        What the two figures may be; the first above zero.
    months : int
        Between the two, at least 1.

    Returns
    -------
    Interval
        As a share a month: 0.02 is 2 percent.

    Raises
    ------
    ValueError
        If there is no month between, or `first` reaches down to zero.
    """
    if months < 1:
        raise ValueError(f"months = {months} is out of range: 1 or more")
    if first.low <= 0:
        raise ValueError(f"first starts at {first.low}; growth needs a figure above zero")
    return Interval(*((ratio ** (1 / months) - 1) for ratio in _ratios(first, last)))


def _ratios(first: Interval, last: Interval) -> tuple[float, float]:
    return last.low / first.high, last.high / first.low


def doubling_months(growth: Interval) -> Interval:
    """Months in which a quantity doubles at a growth rate.

    Parameters
    ----------
    growth : Interval
        As a share a month, above -1.

    Returns
    -------
    Interval
        ``log 2 / log(1 + growth)``; infinite where the quantity may not grow at all.
    """
    slow, fast = (
        math.log(2) / math.log1p(rate) if rate > 0 else math.inf
        for rate in (growth.low, growth.high)
    )
    return Interval(fast, slow)


def steps(printed: pd.DataFrame) -> pd.DataFrame:
    """Growth between each figure of a series and the next.

    Parameters
    ----------
    printed : DataFrame
        Columns ``period`` ("2022-12") and ``interval`` (`Interval`), in any order.

    Returns
    -------
    DataFrame
        A row a step: ``start``, ``end``, ``months``, ``growth`` and ``doubling`` (`Interval`), and
        ``falls``, whether the later figure must be the smaller one.
    """
    ordered = printed.sort_values("period", kind="stable")
    rows = []
    for (_, one), (_, other) in zip(
        ordered.iloc[:-1].iterrows(), ordered.iloc[1:].iterrows(), strict=True
    ):
        months = month_of(other["period"]) - month_of(one["period"])
        growth = monthly_growth(one["interval"], other["interval"], months)
        rows.append(
            {
                "start": one["period"],
                "end": other["period"],
                "months": months,
                "growth": growth,
                "doubling": doubling_months(growth),
                "falls": growth.high < 0,
            }
        )
    return pd.DataFrame(rows)


def denominators(internet: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """The populations that users may be held against.

    Parameters
    ----------
    internet, provinces : DataFrame
        The datasets of these names.

    Returns
    -------
    DataFrame
        Indexed by year (the figures are those of its end), columns `DENOMINATORS`, in persons;
        missing where no source prints a figure for that date.
    """
    nation = provinces.set_index("code").loc["000000"].filter(regex=r"^pop_\d{4}")
    population = pd.Series(
        {int(name[4:8]): 10_000 * float(value) for name, value in nation.items()}
    )
    december = internet[internet["period"].str.endswith("-12") & (internet["group"] == "all")]
    by_year = december.assign(year=december["period"].str[:4].astype(int)).pivot(
        index="year", columns="metric", values="value"
    )
    return (
        pd.DataFrame(
            {
                "population": population,
                "netizens": by_year["users"],
                "service_users": by_year["egov_service_users"],
            }
        )
        .astype(float)
        .sort_index()
        .rename_axis("year")
    )


def per_denominator(users: pd.Series, table: pd.DataFrame, denominator: str) -> pd.Series:
    """Users per person of a denominator, each at the end of the same year.

    Parameters
    ----------
    users : Series of float
        Indexed by year, in persons.
    table : DataFrame
        As `denominators` returns it.
    denominator : str
        A column of the table.

    Returns
    -------
    Series of float
        Indexed as `users`; 1 means as many users as persons.

    Raises
    ------
    ValueError
        If the column does not exist, or has no figure for one of the years.
    """
    if denominator not in table:
        raise ValueError(
            f"denominator = {denominator!r} is not known; columns: {', '.join(table.columns)}"
        )
    known = table[denominator].dropna()
    if missing := [str(year) for year in users.index if year not in known.index]:
        raise ValueError(
            f"the table of denominators has no {denominator!r} for {', '.join(missing)}; "
            f"years that it has: {', '.join(map(str, known.index))}"
        )
    return users / known.loc[list(users.index)]


def years_covered(years: Iterable[int], table: pd.DataFrame, denominator: str) -> list[int]:
    """Those of the years for which the table has a figure, in order."""
    return sorted(set(years) & set(table[denominator].dropna().index))


def both_bounds(one: float, other: float) -> Interval:
    """Fréchet bounds on the share that belongs to two groups at once.

    Parameters
    ----------
    one, other : float
        Shares of the same population, 0 to 1.

    Returns
    -------
    Interval
        ``max(0, one + other - 1)`` to ``min(one, other)``.

    Raises
    ------
    ValueError
        If a share is not in 0 to 1.
    """
    for name, share in (("one", one), ("other", other)):
        if not 0 <= share <= 1:
            raise ValueError(f"{name} = {share} is out of range: 0 to 1")
    low, high = max(0.0, one + other - 1), min(one, other)
    # one + other - 1 may come out a rounding error above the smaller share when the other is 1.
    return Interval(min(low, high), high)


def union_bounds(one: float, other: float) -> Interval:
    """Fréchet bounds on the share that belongs to at least one of two groups.

    Parameters
    ----------
    one, other : float
        Shares of the same population, 0 to 1.

    Returns
    -------
    Interval
        ``max(one, other)`` to ``min(1, one + other)``.
    """
    both_bounds(one, other)
    return Interval(max(one, other), min(1.0, one + other))


def provincial_share(national: float, union: float, overlap: float) -> float:
    """Share with a provincial account, if `overlap` of the national users have one, too.

    Parameters
    ----------
    national, union : float
        Shares of the population with a national account, and with any; ``national <= union <= 1``.
    overlap : float
        Share of the national users who have a provincial account as well, 0 to 1.

    Returns
    -------
    float
        ``union - national + overlap * national``.

    Raises
    ------
    ValueError
        If the shares are impossible.
    """
    if not 0 <= national <= union <= 1:
        raise ValueError(
            f"national = {national} and union = {union}: 0 <= national <= union <= 1 is needed"
        )
    if not 0 <= overlap <= 1:
        raise ValueError(f"overlap = {overlap} is out of range: 0 to 1")
    return union - national + overlap * national


def simulate(
    national: float,
    union: float,
    overlap: float,
    n_people: int,
    n_draws: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Populations in which each person has a national account, a provincial one, both or none.

    Parameters
    ----------
    national, union, overlap : float
        As for `provincial_share`.
    n_people : int
        Persons in each population.
    n_draws : int
        Populations to draw.
    rng : Generator

    Returns
    -------
    DataFrame, shape (n_draws, 5)
        Shares of the persons: ``national``, ``provincial``, ``both``, ``union``; and ``accounts``,
        the number of accounts per person.
    """
    provincial_share(national, union, overlap)
    both = overlap * national
    chances = np.clip([both, national - both, union - national, 1 - union], 0, 1)
    counts = rng.multinomial(n_people, chances / chances.sum(), size=n_draws) / n_people
    drawn = pd.DataFrame(
        {
            "national": counts[:, 0] + counts[:, 1],
            "provincial": counts[:, 0] + counts[:, 2],
            "both": counts[:, 0],
            "union": counts[:, :3].sum(axis=1),
        }
    )
    drawn["accounts"] = drawn["national"] + drawn["provincial"]
    return drawn
