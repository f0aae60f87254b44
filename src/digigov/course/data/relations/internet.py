"""Relations of the surveys of internet users."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pandas as pd

from digigov.course.data.relations.base import (
    Tables,
    decimal_year,
    neighbours,
    one_value,
    population_bounds,
    relation,
)


def consecutive(series: pd.Series) -> Iterator[tuple[tuple[Any, Any], tuple[Any, Any]]]:
    """Neighbouring (label, value) pairs of a series, missing values left out."""
    return pairwise(series.dropna().items())


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
            low, high = population_bounds(tables, period)
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
        low, high = population_bounds(tables, period)
        if not low <= value <= high:
            yield f"urban and rural residents of {period} make {value:,.0f} people"
    # Where users are printed only in total, the penetrations alone imply the rural share.
    rural_share = (penetration["urban"] - penetration["all"]) / (
        penetration["urban"] - penetration["rural"]
    )
    for period, share in rural_share.dropna().items():
        if not 0.38 <= share <= 0.46:
            yield f"the penetrations of {period} imply that {share:.0%} live in the country"
    for (before, first), (after, second) in consecutive(rural_share):
        if abs(second - first) > 0.015 + 0.012 * (decimal_year(after) - decimal_year(before)):
            yield f"the rural share jumps from {first:.1%} ({before}) to {second:.1%} ({after})"


@relation("internet")
def rural_users_fit_the_rural_population(tables: Tables) -> Iterator[str]:
    """After the census, rural users divided by penetration give the rural population."""
    wide = _wide_internet(tables)
    provinces = tables["provinces"].set_index("code").loc["000000"]
    rural_2022 = 100 - provinces["urban_share_2022_pct"]
    implied = 100 * wide["users", "rural"] / wide["penetration", "rural"]
    for period, rural in implied[implied.index >= "2021"].dropna().items():
        population = sum(population_bounds(tables, period)) / 2
        # The rural share falls by about 0.65 points a year.
        expected = rural_2022 - 0.65 * (decimal_year(period) - 2023)
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
        for before, after in neighbours(series):
            years = decimal_year(after["period"]) - decimal_year(before["period"])
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
    for (before, first), (after, second) in consecutive(implied):
        yearly = (second / first) ** (1 / (decimal_year(after) - decimal_year(before))) - 1
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
def government_service_users_are_users(tables: Tables) -> Iterator[str]:
    """Users of government services are some of the users."""
    table = tables["internet"]
    services = table[table["metric"] == "egov_service_users"].set_index("period")
    users = table[(table["metric"] == "users") & (table["group"] == "all")].set_index("period")
    for period, row in services.iterrows():
        if row["value"] > users["value"][period]:
            yield f"{period}: more than all users"


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
    basic = one_value(table, metric="basic_digital_skill", group="users")
    if one_value(table, metric="intermediate_digital_skill", group="users") >= basic:
        yield "intermediate skills are more common than basic ones"
    middle_aged = one_value(table, metric="basic_digital_skill", group="50_59_users")
    students = one_value(table, metric="basic_digital_skill", group="student_users")
    if not middle_aged < basic < students:
        yield "the groups are not in the order 50 to 59, all, students"
