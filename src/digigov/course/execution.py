"""Running lessons with papermill: one run, or a whole matrix of them in parallel."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from digigov.checks import OUTCOME_MIME, tasks_of
from digigov.course.expectations import failures
from digigov.course.files import write_atomically
from digigov.course.manifest import CourseError, Lesson
from digigov.course.pages import check_descriptions, check_math, check_offline
from digigov.i18n import LANGUAGES
from digigov.lesson import RESULT_MIME

CELL_TIMEOUT = 120
"""Seconds after which a cell counts as hanging."""

START_ATTEMPTS = 3
"""How often a kernel is started before the run fails."""

KERNEL_PATH = Path(__file__).parent / "kernel"
"""Comes first on the module path of the kernels."""

REFERENCE, STUB = "exercise reference", "exercise stub"
EXERCISE_SETS = {REFERENCE: True, STUB: False}
"""Sets that run the exercise: with its solutions, and as the learner gets it."""

logging.getLogger("papermill").setLevel(logging.ERROR)
logging.getLogger("traitlets").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Run:
    """One notebook to execute."""

    lesson: Lesson
    lang: str
    set_name: str
    parameters: Mapping[str, Any]
    """What differs from the defaults."""

    @property
    def kind(self) -> str:
        """Whether the lesson or its exercise runs."""
        return "exercises" if self.set_name in EXERCISE_SETS else "notebooks"

    @property
    def label(self) -> str:
        """How the run is called in a message."""
        return f"{self.lesson.stem} · {self.lang} · {self.set_name}"


@dataclass
class Record:
    """What came of a run; the verification report is a list of these."""

    lesson: str
    lang: str
    set: str
    parameters: dict[str, Any]
    seconds: float = 0.0
    cell_seconds: float = 0.0
    status: str = "passed"
    results: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def fail(self, problem: str) -> None:
        """Note what is wrong."""
        self.status = "failed"
        self.problems.append(problem)


def matrix(
    lessons: Iterable[Lesson], languages: Iterable[str] = LANGUAGES, sets: str = "default"
) -> list[Run]:
    """Runs of a verification.

    Parameters
    ----------
    lessons : iterable of Lesson
    languages : iterable of str
    sets : str
        ``"default"`` for the default parameters alone, ``"all"`` for every parameter set and the
        exercises.
    """
    runs = []
    for lesson in lessons:
        names = lesson.parameter_sets() if sets == "all" else {"default": {}}
        for lang in languages:
            runs += [Run(lesson, lang, name, values) for name, values in names.items()]
            if sets == "all":
                runs += [Run(lesson, lang, name, {}) for name in EXERCISE_SETS]
    return runs


def execute(run: Run) -> tuple[Record, NotebookNode]:
    """Execute a run with papermill in a folder of its own.

    Parameters
    ----------
    run : Run

    Returns
    -------
    Record, NotebookNode
        The record, whose status is ``"failed"`` if a cell raised; and the executed notebook, as
        far as it got.

    Raises
    ------
    ParameterError
        If a parameter is not accepted; nothing is executed then.
    """
    declarations = run.lesson.declarations
    parameters = declarations.check_all({**run.parameters, "lang": run.lang})
    given = {name: parameters[name] for name in run.parameters}
    record = Record(run.lesson.stem, run.lang, run.set_name, parameters)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        source, target = Path(folder, "source.ipynb"), Path(folder, "executed.ipynb")
        source.write_text(_source(run), encoding="utf-8")
        work = Path(folder, "work")
        work.mkdir()
        try:
            _execute(source, target, given, work)
        except PapermillExecutionError as error:
            record.fail(f"cell {error.cell_index + 1}: {error.ename}: {error.evalue}")
        except DeadKernelError:
            record.fail("the kernel died")
        except CellTimeoutError:
            record.fail(f"a cell ran longer than {CELL_TIMEOUT} s")
        except RuntimeError as error:
            record.fail(f"the kernel did not start: {error}")
        record.seconds = round(time.perf_counter() - started, 3)
        executed = nbformat.read(target if target.exists() else source, as_version=4)
    _examine(run, record, executed)
    return record, executed


def _execute(source: Path, target: Path, given: Mapping[str, Any], work: Path) -> None:
    """Run papermill; start again where the kernel did not come up.

    Ports are chosen before they are bound, so of many kernels two now and then get the same one.
    """
    for attempt in range(START_ATTEMPTS):
        try:
            papermill.execute_notebook(
                str(source),
                str(target),
                parameters=given,
                kernel_name="python3",
                progress_bar=False,
                request_save_on_cell_execute=False,
                autosave_cell_every=0,
                execution_timeout=CELL_TIMEOUT,
                resources={"metadata": {"path": str(work)}},
                # ipykernel warns of unencrypted TCP at each start; kernels here are local.
                extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
            )
        except (DeadKernelError, PapermillExecutionError):
            raise
        except RuntimeError:
            if attempt == START_ATTEMPTS - 1:
                raise
        else:
            return


def _source(run: Run) -> str:
    """Text of the notebook to run: the edition as it stands, or the exercise with solutions."""
    if EXERCISE_SETS.get(run.set_name):
        # Imported here: what reads masters is not installed where people only run lessons.
        from digigov.course.editions import generate

        return generate(run.lesson, run.lang, run.kind, solutions=True)
    path = run.lesson.edition(run.lang, run.kind)
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(f"{path}: cannot be read: {error.strerror}; try 'course build'") from None


def _examine(run: Run, record: Record, notebook: NotebookNode) -> None:
    """Take results, times and problems from an executed notebook; leave it as a person reads it."""
    outcomes = {}
    for number, cell in enumerate(notebook.cells, 1):
        timing = cell.metadata.pop("papermill", {})
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        record.cell_seconds += timing.get("duration") or 0.0
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            record.results.update(data.get(RESULT_MIME, {}))
            if OUTCOME_MIME in data:
                outcomes[data[OUTCOME_MIME]["task"]] = data[OUTCOME_MIME]
            if output.output_type == "stream" and output.name == "stderr":
                record.fail(f"cell {number} warns: {output.text.strip().splitlines()[-1][:200]}")
    record.cell_seconds = round(record.cell_seconds, 3)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.setdefault("digigov", {})["results"] = record.results
    notebook.metadata["digigov"]["parameters"] = record.parameters
    if record.status != "passed":
        return
    for gate in (check_descriptions, check_offline, check_math):
        for problem in gate(notebook):
            record.fail(problem)
    if run.kind == "notebooks":
        for problem in failures(run.lesson, run.set_name, record.parameters, record.results):
            record.fail(problem)
    else:
        expected = "passed" if EXERCISE_SETS[run.set_name] else "not attempted"
        for task in tasks_of(run.lesson.slug):
            status = outcomes.get(task, {}).get("status", "not checked")
            if status != expected:
                record.fail(f"task {task}: {status}, expected: {expected}")


class Verification:
    """A matrix of runs, executed by several workers.

    Parameters
    ----------
    runs : list of Run
    jobs : int
        Number of runs at a time.
    static : bool
        Whether charts get static images.
    on_done : callable, optional
        Called with each run, its record and notebook as it ends, in the main thread.
    """

    def __init__(
        self,
        runs: list[Run],
        jobs: int,
        *,
        static: bool = False,
        on_done: Callable[[Run, Record, NotebookNode], None] = lambda *_: None,
    ) -> None:
        self.runs, self.jobs, self.on_done = runs, jobs, on_done
        # Kernels inherit both: the renderer skips the images that nobody will look at, and an import
        # that takes a second of each run is left out (see the module in that folder).
        os.environ["DIGIGOV_STATIC"] = "1" if static else "0"
        inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
        paths = dict.fromkeys([str(KERNEL_PATH), *filter(None, inherited)])
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)
        self.records: list[Record] = []
        self._stop = threading.Event()

    def execute(self) -> list[Record]:
        """Execute all runs; records in the order of the runs.

        Raises
        ------
        KeyboardInterrupt
            After ending every kernel; `records` holds what had finished.
        """
        done: dict[int, Record] = {}
        with ThreadPoolExecutor(self.jobs) as pool:
            pending: dict[Future, int] = {
                pool.submit(self._one, run): number for number, run in enumerate(self.runs)
            }
            try:
                while pending:
                    # A bounded wait, so that Ctrl-C is noticed at once.
                    finished, _rest = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                    for future in finished:
                        number = pending.pop(future)
                        record, notebook = future.result()
                        done[number] = record
                        self.on_done(self.runs[number], record, notebook)
            except BaseException:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)
                end_kernels()
                raise
            finally:
                self.records = [done[number] for number in sorted(done)]
        return self.records

    def _one(self, run: Run) -> tuple[Record, NotebookNode]:
        if self._stop.is_set():
            raise CourseError("stopped")
        return execute(run)


def end_kernels() -> None:
    """End every process that this one started."""
    children = psutil.Process().children(recursive=True)
    for child in children:
        child.terminate()
    _gone, alive = psutil.wait_procs(children, timeout=3)
    for child in alive:
        child.kill()


def compare_languages(records: list[Record]) -> list[str]:
    """Fail each run whose results differ from those of the same run in the first language.

    Returns
    -------
    list of str
        A line for each run that failed.
    """
    first = {
        (record.lesson, record.set): record for record in records if record.lang == LANGUAGES[0]
    }
    lines = []
    for record in records:
        other = first.get((record.lesson, record.set))
        if other is None or other is record or "failed" in (record.status, other.status):
            continue
        names = sorted(
            name
            for name in {*record.results, *other.results}
            if record.results.get(name) != other.results.get(name)
        )
        if names:
            record.fail(f"results differ from the {other.lang} edition: {', '.join(names)}")
            lines.append(f"{record.lesson} · {record.lang} · {record.set}: {record.problems[-1]}")
    return lines


def write_report(records: list[Record], path: Path) -> None:
    """Write the records as JSON, whole or not at all."""
    text = json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1)
    write_atomically(path, text + "\n")
