"""Relations that the content of the datasets has to satisfy, whatever its hash.

A hash says that a file is the published one; it cannot say that what was published is right. The
relations in `ARITHMETIC` look at the content alone: identities, bounds, series that cannot fall,
and figures that two tables hold independently. None of them knows the value of a cell.
"""

from __future__ import annotations

from digigov.course.data.relations import (  # noqa: F401 - each registers its relations
    capability,
    claims,
    comparisons,
    egdi,
    industry,
    internet,
    platform_series,
    policies,
    provinces,
)
from digigov.course.data.relations.base import ARITHMETIC, Tables, problem
from digigov.course.errors import Problem


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
            problem(f"{dataset}.csv", "arithmetic", f"{sentence}: {message}")
            for message in messages
        ]
    return problems
