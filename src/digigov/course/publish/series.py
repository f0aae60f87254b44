"""A lesson for each value of a parameter: pages of all of them, and an index that leads to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import jinja2
import nbformat

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import Lesson
from digigov.course.publish.fonts import make_small_copies
from digigov.course.publish.images import draw_images
from digigov.course.publish.pages import (
    POLICY,
    TEMPLATES,
    page_style,
    write_page,
    write_vega_bundle,
)
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import Outcome, Record, Run
from digigov.course.runs.store import Store
from digigov.i18n import (
    LANGUAGE_TABLE,
    LANGUAGES,
    SOURCE_LANGUAGE,
    _,
    conventions,
    language,
)


def values_of(lesson: Lesson, name: str) -> list[Any]:
    """Values that a parameter of a lesson can be run over.

    Parameters
    ----------
    lesson : Lesson
    name : str
        A parameter that has a list of values, or yes and no.

    Returns
    -------
    list
        In the order in which they are declared.

    Raises
    ------
    CourseError
        If the lesson has no such parameter, or its values cannot be listed.
    """
    countable = {}
    for parameter in lesson.declarations.parameters.values():
        if parameter.is_array:
            continue
        if parameter.schema["type"] == "boolean":
            countable[parameter.name] = [False, True]
        elif "enum" in parameter.schema:
            countable[parameter.name] = list(parameter.schema["enum"])
    if name not in countable:
        declared = name in lesson.declarations.parameters
        reason = "has no list of values" if declared else "is not a parameter"
        raise CourseError(
            f"--each {name}: it {reason} of lesson {lesson.number}; "
            f"allowed: {', '.join(sorted(countable))}"
        )
    return countable[name]


def series_runs(
    lesson: Lesson, names: Sequence[str], fixed: Mapping[str, Any], lang: str
) -> list[Run]:
    """A run for each combination of the values of some parameters.

    Parameters
    ----------
    lesson : Lesson
    names : sequence of str
        Parameters to run over, each once; ``lang`` among them gives both editions.
    fixed : mapping
        What differs from the defaults in every run.
    lang : str
        Edition, unless ``lang`` is run over.

    Returns
    -------
    list of Run

    Raises
    ------
    CourseError
        If a parameter is named twice, is fixed as well, or has no list of values.
    """
    for name in names:
        if names.count(name) > 1:
            raise CourseError(f"--each {name} is given twice")
        if name in fixed:
            raise CourseError(f"--each {name} and -p {name} contradict each other")
    over = [name for name in names if name != "lang"]
    columns = [values_of(lesson, name) for name in over]
    languages = LANGUAGES if "lang" in names else [lang]
    runs = []
    for values in product(*columns):
        chosen = dict(zip(over, values, strict=True))
        label = ", ".join(map(str, values)) or "default"
        for edition in languages:
            runs.append(Run(lesson, edition, label, {**fixed, **chosen}))
    return runs


def page_name(run: Run) -> str:
    """File name of a run's page, with its values in it."""
    label = re.sub(r"[^A-Za-z0-9]+", "-", run.set_name).strip("-")
    return f"{run.lesson.stem}.{run.lang}.{label}.html"


def write_series(
    runs: Sequence[Run],
    folder: Path,
    jobs: int,
    store: Store | None,
) -> Generator[Outcome]:
    """Execute runs of one lesson; write a notebook and a page of each, and an index.

    Parameters
    ----------
    runs : sequence of Run
        From `series_runs`.
    folder : Path
        `check_writable` it first.
    jobs : int
        Number of runs at a time.
    store : Store, optional
        Finished runs; those that are there are not executed again.

    Yields
    ------
    Outcome
        One a run, when its page is written; the index comes after the last.
    """
    write_vega_bundle(folder / "_static" / "vega.js")
    make_small_copies()

    executor = Executor(runs, jobs, store=store)
    with closing(executor.outcomes()) as outcomes:
        for outcome in outcomes:
            run, notebook = outcome.run, outcome.notebook
            draw_images(notebook)
            path = folder / page_name(run)
            text = nbformat.writes(notebook, ensure_ascii=False)
            write_atomically(path.with_suffix(".ipynb"), text + "\n")
            write_page(
                notebook,
                path,
                lang=run.lang,
                title=f"{_label(run, run.lang)} · {run.lesson.title(run.lang)}",
                vega_src="_static/vega.js",
                index_href="index.html",
            )
            yield outcome
    _write_index(runs, executor.records, folder / "index.html")


def _label(run: Run, lang: str) -> str:
    """Values of a run, in a language."""
    labels = []
    for name, parameter in run.lesson.declarations.parameters.items():
        if name in run.parameters and name != "lang":
            value = run.parameters[name]
            labels.append(str(parameter.value_labels.get(lang, {}).get(value, value)))
    return conventions(lang).comma.join(labels) or run.set_name


def _in_each(say: Callable[[str], str]) -> dict[str, str]:
    """A text in each language in which it differs, with the tag of that language."""
    tags: dict[str, str] = {}
    for lang in LANGUAGES:
        with language(lang):
            tags.setdefault(say(lang), conventions(lang).tag)
    return tags


def _summary(failed: int, total: int) -> str:
    said = _("{failed} of {total} runs failed.") if failed else _("All {total} runs passed.")
    return said.format(failed=failed, total=total)


def _write_index(runs: Sequence[Run], records: Sequence[Record], path: Path) -> None:
    rows: dict[str, dict[str, Any]] = {}
    for run, record in zip(runs, records, strict=True):
        row = rows.setdefault(run.set_name, {"labels": {}, "pages": {}})
        row["labels"] = _in_each(partial(_label, run))
        row["pages"][run.lang] = {"href": page_name(run), "problems": record.problems}
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    lesson = runs[0].lesson
    failed = sum(bool(record.problems) for record in records)
    page = environment.get_template("series.html.j2").render(
        number=lesson.number,
        title=_in_each(lesson.title),
        rows=list(rows.values()),
        languages=[row for row in LANGUAGE_TABLE if any(run.lang == row.code for run in runs)],
        tag=conventions(SOURCE_LANGUAGE).tag,
        failed=failed,
        summary=_in_each(lambda _lang: _summary(failed, len(records))),
        style=page_style("index.css"),
        policy=POLICY,
    )
    write_atomically(path, page)
