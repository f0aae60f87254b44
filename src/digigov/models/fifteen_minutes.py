"""Where to put service points: maximal covering in a synthetic district of a province.

A district holds `DISTRICT_POPULATION` people on as much land as that many people have in their
province. So every province is asked the same question (how many points for the same number of
people?), and only its density and its urban share differ.

Calibrated to the province: people per square kilometre, and the urban share, both exactly.
Assumed, because no table of ours gives them: the number and sizes of towns and villages, and how
villages lie around towns. Travel is along straight lines unless a detour is given, a point serves
any number of people, and nobody crosses the border of the district.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.spatial import cKDTree

from digigov.i18n import _

DISTRICT_POPULATION = 500_000
"""People in a district: the order of a county."""

TOWNS = 12
"""Towns of a district; the largest is its city."""

NEIGHBOURHOOD_POPULATION = 5_000
"""People, at most, in the part of a town that is one point of the model."""

VILLAGE_POPULATION = 1_000
"""People in a village, on average."""

VILLAGE_SIGMA = 0.8
"""Standard deviation of the logarithm of a village's size."""

URBAN_DENSITY = 10_000
"""People per square kilometre of built-up town."""

NEAR_TOWN_SHARE = 0.6
"""Share of the villages that lie around a town; the others lie anywhere."""

NEAR_TOWN_SPREAD = 0.3
"""Standard deviation of their offset from the town, in typical distances between towns."""

DETOUR = 1.32
"""Length of a road over the straight line: mean of 25 Chinese cities, 1.324 ("Quantifying the
relationships between network distance and straight-line distance", Annals of GIS 27(4), 2021,
doi:10.1080/19475683.2021.1966503)."""

GUARANTEE = 1 - 1 / math.e
"""Share of the optimum that greedy reaches at least (Nemhauser, Wolsey and Fisher, 1978)."""

NODE_LIMIT = 1000
"""Nodes of the search tree that one integer programme may take: a limit that is the same everywhere,
as seconds are not. All districts of the course are solved in the first."""


# ------------------------------------------------------------------------------------ district


def calibration(provinces: pd.DataFrame) -> pd.DataFrame:
    """Density and urban share of each province, and what the urban share rests on.

    Parameters
    ----------
    provinces : DataFrame
        The dataset ``provinces``, with or without the national row.

    Returns
    -------
    DataFrame
        Indexed by ``code``, without the national row: ``name``, ``density`` (residents of 2020
        per square kilometre), ``urban_share`` (of 2020, 0 to 1) and ``basis``: ``"own"``;
        ``"partial"`` if the share rests on only some of the province's prefectures; ``"borrowed"``
        if the province has none, and the mean of all others, weighted by population, stands in.
    """
    rows = provinces[provinces["code"] != "000000"].set_index("code")
    people = 10_000 * rows["pop_2020_10k"].astype(float)
    share = rows["urban_share_2020_pct"].astype(float) / 100
    known = share.notna()
    borrowed = float(np.average(share[known], weights=people[known]))
    partial = rows["urban_share_2020_coverage"].astype(float) < 1
    basis = np.select([~known, partial], ["borrowed", "partial"], default="own")
    return pd.DataFrame(
        {
            "name": rows["name"],
            "density": people / rows["area_km2"].astype(float),
            "urban_share": share.fillna(borrowed),
            "basis": basis,
        }
    )


def side_km(density: float) -> float:
    """Side of the square district of a province with that density, in kilometres."""
    return math.sqrt(DISTRICT_POPULATION / density)


