"""What stands in ``notebooks/course.yml``: in its form, in each language, and what a set may take.

YAML forgives what a reader would not: an unquoted text with a comma in it ends at the comma, and a
misspelt key is one more key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from digigov.course.form import FILE, SCHEMA
from digigov.data import project_root
from digigov.i18n import SOURCE_LANGUAGE, TRANSLATIONS
from digigov.parameters import form_problems, is_text, place_in, read_yaml


def syllabus_problems() -> list[str]:
    """What is wrong with ``course.yml``: its form, a translation, parameters that a set cannot take.

    Returns
    -------
    list of str
        A line each, with the place in the file.
    """
    course = read_yaml(project_root() / FILE)
    wrong = form_problems(course, SCHEMA) or _translations(course)
    return [f"{FILE}: {line}" for line in wrong]


def _translations(course: Mapping[str, Any]) -> Iterator[str]:
    """What a translation of a text lost, as in a PO file."""
    # Imported here: whoever only runs lessons reads the syllabus, and has nothing to read PO files.
    from digigov.course.writing.parity import glossary, message_problems

    terms = glossary()
    for place, text in _texts(course, ()):
        for lang in TRANSLATIONS:
            if lang not in text:
                yield f"{place_in(course, place)}: {lang!r} is missing: {text[SOURCE_LANGUAGE]!r}"
                continue
            for problem in message_problems(text[SOURCE_LANGUAGE], text[lang], terms, lang):
                if place[-1] == "title" and "number" in problem:
                    continue  # 部委（一）: a title may count in Chinese numerals
                yield f"{place_in(course, place)}: {problem}: {text[lang]!r}"


def _texts(node: Any, place: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if is_text(node):
        yield place, node
    elif isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _texts(inner, (*place, key))
