"""Working models of lesson 03: growth of a stock, whose figure it is, and federated identity.

Three models. The first two are arithmetic: doubling times of figures that are only bounds, and the
attributions of disputed figures that do not contradict each other. The third is a federation of one
national portal and the provincial portals, in miniature: every portal issues accounts, and only the
federation can tell which of them belong to one person.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd

from digigov.data import DatasetError
from digigov.i18n import _
from digigov.quantities import Interval

YEARS = range(2020, 2025)
"""Year-ends for which the lesson needs a denominator."""

NATIONAL, WHOLE, OPEN = "national", "whole", "open"
"""The national portal, the whole platform (it and the provincial portals), and not yet decided."""

NATION = "000000"


# ------------------------------------------------------------------------------------ denominators


def denominators(
    provinces: pd.DataFrame, internet: pd.DataFrame, years: Iterable[int] = YEARS
) -> pd.DataFrame:
    """Populations that a number of users can be held against, at the end of each year.

    Parameters
    ----------
    provinces, internet : DataFrame
        ``load("provinces")`` and ``load("internet")``.
    years : iterable of int
        Year-ends that are needed.

    Returns
    -------
    DataFrame, shape (n_years, 3)
        Indexed by year, in persons: ``population`` (national total), ``aged_15_plus`` (the same
        without the share aged 0 to 14 in the census of 2020, taken as constant) and
        ``internet_users`` (survey of December).

    Raises
    ------
    DatasetError
        If a year is missing; see `complete_years`.
    """
    nation = provinces.set_index("code").loc[NATION]
    population = 10_000 * nation.filter(regex=r"^pop_\d{4}_10k$").astype(float)
    population.index = population.index.str[4:8].astype(int)
    survey = internet[(internet["metric"] == "users") & (internet["group"] == "all")]
    december = survey[survey["period"].str.endswith("-12")]
    table = pd.DataFrame(
        {
            "population": population,
            "aged_15_plus": population * (1 - nation["aged0_14_share_2020_pct"] / 100),
            "internet_users": pd.Series(
                december["value"].to_numpy(float), december["period"].str[:4].astype(int)
            ),
        }
    ).rename_axis("year")
    return complete_years(table, "denominators", years)


def complete_years(table: pd.DataFrame, name: str, years: Iterable[int]) -> pd.DataFrame:
    """The rows of the years that are needed, once it is certain that all of them are there.

    Parameters
    ----------
    table : DataFrame
        Indexed by year, one column a denominator, in persons.
    name : str
        What the table is called in an error.
    years : iterable of int
        Year-ends that are needed.

    Returns
    -------
    DataFrame
        Rows of `years`, in their order.

    Raises
    ------
    DatasetError
        If a year is missing or repeated, or a value is not a positive number.
    """
    years = list(years)
    if (repeated := table.index[table.index.duplicated()]).size:
        raise DatasetError(
            _("table {table!r}: the year {year} occurs twice; each may occur once").format(
                table=name, year=repeated[0]
            )
        )
    rows = table.reindex(years)
    wrong = ~((rows > 0) & (rows < math.inf))
    for year, column in zip(*wrong.to_numpy().nonzero(), strict=True):
        raise DatasetError(
            _(
                "table {table!r}: {column} for the end of {year} is missing or not positive; allowed "
                "is a positive number of persons for every year from {first} to {last}"
            ).format(
                table=name,
                column=table.columns[column],
                year=years[year],
                first=min(years),
                last=max(years),
            )
        )
    return rows


# -------------------------------------------------------------------------------------- growth


def reading(value: float, qualifier: str, step: float = math.inf) -> Interval:
    """What a printed figure says of a number that grows.

    Parameters
    ----------
    value : float
        The figure.
    qualifier : str
        ``"over"``, ``"nearly"``, ``"exact"`` or ``"about"``.
    step : float
        From where on a writer would have printed more: 100 million for "over 400 million", if they
        would have written "over 500 million" as soon as it was true. Infinite by default, which is
        all that the words guarantee.

    Returns
    -------
    Interval
        ``[value, value + step]`` for over, ``[value - step, value]`` for nearly (not below zero),
        the value alone for exact and about.

    Raises
    ------
    ValueError
        If the qualifier is another one.
    """
    match qualifier:
        case "over":
            return Interval(value, value + step)
        case "nearly":
            return Interval(max(0.0, value - step), value)
        case "exact" | "about":
            return Interval(value, value)
    raise ValueError(f"qualifier = {qualifier!r} is not one of: over, nearly, exact, about")


def doubling_time(first: float, last: float, months: float) -> float:
    """Months in which a number doubles that grows by the same factor every month.

    Parameters
    ----------
    first, last : float
        The number at both ends; positive, and not falling.
    months : float
        Between them; positive.

    Returns
    -------
    float
        Months; infinite if the number stood still.

    Raises
    ------
    ValueError
        If the number falls or is not positive, or no time passes.
    """
    if not 0 < first <= last:
        raise ValueError(f"first = {first} and last = {last}: allowed is 0 < first <= last")
    if not months > 0:
        raise ValueError(f"months = {months} must be positive")
    growth = math.log(last / first)
    return months * math.log(2) / growth if growth > 0 else math.inf


def doubling_interval(first: Interval, last: Interval, months: float) -> Interval:
    """Doubling times that two figures allow, if the number did not fall.

    Returns
    -------
    Interval
        In months: from the fastest growth that the intervals allow to the slowest.

    Raises
    ------
    ValueError
        If the number falls whatever it was within the intervals; see also `doubling_time`.
    """
    if last.high < first.low:
        raise ValueError(
            f"first = [{first.low}, {first.high}] and last = [{last.low}, {last.high}]: the number "
            "falls whatever it was; allowed is a number that does not fall"
        )
    fastest = 0.0 if math.isinf(last.high) else doubling_time(first.low, last.high, months)
    grew = first.high < last.low
    slowest = doubling_time(first.high, last.low, months) if grew else math.inf
    return Interval(fastest, slowest)


# ---------------------------------------------------------------------------------- attribution


def attributions(figures: pd.DataFrame) -> pd.DataFrame:
    """Every way to say which platform the undecided figures are about, and what is wrong with it.

    Two rules: a number of accounts does not fall, and the national portal, a part of the whole
    platform, never has more users than the whole has then or later.

    Parameters
    ----------
    figures : DataFrame
        One row a figure: ``date``, ``low`` and ``high`` (persons) and ``platform``, one of
        ``"national"``, ``"whole"`` and ``"open"``. The index names the figures.

    Returns
    -------
    DataFrame, shape (2 ** n_open, n_open + 1)
        A column for each open figure with the platform that it is given, and ``excess``: by how many
        persons the worst pair of figures breaks a rule; 0 if none does.

    Raises
    ------
    ValueError
        If no figure is open, or a platform has another name.
    """
    if unknown := set(figures["platform"]) - {NATIONAL, WHOLE, OPEN}:
        raise ValueError(f"platform = {min(unknown)!r} is not one of: national, whole, open")
    undecided = figures.index[figures["platform"] == OPEN]
    if undecided.empty:
        raise ValueError("no figure is open: there is nothing to attribute")
    rows = []
    for choice in product((NATIONAL, WHOLE), repeat=len(undecided)):
        decided = figures.assign(
            platform=figures["platform"].mask(
                figures["platform"] == OPEN,
                pd.Series(choice, index=undecided).reindex(figures.index),
            )
        )
        rows.append([*choice, contradiction(decided)])
    return pd.DataFrame(rows, columns=[*undecided, "excess"])


def contradiction(figures: pd.DataFrame) -> float:
    """By how many persons dated figures of a part and its whole break the rules of `attributions`.

    Parameters
    ----------
    figures : DataFrame
        As in `attributions`, none of them open.

    Returns
    -------
    float
        The largest excess of an earlier figure over a later one of the same platform, or of the
        national portal over the whole platform at the same time or later; 0 if there is none.
    """
    date, platform = figures["date"].to_numpy(), figures["platform"].to_numpy()
    not_later = date[:, None] <= date[None, :]
    bounded = (platform[:, None] == platform[None, :]) | (
        (platform[:, None] == NATIONAL) & (platform[None, :] == WHOLE)
    )
    excess = figures["low"].to_numpy()[:, None] - figures["high"].to_numpy()[None, :]
    return max(0.0, float(excess[not_later & bounded].max()))


# ----------------------------------------------------------------------------- federated identity


def overlap_bounds(first: float, second: float) -> Interval:
    """Shares of a population that two groups can have in common, by their sizes alone.

    The bounds of Fréchet (*Sur les tableaux de corrélation dont les marges sont données*, Annales
    de l'Université de Lyon, 1951); both are reached.

    Parameters
    ----------
    first, second : float
        Sizes of the groups, as shares of the population: 0 to 1.

    Returns
    -------
    Interval
        ``[max(0, first + second - 1), min(first, second)]``.

    Raises
    ------
    ValueError
        If a size is not a share.
    """
    _check_shares(first=first, second=second)
    most = min(first, second)
    # Rounding may lift the lower bound above the upper one where the two meet.
    return Interval(min(max(0.0, first + second - 1), most), most)


def union_bounds(first: float, second: float) -> Interval:
    """Shares of a population that two groups can make up together, by their sizes alone.

    Parameters
    ----------
    first, second : float
        Sizes of the groups, as shares of the population: 0 to 1.

    Returns
    -------
    Interval
        ``[max(first, second), min(1, first + second)]``.

    Raises
    ------
    ValueError
        If a size is not a share.
    """
    _check_shares(first=first, second=second)
    return Interval(max(first, second), min(1.0, first + second))


def _check_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} = {share} is not a share of the population: 0 to 1")


def provincial_users(national: float, whole: float, overlap: float) -> float:
    """Persons with an account at a provincial portal, if the whole counts every person once.

    Parameters
    ----------
    national : float
        Persons with an account at the national portal.
    whole : float
        Persons with an account at any portal; not fewer than `national`.
    overlap : float
        Share of the national portal's users who have a provincial account as well, 0 to 1.

    Returns
    -------
    float
        ``whole - national + overlap * national``: those whom only a provincial portal knows, and
        those whom both know.

    Raises
    ------
    ValueError
        If the part is larger than the whole, or `overlap` is not a share.
    """
    if not 0 < national <= whole:
        raise ValueError(
            f"national = {national} and whole = {whole}: allowed is 0 < national <= whole"
        )
    _check_shares(overlap=overlap)
    return whole - national + overlap * national


def simulate(
    n_people: int, national: float, provincial: float, both: float, *, seed: int, n_runs: int = 1
) -> pd.DataFrame:
    """Draw populations in which every person has either account, both or none by chance.

    Parameters
    ----------
    n_people : int
        Persons of each population.
    national, provincial, both : float
        Probabilities that a person has an account at the national portal, at a provincial portal,
        and at both; `both` within `overlap_bounds`.
    seed : int
        Of the random numbers.
    n_runs : int
        Populations to draw.

    Returns
    -------
    DataFrame, shape (n_runs, 4)
        Persons with ``both`` accounts, the ``national`` one alone, a ``provincial`` one alone, and
        ``neither``; each row sums to `n_people`.

    Raises
    ------
    ValueError
        If the three probabilities contradict each other, or nobody is drawn.
    """
    if n_people < 1 or n_runs < 1:
        raise ValueError(f"n_people = {n_people} and n_runs = {n_runs} must be at least 1")
    bounds = overlap_bounds(national, provincial)
    if not bounds.low - 1e-9 <= both <= bounds.high + 1e-9:
        raise ValueError(
            f"both = {both} is impossible with national = {national} and provincial = {provincial}: "
            f"allowed is {bounds.low} to {bounds.high}"
        )
    cells = np.array([both, national - both, provincial - both, 1 - national - provincial + both])
    cells = cells.clip(0, 1)
    draws = np.random.default_rng(seed).multinomial(n_people, cells / cells.sum(), size=n_runs)
    return pd.DataFrame(draws, columns=["both", "national", "provincial", "neither"])


def issue_accounts(persons: pd.Series, provinces: pd.Series, *, seed: int) -> pd.DataFrame:
    """Let the portals issue accounts to a population, the way a federation keeps them.

    Parameters
    ----------
    persons : Series of int
        Persons with ``both`` accounts, the ``national`` one alone and a ``provincial`` one alone; a
        row of `simulate`.
    provinces : Series of float
        Population by name of the province; a provincial account is issued by a province drawn in
        proportion to it. Everybody has at most one.
    seed : int
        Of the random numbers.

    Returns
    -------
    DataFrame
        One row an account, in random order: ``portal`` (``"national"`` or the province),
        ``account`` (number within its portal, from 1) and ``identity``, the person, which the
        portals do not share and the federation resolves.
    """
    rng = np.random.default_rng(seed)
    holders = int(persons[["both", "national", "provincial"]].sum())
    identity = rng.permutation(holders)
    at_nation = identity[: persons["both"] + persons["national"]]
    at_province = np.concatenate([identity[: persons["both"]], identity[len(at_nation) :]])
    # Portals as codes: a million names would take seconds to sort and to compare.
    portals = [NATIONAL, *provinces.index]
    issued_by = rng.choice(len(provinces), size=len(at_province), p=provinces / provinces.sum())
    codes = np.concatenate([np.zeros(len(at_nation), dtype=np.int64), issued_by + 1])
    order = rng.permutation(len(codes))
    accounts = pd.DataFrame(
        {
            "portal": pd.Categorical.from_codes(codes[order], portals),
            "identity": np.concatenate([at_nation, at_province])[order],
        }
    )
    number = accounts.groupby("portal", observed=True).cumcount() + 1
    return accounts.assign(account=number)[["portal", "account", "identity"]]
