"""Named results of the lessons held against ``ci/expected``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from digigov.course.errors import CourseError
from digigov.course.lessons import Lesson
from digigov.data import project_root
from digigov.parameters import read_yaml

_FUNCTIONS = {
    function.__name__: function
    for function in (abs, all, any, len, max, min, round, set, sorted, sum, zip)
}

FORM = {
    "type": "object",
    "properties": {
        "results": {
            "type": "object",
            "additionalProperties": {"type": "object", "required": ["value"]},
        },
        "invariants": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["results", "invariants"],
}
"""JSON Schema of a file in ``ci/expected``."""


@cache
def expectations(stem: str) -> Mapping[str, Any]:
    """Expected results and invariants of a lesson.

    Raises
    ------
    CourseError
        If the file is missing: a lesson without expectations cannot fail.
    ParameterError
        If it is of another form.
    """
    path = project_root() / "ci" / "expected" / f"{stem}.yml"
    if not path.exists():
        raise CourseError(f"ci/expected/{stem}.yml is missing: the lesson has no expected results")
    return read_yaml(path, FORM)


def failures(
    lesson: Lesson, set_name: str, parameters: Mapping[str, Any], results: Mapping[str, Any]
) -> Iterator[str]:
    """What is wrong with the results of a run.

    Parameters
    ----------
    lesson : Lesson
    set_name : str
        Expected values hold for the set ``"default"``; invariants for every set.
    parameters, results : mapping
        All parameters of the run, and its named results.
    """
    expected = expectations(lesson.stem)
    if set_name == "default":
        yield from _unexpected(expected["results"], results)
    names = {**_FUNCTIONS, **parameters, **results}
    for invariant in expected["invariants"]:
        try:
            holds = eval(invariant, {"__builtins__": {}, **names})
        except Exception as error:
            yield f"invariant {invariant!r} cannot be evaluated: {error}"
            continue
        if not holds:
            used = {
                name: names[name]
                for name in _names_in(invariant)
                if name in results or name in parameters
            }
            values = ", ".join(f"{name} = {value!r}" for name, value in used.items())
            yield f"invariant {invariant!r} does not hold: {values[:300]}"


def _names_in(expression: str) -> tuple[str, ...]:
    return compile(expression, "<invariant>", "eval").co_names


def _unexpected(expected: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(set(expected) - set(results)):
        yield f"result {name} is not recorded"
    for name in sorted(set(results) - set(expected)):
        yield f"result {name} = {results[name]!r} is recorded but not expected"
    for name, spec in expected.items():
        if name in results and not matches(results[name], spec):
            yield f"result {name} = {results[name]!r}, expected {spec['value']!r}"


def matches(value: Any, spec: Mapping[str, Any]) -> bool:
    """Whether a result equals its expected value, within ``rel`` or ``abs`` if given."""
    wanted = spec["value"]
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(value) == len(wanted)
            and all(matches(a, {**spec, "value": b}) for a, b in zip(value, wanted, strict=True))
        )
    if isinstance(wanted, float) or "rel" in spec or "abs" in spec:
        return (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isclose(
                value, wanted, rel_tol=spec.get("rel", 1e-9), abs_tol=spec.get("abs", 0.0)
            )
        )
    return type(value) is type(wanted) and value == wanted
