"""Cases that pass through departments, and what an evaluation sees of a reform.

Two models. In the first, cases queue for departments, one clerk in each, under three arrangements.
In the second, provinces have good and bad years, and a reform reaches some of them first. All
constants are assumptions; no source gives them.
"""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import pandas as pd

REFORMS = ("none", "lead_office", "shared_queue")
"""From department to department; the first one asks all others at once; one queue for all clerks."""

WORK_DAYS = 0.4
"""Mean work on one step, in days."""
HAND_OFF_DAYS = 1.0
"""From one department's desk to another's: registered, sent, registered again."""
LOAD = 0.75
"""Share of the clerks' time that is work, without reform; arrivals follow from it."""
COORDINATION = 1.25
"""How much longer the first step of a shared case takes a department that leads it."""
GENERALIST = 1.25
"""How much longer a step takes a clerk of another department."""
MOST_STEPS = 5
N_CASES = 1500
WARM_UP = 0.2
"""Share of the cases that only fill the queues, and are not counted."""

YEARS = 4
QUARTERS = 4
LASTING = 0.8
"""Share of a year's luck that lasts all four quarters; the rest changes with each."""
TREND = -0.03
"""Change of the days from year to year everywhere, as a share of their mean."""


def _checked_share(name: str, value: float) -> float:
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{name} = {value} is not allowed: a share from 0 to 1")
    return float(value)


def _checked_count(name: str, value: int, least: int) -> int:
    if int(value) != value or value < least:
        raise ValueError(f"{name} = {value} is not allowed: a whole number of {least} or more")
    return int(value)