def make_district(
    density: float, urban_share: float, seed: int, near_town_share: float = NEAR_TOWN_SHARE
) -> pd.DataFrame:
    """Draw the settlements of a square district.

    Towns follow the rank-size rule (Zipf 1949): the town of rank r has 1/r of the city's people.
    They keep their distance from one another, as market towns do (Skinner 1964). A town is cut
    into neighbourhoods, laid out over its built-up area; villages have lognormal sizes.

    Parameters
    ----------
    density : float
        People per square kilometre.
    urban_share : float
        Share of people who live in towns, 0 to 1.
    seed : int
        Same seed, same district.
    near_town_share : float
        Share of the villages that lie around a town, 0 to 1.

    Returns
    -------
    DataFrame
        One row a settlement: ``x_km``, ``y_km``, ``people`` (integers that sum to
        `DISTRICT_POPULATION`), ``kind`` (``"town"`` for a neighbourhood of one, or ``"village"``)
        and ``is_seat`` (the middle of a town).

    Raises
    ------
    ValueError
        If `density` is not positive, or a share is outside 0 to 1.
    """
    if not density > 0:
        template = _("density = {density} must be positive, in people per square kilometre")
        raise ValueError(template.format(density=density))
    for name, share in (("urban_share", urban_share), ("near_town_share", near_town_share)):
        if not 0 <= share <= 1:
            template = _("{name} = {share} must lie between 0 and 1")
            raise ValueError(template.format(name=name, share=share))
    random = np.random.default_rng(seed)
    side = side_km(density)
    urban = round(DISTRICT_POPULATION * urban_share)
    seats = _spread_out(random, side)
    sizes = _apportion(1 / np.arange(1, TOWNS + 1), urban)
    in_towns, townspeople, is_seat = _neighbourhoods(seats, sizes)
    villages, villagers = _villages(
        random, seats, side, DISTRICT_POPULATION - urban, near_town_share
    )
    places = np.vstack([in_towns, villages])
    # Whatever fell outside is mirrored back in.
    places = side - np.abs(side - places % (2 * side))
    return pd.DataFrame(
        {
            "x_km": places[:, 0],
            "y_km": places[:, 1],
            "people": np.concatenate([townspeople, villagers]),
            "kind": np.repeat(["town", "village"], [len(in_towns), len(villages)]),
            "is_seat": np.concatenate([is_seat, np.zeros(len(villages), dtype=bool)]),
        }
    )


def _apportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Integers in proportion to `weights` that sum to `total` (largest remainders)."""
    if len(weights) == 0:
        return np.zeros(0, dtype=int)
    quotas = total * weights / weights.sum()
    counts = np.floor(quotas).astype(int)
    counts[np.argsort(counts - quotas, kind="stable")[: total - counts.sum()]] += 1
    return counts


def _spread_out(random: np.random.Generator, side: float, tries: int = 20) -> np.ndarray:
    """Places of the towns: each is the farthest from all before it of some random places."""
    places = random.uniform(0, side, (1, 2))
    for candidates in random.uniform(0, side, (TOWNS - 1, tries, 2)):
        nearest = np.linalg.norm(candidates[:, np.newaxis] - places, axis=2).min(axis=1)
        places = np.vstack([places, candidates[nearest.argmax()]])
    return places


def _neighbourhoods(
    seats: np.ndarray, sizes: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Towns as equal neighbourhoods on discs, in Vogel's sunflower pattern.

    Returns the places of the neighbourhoods, their people, and which is the first of its town.
    """
    counts = np.ceil(sizes / NEIGHBOURHOOD_POPULATION).astype(int)
    town = np.repeat(np.arange(len(seats)), counts)
    k = np.arange(len(town)) - np.repeat(np.cumsum(counts) - counts, counts)
    distance = np.sqrt(sizes / URBAN_DENSITY / math.pi)[town] * np.sqrt(k / counts[town])
    angle = k * math.pi * (3 - math.sqrt(5))
    places = seats[town] + np.column_stack([distance * np.cos(angle), distance * np.sin(angle)])
    # What is left of an equal share goes to the first ones, one each.
    people = sizes[town] // counts[town] + (k < sizes[town] % counts[town])
    return places, people, k == 0


