"""Relations of what is said about figures: shares, growth, conflicts."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from digigov.course.data.relations.base import KEYS, Tables, figure_names, relation

ALONE = ("misfit", "recomputed", "restated")
"""Kinds that name no other figure."""

WORDLESS = ("below", "conflict", "tie")
"""Kinds that have no number."""

SLACK = 0.0015
"""Share of a figure by which printed growth may miss it: both figures and the rate are rounded."""


def _figures(tables: Tables) -> pd.Series:
    """Every figure by the name that comparisons give it; populations in persons."""
    found = []
    for dataset in KEYS:
        table = tables[dataset]
        numeric = table.select_dtypes("number")
        for column in ["value"] if "value" in table else numeric:
            values = numeric[column].astype(float) * (1e4 if column.endswith("_10k") else 1)
            found.append(values.set_axis(figure_names(table, dataset, column)).dropna())
    return pd.concat(found)


@relation("comparisons")
def comparisons_are_about_figures(tables: Tables) -> Iterator[str]:
    """A comparison names figures of the tables, and the number and other figure of its kind."""
    table, known = tables["comparisons"], _figures(tables).index
    for _row, one in table.iterrows():
        said = f"{one['kind']} of {one['figure']}"
        for column in ("figure", "compared_with"):
            if pd.notna(one[column]) and one[column] not in known:
                yield f"{said}: {column} {one[column]} is not a figure"
        for column, kinds in (("compared_with", ALONE), ("value", WORDLESS)):
            if pd.isna(one[column]) != (one["kind"] in kinds):
                yield f"{said}: {column} is {one[column]}; {', '.join(kinds)} alone have none"


@relation("comparisons")
def what_is_said_of_figures_holds(tables: Tables) -> Iterator[str]:
    """A printed share, growth or increase holds between the figures, up to rounding."""
    known = _figures(tables)
    for _row, one in tables["comparisons"].iterrows():
        figure, kind, value = known[one["figure"]], one["kind"], one["value"]
        other = known[one["compared_with"]] if pd.notna(one["compared_with"]) else float("nan")
        expected, allowed = {
            # Right in the last digit that is printed.
            "share": (other * value / 100, 0.006 * other / 10 ** _decimals(value)),
            "growth": (other * (1 + value / 100), SLACK * figure),
            "increase": (other + value, SLACK * figure),
            "part": (100 * value / other, SLACK * figure),
            "restated": (value, 1e-9 * value),
            "tie": (other + 1, 0),
        }.get(kind, (figure, 0))
        if not abs(figure - expected) <= allowed or (kind == "below" and figure >= other):
            yield (
                f"{one['figure']} = {figure:,.10g}, said: {kind} {value:,.10g} "
                f"of {one['compared_with']} = {other:,.10g}, which makes {expected:,.10g}"
            )


def _decimals(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])
