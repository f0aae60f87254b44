"""Printed figures as intervals, and what lesson 01 computes from two of them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digigov import load
from digigov.models.statistic import KINDS, continued, monthly_rate, months_between, read_claims
from digigov.quantities import COUNTED, Interval, last_digit, printed_interval

digits = st.integers(1, 9999)
powers = st.integers(-3, 9)
counts = st.floats(1, 1e12)


@st.composite
def intervals(draw: st.DrawFn) -> Interval:
    low, high = sorted((draw(counts), draw(counts)))
    return Interval(low, high)


# --- one printed figure -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "worth"),
    [(97.3, 0.1), (44, 1), (2170, 10), (1.374e9, 1e6), (85e9, 1e9), (0.805, 1e-3)],
)
def test_last_digit_is_worth_its_place(value, worth):
    assert last_digit(value) == pytest.approx(worth, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "qualifier", "usual", "low", "high"),
    [
        (97.3, "exact", False, 97.25, 97.35),
        (1.374e9, "exact", False, 1.3735e9, 1.3745e9),
        (1e9, "exact", False, 0.95e9, 1.05e9),
        (44, "exact", False, 44, 44),
        (2170, "exact", False, 2170, 2170),
        (85e9, "over", False, 85e9, math.inf),
        (85e9, "over", True, 85e9, 86e9),
        (150e6, "nearly", False, 0, 150e6),
        (150e6, "nearly", True, 140e6, 150e6),
        (12.5, "about", False, 12.4, 12.6),
    ],
)
def test_a_figure_stands_for_what_its_qualifier_leaves_open(value, qualifier, usual, low, high):
    read = printed_interval(value, qualifier, usual=usual)
    assert (read.low, read.high) == pytest.approx((low, high), rel=1e-12)


@given(digits=digits, power=powers, qualifier=st.sampled_from(["exact", "about", "over", "nearly"]))
def test_a_figure_is_among_what_it_may_stand_for(digits, power, qualifier):
    value = float(f"{digits}e{power}")
    by_letter, usual = (printed_interval(value, qualifier, usual=usual) for usual in (False, True))
    assert value in by_letter and value in usual
    assert by_letter.low <= usual.low and usual.high <= by_letter.high


@given(digits=digits, power=powers)
def test_whatever_is_in_an_exact_figure_is_printed_as_it(digits, power):
    value = float(f"{digits}e{power}")
    read = printed_interval(value, "exact")
    unit = max(read.width, 1e-12)
    assume(not (value.is_integer() and value < COUNTED))
    for inside in (read.low + unit / 1000, read.midpoint, read.high - unit / 1000):
        assert round(inside / unit) * unit == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("value", [0, -3, math.nan, math.inf])
def test_a_figure_that_is_not_positive_is_refused(value):
    with pytest.raises(ValueError, match=r"value = .* must be a positive number"):
        printed_interval(value, "exact")


def test_an_unknown_qualifier_is_refused():
    with pytest.raises(ValueError, match="qualifier = 'roughly' is not known: exact, about, over"):
        printed_interval(5, "roughly")


# --- the claims ---------------------------------------------------------------------------------


def test_every_claim_with_a_number_is_read():
    claims = load("claims")
    read = read_claims(claims)
    assert len(claims) == 32
    assert set(claims["claim_id"]) - set(read["claim_id"]) == {"C32"}
    assert read["value"].between(read["low"], read["high"]).all()
    assert read["value"].between(read["usual_low"], read["usual_high"]).all()
    assert np.isfinite(read["usual_high"]).all()


def test_no_share_goes_beyond_the_whole():
    read = read_claims(load("claims"))
    assert read.loc[read["unit"] == "percent", ["high", "usual_high"]].max(axis=None) <= 100


@pytest.mark.parametrize("kind", KINDS)
def test_one_kind_is_chosen(kind):
    assert set(read_claims(load("claims"), kind)["kind"]) == {kind}


def test_a_kind_that_does_not_exist_is_refused():
    with pytest.raises(
        ValueError, match="kind = 'ratio' is not known: count, share, rank, index, all"
    ):
        read_claims(load("claims"), "ratio")


def test_a_kind_without_a_number_is_refused():
    claims = load("claims").assign(value=np.nan)
    with pytest.raises(ValueError, match="kind = 'rank': no claim of this kind has a number"):
        read_claims(claims, "rank")


# --- two figures --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2019-05-31", "2022-12-31", 43),
        ("2019-05-31", "2019-06-30", 1),
        ("2021-01-15", "2021-02-14", 0),
        ("2021-01-15", "2021-02-15", 1),
        ("2021-12-31", "2023-03-31", 15),
    ],
)
def test_months_are_whole_ones(first, last, months):
    assert months_between(first, last) == months


@given(
    start=st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2050-01-01").date()),
    months=st.integers(1, 600),
)
def test_months_added_are_months_between(start, months):
    first = pd.Timestamp(start)
    last = first + pd.DateOffset(months=months)
    assert months_between(str(first.date()), str(last.date())) == months


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2022-12-31", "2019-05-31", "is not after first"),
        ("2022-12-31", "2022-12-31", "is not after first"),
        ("May", "2022-12-31", "a date looks like"),
    ],
)
def test_dates_that_do_not_follow_are_refused(first, last, message):
    with pytest.raises(ValueError, match=message):
        months_between(first, last)


@given(
    amount=intervals(),
    persons=intervals(),
    months=st.integers(1, 600),
    a=st.floats(0, 1),
    b=st.floats(0, 1),
)
def test_a_rate_holds_every_pair_of_values(amount, persons, months, a, b):
    rate = monthly_rate(amount, persons, months)
    pair = (amount.low + a * amount.width) / (persons.low + b * persons.width) / months
    assert rate.low * (1 - 1e-9) <= pair <= rate.high * (1 + 1e-9)


def test_the_rate_of_two_lower_bounds_says_nothing():
    rate = monthly_rate(Interval(85e9, math.inf), Interval(1e9, math.inf), 43)
    assert (rate.low, rate.high) == (0, math.inf)


@pytest.mark.parametrize(
    ("persons", "months", "message"),
    [
        (Interval(0, 5), 12, "persons start at 0"),
        (Interval(1, 5), 0, "months = 0 must be positive"),
        (Interval(1, 5), math.inf, "months = inf must be positive"),
    ],
)
def test_a_rate_needs_somebody_and_some_time(persons, months, message):
    with pytest.raises(ValueError, match=message):
        monthly_rate(Interval(1, 2), persons, months)


@given(
    first=intervals(),
    last=intervals(),
    months=st.integers(1, 60),
    more=st.integers(1, 60),
    a=st.floats(0, 1),
    b=st.floats(0, 1),
)
def test_a_straight_line_through_any_two_values_ends_in_the_interval(
    first, last, months, more, a, b
):
    start, end = first.low + a * first.width, last.low + b * last.width
    reached = end + more * (end - start) / months
    found = continued(first, last, months, more)
    room = 1e-9 * (abs(found.low) + abs(found.high))
    assert found.low - room <= reached <= found.high + room


def test_an_interval_of_continued_counts_takes_each_figure_once():
    # From 10 to 20 or 21 in a year: another year gives 30 or 32, and nothing wider.
    assert continued(Interval(10, 10), Interval(20, 21), 12, 12) == Interval(30, 32)


@pytest.mark.parametrize(("months", "more"), [(0, 3), (12, 0), (-1, 3)])
def test_a_line_needs_time_on_both_sides(months, more):
    with pytest.raises(ValueError, match="must be positive"):
        continued(Interval(1, 1), Interval(2, 2), months, more)
