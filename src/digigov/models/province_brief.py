"""What is known about a province, how it stands among the others, and what nobody published."""

from __future__ import annotations

import math

import pandas as pd

from digigov.models import capability_gap, fifteen_minutes

NATION = "000000"

ENTITIES = {
    "beijing_12345": "110000",
    "beijing_12345_business": "110000",
    "beijing_12345_etown": "110000",
    "beijing_tong": "110000",
    "shanghai_one_stop": "310000",
    "suishenban": "310000",
    "zhejiang_service_network": "330000",
    "zheliban": "330000",
    "guangdong_service_network": "440000",
    "yueshangtong": "440000",
    "yueshengshi": "440000",
    "yuezhizhu": "440000",
}
"""Province of each platform in the dataset ``platform_series`` that belongs to one."""

NAMED_BY_THE_ARTICLE = frozenset({"110000", "310000", "320000", "330000", "440000", "520000"})
"""Provinces that the article names among the 17 at the top level in 2023 (line 25, claim C21)."""


def indicators(provinces: pd.DataFrame) -> pd.DataFrame:
    """Figures of the 31 provinces that are published, or follow from published ones.

    Parameters
    ----------
    provinces : DataFrame
        ``load("provinces")``.

    Returns
    -------
    DataFrame
        Indexed by code, 31 rows: ``residents`` (persons, 2022), ``change`` (percent, 2020 to 2024),
        ``density`` (residents of 2022 per km²), ``urban`` and ``aged`` (percent of residents in
        towns, and aged 65 and over, census of 2020) and ``output`` (yuan a head, 2022). Missing
        where the source has none.
    """
    rows = provinces[provinces["code"] != NATION].set_index("code")
    residents = 1e4 * rows["pop_2022_10k"].astype(float)
    return pd.DataFrame(
        {
            "residents": residents,
            "change": 100 * (rows["pop_2024_10k"] / rows["pop_2020_10k"] - 1).astype(float),
            "density": residents / rows["area_km2"].astype(float),
            "urban": rows["urban_share_2020_pct"].astype(float),
            "aged": rows["aged65_share_2020_pct"].astype(float),
            "output": 1e8 * rows["gdp_2022_100m_yuan"].astype(float) / residents,
        }
    )


def standing(values: pd.Series, code: str) -> tuple[int, int] | None:
    """Rank of a province among those that have a figure, 1 for the largest.

    Parameters
    ----------
    values : Series
        Indexed by code; missing where there is no figure.
    code : str

    Returns
    -------
    tuple of int, or None
        Rank, and how many have a figure; provinces with equal figures share the better rank
        (competition ranking). None if the province itself has no figure.

    Raises
    ------
    ValueError
        If there is no such province.
    """
    if code not in values.index:
        raise ValueError(f"code = {code!r} is not one of the {len(values)} provinces")
    if pd.isna(values[code]):
        return None
    return int((values > values[code]).sum()) + 1, int(values.notna().sum())


def points_to_cover(area_km2: float, minutes: float, speed_kmh: float, detour: float) -> int:
    """Least number of service points that could bring every place within a travel time.

    Discs of the reach of a point cannot cover a plane with less than their area times 2π/√27
    (Kershner 1939, American Journal of Mathematics 61(3)).

    Parameters
    ----------
    area_km2 : float
    minutes : float
    speed_kmh : float
    detour : float
        Length of a road over the straight line, 1 or more.

    Returns
    -------
    int
        A lower bound; at least 1.

    Raises
    ------
    ValueError
        If a figure is not positive, or the detour below 1.
    """
    for name, value in (("area_km2", area_km2), ("minutes", minutes), ("speed_kmh", speed_kmh)):
        if not value > 0:
            raise ValueError(f"{name} = {value} must be positive")
    if detour < 1:
        raise ValueError(
            f"detour = {detour} must be 1 or more: no road is shorter than a straight line"
        )
    reach = speed_kmh * minutes / 60 / detour
    return math.ceil(2 * area_km2 / (math.sqrt(27) * reach**2))


def need(
    provinces: pd.DataFrame, internet: pd.DataFrame, odds_ratio: float = 1.0, error: float = 0.0
) -> pd.Series:
    """Modelled share of residents who cannot use an online service by themselves (lesson 17).

    Parameters
    ----------
    provinces, internet : DataFrame
        The datasets of those names.
    odds_ratio : float
        How much older the countryside is than the towns; see `capability_gap.joint_shares`.
    error : float
        Added to the share of users who manage, in all groups.

    Returns
    -------
    Series
        Indexed by code, 0 to 1, where the province has an urban share; missing elsewhere.
    """
    draw = pd.DataFrame({"odds_ratio": [odds_ratio], "error_young": [error]})
    return need_in_draws(provinces, internet, draw).iloc[0].rename(None)


