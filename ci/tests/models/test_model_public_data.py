"""The model of lesson 16: planted faults, k-anonymity, noise, and what attackers make of them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.models.public_data import (
    DIMENSIONS,
    FAULTS,
    LATTICE,
    REASONS,
    Recoding,
    anonymise,
    as_recorded,
    attack_counts,
    averaged_error,
    candidates,
    counts,
    error,
    estimated_counts,
    example,
    expected_error,
    frontier,
    groups,
    known_for_sure,
    membership_by_counts,
    membership_by_rows,
    named,
    noise,
    outcomes,
    passes,
    plant,
    population,
    register,
    usable,
)

PEOPLE = population(0.135, 1, 3_000)
ENTRIES = register(PEOPLE, 1, 500)

rates = st.floats(0, 0.2)
seeds = st.integers(0, 2**31 - 1)
epsilons = st.floats(0.01, 10)


# --- register and faults --------------------------------------------------------------------------


def test_share_of_old_people_is_the_one_asked_for():
    people = population(0.135, 7)
    aged = (pd.Timestamp("2023-12-31") - people["birth"]).dt.days / 365.25 >= 65
    assert aged.mean() == pytest.approx(0.135, abs=0.01)


def test_register_without_faults_passes_every_check():
    assert passes(ENTRIES).all(axis=None)
    assert ENTRIES["person"].is_unique
    assert set(ENTRIES["reason"]) == set(REASONS)


@given(rate=rates, seed=seeds)
def test_measures_are_shares_and_find_exactly_the_rate_of_their_fault(rate, seed):
    table, planted = plant(ENTRIES, rate, seed)
    checked = passes(table)
    assert checked.mean().between(0, 1).all()
    for dimension, fault in zip(DIMENSIONS, FAULTS, strict=False):
        assert (~checked[dimension]).sum() == planted[fault].sum()
        assert abs(planted[fault].mean() - rate) <= 1 / len(table)


@given(rate=rates, seed=seeds)
def test_checks_point_at_the_very_rows_that_were_spoilt(rate, seed):
    table, planted = plant(ENTRIES, rate, seed)
    flagged = (~passes(table)).set_axis(FAULTS[:4], axis="columns")
    pd.testing.assert_frame_equal(flagged, planted[list(FAULTS[:4])])


@given(rate=st.floats(0.02, 0.2), seed=seeds)
def test_wrong_day_of_birth_is_wrong_and_seen_by_no_check(rate, seed):
    table, planted = plant(ENTRIES, rate, seed)
    true = table["person"].map(PEOPLE.set_index("person")["birth"])
    assert (table["birth"] != true)[planted["wrong"]].all()
    assert (table["birth"] == true)[~planted["wrong"] & ~planted["blank"]].all()
    only_wrong = planted["wrong"] & (planted.sum(axis="columns") == 1)
    assert passes(table)[only_wrong].all(axis=None)
    assert table["birth"].max() <= pd.Timestamp("2023-12-31")


@pytest.mark.parametrize("rate", [-0.01, 0.5, 1])
def test_impossible_error_rate_is_refused(rate):
    with pytest.raises(ValueError, match=f"error_rate = {rate} is not allowed: 0 to less than 0.5"):
        plant(ENTRIES, rate, 1)


@given(rate=rates, seed=seeds)
def test_usable_rows_are_one_a_person_with_birth_and_village(rate, seed):
    table = usable(plant(ENTRIES, rate, seed)[0])
    assert table["person"].is_unique
    assert passes(table)[["completeness", "uniqueness", "validity"]].all(axis=None)


# --- k-anonymity ----------------------------------------------------------------------------------


@given(k=st.integers(2, 60), rate=rates, seed=seeds)
@settings(max_examples=40)
def test_every_released_group_has_at_least_k_members(k, rate, seed):
    table = usable(plant(ENTRIES, rate, seed)[0])
    release = anonymise(table, k)
    assert release.rows["group"].value_counts().min() >= k
    assert len(release.rows) + release.suppressed == len(table)
    assert release.suppressed <= 0.05 * len(table)
    assert (groups(release.rows, release.recoding) == release.rows["group"]).all()


@given(k=st.integers(2, 60), seed=seeds)
@settings(max_examples=40)
def test_neighbour_names_at_most_one_in_k(k, seed):
    table = usable(plant(ENTRIES, 0.1, seed)[0])
    assert named(anonymise(table, k), PEOPLE) <= 1 / k + 1e-12


def test_coarser_recoding_never_splits_a_group():
    fine = groups(PEOPLE, Recoding())
    for recoding in LATTICE:
        coarse = groups(PEOPLE, recoding)
        assert coarse.groupby(fine).nunique().eq(1).all(), recoding


def test_recoding_with_the_least_loss_is_chosen():
    table = usable(ENTRIES)
    chosen = anonymise(table, 5)

    def loss(recoding):
        group = groups(table, recoding)
        lost = (group.map(group.value_counts()) < 5).mean()
        return math.inf if lost > 0.05 else lost + (1 - lost) * recoding.loss

    assert loss(chosen.recoding) == min(map(loss, LATTICE))


@pytest.mark.parametrize("k", [1, 0, -5])
def test_k_of_one_or_less_is_refused(k):
    with pytest.raises(ValueError, match=f"k = {k} is not allowed: 2 or more; a group of one is"):
        anonymise(ENTRIES, k)


def test_k_above_the_number_of_rows_is_refused():
    with pytest.raises(ValueError, match="k = 501 is not allowed: there are only 500 rows"):
        anonymise(ENTRIES, 501)


def test_groups_with_one_reason_are_known_for_sure():
    release = as_recorded(ENTRIES, Recoding("any", "any", "county"))
    assert known_for_sure(release) == 0
    rows = release.rows.assign(reason="illness")
    assert known_for_sure(type(release)(release.recoding, rows, 0)) == 1


# --- attackers ------------------------------------------------------------------------------------


def test_linkage_succeeds_on_the_raw_table_and_fails_on_a_coarse_one():
    people = population(0.135, 3)
    table = usable(register(people, 3))
    assert named(as_recorded(table), people) > 0.95
    assert named(as_recorded(table, Recoding("any", "any", "county")), people) < 0.001


def test_row_with_a_wrong_birth_does_not_fit_its_own_person():
    table, planted = plant(ENTRIES, 0.1, 4)
    wrong = table[planted["wrong"] & ~planted["impossible"]].reset_index(drop=True)
    assert not candidates(as_recorded(wrong), PEOPLE)["among"].any()


@given(k=st.integers(2, 30))
@settings(max_examples=15)
def test_insider_reads_membership_from_two_releases(k):
    """Done by hand: publish with and without a person, and compare."""
    table = usable(ENTRIES)
    release = anonymise(table, k)
    group = groups(table, release.recoding)
    sizes = group.value_counts()
    sure = 0
    for size in group.map(sizes):
        printed = [n if n >= k else None for n in (size, size - 1)]
        sure += printed[0] != printed[1]
    expected = (sure + (len(table) - sure) / 2) / len(table)
    assert membership_by_rows(release) == pytest.approx(expected)


@given(epsilon=epsilons)
def test_insider_against_counts_reaches_the_bound(epsilon):
    """The best guess takes the likelier case for each print; summed over all prints."""
    reach = min(4_000, int(50 / epsilon) + 5)
    both = pd.concat([outcomes(epsilon, c, reach) for c in (3, 4)], axis="columns").fillna(0)
    assert both.max(axis="columns").sum() / 2 == pytest.approx(
        membership_by_counts(epsilon), abs=1e-9
    )


@given(epsilon=st.floats(0.05, 5), seed=seeds)
@settings(max_examples=25)
def test_simulated_attack_agrees_with_the_bound(epsilon, seed):
    trials = 4_000
    assert attack_counts(epsilon, trials, seed) == pytest.approx(
        membership_by_counts(epsilon), abs=6 * 0.5 / math.sqrt(trials)
    )


# --- differential privacy -------------------------------------------------------------------------


@given(epsilon=st.floats(0.05, 3), count=st.integers(0, 500), seed=seeds)
@settings(max_examples=25)
def test_empirical_privacy_loss_of_neighbouring_tables_is_within_epsilon(epsilon, count, seed):
    draws = 40_000
    rng = np.random.default_rng(seed)
    with_her = count + 1 + noise(epsilon, draws, rng)
    without = count + noise(epsilon, draws, rng)
    seen = pd.concat([pd.Series(x).value_counts() for x in (with_her, without)], axis="columns")
    often = seen[(seen >= 400).all(axis="columns")]
    assert len(often) >= 2
    loss = np.log(often.iloc[:, 0] / often.iloc[:, 1]).abs()
    spread = np.sqrt((1 / often).sum(axis="columns"))
    assert (loss <= epsilon + 6 * spread).all()


@given(epsilon=epsilons)
def test_exact_privacy_loss_is_epsilon_and_reached(epsilon):
    reach = min(100, int(300 / epsilon))
    loss = np.log(outcomes(epsilon, 11, reach) / outcomes(epsilon, 10, reach)).abs().dropna()
    assert loss.max() == pytest.approx(epsilon, rel=1e-6)


@given(epsilon=st.floats(0.05, 10), seed=seeds)
@settings(max_examples=25)
def test_mean_noise_is_what_the_formula_says(epsilon, seed):
    drawn = np.abs(noise(epsilon, 20_000, np.random.default_rng(seed)))
    # The variance of the noise, which bounds that of its size.
    deviation = math.sqrt(2 * math.exp(-epsilon)) / (1 - math.exp(-epsilon))
    assert drawn.mean() == pytest.approx(
        expected_error(epsilon), abs=6 * deviation / math.sqrt(20_000) + 1e-3
    )


def test_noise_repeats_with_its_seed_and_is_whole():
    first, again, other = (noise(0.3, 200, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert (first == again).all() and (first != other).any()
    assert np.issubdtype(first.dtype, np.integer)


@pytest.mark.parametrize("epsilon", [0, -1, float("inf"), float("nan")])
def test_epsilon_of_zero_or_less_is_refused(epsilon):
    rng = np.random.default_rng(1)
    for call in (
        lambda: noise(epsilon, 3, rng),
        lambda: outcomes(epsilon, 3, 5),
        lambda: membership_by_counts(epsilon),
        lambda: expected_error(epsilon),
        lambda: averaged_error(epsilon, 2, 1),
    ):
        with pytest.raises(ValueError, match=r"epsilon = .* is not allowed: a number above zero"):
            call()


@pytest.fixture(scope="module")
def opendp():
    """Return OpenDP's maker of the same mechanism, for a vector of counts."""
    import opendp.prelude as dp  # a second, and only here

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=int)), dp.l1_distance(T=int)
    return lambda scale: dp.m.make_laplace(*space, scale=scale)


