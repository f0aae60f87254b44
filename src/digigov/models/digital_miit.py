"""Industrial monitoring in miniature: a class tree, a panel that adds up, and alarms for falls.

The tree has the divisions of GB/T 4754-2017 and as many groups and classes in each section as the
standard; which class belongs to which group is drawn, because the course's table does not hold it.
The panel is an array of whole numbers (classes, provinces, months), so that sums are exact.

A *monitor* watches all series of one level of the tree, for the nation or for each province. A
series is judged by its share in the national total, which takes out what moves everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

LEVELS = ("section", "division", "group", "class")
"""Levels of the tree, from the top."""

MOST_BRANCHES = 9
"""Groups of a division, or classes of a group: their codes have one more digit, 1 to 9."""

TREE_SEED = 4754
"""The tree is drawn once: a classification does not change from month to month."""

NATIONAL_OUTPUT = 1_000_000_000
"""Output of the nation in the first month, in units."""

GROWTH = 0.004
"""Growth of the nation a month."""

SEASON = (0.94, 0.80, 1.04, 1.00, 1.01, 1.05, 0.98, 0.99, 1.03, 1.02, 1.04, 1.10)
"""Factor of each month of a year; the second is that of the Spring Festival. Assumed."""

CLASS_NOISE, PROVINCE_NOISE, DIVISION_NOISE = 0.15, 0.015, 0.02
"""Standard deviations of the monthly noise (of logarithms): of a class in a province, of all that
a province makes, of all that a division makes. Assumed."""

MONITORS = (
    ("nation", "section"),
    ("nation", "division"),
    ("nation", "group"),
    ("nation", "class"),
    ("province", "industry"),
    ("province", "section"),
    ("province", "division"),
    ("province", "group"),
    ("province", "class"),
)
"""Geography and level of each monitor. The nation's industry as a whole is what the others are
measured against, so it cannot be watched in this way."""


# ---------------------------------------------------------------------------------------- tree


def class_tree(counts: pd.DataFrame, divisions: Sequence[str]) -> pd.DataFrame:
    """One row a class: the codes of its section, division, group and its own.

    Parameters
    ----------
    counts : DataFrame
        Index: letters of sections. Columns ``division``, ``group`` and ``class``: how many.
    divisions : sequence of str
        Codes of the divisions: the letter of their section and two digits.

    Returns
    -------
    DataFrame
        Columns as in `LEVELS`, sorted, each code beginning with that of its parent. Each section
        has the number of groups and classes in `counts`; how they branch is drawn, always alike.

    Raises
    ------
    ValueError
        If a section has other divisions than `counts` says, or too few or too many parts.
    """
    rng = np.random.default_rng(TREE_SEED)
    groups: list[str] = []
    classes: list[str] = []
    for section, row in counts.sort_index().iterrows():
        own = sorted(code for code in divisions if code.startswith(str(section)))
        if len(own) != row["division"]:
            raise ValueError(
                f"section {section}: divisions = {len(own)} codes, counts say {row['division']}"
            )
        own_groups = branch(own, int(row["group"]), rng)
        groups += own_groups
        classes += branch(own_groups, int(row["class"]), rng)
    codes = pd.Series(classes)
    return pd.DataFrame(
        {"section": codes.str[0], "division": codes.str[:3], "group": codes.str[:4], "class": codes}
    )


def branch(parents: Sequence[str], total: int, rng: np.random.Generator) -> list[str]:
    """Codes of a number of children, dealt at random to parents: 1 to 9 for each.

    Raises
    ------
    ValueError
        If that many cannot be dealt.
    """
    if not len(parents) <= total <= MOST_BRANCHES * len(parents):
        raise ValueError(
            f"total = {total} is out of range: {len(parents)} to {MOST_BRANCHES * len(parents)}"
        )
    slots = rng.permutation(np.repeat(np.arange(len(parents)), MOST_BRANCHES - 1))
    children = 1 + np.bincount(slots[: total - len(parents)], minlength=len(parents))
    return [
        f"{parent}{digit}"
        for parent, n in zip(parents, children, strict=True)
        for digit in range(1, n + 1)
    ]


def combinations_with(counts: pd.DataFrame, wanted: Sequence[int]) -> pd.DataFrame:
    """How many combinations of sections have the sums wanted, one figure after the other.

    Parameters
    ----------
    counts : DataFrame, shape (n, k)
        Parts of each of at most 24 sections at each level.
    wanted : sequence of int, length k
        The sums.

    Returns
    -------
    DataFrame
        One row a step: ``level`` (of the figure added), ``alone`` (combinations with that figure),
        ``together`` (with all figures so far) and ``sections`` (tuple of one combination with all
        so far, or empty).

    Raises
    ------
    ValueError
        If there are more than 24 sections, or not one sum a level.
    """
    if len(counts) > 24 or len(wanted) != counts.shape[1]:
        raise ValueError(
            f"counts has {len(counts)} sections (at most 24) and {counts.shape[1]} levels, "
            f"wanted has {len(wanted)} sums"
        )
    sums = subset_sums(counts)
    together = np.ones(len(sums), dtype=bool)
    rows = []
    for place, (level, value) in enumerate(zip(counts.columns, wanted, strict=True)):
        alone = sums[:, place] == value
        together &= alone
        first = int(np.argmax(together)) if together.any() else 0
        names = tuple(name for bit, name in enumerate(counts.index) if first >> bit & 1)
        rows.append((level, int(alone.sum()), int(together.sum()), names))
    return pd.DataFrame(rows, columns=["level", "alone", "together", "sections"])


def subset_sums(counts: pd.DataFrame) -> NDArray[np.int32]:
    """Sums of every combination of rows: row `n` takes the rows whose bits are set in `n`."""
    sums = np.zeros((1, counts.shape[1]), dtype=np.int32)
    for row in counts.to_numpy(dtype=np.int32):
        sums = np.concatenate([sums, sums + row])
    return sums


# --------------------------------------------------------------------------------------- panel


@dataclass(frozen=True)
class Economy:
    """What stays the same from month to month and from world to world.

    Parameters
    ----------
    tree : DataFrame
        As from `class_tree`.
    provinces : Index
        Names.
    shares : ndarray, shape (classes, provinces)
        Share of each class in each province in the nation's output; sums to one.
    """

    tree: pd.DataFrame
    provinces: pd.Index
    shares: NDArray[np.float64]

    def starts(self, level: str) -> NDArray[np.intp]:
        """Row at which each branch of a level begins."""
        if level == "industry":
            return np.zeros(1, dtype=np.intp)
        if level not in LEVELS:
            raise ValueError(f"level = {level!r} is not known: industry, {', '.join(LEVELS)}")
        codes = self.tree[level].to_numpy()
        return np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]])

    def province(self, name: str) -> int:
        """Column of a province.

        Raises
        ------
        ValueError
            If there is none of that name.
        """
        if name not in self.provinces:
            raise ValueError(
                f"province = {name!r} is not monitored: {', '.join(map(str, self.provinces))}"
            )
        return int(self.provinces.get_loc(name))

    def branch_of(self, code: str, level: str) -> slice:
        """Rows of the branch at a level that holds the first class below a code.

        Raises
        ------
        ValueError
            If no class has a code that begins so, or the level is unknown.
        """
        if level not in LEVELS:
            raise ValueError(f"level = {level!r} is not known: {', '.join(LEVELS)}")
        below = np.flatnonzero(self.tree["class"].str.startswith(code)).tolist() if code else []
        if not below:
            known = ", ".join(self.tree["division"].unique())
            raise ValueError(f"class = {code!r} is not in the tree; its divisions are {known}")
        codes = self.tree[level].to_numpy()
        rows = np.flatnonzero(codes == codes[below[0]])
        return slice(int(rows[0]), int(rows[-1]) + 1)


def economy(tree: pd.DataFrame, output: pd.Series, seed: int) -> Economy:
    """Draw the size of every class in every province.

    Parameters
    ----------
    tree : DataFrame
        As from `class_tree`.
    output : Series
        Size of each province, by name; each province's share in the nation is exactly its share
        here.
    seed : int

    Raises
    ------
    ValueError
        If a province has no size.
    """
    if not (output > 0).all():
        raise ValueError(f"output of {output.index[~(output > 0)][0]!r} must be positive")
    rng = np.random.default_rng((seed, TREE_SEED))
    division = pd.factorize(tree["division"])[0]
    size = rng.lognormal(sigma=0.8, size=(len(tree), 1))
    leaning = rng.lognormal(sigma=0.6, size=(division.max() + 1, len(output)))[division]
    own = rng.lognormal(sigma=0.4, size=(len(tree), len(output)))
    shares = size * leaning * own
    shares *= (output / output.sum()).to_numpy() / shares.sum(axis=0)
    return Economy(tree, output.index, shares)


def check_months(months: int) -> None:
    """Raise ValueError unless there are 12 to 120 months."""
    if not 12 <= months <= 120:
        raise ValueError(f"months = {months} is out of range: 12 to 120")


def simulate(world: Economy, months: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw a panel.

    Parameters
    ----------
    world : Economy
    months : int
        12 to 120.
    rng : Generator

    Returns
    -------
    ndarray of int64, shape (classes, provinces, months)
        Output in units, at least 1.

    Raises
    ------
    ValueError
        If `months` is out of range.
    """
    check_months(months)
    n_classes, n_provinces = world.shares.shape
    division = pd.factorize(world.tree["division"])[0]
    month = np.arange(months)
    national = NATIONAL_OUTPUT * (1 + GROWTH) ** month * np.take(SEASON, month % 12)
    noise = rng.standard_normal((n_classes, n_provinces, months), dtype=np.float32)
    noise *= np.float32(CLASS_NOISE)
    of_provinces = rng.normal(scale=PROVINCE_NOISE, size=(n_provinces, months))
    of_divisions = rng.normal(scale=DIVISION_NOISE, size=(division.max() + 1, months))
    noise += of_provinces.astype(np.float32)
    noise += of_divisions.astype(np.float32)[division][:, None, :]
    np.exp(noise, out=noise)
    noise *= world.shares.astype(np.float32)[:, :, None]
    noise *= national.astype(np.float32)
    np.rint(noise, out=noise)
    return np.maximum(noise, 1, out=noise).astype(np.int64)


