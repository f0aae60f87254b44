"""The covering model of lesson 14: calibration, greedy, and the optimum it is held against."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from digigov.i18n import language
from digigov.models import fifteen_minutes as model

DENSITIES = st.floats(min_value=2, max_value=5_000)
SHARES = st.floats(min_value=0, max_value=1)
# From Tibet to Shanghai; with villages only, a programme can take longer than its limit.
URBAN_SHARES = st.floats(min_value=0.35, max_value=0.9)
SEEDS = st.integers(min_value=0, max_value=2**31 - 1)
RADII = st.floats(min_value=0.2, max_value=120)

# What runs a solver or draws a district takes longer than hypothesis expects of an example.
slow = settings(max_examples=15)
slowest = settings(max_examples=6)


@st.composite
def tiny_instances(draw):
    """A few settlements with people, on a line or in the plane, and a radius."""
    n = draw(st.integers(min_value=1, max_value=9))
    coordinate = st.integers(min_value=0, max_value=8)
    places = pd.DataFrame(
        draw(st.lists(st.tuples(coordinate, coordinate), min_size=n, max_size=n)),
        columns=["x_km", "y_km"],
    )
    people = draw(st.lists(st.integers(min_value=0, max_value=999), min_size=n, max_size=n))
    radius = draw(st.floats(min_value=0.5, max_value=6))
    return model.coverage_matrix(places, radius), np.array(people)


@st.composite
def drawn_districts(draw):
    district = model.make_district(draw(DENSITIES), draw(URBAN_SHARES), draw(SEEDS))
    return district, model.coverage_matrix(district, draw(RADII)), district["people"].to_numpy()


def brute_force(covers, people, n_sites):
    n = covers.shape[1]
    return max(
        people[model.covered_by(covers, sites)].sum()
        for sites in combinations(range(n), min(n_sites, n))
    )


# ------------------------------------------------------------------------------------ district


@slow
@given(DENSITIES, SHARES, SEEDS, SHARES)
def test_district_has_exactly_the_people_and_the_urban_share_asked_for(
    density, urban_share, seed, near_town_share
):
    district = model.make_district(density, urban_share, seed, near_town_share)
    by_kind = district.groupby("kind")["people"].sum()
    assert district["people"].sum() == model.DISTRICT_POPULATION
    assert by_kind.get("town", 0) == round(model.DISTRICT_POPULATION * urban_share)
    assert (district["people"] > 0).all()


@slow
@given(DENSITIES, SHARES, SEEDS)
def test_district_has_the_density_asked_for_and_every_settlement_lies_in_it(
    density, urban_share, seed
):
    side = model.side_km(density)
    assert model.DISTRICT_POPULATION / side**2 == pytest.approx(density)
    places = model.make_district(density, urban_share, seed)[["x_km", "y_km"]]
    assert ((places >= 0) & (places <= side)).all(axis=None)


@slow
@given(DENSITIES, SHARES, SEEDS)
def test_same_seed_same_district(density, urban_share, seed):
    district = model.make_district(density, urban_share, seed)
    pd.testing.assert_frame_equal(district, model.make_district(density, urban_share, seed))
    other = model.make_district(density, urban_share, seed + 1)
    assert not district[["x_km", "y_km"]].equals(other[["x_km", "y_km"]])


def test_towns_follow_the_rank_size_rule():
    district = model.make_district(density=100, urban_share=0.6, seed=1)
    towns = district[district["kind"] == "town"]
    sizes = towns.groupby(towns["is_seat"].cumsum())["people"].sum().to_numpy()
    assert len(sizes) == model.TOWNS
    np.testing.assert_allclose(sizes * np.arange(1, model.TOWNS + 1), sizes[0], rtol=1e-3)
    assert towns["people"].max() <= model.NEIGHBOURHOOD_POPULATION


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"density": 0, "urban_share": 0.5}, "density = 0"),
        ({"density": 10, "urban_share": 61}, "urban_share = 61"),
        ({"density": 10, "urban_share": 0.5, "near_town_share": -1}, "near_town_share = -1"),
    ],
)
def test_impossible_district_is_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named):
        model.make_district(seed=1, **arguments)


def test_calibration_says_what_each_urban_share_rests_on():
    provinces = pd.DataFrame(
        {
            "code": ["000000", "1", "2", "3"],
            "name": ["all", "own", "partial", "none"],
            "pop_2020_10k": [10.0, 3.0, 1.0, 2.0],
            "area_km2": [np.nan, 300.0, 10.0, 20.0],
            "urban_share_2020_pct": [np.nan, 40.0, 80.0, np.nan],
            "urban_share_2020_coverage": [np.nan, 1.0, 0.9, np.nan],
        }
    )
    calibrated = model.calibration(provinces)
    assert calibrated["name"].tolist() == ["own", "partial", "none"]
    assert calibrated["basis"].tolist() == ["own", "partial", "borrowed"]
    assert calibrated["density"].tolist() == [100, 1000, 1000]
    # The province without a share borrows the mean of the others: (3 * 40 + 1 * 80) / 4.
    assert calibrated["urban_share"].tolist() == pytest.approx([0.4, 0.8, 0.5])


# ------------------------------------------------------------------------------------ covering


def test_fifteen_minutes_at_forty_kilometres_an_hour_are_ten_kilometres():
    assert model.radius_km(15, 40) == 10
    assert model.radius_km(15, 40, detour=1.25) == 8


def test_a_site_covers_its_own_settlement_and_those_within_the_radius():
    line = pd.DataFrame({"x_km": [0.0, 3.0, 5.0], "y_km": 0.0})
    covers = model.coverage_matrix(line, 2.0)
    assert covers.toarray().tolist() == [[1, 0, 0], [0, 1, 1], [0, 1, 1]]
    assert model.covered_by(covers, [1]).tolist() == [False, True, True]
    assert model.covered_by(covers, []).tolist() == [False] * 3
    assert model.step_reached(covers, [2, 0]).tolist() == [2, 1, 1]
    assert model.step_reached(covers, [2]).tolist() == [0, 1, 1]


@settings(max_examples=60)
@given(tiny_instances(), st.integers(min_value=1, max_value=4))
def test_optimum_is_what_trying_every_choice_finds(instance, n_sites):
    covers, people = instance
    solution = model.optimum(covers, people, n_sites)
    assert solution.value == brute_force(covers, people, n_sites)
    assert solution.proven
    assert len(solution.sites) <= n_sites
    assert people[model.covered_by(covers, solution.sites)].sum() == solution.value


@settings(max_examples=60)
@given(tiny_instances(), st.floats(min_value=0.01, max_value=1))
def test_fewest_sites_is_what_trying_every_choice_finds(instance, share):
    covers, people = instance
    target = model.people_in(share, people.sum())
    solution = model.fewest_sites(covers, people + 1, share)
    target = model.people_in(share, (people + 1).sum())
    assert (people + 1)[model.covered_by(covers, solution.sites)].sum() >= target
    assert brute_force(covers, people + 1, solution.value) >= target
    assert solution.value == 1 or brute_force(covers, people + 1, solution.value - 1) < target
    assert solution.proven


@slow
@given(drawn_districts(), st.integers(min_value=1, max_value=40))
def test_greedy_lies_between_its_guarantee_and_the_optimum(drawn, n_sites):
    _district, covers, people = drawn
    reached = model.greedy(covers, people, n_sites)["reached"].iloc[-1]
    best = model.optimum(covers, people, n_sites)
    assert reached <= best.value <= best.bound <= people.sum()
    assert reached >= model.GUARANTEE * best.value


@slow
@given(drawn_districts())
def test_greedy_gains_never_grow_and_end_when_everyone_is_reached(drawn):
    _district, covers, people = drawn
    chosen = model.greedy(covers, people, len(people))
    assert (chosen["gain"].diff().dropna() <= 0).all()
    assert chosen["reached"].iloc[-1] == people.sum()
    assert chosen["site"].is_unique
    assert model.covered_by(covers, chosen["site"]).all()
    steps = model.step_reached(covers, chosen["site"])
    by_step = pd.Series(people).groupby(steps).sum().reindex(chosen.index, fill_value=0)
    assert by_step.tolist() == chosen["gain"].tolist()


@slowest
@given(drawn_districts(), st.integers(min_value=1, max_value=20))
def test_one_more_site_never_covers_less(drawn, n_sites):
    _district, covers, people = drawn
    fewer, more = (model.optimum(covers, people, n) for n in (n_sites, n_sites + 1))
    assert fewer.proven
    assert more.proven
    assert fewer.value <= more.value


@slowest
@given(
    drawn_districts(),
    st.integers(min_value=5, max_value=60),
    st.integers(min_value=5, max_value=60),
    st.floats(min_value=3, max_value=100),
    st.floats(min_value=3, max_value=100),
)
def test_more_minutes_or_more_speed_never_cover_less(drawn, minutes, more_minutes, speed, faster):
    district, _covers, people = drawn
    minutes, more_minutes = sorted([minutes, more_minutes])
    speed, faster = sorted([speed, faster])
    slow_reach, long_reach, fast_reach = (
        model.optimum(model.coverage_matrix(district, radius), people, 6).value
        for radius in (
            model.radius_km(minutes, speed),
            model.radius_km(more_minutes, speed),
            model.radius_km(minutes, faster),
        )
    )
    assert slow_reach <= long_reach
    assert slow_reach <= fast_reach


@slow
@given(drawn_districts(), st.floats(min_value=0.3, max_value=1))
def test_greedy_needs_at_least_the_fewest_sites(drawn, share):
    _district, covers, people = drawn
    fewest = model.fewest_sites(covers, people, share)
    chosen = model.greedy(covers, people, len(people))
    assert (
        1
        <= fewest.bound
        <= fewest.value
        <= model.sites_for(chosen, model.people_in(share, people.sum()))
    )
    assert len(fewest.sites) == fewest.value


def test_greedy_can_miss_the_optimum():
    # The middle reaches most at once, and then neither end can be reached with the other.
    covers = csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1]]))
    people = np.array([4, 4, 3, 3])
    assert model.greedy(covers, people, 2)["reached"].tolist() == [8, 11]
    assert model.optimum(covers, people, 2).value == 14


def test_more_sites_than_needed_cover_everyone_and_greedy_stops():
    district = model.make_district(density=4_000, urban_share=0.9, seed=1)
    people = district["people"].to_numpy()
    covers = model.coverage_matrix(district, radius=60)
    assert len(model.greedy(covers, people, 100)) == 1
    solution = model.optimum(covers, people, 100)
    assert solution.value == people.sum()
    assert solution.proven
    assert model.fewest_sites(covers, people, 1).value == 1


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_a_hit_node_limit_is_never_called_optimal(limit):
    # No map, where the first node mostly proves it: whom a site covers is drawn.
    near = np.random.default_rng(1).random((60, 60)) < 0.15
    covers, people = csr_array((near | np.eye(60, dtype=bool)).astype(int)), np.ones(60, dtype=int)
    best, stopped = (model.optimum(covers, people, 6, nodes) for nodes in (1_000, limit))
    greedy = model.greedy(covers, people, 6)["reached"].iloc[-1]
    assert best.proven
    assert best.gap == 0
    assert not stopped.proven
    assert stopped.gap > 0
    assert greedy <= stopped.value <= best.value <= stopped.bound
    assert stopped == model.optimum(covers, people, 6, limit)
    fewest, stopped = (model.fewest_sites(covers, people, 1, nodes) for nodes in (1_000, limit))
    assert fewest.proven
    assert stopped.bound <= fewest.value <= stopped.value
    assert not stopped.proven or limit == 5


def test_solver_is_given_no_limit_in_seconds(monkeypatch):
    given = []
    solve = model.milp
    monkeypatch.setattr(
        model, "milp", lambda *a, **k: given.append({**k["options"]}) or solve(*a, **k)
    )
    world = csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1]])), np.ones(4, dtype=int)
    model.optimum(*world, 1)
    model.fewest_sites(*world, 1)
    assert given == 2 * [{"node_limit": model.NODE_LIMIT, "mip_rel_gap": 0}]


@pytest.mark.parametrize("choose", [model.greedy, model.optimum])
def test_no_point_at_all_is_refused_in_the_language_of_the_edition(choose):
    world = csr_array(np.eye(2, dtype=int)), np.array([1, 1])
    with pytest.raises(ValueError, match="n_sites = 0 is not allowed: a whole number from 1"):
        choose(*world, 0)
    with language("zh"), pytest.raises(ValueError, match="n_sites = 0不可取"):
        choose(*world, 0)


def test_a_share_that_cannot_be_reached_is_refused():
    with pytest.raises(ValueError, match=r"share = 90"):
        model.fewest_sites(csr_array(np.eye(2, dtype=int)), np.array([1, 1]), 90)


def test_comparison_has_a_row_for_each_province_and_seed():
    calibrated = pd.DataFrame(
        {"density": [8.0, 4000.0], "urban_share": [0.6, 0.9]},
        index=pd.Index(["sparse", "dense"], name="code"),
    )
    table = model.compare(calibrated, radius=10, n_sites=12, share=0.9, seeds=[1, 2, 3])
    assert table.groupby("code")["seed"].apply(list).to_dict() == {
        "sparse": [1, 2, 3],
        "dense": [1, 2, 3],
    }
    assert table["coverage"].between(0, 1).all()
    assert table["village_coverage"].between(0, 1).all()
    by_code = table.groupby("code")["sites"]
    assert by_code.max()["dense"] < by_code.min()["sparse"]