@pytest.mark.parametrize("epsilon", [0.1, 0.5, 1.0, 3.0])
def test_opendp_proves_the_same_loss_for_the_same_noise(opendp, epsilon):
    measurement = opendp(1 / epsilon)
    assert measurement.map(1) == pytest.approx(epsilon)
    assert measurement.map(2) == pytest.approx(2 * epsilon)


@pytest.mark.parametrize("epsilon", [0.5, 1.0, 3.0])
def test_noise_is_distributed_as_that_of_opendp(opendp, epsilon):
    """OpenDP has no seed; with six standard errors, one run in 100 million fails by chance."""
    draws = 20_000
    theirs = pd.Series(opendp(1 / epsilon)([0] * draws)).value_counts(normalize=True)
    expected = outcomes(epsilon, 0, 5)
    for value, chance in expected.items():
        slack = 6 * math.sqrt(chance * (1 - chance) / draws) + 5 / draws
        assert theirs.get(value, 0.0) == pytest.approx(chance, abs=slack)


# --- planner's table ------------------------------------------------------------------------------


def test_every_person_is_counted_in_one_cell():
    table = counts(ENTRIES)
    assert table.sum() == len(ENTRIES)
    assert len(table) == 8 * 5 * 4


@pytest.mark.parametrize("recoding", [Recoding(), Recoding("20 years", "any", "township")])
def test_rows_printed_finer_than_the_table_give_it_exactly(recoding):
    found = estimated_counts(as_recorded(ENTRIES, recoding), PEOPLE)
    assert error(found, counts(ENTRIES)) < 1e-12


