"""Guides for lecturers, learners, maintainers and translators: Markdown with PO files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import Lesson, finished_lessons
from digigov.course.markdown import table
from digigov.course.writing.masters import (
    PLACEHOLDER,
    Message,
    blocks,
    is_message,
    translate_markdown,
)
from digigov.course.writing.po import read_translations
from digigov.data import project_root
from digigov.i18n import SOURCE_LANGUAGE, TRANSLATIONS, _, language
from digigov.parameters import read_course

GUIDES = ("lecturer", "learner", "maintainer", "translator")

FOLDER = "guides"
"""Folder of the guides in the site."""


def guide_source(name: str) -> Path:
    """Path of a guide, in English."""
    return project_root() / "docs" / FOLDER / f"{name}.md"


def guide_translation(name: str, lang: str) -> Path:
    """Path of the translation of a guide."""
    return guide_source(name).with_suffix(f".{lang}.po")


def guide_messages(name: str) -> list[Message]:
    """Messages of a guide, in order."""
    text = guide_source(name).read_text(encoding="utf-8")
    found = {block: Message(block, f"guide {name}") for block in blocks(text) if is_message(block)}
    return list(found.values())


def guide(name: str, lang: str) -> str:
    """Text of a guide in a language, as Markdown.

    Parameters
    ----------
    name : str
        One of `GUIDES`.
    lang : str

    Raises
    ------
    CourseError
        If there is no such guide.
    """
    if name not in GUIDES:
        raise CourseError(f"guide {name!r} is not known; known: {', '.join(GUIDES)}")
    known = read_translations(guide_translation(name, lang)) if lang in TRANSLATIONS else {}
    text = translate_markdown(
        guide_source(name).read_text(encoding="utf-8"), lambda message: known.get(message, message)
    )
    with language(lang):
        parts = [
            timetable(lang) if PLACEHOLDER.match(block.strip()) else block for block in blocks(text)
        ]
    return "\n\n".join(parts) + "\n"


def timetable(lang: str) -> str:
    """Minutes of each lesson and what it builds on, as a Markdown table in the current language."""
    parts = read_course()["parts"]
    rows = [
        [
            f"{lesson.number} · {lesson.title(lang)}",
            parts[lesson.entry["part"]][lang],
            str(lesson.entry["minutes"]),
            _(", ").join(_earlier(lesson)) or "–",
        ]
        for lesson in finished_lessons()
    ]
    return table([_("lesson"), _("part"), _("minutes"), _("builds on")], rows)


def _earlier(lesson: Lesson) -> Iterator[str]:
    """Numbers of the lessons that a lesson's prerequisites name."""
    for row in lesson.entry["prerequisites"]:
        where = row["where"][SOURCE_LANGUAGE]
        if where.startswith("lesson "):
            yield where.removeprefix("lesson ")


def write_guides(folder: Path, lang: str) -> list[str]:
    """Write the guides as Markdown.

    Parameters
    ----------
    folder : Path
        Folder of the documents of a language.
    lang : str

    Returns
    -------
    list of str
        Names of the documents.
    """
    for name in GUIDES:
        write_atomically(folder / FOLDER / f"{name}.md", guide(name, lang))
    return [f"{FOLDER}/{name}" for name in GUIDES]
