"""A synthetic register with planted faults, and what publishing it costs its people and its readers.

The register holds the people of one county who receive an allowance. Three things are done with
it: its quality is measured, its rows are published under k-anonymity, its counts under
differential privacy; and two attackers try what they can learn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pandas as pd
from scipy import stats

TODAY = pd.Timestamp("2023-12-31")
"""Day of the extract."""

CONFIRMED_WITHIN = pd.Timedelta(days=365)
"""An entry confirmed longer ago is out of date."""

TOWNSHIPS, VILLAGES_EACH = 8, 5
VILLAGES = tuple(
    f"{township:02d}{village:02d}"
    for township in range(1, TOWNSHIPS + 1)
    for village in range(1, VILLAGES_EACH + 1)
)
"""Four digits: township and village."""

REASONS = ("illness", "disability", "old_age", "low_wage")
"""Why an allowance is paid: what nobody else should learn."""

DIMENSIONS = ("completeness", "uniqueness", "validity", "timeliness")
FAULTS = ("blank", "repeated", "impossible", "outdated", "wrong")
"""Planted faults; each of the first four belongs to a dimension, in their order."""

BAND = 20
"""Years in an age band of the planner's table."""

BANDS = 5


def _rate(name: str, value: float, below: float = 1.0) -> float:
    if not 0 <= value < below:
        raise ValueError(f"{name} = {value} is not allowed: 0 to less than {below:g}")
    return float(value)


def _positive(name: str, value: float) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise ValueError(f"{name} = {value} is not allowed: a number above zero")
    return float(value)


# ------------------------------------------------------------------------------------ register


def population(aged_share: float, seed: int, size: int = 20_000) -> pd.DataFrame:
    """Everybody who lives in the county: what an attacker can find in any list of residents.

    Parameters
    ----------
    aged_share : float
        Share of people aged 65 and over, 0 to less than 1.
    seed : int
    size : int
        Persons.

    Returns
    -------
    DataFrame, shape (size, 4)
        ``person`` (number), ``birth`` (day), ``sex`` and ``village``. Ages are uniform below 65 and
        from 65 to 94; villages differ in size.
    """
    rng = np.random.default_rng([seed, 1])
    aged = rng.random(size) < _rate("aged_share", aged_share)
    age = np.where(aged, rng.uniform(65, 95, size), rng.uniform(0, 65, size))
    weights = rng.dirichlet(np.full(len(VILLAGES), 8.0))
    return pd.DataFrame(
        {
            "person": np.arange(size),
            "birth": TODAY - pd.to_timedelta((age * 365.25).astype(int), unit="D"),
            "sex": rng.choice(["F", "M"], size),
            "village": rng.choice(VILLAGES, size, p=weights),
        }
    )


def register(people: pd.DataFrame, seed: int, size: int = 2_400) -> pd.DataFrame:
    """Those of the people who receive an allowance, without any fault.

    Parameters
    ----------
    people : DataFrame
        As from `population`.
    seed : int
    size : int
        Persons, at most as many as there are people.

    Returns
    -------
    DataFrame
        The columns of `people`, with ``reason`` and the day on which it was ``confirmed``. The old
        receive one more often, and for other reasons.
    """
    rng = np.random.default_rng([seed, 2])
    age = age_of(people["birth"]).to_numpy()
    weight = np.where(age >= 60, 3.0, 1.0)
    chosen = rng.choice(len(people), size, replace=False, p=weight / weight.sum())
    entries = people.iloc[np.sort(chosen)].reset_index(drop=True)
    old = age_of(entries["birth"]).to_numpy() >= 60
    # Assumed shares of the reasons, cumulative: under 60, and from 60 on.
    young_cut, old_cut = np.cumsum([0.35, 0.25, 0.0]), np.cumsum([0.3, 0.15, 0.5])
    draw = rng.random(size)[:, None]
    reason = (draw > np.where(old[:, None], old_cut, young_cut)).sum(axis=1)
    entries["reason"] = np.array(REASONS)[reason]
    entries["confirmed"] = TODAY - pd.to_timedelta(rng.integers(0, 360, size), unit="D")
    return entries


