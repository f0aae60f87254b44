"""Static images of charts, drawn when somebody will look at them, and each only once."""

from __future__ import annotations

import json
from functools import lru_cache

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, to_svg
from digigov.course.gates import charts_of

SVG_MIME = "image/svg+xml"


def draw_images(notebook: NotebookNode) -> None:
    """Give each chart of an executed notebook its image, as `digigov.show` does in a lesson.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place; charts that have an image keep it.
    """
    for _number, data in charts_of(notebook):
        if SVG_MIME not in data:
            data[SVG_MIME] = _image(json.dumps(data[VEGALITE_MIME]))


@lru_cache(1024)
def _image(spec: str) -> str:
    return to_svg(json.loads(spec))
