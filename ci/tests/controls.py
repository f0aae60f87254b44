"""Finds controls of a chart that nothing answers to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

LEGENDS = frozenset({"color", "fill", "stroke", "shape", "size", "opacity", "strokeDash"})
"""Channels of Vega-Lite that have a legend, as far as the lessons use them."""

Node = dict[str, Any]


def dead_controls(spec: Node) -> Iterator[str]:
    """What is wrong with the inputs and selections of a specification of Vega-Lite."""
    views = dict(_views(spec, {}, set(), spec.get("datasets", {})))
    for param in _params(spec):
        name = param["name"]
        if param.get("bind") != "scales" and not _is_used(spec, name):
            yield f"{name}: nothing depends on it"
        select = param.get("select", {})
        fields = select.get("fields", []) if isinstance(select, dict) else []
        for view in param.get("views", []):
            if view not in views:
                yield f"{name}: there is no view {view}"
                continue
            encoding, known = views[view]
            for field in fields:
                if field not in known:
                    yield f"{name}: the data of {view} have no field {field}"
                if param.get("bind") == "legend" and not _has_legend(encoding, field):
                    yield f"{name}: {view} has no legend of {field}"


def _has_legend(encoding: Node, field: str) -> bool:
    return any(
        channel in LEGENDS
        and _field(definition) == field
        and definition.get("legend", True) is not None
        for channel, definition in encoding.items()
    )


def _field(definition: Any) -> str | None:
    if not isinstance(definition, dict):
        return None
    # A colour that depends on a selection holds its field in the condition.
    condition = definition.get("condition")
    return definition.get("field") or (
        condition.get("field") if isinstance(condition, dict) else None
    )


def _views(
    node: Node, encoding: Node, known: set[str], datasets: dict[str, list[Node]]
) -> Iterator[tuple[str, tuple[Node, set[str]]]]:
    """Each named view, with its encoding and the fields of its data."""
    encoding = {**encoding, **node.get("encoding", {})}
    if data := node.get("data"):
        rows = datasets.get(data.get("name"), data.get("values", []))
        known = {field for row in rows for field in row}
    known = known | set(_made(node.get("transform", [])))
    if "name" in node:
        yield node["name"], (encoding, known)
    for key in ("layer", "hconcat", "vconcat", "concat"):
        for child in node.get(key, []):
            yield from _views(child, encoding, known, datasets)
    if isinstance(node.get("spec"), dict):
        yield from _views(node["spec"], encoding, known, datasets)


def _made(node: Any) -> Iterator[str]:
    """Fields that transforms make."""
    if isinstance(node, list):
        for one in node:
            yield from _made(one)
    elif isinstance(node, dict):
        made = node.get("as", [])
        yield from [made] if isinstance(made, str) else made
        for one in node.values():
            yield from _made(one)


def _params(node: Any) -> Iterator[Node]:
    """Parameters of a specification, at whatever depth; data are not looked at."""
    if isinstance(node, list):
        for one in node:
            yield from _params(one)
    elif isinstance(node, dict):
        yield from node.get("params", [])
        for key, value in node.items():
            if key not in ("params", "datasets", "data"):
                yield from _params(value)


def _is_used(node: Any, name: str, key: str = "") -> bool:
    if isinstance(node, str):
        # A string elsewhere, such as a title, may hold the name as a word.
        expression = key in ("expr", "filter", "calculate", "test", "param", "update")
        return expression and re.search(rf"\b{re.escape(name)}\b", node) is not None
    if isinstance(node, list):
        return any(_is_used(one, name, key) for one in node)
    if isinstance(node, dict):
        return any(
            _is_used(value, name, own)
            for own, value in node.items()
            if own not in ("datasets", "data")
        )
    return False
