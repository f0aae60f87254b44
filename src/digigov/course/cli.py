"""The command ``course``."""

from __future__ import annotations

import importlib.util
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from typer.core import TyperCommand

from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.lessons import (
    KINDS,
    Lesson,
    find_lesson,
    find_lessons,
    finished_lessons,
    lessons,
)
from digigov.course.publish.environments import check_packages
from digigov.data import DatasetError, project_root
from digigov.i18n import LANGUAGE_TABLE, LANGUAGES, SOURCE_LANGUAGE, language
from digigov.parameters import ParameterError, allowed, read_course
from digigov.places import MARK, Place, PlaceError
from digigov.temporary import end_in_order, work_in_a_folder_of_its_own

if TYPE_CHECKING:
    from digigov.course.runs.run import Outcome, Record

app = typer.Typer(
    name="course",
    help="Digital Government by the Numbers: read, run, build and verify the lessons.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()
error_console = Console(stderr=True, soft_wrap=True, highlight=False)

# mypy wants the members written here, and i18n is where they are.
Language = StrEnum("Language", {lang: lang for lang in LANGUAGES})  # type: ignore[misc]
MASTERS = Language(SOURCE_LANGUAGE)
Sets = StrEnum("Sets", {"default": "default", "all": "all"})

READ, RUN, KEEP = "Read and run", "Run and verify", "Write and maintain"
PAIR = "\x1f"

LessonArgument = Annotated[
    str, typer.Argument(metavar="LESSON", help="Number, slug, or a unique part of a title.")
]
LessonsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LESSON]…", help="Number, slug or part of a title; all if none."),
]
WITHOUT_LESSONS = ("list", "params", "release")
"""Commands that a library without its course answers, or refuses by itself."""

MOST_JOBS = 64
CORES = min(os.cpu_count() or 1, MOST_JOBS)
STORE = Path("build/cache/runs")
"""Where finished runs are kept, in the folder of the course."""
JobsOption = Annotated[
    int,
    typer.Option(
        "--jobs", "-j", min=1, max=MOST_JOBS, help="Runs at a time.", show_default="cores"
    ),
]


def _of_the_course(ctx: typer.Context, param: typer.CallbackParam, value: Path) -> Path:
    """A folder that nobody named is one of the course's own, wherever the command is given."""
    if ctx.get_parameter_source(param.name or "").name != "DEFAULT":  # type: ignore[union-attr]
        return value
    return _relative(project_root() / value, Path.cwd())


ForceOption = Annotated[
    bool,
    typer.Option("--force", help="Replace files that somebody made or changed, and name them."),
]


def _place(out: Path, command: str, force: bool) -> Place:
    """The folder that a command fills; what is replaced by force is said."""

    def holds_series() -> bool:
        # `run --each` fills a folder of its own inside that of `run`.
        return command == "run" and all((one / MARK).is_file() for one in out.iterdir())

    return Place(out, f"course {command}", force=force, say=_say, allowed=holds_series)


def _say(line: str) -> None:
    error_console.print(f"course: {line}", markup=False)


def _say_failed(what: str) -> None:
    console.print(f"✗ {what}", style="red", markup=False, soft_wrap=True, highlight=False)


