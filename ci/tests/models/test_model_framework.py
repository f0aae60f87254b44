"""The model of lesson 07: dates as intervals, orders, links, pace, and the serial-number clock."""

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digigov import load
from digigov.models.framework import (
    LEVELS,
    bounds,
    clock_day,
    clock_reach,
    constant_pace,
    families,
    inversion_distribution,
    lags,
    numbered,
    orders,
    pace,
    place,
    precedence,
    select,
    shuffled_balances,
)
from digigov.parameters import ParameterError

days = st.dates(pd.Timestamp("1999-01-01").date(), pd.Timestamp("2025-12-31").date())
texts = st.tuples(days, st.sampled_from([4, 7, 10])).map(lambda drawn: str(drawn[0])[: drawn[1]])

PLACED = place(load("policies"))


def dated(*dates: str) -> pd.DataFrame:
    table = bounds(pd.Series(dates))
    return table.assign(policy_id=[f"P{i}" for i in range(len(dates))])


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022-10-03", "2022-10-03", "2022-10-03"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2002", "2002-01-01", "2002-12-31"),
    ],
)
def test_a_date_means_every_day_that_its_precision_leaves_open(text, first, last):
    found = bounds(pd.Series([text])).iloc[0]
    assert (str(found["first"].date()), str(found["last"].date())) == (first, last)


@given(day=days, length=st.sampled_from([4, 7, 10]))
def test_the_day_itself_is_always_inside(day, length):
    found = bounds(pd.Series([str(day)[:length]])).iloc[0]
    assert found["first"] <= pd.Timestamp(day) <= found["last"]


@pytest.mark.parametrize("text", ["2022/10/03", "22-10-03", "October 2022", "2022-1"])
def test_a_text_that_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=f"date = '{text}'; allowed: YYYY, YYYY-MM or YYYY-MM-DD"):
        bounds(pd.Series(["2022", text]))


def test_a_missing_date_stays_missing():
    assert bounds(pd.Series(["2022", None])).iloc[1].isna().all()


@given(one=days, other=days, short=st.sampled_from([4, 7, 10]), long=st.sampled_from([4, 7, 10]))
def test_a_lag_holds_the_true_number_of_days(one, other, short, long):
    one, other = sorted((one, other))
    found = lags(pd.Series([str(one)[:short]]), pd.Series([str(other)[:long]])).iloc[0]
    assert 0 <= found["low"] <= (other - one).days <= found["high"]


# --- orders -------------------------------------------------------------------------------------


@given(dates=st.lists(texts, min_size=1, max_size=8))
def test_before_and_after_are_two_sides_of_one_thing(dates):
    signs = precedence(dated(*dates))
    assert (signs == -signs.T).all()
    found = orders(dated(*dates))
    assert sum(found) == math.comb(len(dates), 2)


@given(dates=st.lists(days, min_size=2, max_size=8, unique=True))
def test_exact_days_in_order_leave_nothing_open(dates):
    exact = [str(day) for day in sorted(dates)]
    assert orders(dated(*exact)) == (math.comb(len(exact), 2), 0, 0)
    assert orders(dated(*exact[::-1])) == (0, math.comb(len(exact), 2), 0)


def test_a_month_and_a_day_in_it_have_no_order():
    assert orders(dated("2022-10", "2022-10-03")) == (0, 0, 1)


