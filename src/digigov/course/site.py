"""The pages of a whole course: every lesson and exercise executed, and an index."""

from __future__ import annotations

import importlib.metadata
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from digigov.course.images import draw_images
from digigov.course.manifest import finished_lessons
from digigov.course.pages import write_index, write_page, write_vega_bundle
from digigov.course.runs import STUB, Record, Run
from digigov.course.store import Store
from digigov.course.verification import Verification
from digigov.i18n import LANGUAGES

_NOTEBOOK_LINK = re.compile(r"\]\((?:\.\./)+(notebooks|exercises)/(\w+)/(\w+)\.ipynb\)")
_SIBLING_LINK = re.compile(r"\]\(\.\./(\w+)/(\w+)\.ipynb\)")


def page_path(run: Run) -> Path:
    """Where the page of a run stands in the site."""
    return Path(run.kind, run.lang, f"{run.lesson.stem}.html")


def link_pages(notebook: NotebookNode, kind: str) -> None:
    """Let links between notebooks lead to their pages."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            text = _NOTEBOOK_LINK.sub(r"](../../\1/\2/\3.html)", cell.source)
            cell.source = _SIBLING_LINK.sub(rf"](../../{kind}/\1/\2.html)", text)


def site_runs() -> list[Run]:
    """The runs that the site shows: each lesson at its defaults, each exercise as it is given."""
    return [
        Run(lesson, lang, name, {})
        for lesson in finished_lessons()
        for lang in LANGUAGES
        for name in ("default", STUB)
    ]


def write_site(
    folder: Path, jobs: int, store: Store, on_done: Callable[[Run], None]
) -> list[Record]:
    """Write the pages of the course; execute what is not finished.

    Parameters
    ----------
    folder : Path
        Folder of the site; `check_writable` it first.
    jobs : int
        Number of runs at a time.
    store : Store
        Finished runs.
    on_done : callable
        Called with each run when its page is written.

    Returns
    -------
    list of Record
        One a run.
    """
    write_vega_bundle(folder / "_static" / "vega.js")

    def page(run: Run, _record: Record, read_notebook: Callable[[], NotebookNode]) -> None:
        notebook = read_notebook()
        draw_images(notebook)
        link_pages(notebook, run.kind)
        write_page(
            notebook,
            folder / page_path(run),
            lang=run.lang,
            title=f"{run.lesson.number} · {run.lesson.title(run.lang)}",
            vega_src="../../_static/vega.js",
            index_href="../../index.html",
        )
        on_done(run)

    runs = site_runs()
    records = Verification(runs, jobs, store=store, on_done=page).execute()
    write_index(
        [_index_entry(run, record) for run, record in zip(runs, records, strict=True)],
        folder / "index.html",
    )
    return records


def _index_entry(run: Run, record: Record) -> dict[str, Any]:
    packages = ("jupyterlab", "pandas", "altair", "papermill")
    return {
        **asdict(record),
        "lesson": run.lesson.number,
        "slug": run.lesson.slug,
        "kind": run.kind,
        "title": dict(run.lesson.entry["title"]),
        "part": run.lesson.entry["part"],
        "minutes": run.lesson.entry["minutes"],
        "page": page_path(run).as_posix(),
        "error": "; ".join(record.problems) or None,
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": {name: importlib.metadata.version(name) for name in packages},
    }
