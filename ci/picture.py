"""Draws the README's picture, the map of lesson 14 at its defaults; a test says when it is stale.

python ci/picture.py [--force]
"""

from __future__ import annotations

import sys

from digigov.course.errors import CourseError
from digigov.course.lessons import find_lesson
from digigov.course.notebook import charts_of
from digigov.course.publish.images import SVG_MIME, draw_images
from digigov.course.runs.execution import execute
from digigov.course.runs.run import Run
from digigov.course.writing.editions import script_place, write_generated
from digigov.i18n import SOURCE_LANGUAGE
from digigov.places import PlaceError

PICTURE = "docs/lesson-14.svg"


def main() -> None:
    """Run the lesson and keep the image of its first chart."""
    try:
        place = script_place("ci/picture.py", [PICTURE], force="--force" in sys.argv)
    except (CourseError, PlaceError) as error:
        sys.exit(f"ci/picture.py: {error}")
    notebook = execute(Run(find_lesson("14"), SOURCE_LANGUAGE, "default", {})).notebook
    draw_images(notebook)
    _number, first = next(charts_of(notebook))
    write_generated(place, {PICTURE: first[SVG_MIME] + "\n"})


if __name__ == "__main__":
    main()
