"""Executing one run with papermill, on a kernel forked from the warm server."""

from __future__ import annotations

import ast
import json
import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from digigov._syntax import parse
from digigov.checks import OUTCOME_MIME
from digigov.course.errors import CourseError
from digigov.course.gates.colours import check_colours
from digigov.course.gates.descriptions import check_descriptions
from digigov.course.gates.formulas import check_math
from digigov.course.gates.offline import check_offline
from digigov.course.runs.run import EXERCISE_SETS, PASSED, Outcome, Record, Run, pack
from digigov.lesson import RESULT_MIME
from digigov.temporary import temporary_folder

CELL_TIMEOUT = 120
"""Seconds after which a cell counts as hanging."""

ENGINE = "warm"
"""The engine of papermill that runs the notebooks; see `digigov.course.runs.engine`."""

logging.getLogger("papermill").setLevel(logging.ERROR)
logging.getLogger("traitlets").setLevel(logging.ERROR)


def execute(run: Run, engine: str = ENGINE) -> Outcome:
    """Execute a run with papermill in a folder of its own, without images of its charts.

    Parameters
    ----------
    run : Run
    engine : str
        Name of an engine of papermill.

    Returns
    -------
    Outcome
        Its record has failed if a cell raised or a gate objects; what its results are worth is for
        `judge` to say. The notebook is as far as it got.

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
    try:
        text = _source(run)
    except CourseError as error:
        record.fail(str(error))
        return Outcome(run, record)
    try:
        nbformat.reads(text, as_version=4)
    except Exception as error:
        # Marks of a conflict, say: of what is wrong, json knows the line.
        cause = error.__cause__ or error
        line = f" line {cause.lineno}:" if isinstance(cause, json.JSONDecodeError) else ""
        path = run.lesson.edition(run.lang, run.kind)
        record.fail(f"{path}:{line} is not a notebook; try 'course build'")
        return Outcome(run, record)
    with temporary_folder() as folder:
        source, target = folder / "source.ipynb", folder / "executed.ipynb"
        source.write_text(text, encoding="utf-8")
        work = folder / "work"
        work.mkdir()
        executed = None
        try:
            executed = _execute(source, target, given, work, engine)
        except PapermillExecutionError as error:
            record.fail(f"cell {error.cell_index + 1}: {error.ename}: {error.evalue}")
        except DeadKernelError as error:
            record.fail(str(error))
        except CellTimeoutError:
            record.fail(f"a cell ran longer than {CELL_TIMEOUT} s")
        except RuntimeError as error:
            record.fail(f"the kernel did not start: {error}")
        record.seconds = round(time.perf_counter() - started, 3)
        if executed is None:
            executed = nbformat.read(target if target.exists() else source, as_version=4)
    _examine(record, executed)
    _without_places(run, record, executed)
    return Outcome(run, record, pack(executed))


def _execute(
    source: Path, target: Path, given: Mapping[str, Any], work: Path, engine: str
) -> NotebookNode:
    # The renderer skips the images, which `draw_images` makes when somebody will look at them.
    options = {"kernel_environment": {"DIGIGOV_STATIC": "0"}} if engine == "warm" else {}
    return papermill.execute_notebook(
        str(source),
        str(target),
        engine_name=engine,
        parameters=given,
        kernel_name="python3",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        execution_timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(work)}},
        # ipykernel warns of unencrypted TCP at each start; kernels here are local.
        extra_arguments=["--IPKernelApp.log_level=CRITICAL"],
        **options,
    )


def _source(run: Run) -> str:
    """Text of the notebook to run: the edition as it stands, or the exercise with solutions."""
    if EXERCISE_SETS.get(run.set_name):
        # Imported here: what reads masters is not installed where people only run lessons.
        from digigov.course.writing.generated import generate

        return generate(run.lesson, run.lang, run.kind, solutions=True)
    path = run.lesson.edition(run.lang, run.kind)
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return f"not UTF-8: {error.reason}"  # no notebook, as `execute` finds
    except OSError as error:
        raise CourseError(f"{path}: cannot be read: {error.strerror}; try 'course build'") from None


def _examine(record: Record, notebook: NotebookNode) -> None:
    """Take results, times and problems from an executed notebook; leave it as a person reads it."""
    for number, cell in enumerate(notebook.cells, 1):
        timing = cell.metadata.pop("papermill", {})
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"
        duration = timing.get("duration") or 0.0
        if cell.cell_type == "code":
            record.cell_seconds += duration
            record.import_seconds += duration if _imports_something(cell.source) else 0.0
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            record.results.update(data.get(RESULT_MIME, {}))
            if OUTCOME_MIME in data:
                record.tasks[data[OUTCOME_MIME]["task"]] = data[OUTCOME_MIME]["status"]
            if output.output_type == "stream" and output.name == "stderr":
                record.fail(f"cell {number} warns: {output.text.strip().splitlines()[-1][:200]}")
    record.cell_seconds = round(record.cell_seconds, 3)
    record.import_seconds = round(record.import_seconds, 3)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.setdefault("digigov", {})["results"] = record.results
    notebook.metadata["digigov"]["parameters"] = record.parameters
    if record.status == PASSED:
        for gate in (check_descriptions, check_colours, check_offline, check_math):
            for problem in gate(notebook):
                record.fail(problem)


def _without_places(run: Run, record: Record, notebook: NotebookNode) -> None:
    """Let paths among the parameters be names: where they lie is the reader's affair."""
    names: dict[str, str] = {}
    for name, parameter in run.lesson.declarations.parameters.items():
        path = record.parameters[name]
        if parameter.is_path and path and Path(path).is_absolute():
            # In code it stands as a literal.
            names |= {path: Path(path).name, repr(path)[1:-1]: repr(Path(path).name)[1:-1]}

    def replaced(node: Any) -> Any:
        if isinstance(node, dict):
            return type(node)({key: replaced(value) for key, value in node.items()})
        if isinstance(node, list):
            return [replaced(item) for item in node]
        if isinstance(node, str):
            for path, name in names.items():
                node = node.replace(path, name)
        return node

    if names:
        notebook.update(replaced(notebook))
        record.parameters, record.problems = replaced([record.parameters, record.problems])


def _imports_something(source: str) -> bool:
    try:
        tree = parse(source)
    except SyntaxError:  # a magic
        return False
    return any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body)