def with_shock(
    values: NDArray[np.int64], rows: slice, column: int, size: float
) -> NDArray[np.int64]:
    """A copy of the last month with a fall in one branch of one province.

    Parameters
    ----------
    values : ndarray, shape (classes, provinces, months)
    rows : slice
        Classes that fall.
    column : int
        Province.
    size : float
        Share of the output that is lost, from 0 to less than 1.

    Returns
    -------
    ndarray of int64, shape (classes, provinces)

    Raises
    ------
    ValueError
        If `size` is out of range.
    """
    if not 0 <= size < 1:
        raise ValueError(f"size = {size} is out of range: 0 to less than 1")
    last = values[:, :, -1].copy()
    last[rows, column] = np.maximum(np.rint(last[rows, column] * (1 - size)), 1)
    return last


def roll_up(world: Economy, values: NDArray, geography: str, level: str) -> NDArray:
    """Sums of a panel by branch of a level, for the nation or for each province.

    Parameters
    ----------
    world : Economy
    values : ndarray, shape (classes, provinces, ...)
    geography : str
        ``"nation"`` or ``"province"``.
    level : str
        One of `LEVELS`, or ``"industry"``.

    Returns
    -------
    ndarray, shape (branches, 1 or provinces, ...)

    Raises
    ------
    ValueError
        If geography or level is unknown.
    """
    if geography not in ("nation", "province"):
        raise ValueError(f"geography = {geography!r} is not known: nation, province")
    if geography == "nation":
        values = values.sum(axis=1, keepdims=True)
    if level == "class":
        return values
    return _sums_of_runs(values, world.starts(level))


