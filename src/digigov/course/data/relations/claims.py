"""Relations of the article's claims, and of the systems they are about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digigov.course.data.relations.base import Tables, apart, one_value, relation

# Claims


def _claim(tables: Tables, claim_id: str) -> float:
    return one_value(tables["claims"], claim_id=claim_id)


@relation("claims")
def claims_on_the_index_are_in_the_table(tables: Tables) -> Iterator[str]:
    """Claims C17 to C20 and C32 are what the UN table of 2022 says about China."""
    edition = tables["egdi"].query("year == 2022 and iso3 != 'WLD'").set_index("iso3")
    infrastructure = edition["tii"]["CHN"]
    place = int((edition["tii"] > infrastructure).sum()) + 1
    for claim_id, expected in (
        ("C17", edition["rank"]["CHN"]),
        ("C18", infrastructure),
        ("C19", place),
        ("C20", len(edition)),
    ):
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
        expected = one_value(tables["industry_classes"], "n_classes", **where)
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
    if apart(100 * holders / coverage, population, 0.0015):
        yield f"they imply {100 * holders / coverage:,.0f}, the population was {population:,.0f}"
    cards = {"entity": "social_security_card", "metric": "holders"}
    before = one_value(tables["platform_series"], period="2021-12", **cards)
    after = one_value(tables["platform_series"], period="2023-12", **cards)
    if not before <= holders <= after:
        yield f"C11 = {holders:,.0f} is not between {before:,.0f} and {after:,.0f}"


@relation("claims")
def bounds_hold_and_are_close(tables: Tables) -> Iterator[str]:
    """A claim that is printed as a lower bound lies below the measured figure, by at most 5 %."""
    population = 1e4 * tables["provinces"].set_index("code")["pop_2022_10k"]["000000"]
    items = one_value(
        tables["platform_series"],
        metric="provincial_licensing_items_online_at_most_one_visit",
        period="2024",
    )
    for claim_id, measured in (("C01", population), ("C06", items)):
        if not 0.95 * measured <= _claim(tables, claim_id) <= measured:
            yield f"{claim_id} = {_claim(tables, claim_id):,g}, measured {measured:,g}"
    entities = one_value(
        tables["platform_series"], entity="market_entities", metric="total", period="2022-12"
    )
    if _claim(tables, "C02") > entities:
        yield f"C02 = {_claim(tables, 'C02'):,g}, there were {entities:,g}"


@relation("claims")
def claims_on_platforms_lie_between_neighbours(tables: Tables) -> Iterator[str]:
    """Claims on users, uses and services lie between the figures printed before and after."""
    series = tables["platform_series"]

    def figure(entity: str, metric: str, period: str) -> float:
        return one_value(series, entity=entity, metric=metric, period=period)

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
    ):  # fmt: skip  # a claim over its two figures
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
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 12: "twelve", 15: "fifteen",
}  # fmt: skip  # a table of words


@relation("claims")
def claims_agree_with_their_system(tables: Tables) -> Iterator[str]:
    """The description of a system repeats the claims on it as they are; so do its lines."""
    systems = tables["systems"].set_index("system")
    claims = tables["claims"].set_index("claim_id")
    for claim_id, words in (
        ("C07", "over {}, "), ("C08", ", {} and "), ("C09", "and {} classes"),
        ("C10", "and {} provinces"), ("C13", "with {} services"),
        ("C14", "and {} electronic certificates"), ("C16", "within {} minutes"),
        ("C22", "; {} networks"), ("C23", ", {} portal"), ("C24", ", {} databases"),
        ("C25", ", {} golden projects"), ("C27", "by {} city applications"),
        ("C29", "with {} channels"), ("C31", "{} named documents"),
    ):  # fmt: skip  # claims side by side
        system, value = claims.loc[claim_id, ["system", "value"]]
        said = words.format(NUMBER_WORDS.get(value, f"{value:g}"))
        if said not in systems["what_it_is_en"][system].lower():
            yield f"{claim_id} = {value:g}: the description of {system} does not say {said!r}"
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