class PairsCommand(TyperCommand):
    """A command whose option ``-p`` takes two words, which typer's own options cannot."""

    TWO_WORDS = "takes a NAME and a VALUE, for example: -p minutes 20"

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Join the two words after each ``-p``; typer sees them as one."""
        joined, rest = [], list(args)
        while rest:
            word = rest.pop(0)
            if word in ("-p", "--parameter"):
                if len(rest) < 2:
                    raise CourseError(f"{word} {self.TWO_WORDS}")
                joined += [word, PAIR.join((rest.pop(0), rest.pop(0)))]
            elif word.startswith(("-p", "--parameter=")):
                # As other commands take an option: -pminutes=20, --parameter=minutes=20.
                name, equals, value = re.sub("^-p=?|^--parameter=", "", word).partition("=")
                if not equals:
                    raise CourseError(f"{word} {self.TWO_WORDS}")
                joined += ["--parameter", PAIR.join((name, value))]
            else:
                joined.append(word)
        return super().parse_args(ctx, joined)


@app.callback()
def options(
    ctx: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
) -> None:
    """Set what holds for every command."""
    if ctx.invoked_subcommand not in WITHOUT_LESSONS and not {"-h", "--help"} & {*sys.argv}:
        _check_lessons_are_here()
        try:
            Path.cwd()
        except FileNotFoundError:
            raise CourseError("the folder that you are in is gone; cd to another one") from None


def _check_lessons_are_here() -> None:
    """Make sure that the library is installed from the course's folder: a wheel has no lessons.

    Raises
    ------
    CourseError
    """
    if not any((project_root() / kind / lang).is_dir() for kind in KINDS for lang in LANGUAGES):
        raise CourseError(
            "only the library is installed here, without the lessons; in a clone of the course or "
            "an unpacked archive of it: python -m pip install -e ."
        )


@app.command("list", rich_help_panel=READ)
def list_lessons() -> None:
    """List the lessons: number, title in each language, minutes, and whether it is written."""
    found = lessons()  # of the right form, then
    course = read_course()
    titles = dict.fromkeys(course["title"].values())
    table = Table(title=" · ".join(titles), title_justify="left")
    for heading in ("", *(row.name for row in LANGUAGE_TABLE), "Slug", "min"):
        right = heading == "min"
        table.add_column(
            heading,
            justify="right" if right else "left",
            no_wrap=heading == "Slug",
            overflow="fold",
        )
    part = None
    for lesson in found:
        if lesson.entry["part"] != part:
            part = lesson.entry["part"]
            table.add_section()
            names = course["parts"][part]
            table.add_row("", *(f"[bold]{names[lang]}" for lang in LANGUAGES), "", "")
        style = "" if lesson.finished else "dim"
        minutes = str(lesson.entry["minutes"]) if lesson.finished else "planned"
        row = [lesson.number, *map(lesson.title, LANGUAGES), lesson.slug, minutes]
        table.add_row(*row, style=style)
    console.print(table)


@app.command("params", rich_help_panel=READ)
def params(lesson: LessonArgument) -> None:
    """Show the parameters of a lesson: what they mean, their defaults, and what is allowed."""
    found = find_lesson(lesson)
    table = Table(title=f"{found.number} {found.title(SOURCE_LANGUAGE)}", title_justify="left")
    for heading in ("Parameter", "Default", "Allowed", "Unit", "Meaning"):
        table.add_column(heading, overflow="fold")
    for parameter in found.declarations.parameters.values():
        table.add_row(
            f"[bold]{parameter.name}",
            str(parameter.default),
            allowed(parameter),
            parameter.unit.get(SOURCE_LANGUAGE, ""),
            parameter.meaning(SOURCE_LANGUAGE),
        )
    console.print(table)
    example = next(name for name in found.declarations.parameters if name != "lang")
    default = found.declarations.parameters[example].default
    console.print(f"For example: course run {found.number} -p {example} {default}", soft_wrap=True)


@app.command(
    "lab",
    rich_help_panel=READ,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def lab(
    ctx: typer.Context,
    lang: Annotated[Language, typer.Option(help="Edition to open.")] = MASTERS,
    browser: Annotated[bool, typer.Option(help="Open a browser window.")] = True,
) -> None:
    """Open the lessons in JupyterLab; what is not known here (--port 9999) is passed on to it."""
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={project_root()}"]
    command += [f"--LabApp.default_url=/lab/tree/notebooks/{lang}"]
    # A classroom without a network: no news to ask for, no updates to look up.
    command += [f"--LabApp.app_settings_dir={Path(__file__).parent / 'lab'}"]
    command += [*([] if browser else ["--no-browser"]), *ctx.args]
    os.execv(sys.executable, command)


@app.command("run", rich_help_panel=RUN, cls=PairsCommand)
def run(
    lesson: LessonArgument,
    lang: Annotated[
        Language | None, typer.Option(help="Edition to run.", show_default=SOURCE_LANGUAGE)
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "-p", "--parameter", metavar="NAME VALUE", help="Set a parameter; repeatable."
        ),
    ] = None,
    each: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Run for every value of a parameter; repeatable, lang gives both editions.",
        ),
    ] = None,
    jobs: JobsOption = CORES,
    out: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder for the notebook and the page.")
    ] = Path("build/runs"),
    force: ForceOption = False,
) -> None:
    """Execute a lesson with parameters of your own; write the notebook and an HTML page.

    [dim]course run 14 -p province Qinghai -p minutes 30 --lang zh[/dim]

    [dim]course run 19 --each province --each lang[/dim]
    """
    found = find_lesson(lesson)
    chosen = {}
    with language(lang.value if lang else SOURCE_LANGUAGE):
        for name, text in (pair.split(PAIR) for pair in parameter or ()):
            if name in chosen:
                raise CourseError(f"parameter {name!r} is given twice")
            chosen[name] = found.declarations.parse(name, text)
    edition = chosen.pop("lang", None) or (lang.value if lang else SOURCE_LANGUAGE)
    if lang and edition != lang:
        raise CourseError(f"--lang {lang} and -p lang {edition} contradict each other")

    _use_sources([found])
    if each:
        _run_each(found, each, chosen, edition, jobs, _place(out / found.stem, "run --each", force))
        return

    from digigov.course.runs.executor import Executor
    from digigov.course.runs.run import Run

    place = _place(out, "run", force)
    place.check([f"{found.stem}.{edition}{kind}" for kind in (".ipynb", ".html")])
    _check_own_output(found, chosen)
    with console.status(f"Running {found.stem} ({edition}) …"):
        the_run = Run(found, edition, "own" if chosen else "default", chosen)
        (outcome,) = Executor([the_run], 1).outcomes()
        record = outcome.record
        with place.filling() as new:
            names = [path.name for path in _write_run(found, edition, outcome.notebook, new)]
    for name in names:
        console.print(out / name, soft_wrap=True, highlight=False)
    if record.status != "passed":
        for problem in record.problems:
            error_console.print(f"course: {found.stem}: {problem}", style="red", markup=False)
        raise typer.Exit(1)
    console.print(f"{found.stem} ({edition}): passed in {record.seconds:.1f} s", highlight=False)


def _check_own_output(lesson: Lesson, chosen: dict[str, Any]) -> None:
    """Make sure that what a lesson writes for the reader replaces nothing else, before it runs."""
    if folder := chosen.get("out"):
        from digigov.models.capstone import FILES, export_place

        export_place(folder).check(FILES)


def _run_each(
    lesson: Lesson, names: list[str], fixed: dict[str, Any], lang: str, jobs: int, place: Place
) -> None:
    """Run a lesson for every value of some parameters, with an index."""
    from digigov.course.publish.series import series_runs, write_series
    from digigov.course.runs.store import Store

    runs = series_runs(lesson, names, fixed, lang)
    place.check()
    with place.filling() as new:
        outcomes = write_series(runs, new, jobs, Store(project_root() / STORE))
        records = _follow(outcomes, len(runs), "running")
    failed = sum(bool(record.problems) for record in records)
    console.print(place.folder / "index.html", soft_wrap=True, highlight=False)
    console.print(
        f"{lesson.stem}: {len(runs) - failed} of {len(runs)} runs passed", highlight=False
    )
    if failed:
        raise typer.Exit(1)


def _write_run(lesson: Lesson, lang: str, notebook: Any, out: Path) -> list[Path]:
    import nbformat

    from digigov.course.publish.images import draw_images
    from digigov.course.publish.pages import write_page

    draw_images(notebook)
    path = out / f"{lesson.stem}.{lang}.ipynb"
    write_atomically(path, nbformat.writes(notebook, ensure_ascii=False) + "\n")
    page = path.with_suffix(".html")
    write_page(notebook, page, lang=lang, title=f"{lesson.number} · {lesson.title(lang)}")
    return [path, page]


def _follow(outcomes: Generator[Outcome], total: int, what: str) -> list[Record]:
    """Show runs as they end, and what is wrong with them; returns their records in that order."""
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    records = []
    # Closed here: an interruption must not leave the kernels to the garbage collector.
    with progress, closing(outcomes):
        bar = progress.add_task(what, total=total)
        for outcome in outcomes:
            records.append(outcome.record)
            progress.update(bar, advance=1, description=outcome.run.label)
            for problem in outcome.record.problems:
                _say_failed(f"{outcome.run.label}: {problem}")
    return records


def _exit(records: Iterable[Record]) -> None:
    """End with an error if a run failed."""
    if any(record.status != "passed" for record in records):
        raise typer.Exit(1)


def _for_lecturers(
    command: str,
    out: Path,
    force: bool,
    names: Iterable[str],
    runs: int,
    write: Callable[[Path], Generator[Outcome]],
) -> None:
    """Fill a folder that learners must not have."""
    place = _place(out, command, force)
    place.check(names)
    with place.filling() as new:
        records = _follow(write(new), runs, "executing")
    console.print(f"For lecturers only: {out.resolve()}", soft_wrap=True, highlight=False)
    _exit(records)


@app.command("verify", rich_help_panel=RUN)
def verify(
    lesson: LessonsArgument = None,
    lang: Annotated[
        Language | None, typer.Option(help="One edition only.", show_default="both")
    ] = None,
    sets: Annotated[
        Sets, typer.Option(help="Default parameters only, or every set and the exercises.")
    ] = Sets.default,
    jobs: JobsOption = CORES,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Execute finished runs again, too.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Execute on a Dask cluster: tcp://host:8786."),
    ] = None,
    store: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder that keeps finished runs.")
    ] = STORE,
    report: Annotated[Path | None, typer.Option(help="Write the records as JSON.")] = None,
    force: ForceOption = False,
) -> None:
    """Execute lessons over their parameter sets and hold the results against what is expected.

    A run whose inputs have not changed since it finished is not executed again: the notebook, its
    parameters, the data it loads, the code it can reach, the packages of the lock.
    """
    chosen = find_lessons(lesson or [])
    if sets is Sets.all:
        check_packages("build")  # an exercise with its solutions is made from its master
    if scheduler is not None:
        check_packages("cluster")
    _use_sources(chosen)

    from digigov.course.runs.executor import Executor
    from digigov.course.runs.report import check_report, write_report
    from digigov.course.runs.run import matrix
    from digigov.course.runs.store import Store
    from digigov.course.runs.verification import compare_languages

    if report:
        check_report(report, force, _say)
    keeper = Store(store)
    runs = matrix(chosen, [lang.value] if lang else LANGUAGES, sets.value)
    executor = Executor(runs, jobs, store=keeper, fresh=fresh, scheduler=scheduler)
    changes = executor.changes()
    try:
        _follow(executor.outcomes(), len(runs), "verifying")
    except KeyboardInterrupt:
        if report:
            write_report(executor.records, report)
        finished = f"{len(executor.records)} of {len(runs)} runs finished"
        error_console.print(f"course: interrupted: {finished}, kept in {report or store}")
        raise typer.Exit(130) from None
    records = executor.records
    for difference in compare_languages(records):
        _say_failed(difference)
    if report:
        write_report(records, report)
    _summary(records)
    _say_what_was_executed(records, changes)
    _exit(records)


def _say_what_was_executed(records: list[Record], changes: Counter[str]) -> None:
    kept = sum(record.kept for record in records)
    words = f"{len(records) - kept} runs executed, {kept} kept from before"
    new = changes.pop("", 0)
    reasons = [f"{new} not finished before"] if new else []
    reasons += [f"{name} changed ({count})" for name, count in changes.most_common(5)]
    if len(changes) > 5:
        reasons.append(f"{len(changes) - 5} more inputs changed")
    why = f": {'; '.join(reasons)}" if reasons and kept < len(records) else ""
    console.print(words + why, soft_wrap=True, highlight=False, markup=False)


def _summary(records: list[Record]) -> None:
    table = Table(title="Verification", title_justify="left")
    for heading in ("Lesson", "Edition", "Runs", "Passed", "Failed", "In cells, longest"):
        table.add_column(heading, justify="left" if heading in ("Lesson", "Edition") else "right")
    for key in sorted({(record.lesson, record.lang) for record in records}):
        group = [record for record in records if (record.lesson, record.lang) == key]
        counts = Counter(record.status for record in group)
        longest = max(record.cell_seconds for record in group)
        table.add_row(
            *key,
            str(len(group)),
            str(counts["passed"]),
            str(counts["failed"]),
            f"{longest:.1f} s",
            style="red" if counts["failed"] else "",
        )
    console.print(table)


@app.command("site", rich_help_panel=RUN)
def site(
    out: Annotated[Path, typer.Option(callback=_of_the_course, help="Folder of the site.")] = Path(
        "build/site"
    ),
    jobs: JobsOption = CORES,
    force: ForceOption = False,
) -> None:
    """Execute every lesson at its defaults in both languages; write a site that needs no network."""
    check_packages("build")

    from digigov.course.publish.site.write import site_runs, write_site
    from digigov.course.runs.store import Store

    place = _place(out, "site", force)
    place.check()
    _use_sources(finished_lessons())
    runs = site_runs(finished_lessons())
    with place.filling(whole=True) as new:
        records = _follow(
            write_site(
                runs,
                new,
                jobs,
                Store(project_root() / STORE),
                lambda line: console.print(line, soft_wrap=True, highlight=False),
            ),
            len(runs),
            "executing",
        )
    _summary(records)
    console.print(
        f"The course as pages:  {(out / 'index.html').resolve()}", soft_wrap=True, highlight=False
    )
    console.print("The course to run:    .venv/bin/course lab", highlight=False)
    _exit(records)


@app.command("instructor", rich_help_panel=RUN)
def instructor(
    lesson: LessonsArgument = None,
    lang: Annotated[
        Language | None, typer.Option(help="One edition only.", show_default="both")
    ] = None,
    out: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder of the notebooks.")
    ] = Path("build/instructor"),
    jobs: JobsOption = CORES,
    force: ForceOption = False,
) -> None:
    """Write the lecturer's notebooks: notes, answers to the predictions, and solutions."""
    chosen = find_lessons(lesson or [])
    check_packages("build")

    from digigov.course.publish.instructor import write_instructor
    from digigov.course.runs.store import Store

    _use_sources(chosen)
    langs = [lang.value] if lang else LANGUAGES
    _for_lecturers(
        "instructor",
        out,
        force,
        [f"{kind}/{one}/{each.stem}.ipynb" for kind in KINDS for one in langs for each in chosen],
        len(chosen) * len(langs),
        lambda new: write_instructor(new, chosen, langs, jobs, Store(project_root() / STORE)),
    )


