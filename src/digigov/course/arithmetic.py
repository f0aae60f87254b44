"""Relations that the content of the datasets has to satisfy, whatever its hash.

A hash says that a file is the published one; it cannot say that what was published is right. The
relations in `ARITHMETIC` look at the content alone: identities, bounds, series that cannot fall,
and figures that two tables hold independently. None of them knows the value of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

Tables = Mapping[str, pd.DataFrame]
"""Every dataset by name, with the columns of its file."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a dataset."""

    file: str
    gate: str
    message: str

    def __str__(self) -> str:
        return f"datasets/{self.file}: {self.message} [{self.gate}]"


Relation = Callable[[Tables], Iterable[str]]

ARITHMETIC: dict[str, tuple[str, Relation]] = {}
"""Name of each relation to the dataset it is mainly about and the function that tests it."""


def relation(dataset: str) -> Callable[[Relation], Relation]:
    """Register a relation; its docstring is the sentence that has to be true."""

    def register(function: Relation) -> Relation:
        ARITHMETIC[function.__name__] = (dataset, function)
        return function

    return register


def check_arithmetic(tables: Tables) -> list[Problem]:
    """Problems of all relations that do not hold."""
    problems = []
    for name, (dataset, function) in ARITHMETIC.items():
        try:
            messages = list(function(tables))
        except LookupError as error:
            messages = [f"a row that is needed is missing: {error}"]
        sentence = (function.__doc__ or name).splitlines()[0].rstrip(".")
        problems += [
            Problem(f"{dataset}.csv", "arithmetic", f"{sentence}: {message}")
            for message in messages
        ]
    return problems


def _one(table: pd.DataFrame, column: str = "value", **where: Any) -> float:
    """The single number in a column where the other columns have the values given."""
    rows = table
    for name, value in where.items():
        rows = rows[rows[name] == value]
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows with {where}")
    return float(rows[column].iloc[0])


def _apart(found: float, expected: float, tolerance: float) -> bool:
    return not abs(found - expected) <= tolerance * abs(expected)


