"""Parity of two languages: what a translation lacks, or lost."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from markdown_it import MarkdownIt

from digigov import i18n
from digigov.course.errors import CourseError, Problem
from digigov.course.lessons import Lesson
from digigov.course.writing.catalogues import catalogues
from digigov.course.writing.masters import Message
from digigov.course.writing.po import TRANSLATIONS, read_po, read_translations
from digigov.data import project_root
from digigov.i18n import LANGUAGES
from digigov.parameters import read_yaml

_CODE_SPAN = re.compile(r"`[^`]+`")
_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\A-Za-z0-9])\$[^$\n]+\$", re.S)
_LINK = re.compile(r"\]\(([^)]+)\)")
_MONTHS = {month: number for number, month in enumerate(calendar.month_name) if month}
_ENGLISH_NUMBER = re.compile(
    r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?:st|nd|rd|th)?(?:[\s-]*(thousand|million|billion|trillion)\b)?"
)
_CHINESE_NUMBER = re.compile(r"(?<![A-Za-z_.\d])(\d[\d,]*(?:\.\d+)?)\s*(万亿|千万|百万|亿|万|千)?")
_SCALES = {
    "": 1, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12,
}  # fmt: skip  # a language a line
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")


def glossary() -> list[dict[str, Any]]:
    """Terms of the course with the translations allowed, from ``glossary.yml``."""
    path = project_root() / "notebooks" / "source" / "glossary.yml"
    terms = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    term = {
        "type": "object",
        "properties": {"en": {"type": "string"}, **dict.fromkeys(TRANSLATIONS, terms)},
        "required": list(LANGUAGES),
    }
    return read_yaml(path, {"type": "array", "items": term})


def parity_problems(lessons: Iterable[Lesson]) -> list[Problem]:
    """What the translations of some lessons, and of what all share, lack or lost."""
    terms = glossary()
    found = []
    for number, lesson in enumerate(lessons):
        try:
            for path, wanted in catalogues([lesson], library=number == 0):
                found += file_problems(path, wanted, terms)
        except CourseError as error:
            found.append(Problem(lesson.stem, str(error)))
    for lang in TRANSLATIONS:
        found += contradictions(sorted(i18n.LOCALE_DIR.glob(f"*.{lang}.po")))
    return found


def contradictions(paths: Iterable[Path]) -> Iterator[Problem]:
    """Messages that files of the library translate in two ways; a reader would get either."""
    first: dict[str, tuple[str, Path]] = {}
    for path in paths:
        try:
            translations = read_translations(path)
        except CourseError:
            continue  # the lesson that it belongs to says so
        for text, translation in translations.items():
            known, where = first.setdefault(text, (translation, path))
            if known != translation:
                yield Problem(path.name, f"{where.name} translates it as {known!r}", text)


def file_problems(path: Path, wanted: list[Message], terms: list[dict[str, Any]]) -> list[Problem]:
    """What one PO file lacks or lost of the messages wanted."""
    if not path.exists():
        return [Problem(path.name, "the translation is missing")]
    try:
        entries = {entry.msgid: entry for entry in read_po(path) if not entry.obsolete}
    except CourseError as error:
        return [Problem(path.name, str(error))]
    lang = path.name.removesuffix(".po").rpartition(".")[2]
    found = []
    for message in wanted:
        entry = entries.pop(message.text, None)
        if entry is None or not entry.msgstr:
            found.append(Problem(path.name, "no translation", message.text))
        elif entry.fuzzy:
            found.append(Problem(path.name, "the translation is fuzzy: check it", message.text))
        else:
            found += [
                Problem(path.name, problem, message.text)
                for problem in message_problems(entry.msgid, entry.msgstr, terms, lang)
            ]
    found += [Problem(path.name, "translates nothing: not in the master", text) for text in entries]
    return found


def message_problems(
    text: str, translation: str, terms: list[dict[str, Any]], lang: str
) -> Iterator[str]:
    """What a translation lost: code spans, formulas, links, fields, numbers, terms, punctuation."""
    for what, pattern in (("code span", _CODE_SPAN), ("formula", _FORMULA), ("link", _LINK)):
        yield from _lost(what, pattern.findall(text), pattern.findall(translation))
    yield from _lost("field", _fields(text), _fields(translation))
    bare, bare_translation = _bare(text), _bare(translation)
    yield from _lost("number", english_numbers(bare), chinese_numbers(bare_translation))
    for term in terms:
        if re.search(rf"\b{term['en']}\b", bare, re.I) and not any(
            allowed in translation for allowed in term[lang]
        ):
            yield f"the term {term['en']!r} should read {' or '.join(term[lang])}"
    if lang == "zh" and (match := _HALF_WIDTH.search(bare_translation)):
        yield f"half-width punctuation {match.group()!r}"
    if shown := _asterisks(translation):
        yield f"asterisks that would be seen: move the punctuation out of the emphasis, {shown!r}"
    if text.startswith("#") and _level(text) != _level(translation):
        yield "the level of the heading differs"
    if text.count("\n- ") != translation.count("\n- "):
        yield "the list has another length"


def _asterisks(markdown: str) -> str:
    """Where a reader would see an asterisk; emphasis cannot close between a mark and a character."""
    plain = re.sub(r"\{[^{}]*\}", "x", _FORMULA.sub("x", markdown))
    for block in MarkdownIt("commonmark").parse(plain):
        for part in block.children or ():
            if part.type == "text" and "*" in part.content:
                return part.content
    return ""


def _level(markdown: str) -> int:
    return len(markdown) - len(markdown.lstrip("#"))


def _lost(what: str, mine: Iterable[Any], theirs: Iterable[Any]) -> Iterator[str]:
    mine, theirs = Counter(mine), Counter(theirs)
    for item in mine - theirs:
        yield f"the {what} {item} is lost"
    for item in theirs - mine:
        yield f"the {what} {item} is not in the original"


def _fields(text: str) -> list[str]:
    try:
        return sorted(
            {name for _text, name, _spec, _conv in Formatter().parse(_no_math(text)) if name}
        )
    except ValueError:
        return []


def _no_math(text: str) -> str:
    return _FORMULA.sub("", text)


def _bare(text: str) -> str:
    """Text without code spans, formulas, link targets and fields."""
    text = _LINK.sub("]", _no_math(_CODE_SPAN.sub("", text)))
    return re.sub(r"\{[^{}]*\}", "", text)


def english_numbers(text: str) -> list[float]:
    """Numbers of an English text; ``1.374 billion`` is one number, a month's name is its number."""
    numbers = [
        round(float(digits.replace(",", "")) * _SCALES[scale], 6)
        for digits, scale in _ENGLISH_NUMBER.findall(text)
    ]
    numbers += [
        float(number)
        for month, number in _MONTHS.items()
        for _found in re.findall(rf"\b{month}\b(?=\s+\d)|(?<=\d )\b{month}\b", text)
    ]
    return numbers


def chinese_numbers(text: str) -> list[float]:
    """Numbers of a Chinese text; ``13.74亿`` is one number."""
    return [
        round(float(digits.replace(",", "")) * _SCALES[scale], 6)
        for digits, scale in _CHINESE_NUMBER.findall(text)
    ]