def _sums_of_runs(values: NDArray, starts: NDArray[np.intp]) -> NDArray:
    """Sums of the rows from each start to the next; `np.add.reduceat` takes thrice as long."""
    sums = np.empty((len(starts), *values.shape[1:]), values.dtype)
    for first, last, total in zip(starts, [*starts[1:], len(values)], sums, strict=True):
        np.add.reduce(values[first:last], axis=0, out=total)
    return sums


def climb(world: Economy, values: NDArray) -> dict[tuple[str, str], NDArray]:
    """Series of every monitor, each level summed from the one below it, not from the bottom.

    Parameters
    ----------
    world : Economy
    values : ndarray, shape (classes, provinces, ...)

    Returns
    -------
    dict
        For each of `MONITORS` what `roll_up` gives.
    """
    sums = {"class": values}
    below, starts_below = values, world.starts("class")
    for level in ("group", "division", "section", "industry"):
        starts = world.starts(level)
        below = _sums_of_runs(below, np.searchsorted(starts_below, starts))
        sums[level], starts_below = below, starts
    return {
        (geography, level): sums[level]
        if geography == "province"
        else sums[level].sum(axis=1, keepdims=True)
        for geography, level in MONITORS
    }


def to_table(world: Economy, values: NDArray[np.int64]) -> pd.DataFrame:
    """The panel as a long table of categories: class, province, month (1 on) and output."""
    n_classes, n_provinces, months = values.shape
    tree, provinces = world.tree, world.provinces

    def repeated(codes: NDArray, categories: Sequence[str] | pd.Index) -> pd.Categorical:
        return pd.Categorical.from_codes(codes, categories=categories, ordered=False)

    return pd.DataFrame(
        {
            "class": repeated(
                np.repeat(np.arange(n_classes, dtype=np.int16), n_provinces * months),
                pd.Index(tree["class"]),
            ),
            "province": repeated(
                np.tile(np.repeat(np.arange(n_provinces, dtype=np.int8), months), n_classes),
                provinces,
            ),
            "month": np.tile(np.arange(1, months + 1, dtype=np.int16), n_classes * n_provinces),
            "output": values.ravel(),
        }
    )


