"""The languages of the course, that of a running lesson, and the library's own messages in it.

The words of a lesson are translated when its edition is generated. What the library says while a
lesson runs (hints, errors, captions) is looked up here, in ``locale/<lang>.po``.
"""

from __future__ import annotations

import calendar
import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import polib


@dataclass(frozen=True)
class Language:
    """What the course has to know of a language and no translator says in a PO file.

    Parameters
    ----------
    code : str
        As in names of files and in the parameter ``lang``.
    name : str
        In the language itself.
    tag : str
        What ``<html lang>`` says; screen readers and the choice of fonts depend on it.
    space : str
        Stands between words, between sentences, and between a number and the word for its scale.
        What sets none has punctuation of full width.
    comma : str
        Separates the values in the name of a run.
    scales, short_scales : tuple of (float, str)
        Scales of large counts with their words, the largest first: in a sentence, and on an axis.
        Without any, all digits are printed.
    further_scales : tuple of (float, str)
        Other words for scales, which texts use and `format_count` does not.
    thousands : str
        Groups the digits of a number on a scale.
    ordinals : tuple of str
        What stands behind the digits of an ordinal number.
    months : tuple of str
        Names of the months, January first, where dates are written with names.
    plural : str
        Ending of a unit's name that one of it does not have.
    """

    code: str
    name: str
    tag: str
    space: str = " "
    comma: str = ", "
    scales: tuple[tuple[float, str], ...] = ()
    short_scales: tuple[tuple[float, str], ...] = ()
    further_scales: tuple[tuple[float, str], ...] = ()
    thousands: str = ","
    ordinals: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    plural: str = ""


LANGUAGE_TABLE = (
    Language(
        "en",
        "English",
        "en",
        scales=((1e12, "trillion"), (1e9, "billion"), (1e6, "million")),
        short_scales=((1e9, "bn"), (1e6, "m")),
        further_scales=((1e3, "thousand"),),
        ordinals=("st", "nd", "rd", "th"),
        months=tuple(calendar.month_name)[1:],
        plural="s",
    ),
    Language(
        "zh",
        "中文",
        "zh-CN",
        space="",
        comma="，",
        scales=((1e12, "万亿"), (1e8, "亿"), (1e4, "万")),
        short_scales=((1e8, "亿"), (1e4, "万")),
        further_scales=((1e7, "千万"), (1e6, "百万"), (1e3, "千")),
        thousands="",  # 7642万 is how it is written
    ),
)
"""A row a language; the first is the language of the masters."""

LANGUAGES = tuple(row.code for row in LANGUAGE_TABLE)
"""Language codes of the editions."""

SOURCE_LANGUAGE = LANGUAGES[0]
"""Language of the masters, and of what a translation lacks."""

TRANSLATIONS = LANGUAGES[1:]
"""Languages that PO files translate into."""

LOCALE_DIR = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("digigov_language", default=SOURCE_LANGUAGE)


def set_language(lang: str) -> None:
    """Make `lang` the language of everything the library says from here on.

    Raises
    ------
    ValueError
        If there is no edition in that language.
    """
    _language.set(conventions(lang).code)


def get_language() -> str:
    """Language code of the running lesson, `SOURCE_LANGUAGE` until a lesson has begun."""
    return _language.get()


def conventions(lang: str | None = None) -> Language:
    """Row of a language in the table; that of the running lesson by default.

    Raises
    ------
    ValueError
        If there is no edition in that language.
    """
    code = get_language() if lang is None else lang
    for row in LANGUAGE_TABLE:
        if row.code == code:
            return row
    raise ValueError(f"lang = {code!r} is not a language of this course: {', '.join(LANGUAGES)}")


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
