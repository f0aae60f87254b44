"""The model of lesson 19: standings, gaps, and a bound on service points."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov import load
from digigov.models.capability_gap import draw_assumptions
from digigov.models.province_brief import (
    ENTITIES,
    assessments,
    indicators,
    known,
    need,
    need_in_draws,
    points_to_cover,
    standing,
)


@pytest.fixture(scope="module")
def provinces():
    return load("provinces")


def test_figures_are_of_all_provinces_and_not_of_the_nation(provinces):
    figures = indicators(provinces)
    assert len(figures) == 31 and "000000" not in figures.index
    assert figures["residents"].sum() == pytest.approx(1.41e9, rel=0.01)
    guangdong = figures.loc["440000"]
    assert guangdong["residents"] == 126_570_000
    assert guangdong["density"] == pytest.approx(126_570_000 / 179_800, rel=0.02)


def test_a_missing_share_stays_missing(provinces):
    assert indicators(provinces)["urban"].isna().sum() == 1
    assert np.isnan(indicators(provinces).loc["650000", "urban"])


@given(
    values=st.lists(st.one_of(st.none(), st.integers(0, 5)), min_size=1, max_size=8), data=st.data()
)
def test_a_rank_counts_who_is_larger_among_those_with_a_figure(values, data):
    series = pd.Series(
        [float("nan") if v is None else float(v) for v in values],
        index=[str(i) for i in range(len(values))],
    )
    code = data.draw(st.sampled_from(list(series.index)))
    place = standing(series, code)
    own = values[int(code)]
    if own is None:
        assert place is None
    else:
        present = [v for v in values if v is not None]
        assert place == (1 + sum(v > own for v in present), len(present))


def test_an_unknown_province_is_refused():
    with pytest.raises(ValueError, match="code = '990000' is not one of the 2 provinces"):
        standing(pd.Series({"a": 1.0, "b": 2.0}), "990000")


@given(
    area=st.floats(1, 2e6),
    minutes=st.floats(5, 60),
    speed=st.floats(3, 100),
    detour=st.floats(1, 2),
)
def test_discs_of_so_many_points_have_more_area_than_the_province(area, minutes, speed, detour):
    n = points_to_cover(area, minutes, speed, detour)
    reach = speed * minutes / 60 / detour
    assert n * math.pi * reach**2 >= area
    assert n >= 1
    assert points_to_cover(area, 2 * minutes, speed, detour) <= n


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 15, 40, 1.3), "area_km2 = 0 must be positive"),
        ((100, 0, 40, 1.3), "minutes = 0 must be positive"),
        ((100, 15, 0, 1.3), "speed_kmh = 0 must be positive"),
        ((100, 15, 40, 0.9), "detour = 0.9 must be 1 or more"),
    ],
)
def test_an_impossible_reach_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        points_to_cover(*arguments)


def test_the_need_agrees_with_lesson_17_and_is_missing_where_the_share_is(provinces):
    found = need(provinces, load("internet"))
    assert found.isna().sum() == 1 and np.isnan(found["650000"])
    assert found["510000"] == pytest.approx(0.40495895, abs=1e-6)
    assert found.dropna().between(0.3, 0.45).all()


def test_more_users_who_manage_leave_fewer_in_need(provinces):
    internet = load("internet")
    better, worse = (need(provinces, internet, error=error).dropna() for error in (0.05, -0.05))
    assert (better < worse).all()


def test_the_need_in_each_draw_is_that_of_its_own_assumptions(provinces):
    internet, draws = load("internet"), draw_assumptions(3, seed=1)
    found = need_in_draws(provinces, internet, draws)
    for (_number, row), draw in zip(found.iterrows(), draws.itertuples(), strict=True):
        alone = need(provinces, internet, draw.odds_ratio, draw.error_young)
        pd.testing.assert_series_equal(row, alone, check_names=False, check_exact=True)


def test_an_edition_that_does_not_name_a_province_is_a_row_without_figures():
    found = assessments(load("province_capability"), "650000")
    assert list(found.index) == [2017, 2018, 2019, 2020, 2021, 2022]
    assert found["named"].tolist() == [False, False, False, True, False, False]
    assert found.loc[2020, "score"] == 74.07
    assert found.drop(2020)[["level", "rank", "score"]].isna().all(axis=None)


def test_what_is_known_is_counted_by_province(provinces):
    have = known(provinces, load("province_capability"), load("platform_series"))
    assert have.shape == (31, 12)
    assert have["residents"].all() and not have["online"].any() and not have["counters"].any()
    assert set(have.index[have["hotline"]]) == {"110000"}
    assert set(have.index[have["visits"]]) == {"310000"}
    assert set(have.index[have["users"]]) == {"110000", "310000", "330000", "440000"}


def test_every_platform_of_a_province_is_in_the_data(provinces):
    assert set(ENTITIES) <= set(load("platform_series")["entity"])
    assert set(ENTITIES.values()) <= set(provinces["code"])
