"""A matrix of runs: what is finished is kept, the rest is executed, here or on a cluster."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from statistics import mean
from typing import TYPE_CHECKING

from digigov.course.inputs import Inputs, changed
from digigov.course.manifest import CourseError, Lesson
from digigov.course.runs import Record, Run, compare_languages, judge, matrix
from digigov.course.store import Store
from digigov.course.temporary import ASKED_TO_END

if TYPE_CHECKING:
    from nbformat import NotebookNode

OnDone = Callable[[Run, Record, Callable[[], "NotebookNode"]], None]
Executed = Generator[tuple[int, Record, "NotebookNode"], None, None]


@contextmanager
def interrupted_afterwards() -> Iterator[None]:
    """Hold Ctrl-C, and requests to end, back until a step is whole.

    Raises
    ------
    KeyboardInterrupt
        At the end of the step, if one came within it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python runs signal handlers in the main thread alone
        return
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, *ASKED_TO_END)}
    # What the process was started to ignore, as a shell's background job does, stays ignored.
    usual = {number: handler for number, handler in usual.items() if callable(handler)}
    came: list[object] = []
    for number in usual:
        signal.signal(number, lambda *arguments: came.append(arguments))
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


def verified(store: Store, lessons: Iterable[Lesson]) -> list[tuple[Run, Record | None]]:
    """The full matrix with what is known of each run, for the files as they are.

    Parameters
    ----------
    store : Store
        Finished runs.
    lessons : iterable of Lesson

    Returns
    -------
    list of (Run, Record or None)
        None where a run has not been executed from these inputs. A record has failed if its results
        are not what is expected, or differ between the languages.
    """
    inputs = Inputs()
    found = [(run, store.read(inputs.key(run), run)) for run in matrix(lessons, sets="all")]
    for run, record in found:
        if record is not None:
            judge(run, record)
    compare_languages([record for _run, record in found if record is not None])
    return found


class Verification:
    """A matrix of runs, executed by several workers.

    Parameters
    ----------
    runs : sequence of Run
    jobs : int
        Number of runs at a time on this machine.
    store : Store, optional
        Where finished runs are kept. Without one everything is executed and nothing kept.
    fresh : bool
        Whether finished runs are executed again, too.
    scheduler : str, optional
        Address of a Dask scheduler whose workers execute the runs in place of this machine.
    on_done : callable, optional
        Called in the main thread as each run ends, with the run, its record, and a function that
        returns its executed notebook.

    Attributes
    ----------
    records : list of Record
        What has finished, in the order of the runs.
    """

    def __init__(
        self,
        runs: Sequence[Run],
        jobs: int,
        *,
        store: Store | None = None,
        fresh: bool = False,
        scheduler: str | None = None,
        on_done: OnDone = lambda *_: None,
    ) -> None:
        self.runs, self.jobs, self.on_done = list(runs), jobs, on_done
        self.store, self.fresh, self.scheduler = store, fresh, scheduler
        self.records: list[Record] = []
        self._done: dict[int, Record] = {}
        self._inputs = Inputs()
        self._keys = [self._inputs.key(run) for run in self.runs] if store else []

    def execute(self) -> list[Record]:
        """Bring all runs to an end.

        Returns
        -------
        list of Record
            One a run, in their order.

        Raises
        ------
        CourseError
            If the scheduler does not answer, or ends; `records` holds what had finished.
        KeyboardInterrupt
            After ending every kernel; `records` holds what had finished.
        """
        try:
            waiting = [number for number in range(len(self.runs)) if not self._is_kept(number)]
            # Closed here: an interruption must not leave the workers to the garbage collector.
            with closing(self._executed(self._longest_first(waiting))) as executed:
                for number, record, notebook in executed:
                    with interrupted_afterwards():
                        self._keep(number, record, notebook)
                    self.on_done(self.runs[number], record, lambda notebook=notebook: notebook)
        finally:
            self.records = [self._done[number] for number in sorted(self._done)]
            if self.store:
                self.store.remember(
                    {
                        self.runs[number].label: record
                        for number, record in self._done.items()
                        if not record.kept and record.key
                    }
                )
        return self.records

    def changes(self) -> Counter[str]:
        """Inputs that changed since each run was last finished: name to number of runs.

        A run that never finished counts under ``""``.
        """
        found: Counter[str] = Counter()
        last = self.store.last_keys() if self.store else {}
        for run, key in zip(self.runs, self._keys, strict=False):
            before = last.get(run.label)
            if before == key:
                continue
            inputs = self.store.inputs(before) if before else {}
            found.update(changed(inputs, self._inputs.of(run)) if inputs else [""])
        return found

    def _is_kept(self, number: int) -> bool:
        if not self.store or self.fresh or self.runs[number].uses_files:
            return False
        key = self._keys[number]
        record = self.store.read(key, self.runs[number])
        if record is None:
            return False
        record.kept = True
        judge(self.runs[number], record)
        self._done[number] = record
        self.on_done(self.runs[number], record, lambda: self.store.read_notebook(key))
        return True

    def _keep(self, number: int, record: Record, notebook: NotebookNode) -> None:
        if self.store and record.status == "passed" and not self.runs[number].uses_files:
            # Before it is judged: what is expected of it may change without a new execution.
            record.key = self._keys[number]
            self.store.write(record.key, record, notebook, self._inputs.of(self.runs[number]))
        judge(self.runs[number], record)
        self._done[number] = record

    def _longest_first(self, numbers: list[int]) -> list[int]:
        """Order that leaves the short runs for the end, where they fill the gaps."""
        known = self.store.durations() if self.store else {}
        by_lesson: dict[str, list[float]] = {}
        for label, seconds in known.items():
            by_lesson.setdefault(label.partition(" ")[0], []).append(seconds)

        def expected(number: int) -> float:
            run = self.runs[number]
            if run.label in known:
                return known[run.label]
            return mean(by_lesson.get(run.lesson.stem, [float("inf")]))

        return sorted(numbers, key=expected, reverse=True)

    def _executed(self, numbers: list[int]) -> Executed:
        if numbers and self.scheduler is not None:
            # Imported here: only those who have a cluster have installed it.
            from digigov.course.cluster import execute_on_cluster

            runs = {number: self.runs[number] for number in numbers}
            yield from execute_on_cluster(self.scheduler, runs, self._inputs)
        elif numbers:
            yield from self._execute_here(numbers)

    def _execute_here(self, numbers: list[int]) -> Executed:
        from digigov.course import pool

        lessons = {self.runs[number].lesson.number: self.runs[number].lesson for number in numbers}
        modules = {name for one in lessons.values() for name in self._inputs.modules(one)}
        # The server imports while this process does, on another core.
        pool.warm_up(sorted(modules))
        stop = threading.Event()

        def one(run: Run) -> tuple[Record, NotebookNode]:
            from digigov.course.execution import execute

            if stop.is_set():
                raise CourseError("stopped")
            return execute(run)

        with ThreadPoolExecutor(self.jobs) as workers:
            pending: dict[Future, int] = {
                workers.submit(one, self.runs[number]): number for number in numbers
            }
            try:
                while pending:
                    # A bounded wait, so that Ctrl-C is noticed at once.
                    finished, _rest = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
                    for future in finished:
                        yield pending.pop(future), *future.result()
            except BaseException:
                stop.set()
                # A run that was about to ask for a kernel would have another server started.
                with pool.closed():
                    workers.shutdown(cancel_futures=True)
                raise
