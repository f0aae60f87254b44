"""Relations of the UN's index of digital government."""

from __future__ import annotations

from collections.abc import Iterator

from digigov.course.data.relations.base import Tables, figure_names, relation, said, true_cells

# UN index


@relation("egdi")
def index_is_mean_of_components(tables: Tables) -> Iterator[str]:
    """EGDI is the mean of its components, weighted 0.34, 0.33, 0.33 in 2008 and 2010."""
    table = tables["egdi"].query("iso3 != 'WLD'").dropna(subset=["egdi"])
    weighted = table["year"].isin([2008, 2010])
    mean = table[["osi", "tii", "hci"]].mean(axis="columns")
    mean = mean.mask(weighted, table[["osi", "tii", "hci"]] @ [0.34, 0.33, 0.33])
    # Two rows of 2008 do not fit in the UN file either.
    expected_error = figure_names(table, "egdi", "egdi").map(said(tables, "misfit")).fillna(0)
    error = (table["egdi"] - mean).abs()
    for row in table.index[(error - expected_error).abs() > 1e-4]:
        yield f"{table['iso3'][row]} {table['year'][row]} is off by {error[row]:.5f}"


@relation("egdi")
def rank_follows_from_index(tables: Tables) -> Iterator[str]:
    """The rank of a country is its place by EGDI, ties sharing a place unless the UN breaks them."""
    table = tables["egdi"].query("iso3 != 'WLD'").dropna(subset=["egdi"])
    place = table.groupby("year")["egdi"].rank(method="min", ascending=False)
    place += figure_names(table, "egdi", "rank").isin(said(tables, "tie").index)
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
    for year, column in true_cells(~(error <= 6e-5)):
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