@app.command("classroom", rich_help_panel=RUN)
def classroom(
    out: Annotated[Path, typer.Option(callback=_of_the_course, help="Folder of the site.")] = Path(
        "build/classroom"
    ),
    force: ForceOption = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Open it to this machine, building it if need be.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve it at.")] = 8000,
) -> None:
    """Write lessons and exercises that run in a browser, with Python inside and no installation."""
    check_packages("build")

    from digigov.course.publish.classroom import server, write_classroom

    if not serve or not out.exists():
        place = _place(out, "classroom", force)
        place.check()
        with console.status("Building the classroom …") as status, place.filling(whole=True) as new:
            write_classroom(new, lambda stage: status.update(f"Building the classroom: {stage} …"))
        console.print(f"The classroom: {out.resolve()}", soft_wrap=True, highlight=False)
    if not serve:
        console.print("To open it:    .venv/bin/course classroom --serve", highlight=False)
        return
    with server(out, port) as running:
        address = f"http://127.0.0.1:{running.server_address[1]}"
        for lang in LANGUAGES:
            console.print(f"{address}/start.{lang}.html", soft_wrap=True, highlight=False)
        console.print("Ctrl-C ends it.", highlight=False)
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            console.print("ended", highlight=False)


@app.command("assignment", rich_help_panel=RUN)
def assignment(
    lesson: LessonArgument,
    lang: Annotated[
        Language | None, typer.Option(help="One edition only.", show_default="both")
    ] = None,
    out: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder of the nbgrader course.")
    ] = Path("build/assignments"),
    force: ForceOption = False,
) -> None:
    """Write the exercise of a lesson as an nbgrader assignment, with its solutions."""
    chosen = find_lesson(lesson)
    check_packages("build")

    from digigov.course.publish.assignment import assignment_files

    langs = [lang.value] if lang else LANGUAGES
    place = _place(out, "assignment", force)
    # nbgrader and the lecturer keep files of their own beside these.
    files = assignment_files(chosen, langs)
    place.check(files)
    with place.filling() as new:
        for name, text in files.items():
            write_atomically(new / name, text)
    for name in sorted(files):
        console.print(out / name, soft_wrap=True, highlight=False)