def _places(wrong: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Row and column labels of the cells that are true."""
    for row, column in np.argwhere(wrong.to_numpy()):
        yield wrong.index[row], wrong.columns[column]


def _consecutive(series: pd.Series) -> Iterator[tuple[tuple[Any, Any], tuple[Any, Any]]]:
    """Neighbouring (label, value) pairs of a series, missing values left out."""
    return pairwise(series.dropna().items())


def _time(period: str) -> float:
    """End of a year or month as a decimal year."""
    year, *month = period.split("-")
    return int(year) + (int(month[0]) / 12 if month else 1)


def _note_number(text: Any, pattern: str) -> float | None:
    found = re.search(pattern, text) if isinstance(text, str) else None
    return float(found[1]) if found else None


def _population_bounds(tables: Tables, period: str) -> tuple[float, float]:
    """Bounds of the population of China at a time, in persons.

    Between the year ends of `provinces` by interpolation; before them the population grew by
    0 to 0.7 % a year. One per cent on either side covers the revision after the census of 2020.
    """
    national = tables["provinces"].set_index("code").loc["000000"]
    years = range(2020, 2025)
    counts = [1e4 * national[f"pop_{year}_10k"] for year in years]
    time = _time(period)
    latest = float(np.interp(time, [year + 1 for year in years], counts))
    earliest = latest * (1 - 0.007 * max(0, 2021 - time))
    return 0.99 * earliest, 1.01 * latest


# UN index


@relation("egdi")
def index_is_mean_of_components(tables: Tables) -> Iterator[str]:
    """EGDI is the mean of its components, weighted 0.34, 0.33, 0.33 in 2008 and 2010."""
    table = tables["egdi"].query("iso3 != 'WLD'").dropna(subset=["egdi"])
    weighted = table["year"].isin([2008, 2010])
    mean = table[["osi", "tii", "hci"]].mean(axis="columns")
    mean = mean.mask(weighted, table[["osi", "tii", "hci"]] @ [0.34, 0.33, 0.33])
    # Two rows of 2008 do not fit in the UN file either; their notes say by how much.
    documented = table["notes_en"].str.extract(r"EGDI does not equal .* \(difference ([\d.]+)\)")[0]
    expected_error = documented.astype(float).fillna(0)
    error = (table["egdi"] - mean).abs()
    for row in table.index[(error - expected_error).abs() > 1e-4]:
        yield f"{table['iso3'][row]} {table['year'][row]} is off by {error[row]:.5f}"


@relation("egdi")
def rank_follows_from_index(tables: Tables) -> Iterator[str]:
    """The rank of a country is its place by EGDI, ties sharing a place unless a note says how."""
    table = tables["egdi"].query("iso3 != 'WLD'").dropna(subset=["egdi"])
    place = table.groupby("year")["egdi"].rank(method="min", ascending=False)
    broken_tie = table["notes_en"].str.contains("UN breaks the tie", na=False)
    place += broken_tie
    for row in table.index[table["rank"].isna() | (table["rank"] != place)]:
        yield (
            f"{table['iso3'][row]} {table['year'][row]} has rank {table['rank'][row]}, "
            f"by its index {place[row]:.0f}"
        )


@relation("egdi")
def world_row_is_mean_of_countries(tables: Tables) -> Iterator[str]:
    """A world row is the unweighted mean of the ranked countries."""
    columns = ["egdi", "osi", "tii", "hci"]
    table = tables["egdi"]
    means = table[table["iso3"] != "WLD"].dropna(subset=["egdi"]).groupby("year")[columns].mean()
    world = table[table["iso3"] == "WLD"].set_index("year")[columns]
    error = (world - means).abs()
    for year, column in _places(~(error <= 6e-5)):
        yield f"{column} of {year} is {world[column][year]}, the mean is {means[column][year]:.5f}"


@relation("egdi")
def every_edition_has_every_member_state(tables: Tables) -> Iterator[str]:
    """Each edition has the same 193 countries and one world row; an unranked row is empty."""
    table = tables["egdi"]
    counts = table.groupby("year")["iso3"].nunique()
    for year in counts.index[counts != 194]:
        yield f"{year} has {counts[year]} rows"
    numbers = table[["egdi", "osi", "tii", "hci"]].isna()
    for row in table.index[numbers.any(axis="columns") & ~numbers.all(axis="columns")]:
        yield f"{table['iso3'][row]} {table['year'][row]} has only some of its numbers"


# Provinces

SERVICEMEN_10K = (150, 250)
"""Bounds of the servicemen in the national population, in 10 000 (about two million)."""


@relation("provinces")
def provinces_and_servicemen_make_the_nation(tables: Tables) -> Iterator[str]:
    """The provinces fall short of the national population by the servicemen, the same each year."""
    populations = tables["provinces"].set_index("code").filter(regex=r"^pop_\d{4}_10k$")
    gap = populations.loc["000000"] - populations.drop("000000").sum()
    typical = gap.median()
    for column, value in gap.items():
        # Thirty-one rounded figures make an error of a few units, hardly ever five.
        if abs(value - typical) > 5 or not SERVICEMEN_10K[0] <= value <= SERVICEMEN_10K[1]:
            yield f"the gap of {column} is {value}, usually {typical:.0f} (10 000 persons)"


@relation("provinces")
def population_changes_smoothly(tables: Tables) -> Iterator[str]:
    """A resident population changes by less than 2.5 % in a year."""
    populations = tables["provinces"].set_index("name_en").filter(regex=r"^pop_\d{4}_10k$")
    change = populations.pct_change(axis="columns").iloc[:, 1:]
    for name, column in _places(change.abs() > 0.025):
        yield f"{name}, {column} by {change[column][name]:.1%}"


@relation("provinces")
def gdp_revision_is_small(tables: Tables) -> Iterator[str]:
    """A later vintage of GDP is 5.5 % below to 2 % above the first release."""
    table = tables["provinces"].set_index("name_en")
    ratio = table["gdp_2022_100m_yuan"] / table["gdp_2022_first_release_100m_yuan"]
    for name in ratio.index[(ratio < 0.945) | (ratio > 1.02)]:
        yield f"{name} was revised by {ratio[name] - 1:+.1%}"


@relation("provinces")
def gdp_per_head_is_plausible(tables: Tables) -> Iterator[str]:
    """GDP per head of 2022 lies between 40 000 and 200 000 yuan."""
    table = tables["provinces"].set_index("name_en")
    per_head = 1e4 * table["gdp_2022_100m_yuan"] / table["pop_2022_10k"]
    for name in per_head.index[(per_head < 40_000) | (per_head > 200_000)]:
        yield f"{name} has {per_head[name]:,.0f}"


@relation("provinces")
def areas_make_the_country(tables: Tables) -> Iterator[str]:
    """The areas sum to about 9.6 million km², and density lies between 2 and 5000 per km²."""
    table = tables["provinces"].set_index("name_en").dropna(subset=["area_km2"])
    total = table["area_km2"].sum()
    if not 9.57e6 <= total <= 9.70e6:
        yield f"they sum to {total:,} km²"
    density = 1e4 * table["pop_2020_10k"] / table["area_km2"]
    for name in density.index[(density < 2) | (density > 5000)]:
        yield f"{name} has {density[name]:,.1f} residents per km²"


@relation("provinces")
def urban_share_rises_slowly(tables: Tables) -> Iterator[str]:
    """From 2020 to 2022 an urban share rises by 0 to 3 points, the national one by 0.8 to 2."""
    table = tables["provinces"].set_index("name_en")
    rise = table["urban_share_2022_pct"] - table["urban_share_2020_pct"]
    for name in rise.index[(rise < 0) | (rise > 3)]:
        yield f"{name} by {rise[name]:.2f}"
    known = table[table["urban_share_2020_pct"].notna()]
    national_2020 = np.average(known["urban_share_2020_pct"], weights=known["pop_2020_10k"])
    nation = table["urban_share_2022_pct"][table["code"] == "000000"].iloc[0]
    if not 0.8 <= nation - national_2020 <= 2:
        yield f"from {national_2020:.2f} in 2020 (weighted mean) to {nation} in 2022"


@relation("provinces")
def urban_share_coverage_is_explained(tables: Tables) -> Iterator[str]:
    """A coverage below 1 is the one that the note of the row gives."""
    for _row, province in tables["provinces"].dropna(subset=["urban_share_2020_pct"]).iterrows():
        said = _note_number(province["notes_en"], r"covering ([\d.]+) %")
        expected = 1.0 if said is None else said / 100
        if _apart(province["urban_share_2020_coverage"], expected, 1e-6):
            yield f"{province['name_en']} has {province['urban_share_2020_coverage']}"


@relation("provinces")
def national_share_of_the_aged_is_the_mean(tables: Tables) -> Iterator[str]:
    """The national share aged 65 and over is the mean of the provinces, weighted by population."""
    table = tables["provinces"].set_index("code")
    provinces = table.drop("000000")
    mean = np.average(provinces["aged65_share_2020_pct"], weights=provinces["pop_2020_10k"])
    # Servicemen are young, so the mean lies above the national share by up to 0.02 points.
    if not -0.05 <= mean - table["aged65_share_2020_pct"]["000000"] <= 0.07:
        yield f"mean {mean:.3f}, national {table['aged65_share_2020_pct']['000000']}"
    for _row, province in provinces.iterrows():
        said = _note_number(
            province["notes_en"], r"65\+ share recomputed from prefectures: ([\d.]+)"
        )
        if said is not None and abs(province["aged65_share_2020_pct"] - said) > 0.5:
            yield f"{province['name_en']}: {said} from its prefectures"


@relation("provinces")
def national_penetration_is_that_of_the_survey(tables: Tables) -> Iterator[str]:
    """Internet penetration of 2022 is that of the survey of December 2022."""
    table = tables["provinces"].set_index("code")["internet_penetration_2022_pct"]
    survey = _one(tables["internet"], metric="penetration", group="all", period="2022-12")
    if _apart(table["000000"], survey, 1e-9):
        yield f"{table['000000']} and {survey}"


@relation("provinces")
def tiles_make_a_map(tables: Tables) -> Iterator[str]:
    """Each province has a tile of its own that touches another tile, no row or column is empty."""
    tiles = tables["provinces"].dropna(subset=["grid_row"]).set_index("name_en")
    places = {name: (tiles["grid_row"][name], tiles["grid_col"][name]) for name in tiles.index}
    if len(places) != 31 or len(set(places.values())) != len(places):
        yield "tiles are missing or overlap"
    for name, (row, column) in places.items():
        beside = {(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)}
        if not beside & set(places.values()):
            yield f"{name} touches no other tile"
    for axis in ("grid_row", "grid_col"):
        if set(tiles[axis]) != set(range(int(tiles[axis].max()) + 1)):
            yield f"{axis} has a gap"


# Time series: rows that explain themselves in their notes

WHOLES = {
    "cases_by_phone": "cases",
    "cases_online": "cases",
    "complaints_cumulative_since_2019": "cases_cumulative_since_2019",
    "enquiries_cumulative_since_2019": "cases_cumulative_since_2019",
    "daily_uses": "downloads",
    "enterprises": "total",
    "individual_businesses": "total",
}
"""Metric of a part to the metric of the whole that a percentage in its note refers to."""


@relation("platform_series")
def printed_shares_fit_the_counts(tables: Tables) -> Iterator[str]:
    """A percentage in the note of a part is the part divided by the whole."""
    table = tables["platform_series"]
    for _row, part in table[table["metric"].isin(WHOLES)].iterrows():
        share = _note_number(part["notes_en"], r"([\d.]+) %(?! on)")
        if share is not None:
            where = {"entity": part["entity"], "period": part["period"]}
            whole = _one(table, metric=WHOLES[part["metric"]], **where)
            if abs(100 * part["value"] / whole - share) > 0.06:
                yield f"{_name(part)}: {100 * part['value'] / whole:.2f} %, printed {share} %"


@relation("platform_series")
def derived_rows_follow_from_their_notes(tables: Tables) -> Iterator[str]:
    """A derived figure is what its note computes, starting from a figure of the tables."""
    known = pd.concat([tables["platform_series"]["value"], tables["internet"]["value"]])
    for dataset in ("platform_series", "internet"):
        table = tables[dataset]
        for _row, derived in table[
            table["notes_en"].str.startswith("derived:", na=False)
        ].iterrows():
            start, result = _computed(derived["notes_en"])
            if _apart(derived["value"], result, 0.005):
                yield f"{_name(derived)}: {derived['value']:g}, by its note {result:g}"
            if not (known / start - 1).abs().min() < 1e-6:
                yield f"{_name(derived)}: no row has the {start:g} that its note starts from"


def _computed(note: str) -> tuple[float, float]:
    """First figure of a derivation, and its result.

    A derivation is ``derived: a - b - c``, ``a minus the stated b`` or ``a / b``.
    """
    text = re.sub(r"\([^)]*\)", "", note.removeprefix("derived:")).split(";")[0]
    scale = 1e6 if "million" in text else 1.0
    first, *rest = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", text))
    result = first / rest[0] if "/" in text else first - sum(rest)
    return first * scale, result * scale


def _name(row: pd.Series) -> str:
    return f"{row.get('entity', row.get('group'))} {row['metric']} {row['period']}"


@relation("platform_series")
def residual_of_the_hotline_closes_the_sum(tables: Tables) -> Iterator[str]:
    """Cases since 2019 are those to November 2021, the residual, 2023 and half of 2024."""
    hotline = tables["platform_series"].query("entity == 'beijing_12345'")
    parts = [
        _one(hotline, metric="cases_cumulative_since_2019", period="2021-11"),
        _one(hotline, metric="cases_residual_dec2021_to_dec2022", period="2022"),
        _one(hotline, metric="cases", period="2023"),
        _one(hotline, metric="cases_half_year", period="2024-06"),
    ]
    whole = _one(hotline, metric="cases_cumulative_since_2019", period="2024-06")
    if _apart(sum(parts), whole, 0.001):
        yield f"{sum(parts):,.0f} and {whole:,.0f}"


@relation("platform_series")
def hotline_figures_fit_each_other(tables: Tables) -> Iterator[str]:
    """Phone and online make all cases, complaints and enquiries too; parts do not exceed wholes."""
    hotline = tables["platform_series"].query("entity == 'beijing_12345'")

    def cases(metric: str, period: str) -> float:
        return _one(hotline, metric=metric, period=period)

    if _apart(
        cases("cases_by_phone", "2020") + cases("cases_online", "2020"),
        cases("cases", "2020"),
        1e-6,
    ):
        yield "phone and online cases of 2020 are not all cases"
    since = "cases_cumulative_since_2019"
    parts = [
        cases(f"{kind}_cumulative_since_2019", "2021-11") for kind in ("complaints", "enquiries")
    ]
    if _apart(sum(parts), cases(since, "2021-11"), 1e-6):
        yield "complaints and enquiries to November 2021 are not all cases"
    # Two sources print 2019 differently; they stay within five per cent of each other.
    if _apart(cases("cases_alternative", "2019"), cases("cases", "2019"), 0.05):
        yield "the two figures of 2019 differ by more than 5 %"
    if cases("cases", "2019") + cases("cases", "2020") > cases(since, "2021-11"):
        yield "2019 and 2020 exceed the sum to November 2021"
    if cases("cases_epidemic", "2020") > cases("cases_epidemic_related", "2020"):
        yield "epidemic cases exceed the wider count"
    if cases("cases_dispatched", "2020") > cases("cases", "2020"):
        yield "more cases were dispatched in 2020 than received"
    second_half = cases("cases_forecast", "2024") - cases("cases_half_year", "2024-06")
    added = cases(since, "2024-12") - cases(since, "2024-06")
    if not 0 < added <= 1.1 * second_half:
        yield f"the second half of 2024 adds {added:,.0f}, expected were {second_half:,.0f}"


@relation("platform_series")
def levels_do_not_fall(tables: Tables) -> Iterator[str]:
    """Stocks and cumulative figures do not fall by more than their rounding."""
    table = tables["platform_series"]
    stocks = {
        "holders", "total", "enterprises", "individual_businesses", "cooperatives", "services",
        "e_licences", "real_name_users", "registered_users", "registered_personal_users",
        "population_coverage", "resolution_rate", "satisfaction_rate",
    }  # fmt: skip
    rising = table["metric"].isin(stocks) | table["metric"].str.contains("cumulative")
    # Rows whose note records a conflict between sources stand beside the series, not in it.
    disputed = table["notes_en"].str.contains("conflicts? with|very different from", na=False)
    for (entity, metric), series in table[rising & ~disputed].groupby(["entity", "metric"]):
        for before, after in _neighbours(series):
            if after["value"] < 0.995 * before["value"]:
                yield f"{entity} {metric} falls from {before['period']} to {after['period']}"


def _neighbours(series: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Neighbouring rows in order of time."""
    ordered = series.iloc[series["period"].map(_time).argsort(kind="stable")]
    return pairwise(row for _label, row in ordered.iterrows())


@relation("platform_series")
def mature_stocks_grow_slowly(tables: Tables) -> Iterator[str]:
    """A mature stock grows by at most 15 % a year, and 3 % for what differs between sources."""
    table = tables["platform_series"]
    mature = (
        table["entity"].eq("market_entities")
        | (table["entity"].eq("social_security_card") & (table["period"] >= "2017"))
        | (table["entity"].eq("electronic_social_security_card") & (table["period"] >= "2023"))
    ) & table["metric"].isin(
        ["holders", "total", "enterprises", "individual_businesses", "cooperatives"]
    )
    for (entity, metric), series in table[mature].groupby(["entity", "metric"]):
        for before, after in _neighbours(series):
            years = _time(after["period"]) - _time(before["period"])
            growth = np.log(after["value"] / before["value"])
            steady = 0.002 if metric == "cooperatives" else 0.15
            if growth > 0.03 + steady * years:
                yield (
                    f"{entity} {metric} grows by {np.expm1(growth):.1%} "
                    f"from {before['period']} to {after['period']}"
                )


@relation("platform_series")
def coverage_is_holders_per_population(tables: Tables) -> Iterator[str]:
    """Holders of a card divided by their coverage give the population of China."""
    table = tables["platform_series"]
    cards = table[table["entity"].str.endswith("social_security_card")]
    holders = cards[cards["metric"] == "holders"].set_index(["entity", "period"])
    for _row, coverage in cards[cards["metric"] == "population_coverage"].iterrows():
        key = (coverage["entity"], coverage["period"])
        if key in holders.index:
            population = 100 * holders["value"][key] / coverage["value"]
            low, high = _population_bounds(tables, coverage["period"])
            if not low <= population <= high:
                yield f"{_name(coverage)} implies {population:,.0f} people"


@relation("platform_series")
def market_entities_are_the_sum_of_their_kinds(tables: Tables) -> Iterator[str]:
    """Enterprises, individual businesses and cooperatives (about 2.2 million) make the total."""
    table = tables["platform_series"].query("entity == 'market_entities'")
    wide = table.pivot_table(index="period", columns="metric", values="value")
    kinds = wide["enterprises"] + wide["individual_businesses"] + wide["cooperatives"].fillna(2.2e6)
    ratio = (kinds / wide["total"]).dropna()
    for period in ratio.index[(ratio - 1).abs() > 0.01]:
        yield f"{period}: the kinds make {ratio[period]:.1%} of the total"
    share = (wide["individual_businesses"] / wide["total"]).dropna()
    for period in share.index[~share.between(0.64, 0.70)]:
        yield f"{period}: {share[period]:.1%} are individual businesses, about two thirds elsewhere"
    # One source prints 1.81 trillion where 181 million is meant: ten thousand times too much.
    misprint = _one(table, metric="private_entities_as_printed", period="2024-09") / 1e4
    if not 0.92 <= misprint / _one(table, metric="total", period="2024-09") <= 1:
        yield f"private entities, unit corrected, are {misprint:,.0f}"


@relation("platform_series")
def two_sources_of_one_figure_agree(tables: Tables) -> Iterator[str]:
    """Figures that two sources print, under whatever name, are equal."""
    table = tables["platform_series"]
    integrated = {"entity": "national_integrated_platform", "period": "2020-12"}
    national = {"entity": "national_gov_service_platform", "period": "2020-12"}
    first = _one(table, metric="real_name_users", **integrated)
    if first != _one(table, metric="registered_users", **national):
        yield "the 809 million of December 2020 are not the same for the two platforms"
    mislabelled = _one(table, metric="holders_conflicting", period="2024")
    cards = table.query("entity == 'social_security_card' and metric == 'holders'")
    during = cards[cards["period"].str.startswith(("2024", "2025"))]["value"]
    if not during.min() <= mislabelled <= during.max():
        yield "the card count labelled electronic is not the count of physical cards"


@relation("platform_series")
def ratios_in_notes_hold(tables: Tables) -> Iterator[str]:
    """Ratios that the sources print in words hold between the figures."""
    table = tables["platform_series"]
    provinces = tables["provinces"].set_index("name_en")

    def figure(entity: str, metric: str, period: str) -> float:
        return _one(table, entity=entity, metric=metric, period=period)

    guangdong = 1e4 * provinces["pop_2023_10k"]["Guangdong"]
    users = table.query("entity == 'yueshengshi' and period == '2023-12'")
    said = _note_number(users["notes_en"].dropna().iloc[0], r"([\d.]+) % of the resident")
    actual = figure("yueshengshi", "real_name_users", "2023-12") / guangdong
    if said is None or abs(100 * actual - said) > 1:
        yield f"Yueshengshi has {actual:.1%} of the residents of Guangdong"
    shanghai = 1e4 * provinces["pop_2023_10k"]["Shanghai"]
    if figure("shanghai_one_stop", "users", "2023-03") < 3 * shanghai:
        yield "Shanghai's platform does not have more than three times the residents"
    active = figure("suishenban", "monthly_active_users", "2019-10")
    registered = figure("shanghai_one_stop", "real_name_users", "2019-10")
    share = figure("suishenban", "monthly_active_share", "2019-10")
    if abs(100 * active / registered - share) > 0.1:
        yield f"{100 * active / registered:.2f} % of Suishenban's users are active, printed {share}"
    visits = table.query("metric == 'cases_at_most_one_visit_share'").iloc[0]
    said = _note_number(visits["notes_en"], r"([\d.]+) million cases") or 0
    one_visit = 1e8 * said / figure("shanghai_one_stop", "cases_cumulative", "2019-10")
    if abs(one_visit - visits["value"]) > 0.1:
        yield f"{said} million cases are {one_visit:.2f} % of Shanghai's, printed {visits['value']}"
    netizens = _one(tables["internet"], metric="users", group="all", period="2020-03")
    in_three = figure("national_integrated_platform", "registered_users", "2020-05") / netizens
    if not 0.30 <= in_three <= 0.385:
        yield f"{in_three:.0%} of the internet users are not about one in three"
    with_hukou = figure("shanghai_one_stop", "real_name_users_with_hukou", "2019-10")
    if with_hukou > registered:
        yield "more users with local hukou than users"


@relation("platform_series")
def parts_stay_within_wholes(tables: Tables) -> Iterator[str]:
    """A part of the services, users or persons is not more than all of them."""
    table = tables["platform_series"]
    for entity, part, whole, period in (
        ("yueshengshi", "zero_visit_services", "services", "2020-12"),
        ("yueshengshi", "epidemic_services", "services", "2022-05"),
        ("yuezhizhu", "persons_served_60plus", "persons_served", "2023-12"),
    ):
        where = {"entity": entity, "period": period}
        if _one(table, metric=part, **where) > _one(table, metric=whole, **where):
            yield f"{entity} {part} {period}"


@relation("platform_series")
def connections_are_those_of_the_launch(tables: Tables) -> Iterator[str]:
    """The platform connected the departments that the milestone names, and all province units."""
    table, policies = tables["platform_series"], tables["policies"]
    launch = policies[policies["notes_en"].str.contains("departments, 31 provinces", na=False)]
    said = _note_number(launch["notes_en"].iloc[0], r"(\d+) departments")
    where = {"entity": "national_gov_service_platform", "period": "2019-05"}
    if _one(table, metric="departments_connected", **where) != said:
        yield f"the milestone names {said:.0f} departments"
    provinces = (tables["provinces"]["code"] != "000000").sum()
    # The Xinjiang Production and Construction Corps counts as one more unit.
    if _one(table, metric="provincial_units_connected", **where) != provinces + 1:
        yield f"{provinces} provinces and one corps make {provinces + 1} units"


@relation("platform_series")
def settlements_across_provinces_fit_each_other(tables: Tables) -> Iterator[str]:
    """Half a year of settlements is 25 to 60 % of the year; one spares 800 to 2500 yuan on average."""
    settled = tables["platform_series"].query("entity == 'cross_province_settlement'")
    year = _one(settled, metric="cases", period="2023")
    share = _one(settled, metric="cases_half_year", period="2023-06") / year
    if not 0.25 <= share <= 0.6:
        yield f"the first half of 2023 makes {share:.0%} of the year"
    spared = _one(settled, metric="advances_spared", period="2023") / year
    if not 800 <= spared <= 2500:
        yield f"{spared:,.0f} yuan a settlement in 2023"


@relation("platform_series")
def percentages_stay_below_hundred(tables: Tables) -> Iterator[str]:
    """A percentage is at most 100."""
    for dataset in ("claims", "platform_series", "internet"):
        table = tables[dataset]
        for row in table.index[table["unit"].eq("percent") & (table["value"] > 100)]:
            yield f"{dataset}, line {row + 2}: {table['value'][row]}"


# Internet


def _wide_internet(tables: Tables) -> pd.DataFrame:
    """Internet survey with a row a period and a column a (metric, group)."""
    return tables["internet"].pivot_table(
        index="period", columns=["metric", "group"], values="value"
    )


@relation("internet")
def users_and_penetration_give_the_population(tables: Tables) -> Iterator[str]:
    """Users divided by penetration, and users with non-users, give the population of China."""
    wide = _wide_internet(tables)
    users = wide["users", "all"]
    for said, population in (
        ("users and penetration", 100 * users / wide["penetration", "all"]),
        ("users and people not online", users + wide["non_users", "all"]),
    ):
        for period, value in population.dropna().items():
            low, high = _population_bounds(tables, period)
            if not low <= value <= high:
                yield f"{said} of {period} make {value:,.0f} people"


@relation("internet")
def town_and_country_make_the_whole(tables: Tables) -> Iterator[str]:
    """Urban and rural users make all users, their populations the population."""
    wide = _wide_internet(tables)
    users, penetration = wide["users"], wide["penetration"]
    off = (users["urban"] + users["rural"]) / users["all"] - 1
    for period in off.index[off.abs() > 0.002]:
        yield f"urban and rural users of {period} differ from all by {off[period]:.1%}"
    urban = users["urban"].fillna(users["all"] - users["rural"])
    residents = 100 * (urban / penetration["urban"] + users["rural"] / penetration["rural"])
    for period, value in residents.dropna().items():
        low, high = _population_bounds(tables, period)
        if not low <= value <= high:
            yield f"urban and rural residents of {period} make {value:,.0f} people"
    # Where users are printed only in total, the penetrations alone imply the rural share.
    rural_share = (penetration["urban"] - penetration["all"]) / (
        penetration["urban"] - penetration["rural"]
    )
    for period, share in rural_share.dropna().items():
        if not 0.38 <= share <= 0.46:
            yield f"the penetrations of {period} imply that {share:.0%} live in the country"
    for (before, first), (after, second) in _consecutive(rural_share):
        if abs(second - first) > 0.015 + 0.012 * (_time(after) - _time(before)):
            yield f"the rural share jumps from {first:.1%} ({before}) to {second:.1%} ({after})"


@relation("internet")
def rural_users_fit_the_rural_population(tables: Tables) -> Iterator[str]:
    """After the census, rural users divided by penetration give the rural population."""
    wide = _wide_internet(tables)
    provinces = tables["provinces"].set_index("code").loc["000000"]
    rural_2022 = 100 - provinces["urban_share_2022_pct"]
    implied = 100 * wide["users", "rural"] / wide["penetration", "rural"]
    for period, rural in implied[implied.index >= "2021"].dropna().items():
        population = sum(_population_bounds(tables, period)) / 2
        # The rural share falls by about 0.65 points a year.
        expected = rural_2022 - 0.65 * (_time(period) - 2023)
        if abs(100 * rural / population - expected) > 2:
            yield f"{period}: {100 * rural / population:.1f} % rural, expected {expected:.1f}"


@relation("internet")
def shares_fit_the_counts(tables: Tables) -> Iterator[str]:
    """A printed share is the count divided by the whole; shares of a division make 100 %."""
    wide = _wide_internet(tables)
    users = wide["users"]
    for said, share, expected, tolerance in (
        ("rural users", wide["share_of_users", "rural"], users["rural"] / users["all"], 0.2),
        ("users aged 60+", wide["share_of_users", "60plus"], users["60plus"] / users["all"], 0.2),
        (
            "users of government services",
            wide["egov_service_users_share_of_users", "all"],
            wide["egov_service_users", "all"] / users["all"],
            0.2,
        ),
        (
            "rural people not online",
            wide["share_of_non_users", "rural"],
            _not_online(wide, "rural"),
            5.0,
        ),
        (
            "people aged 60+ not online",
            wide["share_of_non_users", "60plus"],
            _not_online(wide, "60plus"),
            2.0,
        ),
    ):
        error = (share - 100 * expected).abs()
        for period in error.index[error > tolerance]:
            yield f"{said} of {period}: printed {share[period]}, computed {100 * expected[period]:.1f}"
    division = wide["share_of_non_users"]
    total = (division["urban"] + division["rural"]).dropna()
    for period in total.index[(total - 100).abs() > 0.11]:
        yield f"urban and rural people not online of {period} make {total[period]:.1f} %"


def _not_online(wide: pd.DataFrame, group: str) -> pd.Series:
    """Share of a group among the people not online, from its users and its penetration."""
    users = wide["users", group]
    return users * (100 / wide["penetration", group] - 1) / wide["non_users", "all"]


@relation("internet")
def use_of_the_internet_does_not_fall(tables: Tables) -> Iterator[str]:
    """Users and penetration of a group do not fall, but for rural users and revised bases."""
    table = tables["internet"]
    rising = table[table["metric"].isin(["users", "penetration"]) & (table["value"] > 0)]
    for (metric, group), series in rising.groupby(["metric", "group"]):
        for before, after in _neighbours(series):
            years = _time(after["period"]) - _time(before["period"])
            change = after["value"] / before["value"] - 1
            # The base of rural and urban users was revised after the census of 2020.
            may_fall = metric == "users" and group != "all"
            if change < (-0.05 if may_fall and group != "60plus" else -0.001):
                yield f"{metric} of {group} from {before['period']} to {after['period']}"
            # The elderly came online fast; their population is checked instead.
            if before["period"] > "2020" and group != "60plus" and change > 0.05 + 0.07 * years:
                yield (
                    f"{metric} of {group} jumps by {change:.1%} "
                    f"from {before['period']} to {after['period']}"
                )


@relation("internet")
def elderly_population_grows_steadily(tables: Tables) -> Iterator[str]:
    """The population aged 60 and over, implied by users and penetration, grows 2 to 5 % a year."""
    wide = _wide_internet(tables)
    implied = (100 * wide["users", "60plus"] / wide["penetration", "60plus"]).dropna()
    for (before, first), (after, second) in _consecutive(implied):
        yearly = (second / first) ** (1 / (_time(after) - _time(before))) - 1
        if not 0.02 <= yearly <= 0.05:
            yield f"by {yearly:.1%} a year from {before} to {after}"


@relation("internet")
def elderly_users_implied_by_a_share_go_on_growing(tables: Tables) -> Iterator[str]:
    """Users aged 60 and over, by their share where no count is printed, grow by at most 12 %."""
    wide = _wide_internet(tables)
    counted = wide["users", "60plus"].dropna()
    implied = (wide["share_of_users", "60plus"] * wide["users", "all"] / 100).dropna()
    for period, users in implied[~implied.index.isin(counted.index)].items():
        latest = counted[counted.index < period].iloc[-1]
        if not latest <= users <= 1.12 * latest:
            yield f"{users:,.0f} in {period}, last counted {latest:,.0f}"


@relation("internet")
def government_service_users_grow_as_printed(tables: Tables) -> Iterator[str]:
    """Users of government services are some of the users, and grow as the notes say."""
    table = tables["internet"]
    services = table[table["metric"] == "egov_service_users"].set_index("period")
    users = table[(table["metric"] == "users") & (table["group"] == "all")].set_index("period")
    for period, row in services.iterrows():
        if row["value"] > users["value"][period]:
            yield f"{period}: more than all users"
        rise = _note_number(row["notes_en"], r"up ([\d.]+) % on March 2020")
        if rise is not None and _apart(
            row["value"], services["value"]["2020-03"] * (1 + rise / 100), 0.005
        ):
            yield f"{period} is not {rise} % above March 2020"
    lower = services.index[services["notes_en"].str.contains("lower than December 2023", na=False)]
    for period in lower:
        if services["value"][period] >= services["value"]["2023-12"]:
            yield f"{period} is not lower than December 2023, as its note says"


@relation("internet")
def reports_come_twice_a_year(tables: Tables) -> Iterator[str]:
    """Report 38 is that of June 2016, and each half-year adds one; the 45th came in March 2020."""
    for _row, figure in tables["internet"].drop_duplicates(["report_no", "period"]).iterrows():
        year, month = map(int, figure["period"].split("-"))
        half_years = 2 * (year - 2016) + (month - 6) // 6
        expected = 45 if figure["period"] == "2020-03" else 38 + half_years
        if figure["report_no"] != expected:
            yield f"{figure['period']} has report {figure['report_no']}, expected {expected}"


@relation("internet")
def harder_skills_are_rarer(tables: Tables) -> Iterator[str]:
    """Fewer people have an intermediate than a basic skill, and students have it most."""
    table = tables["internet"].query("period == '2023-06'")
    basic = _one(table, metric="basic_digital_skill", group="users")
    if _one(table, metric="intermediate_digital_skill", group="users") >= basic:
        yield "intermediate skills are more common than basic ones"
    middle_aged = _one(table, metric="basic_digital_skill", group="50_59_users")
    students = _one(table, metric="basic_digital_skill", group="student_users")
    if not middle_aged < basic < students:
        yield "the groups are not in the order 50 to 59, all, students"


# Capability assessment


@relation("province_capability")
def level_counts_are_shares_of_all_units(tables: Tables) -> Iterator[str]:
    """A level's share is its number of 32 units, and the levels of an edition make 32."""
    table = tables["province_capability"].query("record == 'level_count'")
    units = int((tables["provinces"]["code"] != "000000").sum()) + 1
    share = 100 * table["n_units"] / units
    for row in table.index[~((share - table["share_pct"]).abs() < 0.011)]:
        yield f"{table['edition'][row]} {table['level'][row]}: {share[row]:.2f} %"
    for edition, levels in table.groupby("edition"):
        if len(levels) == 3 and levels["n_units"].sum() != units:
            yield f"the levels of {edition} make {levels['n_units'].sum()}"


@relation("province_capability")
def scores_lie_within_their_level(tables: Tables) -> Iterator[str]:
    """A score lies between the bounds of its level; the bounds are the same in all editions."""
    table = tables["province_capability"]
    counts = table[table["record"] == "level_count"]
    bounds = counts.groupby("level")[["score_above", "score_below"]].agg(["min", "max"])
    for level, column in (
        (one, two) for one in bounds.index for two in ("score_above", "score_below")
    ):
        low, high = bounds.loc[level, column]
        if low != high and not np.isnan(low):
            yield f"{column} of {level} is {low} or {high}"
    above, below = (
        bounds[column]["min"].reindex(["medium", "high", "very_high"])
        for column in ("score_above", "score_below")
    )
    if below["medium"] != above["high"] or below["high"] != above["very_high"]:
        yield "a level does not begin where the one below it ends"
    for _row, unit in table.dropna(subset=["score"]).iterrows():
        low, high = above.fillna(0)[unit["level"]], below.fillna(100)[unit["level"]]
        if not low <= unit["score"] <= high:
            yield f"{unit['province_en']} has {unit['score']} at level {unit['level']}"


@relation("province_capability")
def named_units_agree_with_the_counts(tables: Tables) -> Iterator[str]:
    """In the 2020 edition as many units are named at a level as are counted."""
    table = tables["province_capability"].query("edition == 2020")
    named = table[table["record"] == "province"]["level"].value_counts()
    counted = table[table["record"] == "level_count"].set_index("level")["n_units"]
    for level, number in counted.items():
        if named.get(level, 0) != number:
            yield f"{named.get(level, 0)} named at {level}, {number} counted"


@relation("province_capability")
def ranks_follow_scores(tables: Tables) -> Iterator[str]:
    """Ranks run from 1 without a gap and follow the scores, but for the pair that is noted."""
    table = tables["province_capability"].dropna(subset=["rank"])
    for edition, units in table.groupby("edition"):
        ranks = set(units["rank"])
        if ranks != set(range(1, len(ranks) + 1)):
            yield f"the ranks of {edition} have a gap"
        if units.duplicated("rank").any() and units["score"].isna().all() and len(units) > 2:
            yield f"two units of {edition} share a rank"
    scored = table.dropna(subset=["score"]).sort_values("rank")
    noted = scored["notes_en"].str.contains("inconsistent", na=False)
    consistent = scored[~noted]
    if not (consistent["score"].rank(method="dense", ascending=False).diff().dropna() >= 0).all():
        yield "a better rank goes with a lower score"
    tied = consistent.groupby("rank")["score"].nunique()
    for rank in tied.index[tied > 1]:
        yield f"units of rank {rank} have different scores"
    if consistent.duplicated("score").sum() != consistent.duplicated("rank").sum():
        yield "equal scores do not share a rank"
    pair = scored[noted]
    neighbours = consistent["score"][
        consistent["rank"].isin([pair["rank"].min() - 1, pair["rank"].max() + 1])
    ]
    if not pair["score"].between(neighbours.min(), neighbours.max()).all():
        yield "the pair that is noted does not lie between its neighbours"


@relation("province_capability")
def data_are_of_the_year_before(tables: Tables) -> Iterator[str]:
    """An edition assesses the year before it."""
    table = tables["province_capability"]
    for row in table.index[table["edition"] != table["data_year"] + 1]:
        yield f"line {row + 2}: edition {table['edition'][row]}, data {table['data_year'][row]}"


@relation("province_capability")
def units_carry_their_names(tables: Tables) -> Iterator[str]:
    """Codes and names of regions are those of the table of provinces."""
    names = tables["provinces"].set_index("code")["name_en"]
    table = tables["province_capability"].query("record == 'province' and code != 'XPCC'")
    for row in table.index[table["code"].map(names) != table["province_en"]]:
        yield f"line {row + 2}: {table['code'][row]} is not {table['province_en'][row]}"


# Industry classes


@relation("industry_classes")
def sections_make_the_totals(tables: Tables) -> Iterator[str]:
    """Sums of sections are the sums of their sections; the official list has one class more."""
    wide = tables["industry_classes"].pivot_table(
        index="scope_code", columns="level", values="n_classes"
    )
    sections = wide[wide.index.str.fullmatch("[A-T]")]
    levels = ["division", "group", "class"]
    sums = {"ALL_counted": list(sections.index)}
    sums |= {code: code.split("+") for code in wide.index if "+" in code}
    for code, parts in sums.items():
        for level in levels:
            if sections.loc[parts, level].sum() != wide[level][code]:
                yield f"{level} of {code}: {wide[level][code]:.0f}, sum {sections.loc[parts, level].sum():.0f}"
    official = wide.loc["ALL_official"]
    if official["section"] != len(sections):
        yield f"{official['section']:.0f} sections, {len(sections)} listed"
    expected = wide.loc["ALL_counted", levels] + [0, 0, 1]
    if not (official[levels] == expected).all():
        yield f"official {official[levels].tolist()}, counted {wide.loc['ALL_counted', levels].tolist()}"
    title = tables["sources"].set_index("source_id")["title_en"]["js_gbt4754"]
    if f"{'/'.join(f'{official[level]:.0f}' for level in ['section', *levels])}" not in title:
        yield "the official totals are not those in the title of their source"
    for code, row in sections.iterrows():
        if not row["division"] <= row["group"] <= row["class"]:
            yield f"section {code} has fewer parts at a finer level"


@relation("industry_divisions")
def divisions_are_those_of_their_sections(tables: Tables) -> Iterator[str]:
    """Each section has as many divisions as were counted, with consecutive codes."""
    codes = tables["industry_divisions"]["code"]
    for section, numbers in codes.str[1:].astype(int).groupby(codes.str[0]):
        where = {"scope_code": section, "level": "division"}
        expected = _one(tables["industry_classes"], "n_classes", **where)
        if len(numbers) != expected:
            yield f"section {section}: {len(numbers)} divisions, {expected:.0f} counted"
        if numbers.tolist() != list(range(numbers.min(), numbers.min() + len(numbers))):
            yield f"section {section}: the codes leave a gap or are out of order"


# Credit codes


@relation("credit_codes")
def check_characters_follow_from_the_code(tables: Tables) -> Iterator[str]:
    """Both check characters of a code follow from its other characters (GB 32100, GB 11714)."""
    for row, code in tables["credit_codes"]["code"].items():
        # The older standard counts every letter; the newer one leaves out I, O, S, V and Z.
        subject = sum(
            int(c, 36) * w for c, w in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        )
        if "0X987654321"[subject % 11] != code[16]:
            yield f"line {row + 2}: {code}, character 17"
        values = ["0123456789ABCDEFGHJKLMNPQRTUWXY".index(character) for character in code]
        if (
            sum(value * 3**place for place, value in enumerate(values[:17])) % 31
            != -values[17] % 31
        ):
            yield f"line {row + 2}: {code}, character 18"


# Claims


def _claim(tables: Tables, claim_id: str) -> float:
    return _one(tables["claims"], claim_id=claim_id)


@relation("claims")
def claims_on_the_index_are_in_the_table(tables: Tables) -> Iterator[str]:
    """Claims C17 to C20 and C32 are what the UN table of 2022 says about China."""
    edition = tables["egdi"].query("year == 2022 and iso3 != 'WLD'").set_index("iso3")
    infrastructure = edition["tii"]["CHN"]
    place = int((edition["tii"] > infrastructure).sum()) + 1
    for claim_id, expected in (
        ("C17", edition["rank"]["CHN"]), ("C18", infrastructure), ("C19", place),
        ("C20", len(edition)),
    ):  # fmt: skip
        if abs(_claim(tables, claim_id) - expected) > 5e-4:
            yield f"{claim_id} = {_claim(tables, claim_id)}, in the table {expected}"
    level = tables["claims"].set_index("claim_id")["value_text"]["C32"]
    if level != "very_high" or infrastructure <= 0.75:
        yield f"C32 = {level}, in the table {infrastructure}"


@relation("claims")
def claims_on_industry_are_in_the_classification(tables: Tables) -> Iterator[str]:
    """Claims C07 to C09 are the classes of industry with information services."""
    for claim_id, level in (("C07", "division"), ("C08", "group"), ("C09", "class")):
        where = {"scope_code": "B+C+D+I", "level": level}
        expected = _one(tables["industry_classes"], "n_classes", **where)
        if _claim(tables, claim_id) != expected:
            yield f"{claim_id} = {_claim(tables, claim_id)}, in the classification {expected}"
    provinces = int((tables["provinces"]["code"] != "000000").sum())
    if _claim(tables, "C10") != provinces:
        yield f"C10 = {_claim(tables, 'C10')}, there are {provinces} provinces"


@relation("claims")
def claims_on_the_card_fit_the_population(tables: Tables) -> Iterator[str]:
    """Claims C11 and C12 imply the population of 2022, and C11 lies between its neighbours."""
    holders, coverage = _claim(tables, "C11"), _claim(tables, "C12")
    population = 1e4 * tables["provinces"].set_index("code")["pop_2022_10k"]["000000"]
    if _apart(100 * holders / coverage, population, 0.0015):
        yield f"they imply {100 * holders / coverage:,.0f}, the population was {population:,.0f}"
    cards = {"entity": "social_security_card", "metric": "holders"}
    before = _one(tables["platform_series"], period="2021-12", **cards)
    after = _one(tables["platform_series"], period="2023-12", **cards)
    if not before <= holders <= after:
        yield f"C11 = {holders:,.0f} is not between {before:,.0f} and {after:,.0f}"


@relation("claims")
def bounds_hold_and_are_close(tables: Tables) -> Iterator[str]:
    """A claim that is printed as a lower bound lies below the measured figure, by at most 5 %."""
    population = 1e4 * tables["provinces"].set_index("code")["pop_2022_10k"]["000000"]
    items = _one(
        tables["platform_series"],
        metric="provincial_licensing_items_online_at_most_one_visit",
        period="2024",
    )
    for claim_id, measured in (("C01", population), ("C06", items)):
        if not 0.95 * measured <= _claim(tables, claim_id) <= measured:
            yield f"{claim_id} = {_claim(tables, claim_id):,g}, measured {measured:,g}"
    entities = _one(
        tables["platform_series"], entity="market_entities", metric="total", period="2022-12"
    )
    if _claim(tables, "C02") > entities:
        yield f"C02 = {_claim(tables, 'C02'):,g}, there were {entities:,g}"


@relation("claims")
def claims_on_platforms_lie_between_neighbours(tables: Tables) -> Iterator[str]:
    """Claims on users, uses and services lie between the figures printed before and after."""
    series = tables["platform_series"]

    def figure(entity: str, metric: str, period: str) -> float:
        return _one(series, entity=entity, metric=metric, period=period)

    platform, national = "national_integrated_platform", "national_gov_service_platform"
    for claim_id, low, high in (
        ("C03", figure(platform, "real_name_users", "2021-12"),
         figure(platform, "real_name_users", "2024")),
        ("C04", figure(platform, "uses_cumulative", "2021-12"),
         figure(national, "visits_cumulative", "2023-03")),
        ("C05", figure(national, "registered_users", "2021-12"),
         figure(national, "registered_users", "2023-03")),
        ("C13", figure("yueshengshi", "services", "2020-12"),
         figure("yueshengshi", "services", "2022-05")),
        ("C14", figure("yueshengshi", "e_licences", "2020-12"),
         figure("yueshengshi", "e_licences", "2022-05")),
        ("C15", figure("yueshengshi", "registered_users", "2021-02"),
         figure("yueshengshi", "real_name_users", "2023-12")),
    ):  # fmt: skip
        if not low <= _claim(tables, claim_id) <= high:
            yield f"{claim_id} = {_claim(tables, claim_id):,g} is not between {low:,g} and {high:,g}"
    # C05 is printed as a part of C03.
    if _claim(tables, "C05") > _claim(tables, "C03"):
        yield "C05 exceeds C03, of which it is a part"


@relation("claims")
def count_of_top_regions_does_not_fall(tables: Tables) -> Iterator[str]:
    """Claim C21 continues the counts of earlier editions, which did not fall, within 32 units."""
    counts = tables["province_capability"].query("record == 'level_count' and level == 'very_high'")
    numbers = [*counts.sort_values("edition")["n_units"], _claim(tables, "C21")]
    if sorted(numbers) != numbers or numbers[-1] > 32:
        yield f"the counts are {[int(number) for number in numbers]}"


CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"两": 2}


