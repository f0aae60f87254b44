"""The form of ``notebooks/course.yml``: what stands there, and that it stands there in each language.

YAML forgives what a reader would not: an unquoted text with a comma in it ends at the comma, and a
misspelt key is one more key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from digigov.i18n import LANGUAGES
from digigov.parameters import SCHEMA_KEYWORDS, form_problems, place_in, read_course

FILE = "notebooks/course.yml"


def _object(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


_WORDS = {"type": "string", "minLength": 1}
_TEXT = _object(dict.fromkeys(LANGUAGES, _WORDS))
_NAMES = {"type": "array", "items": _WORDS, "uniqueItems": True}
_SOURCE_OF_VALUES = _object(
    {"dataset": _WORDS, "column": _WORDS}, labels=_WORDS, exclude={"type": "array"}
)
_VALUE = {**dict.fromkeys(SCHEMA_KEYWORDS - {"items"}, True), "enum_from": _SOURCE_OF_VALUES}
_PARAMETER = _object(
    {"type": _WORDS, "default": True, "description": _TEXT},
    **{**_VALUE, "items": _object({"type": _WORDS}, **_VALUE)},
    unit=_TEXT,
    examples={"type": "array", "minItems": 1},
)
_LESSON = _object(
    {
        "number": {"type": "string", "pattern": r"^\d\d$"},
        "slug": {"type": "string", "pattern": "^[a-z][a-z_]*$"},
        "part": {"type": "integer"},
        "title": _TEXT,
    },
    short=_TEXT,
    finds=_TEXT,
    minutes={"type": "integer", "minimum": 15, "maximum": 180},
    **dict.fromkeys(("claims", "systems", "datasets", "sources"), _NAMES),
    aims={"type": "array", "items": _TEXT, "minItems": 3, "maxItems": 5},
    prerequisites={
        "type": "array",
        "items": _object(
            {"concept": _TEXT, "importance": {"enum": ["necessary", "helpful"]}, "where": _TEXT}
        ),
    },
    parameters={"type": "object", "additionalProperties": _PARAMETER},
    sets={"type": "array", "items": _object({"name": _WORDS, "parameters": {"type": "object"}})},
)
SCHEMA = _object(
    {
        "title": _TEXT,
        "parts": {"type": "object", "additionalProperties": _TEXT},
        "lessons": {"type": "array", "items": _LESSON},
    }
)


def syllabus_problems() -> list[str]:
    """What is wrong with ``course.yml``: its form, a translation, parameters that a set cannot take.

    Returns
    -------
    list of str
        A line each, with the place in the file.
    """
    course = read_course()
    wrong = form_problems(course, SCHEMA) or _translations(course)
    return [f"{FILE}: {line}" for line in wrong]


def _translations(course: Mapping[str, Any]) -> Iterator[str]:
    """What a translation of a text lost, as in a PO file."""
    # Imported here: whoever only runs lessons reads the syllabus, and has nothing to read PO files.
    from digigov.course.translation import glossary, message_problems

    terms = glossary()
    for place, text in _texts(course, ()):
        for lang in LANGUAGES[1:]:
            for problem in message_problems(text[LANGUAGES[0]], text[lang], terms, lang):
                if place[-1] == "title" and "number" in problem:
                    continue  # 部委（一）: a title may count in Chinese numerals
                yield f"{place_in(course, place)}: {problem}: {text[lang]!r}"


def _texts(node: Any, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict) and set(node) == set(LANGUAGES):
        yield place, node
    elif isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _texts(inner, (*place, key))
