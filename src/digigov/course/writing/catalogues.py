"""Which PO file translates which messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from digigov import i18n
from digigov.course.lessons import KINDS, Lesson, finished_lessons
from digigov.course.writing.guides import GUIDES, guide_messages, guide_translation
from digigov.course.writing.masters import Message, library_messages, messages, read_master
from digigov.i18n import TRANSLATIONS

PACKAGE = i18n.LOCALE_DIR.parent


def catalogues(lessons: Iterable[Lesson], *, library: bool) -> Iterator[tuple[Path, list[Message]]]:
    """PO files with the messages that they have to translate.

    Parameters
    ----------
    lessons : iterable of Lesson
        Whose lesson, exercise and checks are wanted.
    library : bool
        Whether the messages that all lessons share are wanted too.
    """
    modules = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}
    of_lessons = {
        f"{room}/{lesson.slug}.py"
        for lesson in finished_lessons()
        for room in ("exercises", "models")
    }
    for lang in TRANSLATIONS:
        for lesson in lessons:
            for kind in KINDS:
                path = lesson.source(kind)
                yield lesson.translation(lang, kind), messages(read_master(path), path.name)
            own = [f"{room}/{lesson.slug}.py" for room in ("exercises", "models")]
            yield (
                i18n.LOCALE_DIR / f"{lesson.slug}.{lang}.po",
                library_messages({name: modules[name] for name in own if name in modules}),
            )
        if library:
            shared = {name: modules[name] for name in sorted(modules.keys() - of_lessons)}
            yield i18n.LOCALE_DIR / f"library.{lang}.po", library_messages(shared)
            for name in GUIDES:
                yield guide_translation(name, lang), guide_messages(name)