def _villages(
    random: np.random.Generator,
    seats: np.ndarray,
    side: float,
    people: int,
    near_town_share: float,
) -> tuple[np.ndarray, np.ndarray]:
    """Villages around towns, and villages anywhere: places, people."""
    n = math.ceil(people / VILLAGE_POPULATION)
    near = round(near_town_share * n)
    spread = NEAR_TOWN_SPREAD * side / math.sqrt(TOWNS)
    sizes = random.lognormal(sigma=VILLAGE_SIGMA, size=n)
    around = seats[random.integers(TOWNS, size=near)] + random.normal(0, spread, (near, 2))
    places = np.vstack([around, random.uniform(0, side, (n - near, 2))])
    return places, _apportion(sizes, people)


# ------------------------------------------------------------------------------------ covering


def radius_km(minutes: float, speed_kmh: float, detour: float = 1.0) -> float:
    """How far, as the crow flies, one gets in some minutes on a road that winds."""
    return speed_kmh * minutes / 60 / detour


def coverage_matrix(settlements: pd.DataFrame, radius: float) -> csr_array:
    """Which settlement would be covered by a site in which other.

    Parameters
    ----------
    settlements : DataFrame
        With ``x_km`` and ``y_km``.
    radius : float
        In kilometres.

    Returns
    -------
    csr_array of int, shape (n, n)
        1 in row i, column j if settlement i lies within `radius` of a site in settlement j.
        Sparse, because far more pairs are out of reach than within it.
    """
    places = cKDTree(np.column_stack([settlements["x_km"], settlements["y_km"]]))
    pairs = places.query_pairs(radius, output_type="ndarray")
    itself = np.arange(places.n)
    rows = np.concatenate([itself, pairs[:, 0], pairs[:, 1]])
    columns = np.concatenate([itself, pairs[:, 1], pairs[:, 0]])
    return csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(places.n,) * 2)


def covered_by(covers: csr_array, sites: Iterable[int]) -> np.ndarray:
    """Whether each settlement is covered by at least one of the sites (columns of `covers`)."""
    is_open = np.zeros(covers.shape[1], dtype=int)
    is_open[np.fromiter(sites, dtype=int)] = 1
    return covers @ is_open > 0


def step_reached(covers: csr_array, sites: Sequence[int]) -> np.ndarray:
    """Step at which each settlement is first covered when sites open in order; 0 if never."""
    opened = covers[:, np.asarray(sites, dtype=int)].toarray() > 0
    return np.where(opened.any(axis=1), opened.argmax(axis=1) + 1, 0)


def greedy(covers: csr_array, people: np.ndarray, n_sites: int) -> pd.DataFrame:
    """Choose sites one by one, each where it reaches the most people not yet reached.

    Reaches at least `GUARANTEE` of the optimum for every number of sites (Nemhauser, Wolsey and
    Fisher 1978, "An analysis of approximations for maximizing submodular set functions I",
    Mathematical Programming 14).

    Parameters
    ----------
    covers : csr_array, shape (settlements, candidates)
        From `coverage_matrix`.
    people : array of int, shape (settlements,)
    n_sites : int
        Sites at most: it stops when nobody is left to reach.

    Returns
    -------
    DataFrame
        Indexed by ``step``, from 1: ``site`` (column of `covers`), ``gain`` and ``reached``
        (people newly reached, and reached so far).

    Raises
    ------
    ValueError
        If no site may open.
    """
    if n_sites < 1:
        template = _("n_sites = {n_sites} is not allowed: a whole number from 1 on")
        raise ValueError(template.format(n_sites=n_sites))
    left = np.array(people)
    # Transposed once: scipy would do it in each step of `left @ covers`.
    by_site = covers.T.tocsr()
    sites: list[int] = []
    gains: list[int] = []
    while len(sites) < n_sites:
        gain = by_site @ left
        site = int(gain.argmax())
        if gain[site] == 0:
            break
        sites.append(site)
        gains.append(int(gain[site]))
        left[by_site.indices[by_site.indptr[site] : by_site.indptr[site + 1]]] = 0
    return pd.DataFrame(
        {
            "site": np.array(sites, dtype=int),
            "gain": np.array(gains, dtype=int),
            "reached": np.cumsum(gains, dtype=int),
        },
        index=pd.RangeIndex(1, len(sites) + 1, name="step"),
    )


