"""Draws the README's picture, the map of lesson 14 at its defaults; a test says when it is stale.

python ci/picture.py [--force]
"""

from __future__ import annotations

import sys

from digigov.course.editions import script_place, write_generated
from digigov.course.execution import execute
from digigov.course.gates import charts_of
from digigov.course.images import SVG_MIME, draw_images
from digigov.course.manifest import CourseError, find_lesson
from digigov.course.runs import Run
from digigov.places import PlaceError

PICTURE = "docs/lesson-14.svg"


def main() -> None:
    """Run the lesson and keep the image of its first chart."""
    try:
        place = script_place("ci/picture.py", [PICTURE], force="--force" in sys.argv)
    except (CourseError, PlaceError) as error:
        sys.exit(f"ci/picture.py: {error}")
    _record, notebook = execute(Run(find_lesson("14"), "en", "default", {}))
    draw_images(notebook)
    _number, first = next(charts_of(notebook))
    write_generated(place, {PICTURE: first[SVG_MIME] + "\n"})


if __name__ == "__main__":
    main()
