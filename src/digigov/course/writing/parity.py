"""Parity of two languages: what a translation lacks, or lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from markdown_it import MarkdownIt

from digigov import i18n
from digigov.course.errors import CourseError, Problem
from digigov.course.lessons import Lesson
from digigov.course.writing.catalogues import catalogues
from digigov.course.writing.masters import Message
from digigov.course.writing.po import read_po, read_translations
from digigov.data import project_root
from digigov.i18n import SOURCE_LANGUAGE, TRANSLATIONS, conventions
from digigov.parameters import read_yaml

_CODE_SPAN = re.compile(r"`[^`]+`")
_FORMULA = re.compile(r"\$\$.+?\$\$|(?<![\\A-Za-z0-9])\$[^$\n]+\$", re.S)
_LINK = re.compile(r"\]\(([^)]+)\)")
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")


def glossary() -> list[dict[str, Any]]:
    """Terms of the course with the translations allowed, from ``glossary.yml``."""
    terms = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    term = {
        "type": "object",
        "properties": {SOURCE_LANGUAGE: {"type": "string"}, **dict.fromkeys(TRANSLATIONS, terms)},
        "required": [SOURCE_LANGUAGE],
    }
    return read_yaml(_glossary_path(), {"type": "array", "items": term})


def _glossary_path() -> Path:
    return project_root() / "notebooks" / "source" / "glossary.yml"


def parity_problems(lessons: Iterable[Lesson]) -> list[Problem]:
    """What the translations of some lessons, and of what all share, lack or lost."""
    terms = glossary()
    found = [
        Problem(str(_glossary_path()), f"{number}: {lang!r} is missing", term[SOURCE_LANGUAGE])
        for number, term in enumerate(terms, 1)
        for lang in TRANSLATIONS
        if lang not in term
    ]
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
    yield from _lost("number", numbers(bare, SOURCE_LANGUAGE), numbers(bare_translation, lang))
    for term in terms:
        wanted, allowed = term[SOURCE_LANGUAGE], term.get(lang, [""])
        if re.search(rf"\b{wanted}\b", bare, re.I) and not any(
            word in translation for word in allowed
        ):
            yield f"the term {wanted!r} should read {' or '.join(allowed)}"
    if not conventions(lang).space and (match := _HALF_WIDTH.search(bare_translation)):
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


def numbers(text: str, lang: str) -> list[float]:
    """Numbers of a text; ``1.374 billion`` is one number, a month's name is its number."""
    row = conventions(lang)
    pattern, scales = _numbers_of(lang)
    found = [
        round(float(digits.replace(",", "")) * scales[scale], 6)
        for digits, scale in pattern.findall(text)
    ]
    found += [
        float(number)
        for number, month in enumerate(row.months, 1)
        for _found in re.findall(rf"\b{month}\b(?=\s+\d)|(?<=\d )\b{month}\b", text)
    ]
    return found


@cache
def _numbers_of(lang: str) -> tuple[re.Pattern[str], dict[str, float]]:
    """How a language writes a number, and what each word for a scale, or none, stands for."""
    row = conventions(lang)
    scales = {word: value for value, word in (*row.scales, *row.further_scales)}
    words = "|".join(map(re.escape, sorted(scales, key=len, reverse=True)))
    # Without blanks, a number begins and its scale ends amid other characters.
    before, gap, after = (r"\w.", r"[\s-]*", r"\b") if row.space else (r"A-Za-z_.\d", r"\s*", "")
    pattern = rf"(?<![{before}])(\d[\d,]*(?:\.\d+)?)"
    if row.ordinals:
        pattern += f"(?:{'|'.join(row.ordinals)})?"
    pattern += f"(?:{gap}({words}){after})?" if words else "()"
    return re.compile(pattern), {"": 1.0, **scales}
