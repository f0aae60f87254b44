"""Runs on the workers of a Dask cluster (group ``cluster`` of the project's dependencies).

A worker needs the same state of the course: it computes the key of each run for itself and refuses
one whose inputs differ, naming them. A run whose worker dies is given to another by the scheduler;
one that killed several workers, or finds none any more, is a failed run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

from digigov.course.errors import CourseError
from digigov.course.lessons import find_lesson
from digigov.course.runs.inputs import Inputs, changed
from digigov.course.runs.run import Outcome, Record, Run

CONNECT_SECONDS = 10
"""Seconds after which a scheduler that does not answer is not there."""

WORKER_SECONDS = 60
"""Seconds that runs wait for a cluster without workers to get one."""

FETCH_SECONDS = 20
"""Seconds after which a worker that does not hand over a finished run is lost."""


def execute_on_cluster(
    address: str, runs: Mapping[int, Run], inputs: Inputs
) -> Iterator[tuple[int, Outcome]]:
    """Execute runs on the workers of a scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.
    runs : mapping of int to Run
        In the order in which they are handed out.
    inputs : Inputs
        What each run depends on, here.

    Yields
    ------
    int, Outcome
        Each run once, as it ends.

    Raises
    ------
    CourseError
        If the packages are missing, the scheduler does not answer or ends, or it has no worker.
    """
    with _client(address) as client:
        batch = uuid4().hex  # what the cluster holds of other verifications is not ours
        futures = {
            client.submit(
                execute_task,
                {**_task(run), "inputs": inputs.of(run)},
                key=f"{run.label} {batch}",
                pure=False,
                priority=-position,
            ): number
            for position, (number, run) in enumerate(runs.items())
        }
        ended = _ended(client, set(futures))
        while found := _next(ended, address):
            future, result = found
            number = futures[future]
            if result is None:
                yield number, _failed(runs[number], future)
            else:
                record, packed = result
                yield number, Outcome(runs[number], Record(**record), packed)


def _next(ended: Iterator[tuple[Any, Any]], address: str) -> tuple[Any, Any] | None:
    from distributed.client import FuturesCancelledError

    try:
        return next(ended, None)
    except (OSError, FuturesCancelledError):
        raise CourseError(
            f"the Dask scheduler at {address} is gone; what had finished is kept, and the same "
            "command executes the rest"
        ) from None


def _ended(client: Any, pending: set[Any]) -> Iterator[tuple[Any, Any]]:
    """Futures as they end, with what they computed; None if they failed.

    All that are left come once the cluster was too long without a worker.
    """
    from distributed import wait

    alone_since = None
    while pending:
        done: set[Any] = set()
        with suppress(TimeoutError):
            done, pending = wait(pending, timeout=1, return_when="FIRST_COMPLETED")
        for future in done:
            result = None
            if future.status == "finished":
                # If its worker is lost with what it computed, another one computes it again.
                with suppress(TimeoutError):
                    result = future.result(FETCH_SECONDS)
            if result is None and future.status not in ("error", "cancelled"):
                pending.add(future)
            else:
                yield future, result
        if client.scheduler_info()["workers"]:
            alone_since = None
        elif time.monotonic() - (alone_since := alone_since or time.monotonic()) > WORKER_SECONDS:
            yield from ((future, None) for future in pending)
            return


def _client(address: str) -> Any:
    from distributed import Client

    # What goes wrong is said once, by us; its log is a traceback for each connection.
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)

    class Closing(Client):
        """Closes itself if it cannot connect.

        Left to the garbage collector it may be closed in the thread of the next client's loop,
        which then waits for the lock that is held until that loop has started.
        """

        def __init__(self) -> None:
            try:
                super().__init__(address, timeout=CONNECT_SECONDS)
            except BaseException:
                self.close()
                raise

    try:
        client = Closing()
    except (OSError, ValueError, TypeError, ImportError) as error:
        reason, *_ = str(error).splitlines() or [type(error).__name__]
        raise CourseError(
            f"no Dask scheduler answers at {address!r} (allowed: an address such as "
            f"tcp://10.0.0.5:8786): {reason}"
        ) from None
    try:
        client.wait_for_workers(1, timeout=WORKER_SECONDS)
    except TimeoutError:
        client.close()
        raise CourseError(
            f"the Dask scheduler at {address} has no worker; start one in the folder of the "
            f"course: dask worker {address}"
        ) from None
    return client


def _task(run: Run) -> dict[str, Any]:
    return {
        "lesson": run.lesson.number,
        "lang": run.lang,
        "set_name": run.set_name,
        "parameters": dict(run.parameters),
    }


def execute_task(task: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Execute a run in this worker.

    Parameters
    ----------
    task : mapping
        Lesson, language, set and parameters of the run, and its inputs where it was planned.

    Returns
    -------
    dict, bytes
        The fields of its record, and its executed notebook, packed.

    Raises
    ------
    CourseError
        If the inputs are others here.
    """
    from dataclasses import asdict

    from digigov.course.runs.execution import execute

    run = Run(find_lesson(task["lesson"]), task["lang"], task["set_name"], task["parameters"])
    differing = changed(task["inputs"], Inputs().of(run))
    if differing:
        raise CourseError(f"the worker has another state of the course: {', '.join(differing)}")
    outcome = execute(run)
    return asdict(outcome.record), outcome.packed


def _failed(run: Run, future: Any) -> Outcome:
    record = Record(run.lesson.stem, run.lang, run.set_name, dict(run.parameters))
    if future.done():
        error = future.exception()
        record.fail(f"on the cluster: {error or type(error).__name__}")
    else:
        record.fail(f"on the cluster: no worker was left for {WORKER_SECONDS} s")
    return Outcome(run, record)