@app.command("slides", rich_help_panel=RUN)
def slides(
    lesson: LessonsArgument = None,
    lang: Annotated[
        Language | None, typer.Option(help="One edition only.", show_default="both")
    ] = None,
    out: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder of the slides.")
    ] = Path("build/slides"),
    jobs: JobsOption = CORES,
    force: ForceOption = False,
) -> None:
    """Write the lecturer's slides, with speaker notes: open one in a browser, press S for notes."""
    chosen = find_lessons(lesson or [])
    check_packages("build")

    from digigov.course.publish.slides import write_slides
    from digigov.course.runs.store import Store

    _use_sources(chosen)
    langs = [lang.value] if lang else LANGUAGES
    _for_lecturers(
        "slides",
        out,
        force,
        [each.deck(one) for one in langs for each in chosen],
        len(chosen) * len(langs),
        lambda new: write_slides(new, chosen, langs, jobs, Store(project_root() / STORE)),
    )


@app.command("release", rich_help_panel=KEEP)
def release(
    version: Annotated[
        str | None, typer.Argument(metavar="[VERSION]", help="As pyproject.toml states it.")
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Check a release, or an unpacked archive of one."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="CLONE", help="With --check: make it again from a clone, and compare."
        ),
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --check: whose signature to believe."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(metavar="FILE", help="SSH key to sign the release with.")
    ] = None,
    out: Annotated[
        Path, typer.Option(callback=_of_the_course, help="Folder of the release.")
    ] = Path("dist"),
    jobs: JobsOption = CORES,
) -> None:
    """Execute everything and write a release of what is committed, or check one anywhere."""
    if check is not None and version is None:
        if key is not None:
            raise CourseError("--key goes with a VERSION: a release is signed when it is made")
        _check_release(check, against, signers, jobs)
        return
    if version is None or check is not None:
        raise CourseError("release takes a VERSION, or --check FOLDER")
    if against or signers:
        raise CourseError("--against and --signers go with --check FOLDER")

    check_packages("build", "release")

    from digigov.course.publish.release.check import UNSIGNED
    from digigov.course.publish.release.write import write_release

    with console.status("Releasing …") as status:
        paths = write_release(
            version, out, jobs, lambda stage: status.update(f"Releasing: {stage} …"), key
        )
    for path in paths:
        console.print(f"{path.stat().st_size:>12,}  {path}", soft_wrap=True, highlight=False)
    if key is None:
        console.print(UNSIGNED, soft_wrap=True, highlight=False)