@relation("claims")
def claims_agree_with_their_wording(tables: Tables) -> Iterator[str]:
    """The number in the Chinese wording, or the number of things that it lists, is the value."""
    for _row, claim in tables["claims"].dropna(subset=["value"]).iterrows():
        said = _wording(claim["subject_zh"])
        if said is not None and said != claim["value"]:
            yield f"{claim['claim_id']} = {claim['value']:g}, worded {claim['subject_zh']}"
        listed = re.search(r"\(([^();]+(?:;[^();]+)+)\)", claim["statement_en"])
        if listed and len(listed[1].split(";")) != claim["value"]:
            yield f"{claim['claim_id']} = {claim['value']:g}, listed {listed[1]}"


def _wording(text: str) -> float | None:
    """Number that opens a Chinese phrase (十四亿多人口), or the length of its list."""
    if "、" in text and not text.endswith("）"):
        return len(text.split("、"))
    found = re.match(r"([两一二三四五六七八九十]+)(亿?)", text)
    if not found:
        return None
    tens, ten, units = found[1].rpartition("十")
    value = (CHINESE_DIGITS[tens] if tens else 1) * 10 if ten else 0
    value += CHINESE_DIGITS[units] if units else 0
    return value * (1e8 if found[2] else 1)


NUMBER_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12, "fifteen": 15,
}  # fmt: skip


