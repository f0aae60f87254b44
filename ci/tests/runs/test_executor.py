"""Execution: finished runs are kept, interruptions lose nothing, a cluster does the same."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import distributed
import psutil
import pytest
from tornado.ioloop import IOLoop

from digigov.course.errors import CourseError
from digigov.course.lessons import find_lesson
from digigov.course.runs import cluster, expectations
from digigov.course.runs.executor import Executor
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import STUB, Record, Run, matrix
from digigov.course.runs.store import Store
from digigov.places import MARK, PlaceError

COURSE = [sys.executable, "-m", "digigov.course.cli"]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def runs_of(*names, lesson="04", lang="en"):
    sets = find_lesson(lesson).parameter_sets()
    return [Run(find_lesson(lesson), lang, name, sets.get(name, {})) for name in names]


def verified(runs, store, each=lambda _outcome: None, **options):
    found = Executor(runs, 2, store=store, **options)
    for outcome in found.outcomes():
        each(outcome)
    return found


def entries(store):
    return [path for path in store.folder.glob("*/*") if not path.name.startswith(".")]


# ------------------------------------------------------------------------------------ keeping


def test_finished_run_is_not_executed_again(store, monkeypatch):
    runs = runs_of("default", "coarse", STUB)
    notebooks = {}
    first = verified(
        runs, store, lambda one: notebooks.update({one.run.label: one.notebook})
    ).records
    assert [(record.kept, record.problems) for record in first] == [(False, [])] * 3

    monkeypatch.setattr(Executor, "_execute_here", None)
    again = verified(
        runs, store, lambda one: notebooks.pop(one.run.label) == one.notebook or 1 / 0
    ).records
    assert notebooks == {}
    assert [(record.kept, record.problems) for record in again] == [(True, [])] * 3
    assert [record.results for record in again] == [record.results for record in first]


def test_run_that_writes_files_of_the_readers_is_never_kept(store, tmp_path):
    out = tmp_path / "audit"
    for _time in range(2):
        run = Run(find_lesson("20"), "en", "own", {"out": str(out)})
        (record,) = verified([run], store).records
        assert (record.kept, record.problems) == (False, [])
        (out / "audit.csv").unlink()
    assert entries(store) == []


def test_fresh_executes_everything(store):
    verified(runs_of(STUB), store)
    (record,) = verified(runs_of(STUB), store, fresh=True).records
    assert not record.kept


def test_failed_run_is_executed_again(store, monkeypatch):
    from digigov.course.runs import execution

    monkeypatch.setattr(execution, "CELL_TIMEOUT", 0)
    monkeypatch.setattr(execution, "check_math", lambda _notebook: ["a problem"])
    (record,) = verified(runs_of(STUB), store).records
    assert record.problems == ["a problem"]
    assert entries(store) == []


def test_kept_run_is_held_against_what_is_expected_now(store, monkeypatch):
    verified(runs_of("default"), store)
    expected = {**expectations.expectations("04_coverage"), "invariants": ["rest_2022 < 0"]}
    monkeypatch.setattr(expectations, "expectations", lambda _stem: expected)
    (record,) = verified(runs_of("default"), store).records
    assert record.kept
    assert record.problems[0].startswith("invariant 'rest_2022 < 0' does not hold")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: b"",
        lambda content: content.replace(b'"passed"', b'"failed"', 1),
    ],
    ids=["cut off", "one bit", "empty", "edited"],
)
def test_damaged_entry_is_not_trusted(store, damage):
    verified(runs_of(STUB), store)
    (path,) = entries(store)
    path.write_bytes(damage(path.read_bytes()))
    (record,) = verified(runs_of(STUB), store).records
    assert not record.kept
    assert verified(runs_of(STUB), store).records[0].kept


def test_longest_run_goes_first_and_unknown_ones_before_it(store):
    runs = runs_of("default", "coarse", "sharp") + runs_of("default", lesson="05")
    labels = [run.label for run in runs]
    seconds = dict(zip(labels[:3], (1.0, 3.0, 2.0), strict=True))
    store.remember({label: Record("", "", "", {}, seconds=s) for label, s in seconds.items()})
    order = Executor(runs, 1, store=store)._longest_first([0, 1, 2, 3])
    assert order == [3, 1, 2, 0]


def test_what_changed_is_said(store, monkeypatch):
    runs = runs_of("default", STUB)
    assert Executor(runs, 1, store=store).changes() == {"": 2}
    verified(runs, store)
    assert Executor(runs, 1, store=store).changes() == {}
    original = Inputs.of
    monkeypatch.setattr(
        Inputs, "of", lambda self, run: {**original(self, run), "datasets/claims.csv": "other"}
    )
    assert Executor(runs, 1, store=store).changes() == {"datasets/claims.csv": 2}


def test_store_that_cannot_be_written_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(PlaceError, match="cannot write to"):
        Store(tmp_path / "file" / "store")


def test_entries_that_nobody_used_for_a_month_are_removed(store):
    verified(runs_of(STUB), store)
    (path,) = entries(store)
    left = path.with_name(".half.part")
    left.touch()
    for old in (path, left):
        os.utime(old, (0, 0))
    store.remember({})
    assert list(store.folder.glob("*/*")) == []


# ---------------------------------------------------------------------------- interruptions


def verify_command(store, *words):
    temporary = store.parent / "tmp"
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [
            *COURSE,
            *["verify", "04", "--lang", "en", "--sets", "all", "--jobs", "2"],
            "--store",
            str(store),
            *words,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        # What a shell starts in the background ignores Ctrl-C, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_entries(folder, number, seconds=300):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = [path for path in Path(folder).glob("??/*") if not path.name.startswith(".")]
        if len(found) >= number:
            return found
        time.sleep(0.02)
    raise AssertionError(f"{number} runs did not finish within {seconds} s")


@pytest.fixture
def ctrl_c():
    """Python's own answer to Ctrl-C, which a job in the background of a shell has been told to ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def descendants(pid):
    return psutil.Process(pid).children(recursive=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_interrupt_ends_the_kernels_and_keeps_what_is_finished(tmp_path, number):
    report = tmp_path / "report.json"
    process = verify_command(tmp_path / "store", "--report", str(report))
    wait_for_entries(tmp_path / "store", 3)
    kernels = descendants(process.pid)
    assert kernels
    process.send_signal(number)
    _out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert err.strip().splitlines()[-1].startswith("course: interrupted: ")
    _gone, alive = psutil.wait_procs(kernels, timeout=30)
    assert alive == []
    assert list((tmp_path / "tmp").iterdir()) == []
    records = json.loads(report.read_text())
    assert len(records) >= 3
    assert all(record["status"] == "passed" for record in records)


@pytest.mark.parametrize("moment", ["kept", "reported"])
def test_interrupt_while_a_run_is_kept_leaves_it_kept_and_recorded(
    store, monkeypatch, moment, ctrl_c
):
    def interrupt(*_anything):
        signal.raise_signal(signal.SIGINT)

    def write_then_interrupt(*words):
        write(*words)
        interrupt()

    write = store.write
    if moment == "kept":
        monkeypatch.setattr(store, "write", write_then_interrupt)
    executor = Executor(runs_of("default", "coarse", STUB), 1, store=store)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt), closing(executor.outcomes()) as outcomes:
        for _outcome in outcomes:
            interrupt()
    (record,) = executor.records
    assert (record.status, record.kept) == ("passed", False)
    (entry,) = entries(store)
    assert entry.parent.name + entry.name == record.key
    assert threading.active_count() - before < 20