@dataclass(frozen=True)
class Solution:
    """Sites found by an integer programme, and how good they are known to be.

    Parameters
    ----------
    sites : tuple of int
        Columns of the coverage matrix, ascending.
    value : int
        What was to be made best: people reached, or number of sites.
    bound : int
        No other sites do better than this.
    """

    sites: tuple[int, ...]
    value: int
    bound: int

    @property
    def proven(self) -> bool:
        """Whether these sites are proven optimal, not just the best found within the limit."""
        return self.value == self.bound

    @property
    def gap(self) -> float:
        """How far the bound lies from the value, as a share of the value; 0 if proven."""
        return abs(self.bound - self.value) / max(self.value, 1)


def optimum(
    covers: csr_array, people: np.ndarray, n_sites: int, node_limit: int = NODE_LIMIT
) -> Solution:
    """Choose the sites that together reach the most people.

    The maximal covering location problem (Church and ReVelle 1974, Papers of the Regional Science
    Association 32), solved by HiGHS: maximize the people at covered settlements, where a
    settlement counts as covered only if a site within reach is open, with `n_sites` open at most.

    Parameters
    ----------
    covers, people
        As for `greedy`.
    n_sites : int
    node_limit : int
        Nodes of the search tree. When it is hit, the better of greedy and the best found is returned, with
        the best bound known; `Solution.proven` is then False.

    Returns
    -------
    Solution
        With the people reached as its value.
    """
    people = np.asarray(people)
    total = int(people.sum())
    chosen = greedy(covers, people, n_sites)
    fallback = tuple(sorted(map(int, chosen["site"])))
    reached = int(chosen["gain"].sum())
    if reached == total:
        # Nobody is left to reach: nothing has to be proved.
        return Solution(fallback, total, total)
    sites, dual_bound = _programme(
        covers,
        cost=(np.zeros(covers.shape[1]), -people),
        rule=LinearConstraint(_row(np.ones(covers.shape[1]), np.zeros(len(people))), ub=n_sites),
        node_limit=node_limit,
    )
    found = int(people[covered_by(covers, sites)].sum())
    if found < reached:
        sites, found = fallback, reached
    # People are whole, so a bound of 899.4 means 899; half a person covers the solver's tolerance.
    bound = math.floor(min(total, -dual_bound + 0.5))
    return Solution(sites, found, max(found, bound))


def fewest_sites(
    covers: csr_array, people: np.ndarray, share: float, node_limit: int = NODE_LIMIT
) -> Solution:
    """Choose the fewest sites that reach a share of the people.

    With a share of 1 this is the location set covering problem (Toregas, Swain, ReVelle and
    Bergman 1971, Operations Research 19).

    Parameters
    ----------
    covers, people
        As for `greedy`.
    share : float
        Of all people, above 0 and up to 1.
    node_limit : int
        As for `optimum`.

    Returns
    -------
    Solution
        With the number of sites as its value.

    Raises
    ------
    ValueError
        If `share` is outside its range.
    """
    if not 0 < share <= 1:
        raise ValueError(_("share = {share} must be above 0 and at most 1").format(share=share))
    people = np.asarray(people)
    target = people_in(share, int(people.sum()))
    chosen = greedy(covers, people, covers.shape[1])
    fallback = chosen["site"].iloc[: sites_for(chosen, target)]
    sites, dual_bound = _programme(
        covers,
        cost=(np.ones(covers.shape[1]), np.zeros(len(people))),
        rule=LinearConstraint(_row(np.zeros(covers.shape[1]), people), lb=target),
        node_limit=node_limit,
    )
    if not sites or people[covered_by(covers, sites)].sum() < target or len(sites) > len(fallback):
        sites = tuple(sorted(fallback))
    # One and a bit sites means two; the bit must be more than the solver's tolerance.
    bound = math.ceil(max(1, dual_bound - 1e-4))
    return Solution(sites, len(sites), min(len(sites), bound))


