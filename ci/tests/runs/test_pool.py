"""The warm server, its kernels, and the papermill engine that uses them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import nbformat
import papermill
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.runs import engine, forkserver, pool
from digigov.course.runs.execution import ENGINE, execute
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import Run

pytestmark = pytest.mark.skipif(
    not forkserver.AVAILABLE, reason="kernels are forked on Linux only; elsewhere they are started"
)


def run_cells(tmp_path, *sources, name="notebook", folder=None, **options):
    """Execute cells on the warm engine; what each one printed or returned."""
    path = tmp_path / f"{name}.ipynb"
    notebook = new_notebook(
        cells=[new_code_cell(source) for source in sources],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    nbformat.write(notebook, path)
    folder = folder or tmp_path
    executed = papermill.execute_notebook(
        str(path),
        str(tmp_path / f"{name}.out.ipynb"),
        engine_name=ENGINE,
        progress_bar=False,
        cwd=str(folder),
        **options,
    )
    return [
        "".join(output.get("text") or output.get("data", {}).get("text/plain", ""))
        for cell in executed.cells
        for output in cell.outputs
    ]


def test_papermill_finds_the_engine_by_its_name(tmp_path):
    assert run_cells(tmp_path, "6 * 7") == ["42"]
    assert papermill.engines.papermill_engines.get_engine(ENGINE) is engine.WarmEngine


def test_papermills_command_finds_the_engine(tmp_path):
    run_cells(tmp_path, "import os", "print(os.getppid())")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            "--engine",
            ENGINE,
            "--no-progress-bar",
            str(tmp_path / "notebook.ipynb"),
            str(tmp_path / "by_command.ipynb"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (server,) = nbformat.read(tmp_path / "by_command.ipynb", 4).cells[1].outputs
    assert not psutil.pid_exists(int(server.text))  # it ended with the command


def test_kernels_share_one_server_and_nothing_else(tmp_path):
    # Whatever ran before: what the kernels import is there before they are forked.
    pool.warm_up(["numpy", "pandas"])
    first = run_cells(
        tmp_path,
        "import os, random, builtins, pandas, numpy",
        "mine = 1; builtins.leaked = 1; pandas.leaked = 1; os.environ['LEAKED'] = '1'",
        "pandas.set_option('display.max_rows', 3); os.chdir('/')",
        "print(os.getpid(), os.getppid())",
        "print(random.random(), numpy.random.random())",
    )
    second = run_cells(
        tmp_path,
        "import os, random, builtins, pandas, numpy",
        "print('mine' in globals(), hasattr(builtins, 'leaked'), hasattr(pandas, 'leaked'))",
        "print(os.environ.get('LEAKED'), pandas.get_option('display.max_rows'), os.getcwd())",
        "print(os.getpid(), os.getppid())",
        "print(random.random(), numpy.random.random())",
    )
    assert second[0] == "False False False\n"
    assert second[1] == f"None 60 {tmp_path}\n"
    pids = [line.split() for line in (first[0], second[2])]
    assert pids[0][0] != pids[1][0]
    assert pids[0][1] == pids[1][1] == str(pool._server.pid)
    random = [line.split() for line in (first[1], second[3])]
    assert random[0][0] != random[1][0]
    assert random[0][1] != random[1][1]


GENERATORS = """
import gc, hashlib, pickle, random, sys
import numpy.random as nr
gc.unfreeze()  # what the server imported
kinds = random.Random, nr.Generator, nr.RandomState, nr.BitGenerator
held = [vars(module).values() for module in list(sys.modules.values()) if hasattr(module, "__dict__")]
every = [*gc.get_objects(), *(value for values in held for value in list(values))]
for one in {id(one): one for one in every if isinstance(one, kinds)}.values():
    if not isinstance(one, random.SystemRandom):
        print(type(one).__name__, hashlib.sha256(pickle.dumps(one)).hexdigest())
"""


def test_no_generator_of_a_warm_library_draws_the_same_numbers_in_two_kernels(tmp_path):
    lessons = finished_lessons()
    pool.warm_up(sorted({name for one in lessons for name in Inputs().modules(one)}))
    warm = "import sys; [name for name in ('pandas', 'scipy.stats') if name in sys.modules]"
    (there, *first), (_there, *second) = (
        (cells[0], *cells[1].splitlines())
        for cells in (run_cells(tmp_path, warm, GENERATORS) for _kernel in range(2))
    )
    assert there == "['pandas', 'scipy.stats']"
    assert {line.split()[0] for line in first} >= {"Random", "RandomState"}
    assert set(first) & set(second) == set()


def test_wide_table_is_printed_as_in_any_kernel(tmp_path):
    cells = "import pandas as pd", "pd.DataFrame({f'a long name {n}': [n] for n in range(9)})"
    warm = run_cells(tmp_path, *cells)
    other = tmp_path / "other.ipynb"
    papermill.execute_notebook(
        str(tmp_path / "notebook.ipynb"), str(other), progress_bar=False, cwd=str(tmp_path)
    )
    (output,) = nbformat.read(other, as_version=4).cells[1].outputs
    assert warm == [output.data["text/plain"]]


def test_kernel_sees_the_environment_of_its_own_start(tmp_path, monkeypatch):
    run_cells(tmp_path, "1")  # the server is there
    monkeypatch.setenv("COURSE_TEST", "later than the server")
    (shown,) = run_cells(tmp_path, "import os; os.environ['COURSE_TEST']")
    assert shown == "'later than the server'"


def test_dead_kernel_fails_its_own_run_and_no_other(tmp_path):
    def slow(number):
        return run_cells(tmp_path, f"import time; time.sleep(2); {number}", name=f"slow{number}")

    def killed(number):
        with pytest.raises(Exception, match="the kernel died: killed by signal 9"):
            run_cells(
                tmp_path,
                "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
                name=f"killed{number}",
            )

    with ThreadPoolExecutor(4) as workers:
        others = [workers.submit(slow, number) for number in range(2)]
        deaths = [workers.submit(killed, number) for number in range(2)]
        for death in deaths:
            death.result()
        assert [other.result() for other in others] == [["0"], ["1"]]


def test_hanging_kernel_is_ended_with_its_children(tmp_path):
    with pytest.raises(Exception, match="timed out"):
        run_cells(
            tmp_path,
            "import subprocess, time\n"
            "child = subprocess.Popen(['sleep', '600'])\n"
            f"open({str(tmp_path / 'pids')!r}, 'w').write(str(child.pid))\n"
            "time.sleep(600)",
            execution_timeout=5,
        )
    child = int((tmp_path / "pids").read_text())
    assert ended(child)


def ended(pid, seconds=30):
    """Whether a process ends in time; one that waits for its parent to notice has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_server_that_was_killed_is_started_again(tmp_path):
    run_cells(tmp_path, "1")
    before = pool._server.pid
    os.kill(before, signal.SIGKILL)
    assert ended(before)
    assert run_cells(tmp_path, "6 * 7") == ["42"]
    assert pool._server.pid != before


