"""The models of lesson 15: cases in departments, and evaluations of a reform."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.exercises.institutions import by_regression
from digigov.models.institutions import (
    COORDINATION,
    HAND_OFF_DAYS,
    LOAD,
    REFORMS,
    as_table,
    difference_in_differences,
    draw_cases,
    draw_years,
    evaluations,
    first_wave,
    overlap_of_best,
    repeat,
    simulate,
)

departments = st.integers(2, 12)
shares = st.floats(0, 1)
seeds = st.integers(0, 2**31 - 1)
reforms = st.sampled_from(REFORMS)
few = settings(max_examples=40)


# --- cases --------------------------------------------------------------------------------------


@few
@given(n=departments, share=shares, reform=reforms, seed=seeds)
def test_every_case_that_arrives_is_finished_once(n, share, reform, seed):
    cases, drawn = simulate(n, share, reform, seed, 200), draw_cases(n, share, seed, 200)
    assert cases["arrived"].tolist() == [case["arrived"] for case in drawn]
    assert cases["departments"].tolist() == [len(case["route"]) for case in drawn]
    assert (cases["finished"] > cases["arrived"]).all()


@few
@given(n=departments, share=shares, reform=reforms, seed=seeds)
def test_days_are_work_waiting_and_hand_offs(n, share, reform, seed):
    cases = simulate(n, share, reform, seed, 200)
    assert np.allclose(cases[["work", "waiting", "hand_off"]].sum(axis=1), cases["days"])
    assert (cases[["work", "waiting", "hand_off"]] >= -1e-9).to_numpy().all()


@few
@given(n=departments, share=shares, seed=seeds)
def test_each_arrangement_has_its_own_hand_offs(n, share, seed):
    found = {reform: simulate(n, share, reform, seed, 200) for reform in REFORMS}
    steps = found["none"]["departments"]
    assert np.allclose(found["none"]["hand_off"], (steps - 1) * HAND_OFF_DAYS)
    assert np.allclose(found["lead_office"]["hand_off"], np.where(steps > 1, 2, 0) * HAND_OFF_DAYS)
    assert (found["shared_queue"]["hand_off"] == 0).all()


@few
@given(n=departments, share=shares, seed=seeds)
def test_a_case_visits_different_departments_and_at_most_five(n, share, seed):
    for case in draw_cases(n, share, seed, 200):
        assert len(set(case["route"])) == len(case["route"]) == len(case["work"]) <= min(n, 5)
        assert set(case["route"]) <= set(range(n))


@few
@given(n=st.integers(3, 12), seed=seeds)
def test_a_lead_office_closes_a_case_when_the_last_department_has_answered(n, seed):
    days = simulate(n, 1.0, "lead_office", seed, 200)["days"]
    for took, case in zip(days, draw_cases(n, 1.0, seed, 200), strict=True):
        first, *others = case["work"]
        assert took >= COORDINATION * first + 2 * HAND_OFF_DAYS + max(others) - 1e-9


def test_without_shared_cases_a_lead_office_changes_nothing():
    none, lead = (simulate(4, 0.0, reform, 3) for reform in ("none", "lead_office"))
    assert none.equals(lead)


def test_clerks_are_as_busy_whatever_the_share_of_shared_cases():
    for share in (0.0, 0.3, 1.0):
        cases = draw_cases(6, share, 1, 20_000)
        busy = sum(sum(case["work"]) for case in cases) / (6 * cases[-1]["arrived"])
        assert busy == pytest.approx(LOAD, rel=0.03)


def test_a_single_queue_waits_as_long_as_theory_says():
    # Alone in its queue a department is M/M/1: mean time is work over the idle share.
    days = [simulate(6, 0.0, "none", seed, 4000)["days"].mean() for seed in range(10)]
    assert np.mean(days) == pytest.approx(0.4 / (1 - LOAD), rel=0.08)


def test_a_lead_office_slows_cases_of_two_departments_and_speeds_up_those_of_five():
    runs = repeat(6, 0.3, 20231, 10)
    mean = runs.groupby(["reform", "departments"])[["days", "cases"]].sum()
    mean = (mean["days"] / mean["cases"]).unstack("reform")
    assert mean.loc[2, "lead_office"] > mean.loc[2, "none"] + 1
    assert mean.loc[5, "lead_office"] < mean.loc[5, "none"] - 1
    assert mean.loc[1, "lead_office"] > mean.loc[1, "none"]


def test_repetitions_work_on_the_same_cases_under_each_arrangement():
    runs = repeat(3, 0.5, 7, 3)
    cases = runs.pivot(index=["repetition", "departments"], columns="reform", values="cases")
    assert cases.nunique(axis=1).eq(1).all()
    assert runs["repetition"].nunique() == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0.3, "none", 1), "n_departments = 0 is not allowed: a whole number of 2 or more"),
        ((1, 0.3, "none", 1), "n_departments = 1 is not allowed"),
        ((2.5, 0.3, "none", 1), "n_departments = 2.5 is not allowed"),
        ((6, -0.1, "none", 1), "cross_share = -0.1 is not allowed: a share from 0 to 1"),
        ((6, 1.1, "none", 1), "cross_share = 1.1 is not allowed"),
        ((6, float("nan"), "none", 1), "cross_share = nan is not allowed"),
        ((6, 0.3, "lead", 1), "reform = 'lead' is not known: none, lead_office, shared_queue"),
        ((6, 0.3, "none", 1, 0), "n_cases = 0 is not allowed"),
    ],
)
def test_departments_that_cannot_be_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        simulate(*arguments)


# --- evaluations --------------------------------------------------------------------------------


@few
@given(
    luck=shares,
    n_first=st.integers(1, 31),
    by=st.sampled_from(["worst", "lot"]),
    seed=seeds,
    effect=st.floats(-2, 2),
)
def test_difference_in_differences_by_hand_is_the_regression(luck, n_first, by, seed, effect):
    days = draw_years(32, 4.0, 0.08, luck, seed)
    first = first_wave(days.mean(axis=3)[:, :, 1], n_first, by, seed)
    days[:, :, 2] += effect * first[:, :, None]
    by_hand = difference_in_differences(days.mean(axis=3), first, 2, 3)[0]
    table = as_table(days[0])
    table = table[table["year"].isin([2, 3])].assign(
        first=lambda t: first[0][t["unit"] - 1].astype(int),
        after=lambda t: (t["year"] == 3).astype(int),
    )
    assert by_regression(table) == pytest.approx(by_hand, abs=1e-9)


def _evaluated(effect=0.0, luck=0.3, n_first=10, n_draws=4000):
    return evaluations(
        32, n_first, mean_days=4.0, spread=0.08, luck=luck, effect=effect, seed=5, n_draws=n_draws
    ).groupby("evaluation")["estimate"]


@pytest.mark.parametrize("luck", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("n_first", [1, 10, 31])
@pytest.mark.parametrize("effect", [0.0, -0.3])
def test_lot_and_earlier_year_are_centred_on_what_the_reform_does(luck, n_first, effect):
    found = _evaluated(effect, luck, n_first)
    error = found.std() / 4000**0.5
    for evaluation in ("did_lot", "did_earlier"):
        assert abs(found.mean()[evaluation] - effect) < 4 * error[evaluation]


def test_the_slowest_improve_without_any_reform():
    found = _evaluated()
    assert found.mean()["did_worst"] < -10 * found.std()["did_worst"] / 4000**0.5
    assert found.mean()["before_after"] < found.mean()["did_worst"]


@few
@given(n_first=st.integers(1, 31), seed=seeds, effect=st.floats(-2, 2))
def test_without_luck_nothing_regresses_to_the_mean(n_first, seed, effect):
    found = evaluations(
        32, n_first, mean_days=4.0, spread=0.08, luck=0.0, effect=effect, seed=seed, n_draws=5
    )
    for evaluation in ("did_worst", "did_earlier", "did_lot"):
        assert np.allclose(found.loc[found["evaluation"] == evaluation, "estimate"], effect)
    trend = draw_years(2, 4.0, 0.0, 0.0, 1).mean(axis=3)[0, 0]
    before_after = found.loc[found["evaluation"] == "before_after", "estimate"]
    assert np.allclose(before_after, effect + trend[2] - trend[1])


@pytest.mark.parametrize("luck", [0.0, 0.2, 0.7, 1.0])
def test_luck_is_the_share_of_the_variance_that_does_not_return(luck):
    days = draw_years(2000, 4.0, 0.08, luck, 3, 20).mean(axis=3)
    deviation = (days - days.mean(axis=1, keepdims=True)) / (4.0 * 0.08)
    assert deviation[:, :, 0].var() == pytest.approx(1, rel=0.03)
    assert (deviation[:, :, 0] * deviation[:, :, 1]).mean() == pytest.approx(1 - luck, abs=0.02)


def test_lists_repeat_themselves_only_without_luck():
    assert (overlap_of_best(32, 10, 0.0, 1, 50) == 10).all()
    by_luck = [overlap_of_best(32, 10, luck, 1, 2000).mean() for luck in (0.1, 0.3, 0.6, 1.0)]
    assert by_luck == sorted(by_luck, reverse=True)
    # Nothing but luck: the overlap of two random lists of ten out of 32.
    assert by_luck[-1] == pytest.approx(10 * 10 / 32, abs=0.15)


@few
@given(n_first=st.integers(1, 31), by=st.sampled_from(["worst", "lot"]), seed=seeds)
def test_a_wave_has_its_number_and_the_worst_are_the_worst(n_first, by, seed):
    yearly = draw_years(32, 4.0, 0.08, 0.5, seed, 3).mean(axis=3)[:, :, 1]
    first = first_wave(yearly, n_first, by, seed)
    assert (first.sum(axis=1) == n_first).all()
    if by == "worst":
        inside = np.where(first, yearly, np.inf).min(axis=1)
        assert (inside >= np.where(first, -np.inf, yearly).max(axis=1)).all()


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (draw_years, (32, 4.0, 0.08, 1.5, 1), "luck = 1.5 is not allowed: a share from 0 to 1"),
        (draw_years, (1, 4.0, 0.08, 0.5, 1), "n_units = 1 is not allowed"),
        (draw_years, (32, 0.0, 0.08, 0.5, 1), "mean_days = 0.0 is not allowed: a positive number"),
        (draw_years, (32, 4.0, -1.0, 0.5, 1), "spread = -1.0 is not allowed"),
        (
            first_wave,
            (np.ones((1, 5)), 5, "lot", 1),
            "n_first = 5 is not allowed: fewer than the 5",
        ),
        (first_wave, (np.ones((1, 5)), 0, "lot", 1), "n_first = 0 is not allowed"),
        (first_wave, (np.ones((1, 5)), 2, "best", 1), "by = 'best' is not known: worst, lot"),
    ],
)
def test_panels_that_cannot_be_are_refused(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


def test_the_model_does_not_import_statsmodels():
    # It costs more than a second; only the lesson and one check of the exercise need it.
    code = (
        "import sys, digigov.models.institutions, digigov.exercises.institutions; "
        "sys.exit('statsmodels' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
