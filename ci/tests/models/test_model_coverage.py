"""The consistency solver of lesson 04: rounding, implied denominators, what survives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov.models.coverage import (
    implied_denominator,
    person_coverage,
    printed_count,
    printed_share,
    solve,
    survivors_by_digits,
    trusted_digits,
)
from digigov.quantities import Interval

people = st.integers(10_000, 2_000_000_000)


def test_a_printed_figure_is_half_a_unit_wide_on_either_side():
    assert printed_count(1.374e9, 4) == Interval(1.3735e9, 1.3745e9)
    share = printed_share(97.3, 1)
    assert (share.low, share.high) == pytest.approx((0.9725, 0.9735))


@given(count=people, digits=st.integers(1, 10))
def test_a_count_lies_in_the_interval_that_it_prints_as(count, digits):
    printed = printed_count(count, digits)
    assert printed.low - 1e-6 * count <= count <= printed.high + 1e-6 * count
    assert printed.width == pytest.approx(10.0 ** (len(str(count)) - digits), rel=1e-4)


@given(
    population=people,
    covered=st.floats(0.02, 1),
    digits=st.integers(1, 8),
    decimals=st.integers(0, 4),
)
def test_the_population_that_was_used_survives(population, covered, digits, decimals):
    count = covered * population
    figures = printed_count(count, digits), printed_share(100 * covered, decimals)
    # A share exactly between two prints leaves no room for the arithmetic of floats.
    near = pd.Series([population * (1 - 1e-9), population, population * (1 + 1e-9)])
    assert solve(*figures, near)["survives"].any()


@given(
    low=st.integers(1, 60),
    width=st.integers(0, 20),
    share=st.integers(1, 99),
    n=st.integers(1, 150),
)
def test_the_solver_agrees_with_trying_every_count_and_share(low, width, share, n):
    count, fraction = Interval(low, low + width), Interval(share / 100, (share + 1) / 100)
    # In whole numbers: is there a count c and a share s with c = s * n?
    fits = 100 * low <= (share + 1) * n and 100 * (low + width) >= share * n
    touches = 100 * low == (share + 1) * n or 100 * (low + width) == share * n
    found = solve(count, fraction, pd.Series([float(n)]))["survives"].item()
    assert found == fits or touches


@given(population=people, digits=st.integers(1, 8), decimals=st.integers(1, 4))
def test_survivors_are_those_inside_the_implied_denominator(population, digits, decimals):
    count, share = printed_count(0.4 * population, digits), printed_share(40, decimals)
    implied = implied_denominator(count, share)
    around = pd.Series(np.linspace(0.9 * implied.low, 1.1 * implied.high, 50))
    inside = around.between(implied.low, implied.high)
    assert solve(count, share, around)["survives"].equals(inside)


def test_the_claim_leaves_three_year_ends():
    ends = pd.Series({"2020": 1.41212e9, "2021": 1.4126e9, "2022": 1.41175e9, "2023": 1.40967e9})
    found = solve(printed_count(1.374e9, 4), printed_share(97.3, 1), ends)
    assert list(found.index[found["survives"]]) == ["2020", "2021", "2022"]


def test_sharper_prints_leave_the_right_population_alone():
    ends = pd.Series({"2020": 1.41212e9, "2021": 1.4126e9, "2022": 1.41175e9})
    found = survivors_by_digits(1.374e9, 1.41175e9, ends)
    counts = found.set_index(["significant_digits", "decimals"])["survivors"]
    assert counts.min() == 1 and counts[8, 4] == 1 and counts[1, 0] == len(ends)


@pytest.mark.parametrize(
    ("value", "expected"), [(98.35, (4, 2)), (98.0, (2, 0)), (1.38e9, (3, 0)), (0.05, (1, 2))]
)
def test_trailing_zeros_are_not_trusted(value, expected):
    assert trusted_digits(value) == expected


@given(holders=people, population=people)
def test_coverage_falls_with_miscounted_entries_and_stays_a_share(holders, population):
    found = person_coverage(holders, population, np.linspace(0, 1, 11))["coverage"]
    assert found.between(0, 100).all() and found.is_monotonic_decreasing
    assert found.iloc[-1] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: printed_count(0, 4), "must be positive"),
        (lambda: printed_count(1e9, 0), "must be positive"),
        (lambda: printed_share(0.4, 0), "could be zero"),
        (lambda: trusted_digits(-1), "must be positive"),
        (lambda: solve(Interval(1, 2), Interval(0.1, 0.2), pd.Series(dtype=float)), "one or more"),
        (lambda: solve(Interval(1, 2), Interval(0.1, 0.2), pd.Series([0.0])), "positive"),
        (lambda: person_coverage(1, 1, [1.1]), "between 0 and 1"),
    ],
)
def test_what_has_no_answer_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