def test_kill_9_loses_no_finished_run_and_trusts_no_other(tmp_path):
    folder = tmp_path / "store"
    for wanted in (2, 6):
        process = verify_command(folder)
        wait_for_entries(folder, wanted)
        kernels = descendants(process.pid)
        process.kill()
        process.communicate(timeout=120)  # a kernel that stays would hold its output open
        _gone, alive = psutil.wait_procs(kernels, timeout=30)
        assert alive == []
    # What a kill in the middle of a write leaves behind.
    finished = wait_for_entries(folder, 6)
    half = finished[0].read_bytes()[:100]
    finished[0].with_name(".half.part").write_bytes(half)
    finished[1].write_bytes(half)

    report = tmp_path / "report.json"
    process = verify_command(folder, "--report", str(report))
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, out + err
    records = json.loads(report.read_text())
    labels = [(record["lang"], record["set"]) for record in records]
    assert len(labels) == len(set(labels)) == len(matrix([find_lesson("04")], ["en"], "all"))
    assert sum(record["kept"] for record in records) == len(finished) - 1
    assert f"{len(finished) - 1} kept from before" in out
    assert list((tmp_path / "tmp").iterdir()) == []
    assert [path.name for path in folder.rglob(".*")] == [MARK]


def test_workers_end_when_one_run_raises(monkeypatch):
    def broken(_run):
        raise CourseError("no such notebook")

    monkeypatch.setattr("digigov.course.runs.execution.execute", broken)
    before = threading.active_count()
    with pytest.raises(CourseError, match="no such notebook"):
        Executor(runs_of("default", "coarse"), 2).execute()
    assert threading.active_count() - before < 20


