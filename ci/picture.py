"""Draws the README's picture, the map of lesson 14 at its defaults; a test says when it is stale.

python ci/picture.py
"""

from __future__ import annotations

from pathlib import Path

from digigov.course.execution import execute
from digigov.course.files import write_atomically
from digigov.course.gates import charts_of
from digigov.course.images import SVG_MIME, draw_images
from digigov.course.manifest import find_lesson
from digigov.course.runs import Run

PICTURE = Path(__file__).parents[1] / "docs" / "lesson-14.svg"


def main() -> None:
    """Run the lesson and keep the image of its first chart."""
    _record, notebook = execute(Run(find_lesson("14"), "en", "default", {}))
    draw_images(notebook)
    _number, first = next(charts_of(notebook))
    write_atomically(PICTURE, first[SVG_MIME] + "\n")


if __name__ == "__main__":
    main()
