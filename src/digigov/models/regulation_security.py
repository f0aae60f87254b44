"""Two promises as models: inspections that are fair, and a platform that stays up.

The first half has firms of two groups with a risk score that is right in both, rules for whom to
inspect, and what a rule does to each group. The second has availability, Erlang's formula for
waiting, its simulation, and the backlog that an outage leaves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betainc, betaincinv

GROUPS = ("enterprises", "individual_businesses")

BASE_RATE = {"enterprises": 0.2, "individual_businesses": 0.1}
"""Share of each group that breaks the rules. Assumed: no source gives it."""

CONCENTRATION = 3.0
"""Sum of the two parameters of the Beta distribution of scores. Assumed: smaller is a sharper
score, one that comes closer to telling who breaks the rules."""

RULES = ("none", "equal_rate", "equal_error")
"""One threshold for all; the same share of each group inspected; the same share of the law-abiding
firms of each group inspected."""

CELLS = ["tp", "fp", "fn", "tn"]
"""Of a confusion matrix: firms that break the rules and are inspected; that are law-abiding and
inspected; that break them and are not inspected; neither."""

MEASURES = ("inspected", "false_alarms", "missed", "hits")

HOURS_A_YEAR = 365 * 24


def _share(name: str, value: float, *, within: bool = False) -> float:
    number = float(value)
    if not (0 < number < 1 if within else 0 <= number <= 1):
        allowed = "between 0 and 1, neither included" if within else "from 0 to 1"
        raise ValueError(f"{name} = {value} is not allowed: a share {allowed}")
    return number


def _whole(name: str, value: float) -> int:
    if not (float(value).is_integer() and value >= 1):
        raise ValueError(f"{name} = {value} is not allowed: a whole number, 1 or more")
    return int(value)


# --- inspections --------------------------------------------------------------------------------


def firm_groups(
    platform_series: pd.DataFrame, base_rate: Mapping[str, float] = BASE_RATE
) -> pd.DataFrame:
    """The two groups of firms: how large they are, and how their risk is spread.

    Parameters
    ----------
    platform_series : DataFrame
        ``load("platform_series")``; sizes are those of September 2023.
    base_rate : mapping
        Share of each group that breaks the rules, between 0 and 1.

    Returns
    -------
    DataFrame
        Indexed by `GROUPS`. ``firms`` (count), ``share`` (of both, sums to 1), ``base_rate``, and
        the parameters ``a`` and ``b`` of the Beta distribution of scores, whose mean is the base
        rate.
    """
    then = platform_series[platform_series["period"] == "2023-09"]
    firms = then[then["entity"] == "market_entities"].set_index("metric")["value"].loc[list(GROUPS)]
    rates = pd.Series({g: _share(f"base_rate of {g}", base_rate[g], within=True) for g in GROUPS})
    groups = pd.DataFrame({"firms": firms, "share": firms / firms.sum(), "base_rate": rates})
    groups["a"] = rates * CONCENTRATION
    groups["b"] = (1 - rates) * CONCENTRATION
    return groups.rename_axis("group")


def rates(groups: pd.DataFrame, thresholds: pd.Series) -> pd.DataFrame:
    """What it does to each group to inspect the firms whose score is above a threshold.

    A firm with score r breaks the rules with probability r, in either group: the score is right,
    or *calibrated*. Scores of those that break them then have the Beta distribution with ``a + 1``,
    those of the others the one with ``b + 1``.

    Parameters
    ----------
    groups : DataFrame
        As from `firm_groups`.
    thresholds : Series
        By group, 0 to 1.

    Returns
    -------
    DataFrame
        By group; columns `MEASURES`: share of all firms inspected; of the law-abiding, inspected
        (false positive rate); of those that break the rules, not inspected (false negative rate);
        of the inspected, breaking them (positive predictive value; missing if none is inspected).
    """
    t = thresholds.loc[groups.index].to_numpy(dtype=float)
    a, b, p = (groups[name].to_numpy() for name in ("a", "b", "base_rate"))
    missed, spared = betainc(a + 1, b, t), betainc(a, b + 1, t)
    positives = p * (1 - missed)
    inspected = positives + (1 - p) * (1 - spared)
    hits = np.divide(positives, inspected, out=np.full_like(t, np.nan), where=inspected > 0)
    table = {"inspected": inspected, "false_alarms": 1 - spared, "missed": missed, "hits": hits}
    return pd.DataFrame(table, index=groups.index)


def thresholds(groups: pd.DataFrame, rule: str, budget: float) -> pd.Series:
    """Scores above which a rule inspects, so that the inspectors are busy.

    Parameters
    ----------
    groups : DataFrame
        As from `firm_groups`.
    rule : str
        One of `RULES`.
    budget : float
        Share of all firms that can be inspected, between 0 and 1.

    Returns
    -------
    Series
        By group.

    Raises
    ------
    ValueError
        If the rule is unknown, or the budget not between 0 and 1.
    """
    share = _share("budget", budget, within=True)
    a, b, weight = (groups[name].to_numpy() for name in ("a", "b", "share"))
    limits = {
        "none": lambda level: np.full(len(groups), level),
        "equal_rate": lambda level: betaincinv(a, b, level),
        "equal_error": lambda level: betaincinv(a, b + 1, level),
    }
    if rule not in limits:
        raise ValueError(f"rule = {rule!r} is not known: {', '.join(RULES)}")
    low, high = 0.0, 1.0
    for _halving in range(60):
        level = (low + high) / 2
        inspected = weight @ (1 - betainc(a, b, limits[rule](level)))
        low, high = (level, high) if inspected > share else (low, level)
    return pd.Series(limits[rule]((low + high) / 2), index=groups.index)


def draw_firms(groups: pd.DataFrame, n_firms: int, rng: np.random.Generator) -> pd.DataFrame:
    """A synthetic city.

    Parameters
    ----------
    groups : DataFrame
        As from `firm_groups`.
    n_firms : int
        1 or more.
    rng : Generator
        Source of the random numbers.

    Returns
    -------
    DataFrame
        One row a firm: ``group`` (categorical), ``score`` (0 to 1) and ``violates`` (bool), which
        is true with the probability that the score says.
    """
    group, score, violates = _drawn(groups, n_firms, rng)
    names = pd.Categorical.from_codes(group, categories=list(groups.index))
    return pd.DataFrame({"group": names, "score": score, "violates": violates})


def _drawn(
    groups: pd.DataFrame, n_firms: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Columns of `draw_firms`, with the groups by their number."""
    group = rng.choice(len(groups), size=_whole("n_firms", n_firms), p=groups["share"])
    score = rng.beta(groups["a"].to_numpy()[group], groups["b"].to_numpy()[group])
    return group, score, rng.random(n_firms) < score


