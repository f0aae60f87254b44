"""Small notebooks with a chart, for tests of gates and pages."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from digigov.charts import VEGALITE_MIME

DESCRIPTION = "Bar chart of users by year; the bars grow from 809 million to over one billion."
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="300" height="120">'
    "<text font-family=\"'Noto Sans CJK SC', sans-serif\">用户 users</text></svg>"
)


def chart(description=DESCRIPTION, svg=SVG, **changes):
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": description,
        "datasets": {"a": [{"x": 1, "url": "https://example.org is a value, not an address"}]},
        "data": {"name": "a"},
        "mark": "bar",
    }
    data = {VEGALITE_MIME: spec | changes, "text/plain": description}
    return new_output("display_data", data=data | ({"image/svg+xml": svg} if svg else {}))


def notebook(*cells):
    nb = new_notebook(cells=list(cells))
    nbformat.validate(nb)
    return nb


def code(*outputs, source="x = 1", tags=()):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown(data, **options):
    return new_output("display_data", data=data, **options)
