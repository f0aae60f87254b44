"""The clearing model of lesson 10: conservation, netting, apportionment, and what breaks them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digigov.data import load
from digigov.models import one_card as model

EXPONENTS = st.floats(min_value=0, max_value=4)
SEEDS = st.integers(min_value=0, max_value=2**31 - 1)
AMOUNTS = st.integers(min_value=0, max_value=10**12)
MEMBERS = pd.Index([*"ABCDEFG"])

# What draws thousands of bills takes longer than hypothesis expects of an example.
slow = settings(max_examples=15)


@st.composite
def debts(draw):
    """A square of whole amounts, some of them zero, with nothing owed to oneself."""
    members = MEMBERS[: draw(st.integers(min_value=1, max_value=7))]
    n = len(members)
    amounts = draw(st.lists(st.just(0) | AMOUNTS, min_size=n * n, max_size=n * n))
    square = np.array(amounts, dtype=np.int64).reshape(n, n)
    np.fill_diagonal(square, 0)
    return pd.DataFrame(square, index=members, columns=members)


@st.composite
def ledgers(draw):
    """Bills between members, each billed to the province of the card."""
    member = st.sampled_from(list(MEMBERS))
    rows = draw(st.lists(st.tuples(member, member, AMOUNTS), max_size=40))
    bills = pd.DataFrame(rows, columns=["card", "host", "fen"]).astype({"fen": "int64"})
    return bills.assign(billed=bills["card"])


@pytest.fixture(scope="module")
def provinces():
    return load("provinces").dropna(subset="grid_row").set_index("code")


# ------------------------------------------------------------------------------------- netting


@given(debts())
def test_net_positions_sum_to_zero(owed):
    assert model.net_positions(owed).sum() == 0


@given(debts())
def test_multilateral_never_moves_more_than_bilateral_nor_bilateral_more_than_gross(owed):
    gross, bilateral, multilateral = model.moved(owed)
    assert 0 <= multilateral <= bilateral <= gross


@given(debts())
def test_netting_leaves_everyone_with_the_same_money(owed):
    left = model.bilateral(owed)
    pd.testing.assert_series_equal(model.net_positions(left), model.net_positions(owed))
    assert (np.minimum(left, left.T) == 0).all(axis=None)


@given(debts())
def test_multilateral_amount_is_the_least_that_settles(owed):
    """Whoever is to pay has to part with the net amount at least, whatever the route."""
    net = model.net_positions(owed)
    assert model.moved(owed)["multilateral"] == -net[net < 0].sum() == net[net > 0].sum()


def test_a_ring_of_equal_debts_needs_no_money_though_no_pair_can_net():
    ring = pd.DataFrame([[0, 5, 0], [0, 0, 5], [5, 0, 0]], index=[*"ABC"], columns=[*"ABC"])
    assert model.moved(ring).tolist() == [15, 15, 0]


def test_rows_and_columns_that_differ_are_refused():
    owed = pd.DataFrame([[0, 1], [1, 0]], index=[*"AB"], columns=[*"BA"])
    for netting in (model.net_positions, model.bilateral, model.moved):
        with pytest.raises(ValueError, match="same provinces in the same order"):
            netting(owed)


def test_a_negative_debt_is_refused():
    owed = pd.DataFrame([[0, -1], [1, 0]], index=[*"AB"], columns=[*"AB"])
    with pytest.raises(ValueError, match="cannot be negative"):
        model.net_positions(owed)


# ------------------------------------------------------------------------------------- posting


@given(ledgers())
def test_posting_keeps_every_fen(bills):
    owed = model.post(bills, MEMBERS)
    assert owed.to_numpy().sum() == bills["fen"].sum()
    assert (owed.dtypes == "int64").all()
    assert owed.sum(axis="index").tolist() == [
        bills.loc[bills["host"] == name, "fen"].sum() for name in MEMBERS
    ]


@given(ledgers(), st.sampled_from(["billed", "host"]))
def test_a_province_that_does_not_exist_is_refused_by_name(bills, column):
    row = {"card": "A", "host": "A", "billed": "A", "fen": 1, column: "Atlantis"}
    bills = pd.concat([bills, pd.DataFrame([row])], ignore_index=True)
    with pytest.raises(ValueError, match=f"{column} = 'Atlantis' is not one of the 7 provinces"):
        model.post(bills, MEMBERS)


@pytest.mark.parametrize(("fen", "message"), [(1.5, "whole numbers"), (-1, "negative")])
def test_an_amount_that_is_no_sum_of_fen_is_refused(fen, message):
    bills = pd.DataFrame({"billed": ["A"], "host": ["B"], "fen": [fen]})
    with pytest.raises(ValueError, match=message):
        model.post(bills, MEMBERS)


@given(ledgers(), st.integers(min_value=1, max_value=50))
def test_netting_all_at_once_never_moves_more_than_netting_in_runs(bills, visits_per_run):
    at_once = model.moved(model.post(bills, MEMBERS))["multilateral"]
    in_runs = model.moved_in_runs(bills, MEMBERS, visits_per_run)
    assert at_once <= in_runs <= bills["fen"].sum()
    if visits_per_run >= len(bills):
        assert in_runs == at_once


def test_runs_of_one_bill_are_gross_settlement():
    bills = pd.DataFrame({"billed": [*"ABA"], "host": [*"BAB"], "fen": [7, 7, 5]})
    assert model.moved_in_runs(bills, MEMBERS, 1) == 19
    assert model.moved_in_runs(bills, MEMBERS, 2) == 5
    with pytest.raises(ValueError, match="visits_per_run = 0"):
        model.moved_in_runs(bills, MEMBERS, 0)


# ------------------------------------------------------------------------------- apportionment


@given(
    st.integers(min_value=0, max_value=10**18),
    st.lists(AMOUNTS, min_size=1, max_size=40).filter(any),
)
def test_apportionment_loses_nothing_and_stays_within_a_fen_of_the_quota(total, weights):
    shares = model.apportion(total, weights).tolist()
    whole = sum(weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        # In whole numbers: |share - total * weight / whole| < 1.
        assert abs(share * whole - total * weight) < whole


@given(st.integers(min_value=0, max_value=10**9), st.permutations([1, 2, 4, 8, 16, 31]))
def test_a_larger_weight_never_gets_less(total, weights):
    shares = model.apportion(total, weights)
    order = np.argsort(weights)
    assert (np.diff(shares[order]) >= 0).all()


def test_the_fen_left_over_go_to_the_largest_fractions():
    # Quotas 3.9, 2.3 and 0.8: two fen are left.
    assert model.apportion(7, [5, 3, 1]).tolist() == [4, 2, 1]
    assert model.apportion(100, [1, 1, 1]).tolist() == [34, 33, 33]


@pytest.mark.parametrize(
    ("total", "weights", "message"),
    [
        (1, [0, 0], "all weights are zero"),
        (-1, [1], "cannot be negative"),
        (1, [1, -1], "cannot be negative"),
        (1.5, [1], "whole numbers"),
        (1, [0.5, 0.5], "whole numbers"),
    ],
)
def test_what_cannot_be_shared_out_is_refused(total, weights, message):
    with pytest.raises(ValueError, match=message):
        model.apportion(total, weights)


# --------------------------------------------------------------------------------------- flows


def test_distances_are_a_metric_on_the_map(provinces):
    distances = model.tile_distances(provinces).to_numpy()
    np.testing.assert_allclose(distances, distances.T)
    assert (np.diag(distances) == 0).all()
    detours = (distances[:, :, None] + distances[None, :, :]).min(axis=1)
    np.testing.assert_allclose(detours, distances)


def test_neighbours_are_as_far_apart_as_their_radii(provinces):
    distances = model.tile_distances(provinces)
    beijing, tianjin = "110000", "120000"
    radii = np.sqrt(provinces["area_km2"] / np.pi)
    assert distances.loc[beijing, tianjin] == pytest.approx(radii[beijing] + radii[tianjin])


def test_a_map_in_two_pieces_or_without_a_place_is_refused(provinces):
    apart = provinces.copy()
    apart.loc["460000", "grid_row"] = 20
    with pytest.raises(ValueError, match="cannot be reached"):
        model.tile_distances(apart)
    apart.loc["460000", "grid_row"] = None
    with pytest.raises(ValueError, match="no place on the tile map: 460000"):
        model.tile_distances(apart)


@slow
@given(EXPONENTS, EXPONENTS)
def test_shares_of_the_flows_sum_to_one_and_nobody_travels_to_the_own_province(
    attraction, distance_decay
):
    provinces = load("provinces").dropna(subset="grid_row").set_index("code")
    shares = model.flows(provinces, attraction, distance_decay)
    assert shares.to_numpy().sum() == pytest.approx(1)
    assert (np.diag(shares) == 0).all()
    assert (shares.to_numpy() >= 0).all()


@slow
@given(EXPONENTS)
def test_without_attraction_all_flows_come_back(distance_decay):
    provinces = load("provinces").dropna(subset="grid_row").set_index("code")
    shares = model.flows(provinces, 0, distance_decay)
    np.testing.assert_allclose(shares, shares.T, rtol=1e-9)
    assert model.moved(shares)["bilateral"] < 1e-12


def test_gravity_follows_its_formula():
    index = pd.Index([*"ABC"])
    people, pull = pd.Series([1.0, 2, 3], index), pd.Series([5.0, 1, 2], index)
    distances = pd.DataFrame([[0, 1, 2], [1, 0, 4], [2, 4, 0]], index, index, dtype=float)
    shares = model.gravity(people, pull, distances, 2)
    assert shares.loc["C", "A"] / shares.loc["B", "C"] == pytest.approx((15 / 4) / (4 / 16))
    with pytest.raises(ValueError, match="people must be positive"):
        model.gravity(people * 0, pull, distances, 1)
    with pytest.raises(ValueError, match="pull must be positive"):
        model.gravity(people, -pull, distances, 1)
    with pytest.raises(ValueError, match="same provinces in one order"):
        model.gravity(people[::-1], pull, distances, 1)


@slow
@given(st.integers(min_value=1, max_value=5000), st.integers(min_value=0, max_value=10**11), SEEDS)
def test_bills_add_up_to_the_total_exactly(n_visits, total_fen, seed):
    provinces = load("provinces").dropna(subset="grid_row").set_index("code")
    shares = model.flows(provinces, 2, 1.5)
    bills = model.draw_bills(shares, n_visits, total_fen, seed)
    assert len(bills) == n_visits
    assert bills["fen"].sum() == total_fen
    assert (bills["fen"] >= 0).all()
    assert (bills["card"] != bills["host"].astype(bills["card"].dtype)).all()
    assert (bills["billed"] == bills["card"]).all()
    pd.testing.assert_frame_equal(bills, model.draw_bills(shares, n_visits, total_fen, seed))


def test_drawn_flows_are_those_of_the_model(provinces):
    shares = model.flows(provinces, 2, 1.5)
    bills = model.draw_bills(shares, 200_000, 10**10, 1)
    drawn = bills["host"].value_counts(normalize=True)
    assert (drawn - shares.sum()).abs().max() < 0.005


def test_the_total_is_the_published_mean_to_the_fen():
    series = load("platform_series")
    assert model.payments_fen(series, 129_000_000) == 15_367_000_000_000
    assert model.payments_fen(series, 1) == 119_124


def test_repeated_draws_differ_by_chance_only(provinces):
    shares = model.flows(provinces, 2, 1.5)
    first, second, again = (
        model.moved(model.post(model.draw_bills(shares, 5_000, 10**9, seed), provinces.index))
        for seed in (1, 2, 1)
    )
    assert first["gross"] == second["gross"] == 10**9
    assert first["multilateral"] != second["multilateral"]
    assert first.equals(again)


# ---------------------------------------------------------------------------------- what breaks


@slow
@given(SEEDS, st.floats(min_value=0, max_value=100))
def test_no_sum_notices_a_bill_for_the_wrong_province(seed, percent):
    provinces = load("provinces").dropna(subset="grid_row").set_index("code")
    bills = model.draw_bills(model.flows(provinces, 2, 1.5), 2_000, 10**8, seed)
    host = "110000"
    wrong = model.misbill(bills, host, provinces.index, percent, seed)
    right, owed = (model.post(b, provinces.index) for b in (bills, wrong))
    assert owed.to_numpy().sum() == right.to_numpy().sum()
    assert model.net_positions(owed).sum() == 0
    assert model.net_positions(owed)[host] == model.net_positions(right)[host]
    slipped = wrong["billed"] != wrong["card"]
    assert slipped.sum() == round((bills["host"] == host).sum() * percent / 100)
    assert (wrong.loc[slipped, "host"] == host).all()
    assert (wrong["billed"].astype(str) != wrong["host"].astype(str)).all()


def test_a_slip_takes_the_next_line_of_the_list():
    bills = pd.DataFrame({"card": [*"ACG"], "host": [*"BBB"], "billed": [*"ACG"], "fen": 1})
    wrong = model.misbill(bills, "B", MEMBERS, 100, 1)
    assert wrong["billed"].tolist() == [*"CDA"]
    with pytest.raises(ValueError, match="host = 'Z'"):
        model.misbill(bills, "Z", MEMBERS, 5, 1)
    with pytest.raises(ValueError, match="percent = 101"):
        model.misbill(bills, "B", MEMBERS, 101, 1)


@given(debts(), st.booleans())
def test_rounded_debts_still_cancel_but_are_no_longer_the_bills(owed, drop):
    rounded = model.to_yuan(owed, drop=drop)
    assert model.net_positions(rounded).sum() == 0
    assert (rounded % model.FEN == 0).all(axis=None)
    off = (rounded - owed).to_numpy()
    assert (abs(off) < model.FEN if drop else abs(off) <= model.FEN / 2).all()
    assert not drop or (off <= 0).all()


def test_rounded_net_positions_no_longer_cancel():
    net = pd.Series([160, 160, -320])
    assert model.to_yuan(net).tolist() == [200, 200, -300]
    assert model.to_yuan(net).sum() == 100


@given(debts(), st.data())
def test_losses_are_shared_to_the_fen_and_netting_never_adds_to_them(owed, data):
    nonpayer = data.draw(st.sampled_from(list(owed.index)))
    losses = model.losses(owed, nonpayer)
    gross, bilateral, multilateral = losses.sum()
    net = model.net_positions(owed)
    assert multilateral <= bilateral <= gross == owed.loc[nonpayer].sum()
    assert multilateral == max(-net[nonpayer], 0)
    assert (losses["multilateral"] <= net.clip(lower=0)).all()
    assert (losses.loc[nonpayer] == 0).all()


def test_a_loss_can_reach_a_province_that_never_dealt_with_the_nonpayer():
    # A owes B, B owes C: after netting B has nothing to do with it, and C waits for A.
    owed = pd.DataFrame([[0, 9, 0], [0, 0, 9], [0, 0, 0]], index=[*"ABC"], columns=[*"ABC"])
    losses = model.losses(owed, "A")
    assert losses["gross"].tolist() == [0, 9, 0]
    assert losses["multilateral"].tolist() == [0, 0, 9]
    with pytest.raises(ValueError, match="nonpayer = 'Z'"):
        model.losses(owed, "Z")


def test_money_is_written_with_two_decimals_whatever_its_size():
    assert model.money(5) == "0.05"
    assert model.money(-123456789) == "−1,234,567.89"
    assert model.money(900_719_925_474_099_301) == "9,007,199,254,740,993.01"