def measures(cells: Mapping[str, float] | pd.DataFrame) -> Any:
    """The four measures of a confusion matrix.

    Parameters
    ----------
    cells : mapping or DataFrame
        Counts ``tp`` (breaks the rules, inspected), ``fp`` (law-abiding, inspected), ``fn``
        (breaks the rules, not inspected) and ``tn``; numbers, or columns.

    Returns
    -------
    dict or DataFrame
        `MEASURES`, as in `rates`.
    """
    tp, fp, fn, tn = (cells[name] for name in ("tp", "fp", "fn", "tn"))
    found = {
        "inspected": (tp + fp) / (tp + fp + fn + tn),
        "false_alarms": fp / (fp + tn),
        "missed": fn / (tp + fn),
        "hits": tp / (tp + fp),
    }
    return pd.DataFrame(found) if isinstance(cells, pd.DataFrame) else found


def confusion(firms: pd.DataFrame, thresholds: pd.Series) -> pd.DataFrame:
    """Confusion matrix of each group when the firms above a threshold are inspected.

    Parameters
    ----------
    firms : DataFrame
        As from `draw_firms`.
    thresholds : Series
        By group.

    Returns
    -------
    DataFrame
        By group; columns ``tp``, ``fp``, ``fn``, ``tn`` (counts).
    """
    names = firms["group"].cat.categories
    counts = _counted(
        firms["group"].cat.codes.to_numpy(),
        firms["score"].to_numpy(),
        firms["violates"].to_numpy(),
        thresholds.loc[list(names)].to_numpy(),
    )
    return pd.DataFrame(counts, names, CELLS).rename_axis("group")


