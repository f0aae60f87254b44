"""The working model of lesson 05."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.data import load
from digigov.models.egdi import (
    COMPONENTS,
    EQUAL_WEIGHTS,
    LEVELS,
    composite,
    dirichlet_weights,
    dominance,
    edition_for,
    editions_of,
    gains,
    gains_of,
    in_triangle,
    levels,
    rank_under,
    ranked_in,
    ranks,
    simplex_grid,
    typical_moves,
    weights_of,
    what_if,
    with_component_of,
)

SCORES = load("egdi", "en")
EDITIONS = sorted(SCORES["year"].unique().tolist())
MISFITS = {(2008, "CMR"), (2008, "KHM")}

# Quarters are exact in binary: ties are ties, whatever the order of additions.
score = st.integers(0, 4).map(lambda quarters: quarters / 4)
worlds = st.lists(st.tuples(score, score, score), min_size=1, max_size=12).map(
    lambda rows: pd.DataFrame(
        rows, columns=list(COMPONENTS), index=[f"C{number:02}" for number in range(len(rows))]
    )
)
weightings = st.tuples(*[st.integers(0, 8)] * 3).filter(any)
eighths = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda w: (*w, 8 - sum(w)))


# ------------------------------------------------------------------------------------- the table


@pytest.mark.parametrize("year", EDITIONS)
def test_recipe_reproduces_every_printed_index_but_two(year):
    edition = ranked_in(SCORES, year)
    error = (composite(edition, weights_of(year)) - edition["egdi"]).abs()
    assert {(year, code) for code in error.index[error > 1e-4]} == {
        misfit for misfit in MISFITS if misfit[0] == year
    }


@pytest.mark.parametrize("year", EDITIONS)
def test_fit_finds_the_weights_of_every_edition(year):
    edition = ranked_in(SCORES, year)
    fitted, *_ = np.linalg.lstsq(edition[list(COMPONENTS)], edition["egdi"], rcond=None)
    assert fitted == pytest.approx(np.array(weights_of(year)), abs=4e-4)
    assert fitted.sum() == pytest.approx(1, abs=2e-4)


@pytest.mark.parametrize("year", EDITIONS)
def test_printed_ranks_follow_from_the_index_but_for_the_ties_of_2020(year):
    edition = ranked_in(SCORES, year)
    moved = (ranks(edition["egdi"]) - edition["rank"]).abs()
    assert (moved > 0).sum() == (4 if year == 2020 else 0)
    assert moved.max() <= 1


def test_claims_of_the_article_hold():
    edition = ranked_in(SCORES, 2022)
    assert len(edition) == 193
    assert ranks(edition["egdi"])["CHN"] == 43
    assert ranks(edition["tii"])["CHN"] == 47
    assert edition.loc["CHN", "tii"] == 0.8050
    assert levels(edition["tii"])["CHN"] == "very_high"
    assert (levels(edition["tii"]) == "very_high").sum() == 64


def test_country_that_was_not_ranked_gets_the_next_edition():
    assert edition_for(SCORES, "SSD", 2003) == 2012
    assert edition_for(SCORES, "CHN", 2003) == 2003
    assert 2012 not in editions_of(SCORES, "LBY")
    assert edition_for(SCORES, "LBY", 2012) == 2014
    assert edition_for(SCORES[SCORES["year"] < 2012], "LBY", 2024) == 2010


@pytest.mark.parametrize("country", ["WLD", "XXX"])
def test_what_is_no_country_of_the_ranking_is_refused(country):
    with pytest.raises(ValueError, match=country):
        editions_of(SCORES, country)


def test_what_is_no_edition_is_refused_with_a_list():
    with pytest.raises(ValueError, match=r"2006 is not an edition: 2003, 2004, 2005, 2008"):
        ranked_in(SCORES, 2006)


# ------------------------------------------------------------------------------------- the ranks


@given(worlds)
def test_competition_rank_counts_who_is_better_and_dense_rank_the_better_scores(world):
    scores = world["osi"]
    competition, dense = ranks(scores), ranks(scores, "dense")
    for country, own in scores.items():
        better = scores[scores > own]
        assert competition[country] == 1 + len(better)
        assert dense[country] == 1 + better.nunique()


@given(worlds, st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_the_countries(world, random):
    order = list(world.index)
    random.shuffle(order)
    for method in ("competition", "dense"):
        shuffled = ranks(world.loc[order, "osi"], method)
        pd.testing.assert_series_equal(shuffled[world.index], ranks(world["osi"], method))


@given(worlds, st.integers(-3, 3), st.integers(1, 8))
def test_ranks_do_not_depend_on_origin_and_unit(world, origin, unit):
    pd.testing.assert_series_equal(ranks(origin + unit * world["osi"]), ranks(world["osi"]))


def test_missing_score_has_neither_rank_nor_level():
    scores = pd.Series({"A": 0.8, "B": np.nan, "C": 0.1})
    assert ranks(scores).tolist() == [1, pd.NA, 2]
    assert levels(scores).isna().tolist() == [False, True, False]


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match="'min' is not one of competition, dense"):
        ranks(pd.Series([1.0]), "min")


def test_ninth_by_dense_rank_is_twelfth_by_competition_rank():
    osi = ranked_in(SCORES, 2020)["osi"]
    assert (ranks(osi, "dense")["CHN"], ranks(osi)["CHN"]) == (9, 12)


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0, "low"),
        (0.2499, "low"),
        (0.25, "middle"),
        (0.4999, "middle"),
        (0.5, "high"),
        (0.75, "high"),
        (0.7501, "very_high"),
        (1, "very_high"),
    ],
)
def test_levels_begin_where_they_are_printed(value, level):
    assert levels(pd.Series([float(value)])).item() == level


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_a_better_score_never_has_a_lower_level(values):
    order = levels(pd.Series(sorted(values))).map(LEVELS.index)
    assert order.is_monotonic_increasing


# ----------------------------------------------------------------------------------- the weights


@given(st.integers(1, 200), st.floats(0.1, 1000), st.integers(0, 2**31 - 1))
def test_drawn_weights_lie_on_the_simplex_and_repeat_with_the_seed(n_draws, concentration, seed):
    weights = dirichlet_weights(n_draws, concentration, seed)
    assert weights.shape == (n_draws, 3)
    assert (weights >= 0).all()
    assert weights.sum(axis=1) == pytest.approx(1)
    assert (weights == dirichlet_weights(n_draws, concentration, seed)).all()


@pytest.mark.parametrize("concentration", [0.5, 1, 10, 100])
def test_weights_scatter_as_documented_around_one_third(concentration):
    weights = dirichlet_weights(100_000, concentration, 1)
    expected = np.sqrt(2 / (9 * (3 * concentration + 1)))
    assert weights.std(axis=0) == pytest.approx(expected, rel=0.02)
    assert weights.mean(axis=0) == pytest.approx(1 / 3, abs=0.005)


@pytest.mark.parametrize(("n_draws", "concentration"), [(0, 1), (10, 0), (10, float("nan"))])
def test_draws_that_make_no_sense_are_refused(n_draws, concentration):
    with pytest.raises(ValueError, match="both positive"):
        dirichlet_weights(n_draws, concentration, 1)


@given(worlds)
def test_all_weight_on_a_component_gives_its_rank(world):
    found = rank_under(world, world.index, np.eye(3))
    for row, component in enumerate(COMPONENTS):
        assert found.loc[row].tolist() == ranks(world[component]).tolist()


@given(worlds, weightings)
def test_rank_under_weights_is_the_rank_of_the_composite(world, weights):
    found = rank_under(world, world.index, [weights]).loc[0]
    assert found.tolist() == ranks(composite(world, weights)).tolist()


@given(worlds, weightings, st.integers(2, 9))
def test_only_the_proportions_of_the_weights_count(world, weights, factor):
    larger = [factor * weight for weight in weights]
    pd.testing.assert_series_equal(composite(world, larger), composite(world, weights))


@given(worlds, eighths, st.permutations(range(3)), st.randoms(use_true_random=False))
def test_ranks_do_not_depend_on_the_order_of_countries_or_components(
    world, weights, columns, random
):
    order = list(world.index)
    random.shuffle(order)
    permuted = world.loc[order, [COMPONENTS[i] for i in columns]].set_axis(COMPONENTS, axis=1)
    found = rank_under(permuted, world.index, [[weights[i] for i in columns]])
    pd.testing.assert_frame_equal(found, rank_under(world, world.index, [weights]))


@settings(max_examples=20)
@given(worlds, st.integers(1, 7))
def test_chunks_bound_the_memory_and_not_the_result(world, chunk):
    weights = dirichlet_weights(20, 1, 5)
    whole = rank_under(world, world.index[:2], weights)
    pd.testing.assert_frame_equal(rank_under(world, world.index[:2], weights, chunk=chunk), whole)


@given(worlds)
def test_no_weighting_ranks_a_country_outside_what_dominance_allows(world):
    country = world.index[0]
    compared = dominance(world, country)
    assert sum(compared) == len(world) - 1
    anywhere = rank_under(world, [country], simplex_grid(4)[list(COMPONENTS)])[country]
    assert anywhere.max() <= len(world) - compared.behind
    # On an edge of the triangle, who is ahead may be level.
    inside = rank_under(world, [country], [(0.4, 0.3, 0.3), (0.2, 0.2, 0.6)])[country]
    assert inside.min() >= 1 + compared.ahead


def test_equal_countries_share_a_rank_under_any_weights():
    world = pd.DataFrame({"osi": 0.1, "tii": 0.7, "hci": 0.3}, index=[f"C{i}" for i in range(9)])
    assert (rank_under(world, world.index, dirichlet_weights(1000, 0.5, 3)) == 1).all(axis=None)


@pytest.mark.parametrize("weights", [(1, 1), (0, 0, 0), (-1, 1, 1), (np.nan, 1, 1)])
def test_weights_off_the_simplex_are_refused(weights):
    with pytest.raises(ValueError, match="none negative"):
        composite(ranked_in(SCORES, 2022), weights)


def test_equal_weights_are_the_middle_of_the_triangle():
    grid = simplex_grid(3)
    assert len(grid) == 10
    assert grid[list(COMPONENTS)].sum(axis=1).tolist() == pytest.approx([1] * 10)
    centre = in_triangle(pd.DataFrame([EQUAL_WEIGHTS], columns=list(COMPONENTS))).loc[0]
    assert (centre["x"], centre["y"]) == pytest.approx((grid["x"].mean(), grid["y"].mean()))


# -------------------------------------------------------------------- other editions, definitions


def test_gain_since_2012_is_35_places_and_since_2005_it_is_14():
    found = gains_of(SCORES, "CHN", 2022).set_index("start")
    assert found.loc[2012, ["places", "position", "compared"]].tolist() == [35, 8, 190]
    assert found.loc[2005, ["places", "position", "compared"]].tolist() == [14, 34, 179]
    assert found["rank_start"].idxmax() == 2012


def test_greatest_climber_of_the_exercise_had_a_missing_component():
    found = gains(SCORES, 2005, 2022)
    assert found["places"].head(1).to_dict() == {"LIE": 136}
    start = ranked_in(SCORES, 2005)
    assert start.loc["LIE", "hci"] == 0
    assert "missing" in start.loc["LIE", "notes"]
    assert 193 - len(start) == 14


def test_gain_there_is_the_loss_back():
    there, back = gains(SCORES, 2012, 2022), gains(SCORES, 2022, 2012)
    assert len(there) == 190
    assert (there["places"] == -back["places"][there.index]).all()
    assert there["position"].is_monotonic_increasing


def test_first_edition_of_a_country_has_nothing_to_gain_from():
    assert gains_of(SCORES, "SSD", 2012).empty
    assert list(gains_of(SCORES, "SSD", 2012)) == list(gains_of(SCORES, "SSD", 2014))


def test_with_the_human_capital_of_2022_china_would_be_45th_in_2024():
    assert ranks(with_component_of(SCORES, 2024, "hci", 2022))["CHN"] == 45
    last = what_if(SCORES, "CHN").query("year == 2024").set_index("component")
    assert last["places"].to_dict() == {"osi": 4, "tii": -1, "hci": 10}


@pytest.mark.parametrize("component", COMPONENTS)
def test_component_of_the_same_edition_changes_nothing(component):
    unchanged = with_component_of(SCORES, 2008, component, 2008)
    assert unchanged.equals(ranked_in(SCORES, 2008)["egdi"])


def test_country_without_the_older_component_keeps_its_own():
    shifted = with_component_of(SCORES, 2012, "hci", 2010)
    assert shifted["SSD"] == ranked_in(SCORES, 2012).loc["SSD", "egdi"]
    assert shifted["CHN"] == pytest.approx(0.53590 + (0.85353 - 0.77446) / 3)


def test_unknown_component_is_refused():
    with pytest.raises(ValueError, match="'epi' is not one of osi, tii, hci"):
        with_component_of(SCORES, 2024, "epi", 2022)


def test_human_capital_moves_most_where_its_definition_changed():
    moves = typical_moves(SCORES)["hci"]
    assert list(moves.index) == EDITIONS[1:]
    assert moves.loc[2022] == 2
    assert set(moves.index[moves == moves.max()]) == {2014, 2016, 2024}
