"""What is made for a while: kept while somebody holds it, and not left for good by one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import active_children, get_context

import pytest

from digigov import temporary
from digigov.course.errors import CourseError
from digigov.course.files import write_atomically
from digigov.course.publish.site import write as site
from digigov.course.runs.executor import interrupted_afterwards
from digigov.course.runs.forkserver import AVAILABLE, Forkserver
from digigov.temporary import PREFIX, temporary_file, temporary_folder

locks = pytest.mark.skipif(temporary.fcntl is None, reason="Windows has no locks that end by kill")


@locks
def test_folder_of_a_killed_process_is_removed_by_the_next_one(tmp_path):
    left = tmp_path / f"{PREFIX}abcdefgh"
    (left / "work").mkdir(parents=True)
    (left / "work" / "source.ipynb").write_text("{}")
    with temporary_folder(tmp_path) as folder:
        assert list(tmp_path.iterdir()) == [folder]
    assert list(tmp_path.iterdir()) == []


@locks
def test_folder_that_is_in_use_or_somebodys_own_stays(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "thesis.docx").write_text("mine")
    own = tmp_path / "own"
    own.mkdir()
    for name in ("course-notes", ".digigov", "tmp.json"):
        (own / name).mkdir()
    (own / f"{PREFIX}link").symlink_to(elsewhere)
    with temporary_folder(own) as first, temporary_folder(own) as second:
        assert first.is_dir()
        assert first != second
    assert {path.name for path in own.iterdir()} == {
        "course-notes",
        ".digigov",
        "tmp.json",
        f"{PREFIX}link",
    }
    assert (elsewhere / "thesis.docx").read_text() == "mine"


@locks
def test_half_written_file_of_a_killed_process_is_removed_when_the_file_is_written_again(tmp_path):
    path = tmp_path / "page [1].html"
    left = tmp_path / ".page [1].html.abcdefgh.part"
    left.write_text("ha")
    other = tmp_path / ".another.html.abcdefgh.part"
    other.write_text("ha")
    with temporary_file(path) as held:
        write_atomically(path, "whole")
        assert held.exists()
    assert sorted(tmp_path.iterdir()) == [other, path]
    assert path.read_text() == "whole"


@locks
def test_what_a_command_and_its_processes_make_is_gone_when_it_was_killed_and_run_again(tmp_path):
    script = (
        "import subprocess, sys, tempfile, time\n"
        "from digigov.temporary import work_in_a_folder_of_its_own\n"
        "work_in_a_folder_of_its_own()\n"
        "tempfile.mkstemp('.json')\n"
        "subprocess.run([sys.executable, '-c', 'import tempfile; tempfile.mkdtemp()'])\n"
        "print('made', flush=True)\n"
        "time.sleep(float(sys.argv[1]))\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        [*command, "600"], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        process.stdout.readline()
        process.kill()
    (folder,) = tmp_path.iterdir()
    assert len(list(folder.iterdir())) == 2
    subprocess.run([*command, "0"], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def asked_to_end():
    """As in a command; what the tests do with these signals is as before afterwards."""
    before = {number: signal.getsignal(number) for number in temporary.ASKED_TO_END}
    for number in before:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", temporary.ASKED_TO_END, ids=lambda number: number.name)
def test_request_to_end_is_taken_as_ctrl_c_once(asked_to_end, number):
    temporary.end_in_order()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    for again in temporary.ASKED_TO_END:
        signal.raise_signal(again)  # while it tidies up


def test_signal_that_the_process_was_started_to_ignore_stays_ignored(asked_to_end):
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # nohup
    temporary.end_in_order()
    signal.raise_signal(signal.SIGHUP)


@pytest.mark.parametrize("number", temporary.ASKED_TO_END, ids=lambda number: number.name)
def test_request_to_end_within_a_step_waits_until_it_is_whole(asked_to_end, number):
    temporary.end_in_order()
    steps = []
    with pytest.raises(KeyboardInterrupt), interrupted_afterwards():
        signal.raise_signal(number)
        steps.append("whole")
    assert steps == ["whole"]


@pytest.mark.skipif(not AVAILABLE, reason="kernels are forked on Linux only")
@pytest.mark.parametrize("ended", ["close", "gone before"])
def test_server_that_still_imports_ends_at_once(tmp_path, monkeypatch, ended):
    (tmp_path / "endless.py").write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    server = Forkserver(["endless"])
    if ended == "close":
        while not any(tmp_path.glob("__pycache__/endless*")):
            time.sleep(0.01)
    server.close()
    # Not by the SIGKILL that comes when it does not.
    assert server._process.returncode in (-signal.SIGIO, 0)


def pool_of_one():
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def test_writer_of_pages_that_is_killed_is_said_in_one_line():
    with (
        pytest.raises(CourseError, match="ended from outside") as refused,
        pool_of_one() as workers,
        site.workers_end_with_an_error(),
    ):
        workers.submit(os._exit, 9).result()
    assert "\n" not in str(refused.value)


def test_writers_of_pages_end_with_an_interruption():
    with (
        pytest.raises(KeyboardInterrupt),
        pool_of_one() as workers,
        site.workers_end_with_an_error(),
    ):
        workers.submit(time.sleep, 600)
        raise KeyboardInterrupt
    assert active_children() == []


def test_temporary_folder_is_where_the_system_says_unless_told(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with temporary_folder() as folder:
        assert folder.parent == tmp_path
