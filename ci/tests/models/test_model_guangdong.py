"""The working models of lesson 12."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.i18n import language
from digigov.models.guangdong import (
    CATALOGUE_SIZE,
    calibrated_document_exponent,
    explanations,
    non_residents_needed,
    paper_curves,
    services_for_share,
    simulated_use,
    zipf_shares,
)
from digigov.quantities import Interval

PUBLISHED = {"n_services": 1632, "n_certificates": 87, "paperless_share": 1113 / 1632}

persons = st.floats(1e3, 2e9)
shares = st.floats(0, 1)
exponents = st.floats(0, 3)
counts = st.integers(1, 5000)


# --- accounts, persons, residents ---------------------------------------------------------------


@given(users=persons, residents=persons, adoption=shares, per_person=st.floats(1, 3))
def test_identity_balances_or_residents_suffice(users, residents, adoption, per_person):
    others = non_residents_needed(users, residents, adoption, per_person)
    counted = per_person * (adoption * residents + others)
    assert counted >= users or np.isclose(counted, users)
    assert others == 0 or np.isclose(counted, users)


@given(users=persons, residents=persons, low=shares, high=shares)
def test_fewer_residents_with_an_account_need_more_others(users, residents, low, high):
    low, high = sorted((low, high))
    assert non_residents_needed(users, residents, low) >= non_residents_needed(
        users, residents, high
    )


def test_guangdong_in_2023_needs_57_million_others_even_if_everyone_has_an_account():
    assert non_residents_needed(184e6, 127.06e6) == pytest.approx(56.94e6)


@pytest.mark.parametrize("arguments", [{"adoption": 1.2}, {"accounts_per_person": 0.9}])
def test_impossible_adoption_or_accounts_are_refused(arguments):
    name = next(iter(arguments))
    with pytest.raises(ValueError, match=name):
        non_residents_needed(184e6, 127.06e6, **arguments)


@given(low=persons, width=st.floats(0, 1e8), residents=persons, years=st.floats(0.1, 20))
def test_needs_are_ordered_and_only_full_adoption_can_be_refuted_by_a_surplus(
    low, width, residents, years
):
    table = explanations(
        Interval(low, low + width),
        residents,
        other_bases=[residents, 1.01 * residents],
        rest_of_country=1e12,
        years=years,
    )
    assert (table["needs_low"] <= table["needs_high"]).all()
    assert (table["needs_low"] >= 0).all()
    assert table.loc["another_base", "needs_low"] <= table.loc["every_resident", "needs_low"]
    assert table.loc["every_resident", "refuted"] == (low > residents)
    assert not table.loc["non_residents", "refuted"]


def test_what_one_explanation_leaves_is_what_the_next_has_to_supply():
    users = Interval(184e6, 184e6)
    table = explanations(
        users, 127.06e6, other_bases=[127.8e6], rest_of_country=1282.61e6, years=5.5
    )
    others = non_residents_needed(users.low, 127.06e6)
    assert table.loc["non_residents", "needs_low"] == pytest.approx(others / 1282.61e6)
    assert table.loc["second_accounts", "needs_low"] == pytest.approx(others / 127.06e6)
    assert table.loc["former_residents", "needs_low"] == pytest.approx(others / 127.06e6 / 5.5)
    assert table["refuted"].tolist() == [True, True, False, False, False]


# --- use of services ----------------------------------------------------------------------------


@given(n=counts, exponent=exponents)
def test_shares_sum_to_one_and_never_rise(n, exponent):
    use = zipf_shares(n, exponent)
    assert len(use) == n
    assert use.sum() == pytest.approx(1)
    assert (np.diff(use) <= 0).all()


@given(n=counts, exponent=exponents, share=st.floats(0.01, 1))
def test_carrying_services_are_enough_and_not_one_too_many(n, exponent, share):
    use = zipf_shares(n, exponent)
    needed = services_for_share(use, share)
    assert 1 <= needed <= n
    assert use[:needed].sum() >= share * (1 - 1e-9)
    assert use[: needed - 1].sum() < share


@given(n=counts, low=exponents, high=exponents)
def test_a_higher_exponent_needs_no_more_services(n, low, high):
    low, high = sorted((low, high))
    assert services_for_share(zipf_shares(n, high)) <= services_for_share(zipf_shares(n, low))


@pytest.mark.parametrize(("n", "needed"), [(1, 1), (9, 9), (10, 9), (1000, 900), (2170, 1953)])
def test_equal_use_needs_nine_services_in_ten(n, needed):
    assert services_for_share(zipf_shares(n, 0)) == needed


def test_order_of_the_services_does_not_matter():
    assert services_for_share(np.array([1, 90, 9])) == 1


def test_exact_number_agrees_with_draws_at_the_published_volume():
    use = zipf_shares(1632, 1)
    drawn = simulated_use(use, 4_800_000_000, seed=1, n_runs=20)
    needed = [services_for_share(run) for run in drawn]
    assert (drawn.sum(axis=1) == 4_800_000_000).all()
    assert max(abs(count - services_for_share(use)) for count in needed) <= 1


def test_small_sample_finds_the_tail_too_short():
    use = zipf_shares(2170, 1)
    needed = [services_for_share(run) for run in simulated_use(use, 1000, seed=1)]
    assert np.quantile(needed, 0.95) < services_for_share(use)


@pytest.mark.parametrize(("n", "exponent"), [(0, 1), (10, -0.1)])
def test_impossible_demand_is_refused(n, exponent):
    with pytest.raises(ValueError, match=r"n = 0|exponent = -0\.1"):
        zipf_shares(n, exponent)


@pytest.mark.parametrize("share", [0, 1.1])
def test_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match="out of range"):
        services_for_share(zipf_shares(10, 1), share)


@pytest.mark.parametrize("n", [0, 3])
def test_services_that_nobody_uses_are_refused_in_the_language_of_the_edition(n):
    with pytest.raises(ValueError, match=f"use of {n} services adds up to 0"):
        services_for_share(np.zeros(n))
    with language("zh"), pytest.raises(ValueError, match=f"{n}项服务的使用量之和为0"):
        services_for_share(np.zeros(n))


# --- documents handed in ------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    n=st.integers(1, 3000),
    usage_exponent=exponents,
    document_exponent=st.floats(0, 4),
    catalogue_size=st.integers(1, 500),
    seed=st.integers(0, 2**31 - 1),
)
def test_paper_falls_with_every_certificate_and_is_gone_with_the_last(
    n, usage_exponent, document_exponent, catalogue_size, seed
):
    curves = paper_curves(
        n, usage_exponent, document_exponent, seed=seed, catalogue_size=catalogue_size, n_runs=2
    )
    for values in vars(curves).values():
        assert values.shape == (2, catalogue_size + 1)
        assert (values[:, 0] == 0).all()
        assert (np.diff(values) >= 0).all()
        assert (values[:, -1] == 1).all()


@settings(max_examples=30)
@given(n=st.integers(1, 3000), usage_exponent=exponents, seed=st.integers(0, 2**31 - 1))
def test_submissions_avoided_have_diminishing_returns(n, usage_exponent, seed):
    curves = paper_curves(n, usage_exponent, 1.2, seed=seed, n_runs=2)
    assert (np.diff(curves.submissions, n=2) <= 1e-12).all()


def test_equal_use_makes_requests_and_services_the_same_share():
    curves = paper_curves(500, 0, 1.2, seed=1, n_runs=3)
    np.testing.assert_allclose(curves.requests, curves.services)


def test_same_seed_gives_same_curves():
    first, second = (paper_curves(50, 1, 1.2, seed=7, n_runs=2) for _repeat in range(2))
    np.testing.assert_array_equal(first.services, second.services)


@pytest.mark.parametrize("usage_exponent", [0.0, 1.0, 3.0])
@pytest.mark.parametrize("catalogue_size", [120, CATALOGUE_SIZE, 800])
def test_calibration_meets_the_published_share(usage_exponent, catalogue_size):
    setting = {"seed": 20231, "catalogue_size": catalogue_size}
    exponent = calibrated_document_exponent(**PUBLISHED, usage_exponent=usage_exponent, **setting)
    curves = paper_curves(PUBLISHED["n_services"], usage_exponent, exponent, **setting)
    simulated = curves.mean().loc[PUBLISHED["n_certificates"], "services"]
    assert simulated == pytest.approx(PUBLISHED["paperless_share"], abs=0.005)


@pytest.mark.parametrize("n", [-1, 401])
def test_certificates_outside_the_catalogue_are_refused(n):
    with pytest.raises(ValueError, match=f"n_certificates = {n} is out of range: 0 to 400"):
        calibrated_document_exponent(1632, n, 0.5, 1.0, seed=1)


def test_figure_out_of_reach_is_refused():
    with pytest.raises(ValueError, match="no document exponent"):
        calibrated_document_exponent(1632, 399, 0.01, 1.0, seed=1)