# -------------------------------------------------------------------------------------- alarms


def baseline(logs: NDArray) -> tuple[NDArray, NDArray]:
    """Mean of each series before its last month, and the spread of one further month.

    The factor ``sqrt(1 + 1/n)`` makes the score of a normal series with ``n`` months of history
    follow Student's t with ``n - 1`` degrees of freedom: the usual prediction interval for one
    further observation.

    Parameters
    ----------
    logs : ndarray, shape (..., months)
        Logarithms of shares.
    """
    history = logs[..., :-1]
    n = history.shape[-1]
    mean = history.mean(axis=-1)
    deviations = history - mean[..., None]
    squares = np.einsum("...i,...i->...", deviations, deviations)
    return mean, np.sqrt(squares / (n - 1) * (1 + 1 / n))


def log_shares(series: NDArray[np.int64], total: NDArray[np.int64]) -> NDArray[np.float32]:
    """Logarithm of the share of each series in the total; single precision is ample for a score."""
    logs = series.astype(np.float32)
    np.log(logs, out=logs)
    logs -= np.log(total).astype(np.float32)
    return logs


def scores_of(
    world: Economy, values: NDArray[np.int64], last: NDArray[np.int64]
) -> dict[tuple[str, str], NDArray[np.float64]]:
    """How far the last month of each series of each monitor lies from the months before.

    The logarithm of a series' share in the nation is compared with its own history.

    Parameters
    ----------
    world : Economy
    values : ndarray, shape (classes, provinces, months)
    last : ndarray, shape (classes, provinces)
        The last month, perhaps with a shock.

    Returns
    -------
    dict
        For each monitor, shape (branches, 1 or provinces); negative where a series has fallen.
    """
    total = values.sum(axis=(0, 1))
    scores = {}
    current = climb(world, last)
    for monitor, series in climb(world, values).items():
        mean, spread = baseline(np.log(series / total))
        scores[monitor] = (np.log(current[monitor] / last.sum()) - mean) / spread
    return scores


