"""Draws the README's picture, the map of lesson 14 at its defaults; a test says when it is stale.

python ci/picture.py
"""

from __future__ import annotations

from pathlib import Path

from digigov.charts import VEGALITE_MIME
from digigov.course.execution import Run, Verification
from digigov.course.files import write_atomically
from digigov.course.manifest import find_lesson

PICTURE = Path(__file__).parents[1] / "docs" / "lesson-14.svg"


def main() -> None:
    """Run the lesson and keep the image of its first chart."""
    images = []

    def keep(_run, _record, notebook):
        images.extend(
            output.data["image/svg+xml"]
            for cell in notebook.cells
            for output in cell.get("outputs", ())
            if VEGALITE_MIME in output.get("data", {})
        )

    runs = [Run(find_lesson("14"), "en", "default", {})]
    Verification(runs, 1, static=True, on_done=keep).execute()
    write_atomically(PICTURE, images[0] + "\n")


if __name__ == "__main__":
    main()
