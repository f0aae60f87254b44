"""Static images of charts, drawn when somebody will look at them, and each only once.

Drawing takes longer than all else that a page needs, so an image is kept under the hash of what it
depends on: the chart, the program that draws it, and the fonts that it is laid out with.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, to_svg
from digigov.course.errors import CourseError
from digigov.course.files import digest, write_atomically
from digigov.course.notebook import charts_of
from digigov.course.publish.fonts import family_for
from digigov.course.runs.store import KEEP_DAYS
from digigov.data import project_root

SVG_MIME = "image/svg+xml"

IMAGES = project_root() / "build" / "cache" / "images"
"""Folder that keeps what was drawn and used within a month."""


def draw_images(notebook: NotebookNode) -> None:
    """Give each chart of an executed notebook its image, as `digigov.show` does in a lesson.

    Parameters
    ----------
    notebook : NotebookNode
        Changed in place; charts that have an image keep it.
    """
    for _number, data in charts_of(notebook):
        if SVG_MIME not in data:
            data[SVG_MIME] = drawn(data[VEGALITE_MIME])


def drawn(spec: dict[str, Any]) -> str:
    """The image of a chart, as `digigov.charts.to_svg` draws it.

    Parameters
    ----------
    spec : dict
        Its Vega-Lite specification, with a ``description``.
    """
    return _drawn(json.dumps(spec))


@lru_cache(1024)
def _drawn(spec: str) -> str:
    path = IMAGES / f"{digest(spec, _drawing())}.svg"
    with contextlib.suppress(OSError, ValueError):
        checksum, svg = path.read_text("utf-8").split("\n", 1)
        if checksum == digest(svg):
            os.utime(path)
            return svg
    chart = json.loads(spec)
    svg = to_svg(chart, family_for(json.dumps(chart, ensure_ascii=False)))
    # A folder that takes no files costs time, not the image.
    with contextlib.suppress(CourseError):
        write_atomically(path, f"{digest(svg)}\n{svg}")
    return svg


def remove_unused() -> None:
    """Remove the images that were not used for a month; nothing else that lies beside them."""
    oldest = time.time() - 86_400 * KEEP_DAYS
    for path in IMAGES.glob("*.svg"):
        if re.fullmatch(r"[0-9a-f]{64}\.svg", path.name):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


@cache
def _drawing() -> str:
    """What an image depends on beside its chart: our own code, the renderer, the fonts."""
    from digigov import charts

    remove_unused()  # once a process
    fonts = ""
    if shutil.which("fc-list"):
        listed = subprocess.run(
            ["fc-list", ":", "file", "family", "fontversion"],
            capture_output=True,
            text=True,
            check=False,
        )
        fonts = "\n".join(sorted(listed.stdout.splitlines()))
    code = Path(charts.__file__).read_text("utf-8")
    return digest(importlib.metadata.version("vl-convert-python"), code, fonts)