def _check_release(folder: Path, clone: Path | None, signers: Path | None, jobs: int) -> None:
    from digigov.course.publish.release.check import check_release

    with console.status("Checking …") as status:
        found = check_release(folder, signers)
        if clone is not None and not found.problems:
            if found.statement is None:
                raise CourseError(f"{folder} is {found.subject}; only a release is made again")

            check_packages("build", "release")

            from digigov.course.publish.release.rebuild import check_against

            problems, notes = check_against(
                folder,
                clone,
                found.statement,
                jobs,
                signers,
                lambda stage: status.update(f"Checking: {stage} …"),
            )
            found.problems += problems
            found.notes += notes
    for problem in found.problems:
        error_console.print(f"✗ {problem}", style="red", markup=False)
    for note in found.notes:
        console.print(f"  {note}", markup=False, soft_wrap=True, highlight=False)
    number = len(found.problems)
    console.print(
        f"{folder}: {found.subject}: {number or 'no'} problem{'s' * (number != 1)}",
        markup=False,
        soft_wrap=True,
        highlight=False,
    )
    if found.problems:
        raise typer.Exit(1)


@app.command("files", rich_help_panel=KEEP)
def files(lesson: LessonArgument) -> None:
    """List the files of a lesson: where each part of it is written."""
    found = find_lesson(lesson)
    for what, paths in found.files().items():
        console.print(f"[bold]{what}")
        for path in paths:
            missing = "" if (project_root() / path).exists() else "  (none)"
            # Whole lines, which a terminal lets one click or copy.
            console.print(f"  {path.as_posix()}{missing}", soft_wrap=True, highlight=False)


