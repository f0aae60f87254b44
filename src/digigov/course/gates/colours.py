"""A gate on charts: what a legend tells by colour can be told without it, too.

Colour is not enough for a reader who does not see it, a greyscale print, or a weak projector. A
category that a legend explains by its colour has to show in another channel as well (a place, a
shape, a dash, a word), or its colours have to differ in lightness by 3:1, which WCAG 2.2
(*Understanding Success Criterion 1.4.1: Use of Color*) takes for a distinction of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, contrast, theme
from digigov.course.notebook import charts_of

MIN_CONTRAST = 3.0

COLOURS = ("color", "fill", "stroke")
OTHERS = (
    *("shape", "strokeDash", "text", "x", "y", "xOffset", "yOffset", "row", "column", "facet"),
    *("angle", "size", "strokeWidth"),
)
"""Channels that tell categories apart without colour."""

REMEDY = "add a shape, a dash or a word, or take colours 3:1 apart"

_HEX = re.compile(r"#[0-9A-Fa-f]{6}")
_NAMED = {"white": "#FFFFFF", "black": "#000000"}

Spec = Mapping[str, Any]
Rows = Sequence[Mapping[str, Any]]


class _View(NamedTuple):
    """Marks that are drawn over one another."""

    encodings: list[Spec]
    rows: list[Rows]


def check_colours(nb: NotebookNode) -> list[str]:
    """Find categories that charts tell by hue alone.

    Only what a legend explains is looked at: colour without a legend is emphasis, or has its name
    written beside it. Marks are taken to be opaque.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems = []
    for number, data in charts_of(nb):
        spec = data[VEGALITE_MIME]
        for view in _views(spec, {}, (), spec.get("datasets", {})):
            for problem in dict.fromkeys(_told_by_hue(view, spec.get("config", {}))):
                problems.append(f"cell {number}: {problem}")
    return list(dict.fromkeys(problems))


def _views(spec: Spec, inherited: Spec, rows: Rows, datasets: Spec) -> Iterator[_View]:
    inherited = {**inherited, **_facets(spec), **spec.get("encoding", {})}
    rows = _rows(spec, rows, datasets)
    if "layer" in spec:
        view = _View([], [])
        for part in spec["layer"]:
            for inner in _views(part, inherited, rows, datasets):
                view.encodings.extend(inner.encodings)
                view.rows.extend(inner.rows)
        yield view
        return
    parts = [part for key in ("hconcat", "vconcat", "concat") for part in spec.get(key, ())]
    if "spec" in spec:
        parts.append(spec["spec"])
    if not parts:
        yield _View([inherited], [rows])
    for part in parts:
        yield from _views(part, inherited, rows, datasets)


def _facets(spec: Spec) -> Spec:
    facet = spec.get("facet", {})
    return {"facet": facet} if "field" in facet else facet


def _rows(spec: Spec, inherited: Rows, datasets: Spec) -> Rows:
    data: Spec = spec.get("data") or {}
    named: Rows = datasets.get(data.get("name", ""), inherited)
    return data.get("values", named)


def _told_by_hue(view: _View, config: Spec) -> list[str]:
    shown = {
        field
        for encoding in view.encodings
        for channel in OTHERS
        for definition in _definitions(encoding.get(channel))
        if (field := _field(definition))
    }
    told: dict[str, list[str]] = {}
    for encoding, rows in zip(view.encodings, view.rows, strict=True):
        for channel in COLOURS:
            for definition in _definitions(encoding.get(channel)):
                field = _field(definition)
                if (
                    field
                    and definition.get("type") in ("nominal", "ordinal")
                    and definition.get("legend", {}) is not None
                    and definition.get("scale", {}) is not None
                    and not any(_same(field, other, rows) for other in shown)
                ):
                    told.setdefault(field, []).append(_too_close(field, definition, rows, config))
    # One channel is enough: outlines may be alike where the fills differ.
    return [problems[0] for problems in told.values() if all(problems)]


def _definitions(channel: Any) -> Iterator[Spec]:
    """What a channel shows: its own field, and those of its conditions."""
    if isinstance(channel, list):
        for part in channel:
            yield from _definitions(part)
    elif isinstance(channel, Mapping):
        yield channel
        conditions = channel.get("condition", [])
        yield from conditions if isinstance(conditions, list) else [conditions]


def _field(definition: Spec) -> str | None:
    field = definition.get("field")
    return field if isinstance(field, str) else None


def _same(field: str, other: str, rows: Rows) -> bool:
    """Whether another field tells the same categories, one for one."""
    if field == other:
        return True
    pairs = {(str(row[field]), str(row[other])) for row in rows if field in row and other in row}
    return bool(pairs) and len(pairs) == len({one for one, _ in pairs}) == len(
        {two for _, two in pairs}
    )


def _too_close(field: str, definition: Spec, rows: Rows, config: Spec) -> str:
    """What is wrong with the colours of a field; empty if lightness tells them apart."""
    scale = definition.get("scale", {})
    present = sorted({row[field] for row in rows if row.get(field) is not None}, key=str)
    domain = scale.get("domain") or present
    colours = scale.get("range")
    if colours is None and "scheme" not in scale:
        kind = "category" if definition["type"] == "nominal" else "ordinal"
        colours = config.get("range", theme()["config"]["range"]).get(kind)
    calculated = bool(rows) and not any(field in row for row in rows)
    shown = [value for value in domain if calculated or value in present]
    said = f"{field!r} is told by colour alone"
    if len(shown) < 2:
        return ""
    if not isinstance(colours, list) or len(colours) < len(domain):
        return f"{said}; {REMEDY}"
    by_value = {
        value: _NAMED.get(colour, colour) for value, colour in zip(domain, colours, strict=False)
    }
    for one, two in combinations(shown, 2):
        first, second = by_value[one], by_value[two]
        if not (_HEX.fullmatch(first) and _HEX.fullmatch(second)):
            return f"{said}: {first} and {second} cannot be compared; write them as #RRGGBB"
        if (ratio := contrast(first, second)) < MIN_CONTRAST:
            return f"{said}: {one} and {two} are {ratio:.1f}:1 apart in lightness; {REMEDY}"
    return ""