@relation("claims")
def claims_agree_with_their_system(tables: Tables) -> Iterator[str]:
    """A count that the description of a system gives is the claim's; so are its lines."""
    systems = tables["systems"].set_index("system")
    for claim_id, words in (
        ("C07", r"over ([\d]+), \d+ and \d+ classes"), ("C08", r"over \d+, (\d+) and \d+ classes"),
        ("C09", r"and (\d+) classes"), ("C10", r"(\d+) provinces"), ("C13", r"(\d+) services"),
        ("C14", r"(\d+) electronic certificates"), ("C16", r"within (\w+) minutes"),
        ("C22", r"(\w+) networks"), ("C23", r"(\w+) portal"), ("C24", r"(\w+) databases"),
        ("C25", r"(\w+) golden projects"), ("C27", r"(\w+) city applications"),
        ("C29", r"(\w+) channels"), ("C31", r"(\w+) named documents"),
    ):  # fmt: skip
        claim = tables["claims"].set_index("claim_id").loc[claim_id]
        description = systems["what_it_is_en"][claim["system"]]
        found = re.search(words, description)
        if not found:
            yield f"{claim_id}: the description of {claim['system']} does not give it"
            continue
        word = found[1].lower()
        if NUMBER_WORDS.get(word, float(word) if word.isdigit() else None) != claim["value"]:
            yield f"{claim_id} = {claim['value']:g}, described as {found[0]!r}"
    for _row, claim in tables["claims"].iterrows():
        lines = systems["article_lines"][claim["system"]].split(";")
        if str(claim["article_line"]) not in lines:
            yield f"{claim['claim_id']}: line {claim['article_line']} is not one of its system's"


