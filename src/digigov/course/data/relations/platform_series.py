"""Relations of the series on platforms, cards and hotlines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from digigov.course.data.relations.base import (
    Tables,
    apart,
    decimal_year,
    figure_names,
    neighbours,
    one_value,
    population_bounds,
    relation,
    said,
)


def _name(row: pd.Series) -> str:
    return f"{row['entity']} {row['metric']} {row['period']}"


@relation("platform_series")
def residual_of_the_hotline_closes_the_sum(tables: Tables) -> Iterator[str]:
    """Cases since 2019 are those to November 2021, the residual, 2023 and half of 2024."""
    hotline = tables["platform_series"].query("entity == 'beijing_12345'")
    parts = [
        one_value(hotline, metric="cases_cumulative_since_2019", period="2021-11"),
        one_value(hotline, metric="cases_residual_dec2021_to_dec2022", period="2022"),
        one_value(hotline, metric="cases", period="2023"),
        one_value(hotline, metric="cases_half_year", period="2024-06"),
    ]
    whole = one_value(hotline, metric="cases_cumulative_since_2019", period="2024-06")
    if apart(sum(parts), whole, 0.001):
        yield f"{sum(parts):,.0f} and {whole:,.0f}"


@relation("platform_series")
def hotline_figures_fit_each_other(tables: Tables) -> Iterator[str]:
    """Phone and online make all cases, complaints and enquiries too; parts do not exceed wholes."""
    hotline = tables["platform_series"].query("entity == 'beijing_12345'")

    def cases(metric: str, period: str) -> float:
        return one_value(hotline, metric=metric, period=period)

    if apart(
        cases("cases_by_phone", "2020") + cases("cases_online", "2020"),
        cases("cases", "2020"),
        1e-6,
    ):
        yield "phone and online cases of 2020 are not all cases"
    since = "cases_cumulative_since_2019"
    parts = [
        cases(f"{kind}_cumulative_since_2019", "2021-11") for kind in ("complaints", "enquiries")
    ]
    if apart(sum(parts), cases(since, "2021-11"), 1e-6):
        yield "complaints and enquiries to November 2021 are not all cases"
    # Two sources print 2019 differently; they stay within five per cent of each other.
    if apart(cases("cases_alternative", "2019"), cases("cases", "2019"), 0.05):
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
    }  # fmt: skip  # metrics of a kind side by side
    rising = table["metric"].isin(stocks) | table["metric"].str.contains("cumulative")
    # Rows of sources in conflict stand beside the series, not in it.
    disputed = figure_names(table, "platform_series").isin(said(tables, "conflict").index)
    for (entity, metric), series in table[rising & ~disputed].groupby(["entity", "metric"]):
        for before, after in neighbours(series):
            if after["value"] < 0.995 * before["value"]:
                yield f"{entity} {metric} falls from {before['period']} to {after['period']}"


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
        for before, after in neighbours(series):
            years = decimal_year(after["period"]) - decimal_year(before["period"])
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
            low, high = population_bounds(tables, coverage["period"])
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
    misprint = one_value(table, metric="private_entities_as_printed", period="2024-09") / 1e4
    if not 0.92 <= misprint / one_value(table, metric="total", period="2024-09") <= 1:
        yield f"private entities, unit corrected, are {misprint:,.0f}"


@relation("platform_series")
def two_sources_of_one_figure_agree(tables: Tables) -> Iterator[str]:
    """Figures that two sources print, under whatever name, are equal."""
    table = tables["platform_series"]
    integrated = {"entity": "national_integrated_platform", "period": "2020-12"}
    national = {"entity": "national_gov_service_platform", "period": "2020-12"}
    first = one_value(table, metric="real_name_users", **integrated)
    if first != one_value(table, metric="registered_users", **national):
        yield "the 809 million of December 2020 are not the same for the two platforms"
    mislabelled = one_value(table, metric="holders_conflicting", period="2024")
    cards = table.query("entity == 'social_security_card' and metric == 'holders'")
    during = cards[cards["period"].str.startswith(("2024", "2025"))]["value"]
    if not during.min() <= mislabelled <= during.max():
        yield "the card count labelled electronic is not the count of physical cards"


@relation("platform_series")
def ratios_in_words_hold(tables: Tables) -> Iterator[str]:
    """Ratios that the sources print in words hold between the figures."""
    table = tables["platform_series"]
    provinces = tables["provinces"].set_index("name_en")

    def figure(entity: str, metric: str, period: str) -> float:
        return one_value(table, entity=entity, metric=metric, period=period)

    shanghai = 1e4 * provinces["pop_2023_10k"]["Shanghai"]
    if figure("shanghai_one_stop", "users", "2023-03") < 3 * shanghai:
        yield "Shanghai's platform does not have more than three times the residents"
    active = figure("suishenban", "monthly_active_users", "2019-10")
    registered = figure("shanghai_one_stop", "real_name_users", "2019-10")
    share = figure("suishenban", "monthly_active_share", "2019-10")
    if abs(100 * active / registered - share) > 0.1:
        yield f"{100 * active / registered:.2f} % of Suishenban's users are active, printed {share}"
    netizens = one_value(tables["internet"], metric="users", group="all", period="2020-03")
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
        if one_value(table, metric=part, **where) > one_value(table, metric=whole, **where):
            yield f"{entity} {part} {period}"


@relation("platform_series")
def all_province_units_were_connected(tables: Tables) -> Iterator[str]:
    """The platform was launched with all province units connected."""
    table = tables["platform_series"]
    provinces = (tables["provinces"]["code"] != "000000").sum()
    # The Xinjiang Production and Construction Corps counts as one more unit.
    if one_value(table, metric="provincial_units_connected", period="2019-05") != provinces + 1:
        yield f"{provinces} provinces and one corps make {provinces + 1} units"


@relation("platform_series")
def settlements_across_provinces_fit_each_other(tables: Tables) -> Iterator[str]:
    """Half a year of settlements is 25 to 60 % of the year; one spares 800 to 2500 yuan on average."""
    settled = tables["platform_series"].query("entity == 'cross_province_settlement'")
    year = one_value(settled, metric="cases", period="2023")
    share = one_value(settled, metric="cases_half_year", period="2023-06") / year
    if not 0.25 <= share <= 0.6:
        yield f"the first half of 2023 makes {share:.0%} of the year"
    spared = one_value(settled, metric="advances_spared", period="2023") / year
    if not 800 <= spared <= 2500:
        yield f"{spared:,.0f} yuan a settlement in 2023"


@relation("platform_series")
def percentages_stay_below_hundred(tables: Tables) -> Iterator[str]:
    """A percentage is at most 100."""
    for dataset in ("claims", "platform_series", "internet"):
        table = tables[dataset]
        for row in table.index[table["unit"].eq("percent") & (table["value"] > 100)]:
            yield f"{dataset}, line {row + 2}: {table['value'][row]}"