# ---------------------------------------------------------------------------------- a cluster


@contextmanager
def cluster_of_two():
    """A scheduler and two workers on loopback."""
    processes = []

    def start(program, *words):
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *words, "--no-dashboard"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
    address = next(line.split()[-1] for line in scheduler.stdout if "Scheduler at:" in line)
    threading.Thread(target=scheduler.stdout.read, daemon=True).start()
    workers = []

    def start_worker():
        worker = start("dask_worker", address, "--nthreads", "1", "--no-nanny")
        # What a test does to a cluster must find its workers there, however busy the machine.
        assert any("Registered to:" in line for line in worker.stdout)
        threading.Thread(target=worker.stdout.read, daemon=True).start()
        workers.append(worker)

    start_worker()
    start_worker()
    try:
        yield SimpleNamespace(
            address=address, scheduler=scheduler, workers=workers, start_worker=start_worker
        )
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def dask():
    with cluster_of_two() as running:
        yield running


def test_cluster_gives_the_records_that_this_machine_gives(dask, store):
    runs = runs_of("default", STUB)
    there = verified(runs, store, scheduler=dask.address).records
    here = verified(runs, None).records
    assert [record.problems for record in there] == [[], []]
    assert [record.results for record in there] == [record.results for record in here]
    # And what it finished is kept here.
    assert all(record.kept for record in verified(runs, store).records)


def test_killed_worker_costs_no_run_and_repeats_none_in_the_report(dask, store, monkeypatch):
    # The killed one may take several finished runs with it; each is waited for.
    monkeypatch.setattr(cluster, "FETCH_SECONDS", 2)
    runs = matrix([find_lesson("04")], ["en"], "all")[:8]
    ended = []

    def kill_one(outcome):
        ended.append(outcome.run.label)
        if len(ended) == 3:
            dask.workers[0].kill()

    records = verified(runs, store, kill_one, scheduler=dask.address).records
    assert [record.set for record in records] == [run.set_name for run in runs]
    assert [record.problems for record in records] == [[]] * len(runs)
    assert sorted(ended) == sorted(run.label for run in runs)
    assert dask.workers[0].wait(30) == -signal.SIGKILL


def test_worker_with_another_state_of_the_course_is_refused(dask, monkeypatch):
    original = Inputs.of
    monkeypatch.setattr(
        Inputs, "of", lambda self, run: {**original(self, run), "datasets/claims.csv": "other"}
    )
    (record,) = Executor(runs_of(STUB), 1, scheduler=dask.address).execute()
    assert record.status == "failed"
    assert record.problems == [
        "on the cluster: the worker has another state of the course: datasets/claims.csv"
    ]


