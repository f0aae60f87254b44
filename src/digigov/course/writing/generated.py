"""One edition of a lesson as a notebook, with the cells that the syllabus gives.

Nothing here depends on the clock or on the order of a set, so two builds are equal.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import nbformat
import pandas as pd

from digigov import parameters
from digigov.course.errors import CourseError
from digigov.course.lessons import Lesson
from digigov.course.markdown import code, table
from digigov.course.notebook import tags
from digigov.course.writing.masters import (
    PLACEHOLDER,
    read_master,
    translate_code,
    translate_markdown,
)
from digigov.course.writing.po import read_translations
from digigov.data import cite, load
from digigov.escape import Markdown
from digigov.i18n import LANGUAGES, SOURCE_LANGUAGE, TRANSLATIONS, _, conventions, language
from digigov.quantities import format_count

INSTRUCTOR = "instructor"
IMPORT_CHECK = "from digigov import check\n\n"
"""Begins each task, so that whoever runs it first is told what to run before it."""
SOLUTION = re.compile(r"^[ \t]*### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION\n?", re.S | re.M)
EDITION = re.compile(rf'\bedition="{SOURCE_LANGUAGE}"')


def generate(
    lesson: Lesson,
    lang: str,
    kind: str = "notebooks",
    *,
    solutions: bool = False,
    notes: bool = False,
) -> str:
    """Text of one generated notebook.

    Parameters
    ----------
    lesson : Lesson
    lang : str
        Language code.
    kind : str
        ``"notebooks"`` or ``"exercises"``.
    solutions : bool
        Keep the solutions of an exercise, as its verification and the instructor edition need them.
    notes : bool
        Keep the notes for the lecturer, which learner editions leave out.

    Returns
    -------
    str
        The notebook as JSON, without outputs, ending in a newline.

    Raises
    ------
    CourseError
        If the master or a translation is missing or broken.
    """
    master = read_master(lesson.source(kind))
    name = lesson.source(kind).name
    translations = read_translations(lesson.translation(lang, kind)) if lang in TRANSLATIONS else {}

    def translate(text: str) -> str:
        return translations.get(text, text)

    seen: Counter[str] = Counter()
    cells = []
    for cell in master.cells:
        cell_id = _cell_id(f"{kind}/{lesson.stem}", cell.source, seen)
        if INSTRUCTOR in tags(cell) and not notes:
            continue
        with language(lang):
            if cell.cell_type == "markdown":
                placeholder = PLACEHOLDER.match(cell.source.strip())
                if placeholder:
                    source = _generated(placeholder[1], lesson, lang, kind, name)
                else:
                    source = translate_markdown(cell.source, translate)
                    if INSTRUCTOR in tags(cell):
                        source = note(source)
                new = nbformat.v4.new_markdown_cell(source, id=cell_id)
            else:
                source = cell.source
                if "parameters" in tags(cell):
                    source = parameters_cell(lesson, lang)
                if "begin" in tags(cell):
                    source = EDITION.sub(f'edition="{lang}"', source)
                if "task" in tags(cell):
                    source = IMPORT_CHECK + source
                if not solutions:
                    source = SOLUTION.sub("", source)
                new = nbformat.v4.new_code_cell(translate_code(source, translate, name), id=cell_id)
        if tags(cell):
            new.metadata["tags"] = tags(cell)
        cells.append(new)
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={
            "digigov": {"kind": kind, "lang": lang, "lesson": lesson.number},
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        },
    )
    nbformat.validate(notebook)
    return nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def note(markdown: str) -> str:
    """A note for the lecturer, set off from what learners read, in the current language."""
    lines = [_("**For the lecturer**"), "", *markdown.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _cell_id(stem: str, source: str, seen: Counter[str]) -> str:
    """Id of a cell: the same in every edition, and until the cell itself changes."""
    digest = hashlib.sha256(f"{stem}\n{source}".encode()).hexdigest()[:10]
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def parameters_cell(lesson: Lesson, lang: str) -> str:
    """Source of the parameters cell: a default a line, with what it means."""
    lines = []
    for parameter in lesson.declarations.parameters.values():
        value = lang if parameter.name == "lang" else parameter.default
        # papermill's inspector misreads an equals sign in a comment.
        comment = parameter.meaning(lang).replace("=", "＝")
        lines.append(f"{parameter.name} = {python_literal(value)}  # {comment}")
    return "\n".join(lines)


def python_literal(value: Any) -> str:
    """A parameter's value as a person would write it in Python."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:_}"
    return json.dumps(value, ensure_ascii=False)


def _generated(what: str, lesson: Lesson, lang: str, kind: str, name: str) -> str:
    parts = {
        "header": _header if kind == "notebooks" else _exercise_header,
        "prerequisites": _prerequisites,
        "parameters": _parameter_table,
        "recap": _recap,
        "sources": _sources,
    }
    if what not in parts:
        raise CourseError(f"{name}: <<{what}>> is not known; known: {', '.join(parts)}")
    return parts[what](lesson, lang)


