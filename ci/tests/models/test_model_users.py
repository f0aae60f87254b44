"""The working models of lesson 03."""

import math
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digigov.charts import VEGALITE_MIME
from digigov.course.data.gate import refresh_hashes
from digigov.course.lessons import find_lesson
from digigov.course.runs.execution import execute
from digigov.course.runs.run import Run
from digigov.data import DATASETS_VARIABLE, DatasetError, datasets_dir, load
from digigov.i18n import language
from digigov.models.users import (
    NATIONAL,
    OPEN,
    WHOLE,
    attributions,
    complete_years,
    contradiction,
    denominators,
    doubling_interval,
    doubling_time,
    issue_accounts,
    overlap_bounds,
    provincial_users,
    reading,
    simulate,
    union_bounds,
)
from digigov.quantities import Interval

shares = st.floats(0, 1)
positions = st.floats(0, 1)
seeds = st.integers(0, 2**31 - 1)
persons = st.floats(1, 2e9)
months = st.floats(0.1, 1000)


def both_at(national, provincial, position):
    """An overlap that Fréchet's bounds allow."""
    bounds = overlap_bounds(national, provincial)
    return bounds.low + position * bounds.width


# --- denominators -------------------------------------------------------------------------------


def test_denominators_of_the_course_are_nested_and_complete():
    table = denominators(load("provinces"), load("internet"))
    assert list(table.index) == [2020, 2021, 2022, 2023, 2024]
    assert (table["population"] > table["aged_15_plus"]).all()
    assert (table["aged_15_plus"] > table["internet_users"]).all()
    assert table.loc[2022, "aged_15_plus"] == pytest.approx(1_411_750_000 * 0.8205)


@pytest.mark.parametrize("year", [2020, 2022, 2024])
def test_a_missing_year_is_refused_by_table_column_and_year(year):
    internet = load("internet").query(f"period != '{year}-12'")
    with pytest.raises(DatasetError) as error:
        denominators(load("provinces"), internet)
    message = str(error.value)
    for part in ("'denominators'", "internet_users", str(year), "every year from 2020 to 2024"):
        assert part in message


def test_a_missing_population_is_refused_in_the_language_of_the_lesson():
    provinces = load("provinces").drop(columns="pop_2023_10k")
    with (
        language("zh"),
        pytest.raises(DatasetError, match="表'denominators'：2023年末的population缺失"),
    ):
        denominators(provinces, load("internet"))


@pytest.mark.parametrize(("lang", "said"), [("en", "of 2022 is missing"), ("zh", "2022年末的")])
def test_a_missing_year_stops_the_lesson_before_any_chart(tmp_path, monkeypatch, lang, said):
    folder = tmp_path / "datasets"
    shutil.copytree(datasets_dir(), folder)
    table = folder / "internet.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("51,2022-12,users,all,")]
    assert len(kept) == len(lines) - 1
    table.write_text("".join(kept), encoding="utf-8")
    refresh_hashes(folder)
    monkeypatch.setenv(DATASETS_VARIABLE, str(folder))
    outcome = execute(Run(find_lesson("03"), lang, "default", {}))
    record, notebook = outcome.record, outcome.notebook
    (problem,) = record.problems
    assert "denominators" in problem and "internet_users" in problem and said in problem
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert not any(VEGALITE_MIME in output.get("data", {}) for output in outputs)


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf])
def test_a_denominator_that_is_no_number_of_persons_is_refused(value):
    table = pd.DataFrame({"people": [10.0, value]}, index=[2021, 2022])
    with pytest.raises(DatasetError, match="people for the end of 2022 is missing or not positive"):
        complete_years(table, "mine", [2021, 2022])


def test_a_repeated_year_is_refused():
    table = pd.DataFrame({"people": [10.0, 11.0]}, index=[2022, 2022])
    with pytest.raises(DatasetError, match="2022 occurs twice"):
        complete_years(table, "mine", [2022])


def test_years_that_are_not_needed_may_be_missing():
    table = pd.DataFrame({"people": [10.0, math.nan]}, index=[2021, 2022])
    assert list(complete_years(table, "mine", [2021]).index) == [2021]


# --- growth -------------------------------------------------------------------------------------


@given(first=persons, doublings=st.floats(0.01, 20), between=months)
def test_doubling_time_is_the_time_of_one_doubling(first, doublings, between):
    time = doubling_time(first, first * 2**doublings, between)
    assert time == pytest.approx(between / doublings, rel=1e-6)


def test_what_stands_still_never_doubles():
    assert doubling_time(1e9, 1e9, 12) == math.inf


@pytest.mark.parametrize("arguments", [(2, 1, 12), (0, 1, 12), (1, 2, 0)])
def test_a_fall_or_no_time_has_no_doubling_time(arguments):
    with pytest.raises(ValueError, match=r"allowed is 0 < first <= last|must be positive"):
        doubling_time(*arguments)


