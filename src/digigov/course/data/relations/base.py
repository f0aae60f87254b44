"""How a relation is registered, and what several of them ask of tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from digigov.course.errors import Problem

Tables = Mapping[str, pd.DataFrame]
"""Every dataset by name, with the columns of its file."""


def problem(file: str, gate: str, message: str) -> Problem:
    """A problem that a gate found in a file of ``datasets``."""
    return Problem(f"datasets/{file}", message, gate=gate)


Relation = Callable[[Tables], Iterable[str]]

ARITHMETIC: dict[str, tuple[str, Relation]] = {}
"""Name of each relation to the dataset it is mainly about and the function that tests it."""


def relation(dataset: str) -> Callable[[Relation], Relation]:
    """Register a relation; its docstring is the sentence that has to be true."""

    def register(function: Relation) -> Relation:
        ARITHMETIC[function.__name__] = (dataset, function)
        return function

    return register


def one_value(table: pd.DataFrame, column: str = "value", **where: Any) -> float:
    """The single number in a column where the other columns have the values given."""
    rows = table
    for name, value in where.items():
        rows = rows[rows[name] == value]
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows with {where}")
    return float(rows[column].iloc[0])


def apart(found: float, expected: float, tolerance: float) -> bool:
    """Whether a number is further from another than a share of it."""
    return not abs(found - expected) <= tolerance * abs(expected)


def true_cells(wrong: pd.DataFrame) -> Iterator[tuple[Any, Any]]:
    """Row and column labels of the cells that are true."""
    for row, column in np.argwhere(wrong.to_numpy()):
        yield wrong.index[row], wrong.columns[column]


def decimal_year(period: str) -> float:
    """End of a year or month as a decimal year."""
    year, *month = period.split("-")
    return int(year) + (int(month[0]) / 12 if month else 1)


KEYS = {
    "egdi": ["iso3", "year"],
    "internet": ["period", "metric", "group"],
    "platform_series": ["entity", "metric", "period"],
    "province_capability": ["edition", "code"],
    "provinces": ["code"],
}
"""Columns that tell the rows apart in the datasets whose figures `comparisons` names."""


def figure_names(table: pd.DataFrame, dataset: str, column: str = "value") -> pd.Series:
    """How `comparisons` names the figure of each row: dataset, key, and column of a wide table."""
    names = dataset
    for key in KEYS[dataset]:
        names = names + "/" + table[key].astype(str)
    return names if column == "value" else names + f"/{column}"


def said(tables: Tables, kind: str) -> pd.Series:
    """What `comparisons` says of a kind: value by name of the figure."""
    table = tables["comparisons"]
    return table[table["kind"] == kind].set_index("figure")["value"]


def population_bounds(tables: Tables, period: str) -> tuple[float, float]:
    """Bounds of the population of China at a time, in persons.

    Between the year ends of `provinces` by interpolation; before them the population grew by
    0 to 0.7 % a year. One per cent on either side covers the revision after the census of 2020.
    """
    national = tables["provinces"].set_index("code").loc["000000"]
    years = range(2020, 2025)
    counts = [1e4 * national[f"pop_{year}_10k"] for year in years]
    time = decimal_year(period)
    latest = float(np.interp(time, [year + 1 for year in years], counts))
    earliest = latest * (1 - 0.007 * max(0, 2021 - time))
    return 0.99 * earliest, 1.01 * latest


def neighbours(series: pd.DataFrame) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Neighbouring rows in order of time."""
    ordered = series.iloc[series["period"].map(decimal_year).argsort(kind="stable")]
    return pairwise(row for _label, row in ordered.iterrows())