@app.command("build", rich_help_panel=KEEP)
def build(
    lesson: LessonsArgument = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit 1 if anything would.")
    ] = False,
    force: ForceOption = False,
) -> None:
    """Generate the notebooks from their sources, and the data dictionary from the data package."""
    chosen = find_lessons(lesson or [])
    check_packages("build")

    from digigov.course.data import gate as datasets
    from digigov.course.writing import editions

    if not check:
        # The data first: a notebook quotes claims and sources, and its build reads them checked.
        refreshed = datasets.refresh_hashes()
        dictionary = {"datasets/README.md": datasets.readme()}
        built = editions.build(
            chosen, all_lessons=not lesson, others=dictionary, force=force, say=_say
        )
        for path in [*refreshed, *built]:
            done = "wrote" if path.exists() else "removed"
            console.print(f"{done} {_relative(path)}", highlight=False)
        return
    found = [str(one) for one in editions.differences(chosen, all_lessons=not lesson)]
    found += datasets.stale()
    for line in found:
        error_console.print(f"course: {line}", markup=False)
    if found:
        error_console.print(
            "course: generated files are edited at their source; then 'course build'"
        )
        raise typer.Exit(1)
    console.print("generated files match their sources")


@app.command("check", rich_help_panel=KEEP)
def check() -> None:
    """Check the syllabus, masters, translations and datasets without executing anything."""
    check_packages("build")

    from digigov.course.data.gate import check_datasets
    from digigov.course.writing.lint import lint
    from digigov.course.writing.parity import parity_problems
    from digigov.course.writing.syllabus import syllabus_problems

    gates: dict[str, Callable[[], Sequence[object]]] = {
        "syllabus": syllabus_problems,
        "masters": lambda: lint(finished_lessons()),
        "translations": lambda: parity_problems(finished_lessons()),
        "datasets": check_datasets,
    }
    failed = False
    for name, gate in gates.items():
        try:
            problems = gate()
        except (CourseError, ParameterError, DatasetError, OSError) as error:
            problems = [_one_line(error)]  # the other gates are asked all the same
        failed |= bool(problems)
        for problem in problems:
            error_console.print(f"✗ {problem}", markup=False, style="red")
        console.print(
            f"{name}: {len(problems) or 'no'} problem{'s' * (len(problems) != 1)}", highlight=False
        )
    if failed:
        raise typer.Exit(1)