@given(
    first=st.tuples(persons, persons),
    last=st.tuples(persons, persons),
    between=months,
    where=st.tuples(positions, positions),
)
def test_doubling_interval_holds_the_time_of_every_growth_that_is_possible(
    first, last, between, where
):
    first, last = (Interval(*sorted(pair)) for pair in (first, last))
    assume(last.high >= first.low)
    start, end = (i.low + at * i.width for i, at in zip((first, last), where, strict=True))
    assume(start <= end)
    allowed = doubling_interval(first, last, between)
    time = doubling_time(start, end, between)
    assert allowed.low * (1 - 1e-9) <= time <= allowed.high * (1 + 1e-9)


def test_two_equal_lower_bounds_allow_everything():
    bound = reading(1e9, "over")
    assert doubling_interval(bound, bound, 12) == Interval(0, math.inf)


def test_a_sure_fall_is_refused():
    with pytest.raises(ValueError, match="falls whatever it was"):
        doubling_interval(Interval(10, 11), Interval(8, 9), 12)


def test_a_qualifier_is_an_interval():
    assert reading(4e8, "over", 1e8) == Interval(4e8, 5e8)
    assert reading(4e8, "nearly", 1e8) == Interval(3e8, 4e8)
    assert reading(4e8, "nearly") == Interval(0, 4e8)
    assert reading(4e8, "exact") == reading(4e8, "about") == Interval(4e8, 4e8)
    with pytest.raises(ValueError, match="'almost' is not one of"):
        reading(4e8, "almost")


# --- attribution --------------------------------------------------------------------------------


def figures(*rows):
    table = pd.DataFrame(rows, columns=["name", "date", "low", "high", "platform"])
    return table.set_index("name").assign(date=pd.to_datetime(table["date"]).to_numpy())


def test_the_808_and_the_809_million_are_of_different_platforms():
    known = figures(
        ("809", "2020-12-31", 809, 809, OPEN),
        ("1000", "2021-12-31", 1000, math.inf, WHOLE),
        ("808", "2022-12-31", 808, 808, OPEN),
    )
    ways = attributions(known).set_index(["809", "808"])["excess"]
    assert ways[WHOLE, NATIONAL] == 0
    assert ways[NATIONAL, NATIONAL] == 1
    assert ways[NATIONAL, WHOLE] == ways[WHOLE, WHOLE] == 192


def test_a_part_may_not_exceed_the_whole_then_or_later_but_may_pass_what_it_was_before():
    whole, part = ("whole", "2021-12-31", 10, 10, WHOLE), ("part", "2020-12-31", 12, 12, NATIONAL)
    assert contradiction(figures(whole, part)) == 2
    assert contradiction(figures(whole, ("part", "2021-12-31", 12, 12, NATIONAL))) == 2
    assert contradiction(figures(whole, ("part", "2022-12-31", 12, 12, NATIONAL))) == 0


@given(data=st.data(), n=st.integers(1, 6))
def test_what_grew_within_the_rules_is_never_contradicted(data, n):
    dates = pd.date_range("2020-01-31", periods=n, freq="ME")
    parts = np.cumsum(data.draw(st.lists(st.floats(0, 1e9), min_size=n, max_size=n)))
    rest = np.cumsum(data.draw(st.lists(st.floats(0, 1e9), min_size=n, max_size=n)))
    slack = data.draw(st.floats(0, 1e8))
    rows = [
        (f"{platform}{i}", date, values[i] - slack, values[i] + slack, platform)
        for platform, values in ((NATIONAL, parts), (WHOLE, parts + rest))
        for i, date in enumerate(dates)
    ]
    assert contradiction(figures(*rows)) <= 1e-6


@given(widen=st.floats(0, 1e9))
def test_a_looser_reading_never_adds_a_contradiction(widen):
    known = figures(
        ("a", "2020-12-31", 809e6, 809e6, OPEN),
        ("b", "2021-12-31", 400e6, 400e6, NATIONAL),
        ("c", "2022-12-31", 808e6, 808e6, OPEN),
    )
    loose = known.assign(high=known["high"] + widen)
    assert (attributions(loose)["excess"] <= attributions(known)["excess"]).all()


@pytest.mark.parametrize(
    ("platform", "message"), [(WHOLE, "nothing to attribute"), ("portal", "'portal' is not one of")]
)
def test_figures_that_cannot_be_attributed_are_refused(platform, message):
    with pytest.raises(ValueError, match=message):
        attributions(figures(("a", "2020-12-31", 1, 1, platform)))


# --- federated identity -------------------------------------------------------------------------