def draw_cases(
    n_departments: int, cross_share: float, seed: int, n_cases: int = N_CASES
) -> list[dict[str, Any]]:
    """Cases as they arrive, before any department has seen them.

    Parameters
    ----------
    n_departments : int
        2 or more.
    cross_share : float
        Share of the cases that need more than one department, 0 to 1. Such a case needs two to
        five different ones, as far as there are.
    seed : int
        Same seed, same cases: arrangements are compared on the same work.
    n_cases : int
        1 or more.

    Returns
    -------
    list of dict
        ``arrived`` (day), ``route`` (departments), ``work`` (days for each of them). Arrivals are
        Poisson, with a rate at which work fills `LOAD` of the clerks' time; work is exponential.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    n = _checked_count("n_departments", n_departments, 2)
    cross = _checked_share("cross_share", cross_share)
    size = _checked_count("n_cases", n_cases, 1)
    rng = np.random.default_rng(seed)
    most = min(n, MOST_STEPS)
    steps = np.where(rng.random(size) < cross, rng.integers(2, most, size, endpoint=True), 1)
    mean_steps = 1 + cross * (most / 2)
    arrived = rng.exponential(WORK_DAYS * mean_steps / (LOAD * n), size).cumsum()
    orders = rng.random((size, n)).argsort(axis=1)
    work = rng.exponential(WORK_DAYS, (size, most))
    columns = (column.tolist() for column in (arrived, orders, work, steps))
    return [
        {"arrived": at, "route": order[:k], "work": days[:k]}
        for at, order, days, k in zip(*columns, strict=True)
    ]


def simulate(
    n_departments: int, cross_share: float, reform: str, seed: int, n_cases: int = N_CASES
) -> pd.DataFrame:
    """Send cases through the departments, first come, first served.

    Parameters
    ----------
    n_departments, cross_share, seed, n_cases
        As for `draw_cases`.
    reform : str
        One of `REFORMS`. ``none``: one department after the other. ``lead_office``: the first
        department asks all others at once and closes the case when the last has answered;
        coordination lengthens its own step. ``shared_queue``: any clerk takes any step, without a
        hand-off, and more slowly where it is another department's.

    Returns
    -------
    DataFrame
        One row a case: ``arrived`` and ``finished`` (day), ``departments`` (number needed), and
        ``work``, ``waiting`` and ``hand_off`` (days on the path that finished last; they sum to
        ``days``), ``counted`` (not part of the warm-up).

    Raises
    ------
    ValueError
        If the reform is unknown, or a number out of range.
    """
    if reform not in REFORMS:
        raise ValueError(f"reform = {reform!r} is not known: {', '.join(REFORMS)}")
    return _send(draw_cases(n_departments, cross_share, seed, n_cases), n_departments, reform)


def _send(cases: list[dict[str, Any]], n_departments: int, reform: str) -> pd.DataFrame:
    """Send cases that were drawn through the departments."""
    pooled, led = reform == "shared_queue", reform == "lead_office"
    # By station a heap of the days on which its clerks are free. Who comes first is served first,
    # so each step, in the order in which they come, knows at once when it begins.
    free = [[0.0] * n_departments] if pooled else [[0.0] for _department in range(n_departments)]
    slower = 1 + (GENERALIST - 1) * (n_departments - 1) / n_departments
    moved = 0.0 if pooled else HAND_OFF_DAYS
    # Finished, and work, waiting and hand-off of the path so far.
    done = [(0.0, 0.0, 0.0, 0.0)] * len(cases)
    # A heap, too: day, order of entry, case, step, and the path so far.
    steps = [(drawn["arrived"], case, case, 0, 0.0, 0.0, 0.0) for case, drawn in enumerate(cases)]
    order = len(cases)
    while steps:
        day, _order, case, step, worked, waited, sent = heapq.heappop(steps)
        route, work = cases[case]["route"], cases[case]["work"][step]
        if pooled:
            work *= slower
        elif led and step == 0 and len(route) > 1:
            work *= COORDINATION
        clerks = free[0 if pooled else route[step]]
        begins = clerks[0] if clerks[0] > day else day
        ends = begins + work
        heapq.heapreplace(clerks, ends)
        worked, waited = worked + work, waited + begins - day
        if step + 1 == len(route) or (led and step):
            back = HAND_OFF_DAYS if led and step else 0.0
            # Of branches beside each other the one counts that is the last to come back.
            done[case] = max(done[case], (ends + back, worked, waited, sent + back))
        else:
            for other in range(1, len(route)) if led else (step + 1,):
                entry = (ends + moved, order, case, other, worked, waited, sent + moved)
                heapq.heappush(steps, entry)
                order += 1
    table = pd.DataFrame(np.array(done), columns=["finished", "work", "waiting", "hand_off"])
    table.insert(0, "arrived", [drawn["arrived"] for drawn in cases])
    table.insert(2, "departments", [len(drawn["route"]) for drawn in cases])
    table["days"] = table["finished"] - table["arrived"]
    table["counted"] = np.arange(len(cases)) >= WARM_UP * len(cases)
    return table


def repeat(
    n_departments: int, cross_share: float, seed: int, n_seeds: int, n_cases: int = N_CASES
) -> pd.DataFrame:
    """Days under each arrangement, over several seeds.

    Parameters
    ----------
    n_departments, cross_share, n_cases
        As for `draw_cases`.
    seed : int
        The first seed; the others follow from it.
    n_seeds : int
        1 or more.

    Returns
    -------
    DataFrame
        One row for each seed, arrangement and number of departments that occurs: ``repetition``,
        ``reform``, ``departments``, ``cases`` (counted ones), and sums over them of ``work``,
        ``waiting``, ``hand_off`` and ``days``.
    """
    seeds = np.random.SeedSequence(seed).generate_state(_checked_count("n_seeds", n_seeds, 1))
    parts = ["work", "waiting", "hand_off", "days"]
    found = {}
    for repetition, one in enumerate(seeds):
        cases = draw_cases(n_departments, cross_share, int(one), n_cases)
        for number, reform in enumerate(REFORMS):
            sent = _send(cases, n_departments, reform)
            found[repetition, number] = sent.loc[sent["counted"], ["departments", *parts]]
    groups = pd.concat(found, names=["repetition", "reform"]).groupby(
        ["repetition", "reform", "departments"]
    )
    table = groups[parts].sum().assign(cases=groups.size()).reset_index()
    table["reform"] = [REFORMS[number] for number in table["reform"]]
    return table[["repetition", "reform", "departments", "cases", *parts]]


def draw_years(
    n_units: int, mean_days: float, spread: float, luck: float, seed: int, n_draws: int = 1
) -> np.ndarray:
    """Days a case takes in each province and quarter, if nobody reforms anything.

    Parameters
    ----------
    n_units : int
        Provinces, 2 or more.
    mean_days : float
        Mean of the first year, positive.
    spread : float
        Standard deviation of the provinces' yearly means, as a share of `mean_days`, 0 or more.
    luck : float
        Share of that variance that does not return in the next year, 0 to 1.
    seed : int
        Same seed, same draws.
    n_draws : int
        Panels, 1 or more.

    Returns
    -------
    array, shape (n_draws, n_units, 4 years, 4 quarters)
        Days. All provinces share a trend. Luck is independent from year to year.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    units = _checked_count("n_units", n_units, 2)
    draws = _checked_count("n_draws", n_draws, 1)
    share = _checked_share("luck", luck)
    for name, value, ok in (
        ("mean_days", mean_days, mean_days > 0),
        ("spread", spread, spread >= 0),
    ):
        if not ok:
            raise ValueError(f"{name} = {value} is not allowed: a positive number")
    rng = np.random.default_rng(seed)
    lasting = rng.standard_normal((draws, units, 1, 1))
    year = rng.standard_normal((draws, units, YEARS, 1))
    quarter = rng.standard_normal((draws, units, YEARS, QUARTERS))
    # The variance of a yearly mean of the luck is 1: four quarters average their own part.
    passing = np.sqrt(LASTING) * year + np.sqrt((1 - LASTING) * QUARTERS) * quarter
    deviation = np.sqrt(1 - share) * lasting + np.sqrt(share) * passing
    trend = TREND * np.arange(YEARS).reshape(1, 1, YEARS, 1)
    return mean_days * (1 + spread * deviation + trend)