def need_in_draws(
    provinces: pd.DataFrame, internet: pd.DataFrame, draws: pd.DataFrame
) -> pd.DataFrame:
    """What `need` models under each draw of what it assumes.

    Parameters
    ----------
    provinces, internet : DataFrame
        The datasets of those names.
    draws : DataFrame
        From `capability_gap.draw_assumptions`; ``error_young`` is the error of all groups.

    Returns
    -------
    DataFrame
        One row a draw, one column a province, by its code.
    """
    rows = provinces[provinces["code"] != NATION].set_index("code")
    national = provinces.set_index("code").loc[NATION]
    now = capability_gap.published(internet)
    online = now["penetration"] / 100
    people = now["users"] / online
    aged, rural = (people[group] / people["all"] for group in ("60plus", "rural"))
    manages = capability_gap.manages_by_group(internet)
    older = rows["aged65_share_2020_pct"].astype(float) / national["aged65_share_2020_pct"] * aged
    in_towns = fifteen_minutes.calibration(provinces)["urban_share"]
    residents, is_known = pd.Series(1.0, index=rows.index), rows["urban_share_2020_pct"].notna()
    needs = []
    for draw in draws.itertuples():
        fitted = capability_gap.online_by_group(
            capability_gap.joint_shares(aged, rural, draw.odds_ratio),
            everybody=online["all"],
            aged_60_plus=online["60plus"],
            rural=online["rural"],
        )
        able = fitted * (manages + draw.error_young)
        shares = capability_gap.residents_by_group(older, 1 - in_towns, residents, draw.odds_ratio)
        needs.append((1 - (shares * able).sum(axis=1)).where(is_known))
    return pd.DataFrame(needs)


def assessments(capability: pd.DataFrame, code: str) -> pd.DataFrame:
    """What each edition of the capability assessment prints about a province.

    Parameters
    ----------
    capability : DataFrame
        ``load("province_capability")``.
    code : str

    Returns
    -------
    DataFrame
        Indexed by edition, one row each: ``named`` (whether our sources name it), ``level``,
        ``rank`` and ``score``, missing where they are not printed.
    """
    editions = sorted(capability["edition"].unique())
    rows = capability[(capability["record"] == "province") & (capability["code"] == code)]
    found = rows.set_index("edition")[["level", "rank", "score"]].reindex(editions)
    return found.assign(named=[edition in set(rows["edition"]) for edition in editions])


def known(provinces: pd.DataFrame, capability: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """For which provinces our sources have what a brief would need.

    Parameters
    ----------
    provinces, capability, series : DataFrame
        The datasets ``provinces``, ``province_capability`` and ``platform_series``.

    Returns
    -------
    DataFrame of bool, shape (31, 12)
        Provinces by topic.
    """
    rows = provinces[provinces["code"] != NATION].set_index("code")
    named = capability[capability["record"] == "province"]
    of = series.assign(code=series["entity"].map(ENTITIES)).dropna(subset="code")

    def has(metrics: list[str]) -> list[bool]:
        there = set(of.loc[of["metric"].isin(metrics), "code"])
        return [code in there for code in rows.index]

    def edition(year: int) -> list[bool]:
        there = set(named.loc[named["edition"] == year, "code"])
        return [code in there for code in rows.index]

    hotlines = set(of.loc[of["entity"].str.contains("12345"), "code"])
    return pd.DataFrame(
        {
            "residents": rows["pop_2024_10k"].notna(),
            "area": rows["area_km2"].notna(),
            "aged": rows["aged65_share_2020_pct"].notna(),
            "urban": rows["urban_share_2020_pct"].notna(),
            "capability_2020": edition(2020),
            "capability_2022": edition(2022),
            "users": has(
                ["registered_users", "real_name_users", "monthly_active_users", "downloads"]
            ),
            "services": has(["services"]),
            "hotline": [code in hotlines for code in rows.index],
            "online": rows["internet_penetration_2022_pct"].notna(),
            "visits": has(["cases_at_most_one_visit_share"]),
            "counters": False,
        },
        index=rows.index,
    ).astype(bool)