def alarms_by_luck(n_series: int, months: int, threshold: float) -> float:
    """False alarms expected in a month: series times Student's t below minus the threshold."""
    return n_series * float(special.stdtr(months - 2, -threshold))


def touches(world: Economy, level: str, rows: slice) -> NDArray[np.bool_]:
    """Which branches of a level hold one of the rows, or lie among them."""
    starts = world.starts(level)
    ends = np.r_[starts[1:], len(world.tree)]
    return (starts < rows.stop) & (ends > rows.start)


def trials(
    world: Economy,
    months: int,
    shocks: dict[str, slice],
    column: int,
    size: float,
    n_worlds: int,
    seed: int,
) -> dict[tuple[str, str], dict[str, NDArray[np.float64]]]:
    """Scores over many worlds that differ only by their noise.

    Parameters
    ----------
    world : Economy
    months : int
    shocks : dict of str to slice
        Classes that fall, by name of the scenario.
    column : int
        Province in which they fall.
    size : float
        Share of their output that is lost in the last month.
    n_worlds : int
    seed : int

    Returns
    -------
    dict
        For each monitor: ``"calm"``, shape (n_worlds, series), the scores without any shock; and
        for each scenario, shape (n_worlds,), the lowest score of the series that the shock touches.

    Raises
    ------
    ValueError
        If `n_worlds` is not positive, or `months` or `size` is out of range.
    """
    if n_worlds < 1:
        raise ValueError(f"n_worlds = {n_worlds} must be positive")
    found: dict[tuple[str, str], dict[str, list[NDArray]]] = {
        monitor: {name: [] for name in ("calm", *shocks)} for monitor in MONITORS
    }
    hit = {
        (level, name): touches(world, level, rows)
        for name, rows in shocks.items()
        for _geography, level in MONITORS
    }
    for number in range(n_worlds):
        values = simulate(world, months, np.random.default_rng((seed, number)))
        lasts = np.stack(
            [with_shock(values, rows, column, size) for rows in shocks.values()], axis=-1
        )
        total, total_last = values.sum(axis=(0, 1)), lasts.sum(axis=(0, 1))
        current = climb(world, lasts)
        for (geography, level), series in climb(world, values).items():
            logs = log_shares(series, total)
            mean, spread = baseline(logs)
            results = found[geography, level]
            results["calm"].append(((logs[..., -1] - mean) / spread).ravel())
            place = 0 if geography == "nation" else column
            for scenario, name in enumerate(shocks):
                rows = hit[level, name]
                now = current[geography, level][rows, place, scenario] / total_last[scenario]
                scores = (np.log(now) - mean[rows, place]) / spread[rows, place]
                results[name].append(scores.min())
    return {
        monitor: {name: np.array(scores) for name, scores in results.items()}
        for monitor, results in found.items()
    }