@pytest.mark.parametrize(
    "address",
    ["", "tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:9", "tls://127.0.0.1:9", "ucx://a:9"],
)
def test_scheduler_that_does_not_answer_is_said_before_anything_runs(monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 2)
    with pytest.raises(CourseError, match="no Dask scheduler answers at") as refused:
        Executor(runs_of(STUB), 1, scheduler=address).execute()
    assert address in str(refused.value)
    assert "\n" not in str(refused.value)


def test_client_that_was_refused_leaves_nothing_to_the_garbage_collector(monkeypatch):
    """Closed by the collector in the thread of the next loop, it would wait for its own start."""
    original, collected_in = IOLoop.current, []

    def collect_first(*args, **kwargs):
        collected_in.append(threading.current_thread().name)
        gc.collect()
        return original(*args, **kwargs)

    gc.disable()
    try:
        for address in ("nonsense", "http://127.0.0.1:9"):
            with pytest.raises(CourseError, match="no Dask scheduler answers at"):
                Executor(runs_of(STUB), 1, scheduler=address).execute()
            monkeypatch.setattr(IOLoop, "current", staticmethod(collect_first))
    finally:
        gc.enable()
    assert "IO loop" in collected_in


def test_cluster_that_loses_its_last_worker_fails_what_is_left(dask, monkeypatch):
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 1)
    runs = matrix([find_lesson("04")], ["en"], "all")
    ended = []

    def kill_all(outcome):
        ended.append(outcome.run.label)
        for worker in dask.workers:
            worker.kill()

    records = verified(runs, None, kill_all, scheduler=dask.address).records
    assert sorted(ended) == sorted(run.label for run in runs)
    failed = [record for record in records if record.problems]
    assert 0 < len(failed) < len(runs)
    assert {problem for record in failed for problem in record.problems} == {
        "on the cluster: no worker was left for 1 s"
    }
    # The cluster knows by now that it has none.
    with pytest.raises(CourseError, match="has no worker; start one"):
        Executor(runs_of(STUB), 1, scheduler=dask.address).execute()


@pytest.mark.parametrize(
    ("moment", "another", "problems"),
    [
        ("wait", True, []),
        ("Future.result", False, ["on the cluster: no worker was left for 3 s"]),
    ],
)
def test_finished_run_that_is_lost_with_its_worker_is_computed_by_another_if_there_is_one(
    monkeypatch, moment, another, problems
):
    monkeypatch.setattr(cluster, "FETCH_SECONDS", 2)
    monkeypatch.setattr(cluster, "WORKER_SECONDS", 60 if another else 3)
    place, _dot, name = moment.rpartition(".")
    owner = getattr(distributed, place) if place else distributed
    usual = getattr(owner, name)
    with cluster_of_two() as running:

        def lose_what_is_done(*words, **options):
            """Before it is fetched, or as it is fetched."""
            ended = usual(*words, **options) if moment == "wait" else None
            if running.workers[0].poll() is None:
                for worker in running.workers:
                    worker.kill()
                    worker.wait()
                if another:
                    running.start_worker()
            return ended or usual(*words, **options)

        monkeypatch.setattr(owner, name, lose_what_is_done)
        runs = runs_of("default", STUB)
        records = Executor(runs, 1, scheduler=running.address).execute()
    assert [record.problems for record in records] == [problems, problems]


def test_scheduler_that_ends_is_said_and_what_had_finished_is_kept(store):
    runs = matrix([find_lesson("04")], ["en"], "all")
    with cluster_of_two() as running:
        executor = Executor(runs, 1, store=store, scheduler=running.address)
        with pytest.raises(CourseError, match="is gone; what had finished is kept"):
            for _outcome in executor.outcomes():
                running.scheduler.kill()
    # Another may have been on its way.
    assert 0 < len(executor.records) < len(runs)
    assert {problem for record in executor.records for problem in record.problems} == set()
    assert len(entries(store)) == len(executor.records)