# Systems and policies


@relation("systems")
def part_of_the_course_follows_from_the_lesson(tables: Tables) -> Iterator[str]:
    """Lessons 01 to 07 are Part I, 08 to 14 Part II, 15 to 20 Part III."""
    for _row, system in tables["systems"].iterrows():
        number = int(system["lesson"])
        expected = "I" if number <= 7 else "II" if number <= 14 else "III"
        if system["part"] != expected:
            yield f"{system['system']} is taught in lesson {number}, not in part {system['part']}"


@relation("policies")
def documents_are_adopted_before_published(tables: Tables) -> Iterator[str]:
    """A document is approved before it is adopted, and published and in force not before that."""
    table = tables["policies"]
    orders = (
        ("date_approved", "date_adopted"),
        ("date_adopted", "date_published"),
        ("date_adopted", "date_in_force"),
    )
    for _row, document in table.iterrows():
        for before, after in orders:
            earlier, later = document[before], document[after]
            if pd.isna(earlier) or pd.isna(later):
                continue
            digits = min(len(earlier), len(later))
            if later[:digits] < earlier[:digits]:
                yield f"{document['policy_id']}: {after} {later}, {before} {earlier}"
    # Rows that have only a number, or only the date in force, keep their place by subject.
    known = table["date_adopted"].fillna(table["date_published"]).fillna(table["date_in_force"])
    known = known.dropna().str[:4].astype(int)
    if not known.is_monotonic_increasing:
        yield "the rows are not in order of time"


