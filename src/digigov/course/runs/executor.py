"""A matrix of runs: what is finished is kept, the rest is executed, here or on a cluster."""

from __future__ import annotations

import signal
import threading
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from statistics import mean

from digigov.course.errors import CourseError
from digigov.course.runs.inputs import Inputs, changed
from digigov.course.runs.run import PASSED, Outcome, Record, Run
from digigov.course.runs.store import Store
from digigov.course.runs.verification import judge
from digigov.temporary import ASKED_TO_END

Executed = Generator[tuple[int, Outcome]]


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


class Executor:
    """A matrix of runs: what is finished is fetched, the rest executed by several workers.

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
    """

    def __init__(
        self,
        runs: Sequence[Run],
        jobs: int,
        *,
        store: Store | None = None,
        fresh: bool = False,
        scheduler: str | None = None,
    ) -> None:
        self.runs, self.jobs = list(runs), jobs
        self.store, self.fresh, self.scheduler = store, fresh, scheduler
        self._done: dict[int, Record] = {}
        self._inputs = Inputs()
        self._keys = [self._inputs.key(run) for run in self.runs] if store else []

    @property
    def records(self) -> list[Record]:
        """Records of what has ended, in the order of the runs."""
        return [self._done[number] for number in sorted(self._done)]

    def outcomes(self) -> Generator[Outcome]:
        """Bring all runs to an end.

        Yields
        ------
        Outcome
            One a run, as it ends; what had finished before comes first. Whoever may leave before
            the last closes the generator (`contextlib.closing`), which ends every kernel.

        Raises
        ------
        CourseError
            If the scheduler does not answer, or ends; `records` holds what had finished.
        KeyboardInterrupt
            After ending every kernel; `records` holds what had finished.
        """
        try:
            waiting = []
            for number in range(len(self.runs)):
                if kept := self._kept(number):
                    yield kept
                else:
                    waiting.append(number)
            # Closed here: an interruption must not leave the workers to the garbage collector.
            with closing(self._executed(self._longest_first(waiting))) as executed:
                for number, outcome in executed:
                    with interrupted_afterwards():
                        self._keep(number, outcome)
                    yield outcome
        finally:
            if self.store:
                self.store.remember(
                    {
                        self.runs[number].label: record
                        for number, record in self._done.items()
                        if not record.kept and record.key
                    }
                )

    def execute(self) -> list[Record]:
        """Bring all runs to an end; one record a run, in their order. Raises as `outcomes` does."""
        for _outcome in self.outcomes():
            pass
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
            inputs = self.store.inputs(before) if self.store and before else {}
            found.update(changed(inputs, self._inputs.of(run)) if inputs else [""])
        return found

    def _kept(self, number: int) -> Outcome | None:
        run = self.runs[number]
        if not self.store or self.fresh or run.uses_files:
            return None
        outcome = self.store.read(self._keys[number], run)
        if outcome is not None:
            outcome.record.kept = True
            judge(run, outcome.record)
            self._done[number] = outcome.record
        return outcome

    def _keep(self, number: int, outcome: Outcome) -> None:
        run, record = outcome.run, outcome.record
        if self.store and record.status == PASSED and not run.uses_files:
            # Before it is judged: what is expected of it may change without a new execution.
            record.key = self._keys[number]
            self.store.write(record.key, outcome, self._inputs.of(run))
        judge(run, record)
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
            from digigov.course.runs.cluster import execute_on_cluster

            runs = {number: self.runs[number] for number in numbers}
            yield from execute_on_cluster(self.scheduler, runs, self._inputs)
        elif numbers:
            yield from self._execute_here(numbers)

    def _execute_here(self, numbers: list[int]) -> Executed:
        from digigov.course.runs import pool

        lessons = {self.runs[number].lesson.number: self.runs[number].lesson for number in numbers}
        modules = {name for one in lessons.values() for name in self._inputs.modules(one)}
        # The server imports while this process does, on another core.
        pool.warm_up(sorted(modules))
        stop = threading.Event()

        def one(run: Run) -> Outcome:
            from digigov.course.runs.execution import execute

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
                        yield pending.pop(future), future.result()
            except BaseException:
                stop.set()
                # A run that was about to ask for a kernel would have another server started.
                with pool.closed():
                    workers.shutdown(cancel_futures=True)
                raise
