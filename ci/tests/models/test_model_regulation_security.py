"""The models of lesson 18: inspections, availability, waiting, and the backlog of an outage."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from digigov import load
from digigov.models.regulation_security import (
    GROUPS,
    MEASURES,
    RULES,
    backlog,
    chain_availability,
    clearing_time,
    confusion,
    downtime_hours,
    draw_firms,
    erlang_c,
    firm_groups,
    forced_cells,
    load_allowed,
    many_cities,
    mean_wait,
    measures,
    rates,
    servers_needed,
    simulate_queue,
    thresholds,
)

SERIES = load("platform_series")
inside = st.floats(0.02, 0.98)
base_rates = st.floats(0.05, 0.9)
availabilities = st.floats(0, 0.999999)

slow = settings(max_examples=40)


@pytest.fixture(scope="module")
def groups():
    return firm_groups(SERIES)


@st.composite
def queues(draw: st.DrawFn) -> tuple[int, float]:
    servers = draw(st.integers(1, 60))
    return servers, servers * draw(st.floats(0.01, 0.99))


# --- inspections --------------------------------------------------------------------------------


def test_groups_are_as_large_as_published(groups):
    assert groups.index.tolist() == list(GROUPS)
    assert groups["firms"].tolist() == [56_737_000, 122_000_000]
    assert groups["share"].sum() == pytest.approx(1)
    assert (groups["a"] / (groups["a"] + groups["b"])).tolist() == pytest.approx([0.2, 0.1])


def test_a_base_rate_beyond_the_whole_is_refused():
    with pytest.raises(ValueError, match=r"base_rate of enterprises = 1\.2 is not allowed"):
        firm_groups(SERIES, {"enterprises": 1.2, "individual_businesses": 0.1})


@given(threshold=st.floats(0.01, 0.95))
@slow
def test_rates_are_the_integrals_of_a_calibrated_score(threshold):
    groups = firm_groups(SERIES)
    found = rates(groups, pd.Series(threshold, groups.index))
    for name, row in groups.iterrows():
        spread = beta(row.a, row.b).pdf
        inspected = quad(spread, threshold, 1)[0]
        guilty = quad(lambda score, f=spread: score * f(score), threshold, 1)[0]
        assert found.loc[name, "inspected"] == pytest.approx(inspected, abs=1e-6)
        assert found.loc[name, "missed"] == pytest.approx(1 - guilty / row.base_rate, abs=1e-6)
        assert found.loc[name, "hits"] == pytest.approx(guilty / inspected, abs=1e-6)
        honest = (inspected - guilty) / (1 - row.base_rate)
        assert found.loc[name, "false_alarms"] == pytest.approx(honest, abs=1e-6)


@given(budget=st.floats(0.02, 0.9), rule=st.sampled_from(RULES), low=base_rates, high=base_rates)
@slow
def test_every_rule_keeps_the_inspectors_busy_and_makes_its_own_measure_equal(
    budget, rule, low, high
):
    base = {"enterprises": low, "individual_businesses": high}
    groups = firm_groups(SERIES, base)
    limits = thresholds(groups, rule, budget)
    found = rates(groups, limits)
    assert groups["share"] @ found["inspected"] == pytest.approx(budget, abs=1e-6)
    equal = {
        "none": limits,
        "equal_rate": found["inspected"],
        "equal_error": found["false_alarms"],
    }
    assert equal[rule].iloc[0] == pytest.approx(equal[rule].iloc[1], abs=1e-6)


@given(budget=st.floats(0.05, 0.8), low=base_rates, high=base_rates)
@slow
def test_no_rule_finds_more_than_one_threshold(budget, low, high):
    base = {"enterprises": low, "individual_businesses": high}
    groups = firm_groups(SERIES, base)
    found = [
        (groups["share"] * groups["base_rate"])
        @ (1 - rates(groups, thresholds(groups, rule, budget))["missed"])
        for rule in RULES
    ]
    assert found[0] >= max(found) - 1e-6


def test_an_unknown_rule_and_an_empty_budget_are_refused(groups):
    with pytest.raises(
        ValueError, match="rule = 'luck' is not known: none, equal_rate, equal_error"
    ):
        thresholds(groups, "luck", 0.2)
    with pytest.raises(ValueError, match="budget = 0 is not allowed"):
        thresholds(groups, "none", 0)


def test_where_nobody_is_inspected_there_is_no_share_of_hits(groups):
    found = rates(groups, pd.Series(1.0, groups.index))
    assert found["inspected"].tolist() == [0, 0]
    assert found["hits"].isna().all()


def test_the_same_score_means_the_same_risk_in_both_groups(groups):
    firms = draw_firms(groups, 400_000, np.random.default_rng(1))
    firms["band"] = (10 * firms["score"]).astype(int)
    for (_group, _band), part in firms.groupby(["group", "band"], observed=True):
        if len(part) > 500:
            error = part["violates"].std() / math.sqrt(len(part))
            assert part["violates"].mean() == pytest.approx(part["score"].mean(), abs=5 * error)


@given(seed=st.integers(0, 1000), n_firms=st.integers(1, 300), low=inside, high=inside)
@slow
def test_a_confusion_matrix_counts_every_firm_once(seed, n_firms, low, high):
    groups = firm_groups(SERIES)
    firms = draw_firms(groups, n_firms, np.random.default_rng(seed))
    limits = pd.Series([low, high], groups.index)
    cells = confusion(firms, limits)
    assert cells.to_numpy().sum() == n_firms
    for name, limit in limits.items():
        mine = firms[firms["group"] == name]
        inspected = mine["score"] > limit
        assert cells.loc[name, "tp"] == (inspected & mine["violates"]).sum()
        assert cells.loc[name, ["tp", "fp"]].sum() == inspected.sum()
        assert cells.loc[name, ["tp", "fn"]].sum() == mine["violates"].sum()


def test_drawn_cities_agree_with_the_rates_on_paper(groups):
    limits = {rule: thresholds(groups, rule, 0.2) for rule in RULES}
    cities = many_cities(groups, limits, n_firms=4000, n_cities=60, seed=5)
    assert len(cities) == 60 * len(RULES) * len(GROUPS)
    for rule in RULES:
        drawn = cities[cities["rule"] == rule].groupby("group", observed=True)[list(MEASURES)]
        off = (drawn.mean() - rates(groups, limits[rule])).abs()
        # The shares of a city are ratios of counts: their mean is off by a little, too.
        assert (off < 5 * drawn.sem() + 0.002).all(axis=None)


def test_cities_depend_on_the_seed_alone(groups):
    limits = {"none": thresholds(groups, "none", 0.2)}
    one, same, other = (many_cities(groups, limits, 200, 2, seed) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


# --- what cannot hold together ------------------------------------------------------------------


@given(p=inside, hits=st.floats(0.05, 1), detection=st.floats(0.01, 1))
def test_the_identity_of_chouldechova_holds_for_every_confusion_matrix(p, hits, detection):
    forced = p / (1 - p) * (1 - hits) / hits * detection
    if forced > 1 + 1e-9:
        with pytest.raises(ValueError, match="no rule has hits"):
            forced_cells(1000, p, hits, detection)
        return
    if forced > 1 - 1e-9:
        return
    cells = forced_cells(1000, p, hits, detection)
    assert sum(cells.values()) == pytest.approx(1000)
    assert min(cells.values()) > -1e-9
    found = measures(cells)
    assert found["false_alarms"] == pytest.approx(forced, abs=1e-12)
    assert found["missed"] == pytest.approx(1 - detection, abs=1e-9)


@given(counts=st.lists(st.integers(1, 500), min_size=4, max_size=4))
def test_the_identity_holds_for_counted_cells_and_the_cells_come_back(counts):
    cells = dict(zip(("tp", "fp", "fn", "tn"), counts, strict=True))
    tp, _fp, fn, _tn = counts
    found = measures(cells)
    total = sum(cells.values())
    p = (tp + fn) / total
    forced = p / (1 - p) * (1 - found["hits"]) / found["hits"] * (1 - found["missed"])
    assert found["false_alarms"] == pytest.approx(forced)
    again = forced_cells(total, p, found["hits"], 1 - found["missed"])
    assert list(again.values()) == pytest.approx(list(cells.values()))


@given(p=inside, q=inside, hits=st.floats(0.2, 0.95), detection=st.floats(0.05, 1))
def test_equal_hits_and_equal_detection_force_unequal_false_alarms(p, q, hits, detection):
    try:
        one, other = (measures(forced_cells(1.0, rate, hits, detection)) for rate in (p, q))
    except ValueError:
        return
    assert one["hits"] == pytest.approx(other["hits"])
    assert one["missed"] == pytest.approx(other["missed"], abs=1e-9)
    if abs(p - q) > 0.01:
        assert (one["false_alarms"] > other["false_alarms"]) == (p > q)


@given(p=inside, q=inside, detection=st.floats(0.05, 1))
def test_a_rule_without_errors_among_the_inspected_escapes(p, q, detection):
    alarms = [measures(forced_cells(1.0, rate, 1, detection))["false_alarms"] for rate in (p, q)]
    assert alarms == [0, 0]


@given(low=base_rates, high=base_rates)
@settings(max_examples=30)
def test_a_calibrated_score_favours_the_same_group_in_both_classes(low, high):
    """Kleinberg, Mullainathan and Raghavan (2016): mean scores agree in both classes, or in none."""
    groups = firm_groups(SERIES, {"enterprises": low, "individual_businesses": high})
    steps = (np.arange(50) + 0.5) / 50
    above = [1 - rates(groups, pd.Series(step, groups.index))["missed"] for step in steps]
    honest = [rates(groups, pd.Series(step, groups.index))["false_alarms"] for step in steps]
    guilty_gap, honest_gap = (
        (sum(share)["enterprises"] - sum(share)["individual_businesses"]) / 50
        for share in (above, honest)
    )
    if abs(low - high) > 0.02:
        assert (guilty_gap > 0) == (honest_gap > 0) == (low > high)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"hits": 0}, "hits = 0 is not allowed: above 0"),
        ({"detection": 1.1}, r"detection = 1\.1 is not allowed"),
        ({"base_rate": 0}, "base_rate = 0 is not allowed"),
        ({"n_firms": 0}, "n_firms = 0 is not allowed: a positive number"),
        ({"base_rate": 0.6, "hits": 0.1, "detection": 1}, "no rule has hits = 0.1"),
    ],
)
def test_shares_that_no_rule_has_are_refused(values, message):
    with pytest.raises(ValueError, match=message):
        forced_cells(**{"n_firms": 100, "base_rate": 0.2, "hits": 0.5, "detection": 0.5, **values})


# --- availability -------------------------------------------------------------------------------


def test_three_nines_are_eight_hours_and_three_quarters():
    assert downtime_hours(0.999) == pytest.approx(8.76)


@pytest.mark.parametrize("value", [1, 1.0, 1.5, -0.1, math.nan])
def test_an_availability_of_one_or_more_is_refused(value):
    message = f"availability = {value} is not allowed: from 0 to below 1"
    with pytest.raises(ValueError, match=message):
        downtime_hours(value)
    with pytest.raises(ValueError, match=message):
        chain_availability(value, 2)


@given(up=availabilities, systems=st.integers(1, 30), copies=st.integers(1, 4))
def test_a_longer_chain_is_up_less_and_more_copies_are_up_more(up, systems, copies):
    here = chain_availability(up, systems, copies)
    assert 0 <= here <= 1
    assert chain_availability(up, systems + 1, copies) <= here
    assert chain_availability(up, systems, copies + 1) >= here
    assert chain_availability(up, 1) == pytest.approx(up, abs=1e-12)


@given(up=st.floats(0.9, 0.99999), systems=st.integers(1, 30))
def test_a_chain_is_down_at_most_as_long_as_its_links_together(up, systems):
    down = downtime_hours(chain_availability(up, systems))
    assert downtime_hours(up) * (1 - 1e-9) <= down <= systems * downtime_hours(up) * (1 + 1e-9)


@pytest.mark.parametrize(("systems", "copies"), [(0, 1), (1, 0), (2.5, 1)])
def test_a_chain_without_systems_or_copies_is_refused(systems, copies):
    with pytest.raises(ValueError, match="is not allowed: a whole number, 1 or more"):
        chain_availability(0.9, systems, copies)


# --- waiting ------------------------------------------------------------------------------------


@given(queue=queues())
def test_erlang_c_is_the_textbook_sum(queue):
    servers, offered = queue
    terms = [n * math.log(offered) - math.lgamma(n + 1) for n in range(servers + 1)]
    last = math.exp(terms[-1]) * servers / (servers - offered)
    expected = last / (sum(math.exp(term) for term in terms[:-1]) + last)
    assert erlang_c(servers, offered) == pytest.approx(expected, rel=1e-9)


@given(queue=queues())
def test_erlang_c_lies_between_loss_and_the_load_of_one_server(queue):
    servers, offered = queue
    busy = offered / servers
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = offered * blocked / (n + offered * blocked)
    waits = erlang_c(servers, offered)
    assert blocked - 1e-12 <= waits <= busy + 1e-12
    assert mean_wait(servers, offered) == pytest.approx(waits / (servers - offered))


@given(queue=queues())
def test_a_server_more_or_a_load_less_shortens_the_wait(queue):
    servers, offered = queue
    assert erlang_c(servers + 1, offered) < erlang_c(servers, offered)
    assert erlang_c(servers, 0.9 * offered) < erlang_c(servers, offered)


@given(queue=queues())
def test_two_halls_made_one_wait_less(queue):
    servers, offered = queue
    assert mean_wait(2 * servers, 2 * offered) < mean_wait(servers, offered)


@given(busy=st.floats(0.01, 0.99))
def test_one_and_two_servers_are_known_by_hand(busy):
    assert erlang_c(1, busy) == pytest.approx(busy)
    assert mean_wait(1, busy) == pytest.approx(busy / (1 - busy))
    assert erlang_c(2, 2 * busy) == pytest.approx(2 * busy**2 / (1 + busy))


def test_the_formula_neither_overflows_nor_cancels_at_the_size_of_a_platform():
    assert 0 < erlang_c(20_000, 19_900) < 1
    assert erlang_c(20_000, 10) == 0
    assert erlang_c(5, 0) == 0


@pytest.mark.parametrize("question", [erlang_c, mean_wait])
@pytest.mark.parametrize(
    ("servers", "offered", "message"),
    [
        (0, 0.5, "servers = 0 is not allowed: a whole number, 1 or more"),
        (-2, 0.5, "servers = -2 is not allowed"),
        (2.5, 0.5, r"servers = 2\.5 is not allowed"),
        (3, 3, "load = 3 needs more than 3 servers: .* the queue grows for ever"),
        (3, 4.2, r"load = 4\.2 needs more than 3 servers"),
        (3, -1, "load = -1 is not allowed: a number of erlangs, 0 or more"),
        (3, math.nan, "load = nan is not allowed"),
    ],
)
def test_queues_that_cannot_be_are_refused(question, servers, offered, message):
    with pytest.raises(ValueError, match=message):
        question(servers, offered)
    with pytest.raises(ValueError, match=message):
        simulate_queue(servers, offered, 10, 2, 0)


@given(offered=st.floats(0.01, 300), limit=st.floats(0.001, 0.9))
def test_the_servers_needed_are_enough_and_one_less_is_not(offered, limit):
    servers = servers_needed(offered, limit)
    assert erlang_c(servers, offered) <= limit
    if servers - 1 > offered:
        assert erlang_c(servers - 1, offered) > limit


@given(servers=st.integers(1, 80), limit=st.floats(0.001, 0.9))
def test_the_load_allowed_just_keeps_the_limit(servers, limit):
    allowed = load_allowed(servers, limit)
    assert 0 < allowed < servers
    assert erlang_c(servers, allowed) == pytest.approx(limit, abs=1e-6)


@pytest.mark.parametrize(
    ("offered", "limit", "message"),
    [
        (-1, 0.1, "load = -1"),
        (math.inf, 0.1, "load = inf"),
        (2, 0, "limit = 0 is not"),
        (2, 1, "limit = 1 is not"),
    ],
)
def test_servers_for_nothing_sensible_are_refused(offered, limit, message):
    with pytest.raises(ValueError, match=message):
        servers_needed(offered, limit)


@given(servers=st.integers(1, 8), busy=st.floats(0.2, 0.85), seed=st.integers(0, 10_000))
@settings(max_examples=25, derandomize=True)
def test_simulated_waiting_agrees_with_erlang_within_its_error(servers, busy, seed):
    offered = servers * busy
    runs = simulate_queue(servers, offered, n_arrivals=2500, n_runs=50, seed=seed)
    for measured, exact in (("waits", erlang_c), ("wait", mean_wait)):
        expected = exact(servers, offered)
        error = runs[measured].sem()
        # At low loads with many servers few runs see anybody wait: half a percent of room.
        assert runs[measured].mean() == pytest.approx(expected, abs=4.5 * error + 0.005 * expected)


def test_a_queue_without_arrivals_is_refused_and_a_seed_repeats():
    with pytest.raises(ValueError, match="load = 0 is not allowed: nobody would arrive"):
        simulate_queue(2, 0, 10, 2, 0)
    one, same, other = (simulate_queue(2, 1.5, 200, 3, seed) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


# --- the backlog of an outage -------------------------------------------------------------------


@given(busy=st.floats(0.01, 0.99), outage=st.floats(0, 100))
def test_what_is_spare_works_off_exactly_what_the_outage_left(busy, outage):
    cleared = clearing_time(busy, outage)
    assert cleared * (1 - busy) == pytest.approx(outage * busy, abs=1e-9)


@given(busy=st.floats(0.05, 0.98))
def test_a_backlog_rises_with_the_load_and_falls_with_what_is_spare(busy):
    end = 1 + clearing_time(busy)
    times = np.array([0, 0.5, 1, (1 + end) / 2, end, end + 1])
    left = backlog(times, busy)
    assert left.tolist() == pytest.approx([0, 0.5, 1, 0.5, 0, 0], abs=1e-9)
    # In uses that arrive during an outage: arrivals continue, capacity is 1 / busy of them.
    slope = (left[3] - left[2]) / (times[3] - times[2])
    assert slope == pytest.approx(1 - 1 / busy)


@pytest.mark.parametrize("busy", [1, 1.2, -0.1])
def test_without_spare_capacity_a_backlog_never_clears(busy):
    with pytest.raises(ValueError, match=f"utilisation = {busy} is not allowed"):
        clearing_time(busy)


def test_an_outage_of_negative_length_is_refused():
    with pytest.raises(ValueError, match="outage = -1 is not allowed"):
        clearing_time(0.5, -1)
