"""The form of ``notebooks/course.yml``, which every command relies on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from digigov.i18n import SOURCE_LANGUAGE, TRANSLATIONS
from digigov.parameters import SCHEMA_KEYWORDS

FILE = "notebooks/course.yml"


def _object(required: Mapping[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


_WORDS = {"type": "string", "minLength": 1}
_TEXT = _object({SOURCE_LANGUAGE: _WORDS}, **dict.fromkeys(TRANSLATIONS, _WORDS))
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