def _header(lesson: Lesson, lang: str) -> str:
    part = parameters.read_course()["parts"][lesson.entry["part"]][lang]
    others = " · ".join(
        f"[{conventions(other).name}](../{other}/{lesson.stem}.ipynb)"
        for other in LANGUAGES
        if other != lang
    )
    minutes = _("{minutes} minutes").format(minutes=lesson.entry["minutes"])
    lines = [
        f"# {lesson.number} · {lesson.title(lang)}",
        f"{part} · {minutes} · {others}",
    ]
    if lesson.entry["claims"]:
        claims = "\n".join(_claim_lines(lesson.entry["claims"], lang))
        lines.append(_("**The claim**") + "\n\n" + claims)
    lines.append(_("**After this lesson you can**") + "\n\n" + _aims(lesson, lang))
    return "\n\n".join(lines)


def _claim_lines(ids: list[str], lang: str) -> Iterator[str]:
    claims = load("claims", lang).set_index("claim_id")
    for claim_id in ids:
        if claim_id not in claims.index:
            raise CourseError(f"course.yml: claim {claim_id!r} is not in datasets/claims.csv")
        claim = claims.loc[claim_id]
        value = claim_value(claim, claims.attrs["categories"])
        yield "- " + _("{id} · {statement}: **{value}** ({as_of})").format(
            id=claim_id, statement=claim["statement"], value=value, as_of=claim["as_of"]
        )


def claim_value(claim: pd.Series, labels: Mapping[str, Mapping[str, str]]) -> str:
    """Value of a claim with its qualifier and unit, in the current language.

    Parameters
    ----------
    claim : Series
        A row of the dataset ``claims``.
    labels : mapping
        Labels of the columns ``unit`` and ``value_text``.
    """
    if pd.isna(claim["value"]):
        return labels["value_text"][claim["value_text"]]
    number, unit = claim["value"], claim["unit"]
    text = f"{number:g}" if abs(number) < 10_000 else format_count(number)
    if unit == "rank":
        text = _("number {number}").format(number=text)
    elif unit == "percent":
        text = _("{number} %").format(number=text)
    elif unit != "index":
        word = labels["unit"][unit]
        if number == 1:
            word = word.removesuffix(conventions().plural)
        text = _("{number} {unit}").format(number=text, unit=word)
    return {
        "exact": "{number}",
        "over": _("more than {number}"),
        "nearly": _("nearly {number}"),
    }[claim["qualifier"]].format(number=text)


def _aims(lesson: Lesson, lang: str) -> str:
    return "\n".join(f"- {aim[lang]}" for aim in lesson.entry["aims"])


def _prerequisites(lesson: Lesson, lang: str) -> str:
    importance = {"necessary": _("necessary"), "helpful": _("helpful")}
    rows = [
        [
            Markdown(row["concept"][lang]),
            importance[row["importance"]],
            Markdown(row["where"][lang]),
        ]
        for row in lesson.entry["prerequisites"]
    ]
    head = [_("You should know"), _("Importance"), _("Where to learn it")]
    return _("**Prerequisites**") + "\n\n" + table(head, rows)


def _allowed(parameter: parameters.Parameter, declared: Mapping[str, Any]) -> str:
    """What a parameter takes: Markdown of the syllabus, but for the values that stand in a dataset."""
    text = parameters.allowed(parameter)
    of_a_dataset = "enum_from" in declared or "enum_from" in declared.get("items", ())
    return text if of_a_dataset else Markdown(text)


def _parameter_table(lesson: Lesson, lang: str) -> str:
    rows = [
        [
            code(parameter.name),
            Markdown(parameter.meaning(lang)),
            code(python_literal(lang if parameter.name == "lang" else parameter.default)),
            _allowed(parameter, lesson.entry["parameters"].get(parameter.name, {})),
            Markdown(parameter.unit.get(lang, "")),
        ]
        for parameter in lesson.declarations.parameters.values()
    ]
    head = [_("Parameter"), _("Meaning"), _("Default"), _("Allowed"), _("Unit")]
    intro = _("Change a value in the next cell and run the lesson again: every sentence follows.")
    return _("**Parameters**") + f"\n\n{intro}\n\n" + table(head, rows)


def _recap(lesson: Lesson, lang: str) -> str:
    exercise = _(
        "**Your turn:** the [exercise](../../exercises/{lang}/{stem}.ipynb) checks itself."
    )
    return "\n\n".join(
        [
            "## " + _("Recap"),
            _("You can now"),
            _aims(lesson, lang),
            exercise.format(lang=lang, stem=lesson.stem),
        ]
    )


def _sources(lesson: Lesson, lang: str) -> str:
    lines = [f"- {citation}" for citation in cite(lesson.entry["sources"], lang)]
    if not lines:
        lines = [_("None: what this lesson reads was written for the course, or is your own.")]
    return "## " + _("Sources") + "\n\n" + "\n".join(lines)


def _exercise_header(lesson: Lesson, lang: str) -> str:
    title = _("Exercise {number} · {title}").format(number=lesson.number, title=lesson.title(lang))
    back = _(
        "Belongs to [the lesson](../../notebooks/{lang}/{stem}.ipynb). "
        "Run the first two code cells, replace the dots in each task, run its cell, and read what "
        "it says."
    )
    return f"# {title}\n\n" + back.format(lang=lang, stem=lesson.stem)
