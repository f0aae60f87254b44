"""The site of the course: every lesson and exercise executed, in both languages."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import NamedTuple

import jinja2

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import KINDS, Lesson
from digigov.course.publish.fonts import make_small_copies
from digigov.course.publish.pages import POLICY, TEMPLATES, write_vega_bundle
from digigov.course.publish.site.sources import (
    FILES,
    SLIDES,
    files_to_take,
    write_sources,
)
from digigov.course.runs import forkserver
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import STUB, Outcome, Run
from digigov.course.runs.store import Store
from digigov.course.runs.verification import verified
from digigov.i18n import LANGUAGE_TABLE, LANGUAGES, SOURCE_LANGUAGE, conventions
from digigov.parameters import read_course

VEGA = Path("_static", "vega.js")
"""Script of a site that draws charts, which both languages use."""


def site_runs(lessons: Iterable[Lesson]) -> list[Run]:
    """The runs that a site shows: each lesson at its defaults, each exercise as it is given."""
    return [
        Run(lesson, lang, name, {})
        for lesson in lessons
        for lang in LANGUAGES
        for name in ("default", STUB)
    ]


def write_site(
    runs: Sequence[Run],
    folder: Path,
    jobs: int,
    store: Store,
    say: Callable[[str], None],
) -> Generator[Outcome]:
    """Write the site of the course; execute what is not finished.

    Parameters
    ----------
    runs : sequence of Run
        From `site_runs`.
    folder : Path
        Empty folder of the site.
    jobs : int
        Number of runs, and of languages, at a time.
    store : Store
        Finished runs.
    say : callable
        Called with a line about each stage.

    Yields
    ------
    Outcome
        One a run, when it has ended; the pages are written after the last.

    Raises
    ------
    CourseError
        If a package is missing, or Sphinx warns of anything.
    """
    found: dict[str, Outcome] = {}
    with contextlib.closing(Executor(runs, jobs, store=store).outcomes()) as outcomes:
        for outcome in outcomes:
            found[outcome.run.label] = outcome
            yield outcome
    kept = sum(outcome.record.kept for outcome in found.values())
    say(f"notebooks: {len(runs) - kept} executed, {kept} kept from before")
    make_small_copies()
    matrix = verified(store, {run.lesson.number: run.lesson for run in runs}.values())
    editions = [
        Edition(lang, [found[run.label] for run in runs if run.lang == lang], folder, matrix)
        for lang in LANGUAGES
    ]
    # Processes started afresh: Sphinx and V8 each keep a state of the process.
    workers = ProcessPoolExecutor(
        min(jobs, 2 * len(editions)),
        mp_context=get_context("spawn"),
        initializer=forkserver.end_with,
        initargs=(os.getpid(),),
    )
    pages = {}
    with workers, workers_end_with_an_error():
        # Slides take as long as pages: apart from them, they use cores that would be idle.
        made_pages = [workers.submit(write_edition, edition) for edition in editions]
        decks = [workers.submit(write_decks, edition) for edition in editions]
        for edition, made in zip(editions, (one.result() for one in made_pages), strict=True):
            pages[edition.lang] = made.documents
            say(
                f"{edition.lang}: {len(made.documents)} pages in {made.seconds:.0f} s, "
                f"{made.found} of them in the search"
            )
        for edition, one in zip(editions, decks, strict=True):
            number, seconds = one.result()
            say(f"{edition.lang}: {number} decks of slides in {seconds:.0f} s")
    check_same_pages(pages)
    _write_shared(folder)


class Edition(NamedTuple):
    """What the pages of one language are made from."""

    lang: str
    finished: Sequence[Outcome]
    site: Path
    matrix: Sequence[Outcome] = ()


class Made(NamedTuple):
    """What came of an edition."""

    documents: list[str]
    found: int
    seconds: float


def write_edition(edition: Edition) -> Made:
    """Write the pages of one language and their search.

    Raises
    ------
    CourseError
        If Sphinx warns of anything.
    """
    from digigov.course.publish.site.search import write_search
    from digigov.course.publish.site.sphinx import build

    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=edition.site) as name:
        # MyST-NB writes beside the pages, too.
        source, doctrees, pages = (Path(name, part) for part in ("source", "doctrees", "pages"))
        documents = write_sources(source, edition.lang, edition.finished, edition.matrix)
        build(source, pages, doctrees, edition.lang)
        # Sphinx's note to its next build: a hash of the paths of this machine.
        (pages / ".buildinfo").unlink()
        pages.rename(edition.site / edition.lang)
    found = write_search(edition.site / edition.lang, edition.lang)
    return Made(documents, found, time.monotonic() - started)


def write_decks(edition: Edition) -> tuple[int, float]:
    """Write the slides of one language; returns their number, and the seconds that it took."""
    from digigov.course.publish.slides import write_lesson

    started = time.monotonic()
    lectures = [one for one in edition.finished if one.run.kind == KINDS[0]]
    names = {one.run.lesson.deck(edition.lang) for one in lectures}
    for one in lectures:
        write_lesson(edition.site / SLIDES, one, names, notes=False, static="../_static")
    return len(lectures), time.monotonic() - started


@contextlib.contextmanager
def workers_end_with_an_error() -> Iterator[None]:
    """End the processes that write pages at an error or an interruption, and wait for none of them.

    Raises
    ------
    CourseError
        If the system ended a worker, for lack of memory as a rule.
    """
    try:
        yield
    except BaseException as error:
        for worker in active_children():
            worker.terminate()
        if isinstance(error, BrokenProcessPool):
            raise CourseError(
                "a process that wrote pages was ended from outside, for lack of memory as a rule; "
                "nothing was replaced: run the command again, with fewer --jobs"
            ) from None
        raise


def check_same_pages(pages: Mapping[str, Sequence[str]]) -> None:
    """Make sure that each page has its counterpart, which the switch of languages leads to.

    Raises
    ------
    CourseError
        If a language has a page that another lacks.
    """
    everywhere = set().union(*pages.values())
    for lang, names in pages.items():
        if missing := sorted(everywhere.difference(names)):
            raise CourseError(f"the {lang} pages of the site lack {', '.join(missing)}")


def _write_shared(folder: Path) -> None:
    """Write what both languages use, and the page that leads to them."""
    from digigov.course.publish.slides import write_reveal

    write_vega_bundle(folder / VEGA)
    write_reveal(folder / "_static")
    for place, content in files_to_take():
        target = folder / FILES / place
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    page = environment.get_template("site/entrance.html.j2").render(
        title=read_course()["title"],
        languages=LANGUAGE_TABLE,
        tag=conventions(SOURCE_LANGUAGE).tag,
        policy=POLICY,
    )
    write_atomically(folder / "index.html", page)