def test_no_server_is_started_for_a_run_that_comes_late(tmp_path):
    run_cells(tmp_path, "1")
    with pool.closed():
        with pytest.raises(RuntimeError, match="no kernels are started any more"):
            run_cells(tmp_path, "6 * 7")
        assert pool._server is None
    assert run_cells(tmp_path, "6 * 7") == ["42"]


def test_server_and_kernels_end_with_a_killed_process(tmp_path):
    script = f"""
import os, sys
from digigov.course.runs.forkserver import Forkserver
server = Forkserver()
arguments = ["--Session.key=b'secret'", "--ip=127.0.0.1"]
kernel, ports = server.fork(arguments, dict(os.environ), {str(tmp_path)!r})
print(server.pid, kernel.pid, flush=True)
sys.stdin.read()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        pids = [int(pid) for pid in process.stdout.readline().split()]
        assert all(psutil.pid_exists(pid) for pid in pids)
        process.kill()
    assert all(ended(pid) for pid in pids)


def processes_in(folder):
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cwd() == str(folder):
                found.append(process)
    return found


@pytest.mark.parametrize("end", ["close", "kill"])
def test_kernel_that_was_asked_for_by_one_who_is_gone_does_not_stay(tmp_path, end):
    server = forkserver.Forkserver()
    with socket.socket(fileno=os.dup(server._socket.fileno())) as connection:
        assert connection.recv(100) == b"ready"
        request = {
            "arguments": ["--Session.key=b'secret'", "--ip=127.0.0.1"],
            "environment": dict(os.environ),
            "folder": str(tmp_path),
        }
        connection.sendall(json.dumps({"fork": request}).encode())
    if end == "kill":
        while not processes_in(tmp_path):
            time.sleep(0.01)
        os.kill(server.pid, signal.SIGKILL)
    server.close()
    deadline = time.monotonic() + 30
    while (left := processes_in(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def test_kernel_that_cannot_start_says_so(tmp_path):
    server = forkserver.Forkserver()
    try:
        with pytest.raises(RuntimeError, match="the kernel ended at once: exit code 1"):
            server.fork(["--ip=not an address"], dict(os.environ), str(tmp_path))
        with pytest.raises(RuntimeError, match="the kernel ended at once: exit code 1"):
            server.fork([], dict(os.environ), str(tmp_path / "no such folder"))
    finally:
        server.close()


def test_kernel_that_never_answers_is_replaced_before_any_cell_ran(tmp_path, monkeypatch):
    stopped = []
    fork = pool._fork

    def stop_the_first(*arguments):
        process, ports = fork(*arguments)
        if not stopped:
            stopped.append(psutil.Process(process.pid))
            stopped[0].suspend()
        return process, ports

    monkeypatch.setattr(pool, "_fork", stop_the_first)
    monkeypatch.setattr(pool, "START_SECONDS", 1)
    assert run_cells(tmp_path, "6 * 7") == ["42"]
    _gone, alive = psutil.wait_procs(stopped, timeout=30)
    assert alive == []


def test_no_process_and_no_descriptor_is_left_behind(tmp_path):
    run_cells(tmp_path, "1")
    descriptors = psutil.Process().num_fds()
    for number in range(5):
        run_cells(tmp_path, str(number))
    assert psutil.Process().num_fds() <= descriptors + 2
    assert psutil.Process(pool._server.pid).children() == []


def test_where_nothing_can_be_forked_papermills_own_engine_runs_and_says_so_once(
    tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr(engine, "AVAILABLE", False)
    engine._say_once.cache_clear()
    caplog.set_level("WARNING", logger="papermill")
    for _run in range(2):
        (parent,) = run_cells(tmp_path, "import os; os.getppid()")
        assert int(parent) == os.getpid()
    said = [record.message for record in caplog.records if "forked" in record.message]
    assert said == ["kernels cannot be forked here; papermill's own engine is used"]


def test_ports_in_use_are_no_trouble():
    run = Run(find_lesson("04"), "en", "exercise stub", {})
    with ThreadPoolExecutor(6) as workers:
        records = [outcome.record for outcome in workers.map(execute, [run] * 12)]
    assert [record.problems for record in records] == [[]] * 12
