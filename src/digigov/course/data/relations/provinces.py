"""Relations of the provinces: population, product, area, the tile map."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from digigov.course.data.relations.base import (
    Tables,
    apart,
    figure_names,
    one_value,
    relation,
    said,
    true_cells,
)

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
    for name, column in true_cells(change.abs() > 0.025):
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
    """A coverage is 1 unless another is restated."""
    column = "urban_share_2020_coverage"
    table = tables["provinces"].dropna(subset=["urban_share_2020_pct"])
    explained = figure_names(table, "provinces", column).isin(said(tables, "restated").index)
    for row in table.index[~explained & (table[column] != 1)]:
        yield f"{table['name_en'][row]} has {table[column][row]}"


@relation("provinces")
def national_share_of_the_aged_is_the_mean(tables: Tables) -> Iterator[str]:
    """The national share aged 65 and over is the mean of the provinces, weighted by population."""
    table = tables["provinces"].set_index("code")
    provinces = table.drop("000000")
    mean = np.average(provinces["aged65_share_2020_pct"], weights=provinces["pop_2020_10k"])
    # Servicemen are young, so the mean lies above the national share by up to 0.02 points.
    if not -0.05 <= mean - table["aged65_share_2020_pct"]["000000"] <= 0.07:
        yield f"mean {mean:.3f}, national {table['aged65_share_2020_pct']['000000']}"
    names = figure_names(tables["provinces"], "provinces", "aged65_share_2020_pct")
    recomputed = names.map(said(tables, "recomputed"))
    off = (tables["provinces"]["aged65_share_2020_pct"] - recomputed).abs() > 0.5
    for row in names.index[off]:
        yield f"{tables['provinces']['name_en'][row]}: {recomputed[row]} from its prefectures"


@relation("provinces")
def national_penetration_is_that_of_the_survey(tables: Tables) -> Iterator[str]:
    """Internet penetration of 2022 is that of the survey of December 2022."""
    table = tables["provinces"].set_index("code")["internet_penetration_2022_pct"]
    survey = one_value(tables["internet"], metric="penetration", group="all", period="2022-12")
    if apart(table["000000"], survey, 1e-9):
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
