"""The language of a running lesson, and the translations of the library's own messages.

The words of a lesson are translated when its edition is generated. What the library says while a
lesson runs (hints, errors, captions) is looked up here, in ``locale/<lang>.po``.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

import polib

LANGUAGES = ("en", "zh")
"""Language codes of the editions; the first is the language of the masters."""

LOCALE_DIR = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("digigov_language", default=LANGUAGES[0])


def set_language(lang: str) -> None:
    """Make `lang` the language of everything the library says from here on.

    Raises
    ------
    ValueError
        If there is no edition in that language.
    """
    if lang not in LANGUAGES:
        raise ValueError(
            f"lang = {lang!r} is not a language of this course: {', '.join(LANGUAGES)}"
        )
    _language.set(lang)


def get_language() -> str:
    """Language code of the running lesson, ``"en"`` until a lesson has begun."""
    return _language.get()


@contextmanager
def language(lang: str) -> Iterator[None]:
    """Say things in `lang` for a while."""
    before = get_language()
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Translations of the library's messages into `lang`, fuzzy ones left out."""
    found: dict[str, str] = {}
    for path in sorted(LOCALE_DIR.glob(f"*.{lang}.po")):
        with naming(path):
            found |= _translated(path.read_text(encoding="utf-8"))
    return found


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Have an error of reading a PO file name the file and the line, which polib does not.

    Raises
    ------
    OSError
        With the path as its file name.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise OSError(errno.EILSEQ, f"line {line}: not UTF-8: {error.reason}", str(path)) from None
    except OSError as error:
        if error.filename:
            raise
        found = re.search(r"\(line (\d+)\)", str(error))
        where = f"line {found[1]}: " if found else ""
        said = f"{where}no PO file from here on"
        raise OSError(errno.EINVAL, said, str(path)) from None


@lru_cache(64)
def _translated(content: str) -> tuple[tuple[str, str], ...]:
    """Messages of a PO file with their translations, by the content of the file."""
    return tuple(
        (entry.msgid, entry.msgstr) for entry in polib.pofile(content).translated_entries()
    )


def _(message: str) -> str:
    """Translate `message` into the language of the lesson (GNU gettext's convention)."""
    return catalogue(get_language()).get(message, message)