def _counted(
    group: np.ndarray, score: np.ndarray, violates: np.ndarray, limits: np.ndarray
) -> np.ndarray:
    """Counts by group and one of `CELLS`."""
    kind = 4 * group + 2 * (score <= limits[group]) + ~violates
    return np.bincount(kind, minlength=4 * len(limits)).reshape(-1, 4)


def many_cities(
    groups: pd.DataFrame, limits: Mapping[str, pd.Series], n_firms: int, n_cities: int, seed: int
) -> pd.DataFrame:
    """Measures of several rules in cities drawn again and again.

    Parameters
    ----------
    groups : DataFrame
        As from `firm_groups`.
    limits : mapping
        Thresholds by rule. All rules see the same cities.
    n_firms, n_cities : int
        1 or more.
    seed : int
        Same seed, same cities.

    Returns
    -------
    DataFrame
        Columns ``city``, ``rule``, ``group``, `MEASURES`, and ``found``: violations found in that
        group.
    """
    rng = np.random.default_rng(seed)
    cities = range(_whole("n_cities", n_cities))
    names = list(groups.index)
    by_rule = [threshold.loc[names].to_numpy() for threshold in limits.values()]
    counts = []
    for _city in cities:
        firms = _drawn(groups, n_firms, rng)
        counts += [_counted(*firms, threshold) for threshold in by_rule]
    index = pd.MultiIndex.from_product(
        [cities, list(limits), names], names=["city", "rule", "group"]
    )
    cells = pd.DataFrame(np.concatenate(counts), index, CELLS).reset_index()
    return cells[["city", "rule", "group"]].join(measures(cells)).assign(found=cells["tp"])


def forced_cells(
    n_firms: float, base_rate: float, hits: float, detection: float
) -> dict[str, float]:
    """The only confusion matrix of a group with a given hit rate and detection rate.

    Parameters
    ----------
    n_firms : float
        Firms in the group, positive.
    base_rate : float
        Share that breaks the rules, between 0 and 1.
    hits : float
        Share of the inspected that break them, above 0, at most 1.
    detection : float
        Share of those that break them which is inspected, 0 to 1.

    Returns
    -------
    dict
        ``tp``, ``fp``, ``fn``, ``tn``. The false positive rate is ``base_rate / (1 - base_rate) *
        (1 - hits) / hits * detection`` (Chouldechova 2017, equation 2.6).

    Raises
    ------
    ValueError
        If a share is out of range, or more law-abiding firms would have to be inspected than
        there are.
    """
    p = _share("base_rate", base_rate, within=True)
    precision, found = _share("hits", hits), _share("detection", detection)
    if not n_firms > 0:
        raise ValueError(f"n_firms = {n_firms} is not allowed: a positive number")
    if precision == 0:
        raise ValueError("hits = 0 is not allowed: above 0, at most 1")
    tp = n_firms * p * found
    fp = tp * (1 - precision) / precision
    if fp > n_firms * (1 - p) * (1 + 1e-12):
        raise ValueError(
            f"no rule has hits = {hits} and detection = {detection} where {p:.1%} break the rules: "
            f"it would inspect {fp:,.0f} law-abiding firms, and there are {n_firms * (1 - p):,.0f}"
        )
    return {"tp": tp, "fp": fp, "fn": n_firms * p - tp, "tn": n_firms * (1 - p) - fp}