@given(first=shares, second=shares, position=positions)
def test_union_and_overlap_make_up_both_groups(first, second, position):
    both = both_at(first, second, position)
    union = first + second - both
    bounds = union_bounds(first, second)
    assert bounds.low - 1e-9 <= union <= bounds.high + 1e-9
    assert union_bounds(first, second) == Interval(max(first, second), min(1.0, first + second))


@given(first=shares, second=shares)
def test_bounds_are_reached_by_nested_and_by_avoiding_groups(first, second):
    overlap, union = overlap_bounds(first, second), union_bounds(first, second)
    assert first + second - overlap.high == pytest.approx(union.low)
    assert first + second - overlap.low == pytest.approx(union.high)


@pytest.mark.parametrize("bounds", [overlap_bounds, union_bounds])
@pytest.mark.parametrize("share", [-0.1, 1.1, math.nan])
def test_what_is_no_share_has_no_bounds(bounds, share):
    with pytest.raises(ValueError, match=r"second = .* is not a share of the population: 0 to 1"):
        bounds(0.5, share)


@given(
    n_people=st.integers(1, 1_000_000),
    national=shares,
    provincial=shares,
    position=positions,
    seed=seeds,
)
def test_every_simulated_population_stays_within_the_bounds_of_its_own_sizes(
    n_people, national, provincial, position, seed
):
    both = both_at(national, provincial, position)
    runs = simulate(n_people, national, provincial, both, seed=seed, n_runs=20)
    assert (runs >= 0).all(axis=None)
    assert (runs.sum(axis="columns") == n_people).all()
    for run in runs.itertuples():
        first, second = run.both + run.national, run.both + run.provincial
        assert max(0, first + second - n_people) <= run.both <= min(first, second)
        union = run.both + run.national + run.provincial
        assert max(first, second) <= union <= min(n_people, first + second)


@given(national=shares, provincial=shares, position=positions, seed=seeds)
def test_simulation_meets_its_probabilities(national, provincial, position, seed):
    both = both_at(national, provincial, position)
    runs = simulate(100_000, national, provincial, both, seed=seed, n_runs=50) / 100_000
    assert runs["both"].mean() == pytest.approx(both, abs=0.002)
    assert (runs["both"] + runs["national"]).mean() == pytest.approx(national, abs=0.002)
    assert (runs["both"] + runs["provincial"]).mean() == pytest.approx(provincial, abs=0.002)


@given(national=shares, provincial=shares, beyond=st.floats(1e-6, 1))
def test_an_overlap_beyond_the_bounds_is_refused(national, provincial, beyond):
    bounds = overlap_bounds(national, provincial)
    for both in (bounds.low - beyond, bounds.high + beyond):
        with pytest.raises(ValueError, match=r"both = .* is impossible .* allowed is"):
            simulate(10, national, provincial, both, seed=1)


def test_nobody_is_no_population():
    with pytest.raises(ValueError, match="n_people = 0"):
        simulate(0, 0.5, 0.5, 0.25, seed=1)


@given(national=persons, rest=st.floats(0, 2e9), overlap=shares)
def test_provincial_users_fill_the_whole(national, rest, overlap):
    whole = national + rest
    provincial = provincial_users(national, whole, overlap)
    assert national + provincial - overlap * national == pytest.approx(whole)
    assert whole - national <= provincial * (1 + 1e-9)
    assert provincial <= whole * (1 + 1e-9)


def test_a_part_larger_than_the_whole_is_refused():
    with pytest.raises(ValueError, match="allowed is 0 < national <= whole"):
        provincial_users(2e9, 1e9, 0.5)


@settings(max_examples=50)
@given(cells=st.tuples(*[st.integers(0, 300)] * 3).filter(lambda cells: sum(cells) > 0), seed=seeds)
def test_the_federation_counts_persons_and_the_portals_count_accounts(cells, seed):
    both, national, provincial = cells
    town = pd.Series({"both": both, "national": national, "provincial": provincial})
    provinces = pd.Series({"Anhui": 3.0, "Hubei": 2.0, "Tibet": 0.0})
    accounts = issue_accounts(town, provinces, seed=seed)
    at_nation = accounts["portal"] == NATIONAL
    assert at_nation.sum() == both + national
    assert (~at_nation).sum() == both + provincial
    assert accounts["identity"].nunique() == both + national + provincial
    held = accounts.groupby("identity")["portal"].nunique()
    assert (held == 2).sum() == both
    assert not accounts["portal"].eq("Tibet").any()
    assert not accounts.duplicated(["portal", "account"]).any()


def test_same_seed_issues_the_same_accounts():
    town = pd.Series({"both": 20, "national": 30, "provincial": 10})
    provinces = pd.Series({"Anhui": 3.0, "Hubei": 2.0})
    first, second, other = (issue_accounts(town, provinces, seed=seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)
