"""Relations of the ranking of provinces' capability."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from digigov.course.data.relations.base import Tables, figure_names, relation, said

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
    """Ranks run from 1 without a gap and follow the scores, but for the pair that conflicts."""
    table = tables["province_capability"].dropna(subset=["rank"])
    for edition, units in table.groupby("edition"):
        ranks = set(units["rank"])
        if ranks != set(range(1, len(ranks) + 1)):
            yield f"the ranks of {edition} have a gap"
        if units.duplicated("rank").any() and units["score"].isna().all() and len(units) > 2:
            yield f"two units of {edition} share a rank"
    scored = table.dropna(subset=["score"]).sort_values("rank")
    conflicts = said(tables, "conflict").index
    noted = figure_names(scored, "province_capability", "rank").isin(conflicts)
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
        yield "the pair that conflicts does not lie between its neighbours"


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