def test_documents_of_one_group_make_no_pair():
    assert orders(dated("2001", "2002", "2003"), groups=[0, 0, 1]) == (2, 0, 0)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_inversions_of_a_random_order_are_counted_right(n):
    counts = np.zeros(n * (n - 1) // 2 + 1)
    for order in permutations(range(n)):
        counts[sum(order[i] > order[j] for i in range(n) for j in range(i + 1, n))] += 1
    np.testing.assert_allclose(inversion_distribution(n), counts / math.factorial(n))


@given(n=st.integers(1, 30))
def test_probabilities_of_inversions_sum_to_one_and_are_symmetric(n):
    found = inversion_distribution(n)
    assert found.sum() == pytest.approx(1)
    np.testing.assert_allclose(found, found[::-1], atol=1e-12)


@given(dates=st.lists(days, min_size=3, max_size=6, unique=True), seed=st.integers(0, 99))
def test_no_shuffle_beats_the_true_order(dates, seed):
    table = dated(*(str(day) for day in sorted(dates)))
    found = shuffled_balances(table, range(len(table)), 50, np.random.default_rng(seed))
    assert found.shape == (50,)
    assert (abs(found) <= math.comb(len(table), 2)).all()


# --- links --------------------------------------------------------------------------------------


def family(*rows: tuple[str, str, str]) -> pd.DataFrame:
    table = dated(*(date for date, _level, _title in rows))
    return table.assign(
        issuer_level=[level for _date, level, _title in rows],
        title_zh=[title for _date, _level, title in rows],
    )


def test_a_phrase_links_each_document_to_the_one_before():
    placed = family(
        ("2018-06-01", "state_council", "数字甲"),
        ("2017-06-01", "other", "数字乙"),
        ("2019-06-01", "general_office", "数字丙"),
        ("2018-01-01", "other", "别的"),
    )
    found = families(placed, {"digital": "数字"})
    assert found[["earlier", "later", "direction"]].to_numpy().tolist() == [
        ["P1", "P0", "up"],
        ["P0", "P2", "down"],
    ]
    assert found["low"].tolist() == found["high"].tolist() == [365, 365]


def test_a_phrase_that_nobody_uses_links_nothing():
    found = families(family(("2018", "other", "甲")), {"digital": "数字"})
    assert found.empty and "direction" in found


# --- pace and clock -----------------------------------------------------------------------------


@given(documents=st.integers(1, 50), years=st.integers(1, 30), seed=st.integers(0, 99))
def test_a_history_has_as_many_documents_as_the_record(documents, years, seed):
    found = constant_pace(documents, years, 20, np.random.default_rng(seed))
    assert found.shape == (20, years)
    assert (found.sum(axis=1) == documents).all()


@pytest.mark.parametrize("name", ["n_documents", "n_years", "draws"])
def test_a_history_of_nothing_is_refused(name):
    sizes = {"n_documents": 5, "n_years": 5, "draws": 5, name: 0}
    with pytest.raises(ValueError, match=f"{name} = 0; it must be at least 1"):
        constant_pace(**sizes, rng=np.random.default_rng(0))


@given(number=st.integers(1, 200), length=st.floats(1, 365))
def test_the_pace_lies_in_its_interval_and_scales_with_time(number, length):
    low, middle, high = (pace(number, length, probability=p) for p in (0.05, 0.5, 0.95))
    assert low < middle < high
    assert pace(number, 2 * length) == pytest.approx(middle / 2)


def test_nine_paces_in_ten_lie_in_the_interval():
    rng = np.random.default_rng(1)
    rate, number = 60.0, 20
    waits = rng.gamma(number, 365 / rate, 20_000)
    inside = (pace(number, waits, probability=0.05) < rate) & (
        rate < pace(number, waits, probability=0.95)
    )
    assert inside.mean() == pytest.approx(0.9, abs=0.01)


@given(number=st.integers(1, 60), counted=st.integers(10, 200), length=st.floats(100, 900))
def test_a_clock_reads_a_day_of_its_year_and_later_for_later_numbers(number, counted, length):
    setting = {"counted": counted, "days": length}
    read = clock_day(number, **setting, probability=[0.05, 0.5, 0.95])
    assert (np.diff(read) >= 0).all()
    assert read[0] > 0 and read[-1] <= 365
    assert clock_day(number + 1, **setting) >= clock_day(number, **setting)
    assert 0 <= clock_reach(number + 1, **setting) <= clock_reach(number, **setting) <= 1


def test_nine_clocks_in_ten_are_right():
    rng = np.random.default_rng(2)
    rate, counted, number = 50 / 365, 60, 10
    took = rng.gamma(counted, 1 / rate, 4000)
    true = rng.gamma(number, 1 / rate, 4000)
    within = true <= 365
    read = np.array(
        [clock_day(number, counted=counted, days=t, probability=[0.05, 0.95]) for t in took]
    )
    inside = (read[:, 0] <= true) & (true <= read[:, 1])
    assert inside[within].mean() == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"number": 0, "counted": 5, "days": 5}, "number = 0; a document's number is at least 1"),
        ({"number": 3, "counted": 0, "days": 5}, "counted = 0 in days = 5; a clock needs"),
    ],
)
def test_a_clock_that_cannot_run_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        clock_day(**arguments)


def test_a_pace_needs_a_number_and_a_day():
    with pytest.raises(ValueError, match="a number is at least 1 and took more than 0 days"):
        pace(0, 10)


# --- the record ---------------------------------------------------------------------------------


def test_every_document_of_the_record_has_a_place_in_time():
    placed = place(load("policies"))
    assert len(placed) == 24
    assert (placed["first"] <= placed["last"]).all()
    assert set(placed["issuer_level"]) <= set(LEVELS)


def test_a_document_without_any_date_is_named():
    policies = load("policies")
    policies.loc[3, ["date_adopted", "date_published", "date_in_force", "doc_number"]] = None
    with pytest.raises(ValueError, match="no date and no year in the number: P04"):
        place(policies)


def test_numbers_are_read_in_their_series():
    found = numbered(place(load("policies")))
    assert found.loc["P15", ["series", "year", "number"]].tolist() == ["state_council", 2022, 14]
    assert found.loc["P17", "series"] == "letters"
    assert math.isnan(found.loc["P17", "low"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (2020, 2019, "all"),
            "from_year = 2020 is after to_year = 2019; from_year may be at most 2019",
        ),
        (
            (1999, 2025, "province"),
            "issuer = 'province' is not known; allowed: all, party_and_state",
        ),
        ((2003, 2006, "all"), "issuer = 'all' has no document from 2003 to 2006; choose years"),
        ((1999, 2020, "npc_committee"), "has no document from 1999 to 2020; .* one of 2021"),
    ],
)
def test_an_empty_selection_is_refused(arguments, message):
    with pytest.raises(ParameterError, match=message):
        select(place(load("policies")), *arguments)


@given(
    first=st.integers(1999, 2025),
    length=st.integers(0, 26),
    issuer=st.sampled_from(["all", *LEVELS]),
)
def test_a_selection_holds_what_was_asked_for(first, length, issuer):
    placed = PLACED
    try:
        found = select(placed, first, first + length, issuer)
    except ParameterError:
        found = placed.iloc[:0]
    years = placed["first"].dt.year.between(first, first + length)
    ours = years & ((placed["issuer_level"] == issuer) | (issuer == "all"))
    assert list(found["policy_id"]) == list(placed.loc[ours, "policy_id"])