def people_in(share: float, total: int) -> int:
    """Fewest people who are at least a share of the total."""
    # Else 0.9 of 500 000 would be 450 001, by a rounding error of binary fractions.
    return math.ceil(round(share * total, 6))


def sites_for(chosen: pd.DataFrame, target: int) -> int:
    """How many sites of `greedy` reach `target` people; all of them if they never do."""
    return min(int(chosen["reached"].searchsorted(target)) + 1, len(chosen))


def _row(sites: np.ndarray, settlements: np.ndarray) -> csr_array:
    return csr_array(np.concatenate([sites, settlements]).reshape(1, -1).astype(float))


def _programme(
    covers: csr_array,
    cost: tuple[np.ndarray, np.ndarray],
    rule: LinearConstraint,
    node_limit: int,
) -> tuple[tuple[int, ...], float]:
    """Minimize a cost of open sites and covered settlements: the sites, and HiGHS's bound."""
    n, candidates = covers.shape
    only_if_open = hstack([-covers, eye_array(n)], format="csr").astype(float)
    result = milp(
        np.concatenate(cost),
        # Whether a settlement is covered follows from the sites: only these need be whole.
        integrality=np.repeat([1, 0], [candidates, n]),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(only_if_open, ub=0), rule],
        options={"node_limit": node_limit, "mip_rel_gap": 0},
    )
    sites = () if result.x is None else tuple(map(int, np.flatnonzero(result.x[:candidates] > 0.5)))
    bound = result.mip_dual_bound
    return sites, -math.inf if bound is None else float(bound)


# ---------------------------------------------------------------------------------- comparison


def compare(
    calibrated: pd.DataFrame, radius: float, n_sites: int, share: float, seeds: Sequence[int]
) -> pd.DataFrame:
    """What greedy reaches in several districts of each province.

    Parameters
    ----------
    calibrated : DataFrame
        Rows of `calibration`.
    radius : float
        In kilometres.
    n_sites : int
    share : float
        Of the people, 0 to 1.
    seeds : sequence of int
        One district for each.

    Returns
    -------
    DataFrame
        One row a province and seed: ``code``, ``seed``, ``coverage`` and ``village_coverage``
        (shares of all people, and of villagers, reached by `n_sites`), ``sites`` (that greedy
        needs to reach `share`).
    """
    rows = []
    for code, province in calibrated.iterrows():
        for seed in seeds:
            people, villagers, covers, chosen = _greedily(
                province["density"], province["urban_share"], seed, radius
            )
            covered = covered_by(covers, chosen["site"].iloc[:n_sites])
            rows.append(
                (
                    code,
                    seed,
                    people[covered].sum() / people.sum(),
                    villagers[covered].sum() / max(villagers.sum(), 1),
                    sites_for(chosen, people_in(share, people.sum())),
                )
            )
    return pd.DataFrame(rows, columns=["code", "seed", "coverage", "village_coverage", "sites"])


@lru_cache(64)
def _greedily(
    density: float, urban_share: float, seed: int, radius: float
) -> tuple[np.ndarray, np.ndarray, csr_array, pd.DataFrame]:
    """A district's people and villagers, and its greedy choice to the end; kept for another share."""
    settlements = make_district(density, urban_share, seed)
    people = settlements["people"].to_numpy()
    villagers = people * (settlements["kind"] == "village").to_numpy()
    covers = coverage_matrix(settlements, radius)
    return people, villagers, covers, greedy(covers, people, len(people))