def as_table(days: np.ndarray) -> pd.DataFrame:
    """One panel as a table.

    Parameters
    ----------
    days : array, shape (n_units, 4, 4)
        One of the panels of `draw_years`.

    Returns
    -------
    DataFrame
        ``unit`` (1, 2, …), ``year`` (1 to 4), ``quarter`` (1 to 4), ``days``.
    """
    index = pd.MultiIndex.from_product(
        [range(1, size + 1) for size in days.shape], names=["unit", "year", "quarter"]
    )
    return pd.Series(days.ravel(), index, name="days").reset_index()


def first_wave(yearly: np.ndarray, n_first: int, by: str, seed: int) -> np.ndarray:
    """Which provinces a reform reaches first.

    Parameters
    ----------
    yearly : array, shape (n_draws, n_units)
        Days in the year by which the choice is made.
    n_first : int
        Provinces in the first wave, from 1 to all but one.
    by : str
        ``worst``: those with the most days. ``lot``: at random.
    seed : int
        Of the lot.

    Returns
    -------
    array of bool, shape (n_draws, n_units)

    Raises
    ------
    ValueError
        If the rule is unknown, or the number out of range.
    """
    size = _checked_count("n_first", n_first, 1)
    if size >= yearly.shape[1]:
        raise ValueError(
            f"n_first = {n_first} is not allowed: fewer than the {yearly.shape[1]} units"
        )
    if by == "worst":
        rank_by = -yearly
    elif by == "lot":
        rank_by = np.random.default_rng([seed, 1]).random(yearly.shape)
    else:
        raise ValueError(f"by = {by!r} is not known: worst, lot")
    chosen = np.zeros(yearly.shape, dtype=bool)
    order = rank_by.argsort(axis=1, kind="stable")[:, :size]
    np.put_along_axis(chosen, order, values=True, axis=1)
    return chosen


def difference_in_differences(
    yearly: np.ndarray, first: np.ndarray, before: int, after: int
) -> np.ndarray:
    """Change of the first wave less the change of the others.

    Parameters
    ----------
    yearly : array, shape (n_draws, n_units, n_years)
        Days.
    first : array of bool, shape (n_draws, n_units)
        The first wave; at least one unit in and one out.
    before, after : int
        Years to compare, counted from 1.

    Returns
    -------
    array, shape (n_draws,)
        Days.
    """
    change = yearly[:, :, after - 1] - yearly[:, :, before - 1]
    inside = np.where(first, change, 0).sum(axis=1) / first.sum(axis=1)
    outside = np.where(first, 0, change).sum(axis=1) / (~first).sum(axis=1)
    return inside - outside


def evaluations(
    n_units: int,
    n_first: int,
    *,
    mean_days: float,
    spread: float,
    luck: float,
    effect: float,
    seed: int,
    n_draws: int,
) -> pd.DataFrame:
    """What four evaluations of the same reform report, over many draws.

    The first wave starts with the third year, all others with the fourth; who goes first is decided
    by the second year.

    Parameters
    ----------
    n_units, mean_days, spread, luck, seed, n_draws
        As for `draw_years`.
    n_first : int
        Provinces in the first wave.
    effect : float
        What the reform really does to the days, negative if it shortens them.

    Returns
    -------
    DataFrame
        ``draw``, ``evaluation`` and ``estimate`` (days). Evaluations: ``before_after`` (the worst
        first, year 3 less year 2), ``did_worst`` (difference in differences of the same),
        ``did_earlier`` (the worst first, but year 1 as the year before), ``did_lot`` (by lot).
    """
    days = draw_years(n_units, mean_days, spread, luck, seed, n_draws).mean(axis=3)
    found = {}
    for by in ("worst", "lot"):
        first = first_wave(days[:, :, 1], n_first, by, seed)
        seen = days.copy()
        seen[:, :, 2] += effect * first
        seen[:, :, 3] += effect
        if by == "lot":
            found["did_lot"] = difference_in_differences(seen, first, 2, 3)
        else:
            change = np.where(first, seen[:, :, 2] - seen[:, :, 1], 0)
            found["before_after"] = change.sum(axis=1) / n_first
            found["did_worst"] = difference_in_differences(seen, first, 2, 3)
            found["did_earlier"] = difference_in_differences(seen, first, 1, 3)
    table = pd.DataFrame(found).rename_axis("draw").reset_index()
    return table.melt("draw", var_name="evaluation", value_name="estimate")


def overlap_of_best(n_units: int, n_best: int, luck: float, seed: int, n_draws: int) -> np.ndarray:
    """How many of the best in one year are among the best in the next, with luck alone.

    Parameters
    ----------
    n_units, n_best : int
        Provinces, and the length of the list.
    luck, seed, n_draws
        As for `draw_years`.

    Returns
    -------
    array, shape (n_draws,)
        Counts from 0 to `n_best`.
    """
    days = draw_years(n_units, 1.0, 0.1, luck, seed, n_draws).mean(axis=3)
    best = [first_wave(-days[:, :, year], n_best, "worst", seed) for year in (0, 1)]
    return (best[0] & best[1]).sum(axis=1)
