"""The model of lesson 06: scores behind levels, and what noise does to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov import load
from digigov.models import league_tables as model

SCORES = st.lists(
    st.floats(50, 100).map(lambda score: round(score, 2)), min_size=3, max_size=40, unique=True
).map(pd.Series)


@pytest.fixture
def league():
    return model.published_scores(load("province_capability"))


def test_missing_score_lies_between_its_neighbours_by_rank(league):
    (corps,) = league.index[~league["printed"]]
    rank = league["rank"][corps]
    before, after = (league["score"][league["rank"] == rank + step].item() for step in (-1, 1))
    assert league["score"][corps] == pytest.approx((before + after) / 2)
    assert league["score"].is_monotonic_decreasing


@pytest.mark.parametrize("edition", [2017, 2022, 1999])
def test_edition_without_scores_is_refused_with_those_that_have_some(edition):
    with pytest.raises(ValueError, match=rf"edition = {edition} prints no scores.*2020"):
        model.published_scores(load("province_capability"), edition)


@given(SCORES, st.data())
def test_gain_inside_the_interval_gives_the_count_and_outside_it_does_not(scores, data):
    count = data.draw(st.integers(1, len(scores) - 1))
    gains = model.gains_for(scores, count, 90)
    middle = (gains.low + gains.high) / 2
    assert (scores + middle > 90).sum() == count
    assert (scores + gains.low - 0.001 > 90).sum() < count
    assert (scores + gains.high + 0.001 > 90).sum() > count


def test_no_gain_is_too_small_for_none_and_none_too_large_for_all():
    scores = pd.Series([80.0, 85.0])
    assert model.gains_for(scores, 0, 90).low == -np.inf
    assert model.gains_for(scores, 2, 90).high == np.inf


@pytest.mark.parametrize("count", [-1, 3])
def test_impossible_count_is_refused(count):
    with pytest.raises(ValueError, match=f"count = {count} is out of range: 0 to 2"):
        model.gains_for(pd.Series([80.0, 85.0]), count, 90)


def test_count_between_equal_scores_is_refused():
    with pytest.raises(ValueError, match="count = 1 is never reached"):
        model.gains_for(pd.Series([80.0, 80.0]), 1, 90)


@given(st.floats(-1, 1), st.integers(1, 12), st.integers(0, 2**31))
def test_shared_places_are_possible_ones(correlation, places, seed):
    shared = model.shared_places(correlation, 12, places, 50, np.random.default_rng(seed))
    assert shared.shape == (50,)
    assert (shared >= max(0, 2 * places - 12)).all()
    assert (shared <= places).all()


def test_shared_places_are_all_of_them_or_the_lots_at_the_ends():
    rng = np.random.default_rng(1)
    assert (model.shared_places(1, 32, 10, 100, rng) == 10).all()
    by_lot = model.shared_places(0, 32, 10, 4000, rng)
    assert by_lot.mean() == pytest.approx(100 / 32, abs=4 * by_lot.std() / np.sqrt(4000))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((1.5, 32, 10), r"correlation = 1.5 .* -1 to 1"),
        ((0, 5, 6), "places = 6 .* 1 to n_units = 5"),
    ],
)
def test_impossible_lists_are_refused(arguments, said):
    with pytest.raises(ValueError, match=said):
        model.shared_places(*arguments, 10, np.random.default_rng(0))


@given(SCORES, st.floats(0, 1))
def test_reliability_is_the_share_of_variance_that_is_not_noise(scores, share):
    noise = share * scores.std()
    assert model.reliability(scores, noise) == pytest.approx(1 - share**2)


def test_noise_larger_than_the_spread_or_negative_is_refused():
    scores = pd.Series([80.0, 85.0, 90.0])
    for noise in (-1, 5.5):
        with pytest.raises(ValueError, match=f"noise_sd = {noise} is out of range: 0 to 5.00"):
            model.reliability(scores, noise)


def test_reliability_is_the_correlation_of_two_assessments(league):
    rng = np.random.default_rng(2)
    scores = league["score"]
    found = []
    for truths in model.plausible_truths(scores, 3, 2000, rng):
        first, second = truths + rng.normal(scale=3, size=(2, len(scores)))
        found.append(np.corrcoef(first, second)[0, 1])
    assert np.mean(found) == pytest.approx(model.reliability(scores, 3), abs=0.04)


@given(SCORES, st.floats(0, 0.99))
def test_expected_truth_lies_between_score_and_mean(scores, share):
    truths = model.expected_truths(scores, share * scores.std())
    assert truths.mean() == pytest.approx(scores.mean())
    distance, pulled = scores - scores.mean(), truths - scores.mean()
    assert (pulled.abs() <= distance.abs() + 1e-9).all()
    assert (pulled * distance >= -1e-9).all()


def test_group_pulls_towards_its_own_mean():
    scores = pd.Series([90.0, 94.0, 70.0, 74.0])
    groups = pd.Series(["a", "a", "b", "b"])
    truths = model.expected_truths(scores, 2, groups)
    assert truths[:2].mean() == pytest.approx(92)
    assert truths[2:].mean() == pytest.approx(72)
    assert truths[1] < 94
    assert truths[2] > 70


def test_plausible_truths_have_the_mean_and_spread_that_theory_says(league):
    scores = league["score"]
    truths = model.plausible_truths(scores, 3, 40_000, np.random.default_rng(3))
    assert np.allclose(truths.mean(axis=0), model.expected_truths(scores, 3), atol=0.08)
    spread = 3 * np.sqrt(model.reliability(scores, 3))
    assert np.allclose(truths.std(axis=0), spread, rtol=0.03)


def test_without_noise_the_truth_is_the_score(league):
    truths = model.plausible_truths(league["score"], 0, 5, np.random.default_rng(4))
    assert np.allclose(truths, league["score"].to_numpy())


@given(st.integers(1, 30), st.integers(1, 10), st.integers(0, 2**31))
def test_ranks_are_a_permutation_that_falls_with_the_score(n, draws, seed):
    scores = np.random.default_rng(seed).normal(size=(draws, n))
    ranks = model.ranks(scores)
    assert (np.sort(ranks, axis=1) == np.arange(1, n + 1)).all()
    assert (np.take_along_axis(scores, ranks.argsort(axis=1), axis=1) == -np.sort(-scores)).all()
