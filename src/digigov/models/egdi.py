"""The E-Government Development Index taken apart: recipe, ranks, and what a rank depends on.

The table is that of ``load("egdi")``: one row a country and edition, and a world row. A country
that an edition did not rank has blanks there and takes no part in that edition.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

COMPONENTS = ("osi", "tii", "hci")
"""Online services, telecommunication infrastructure, human capital; each from 0 to 1."""

EQUAL_WEIGHTS = (1 / 3, 1 / 3, 1 / 3)

UNEQUAL_WEIGHTS = {2008: (0.34, 0.33, 0.33), 2010: (0.34, 0.33, 0.33)}
"""Editions that the plain mean does not reproduce, with the weights that do.

They come from a fit to the table; no text that states them was seen."""

LEVELS = ("low", "middle", "high", "very_high")
LEVEL_BOUNDS = (0.25, 0.50, 0.75)
"""Where the next level begins, as printed for 2016 and 2022: below 0.25, up to 0.50, up to 0.75,
above 0.75."""

CHUNK = 4096
"""Draws ranked at a time: a few megabytes for a world of countries."""

METHODS = {"competition": "min", "dense": "dense"}


# ------------------------------------------------------------------------------------- editions


def ranked_in(table: pd.DataFrame, year: int) -> pd.DataFrame:
    """Countries that an edition ranked, by ``iso3``.

    Raises
    ------
    ValueError
        If the table has no such edition.
    """
    edition = table[(table["year"] == year) & table["rank"].notna()]
    if edition.empty:
        years = ", ".join(map(str, sorted(table["year"].unique())))
        raise ValueError(f"year = {year} is not an edition: {years}")
    return edition.set_index("iso3")


def editions_of(table: pd.DataFrame, country: str) -> list[int]:
    """Editions that ranked a country, in order.

    Raises
    ------
    ValueError
        If none did.
    """
    years = table.loc[(table["iso3"] == country) & table["rank"].notna(), "year"]
    if years.empty:
        raise ValueError(f"country = {country!r} is ranked in no edition")
    return sorted(years.tolist())


def edition_for(table: pd.DataFrame, country: str, year: int) -> int:
    """The edition itself if it ranked the country, else the next that did, else the last before."""
    years = editions_of(table, country)
    return next((edition for edition in years if edition >= year), years[-1])


def weights_of(year: int) -> tuple[float, float, float]:
    """Weights of the components in an edition, in the order of `COMPONENTS`."""
    return UNEQUAL_WEIGHTS.get(year, EQUAL_WEIGHTS)


# ------------------------------------------------------------------------------ index and ranks


def composite(components: pd.DataFrame, weights: ArrayLike = EQUAL_WEIGHTS) -> pd.Series:
    """Weighted mean of the three components.

    Parameters
    ----------
    components : DataFrame
        With the columns `COMPONENTS`.
    weights : array_like, shape (3,)
        Not negative; divided by their sum.

    Raises
    ------
    ValueError
        If a weight is negative or all are zero.
    """
    return _weighted(components, _on_simplex(weights))


def _on_simplex(weights: ArrayLike) -> NDArray[np.float64]:
    weights = np.asarray(weights, dtype=float)
    if weights.shape[-1:] != (3,) or not (weights >= 0).all() or not (weights.sum(-1) > 0).all():
        raise ValueError(f"weights = {weights} must be three numbers, none negative, not all zero")
    return weights / weights.sum(axis=-1, keepdims=True)


def _weighted(components: pd.DataFrame, weights: Iterable[float]) -> pd.Series:
    # Term by term, so that equal components give equal sums: ties survive.
    first, second, third = (
        weight * components[name] for weight, name in zip(weights, COMPONENTS, strict=True)
    )
    return first + second + third


def ranks(scores: pd.Series, method: Literal["competition", "dense"] = "competition") -> pd.Series:
    """Ranks from the highest score down; missing scores have none.

    Parameters
    ----------
    scores : Series of float
    method : {"competition", "dense"}
        Equal scores share a rank. The next rank counts countries (``1, 2, 2, 4``, competition) or
        different scores (``1, 2, 2, 3``, dense).

    Raises
    ------
    ValueError
        If the method is another.
    """
    if method not in METHODS:
        raise ValueError(f"method = {method!r} is not one of {', '.join(METHODS)}")
    return scores.rank(ascending=False, method=METHODS[method]).astype("Int64")


def levels(scores: pd.Series) -> pd.Series:
    """Level of each score, one of `LEVELS`; missing scores have none.

    The prints leave a score on a bound open. Here 0.25 is middle, 0.50 and 0.75 are high; of the
    printed indices one lies on a bound (Cameroon 2005, 0.25).
    """
    low, middle, high = LEVEL_BOUNDS
    values = pd.Series(LEVELS[3], index=scores.index, dtype="str")
    values = values.mask(scores <= high, LEVELS[2]).mask(scores < middle, LEVELS[1])
    return values.mask(scores < low, LEVELS[0]).mask(scores.isna())


# ------------------------------------------------------------------------------- other weights


def dirichlet_weights(n_draws: int, concentration: float, seed: int) -> NDArray[np.float64]:
    """Random weights around equal ones, from a symmetric Dirichlet distribution.

    Parameters
    ----------
    n_draws : int
    concentration : float
        Parameter of the distribution for each component: 1 makes every mix equally likely, large
        values stay near one third each. A weight has the standard deviation
        ``sqrt(2 / (9 * (3 * concentration + 1)))``.
    seed : int

    Returns
    -------
    ndarray, shape (n_draws, 3)
        Not negative, each row adds up to one.

    Raises
    ------
    ValueError
        If `n_draws` or `concentration` is not positive.
    """
    if n_draws < 1 or not concentration > 0:
        raise ValueError(f"n_draws = {n_draws}, concentration = {concentration}: both positive")
    return np.random.default_rng(seed).dirichlet([concentration] * len(COMPONENTS), size=n_draws)


def rank_under(
    components: pd.DataFrame, countries: Sequence[str], weights: ArrayLike, *, chunk: int = CHUNK
) -> pd.DataFrame:
    """Competition ranks of some countries among all, under many weightings.

    Parameters
    ----------
    components : DataFrame, shape (n_countries, ≥ 3)
        By ``iso3``, with the columns `COMPONENTS`.
    countries : sequence of str
        Whose ranks are wanted.
    weights : array_like, shape (n, 3)
        One weighting a row; each is divided by its sum.
    chunk : int
        Weightings at a time; bounds the memory, not the result.

    Returns
    -------
    DataFrame of int, shape (n, len(countries))

    Raises
    ------
    KeyError
        If a country is not among the components.
    """
    weights = _on_simplex(weights)
    columns = components[list(COMPONENTS)].to_numpy(dtype=float).T
    rows = [components.index.get_loc(country) for country in countries]
    found = np.empty((len(weights), len(rows)), dtype=np.int32)
    for start in range(0, len(weights), chunk):
        some = weights[start : start + chunk, :, np.newaxis]
        # As in `_weighted`: a matrix product may split ties.
        scores = some[:, 0] * columns[0] + some[:, 1] * columns[1] + some[:, 2] * columns[2]
        for place, row in enumerate(rows):
            better = scores > scores[:, [row]]
            found[start : start + chunk, place] = 1 + better.sum(axis=1)
    return pd.DataFrame(found, columns=list(countries))


def simplex_grid(steps: int) -> pd.DataFrame:
    """All weightings in whole steps, with their place in a triangle.

    Parameters
    ----------
    steps : int
        Steps from no weight to all of it.

    Returns
    -------
    DataFrame
        A column for each of `COMPONENTS` (adding up to one) and the coordinates ``x``, ``y`` of a
        triangle of side 1: all weight on OSI is its top, on TII its left, on HCI its right corner.
    """
    shares = [
        (osi / steps, tii / steps, (steps - osi - tii) / steps)
        for osi in range(steps + 1)
        for tii in range(steps + 1 - osi)
    ]
    return in_triangle(pd.DataFrame(shares, columns=list(COMPONENTS)))


def in_triangle(weights: pd.DataFrame) -> pd.DataFrame:
    """The weights with their coordinates in the triangle of `simplex_grid`."""
    return weights.assign(
        x=weights["hci"] + weights["osi"] / 2, y=weights["osi"] * math.sqrt(3) / 2
    )


class Dominance(NamedTuple):
    """How the other countries compare with one, whatever the weights."""

    ahead: int
    """At least as good in all three components and better in one: never behind."""
    behind: int
    """At most as good in all three components and worse in one: never ahead."""
    undecided: int
    """Better in one component and worse in another (or equal in all three)."""


def dominance(components: pd.DataFrame, country: str) -> Dominance:
    """How many countries are ahead of one under all weights, how many behind, and the rest.

    Raises
    ------
    KeyError
        If the country is not among the components.
    """
    values = components[list(COMPONENTS)]
    own = values.loc[country]
    ahead = int(((values >= own).all(axis=1) & (values > own).any(axis=1)).sum())
    behind = int(((values <= own).all(axis=1) & (values < own).any(axis=1)).sum())
    return Dominance(ahead, behind, len(values) - 1 - ahead - behind)


# --------------------------------------------------------------- other editions, other definitions


def gains(table: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """What each country gained between two editions, the biggest climb first.

    Returns
    -------
    DataFrame
        By ``iso3``, for countries ranked in both: ``country``, ``places`` (positive: up),
        ``points`` (difference of the index) and ``position`` (competition rank of the places).
    """
    found = _gains(ranked_in(table, start), ranked_in(table, end))
    return found.sort_values(["position", "country"])


def _gains(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """As `gains`, between two editions from `ranked_in`, in the order of the later one."""
    both = after.index.intersection(before.index)
    before, after = before.loc[both], after.loc[both]
    found = pd.DataFrame(
        {
            "country": after["country"],
            "places": (before["rank"] - after["rank"]).astype(int),
            "points": after["egdi"] - before["egdi"],
        }
    )
    found["position"] = ranks(found["places"])
    return found


def gains_of(table: pd.DataFrame, country: str, end: int) -> pd.DataFrame:
    """What one country gained up to an edition, from every edition before that ranked it.

    Returns
    -------
    DataFrame
        A row a start: ``start``, ``rank_start``, ``rank_end``, ``places``, ``points``,
        ``position`` and ``compared`` (countries ranked in both editions). Empty if no edition
        before ranked the country.
    """
    columns = ["start", "rank_start", "rank_end", "places", "points", "position", "compared"]
    starts = [year for year in editions_of(table, country) if year < end]
    if not starts:
        return pd.DataFrame(columns=columns)
    after = ranked_in(table, end)
    rows = []
    for start in starts:
        before = ranked_in(table, start)
        all_gains = _gains(before, after)
        own = all_gains.loc[country]
        first, last = (edition.loc[country, "rank"] for edition in (before, after))
        rows.append(
            (start, first, last, own["places"], own["points"], own["position"], len(all_gains))
        )
    return pd.DataFrame(rows, columns=columns)


def with_component_of(table: pd.DataFrame, year: int, component: str, donor: int) -> pd.Series:
    """Index of an edition if one component had stayed as another edition measured it.

    The printed index is shifted by the weight times the difference of the component, so what the
    weights don't explain (rounding, the misfits of 2008) stays as it is. Countries that the donor
    did not rank keep their component.

    Parameters
    ----------
    table : DataFrame
    year, donor : int
        The edition, and the one that gives the component.
    component : str
        One of `COMPONENTS`.

    Returns
    -------
    Series of float
        By ``iso3``, for the countries ranked in `year`.

    Raises
    ------
    ValueError
        If the component or an edition is not known.
    """
    if component not in COMPONENTS:
        raise ValueError(f"component = {component!r} is not one of {', '.join(COMPONENTS)}")
    return _with_component_of(ranked_in(table, year), year, component, ranked_in(table, donor))


def _with_component_of(
    edition: pd.DataFrame, year: int, component: str, donor: pd.DataFrame
) -> pd.Series:
    """As `with_component_of`, for two editions from `ranked_in`."""
    weight = weights_of(year)[COMPONENTS.index(component)]
    change = (donor[component] - edition[component]).reindex(edition.index).fillna(0.0)
    return edition["egdi"] + weight * change


def what_if(table: pd.DataFrame, country: str) -> pd.DataFrame:
    """What each component's change since the edition before did to a country's rank.

    Returns
    -------
    DataFrame
        A row for each edition with one before it that ranked the country, and each component:
        ``year``, ``before``, ``component``, ``rank`` (recomputed from the index), ``rank_if`` (had
        the component stayed as it was, for every country) and ``places`` (``rank_if - rank``, what
        the change was worth). Empty if one edition alone ranked the country.
    """
    rows = []
    years = editions_of(table, country)
    editions = {year: ranked_in(table, year) for year in years}
    for before, year in pairwise(years):
        edition, donor = editions[year], editions[before]
        rank = ranks(edition["egdi"])[country]
        for component in COMPONENTS:
            rank_if = ranks(_with_component_of(edition, year, component, donor))[country]
            rows.append((year, before, component, rank, rank_if, rank_if - rank))
    return pd.DataFrame(rows, columns=["year", "before", "component", "rank", "rank_if", "places"])


def typical_moves(table: pd.DataFrame) -> pd.DataFrame:
    """How many places the median country moved in each component since the edition before.

    Returns
    -------
    DataFrame
        By edition, a column for each of `COMPONENTS`; ranks are taken among the countries that
        both editions ranked, and equal scores share the mean of their places.
    """
    years = sorted(table["year"].unique().tolist())
    editions = {year: ranked_in(table, year)[list(COMPONENTS)] for year in years}
    found = {}
    for before, year in pairwise(years):
        old, new = editions[before], editions[year]
        both = new.index.intersection(old.index)
        found[year] = (new.loc[both].rank() - old.loc[both].rank()).abs().median()
    return pd.DataFrame(found).T.rename_axis("year")