@app.command("messages", rich_help_panel=KEEP)
def messages(
    lesson: LessonsArgument = None,
) -> None:
    """Update the translations after an edit of a master, keeping what is still right."""
    chosen = find_lessons(lesson or [])
    check_packages("build")

    from digigov.course.writing.catalogues import catalogues
    from digigov.course.writing.po import update

    for path, wanted in catalogues(chosen, library=not lesson):
        lang = path.name.removesuffix(".po").rpartition(".")[2]
        counts = update(path, wanted, lang)
        said = ", ".join(f"{number} {what}" for what, number in sorted(counts.items()) if number)
        console.print(f"{_relative(path)}: {said}", highlight=False)


def _use_sources(lessons: Iterable[Lesson]) -> None:
    """Name the notebooks that somebody has edited, and work with what their sources give.

    Where the packages that read sources are not installed, they are named and used as they are.
    """
    from digigov.course.writing.editions import say_edited, stand_in

    name = say_edited if importlib.util.find_spec("jupytext") is None else stand_in
    name(lessons, lambda line: error_console.print(f"course: {line}", style="red", markup=False))


def _relative(path: Path, folder: Path | None = None) -> Path:
    """A path as it is shorter: from a folder, that of the course by default, if it is inside."""
    folder = folder or project_root()
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def main() -> None:
    """Run the command; say in one line what is wrong with its input."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal of Windows, or a file behind it, may lack a sign or all of Chinese.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    end_in_order()
    if "lab" not in sys.argv:  # which becomes another program, and would not come back to tidy up
        work_in_a_folder_of_its_own()
    try:
        app()
    except SystemExit as ended:
        # Typer ends in silence at Ctrl-C; verify, which knows what is kept, has spoken.
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            error_console.print("course: interrupted")
        raise
    except (CourseError, ParameterError, DatasetError, PlaceError, OSError) as error:
        # OSError: a full disk or a missing permission, wherever it was met.
        if "--debug" in sys.argv:
            raise
        error_console.print(f"course: {_one_line(error)}", markup=False)
        sys.exit(2)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}"
    return str(error)


if __name__ == "__main__":
    main()
