"""The model of lesson 17: four groups, counters, assistants, and how unequal they leave people."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digigov import load
from digigov.models.capability_gap import (
    GROUPS,
    POLICIES,
    able_by_group,
    concentration_curve,
    concentration_index,
    draw_assumptions,
    joint_shares,
    left_unserved,
    manages_by_group,
    online_by_group,
    place_assistants,
    possible_in_old_countryside,
    residents_by_group,
    summary,
    unserved,
)

inside = st.floats(0.02, 0.98)
shares = st.floats(0, 1)
odds = st.floats(0.05, 20)


@st.composite
def countries(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.Series]:
    n = draw(st.integers(2, 6))
    index = [f"p{i}" for i in range(n)]
    aged, rural = (pd.Series(draw(st.lists(inside, min_size=n, max_size=n)), index) for _ in "ab")
    residents = pd.Series(draw(st.lists(st.floats(1, 1e8), min_size=n, max_size=n)), index)
    able = pd.Series(draw(st.lists(inside, min_size=4, max_size=4)), joint_shares(0.2, 0.3).index)
    return residents_by_group(aged, rural, residents, draw(odds)), able


# --- four groups --------------------------------------------------------------------------------


@given(old=inside, rural=inside, odds_ratio=odds)
def test_groups_agree_with_both_margins_and_the_odds_ratio(old, rural, odds_ratio):
    found = joint_shares(old, rural, odds_ratio)
    assert found.sum() == pytest.approx(1)
    assert (found > -1e-12).all()
    assert found["aged_60_plus"].sum() == pytest.approx(old)
    assert found.xs("rural", level="place").sum() == pytest.approx(rural)
    a, b, c, d = found
    assume(min(found) > 1e-6)
    assert a * d / (b * c) == pytest.approx(odds_ratio, rel=1e-3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0.3), "aged_60_plus = 0 is not allowed: a share between 0 and 1"),
        ((0.2, 1), "rural = 1 is not allowed"),
        ((0.2, 0.3, 0), "odds_ratio = 0 is not allowed: a positive number"),
    ],
)
def test_shares_that_make_no_groups_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        joint_shares(*arguments)


@given(
    old=inside,
    rural=inside,
    odds_ratio=odds,
    young=inside,
    penalty_old=inside,
    penalty_rural=inside,
)
def test_a_fit_gives_back_the_margins(old, rural, odds_ratio, young, penalty_old, penalty_rural):
    people = joint_shares(old, rural, odds_ratio)
    assume(people.min() > 1e-3)
    true = young * np.array([1, penalty_rural, penalty_old, penalty_old * penalty_rural])
    total = float((people * true).sum())
    of_old = float((people * true)["aged_60_plus"].sum() / old)
    of_rural = float((people * true).xs("rural", level="place").sum() / rural)
    found = online_by_group(people, everybody=total, aged_60_plus=of_old, rural=of_rural)
    assert found.between(0, 1).all()
    assert (people * found).sum() == pytest.approx(total, rel=1e-6)
    assert (people * found)["aged_60_plus"].sum() / old == pytest.approx(of_old, rel=1e-6)
    assert (people * found).xs("rural", level="place").sum() / rural == pytest.approx(
        of_rural, rel=1e-6
    )


def test_a_fit_is_the_table_without_a_three_way_interaction():
    people = joint_shares(0.2, 0.35, 1.5)
    found = online_by_group(people, everybody=0.73, aged_60_plus=0.432, rural=0.576)
    log_odds = np.log(found / (1 - found))
    assert log_odds["under_60", "urban"] - log_odds["under_60", "rural"] == pytest.approx(
        log_odds["aged_60_plus", "urban"] - log_odds["aged_60_plus", "rural"], abs=1e-6
    )


@given(old=inside, rural=inside, odds_ratio=odds, true=st.lists(shares, min_size=4, max_size=4))
def test_what_the_margins_allow_holds_every_table_that_has_them(old, rural, odds_ratio, true):
    people = joint_shares(old, rural, odds_ratio)
    assume(people.min() > 1e-3)
    online = people * true
    margins = {
        "everybody": float(online.sum()),
        "aged_60_plus": float(online["aged_60_plus"].sum() / people["aged_60_plus"].sum()),
        "rural": float(
            online.xs("rural", level="place").sum() / people.xs("rural", level="place").sum()
        ),
    }
    least, most = possible_in_old_countryside(people, **margins)
    assert -1e-9 <= least <= true[3] + 1e-6 and true[3] - 1e-6 <= most <= 1 + 1e-9


def test_the_published_shares_allow_every_figure_for_the_old_in_the_countryside():
    people = joint_shares(0.195, 0.349)
    published = {"everybody": 0.73, "aged_60_plus": 0.432, "rural": 0.576}
    assert possible_in_old_countryside(people, **published) == pytest.approx((0, 1))


def test_shares_of_which_one_contradicts_the_others_allow_nothing():
    with pytest.raises(ValueError, match="do not fit together"):
        possible_in_old_countryside(
            joint_shares(0.2, 0.3), everybody=0.1, aged_60_plus=0.9, rural=0.9
        )


def test_margins_that_no_table_has_are_refused():
    with pytest.raises(ValueError, match="do not fit: the others would be online at 105"):
        online_by_group(joint_shares(0.2, 0.3), everybody=0.9, aged_60_plus=0.3, rural=0.8)


@given(country=countries())
def test_residents_are_shared_out_and_none_is_lost(country):
    people, _able = country
    assert list(people.columns) == list(GROUPS)
    assert (people.to_numpy() > -1e-6).all()


def test_residents_of_a_province_sum_to_its_residents():
    aged, rural = pd.Series({"a": 0.1, "b": 0.3}), pd.Series({"a": 0.5, "b": 0.2})
    people = residents_by_group(aged, rural, pd.Series({"a": 100.0, "b": 50.0}), 1.7)
    assert people.sum(axis=1).tolist() == pytest.approx([100, 50])
    assert people.loc["b", "aged_60_plus"].sum() == pytest.approx(15)


def test_a_province_with_an_impossible_share_is_named():
    with pytest.raises(ValueError, match=r"rural of b = 1\.2 is not allowed"):
        residents_by_group(
            pd.Series({"a": 0.1, "b": 0.3}),
            pd.Series({"a": 0.5, "b": 1.2}),
            pd.Series({"a": 1, "b": 1}),
        )


def test_the_published_figures_leave_the_old_of_the_countryside_last():
    internet = load("internet")
    able, manages = able_by_group(internet), manages_by_group(internet)
    assert able.idxmin() == ("aged_60_plus", "rural")
    assert (able < manages).all()
    assert manages["aged_60_plus"].tolist() == pytest.approx([0.697, 0.697])


# --- counters and assistants --------------------------------------------------------------------


@given(able=shares, open_=shares, assisted=shares)
def test_nobody_is_counted_out_twice(able, open_, assisted):
    left = unserved(able, offline_share=open_, assist_share=assisted)
    assert 0 <= left <= 1 - able + 1e-12
    assert unserved(able, offline_share=1, assist_share=assisted) == 0
    assert unserved(able, offline_share=open_, assist_share=1) == 0


@pytest.mark.parametrize(
    ("name", "value"), [("offline_share", -0.1), ("offline_share", 1.01), ("assist_share", 2)]
)
def test_a_share_beyond_the_whole_is_refused(name, value):
    with pytest.raises(ValueError, match=f"{name} = {value} is not allowed: a share from 0 to 1"):
        unserved(0.5, **{"offline_share": 0.5, "assist_share": 0.5, name: value})


@given(
    need=st.lists(shares, min_size=1, max_size=12),
    budget=shares,
    people=st.lists(st.floats(0.1, 1e6), min_size=12, max_size=12),
)
def test_all_assistants_are_placed_and_no_more(need, budget, people):
    size = np.array(people[: len(need)])
    placed = place_assistants(np.array(need), size, budget)
    assert ((placed >= 0) & (placed <= 1)).all()
    assert (placed * size).sum() == pytest.approx(budget * size.sum(), rel=1e-9)


@given(country=countries(), budget=shares, open_=shares)
def test_a_finer_plan_never_leaves_more_people_out(country, budget, open_):
    people, able = country
    left = [
        left_unserved(people, able, policy, offline_share=open_, assist_share=budget)
        .to_numpy()
        .sum()
        for policy in POLICIES
    ]
    room = 1e-9 * people.to_numpy().sum()
    assert left[2] <= left[1] + room
    assert left[1] <= left[0] + room


@given(country=countries(), open_=shares)
def test_without_assistants_or_with_all_of_them_the_plans_agree(country, open_):
    people, able = country
    for budget in (0.0, 1.0):
        left = [
            left_unserved(people, able, policy, offline_share=open_, assist_share=budget)
            for policy in POLICIES
        ]
        for other in left[1:]:
            np.testing.assert_allclose(other, left[0], atol=1e-6 * people.to_numpy().sum())


def test_going_by_place_takes_from_the_old_in_towns():
    people = residents_by_group(pd.Series({"a": 0.2}), pd.Series({"a": 0.4}), pd.Series({"a": 1e6}))
    able = able_by_group(load("internet"))
    alike, by_place = (
        summary(left_unserved(people, able, policy, offline_share=0, assist_share=0.3), people)
        for policy in ("spread", "by_place")
    )
    assert by_place[("everybody", "")] < alike[("everybody", "")]
    assert by_place["aged_60_plus", "urban"] > alike["aged_60_plus", "urban"]
    assert by_place[("worst", "")] > alike[("worst", "")]


def test_an_unknown_plan_is_refused():
    people = residents_by_group(pd.Series({"a": 0.2}), pd.Series({"a": 0.4}), pd.Series({"a": 1.0}))
    with pytest.raises(
        ValueError, match="policy = 'by_luck' is not known: spread, by_place, by_person"
    ):
        left_unserved(people, people.loc["a"], "by_luck", offline_share=0, assist_share=0)


# --- concentration ------------------------------------------------------------------------------

units = st.integers(2, 8)


@given(n=units, seed=st.integers(0, 1000))
def test_an_index_lies_between_the_extremes_and_turns_with_the_ranking(n, seed):
    rng = np.random.default_rng(seed)
    values, rank, people = (pd.Series(rng.uniform(0.1, 1, n)) for _ in range(3))
    index = concentration_index(values, rank, people)
    assert -1 <= index <= 1
    assert concentration_index(values, -rank, people) == pytest.approx(-index, abs=1e-9)
    assert concentration_index(7 * values, rank, people) == pytest.approx(index, abs=1e-9)


@given(n=units)
def test_what_is_spread_evenly_has_no_concentration(n):
    flat, rank = pd.Series(0.3, index=range(n)), pd.Series(range(n))
    people = pd.Series(np.arange(1, n + 1), dtype=float)
    assert concentration_index(flat, rank, people) == pytest.approx(0, abs=1e-12)


def test_all_of_it_with_the_poorest_of_two_halves_is_minus_a_half():
    index = concentration_index(pd.Series([1.0, 0.0]), pd.Series([1, 2]), pd.Series([5.0, 5.0]))
    assert index == pytest.approx(-0.5)


def test_a_curve_runs_from_nothing_to_everything():
    curve = concentration_curve(pd.Series([3.0, 1.0]), pd.Series([2, 1]), pd.Series([1.0, 1.0]))
    assert curve.to_numpy().tolist() == [[0, 0], [0.5, 0.25], [1, 1]]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0.0, 0.0], "not all zero"),
        ([1.0, -1.0], "not be negative"),
        ([1.0, np.nan], "missing for 1"),
    ],
)
def test_nothing_to_share_out_is_refused(values, message):
    with pytest.raises(ValueError, match=message):
        concentration_curve(pd.Series(values), pd.Series([1, 2]), pd.Series([1.0, 1.0]))


def test_draws_depend_on_the_seed_alone():
    assert draw_assumptions(5, 1).equals(draw_assumptions(5, 1))
    assert not draw_assumptions(5, 1).equals(draw_assumptions(5, 2))
    with pytest.raises(ValueError, match="n_draws = 0 is not allowed: 1 or more"):
        draw_assumptions(0, 1)


@pytest.mark.parametrize("policy", POLICIES)
def test_order_of_the_groups_does_not_matter(policy):
    aged, rural, size = (
        pd.Series(v, index=["a", "b"]) for v in ([0.2, 0.3], [0.4, 0.6], [2e6, 1e6])
    )
    people = residents_by_group(aged, rural, size, 1.7)
    able = pd.Series([0.9, 0.7, 0.4, 0.2], index=people.columns)
    settings = {"offline_share": 0.2, "assist_share": 0.4}
    mixed = [2, 0, 3, 1]

    left = left_unserved(people, able, policy, **settings)
    again = left_unserved(people.iloc[:, mixed], able.iloc[::-1], policy, **settings)

    pd.testing.assert_frame_equal(again, left)
    found = summary(left.iloc[:, mixed], people.iloc[:, mixed])
    pd.testing.assert_series_equal(found, summary(left, people))
    assert found["everybody", ""] == pytest.approx(left.to_numpy().sum() / 3e6)
    assert found["worst", ""] == found[people.columns].max()
