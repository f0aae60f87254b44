"""The model of lesson 03: growth between printed figures, denominators, overlapping accounts."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov import load
from digigov.models import users as model
from digigov.quantities import Interval

SHARES = st.floats(0, 1)


@pytest.fixture
def table():
    return model.denominators(load("internet"), load("provinces"))


def test_months_are_counted_over_the_turn_of_a_year():
    assert model.month_of("2021-01") - model.month_of("2020-12") == 1


@pytest.mark.parametrize("period", ["2021", "2021-13", "December", "2021-"])
def test_period_without_a_month_is_refused_by_name(period):
    with pytest.raises(ValueError, match=f"period = '{period}'"):
        model.month_of(period)


@given(st.floats(1, 1e9), st.floats(0.01, 100), st.integers(1, 200))
def test_growth_leads_from_the_first_figure_to_the_last(first, factor, months):
    last = first * factor
    growth = model.monthly_growth(Interval(first, first), Interval(last, last), months)
    assert math.isclose(first * (1 + growth.low) ** months, first * factor, rel_tol=1e-6)
    assert growth.low == pytest.approx(growth.high)


def test_growth_of_lower_bounds_has_no_upper_end():
    growth = model.monthly_growth(Interval(1, math.inf), Interval(1, math.inf), 12)
    assert growth.low == -1
    assert growth.high == math.inf


@pytest.mark.parametrize("months", [0, -3])
def test_no_time_between_two_figures_is_refused(months):
    with pytest.raises(ValueError, match=f"months = {months} is out of range"):
        model.monthly_growth(Interval(1, 1), Interval(2, 2), months)


def test_growth_from_zero_is_refused():
    with pytest.raises(ValueError, match="first starts at 0"):
        model.monthly_growth(Interval(0, 1), Interval(2, 2), 3)


def test_doubling_in_a_year_is_six_percent_a_month():
    rate = 2 ** (1 / 12) - 1
    assert model.doubling_months(Interval(rate, rate)).low == pytest.approx(12)
    assert model.doubling_months(Interval(-0.1, rate)).high == math.inf


def test_series_that_must_fall_is_found_and_one_that_may_rise_is_not():
    printed = pd.DataFrame(
        {
            "period": ["2021-12", "2020-12", "2022-12"],
            "interval": [Interval(4, 5), Interval(8, 8), Interval(4, math.inf)],
        }
    )
    steps = model.steps(printed)
    assert steps["start"].tolist() == ["2020-12", "2021-12"]
    assert steps["falls"].tolist() == [True, False]


def test_denominators_are_those_of_the_sources(table):
    assert table.loc[2022].tolist() == [1_411_750_000, 1_060_000_000, 926_000_000]
    assert np.isnan(table.loc[2021, "service_users"])


def test_missing_year_is_named_with_those_that_exist(table):
    accounts = pd.Series({2021: 1e9, 2022: 1e9})
    with pytest.raises(ValueError, match=r"no 'service_users' for 2021; years.*2020, 2022"):
        model.per_denominator(accounts, table, "service_users")
    with pytest.raises(ValueError, match="no 'netizens' for 2022"):
        model.per_denominator(accounts, table.drop(index=2022), "netizens")


def test_unknown_denominator_is_refused(table):
    with pytest.raises(ValueError, match=r"denominator = 'adults'.*population, netizens"):
        model.per_denominator(pd.Series({2022: 1e9}), table, "adults")


def test_years_without_a_figure_are_left_out(table):
    assert model.years_covered([2024, 2021, 2022], table, "service_users") == [2022]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
def test_bounds_hold_in_every_population(people):
    one, other = np.array(people).T
    both = model.both_bounds(one.mean(), other.mean())
    union = model.union_bounds(one.mean(), other.mean())
    assert both.low - 1e-9 <= (one & other).mean() <= both.high + 1e-9
    assert union.low - 1e-9 <= (one | other).mean() <= union.high + 1e-9


@given(SHARES, SHARES)
def test_overlap_and_union_are_two_sides_of_one_sum(one, other):
    both, union = model.both_bounds(one, other), model.union_bounds(one, other)
    assert math.isclose(both.low + union.high, one + other, abs_tol=1e-9)
    assert math.isclose(both.high + union.low, one + other, abs_tol=1e-9)


@pytest.mark.parametrize("shares", [(-0.1, 0.5), (0.5, 1.1)])
def test_share_outside_zero_to_one_is_refused(shares):
    with pytest.raises(ValueError, match="is out of range: 0 to 1"):
        model.both_bounds(*shares)


@given(SHARES, SHARES, SHARES, st.integers(1, 500), st.integers(0, 2**31))
def test_simulated_populations_stay_inside_the_bounds(one, other, overlap, n_people, seed):
    national, union = sorted((one, other))
    drawn = model.simulate(national, union, overlap, n_people, 20, np.random.default_rng(seed))
    for world in drawn.itertuples():
        both = model.both_bounds(min(world.national, 1), min(world.provincial, 1))
        assert both.low - 1e-9 <= world.both <= both.high + 1e-9
        assert math.isclose(world.union, world.accounts - world.both, abs_tol=1e-9)


def test_simulation_has_the_shares_that_were_asked_for():
    drawn = model.simulate(0.7, 0.9, 0.5, 1000, 4000, np.random.default_rng(1))
    assert drawn["national"].mean() == pytest.approx(0.7, abs=0.002)
    assert drawn["union"].mean() == pytest.approx(0.9, abs=0.002)
    assert drawn["provincial"].mean() == pytest.approx(
        model.provincial_share(0.7, 0.9, 0.5), abs=0.002
    )
    assert drawn["both"].std() == pytest.approx(math.sqrt(0.35 * 0.65 / 1000), rel=0.05)


@pytest.mark.parametrize(
    ("national", "union", "overlap", "said"),
    [(0.9, 0.8, 0.5, "national = 0.9 and union = 0.8"), (0.5, 0.8, 1.5, "overlap = 1.5")],
)
def test_impossible_shares_are_refused(national, union, overlap, said):
    with pytest.raises(ValueError, match=said):
        model.provincial_share(national, union, overlap)
