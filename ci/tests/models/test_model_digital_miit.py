"""The model of lesson 08: a tree that fits the standard, sums that add up, alarms that obey theory."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from digigov import load
from digigov.models import digital_miit as model


@pytest.fixture(scope="module")
def counts():
    table = load("industry_classes")
    letters = table[table["scope_code"].str.fullmatch("[A-T]")]
    wide = letters.pivot(index="scope_code", columns="level", values="n_classes")
    return wide[["division", "group", "class"]]


@pytest.fixture(scope="module")
def world(counts):
    tree = model.class_tree(counts.loc[list("BCDI")], load("industry_divisions")["code"])
    places = load("provinces").query("code != '000000'").set_index("name")
    return model.economy(tree, places["gdp_2022_100m_yuan"], seed=1)


@st.composite
def small_worlds(draw):
    """Trees of any shape with two to four provinces."""
    divisions = [f"{s}{d:02d}" for s in "BC" for d in range(1, 1 + draw(st.integers(1, 3)))]
    rows = {}
    for section in "BC":
        n = sum(code.startswith(section) for code in divisions)
        groups = draw(st.integers(n, 9 * n))
        rows[section] = (n, groups, draw(st.integers(groups, 9 * groups)))
    table = pd.DataFrame.from_dict(rows, "index", columns=["division", "group", "class"])
    sizes = draw(st.lists(st.floats(0.1, 100), min_size=2, max_size=4))
    output = pd.Series(sizes, index=[f"P{n}" for n in range(len(sizes))])
    return model.economy(model.class_tree(table, divisions), output, draw(st.integers(0, 99)))


# ---------------------------------------------------------------------------------------- tree


def test_only_four_sections_have_the_counts_of_the_claim(counts):
    found = model.combinations_with(counts, [44, 224, 700])
    assert found["together"].tolist()[-1] == 1
    assert found["sections"].iloc[-1] == ("B", "C", "D", "I")
    assert counts.loc[list("BCDI")].sum().tolist() == [44, 224, 700]


def test_combinations_are_those_of_a_plain_search(counts):
    few = counts.iloc[:8]
    plain = [
        sum(
            tuple(few.loc[list(c)].sum()[: k + 1]) == (9, 46, 83)[: k + 1]
            for n in range(9)
            for c in itertools.combinations(few.index, n)
        )
        for k in range(3)
    ]
    assert model.combinations_with(few, [9, 46, 83])["together"].tolist() == plain


def test_sums_nobody_has_leave_no_combination(counts):
    assert model.combinations_with(counts, [44, 224, 701])["sections"].iloc[-1] == ()


def test_wrong_number_of_sums_is_refused(counts):
    with pytest.raises(ValueError, match="3 levels, wanted has 2 sums"):
        model.combinations_with(counts, [44, 224])


def test_tree_has_the_counts_of_every_section(counts, world):
    found = world.tree.groupby("section")[["division", "group", "class"]].nunique()
    assert (found == counts.loc[list("BCDI")]).all(axis=None)


def test_code_of_a_class_begins_with_those_of_its_branches(world):
    for _row, (section, division, group, code) in world.tree.iterrows():
        assert code.startswith(group)
        assert group.startswith(division)
        assert division.startswith(section)
    assert world.tree["class"].is_unique
    assert world.tree["class"].is_monotonic_increasing


def test_tree_without_a_division_of_its_section_is_refused(counts):
    codes = load("industry_divisions")["code"].tolist()
    codes.remove("C27")
    with pytest.raises(ValueError, match="section C: divisions = 30 codes, counts say 31"):
        model.class_tree(counts.loc[list("BCDI")], codes)


@pytest.mark.parametrize("total", [1, 19])
def test_children_that_cannot_be_dealt_are_refused(total):
    with pytest.raises(ValueError, match=f"total = {total} is out of range: 2 to 18"):
        model.branch(["B06", "B07"], total, np.random.default_rng(0))


# ---------------------------------------------------------------------------------- additivity


@settings(max_examples=40)
@given(small_worlds(), st.integers(0, 1000))
def test_panel_adds_up_at_every_level(world, seed):
    values = model.simulate(world, 12, np.random.default_rng(seed))
    total = values.sum(axis=(0, 1))
    for geography, level in [*model.MONITORS, ("nation", "industry")]:
        series = model.roll_up(world, values, geography, level)
        assert (series.sum(axis=(0, 1)) == total).all()
    for coarse, fine in itertools.pairwise(("industry", *model.LEVELS)):
        parts = model.roll_up(world, values, "province", fine)
        codes = world.tree[fine].unique()
        length = {"industry": 0, "section": 1, "division": 3, "group": 4}[coarse]
        parents = pd.Series(codes).str[:length].to_numpy()
        whole = model.roll_up(world, values, "province", coarse)
        for place, parent in enumerate(pd.unique(parents)):
            assert (parts[parents == parent].sum(axis=0) == whole[place]).all()


@settings(max_examples=40)
@given(small_worlds(), st.integers(0, 1000))
def test_climbing_gives_what_summing_from_the_bottom_gives(world, seed):
    values = model.simulate(world, 12, np.random.default_rng(seed))
    climbed = model.climb(world, values)
    assert list(climbed) == list(model.MONITORS)
    for (geography, level), series in climbed.items():
        assert (series == model.roll_up(world, values, geography, level)).all()


@settings(max_examples=25)
@given(small_worlds())
def test_table_holds_the_panel(world):
    values = model.simulate(world, 13, np.random.default_rng(3))
    table = model.to_table(world, values)
    assert len(table) == values.size
    for level, characters in {"section": 1, "division": 3, "group": 4}.items():
        branch = table["class"].astype(str).str[:characters]
        grouped = table.groupby([branch, "province", "month"], observed=True)["output"].sum()
        expected = model.roll_up(world, values, "province", level)
        found = grouped.unstack("month").to_numpy().reshape(expected.shape)
        assert (found == expected).all()


def test_full_panel_is_a_small_table(world):
    table = model.to_table(world, model.simulate(world, 120, np.random.default_rng(0)))
    assert len(table) == 700 * 31 * 120
    assert table.memory_usage(index=False).sum() < 14 * len(table)


def test_provinces_have_their_shares(world):
    gdp = load("provinces").query("code != '000000'")["gdp_2022_100m_yuan"].to_numpy()
    assert world.shares.sum(axis=0) == pytest.approx(gdp / gdp.sum())


@settings(max_examples=25)
@given(small_worlds(), st.floats(0, 0.99), st.data())
def test_shock_touches_its_branch_and_nothing_else(world, size, data):
    values = model.simulate(world, 12, np.random.default_rng(5))
    level = data.draw(st.sampled_from(model.LEVELS))
    code = data.draw(st.sampled_from(list(world.tree["division"].unique())))
    rows = world.branch_of(code, level)
    last = model.with_shock(values, rows, 1, size)
    changed = np.zeros(last.shape, dtype=bool)
    changed[rows, 1] = True
    assert (last[~changed] == values[:, :, -1][~changed]).all()
    kept = values[rows, 1, -1] * (1 - size)
    assert np.abs(last[rows, 1] - np.maximum(kept, 1)).max() <= 0.5
    for among in model.LEVELS:
        starts = world.starts(among)
        holds = np.array(
            [changed[a:b].any() for a, b in zip(starts, [*starts[1:], None], strict=True)]
        )
        assert (model.touches(world, among, rows) == holds).all()


# ------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize("months", [0, 11, 121])
def test_months_out_of_range_are_refused(world, months):
    with pytest.raises(ValueError, match=f"months = {months} is out of range: 12 to 120"):
        model.simulate(world, months, np.random.default_rng(0))


def test_province_that_does_not_exist_is_refused_with_those_that_do(world):
    with pytest.raises(
        ValueError, match=r"province = 'Atlantis' is not monitored: Beijing.*Xinjiang"
    ):
        world.province("Atlantis")


@pytest.mark.parametrize("code", ["Z99", "C12", ""])
def test_class_that_does_not_exist_is_refused_with_the_divisions(world, code):
    with pytest.raises(ValueError, match=f"class = '{code}' is not in the tree.*B06.*I65"):
        world.branch_of(code, "division")


def test_unknown_level_and_geography_are_refused(world):
    with pytest.raises(ValueError, match="level = 'sector' is not known: section"):
        world.branch_of("C27", "sector")
    with pytest.raises(ValueError, match="level = 'sector' is not known: industry"):
        world.starts("sector")
    with pytest.raises(ValueError, match="geography = 'county' is not known: nation, province"):
        model.roll_up(world, np.ones((700, 31)), "county", "class")


@pytest.mark.parametrize("size", [-0.1, 1])
def test_shock_of_an_impossible_size_is_refused(world, size):
    with pytest.raises(ValueError, match=f"size = {size} is out of range"):
        model.with_shock(np.ones((700, 31, 12), dtype=np.int64), slice(0, 1), 0, size)


def test_province_without_output_is_refused(world):
    with pytest.raises(ValueError, match="output of 'B' must be positive"):
        model.economy(world.tree, pd.Series({"A": 1.0, "B": 0.0}), 1)


# -------------------------------------------------------------------------------------- alarms


@pytest.fixture(scope="module")
def results(world):
    shocks = {level: world.branch_of("C27", level) for level in model.LEVELS}
    return model.trials(world, 24, shocks, world.province("Hubei"), 0.3, 30, 1)


def test_calm_scores_follow_students_t(results):
    calm = results["province", "class"]["calm"]
    for threshold in (2, 3, 4):
        rings = (calm < -threshold).sum(axis=1)
        expected = model.alarms_by_luck(21_700, 24, threshold)
        error = rings.std(ddof=1) / np.sqrt(len(rings))
        assert rings.mean() == pytest.approx(expected, abs=4 * error + 0.5)


def test_shock_of_a_division_is_best_seen_at_its_level(results):
    at = model.rates(results, "division", [5]).set_index(["geography", "level"])
    there = at.loc[("province", "division")]
    assert there["hits"] > at.loc[("province", "class"), "hits"] + 0.2
    assert there["hits"] > at.loc[("nation", "division"), "hits"] + 0.5
    assert there["false_alarms"] < at.loc[("province", "class"), "false_alarms"]


@given(st.integers(1, 300), st.data())
def test_interval_of_a_share_is_that_of_scipy(trials, data):
    successes = data.draw(st.integers(0, trials))
    expected = stats.binomtest(successes, trials).proportion_ci(method="wilson")
    assert model.wilson(successes, trials) == pytest.approx(tuple(expected), abs=1e-12)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_interval_of_a_mean_count_is_no_narrower_than_poissons_or_students(counts):
    counts = np.array(counts)
    n, total = len(counts), counts.sum()
    low, high = model.mean_count(counts)
    assert 0 <= low <= total / n <= high
    exact_low = stats.chi2.ppf(0.025, 2 * total) / 2 / n if total else 0
    assert low <= exact_low + 1e-9
    assert high >= stats.chi2.ppf(0.975, 2 * total + 2) / 2 / n - 1e-9
    if n > 1:
        half = stats.t.ppf(0.975, n - 1) * counts.std(ddof=1) / n**0.5
        assert low <= max(0, total / n - half) + 1e-9
        assert high >= total / n + half - 1e-9


def test_no_alarm_in_thirty_months_may_still_be_one_in_eight():
    assert model.mean_count(np.zeros(30, dtype=int)) == pytest.approx((0, 0.1230), abs=1e-4)


@pytest.mark.parametrize(("mean", "spread"), [(0.1, 1), (2, 1), (2, 1.3), (40, 1.5), (800, 3)])
def test_interval_of_a_mean_count_holds_it_in_19_of_20_samples(mean, spread):
    """Also when alarms come together, so that their variance is a multiple of the mean as here."""
    rng = np.random.default_rng(4754)
    rate = mean if spread == 1 else rng.gamma(mean / (spread - 1), spread - 1, size=(2000, 30))
    counts = rng.poisson(rate, size=(2000, 30))
    intervals = [model.mean_count(row) for row in counts]
    # Over 2000 samples the share of 0.95 itself strays by half a percent.
    assert np.mean([low <= mean <= high for low, high in intervals]) > 0.93


@pytest.mark.parametrize(("months", "threshold"), [(12, 3), (60, 4), (120, 2)])
def test_luck_is_a_tail_of_students_t(months, threshold):
    tail = stats.t.cdf(-threshold, months - 2)
    assert model.alarms_by_luck(21_700, months, threshold) == pytest.approx(21_700 * tail)


def test_higher_threshold_never_rings_more(results):
    for _monitor, rows in model.rates(results, "group", [2, 3, 4, 5]).groupby(
        ["geography", "level"]
    ):
        assert rows["hits"].is_monotonic_decreasing
        assert rows["false_alarms"].is_monotonic_decreasing
        assert ((rows["low"] <= rows["hits"]) & (rows["hits"] <= rows["high"])).all()
        inside = rows["false_alarms"].between(rows["false_low"], rows["false_high"])
        assert inside.all()


@given(st.floats(0, 3.9))
def test_threshold_raises_the_alarms_asked_for(alarms):
    calm = np.random.default_rng(1).normal(size=(10, 4))
    threshold = model.threshold_for(calm, alarms)
    assert (calm < -threshold).sum() == int(alarms * 10)


def test_more_alarms_than_series_are_refused():
    with pytest.raises(ValueError, match="alarms = 4 is out of range: 0 to less than 4"):
        model.threshold_for(np.zeros((10, 4)), 4)


def test_scores_of_one_world_are_those_of_the_trials(world, results):
    values = model.simulate(world, 24, np.random.default_rng((1, 0)))
    column, rows = world.province("Hubei"), world.branch_of("C27", "division")
    scores = model.scores_of(world, values, model.with_shock(values, rows, column, 0.3))
    hit = model.touches(world, "group", rows)
    lowest = scores["province", "group"][hit, column].min()
    assert lowest == pytest.approx(results["province", "group"]["division"][0], rel=1e-3)


def test_short_memory_rings_more_often(world):
    found = model.alarms_by_memory(world, 36, 3, [12, 36, 60], 5, 1)
    assert found["months"].tolist() == [12, 36]
    assert found["mean"].iloc[0] > 2 * found["mean"].iloc[1]
    assert model.alarms_by_luck(100, 12, 3) > model.alarms_by_luck(100, 120, 3)


def test_no_world_is_refused(world):
    with pytest.raises(ValueError, match="n_worlds = 0 must be positive"):
        model.trials(world, 12, {}, 0, 0.3, 0, 1)
