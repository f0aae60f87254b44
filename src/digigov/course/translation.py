"""Translations in PO files: reading, updating after an edit, and the parity of two languages."""

from __future__ import annotations

import calendar
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

import polib
from markdown_it import MarkdownIt

from digigov.course.files import unreadable, write_atomically
from digigov.course.manifest import KINDS, CourseError, Lesson, finished_lessons
from digigov.course.masters import Message, library_messages, messages, read_master
from digigov.data import project_root
from digigov.i18n import LANGUAGES, LOCALE_DIR, naming
from digigov.parameters import read_yaml

FUZZY_RATIO = 0.6
PACKAGE = LOCALE_DIR.parent
TRANSLATIONS = tuple(lang for lang in LANGUAGES if lang != "en")

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
}  # fmt: skip
_HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)")


@dataclass(frozen=True)
class Problem:
    """Something wrong with a translation."""

    file: str
    message: str
    text: str

    def __str__(self) -> str:
        first = self.text.splitlines()[0] if self.text else ""
        return f"{self.file}: {self.message}" + (f": {first[:90]!r}" if first else "")


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
                LOCALE_DIR / f"{lesson.slug}.{lang}.po",
                library_messages({name: modules[name] for name in own if name in modules}),
            )
        if library:
            shared = {name: modules[name] for name in sorted(modules.keys() - of_lessons)}
            yield LOCALE_DIR / f"library.{lang}.po", library_messages(shared)
            # Imported here: guides read translations.
            from digigov.course.guides import GUIDES, guide_messages, guide_translation

            for name in GUIDES:
                yield guide_translation(name, lang), guide_messages(name)


def read_po(path: Path) -> polib.POFile:
    """The PO file at a path.

    Raises
    ------
    CourseError
        If it is missing or broken; the message has its path and the line.
    """
    try:
        with naming(path):
            path.read_text("utf-8")  # polib takes a folder for a text
            return polib.pofile(str(path), wrapwidth=0)
    except FileNotFoundError:
        raise CourseError(
            f"{path}: the translation is missing; 'course messages' makes it"
        ) from None
    except OSError as error:
        raise CourseError(unreadable(path, error)) from None


def read_translations(path: Path) -> dict[str, str]:
    """Translated messages of a PO file; empty where it does not exist yet."""
    if not path.exists():
        return {}
    return {entry.msgid: entry.msgstr for entry in read_po(path).translated_entries()}


def update(path: Path, wanted: Iterable[Message], lang: str) -> Counter[str]:
    """Bring a PO file up to date with its master, keeping what is still right.

    A message whose wording changed keeps the translation of the most similar message that has
    gone, marked fuzzy, with the old wording beside it.

    Returns
    -------
    Counter
        How many messages were kept, are fuzzy, new, or removed.
    """
    wanted = list(wanted)
    before = read_po(path) if path.exists() else polib.POFile(wrapwidth=0)
    old = {entry.msgid: entry for entry in before if not entry.obsolete}
    retired = {entry.msgid: entry for entry in before.obsolete_entries()}
    gone = {
        msgid: entry
        for msgid, entry in old.items()
        if msgid not in {message.text for message in wanted} and entry.msgstr
    }
    new = polib.POFile(wrapwidth=0)
    new.header = before.header
    new.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": lang,
        **before.metadata,
    }
    new.metadata_is_fuzzy = before.metadata_is_fuzzy
    counts: Counter[str] = Counter()
    for message in wanted:
        entry = polib.POEntry(msgid=message.text, comment=message.where)
        if message.text in old:
            entry = old[message.text]  # with what a translator noted
            entry.comment, entry.occurrences = message.where, []
            counts["fuzzy" if entry.fuzzy else "kept" if entry.msgstr else "new"] += 1
        elif similar := difflib.get_close_matches(message.text, gone, n=1, cutoff=FUZZY_RATIO):
            source = gone.pop(similar[0])
            entry.msgstr, entry.tcomment = source.msgstr, source.tcomment
            entry.previous_msgid = similar[0]
            entry.flags = ["fuzzy"]
            counts["fuzzy"] += 1
        elif message.text in retired:
            entry = retired.pop(message.text)
            entry.obsolete, entry.comment = 0, message.where
            counts["kept"] += 1
        else:
            counts["new"] += 1
        new.append(entry)
    counts["removed"] = len(set(old) - {message.text for message in wanted})
    # A translation that nothing took over is kept at the end, as gettext's own tools keep it.
    for entry in gone.values():
        entry.obsolete, entry.comment, entry.occurrences = 1, "", []
        retired.setdefault(entry.msgid, entry)
    for message in wanted:
        retired.pop(message.text, None)
    for entry in retired.values():
        new.append(entry)
    write_atomically(path, str(new).rstrip("\n") + "\n")
    return counts


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
            found.append(Problem(lesson.stem, str(error), ""))
    for lang in TRANSLATIONS:
        found += contradictions(sorted(LOCALE_DIR.glob(f"*.{lang}.po")))
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
        return [Problem(path.name, "the translation is missing", "")]
    try:
        entries = {entry.msgid: entry for entry in read_po(path) if not entry.obsolete}
    except CourseError as error:
        return [Problem(path.name, str(error), "")]
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
