"""A card for each dataset: what it is, what is wrong with it, where it is from, who uses it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from digigov.course.files import write_atomically
from digigov.course.lessons import Lesson, finished_lessons
from digigov.course.markdown import code
from digigov.course.markdown import table as table_of
from digigov.data import datasets_dir, read_package
from digigov.escape import Markdown
from digigov.i18n import _, language
from digigov.quantities import format_count

FOLDER = "data"
"""Folder of the cards, below that of the documents."""

LESSONS = "../notebooks"
"""Where the documents of the lessons are, seen from a card."""


def write_cards(folder: Path, lang: str, lessons: Collection[Lesson]) -> list[str]:
    """Write the cards of all datasets as MyST Markdown.

    Parameters
    ----------
    folder : Path
        Folder of the documents of a language; the tables are put beside the cards.
    lang : str
    lessons : collection of Lesson
        Those that have a page to link to; the others are named only.

    Returns
    -------
    list of str
        Names of the documents, an overview first.
    """
    package = read_package()
    home = folder / FOLDER
    with language(lang):
        tables = {
            resource["name"]: pd.read_csv(datasets_dir() / resource["path"], dtype=str)
            for resource in package["resources"]
        }
        pages = {
            resource["name"]: card(resource, tables[resource["name"]], lang, lessons)
            for resource in package["resources"]
        }
        pages = {"index": _overview(package, tables, lang), **pages}
    for name, text in pages.items():
        write_atomically(home / f"{name}.md", text)
    for resource in package["resources"]:
        content = (datasets_dir() / resource["path"]).read_text(encoding="utf-8")
        write_atomically(home / resource["path"], content)
    return [f"{FOLDER}/{name}" for name in pages]


def _said(part: Mapping[str, Any], name: str, lang: str) -> str:
    """A text of the data package in a language."""
    return part.get(f"{name}_{lang}") or part.get(name, "")


def _natures() -> dict[str, str]:
    return {"observed": _("observed"), "synthetic": _("synthetic")}


def _units() -> dict[str, str]:
    """Units of the data package, in the current language."""
    return {
        "10 000 persons": _("ten thousand persons"),
        "100 million yuan": _("hundred million yuan"),
        "index, 0 to 1": _("index, 0 to 1"),
        "km²": _("km²"),
        "percent": _("percent"),
        "points, 0 to 100": _("points, 0 to 100"),
        "share, 0 to 1": _("share, 0 to 1"),
        "year": _("year"),
    }


def _overview(package: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], lang: str) -> str:
    rows = [
        [
            Markdown(f"[{_said(resource, 'title', lang)}]({resource['name']}.md)"),
            format_count(len(tables[resource["name"]])),
            _natures()[resource["nature"]],
        ]
        for resource in package["resources"]
    ]
    return "\n\n".join(
        [
            "# " + _("Data"),
            _(
                "The figures that the lessons rest on, each with its source. Sources that disagree "
                "stand side by side."
            ),
            table_of([_("dataset"), _("rows"), _("nature")], rows),
        ]
    )


def card(
    resource: Mapping[str, Any], table: pd.DataFrame, lang: str, lessons: Collection[Lesson]
) -> str:
    """The card of one dataset, in the current language.

    Parameters
    ----------
    resource : mapping
        From the data package.
    table : DataFrame
        Its rows as texts, missing values as such.
    lang : str
    lessons : collection of Lesson
        Those that have a page to link to.
    """
    schema = resource["schema"]
    facts = [
        [_("file"), Markdown(f"{{download}}`{resource['path']} <{resource['path']}>`")],
        [_("rows"), format_count(len(table))],
        [_("nature"), _natures()[resource["nature"]]],
        [_("source"), Markdown(_said(resource, "attribution", lang))],
        [_("accessed"), resource["accessed"]],
        [_("SHA-256"), code(resource["hash"].removeprefix("sha256:"))],
    ]
    fields = [
        [
            code(field["name"]),
            Markdown(_said(field, "description", lang)),
            _units().get(field.get("unit", ""), field.get("unit", "")),
            str(int(table[field["name"]].isna().sum())),
        ]
        for field in schema["fields"]
    ]
    parts = [
        f"# {_said(resource, 'title', lang)}",
        _said(resource, "description", lang),
        table_of([_("fact"), _("value")], facts),
    ]
    if caveats := resource.get("caveats"):
        parts += [
            "## " + _("What is wrong with it"),
            "\n".join(f"- {_said(caveat, 'text', lang)}" for caveat in caveats),
        ]
    parts += [
        "## " + _("Columns"),
        table_of([_("column"), _("meaning"), _("unit"), _("missing")], fields),
        "## " + _("Terms"),
        _said(resource, "terms", lang),
    ]
    if users := _users(resource["name"], lang, lessons):
        parts += ["## " + _("Lessons that load it"), "\n".join(users)]
    return "\n\n".join(parts) + "\n"


def _users(name: str, lang: str, lessons: Collection[Lesson]) -> list[str]:
    linked = {lesson.stem for lesson in lessons}
    lines = []
    for lesson in finished_lessons():
        if name in lesson.entry["datasets"]:
            title = f"{lesson.number} · {lesson.title(lang)}"
            address = f"{LESSONS}/{lesson.stem}.ipynb"
            lines.append(f"- [{title}]({address})" if lesson.stem in linked else f"- {title}")
    return lines
