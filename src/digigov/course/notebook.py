"""Cells and outputs of notebooks: tags, charts, forms in which an output is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME


def description_of(data: Mapping[str, Any]) -> str:
    """Alternative text of a chart."""
    return "".join(data.get("text/plain", "")).strip()


def charts_of(nb: NotebookNode) -> Iterator[tuple[int, Any]]:
    """Charts among the outputs, with the number of their cell from 1."""
    for number, data in bundles_of(nb):
        if VEGALITE_MIME in data:
            yield number, data


def bundles_of(nb: NotebookNode) -> Iterator[tuple[int, Any]]:
    """Outputs that a reader sees in one of several forms, with the number of their cell from 1."""
    for number, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield number, output["data"]


def tags(cell: NotebookNode) -> list[str]:
    """Tags of a cell."""
    return cell.metadata.get("tags", [])