def plant(entries: pd.DataFrame, error_rate: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plant five kinds of fault, each in the same share of the rows.

    Parameters
    ----------
    entries : DataFrame
        As from `register`.
    error_rate : float
        Share of rows with each fault, 0 to less than 0.5, rounded to whole rows.
    seed : int

    Returns
    -------
    table : DataFrame
        The register as a clerk would find it, in random order.
    planted : DataFrame of bool
        Which row has which of `FAULTS`: a ``blank`` day of birth, a row ``repeated``, an
        ``impossible`` village, an ``outdated`` confirmation, and a ``wrong`` but possible day of
        birth.
    """
    rate = _rate("error_rate", error_rate, 0.5)
    rng = np.random.default_rng([seed, 3])
    # A share `rate` of all rows, the copies among them.
    copies = min(round(rate / (1 - rate) * len(entries)), len(entries))
    again = entries.iloc[np.sort(rng.choice(len(entries), copies, replace=False))]
    table = pd.concat([entries, again], ignore_index=True)
    planted = pd.DataFrame(False, index=table.index, columns=list(FAULTS))
    hit = round(rate * len(table))
    shuffled = rng.permutation(len(table))
    rows = {
        # One cell cannot be both blank and wrong.
        "blank": shuffled[:hit],
        "wrong": shuffled[hit : 2 * hit],
        "impossible": rng.choice(len(table), hit, replace=False),
        "outdated": rng.choice(len(table), hit, replace=False),
    }
    for fault, where in rows.items():
        planted.loc[where, fault] = True
    shift = rng.integers(400, 9_000, hit)
    birth = table["birth"].to_numpy().copy()
    moved = birth[rows["wrong"]] + np.array(shift, dtype="timedelta64[D]")
    # Nobody is born after the extract: such a date is moved back instead.
    late = moved > TODAY.to_datetime64()
    moved[late] -= np.array(2 * shift[late], dtype="timedelta64[D]")
    birth[rows["wrong"]] = moved
    birth[rows["blank"]] = np.datetime64("NaT")
    table["birth"] = birth
    table.loc[rows["impossible"], "village"] = "9999"
    table.loc[rows["outdated"], "confirmed"] -= pd.Timedelta(days=730)
    order = rng.permutation(len(table))
    table, planted = table.iloc[order].reset_index(drop=True), planted.iloc[order]
    # Of two rows of a person, the later one is the repeat.
    planted = planted.reset_index(drop=True).assign(repeated=table["person"].duplicated())
    return table, planted


def passes(table: pd.DataFrame) -> pd.DataFrame:
    """Which row passes which check of quality; no other source is asked.

    Parameters
    ----------
    table : DataFrame
        As from `plant`.

    Returns
    -------
    DataFrame of bool
        One column each of `DIMENSIONS`; the mean of a column is the measure of ISO/IEC 25024: rows
        that conform over rows that should.
    """
    return pd.DataFrame(
        {
            "completeness": table["birth"].notna(),
            # Copies are alike; how many rows are too many is known, which of them is not.
            "uniqueness": ~table["person"].duplicated(),
            "validity": table["village"].isin(VILLAGES),
            "timeliness": TODAY - table["confirmed"] <= CONFIRMED_WITHIN,
        }
    )


def usable(table: pd.DataFrame) -> pd.DataFrame:
    """One row a person, of those with a day of birth and a village that exists."""
    good = table[table["birth"].notna() & table["village"].isin(VILLAGES)]
    return good.drop_duplicates("person").reset_index(drop=True)


def age_of(birth: pd.Series) -> pd.Series:
    """Years from the year of birth to that of the extract."""
    return TODAY.year - birth.dt.year


# --------------------------------------------------------------------------------- k-anonymity

MAX_SUPPRESSED = 0.05
"""Share of the rows that a release may leave out."""

BIRTH_LEVELS = ("day", "month", "year", "5 years", "10 years", "20 years", "any")
PLACE_LEVELS = ("village", "township", "county")
SEX_LEVELS = ("kept", "any")
_YEARS = {"5 years": 5, "10 years": 10, "20 years": 20}
_BIRTH_LOSS = (0.0, 30 / 36_500, 0.01, 0.05, 0.1, 0.2, 1.0)
_PLACE_LOSS = (0.0, (VILLAGES_EACH - 1) / (len(VILLAGES) - 1), 1.0)
_SEX_LOSS = (0.0, 1.0)


@dataclass(frozen=True)
class Recoding:
    """How coarsely the three columns are printed that an attacker may know."""

    birth: str = "day"
    sex: str = "kept"
    place: str = "village"

    @property
    def loss(self) -> float:
        """Normalised certainty penalty (Xu et al. 2006): 0 as recorded, 1 nothing left."""
        parts = (
            _BIRTH_LOSS[BIRTH_LEVELS.index(self.birth)],
            _SEX_LOSS[SEX_LEVELS.index(self.sex)],
            _PLACE_LOSS[PLACE_LEVELS.index(self.place)],
        )
        return sum(parts) / len(parts)


LATTICE = tuple(Recoding(b, s, p) for b, s, p in product(BIRTH_LEVELS, SEX_LEVELS, PLACE_LEVELS))


def groups(table: pd.DataFrame, recoding: Recoding) -> pd.Series:
    """Number of the group that each row falls into; rows that print alike share it.

    Parameters
    ----------
    table : DataFrame
        With ``birth``, ``sex`` and ``village``, none of them missing.
    recoding : Recoding
    """
    born, female, village = _columns(table)
    return pd.Series(_codes(born, female, village, recoding), index=table.index)


def _columns(table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    birth = table["birth"]
    year = birth.dt.year.to_numpy()
    born = pd.DataFrame(
        {
            "day": (birth - pd.Timestamp("1900-01-01")).dt.days.to_numpy(),
            "month": year * 12 + birth.dt.month.to_numpy(),
            "year": TODAY.year - year,
        }
    )
    return born, (table["sex"] == "F").to_numpy(int), table["village"].to_numpy(int)


def _codes(
    born: pd.DataFrame, female: np.ndarray, village: np.ndarray, recoding: Recoding
) -> np.ndarray:
    if recoding.birth in _YEARS:
        when = born["year"].to_numpy() // _YEARS[recoding.birth]
    else:
        when = 0 if recoding.birth == "any" else born[recoding.birth].to_numpy()
    sex = female if recoding.sex == "kept" else 0
    where = village // {"village": 1, "township": 100, "county": 10_000}[recoding.place]
    return (when * 2 + sex) * 10_000 + where


@dataclass(frozen=True)
class Release:
    """Rows published under k-anonymity.

    Parameters
    ----------
    recoding : Recoding
    rows : DataFrame
        The rows that are published, with their ``group``. ``person`` is kept for the count of what
        an attacker gets right; it is not printed.
    suppressed : int
        Rows that are not published, because their group was too small.
    """

    recoding: Recoding
    rows: pd.DataFrame
    suppressed: int


def anonymise(table: pd.DataFrame, k: int, max_suppressed: float = MAX_SUPPRESSED) -> Release:
    """Publish rows so that each looks like at least ``k - 1`` others.

    Every recoding of the lattice is tried (Samarati 2001; LeFevre et al. 2005 search it cleverly,
    42 need no cleverness). Groups that are still too small are suppressed.

    Parameters
    ----------
    table : DataFrame
        As from `usable`.
    k : int
        2 or more, and no more than there are rows.
    max_suppressed : float
        Share of the rows that may be suppressed.

    Returns
    -------
    Release
        With the smallest loss, suppressed rows counted as wholly lost.

    Raises
    ------
    ValueError
        If `k` is below 2 or above the number of rows.
    """
    return _choose(table, _lattice(table), k, max_suppressed)


def _lattice(table: pd.DataFrame) -> list[tuple[Recoding, np.ndarray, np.ndarray]]:
    """Every recoding, with the group of each row and the size of that group."""
    columns = _columns(table)
    grouped = []
    for recoding in LATTICE:
        codes = _codes(*columns, recoding)
        _values, inverse, sizes = np.unique(codes, return_inverse=True, return_counts=True)
        grouped.append((recoding, codes, sizes[inverse]))
    return grouped


def _choose(
    table: pd.DataFrame,
    lattice: list[tuple[Recoding, np.ndarray, np.ndarray]],
    k: int,
    max_suppressed: float,
) -> Release:
    if k < 2:
        raise ValueError(f"k = {k} is not allowed: 2 or more; a group of one is a person")
    if k > len(table):
        raise ValueError(f"k = {k} is not allowed: there are only {len(table)} rows")

    def loss(grouped: tuple[Recoding, np.ndarray, np.ndarray]) -> float:
        recoding, _codes, sizes = grouped
        lost = (sizes < k).mean()
        return math.inf if lost > max_suppressed else (1 - lost) * recoding.loss + lost

    # The coarsest recoding has one group of all rows, so that one loss is finite.
    recoding, codes, sizes = min(lattice, key=loss)
    rows = table.assign(group=codes)[sizes >= k].reset_index(drop=True)
    return Release(recoding, rows, int((sizes < k).sum()))


def as_recorded(table: pd.DataFrame, recoding: Recoding = Recoding()) -> Release:
    """All rows, without the names: what a careless office publishes.

    Parameters
    ----------
    table : DataFrame
        As from `usable`.
    recoding : Recoding
        As they are recorded by default.
    """
    return Release(recoding, table.assign(group=groups(table, recoding)), 0)


def known_for_sure(release: Release) -> float:
    """Share of the published rows whose group has one reason only (Machanavajjhala et al. 2007).

    Whoever can place a person in such a group learns the reason, however large it is.
    """
    kinds = release.rows.groupby("group")["reason"].transform("nunique")
    return float((kinds == 1).mean())


# ------------------------------------------------------------------------------------ attackers


def candidates(release: Release, people: pd.DataFrame) -> pd.DataFrame:
    """Linkage attack: hold each published row against a list of all residents (Sweeney 2002).

    Parameters
    ----------
    release : Release
    people : DataFrame
        As from `population`.

    Returns
    -------
    DataFrame
        For each published row the number of residents that it ``fits``, and whether its own person
        is ``among`` them: a row with a wrong entry fits others.
    """
    return _candidates(release, groups(people, release.recoding).set_axis(people["person"]))


def _candidates(release: Release, lived_in: pd.Series) -> pd.DataFrame:
    """`candidates`, given the group of each resident, by person."""
    fits = release.rows["group"].map(lived_in.value_counts()).fillna(0).astype(int)
    own = release.rows["person"].map(lived_in)
    return pd.DataFrame({"fits": fits, "among": own == release.rows["group"]})


def named(release: Release, people: pd.DataFrame) -> float:
    """Share of the entries, suppressed ones counted, whose person an attacker names rightly.

    Who fits is guessed among with equal chances.
    """
    return _named(release, candidates(release, people))


def _named(release: Release, found: pd.DataFrame) -> float:
    """`named`, given the candidates for each row."""
    chance = found["among"] / found["fits"].clip(lower=1)
    return float(chance.sum() / (len(found) + release.suppressed))


def membership_by_rows(release: Release) -> float:
    """Chance to tell whether a person is in the register, from two releases in the same recoding.

    The attacker knows everybody else: has seen the release of last month, or works in the office. A
    published group shows its size, and a group that appears or vanishes shows it too. Only where
    the group is suppressed with and without the person must the attacker toss a coin.

    Returns
    -------
    float
        0.5 to 1, the mean over the entries.
    """
    kept, lost = len(release.rows), release.suppressed
    return (kept + lost / 2) / (kept + lost)


def membership_by_counts(epsilon: float) -> float:
    """Chance of the same attacker against counts with noise: ``e**epsilon / (1 + e**epsilon)``.

    The bound of Wasserman and Zhou (2010) for two cases alike likely; the discrete Laplace mechanism
    reaches it.
    """
    return 1 / (1 + math.exp(-_positive("epsilon", epsilon)))


def attack_counts(epsilon: float, trials: int, seed: int) -> float:
    """Share of trials in which the attacker tells rightly whether a count holds the person.

    Parameters
    ----------
    epsilon : float
        Above zero.
    trials : int
        In half of them the person is in the register.
    seed : int
    """
    rng = np.random.default_rng([seed, 4])
    present = np.arange(trials) % 2
    guess = present + noise(epsilon, trials, rng) >= 1
    return float((guess == present).mean())


# -------------------------------------------------------------------------- differential privacy


def noise(epsilon: float, size: int, rng: np.random.Generator) -> np.ndarray:
    """Noise of the discrete Laplace ("geometric") mechanism.

    Ghosh, Roughgarden and Sundararajan (2009). Drawn by `scipy.stats.dlaplace`, so that a seed
    repeats it; the tests hold it against OpenDP. For a real release take OpenDP itself: whoever
    knows the seed can subtract the noise, so that there it must be secret and cannot be set.

    Parameters
    ----------
    epsilon : float
        Bound on the privacy loss, above zero.
    size : int
        Number of counts. A person must be counted in one of them, and once.
    rng : Generator

    Returns
    -------
    ndarray of int, shape (size,)

    Raises
    ------
    ValueError
        If `epsilon` is zero, negative or not finite.
    """
    return stats.dlaplace.rvs(_positive("epsilon", epsilon), size=size, random_state=rng)


def outcomes(epsilon: float, count: int, reach: int) -> pd.Series:
    """Probability of each published value of a count, from ``count - reach`` to ``count + reach``."""
    values = np.arange(count - reach, count + reach + 1)
    chance = stats.dlaplace.pmf(values - count, _positive("epsilon", epsilon))
    return pd.Series(chance, index=values)


def expected_error(epsilon: float) -> float:
    """Mean absolute noise of a count, in persons: ``1 / sinh(epsilon)``."""
    return 1 / math.sinh(_positive("epsilon", epsilon))


def averaged_error(epsilon: float, tables: int, seed: int, cells: int = 2_000) -> float:
    """Mean absolute error left when tables with fresh noise are averaged, in persons.

    Parameters
    ----------
    epsilon : float
        Of each table, above zero.
    tables : int
        1 or more.
    seed : int
    cells : int
        Counts simulated.
    """
    rng = np.random.default_rng([seed, 5])
    drawn = noise(epsilon, tables * cells, rng).reshape(tables, cells)
    return float(np.abs(drawn.mean(axis=0)).mean())


# ------------------------------------------------------------------------------- planner's table


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    band = (age_of(table["birth"]) // BAND).clip(upper=BANDS - 1)
    return pd.DataFrame({"township": table["village"].astype(int) // 100, "band": band})


def counts(table: pd.DataFrame) -> pd.Series:
    """Persons by township, age band (0 to 4, of twenty years) and reason; empty cells are zero."""
    cells = _cells(table).assign(reason=table["reason"])
    return cells.value_counts().reindex(_index(), fill_value=0).astype(float)


@cache
def _index() -> pd.MultiIndex:
    axes = [range(1, TOWNSHIPS + 1), range(BANDS), REASONS]
    return pd.MultiIndex.from_product(axes, names=["township", "band", "reason"])


def estimated_counts(release: Release, people: pd.DataFrame) -> pd.Series:
    """The planner's table from published rows.

    A row that prints too coarsely is spread over the cells that it may belong to, in proportion to
    the residents there. Rows that fit no resident are lost.

    Returns
    -------
    Series
        Indexed as `counts`; fractions of persons.
    """
    return _spread(release, _shares(_cells(people), groups(people, release.recoding)))


def _shares(cells: pd.DataFrame, lived_in: pd.Series) -> pd.DataFrame:
    """Share of the residents of each group who live in each cell of the planner's table."""
    counted = cells.assign(group=lived_in.to_numpy()).value_counts(sort=False)
    share = counted.rename("residents").reset_index()
    share["share"] = share["residents"] / share.groupby("group")["residents"].transform("sum")
    return share


def _spread(release: Release, share: pd.DataFrame) -> pd.Series:
    """`estimated_counts`, given the shares of the cells in each group."""
    rows = release.rows.value_counts(["group", "reason"]).rename("rows").reset_index()
    spread = rows.merge(share, on="group")
    spread["persons"] = spread["rows"] * spread["share"]
    found = spread.groupby(["township", "band", "reason"])["persons"].sum()
    return found.reindex(_index(), fill_value=0.0)


def error(estimate: pd.Series, truth: pd.Series) -> float:
    """Mean absolute error of a table, in persons a cell."""
    return float((estimate - truth).abs().mean())


def frontier(
    ks: tuple[int, ...],
    epsilons: tuple[float, ...],
    *,
    aged_share: float,
    error_rate: float,
    seed: int,
    registers: int = 8,
) -> pd.DataFrame:
    """What each way to publish costs the planner, and what it lets two attackers learn.

    Parameters
    ----------
    ks, epsilons : tuple
        Settings to try.
    aged_share, error_rate : float
        As for `population` and `plant`.
    seed : int
        Of the first register; the others are drawn with the seeds that follow.
    registers : int
        Registers simulated.

    Returns
    -------
    DataFrame
        One row for each setting and register: ``method`` (``"as_recorded"``, ``"k"`` or
        ``"epsilon"``), ``setting``, ``register``, ``error`` (persons a cell, against the register
        without faults), ``named`` and ``member`` (0 to 1).
    """
    rows = []
    for number in range(registers):
        people = population(aged_share, seed + number)
        entries = register(people, seed + number)
        table = usable(plant(entries, error_rate, seed + number)[0])
        truth, found = counts(entries), counts(table)
        rng = np.random.default_rng([seed + number, 6])
        releases = [("as_recorded", 1.0, as_recorded(table))]
        lattice = _lattice(table)
        releases += [("k", float(k), _choose(table, lattice, k, MAX_SUPPRESSED)) for k in ks]
        # All residents are read once for all releases, and grouped once for each recoding.
        entered, cells = _columns(people), _cells(people)
        lived_in = {
            recoding: pd.Series(_codes(*entered, recoding), people["person"])
            for recoding in {release.recoding for _method, _setting, release in releases}
        }
        shares = {
            recoding: _shares(cells, lived_in[recoding])
            for recoding in {release.recoding for method, _k, release in releases if method == "k"}
        }
        for method, setting, release in releases:
            off = error(
                found if method == "as_recorded" else _spread(release, shares[release.recoding]),
                truth,
            )
            chance = _named(release, _candidates(release, lived_in[release.recoding]))
            rows.append((method, setting, number, off, chance, membership_by_rows(release)))
        for epsilon in epsilons:
            off = error(found + noise(epsilon, len(found), rng), truth)
            rows.append(
                ("epsilon", epsilon, number, off, 0.0, attack_counts(epsilon, 2_000, seed + number))
            )
    columns = ["method", "setting", "register", "error", "named", "member"]
    return pd.DataFrame(rows, columns=columns)


def example() -> pd.DataFrame:
    """Thirteen rows under k-anonymity, as printed; for the exercise."""
    printed = [
        ("20-39", "F", "01", ["illness"] * 3),
        ("20-39", "M", "01", ["low_wage", "illness"]),
        (
            "40-59",
            "F",
            "02",
            ["disability", "disability", "illness", "low_wage", "illness", "illness"],
        ),
        ("60-79", "F", "02", ["old_age", "old_age"]),
    ]
    return pd.DataFrame(
        [(*columns, reason) for *columns, reasons in printed for reason in reasons],
        columns=["age", "sex", "township", "reason"],
    )
