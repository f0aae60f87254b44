"""The browser classroom, driven as a learner drives it: open a notebook, run all cells, read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from browser import Browser, Log, offline_context, watch

from digigov.checks import OUTCOME_MIME
from digigov.course.publish.classroom import server
from digigov.lesson import RESULT_MIME

WIDGET = "window.jupyterapp?.shell.currentWidget"
READY = f"() => {WIDGET}?.context?.isReady"
IDLE = f"() => {WIDGET}.sessionContext?.session?.kernel?.status === 'idle'"
ENDED = f"""() => {{
  const cells = {WIDGET}.content.model.toJSON().cells
    .filter(cell => cell.cell_type === 'code' && cell.source.length);
  return cells.every(cell => cell.execution_count)
    || cells.some(cell => cell.outputs.some(output => output.output_type === 'error'));
}}"""


@dataclass
class Seen:
    """What came of a notebook in the classroom."""

    path: str
    visible: float
    """Seconds until the notebook is there."""
    idle: float
    """Seconds until its kernel waits for the first cell."""
    done: float
    """Seconds until all cells have run, or one has failed."""
    errors: list[str]
    results: dict[str, Any]
    tasks: dict[str, str]
    log: Log = field(default_factory=Log)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Address of a classroom that is served for the time."""
    with server(folder, 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def run_all(browser: Browser, address: str, path: str, picture: Path | None = None) -> Seen:
    """Open a notebook of the classroom in a new browser profile and run it from top to bottom."""
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        started = time.monotonic()
        page.goto(f"{address}/lab/index.html?path={path}")
        page.wait_for_function(READY, timeout=60_000)
        visible = time.monotonic() - started
        page.wait_for_function(IDLE, timeout=120_000)
        idle = time.monotonic() - started
        page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
        page.wait_for_function(ENDED, timeout=300_000, polling=500)
        done = time.monotonic() - started
        # What the last cell shows arrives a moment after its number.
        page.wait_for_function(IDLE, timeout=60_000)
        notebook = nbformat.from_dict(page.evaluate(f"{WIDGET}.content.model.toJSON()"))
        if picture:
            page.screenshot(path=picture)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    results, tasks = {}, {}
    for output in outputs:
        data = output.get("data", {})
        results.update(data.get(RESULT_MIME, {}))
        if OUTCOME_MIME in data:
            tasks[data[OUTCOME_MIME]["task"]] = data[OUTCOME_MIME]["status"]
    errors = [
        f"{output.ename}: {output.evalue}" for output in outputs if output.output_type == "error"
    ]
    return Seen(path, visible, idle, done, errors, results, tasks, log)
