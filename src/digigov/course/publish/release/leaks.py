"""What learners must not be given: notes for the lecturer, and solutions of exercises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

from digigov.course.errors import Problem
from digigov.course.lessons import Lesson
from digigov.course.notebook import tags
from digigov.course.writing.generated import INSTRUCTOR, SOLUTION
from digigov.course.writing.masters import read_master
from digigov.course.writing.po import read_translations
from digigov.i18n import LANGUAGES, TRANSLATIONS

LEAST_NOTE = 12
"""Characters of the shortest sentence of a note that is looked for; *Five minutes.* tells nothing."""

LEAST_CODE = 12
"""Characters of the shortest line of a solution that is looked for; imports tell nothing."""


def secrets(lesson: Lesson) -> Iterator[tuple[str, str]]:
    """What no learner should read of a lesson.

    Parameters
    ----------
    lesson : Lesson

    Yields
    ------
    (str, str)
        What it is, and a line of it, without blanks.
    """
    for kind in ("notebooks", "exercises"):
        path = lesson.source(kind)
        translations = [read_translations(lesson.translation(lang, kind)) for lang in TRANSLATIONS]
        for cell in read_master(path).cells:
            if INSTRUCTOR in tags(cell):
                for block in re.split(r"\n\s*\n", cell.source):
                    for text in (block, *(known.get(block, "") for known in translations)):
                        yield from (
                            ("a note for the lecturer", squeezed(line))
                            for line in text.splitlines()
                            if len(squeezed(line)) >= LEAST_NOTE and not line.startswith("*")
                        )
            elif cell.cell_type == "code":
                for solution in SOLUTION.findall(cell.source):
                    yield from (
                        ("a line of the solution", squeezed(line))
                        for line in solution.splitlines()
                        if len(squeezed(line)) >= LEAST_CODE
                        and not line.lstrip().startswith(("###", "import ", "from "))
                    )


def squeezed(text: str) -> str:
    """Text without blanks and marks of Markdown, which editions set differently."""
    return re.sub(r"[\s*`_\\>#]+", "", text)


def text_of(name: str, content: str) -> str:
    """What a reader of a file can read, without blanks.

    Parameters
    ----------
    name : str
        Name of the file; its ending says what the file is.
    content : str
    """
    if name.endswith(".ipynb"):
        cells = json.loads(content)["cells"]
        content = "\n".join("".join(cell["source"]) for cell in cells)
    elif name.endswith((".html", ".htm")):
        content = unescape(re.sub(r"<[^>]+>", "", content))
    return squeezed(content)


def leaks(files: Mapping[str, str], lessons: Iterable[Lesson]) -> list[Problem]:
    """Find notes and solutions in files for learners.

    Parameters
    ----------
    files : mapping of str to str
        Name of each file to its content.
    lessons : iterable of Lesson
        Whose notes and solutions are looked for.

    Returns
    -------
    list of Problem
        One for each file and line; empty if there is none.
    """
    read = {name: text_of(name, content) for name, content in files.items()}
    found = []
    for lesson in lessons:
        # A solution may repeat a line that the lesson shows to everybody.
        shown = "".join(
            text_of("lesson.ipynb", lesson.edition(lang).read_text(encoding="utf-8"))
            for lang in LANGUAGES
        )
        for what, line in dict.fromkeys(secrets(lesson)):
            if what == "a line of the solution" and line in shown:
                continue
            found += [
                Problem(name, f"holds {what} of lesson {lesson.number}", line)
                for name, text in read.items()
                if line in text
            ]
    return found