# --- availability -------------------------------------------------------------------------------


def downtime_hours(availability: float) -> float:
    """Hours in a year of 365 days during which a system may be down.

    Parameters
    ----------
    availability : float
        Share of the time that it answers, from 0, below 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `availability` is below 0, or 1 or more: nothing is up for ever.
    """
    return (1 - _available(availability)) * HOURS_A_YEAR


def _available(availability: float) -> float:
    number = float(availability)
    if not 0 <= number < 1:
        raise ValueError(
            f"availability = {availability} is not allowed: from 0 to below 1 "
            "(0.999 for 99.9 percent; no system is up all the time)"
        )
    return number


def chain_availability(availability: float, n_systems: int, copies: int = 1) -> float:
    """Availability of a service that needs several systems at once.

    Parameters
    ----------
    availability : float
        Of each copy of each system, from 0, below 1. Copies fail independently.
    n_systems : int
        Systems that must all be up, 1 or more.
    copies : int
        Copies of each, of which one is enough, 1 or more.

    Returns
    -------
    float
        ``(1 - (1 - availability) ** copies) ** n_systems``.
    """
    down = (1 - _available(availability)) ** _whole("copies", copies)
    return (1 - down) ** _whole("n_systems", n_systems)


# --- waiting ------------------------------------------------------------------------------------


def erlang_c(servers: int, load: float) -> float:
    """Probability that an arrival has to wait in an M/M/c queue.

    Parameters
    ----------
    servers : int
        1 or more.
    load : float
        Offered load in erlangs: arrivals per unit of time, times the mean time that one takes.
        From 0, below `servers`.

    Returns
    -------
    float
        0 to 1. Erlang (1917), by the recursion of his formula for loss, which neither overflows
        nor cancels.

    Raises
    ------
    ValueError
        If there is no server, or the load is not below the servers: the queue would grow for ever.
    """
    count, offered = _queue(servers, load)
    blocked = 1.0
    for n in range(1, count + 1):
        coming = offered * blocked
        blocked = coming / (n + coming)
    return _waiting(blocked, count, offered)


def _waiting(blocked: float, servers: int, load: float) -> float:
    """Erlang C from Erlang B."""
    return blocked / (1 - load / servers * (1 - blocked))


def _queue(servers: int, load: float) -> tuple[int, float]:
    count, offered = _whole("servers", servers), float(load)
    if not (offered >= 0 and math.isfinite(offered)):
        raise ValueError(f"load = {load} is not allowed: a number of erlangs, 0 or more")
    if offered >= count:
        raise ValueError(
            f"load = {load} needs more than {count} servers: at servers <= load "
            "the queue grows for ever"
        )
    return count, offered


def mean_wait(servers: int, load: float) -> float:
    """Mean waiting time of all arrivals, in mean service times.

    Parameters
    ----------
    servers, load
        As for `erlang_c`.

    Returns
    -------
    float
        ``erlang_c / (servers - load)``; those who do not wait count as 0.
    """
    count, offered = _queue(servers, load)
    return erlang_c(count, offered) / (count - offered)


def servers_needed(load: float, limit: float) -> int:
    """Smallest number of servers with which at most a given share of arrivals waits.

    Parameters
    ----------
    load : float
        Offered load in erlangs, 0 or more.
    limit : float
        Share that may wait, between 0 and 1.

    Returns
    -------
    int
        More than `load`.

    Raises
    ------
    ValueError
        If the load is negative, or the limit not between 0 and 1.
    """
    most = _share("limit", limit, within=True)
    offered = float(load)
    if not (offered >= 0 and math.isfinite(offered)):
        raise ValueError(f"load = {load} is not allowed: a number of erlangs, 0 or more")
    blocked, servers = 1.0, 0
    while True:
        servers += 1
        blocked = offered * blocked / (servers + offered * blocked)
        if offered < servers and _waiting(blocked, servers, offered) <= most:
            return servers