@relation("policies")
def documents_named_are_as_many_as_claimed(tables: Tables) -> Iterator[str]:
    """The documents that the article names have the positions 1, 2, …, as many as it names."""
    positions = sorted(tables["policies"]["named_position"].dropna().astype(int))
    named = int(_one(tables["claims"], claim_id="C31"))
    if positions != list(range(1, named + 1)):
        yield f"the positions {positions}, {named} documents named"


@relation("policies")
def a_document_refers_to_an_earlier_one(tables: Tables) -> Iterator[str]:
    """What a document cites or revises is another row, and an earlier one."""
    table = tables["policies"].dropna(subset=["refers_to"])
    for _row, document in table.iterrows():
        earlier = list(tables["policies"]["policy_id"])
        earlier = earlier[: earlier.index(document["policy_id"])]
        if document["refers_to"] not in earlier:
            yield f"{document['policy_id']} refers to {document['refers_to']}"


@relation("policies")
def document_numbers_fit_their_dates(tables: Tables) -> Iterator[str]:
    """The year in a document number is that of its adoption, or of publication if none is known."""
    table = tables["policies"].dropna(subset=["doc_number"])
    for _row, document in table.iterrows():
        found = re.search(r"〔(\d{4})〕", document["doc_number"])
        dates = document[["date_adopted", "date_published"]].dropna()
        if found and len(dates) and found[1] != dates.iloc[0][:4]:
            yield f"{document['policy_id']}: {document['doc_number']}, dated {dates.iloc[0]}"