def threshold_for(calm: NDArray[np.float64], alarms: float) -> float:
    """Threshold that raises a number of false alarms a month, on average over the worlds.

    Parameters
    ----------
    calm : ndarray, shape (n_worlds, series)
        Scores without a shock.
    alarms : float
        Wanted in a month; less than the number of series.

    Returns
    -------
    float
        An alarm is a score below its negative; worlds times `alarms` of the scores are.

    Raises
    ------
    ValueError
        If `alarms` is negative, or not less than the number of series.
    """
    n_worlds, n_series = calm.shape
    if not 0 <= alarms < n_series:
        raise ValueError(f"alarms = {alarms} is out of range: 0 to less than {n_series}")
    return -float(np.sort(calm, axis=None)[int(alarms * n_worlds)])


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson, *J. Am. Stat. Assoc.* 22, 1927); never empty at 0 or 1."""
    z = float(special.ndtri(0.975))
    share = successes / trials
    middle = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + (z / trials / 2) ** 2)
    # At the ends rounding would put the share itself outside.
    return (
        0.0 if successes == 0 else float(middle - half),
        1.0 if successes == trials else float(middle + half),
    )


def mean_count(counts: NDArray[np.int64]) -> tuple[float, float]:
    """95 % interval of a mean of counts, such as alarms a month.

    Rare and unrelated alarms follow Poisson's distribution, for which the interval is exact
    (Garwood, *Biometrika* 28, 1936) and ends above zero even if nothing was counted. Series that
    share a province or a division ring together, so counts may spread more than that; the
    interval is never narrower than that of Student's t for their mean.
    """
    n, total = len(counts), int(counts.sum())
    low = float(special.gammaincinv(total, 0.025)) / n if total else 0.0
    high = float(special.gammaincinv(total + 1, 0.975)) / n
    if n > 1:
        half = float(special.stdtrit(n - 1, 0.975)) * float(counts.std(ddof=1)) / np.sqrt(n)
        low, high = max(0.0, min(low, total / n - half)), max(high, total / n + half)
    return float(low), float(high)


def rates(
    results: dict[tuple[str, str], dict[str, NDArray[np.float64]]],
    shock: str,
    thresholds: Sequence[float],
) -> pd.DataFrame:
    """Hit rate and false alarms of every monitor at some thresholds.

    Parameters
    ----------
    results : dict
        As from `trials`.
    shock : str
        Name of a scenario.
    thresholds : sequence of float

    Returns
    -------
    DataFrame
        One row a monitor and threshold: ``geography``, ``level``, ``threshold``, ``series``,
        ``hits`` (share of worlds in which a series that the shock touches rings), ``low`` and
        ``high`` (its 95 % Wilson interval), ``false_alarms`` (mean of a month without a shock),
        ``false_low`` and ``false_high`` (its 95 % interval, see `mean_count`).
    """
    rows = []
    for (geography, level), scores in results.items():
        n_worlds, n_series = scores["calm"].shape
        for threshold in thresholds:
            k = int((scores[shock] < -threshold).sum())
            alarms = (scores["calm"] < -threshold).sum(axis=1)
            rows.append(
                (
                    geography,
                    level,
                    threshold,
                    n_series,
                    k / n_worlds,
                    *wilson(k, n_worlds),
                    float(alarms.mean()),
                    *mean_count(alarms),
                )
            )
    return pd.DataFrame(
        rows,
        columns=[
            "geography",
            "level",
            "threshold",
            "series",
            "hits",
            "low",
            "high",
            "false_alarms",
            "false_low",
            "false_high",
        ],
    )


def alarms_by_memory(
    world: Economy, months: int, threshold: float, lengths: Sequence[int], n_worlds: int, seed: int
) -> pd.DataFrame:
    """False alarms a month of the finest monitor, by the months it remembers.

    Returns
    -------
    DataFrame
        One row a length up to `months`: ``months``, ``mean``, ``low`` and ``high`` (lowest and
        highest of the worlds) alarms among all classes in all provinces, without any shock.
    """
    counts: dict[int, list[int]] = {length: [] for length in lengths if length <= months}
    for number in range(n_worlds):
        values = simulate(world, months, np.random.default_rng((seed, number)))
        logs = log_shares(values, values.sum(axis=(0, 1)))
        for length, found in counts.items():
            mean, spread = baseline(logs[..., -length:])
            found.append(int((logs[..., -1] - mean < -threshold * spread).sum()))
    return pd.DataFrame(
        [(length, np.mean(n), min(n), max(n)) for length, n in counts.items()],
        columns=["months", "mean", "low", "high"],
    )