@pytest.mark.parametrize("recoding", LATTICE[2::7])
def test_estimate_keeps_the_number_of_people(recoding):
    found = estimated_counts(as_recorded(ENTRIES, recoding), PEOPLE)
    assert found.sum() == pytest.approx(len(ENTRIES))
    assert (found >= 0).all()


def test_pooled_tables_are_better_than_one_and_a_shared_budget_is_worse():
    one = expected_error(1)
    assert averaged_error(1, 50, 1) < one / 3
    assert expected_error(1 / 50) > 45 * one


def test_frontier_has_a_row_for_each_setting_and_register():
    found = frontier((2, 20), (0.1, 2.0), aged_share=0.135, error_rate=0.02, seed=3, registers=2)
    assert found.groupby(["method", "setting"]).size().eq(2).all() and len(found) == 10
    mean = found.groupby(["method", "setting"]).mean()
    assert mean.loc[("epsilon", 0.1), "error"] > mean.loc[("epsilon", 2.0), "error"]
    assert mean.loc[("epsilon", 0.1), "member"] < 0.6 < mean.loc[("k", 20.0), "member"]
    assert mean.loc[("k", 20.0), "named"] < 0.05 < mean.loc[("as_recorded", 1.0), "named"]
    again = frontier((2, 20), (0.1, 2.0), aged_share=0.135, error_rate=0.02, seed=3, registers=2)
    pd.testing.assert_frame_equal(found, again)


def test_example_for_the_exercise_is_two_anonymous_and_gives_five_rows_away():
    rows = example()
    known = ["age", "sex", "township"]
    assert rows.value_counts(known).min() == 2
    assert (rows.groupby(known)["reason"].transform("nunique") == 1).sum() == 5
