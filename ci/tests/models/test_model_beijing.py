"""The models of lesson 11: costs and outages of a shared base, and the complaints desk."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.i18n import language
from digigov.models import beijing as model

applications = st.integers(1, 50)
availabilities = st.floats(0.5, 0.99999)
writing_costs = st.floats(0.1, 10)
reuse_costs = st.floats(0, 0.95)
exponents = st.floats(0, 3)
seeds = st.integers(0, 2**31 - 1)
rewards = st.sampled_from(model.REWARDS)
departments = st.integers(1, model.STAFF)
arrivals = st.floats(1, 40)

# A simulated week takes longer than hypothesis expects of an example.
slow = settings(max_examples=12)

CITIZENS = model.Satisfaction(if_resolved=0.995, if_not=0.261)


@cache
def week(reward, arrivals_per_hour=22, n_departments=6, seed=1):
    cases = model.draw_cases(arrivals_per_hour, n_departments, seed)
    return model.run_desk(cases, reward, n_departments, CITIZENS)


# ------------------------------------------------------------------------------ the shared base


@given(writing_costs, reuse_costs, st.integers(1, 5))
def test_shared_is_cheaper_exactly_from_the_break_even_on(writing, reusing, copies):
    equal = model.break_even(writing, reusing, copies)
    for n in range(1, 60):
        cost = model.build_costs(n, writing, reusing, copies)
        if n > equal * (1 + 1e-9):
            assert cost["shared"] < cost["apart"]
        elif n < equal * (1 - 1e-9):
            assert cost["shared"] > cost["apart"]


@given(writing_costs, writing_costs, reuse_costs, reuse_costs, st.integers(1, 4))
def test_break_even_never_falls_when_a_cost_or_a_copy_is_added(w1, w2, r1, r2, copies):
    (w_low, w_high), (r_low, r_high) = sorted((w1, w2)), sorted((r1, r2))
    low = model.break_even(w_low, r_low, copies)
    assert low <= model.break_even(w_high, r_low, copies)
    assert low <= model.break_even(w_low, r_high, copies)
    assert low < model.break_even(w_low, r_low, copies + 1)


def test_reuse_that_saves_nothing_never_breaks_even():
    assert model.break_even(1.5, 1.0) == math.inf


def test_the_rules_of_thumb_put_three_applications_in_between():
    assert model.break_even(1.5, 0.2) == pytest.approx(1.875)
    assert model.break_even(3, 0.2) == pytest.approx(3.75)


@given(applications, availabilities)
def test_probabilities_of_outages_sum_to_one_and_have_one_mean(n, availability):
    distribution = model.applications_out(n, availability)
    assert np.allclose(distribution.sum(), 1)
    assert (distribution >= 0).all(axis=None)
    means = distribution.mul(distribution.index, axis="index").sum()
    assert np.allclose(means, n * (1 - availability))


@given(applications, availabilities, exponents)
def test_counting_decides_whether_sharing_is_worse(n, availability, exponent):
    loss = model.outage_loss(n, availability, exponent)
    slack = 1e-9 * loss.max()
    if exponent <= 1:
        assert loss["shared"] <= loss["apart"] + slack
    if exponent >= 1:
        assert loss["shared"] >= loss["apart"] - slack


@given(applications, availabilities)
def test_loss_by_the_square_has_its_closed_form(n, availability):
    loss = model.outage_loss(n, availability, 2)
    expected = model.HOURS_A_YEAR * availability * (1 - availability) * n * (n - 1)
    assert loss["shared"] - loss["apart"] == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_three_components_work_together_with_the_product_of_their_availabilities():
    assert model.base_availability(0.9, 3) == pytest.approx(0.729)


@given(applications, availabilities, st.floats(1, 3), st.floats(0, 0.1), st.floats(0, 0.1))
def test_net_saving_never_rises_with_the_cost_of_an_hour(n, availability, exponent, one, other):
    def saving(hour_cost):
        return model.net_saving(
            n,
            availability,
            1.5,
            0.2,
            n_components=8,
            exponent=exponent,
            hour_cost=hour_cost,
            years=10,
        )

    low, high = sorted((one, other))
    assert saving(high) <= saving(low) + 1e-6
    assert saving(0) == pytest.approx(8 * (0.8 * n - 1.5))


@pytest.mark.parametrize("availability", [0, 1, -0.1, 1.5, math.nan])
def test_availability_of_none_or_all_of_the_time_is_refused(availability):
    message = f"availability = {availability} .* above 0 and below 1"
    with pytest.raises(ValueError, match=message):
        model.base_availability(availability, 8)
    with pytest.raises(ValueError, match=message):
        model.applications_out(3, availability)


def test_an_availability_of_one_is_refused_in_the_language_of_the_edition():
    with (
        language("zh"),
        pytest.raises(ValueError, match="availability = 1不可取；可取的值：大于0且小于1"),
    ):
        model.base_availability(1, 8)


@pytest.mark.parametrize("none", [0, -1, 2.5])
def test_no_application_no_component_and_no_copy_are_refused_by_name(none):
    for name, call in {
        "n_applications": lambda: model.build_costs(none, 1.5, 0.2),
        "n_components": lambda: model.base_availability(0.9, none),
        "copies": lambda: model.break_even(1.5, 0.2, none),
    }.items():
        with pytest.raises(ValueError, match=f"{name} = {none} .* whole number from 1"):
            call()
    with pytest.raises(ValueError, match=f"n_applications = {none}"):
        model.outage_loss(none, 0.9, 2)


def test_costs_and_exponents_below_zero_are_refused():
    with pytest.raises(ValueError, match=r"writing = 0, reusing = 0.2 .* writing above 0"):
        model.break_even(0, 0.2)
    with pytest.raises(ValueError, match="exponent = -1 is negative; allowed: 0 or more"):
        model.outage_loss(3, 0.9, -1)
    with pytest.raises(ValueError, match="hour_cost = -1"):
        model.net_saving(3, 0.9, 1.5, 0.2, n_components=8, exponent=2, hour_cost=-1, years=10)


# --------------------------------------------------------------------------- the published rates


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.45), st.floats(0.55, 1))
def test_shares_by_outcome_are_found_again(if_resolved, if_not, low, high):
    rates = [low, high]
    satisfied = [rate * if_resolved + (1 - rate) * if_not for rate in rates]
    try:
        found = model.satisfaction_by_outcome(rates, satisfied)
    except ValueError:
        # Rounding may carry a share of exactly 0 or 1 out of its range.
        assert min(if_resolved, if_not, 1 - if_resolved, 1 - if_not) < 1e-9
    else:
        assert found.if_resolved == pytest.approx(if_resolved, abs=1e-9)
        assert found.if_not == pytest.approx(if_not, abs=1e-9)


def test_two_equal_rates_tell_nothing_apart():
    with pytest.raises(ValueError, match=r"resolution = \[0.5, 0.5\] holds one rate twice"):
        model.satisfaction_by_outcome([0.5, 0.5], [0.6, 0.7])


def test_rates_that_no_shares_explain_are_refused():
    with pytest.raises(ValueError, match=r"if_resolved = 2\.5\d* is not allowed"):
        model.satisfaction_by_outcome([0.5, 0.6], [0.5, 0.9])


# ------------------------------------------------------------------------- the swift-response desk


@slow
@given(rewards, arrivals, departments, seeds)
def test_every_complaint_is_kept_and_ends_in_one_way(reward, arrivals_per_hour, n, seed):
    cases = model.draw_cases(arrivals_per_hour, n, seed)
    complaints = model.run_desk(cases, reward, n, CITIZENS)
    drawn = cases[cases["is_complaint"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(complaints[drawn.columns], drawn)
    assert (complaints["responded"].dropna() >= complaints["arrived"].min()).all()
    resolved = complaints.dropna(subset="resolved")
    # Nobody is helped before calling, in less than the work takes, or without hearing of it.
    assert (resolved["resolved"] >= resolved["arrived"] + resolved["work_hours"] - 1e-9).all()
    assert (resolved["responded"] <= resolved["resolved"]).all()
    begun = resolved["resolved"] - resolved["work_hours"]
    assert (begun <= resolved["arrived"] + model.DEADLINE_HOURS + 1e-9).all()


@slow
@given(rewards, arrivals, departments, seeds)
def test_staff_never_work_more_hours_than_they_have(reward, arrivals_per_hour, n, seed):
    cases = model.draw_cases(arrivals_per_hour, n, seed)
    complaints = model.run_desk(cases, reward, n, CITIZENS).dropna(subset="resolved")
    last = max(complaints["resolved"].max(), 0)
    assert complaints["work_hours"].sum() <= model.STAFF * last + 1e-6


@slow
@given(rewards, arrivals, departments, seeds)
def test_indicators_are_percentages_and_the_parts_make_up_the_whole(
    reward, arrivals_per_hour, n, seed
):
    complaints = model.run_desk(model.draw_cases(arrivals_per_hour, n, seed), reward, n, CITIZENS)
    shares = model.indicators(complaints, CITIZENS)
    assert shares.between(0, 100).all()
    low, high = sorted(shares[["hard", "easy"]])
    if len(complaints) > 100:
        assert low - 1e-9 <= shares["resolution"] <= high + 1e-9


@slow
@given(arrivals, departments, seeds)
def test_same_seed_same_calls(arrivals_per_hour, n, seed):
    one = model.draw_cases(arrivals_per_hour, n, seed)
    pd.testing.assert_frame_equal(one, model.draw_cases(arrivals_per_hour, n, seed))
    assert not one.equals(model.draw_cases(arrivals_per_hour, n, seed + 1))


@given(departments.filter(lambda n: n > 1), seeds)
@slow
def test_misrouted_calls_are_in_another_department(n, seed):
    cases = model.draw_cases(30, n, seed)
    assert cases["sent_to"].between(0, n - 1).all()
    elsewhere = (cases["sent_to"] != cases["department"]).mean()
    assert elsewhere == pytest.approx(model.MISROUTED, abs=0.02)


def test_one_department_cannot_be_the_wrong_one():
    cases = model.draw_cases(30, 1, seed=3)
    assert (cases["sent_to"] == cases["department"]).all()


def test_on_a_quiet_day_every_reward_serves_everybody():
    shares = pd.DataFrame({r: model.indicators(week(r, 3), CITIZENS) for r in model.REWARDS})
    assert (shares.loc[["response", "resolution", "hard"]] == 100).all(axis=None)


def test_rewarding_response_answers_everybody_and_solves_less():
    alone, both = (model.indicators(week(r, 30), CITIZENS) for r in ("response", "all"))
    assert alone["response"] == 100
    assert alone["resolution"] < both["resolution"] - 5


def test_rewarding_resolution_lifts_all_three_indicators_under_load_and_drops_the_hard():
    alone, both = (model.indicators(week(r, 33), CITIZENS) for r in ("resolution", "all"))
    assert (alone[list(model.INDICATORS)] > both[list(model.INDICATORS)]).all()
    assert alone["hard"] < both["hard"] - 15 and alone["easy"] > both["easy"] + 15


def test_rewarding_satisfaction_consoles_instead_of_solving_hard_complaints():
    alone, resolution = (
        model.indicators(week(r, 30), CITIZENS) for r in ("satisfaction", "resolution")
    )
    assert alone["hard"] < resolution["hard"]
    assert alone["satisfaction"] > alone["resolution"]
    assert (
        week("satisfaction", 30)["carefully"].any()
        and not week("resolution", 30)["carefully"].any()
    )


def test_desk_resolves_what_e_town_printed_for_2022():
    weeks = model.compare_rewards(22, 6, range(20231, 20243), CITIZENS, ["all"])
    assert weeks["resolution"].mean() == pytest.approx(96.2, abs=1.5)


def test_comparison_runs_every_reward_on_the_same_calls():
    weeks = model.compare_rewards(10, 3, [1, 2], CITIZENS)
    assert list(weeks["rewarded"]) == 2 * list(model.REWARDS)
    assert list(weeks["seed"]) == [1] * 4 + [2] * 4


def test_a_week_without_complaints_has_nobody_waiting():
    nobody = week("all").iloc[:0]
    assert (model.indicators(nobody, CITIZENS) == 100).all()


@pytest.mark.parametrize("n", [0, -1, 19, 2.5])
def test_departments_that_nobody_can_staff_are_refused(n):
    message = f"n_departments = {n} is not allowed; allowed: a whole number from 1 to 18"
    with pytest.raises(ValueError, match=message):
        model.draw_cases(22, n, seed=1)
    with pytest.raises(ValueError, match=message):
        model.run_desk(model.draw_cases(22, 6, seed=1), "all", n, CITIZENS)


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf])
def test_no_arrivals_are_refused(rate):
    with pytest.raises(ValueError, match=r"arrivals_per_hour = .* allowed: above 0"):
        model.draw_cases(rate, 6, seed=1)


def test_unknown_reward_is_refused_with_those_allowed():
    cases = model.draw_cases(5, 2, seed=1)
    with pytest.raises(ValueError, match="rewarded = 'speed' is not known; allowed: 'all', 'resp"):
        model.run_desk(cases, "speed", 2, CITIZENS)
    with pytest.raises(ValueError, match="n_departments = 1 is too few for these cases"):
        model.run_desk(cases, "all", 1, CITIZENS)


def test_share_of_satisfied_citizens_beyond_one_is_refused():
    with pytest.raises(ValueError, match=r"if_not = 1.2 is not allowed; allowed: a share from 0"):
        model.Satisfaction(0.9, 1.2)


class _DeskOfStores(model._Desk):
    """The desk with queues of simpy's own, in which each task is an event."""

    def run(self):
        self.stores = [simpy.PriorityStore(self.environment) for _department in self.staff]
        return super().run()

    def _hand_to(self, department, case):
        self.holder[case] = department
        for is_work in (False, True):
            self.stores[department].put((*self._urgency(case, is_work), case, is_work))

    def _work(self, department):
        environment = self.environment
        while True:
            *_urgency, case, is_work = yield self.stores[department].get()
            if self.holder[case] != department or self._is_over(case, is_work):
                continue
            competent = self.competent[case]
            if competent != department:
                self.holder[case] = competent
                yield environment.timeout(model.TRANSFER_HOURS)
                self._hand_to(competent, case)
                continue
            yield environment.timeout(self.work_hours[case] if is_work else self.call_hours)
            if is_work:
                self.resolved[case] = environment.now
            else:
                self.carefully[case] = self.rewarded == "satisfaction"
            if math.isnan(self.responded[case]):
                self.responded[case] = environment.now


@settings(max_examples=20, deadline=None)
@given(
    rewarded=st.sampled_from(model.REWARDS),
    rate=st.sampled_from([2, 7, 22]),
    n_departments=st.integers(1, model.STAFF),
    seed=st.integers(0, 1000),
)
def test_the_desk_works_as_with_queues_of_simpy(rewarded, rate, n_departments, seed):
    cases = model.draw_cases(rate, n_departments, seed)
    complaints = cases[cases["is_complaint"]].reset_index(drop=True)
    expected = _DeskOfStores(complaints, rewarded, n_departments, CITIZENS).run()
    pd.testing.assert_frame_equal(
        model.run_desk(cases, rewarded, n_departments, CITIZENS), expected, check_exact=True
    )