def load_allowed(servers: int, limit: float) -> float:
    """Largest load at which at most a given share of arrivals waits.

    Parameters
    ----------
    servers : int
        1 or more.
    limit : float
        Share that may wait, between 0 and 1.

    Returns
    -------
    float
        In erlangs, below `servers`.
    """
    count, most = _whole("servers", servers), _share("limit", limit, within=True)
    low, high = 0.0, float(count)
    for _halving in range(45):
        load = (low + high) / 2
        low, high = (load, high) if erlang_c(count, load) <= most else (low, load)
    return low


def simulate_queue(
    servers: int, load: float, n_arrivals: int, n_runs: int, seed: int | Sequence[int]
) -> pd.DataFrame:
    """Run an M/M/c queue, first come first served, several times.

    Parameters
    ----------
    servers, load
        As for `erlang_c`; the mean service time is 1, and the load positive.
    n_arrivals : int
        Arrivals that count, 1 or more. A fifth as many go before them, so that the empty queue of
        the start is forgotten.
    n_runs : int
        Independent runs, 1 or more.
    seed : int or sequence of int
        Same seed, same runs.

    Returns
    -------
    DataFrame
        One row a run: ``waits`` (share of arrivals that wait) and ``wait`` (mean, in mean service
        times). The workload of each server is followed (Kiefer and Wolfowitz 1955).
    """
    count, offered = _queue(servers, load)
    if offered == 0:
        raise ValueError("load = 0 is not allowed: nobody would arrive")
    runs, counted = _whole("n_runs", n_runs), _whole("n_arrivals", n_arrivals)
    rng = np.random.default_rng(seed)
    warm_up = counted // 5
    gaps = rng.exponential(1 / offered, (warm_up + counted, runs, 1))
    services = rng.exponential(1.0, (warm_up + counted, runs))
    work = np.zeros((runs, count))
    soonest = work[:, 0]  # in each run the server that is free first, once they are sorted
    waited, total = np.zeros(runs), np.zeros(runs)
    for arrival, (gap, service) in enumerate(zip(gaps, services, strict=True)):
        work -= gap
        np.maximum(work, 0, out=work)
        work.sort(axis=1)
        if arrival >= warm_up:
            waited += soonest > 0
            total += soonest
        soonest += service
    return pd.DataFrame({"waits": waited / counted, "wait": total / counted})


def clearing_time(utilisation: float, outage: float = 1.0) -> float:
    """Time until the backlog of an outage is gone, after it has ended.

    During the outage nothing is served and everybody comes back; after it, arrivals go on as
    before, and what capacity they leave works off the backlog.

    Parameters
    ----------
    utilisation : float
        Load over capacity, from 0, below 1.
    outage : float
        Its length, not negative, in any unit.

    Returns
    -------
    float
        ``outage * utilisation / (1 - utilisation)``, in the unit of `outage`.

    Raises
    ------
    ValueError
        If `utilisation` is not from 0 to below 1, or `outage` negative.
    """
    busy = float(utilisation)
    if not 0 <= busy < 1:
        raise ValueError(
            f"utilisation = {utilisation} is not allowed: from 0 to below 1 "
            "(at 1 no capacity is left for the backlog)"
        )
    if not outage >= 0:
        raise ValueError(f"outage = {outage} is not allowed: a length of time, 0 or more")
    return outage * busy / (1 - busy)


def backlog(times: np.ndarray, utilisation: float) -> np.ndarray:
    """Uses that wait for an answer, when an outage of length 1 begins at time 0.

    Parameters
    ----------
    times : array
        In lengths of the outage.
    utilisation : float
        Load over capacity, above 0, below 1.

    Returns
    -------
    array, shaped as `times`
        In uses that arrive during one length of the outage: it rises to 1 and falls back to 0.
    """
    end = 1 + clearing_time(utilisation)
    return np.interp(times, [0, 1, end], [0, 1, 0])
