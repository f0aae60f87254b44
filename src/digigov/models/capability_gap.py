"""Who is online, who is served when a counter closes, and how unequally.

Four groups, two ages by two places, stand for a population. The shares of people online in each
are fitted to published margins; what a closed counter does to them is a model whose assumptions
its functions state.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

AGES = ("under_60", "aged_60_plus")
PLACES = ("urban", "rural")
GROUPS = tuple((age, place) for age in AGES for place in PLACES)


def _share(name: str, value: float, *, within: bool = False) -> float:
    number = float(value)
    if not (0 < number < 1 if within else 0 <= number <= 1):
        allowed = "between 0 and 1, neither included" if within else "from 0 to 1"
        raise ValueError(f"{name} = {value} is not allowed: a share {allowed}")
    return number


def joint_shares(aged_60_plus: float, rural: float, odds_ratio: float = 1.0) -> pd.Series:
    """Shares of the four groups, given how many are old and how many live in the countryside.

    Parameters
    ----------
    aged_60_plus, rural : float
        Shares of all people, between 0 and 1.
    odds_ratio : float
        How much more often rural people are old: odds of being aged 60 or over in the countryside
        over those in towns. 1: age and place have nothing to do with each other.

    Returns
    -------
    Series
        Indexed by `GROUPS`, sums to 1. The cell of rural old people solves the quadratic equation
        of Plackett (1965).

    Raises
    ------
    ValueError
        If a share is not between 0 and 1, or the odds ratio not positive.
    """
    old = _share("aged_60_plus", aged_60_plus, within=True)
    country = _share("rural", rural, within=True)
    return pd.Series(_cells(old, country, odds_ratio), index=_index())


@cache
def _index(*more: tuple[str, str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_tuples([*GROUPS, *more], names=["age", "place"])


def _in_order(table: Any) -> Any:
    """The groups, which are rows of a series and columns of a frame, in the order of `GROUPS`."""
    if table.axes[-1].equals(_index()):
        return table  # nearly always; pandas takes a millisecond to find the four
    return table[list(GROUPS)]


def _cells(old: Any, country: Any, odds_ratio: float) -> np.ndarray:
    """Shares of the four groups; one column a unit where `old` and `country` are arrays."""
    if not (odds_ratio > 0 and np.isfinite(odds_ratio)):
        raise ValueError(f"odds_ratio = {odds_ratio} is not allowed: a positive number")
    more = odds_ratio - 1
    if abs(more) < 1e-9:
        both = old * country
    else:
        b = 1 + (old + country) * more
        both = (b - np.sqrt(b**2 - 4 * odds_ratio * more * old * country)) / (2 * more)
    return np.array([1 - old - country + both, country - both, old - both, both])


def online_by_group(
    people: pd.Series, *, everybody: float, aged_60_plus: float, rural: float
) -> pd.Series:
    """Share online in each group that agrees with three published shares.

    Iterative proportional fitting (Deming and Stephan 1940) of a table of age, place and being
    online, from a table of ones: age and place each shift the odds, and nothing else does.

    Parameters
    ----------
    people : Series
        Shares of the groups in the country, as `joint_shares` returns them.
    everybody, aged_60_plus, rural : float
        Shares online of all people, of those aged 60 and over, and of the countryside, 0 to 1.

    Returns
    -------
    Series
        Share online, indexed by `GROUPS`.

    Raises
    ------
    ValueError
        If no table agrees with the three shares.
    """
    cells = _in_order(people).to_numpy(dtype=float).reshape(2, 2)
    total = _share("everybody", everybody, within=True)
    by_age = _margin(cells.sum(axis=1), total, _share("aged_60_plus", aged_60_plus, within=True))
    by_place = _margin(cells.sum(axis=0), total, _share("rural", rural, within=True))
    table = np.ones((2, 2, 2))
    for _step in range(1000):
        before = table.copy()
        table *= (cells / table.sum(axis=2))[:, :, None]
        table *= (by_age / table.sum(axis=1))[:, None, :]
        table *= (by_place / table.sum(axis=0))[None, :, :]
        if np.abs(table - before).max() < 1e-14:
            break
    return pd.Series((table[:, :, 0] / cells).ravel(), index=_in_order(people).index)


def possible_in_old_countryside(
    people: pd.Series, *, everybody: float, aged_60_plus: float, rural: float
) -> tuple[float, float]:
    """Shares online of the old in the countryside that three published shares allow.

    Nothing is assumed of how age and place act together: these are the bounds of Fréchet (1951)
    for one cell, given the margins and that nobody is online more than once.

    Parameters
    ----------
    people, everybody, aged_60_plus, rural
        As for `online_by_group`.

    Returns
    -------
    tuple of float
        Least and largest share, 0 to 1.

    Raises
    ------
    ValueError
        If no table agrees with the three shares.
    """
    young, young_rural, old_urban, old_rural = _in_order(people).to_numpy(dtype=float)
    total = _share("everybody", everybody)
    old = _share("aged_60_plus", aged_60_plus) * (old_urban + old_rural)
    country = _share("rural", rural) * (young_rural + old_rural)
    least = max(0.0, old - old_urban, country - young_rural, old + country - total)
    most = min(old_rural, old, country, young + old + country - total)
    if least > most + 1e-12:
        raise ValueError("the three shares do not fit together: no table has them")
    return least / old_rural, most / old_rural


def _margin(weights: np.ndarray, total: float, second: float) -> np.ndarray:
    """People online and not, of two classes of which the second has a known share online."""
    first = (total - weights[1] * second) / weights[0]
    if not 0 < first < 1:
        raise ValueError(
            f"{total:.1%} of all and {second:.1%} of {weights[1]:.1%} of them do not fit: "
            f"the others would be online at {first:.1%}"
        )
    online = weights * np.array([first, second])
    return np.column_stack([online, weights - online])


def published(internet: pd.DataFrame) -> pd.Series:
    """Figures of the survey of December 2021, by metric and group.

    Parameters
    ----------
    internet : DataFrame
        ``load("internet")``.

    Returns
    -------
    Series
        In the units of the dataset.
    """
    return internet[internet["period"] == "2021-12"].set_index(["metric", "group"])["value"]


def manages_by_group(internet: pd.DataFrame) -> pd.Series:
    """Share of the internet users of each group who manage a service by themselves.

    For users aged 60 and over, those who can show a health code without help (December 2021); for
    the others, what is left of all users with a basic digital skill (June 2023). Two surveys, two
    questions: a stand-in for a figure that nobody published.

    Parameters
    ----------
    internet : DataFrame
        ``load("internet")``.

    Returns
    -------
    Series
        Indexed by `GROUPS`, 0 to 1; the same in towns and in the countryside.
    """
    now = published(internet) / 100
    skilled = internet.set_index(["metric", "group", "period"])["value"] / 100
    old_among_users = now["share_of_users", "60plus"]
    old = now["can_show_health_code", "60plus_users"]
    everybody = skilled["basic_digital_skill", "users", "2023-06"]
    young = (everybody - old_among_users * old) / (1 - old_among_users)
    shares = [old if age == "aged_60_plus" else young for age, _place in GROUPS]
    return pd.Series(shares, index=_index())


def able_by_group(internet: pd.DataFrame) -> pd.Series:
    """Share of each group that is online and manages a service by itself, end of 2021.

    Parameters
    ----------
    internet : DataFrame
        ``load("internet")``.

    Returns
    -------
    Series
        Indexed by `GROUPS`, 0 to 1.
    """
    now = published(internet)
    online = now["penetration"] / 100
    people = now["users"] / online
    shares = joint_shares(people["60plus"] / people["all"], people["rural"] / people["all"])
    return online_by_group(
        shares, everybody=online["all"], aged_60_plus=online["60plus"], rural=online["rural"]
    ) * manages_by_group(internet)


def unserved(
    able: pd.Series | np.ndarray | float, *, offline_share: float, assist_share: float
) -> pd.Series | np.ndarray | float:
    """Share of people who get no service at all.

    Who can do it online does. Everybody else needs a counter: it is still there with probability
    `offline_share`; where it has closed, an assistant who does it online with them stands in with
    probability `assist_share`.

    Parameters
    ----------
    able : Series, array or float
        Share of people who can do it online by themselves, 0 to 1.
    offline_share, assist_share : float
        Counters that stay open; closed ones that have an assistant. 0 to 1.

    Returns
    -------
    Series, array or float
        ``(1 - able) * (1 - offline_share) * (1 - assist_share)``, shaped as `able`.

    Raises
    ------
    ValueError
        If a share is outside 0 to 1.
    """
    open_, helped = _share("offline_share", offline_share), _share("assist_share", assist_share)
    if not np.all((np.asarray(able) >= 0) & (np.asarray(able) <= 1)):
        raise ValueError(f"able = {able} is not allowed: shares from 0 to 1")
    return (1 - able) * (1 - open_) * (1 - helped)


def concentration_curve(values: pd.Series, rank_by: pd.Series, people: pd.Series) -> pd.DataFrame:
    """Cumulative share of something against the cumulative share of people, poorest first.

    Parameters
    ----------
    values : Series
        What each person of a unit has, on average; not negative, not all zero.
    rank_by : Series
        Units are ordered by it, from low to high; same index.
    people : Series
        People in each unit, positive; same index.

    Returns
    -------
    DataFrame
        Columns ``people`` and ``share``, both from 0 to 1; one row more than there are units.

    Raises
    ------
    ValueError
        If there is nothing to share out, or a figure is missing.
    """
    frame = pd.DataFrame({"value": values, "rank": rank_by, "people": people}, dtype=float)
    if frame.isna().any(axis=None):
        raise ValueError(f"a figure is missing for {frame.index[frame.isna().any(axis=1)][0]!r}")
    if (frame["value"] < 0).any() or not (frame["value"] * frame["people"]).sum() > 0:
        raise ValueError("values must not be negative, and not all zero")
    frame = frame.sort_values("rank", kind="stable")
    curve = pd.DataFrame({"people": frame["people"], "share": frame["value"] * frame["people"]})
    curve = (curve / curve.sum()).cumsum()
    start = pd.DataFrame({"people": [0.0], "share": [0.0]})
    return pd.concat([start, curve.reset_index(drop=True)], ignore_index=True)


def concentration_index(values: pd.Series, rank_by: pd.Series, people: pd.Series) -> float:
    """One minus twice the area under the concentration curve.

    Parameters
    ----------
    values, rank_by, people : Series
        As for `concentration_curve`.

    Returns
    -------
    float
        From -1 (all of it with the poorest) over 0 (spread evenly) to 1. Kakwani, Wagstaff and
        van Doorslaer (1997).
    """
    curve = concentration_curve(values, rank_by, people)
    return float(1 - 2 * np.trapezoid(curve["share"], curve["people"]))


def place_assistants(need: np.ndarray, people: np.ndarray, budget: float) -> np.ndarray:
    """Send assistants where the share in need is largest.

    Parameters
    ----------
    need : array, shape (n,)
        Share of people in each unit who cannot do it by themselves.
    people : array, shape (n,)
        People in each unit, not negative. A unit takes assistants in proportion.
    budget : float
        Assistants, as a share of what all units together would take, 0 to 1.

    Returns
    -------
    array, shape (n,)
        Share of its closed counters that each unit has an assistant for, 0 to 1. Largest need
        first is optimal for the mean, because a unit can be served in part (Dantzig 1957).

    Raises
    ------
    ValueError
        If the budget is outside 0 to 1.
    """
    order = np.argsort(-np.asarray(need, dtype=float), kind="stable")
    size = np.asarray(people, dtype=float)[order]
    before = np.cumsum(size) - size
    left = _share("budget", budget) * size.sum() - before
    placed = np.empty(len(order))
    placed[order] = np.divide(left, size, out=np.zeros_like(size), where=size > 0).clip(0, 1)
    return placed


def residents_by_group(
    aged_60_plus: pd.Series, rural: pd.Series, residents: pd.Series, odds_ratio: float = 1.0
) -> pd.DataFrame:
    """Residents of each province in the four groups.

    Parameters
    ----------
    aged_60_plus, rural : Series
        Shares of the residents, between 0 and 1, by province.
    residents : Series
        Persons, or any unit of persons; same index.
    odds_ratio : float
        As for `joint_shares`, the same in every province.

    Returns
    -------
    DataFrame
        One row a province, one column each of `GROUPS`; a row sums to its residents.
    """
    for name, shares in (("aged_60_plus", aged_60_plus), ("rural", rural)):
        values = shares.to_numpy(float)
        for place in np.flatnonzero(~((values > 0) & (values < 1))):
            _share(f"{name} of {shares.index[place]}", values[place], within=True)
    cells = _cells(aged_60_plus.to_numpy(float), rural.to_numpy(float), odds_ratio)
    return pd.DataFrame(
        (cells * residents.to_numpy(float)).T, index=residents.index, columns=_index()
    )


POLICIES = ("spread", "by_place", "by_person")
"""Assistants everywhere alike; first where most people cannot do it, place by place; or first to
the groups that cannot do it, wherever they live."""


def left_unserved(
    people: pd.DataFrame, able: pd.Series, policy: str, *, offline_share: float, assist_share: float
) -> pd.DataFrame:
    """Persons whom a policy leaves without any service.

    Parameters
    ----------
    people : DataFrame
        Persons by province and group, as from `residents_by_group`.
    able : Series
        Share of each group that can do it online by itself.
    policy : str
        One of `POLICIES`. All have the same number of assistants.
    offline_share : float
        Share of the counters that stay open, 0 to 1, the same everywhere.
    assist_share : float
        Assistants, as a share of what closed counters everywhere would take, 0 to 1.

    Returns
    -------
    DataFrame
        Persons, shaped as `people`.

    Raises
    ------
    ValueError
        If the policy is unknown, or a share is outside 0 to 1.
    """
    if policy not in POLICIES:
        raise ValueError(f"policy = {policy!r} is not known: {', '.join(POLICIES)}")
    open_ = _share("offline_share", offline_share)
    budget = _share("assist_share", assist_share)
    residents = _in_order(people).to_numpy(dtype=float).reshape(len(people), 2, 2)
    helpless = residents * (1 - _in_order(able).to_numpy(dtype=float).reshape(2, 2))
    if policy == "spread":
        assisted = np.full_like(residents, budget)
    else:
        # Units are the ages taken together at a place, or each group for itself.
        ages = (1,) if policy == "by_place" else ()
        size, need = (table.sum(axis=ages, keepdims=True) for table in (residents, helpless))
        placed = place_assistants((need / size).ravel(), size.ravel(), budget)
        assisted = np.broadcast_to(placed.reshape(size.shape), residents.shape)
    left = helpless * (1 - open_) * (1 - assisted)
    return pd.DataFrame(left.reshape(len(people), 4), index=people.index, columns=_index())


def summary(left: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """Share without service of each group, of everybody, and of the worst-served group.

    Parameters
    ----------
    left, people : DataFrame
        Persons by province and group.

    Returns
    -------
    Series
        Indexed by `GROUPS` and by ``("everybody", "")`` and ``("worst", "")``, 0 to 1.
    """
    lost, everybody = (_in_order(table).to_numpy() for table in (left, people))
    shares = lost.sum(axis=0) / everybody.sum(axis=0)
    return pd.Series(
        [*shares, lost.sum() / everybody.sum(), shares.max()],
        index=_index(("everybody", ""), ("worst", "")),
    )


def draw_assumptions(n_draws: int, seed: int) -> pd.DataFrame:
    """What the model assumes without a source, drawn from ranges that seem possible.

    Parameters
    ----------
    n_draws : int
        1 or more.
    seed : int
        Same seed, same draws.

    Returns
    -------
    DataFrame
        Uniform draws: ``odds_ratio`` of being old in the countryside (1 to 2); ``error_old`` and
        ``error_young``, by which the share of users who manage a service is off (-0.15 to 0.10 and
        -0.05 to 0.05).
    """
    if n_draws < 1:
        raise ValueError(f"n_draws = {n_draws} is not allowed: 1 or more")
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "odds_ratio": rng.uniform(1, 2, n_draws),
            "error_old": rng.uniform(-0.15, 0.10, n_draws),
            "error_young": rng.uniform(-0.05, 0.05, n_draws),
        }
    )
