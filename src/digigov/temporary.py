"""Temporary files and folders that a killed process does not leave for good.

Whoever works in one holds a lock on it, which the system lets go of however a process ends. What
nobody holds is removed by the next one that makes the like in the same place. Where the system has no
such locks (Windows), nothing is removed that way.
"""

from __future__ import annotations

import atexit
import contextlib
import glob
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = ".digigov-tmp-"
"""How the folders are named; nothing else is."""


ASKED_TO_END = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals of one who wants the process to end, or closed its terminal."""


def end_in_order() -> None:
    """Take a request to end, or a closed terminal, as Ctrl-C is taken.

    A signal that the process was started to ignore (``nohup``) stays ignored.
    """

    def end(_number: int, _frame: object) -> None:
        for number in ASKED_TO_END:
            signal.signal(number, signal.SIG_IGN)  # asked once is enough; it is tidying up
        raise KeyboardInterrupt

    for number in ASKED_TO_END:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end)


def work_in_a_folder_of_its_own() -> None:
    """Have this process, and those that it starts, make temporary files in a folder that ends with it."""
    folder = contextlib.ExitStack()
    path = folder.enter_context(temporary_folder())
    os.environ["TMPDIR"] = tempfile.tempdir = str(path)
    # Threads have ended by then, and so has what was started after this.
    atexit.register(folder.close)


@contextlib.contextmanager
def temporary_folder(parent: Path | None = None, prefix: str = PREFIX) -> Iterator[Path]:
    """A folder for a while.

    Parameters
    ----------
    parent : Path, optional
        Where it is made, and where those of killed processes are removed; the system's folder for
        temporary files by default.
    prefix : str
        What its name begins with, as nothing else in that place does.
    """
    parent = parent or Path(tempfile.gettempdir())
    remove_left(one for one in parent.glob(f"{prefix}*") if one.is_dir())
    path, held = _held(lambda: Path(tempfile.mkdtemp(dir=parent, prefix=prefix)))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        _let_go(held)


@contextlib.contextmanager
def temporary_file(place: Path) -> Iterator[Path]:
    """An empty file beside a place that is written whole or not at all; removed if it is still there."""
    remove_left(place.parent.glob(f".{glob.escape(place.name)}.*.part"))

    def make() -> Path:
        descriptor, name = tempfile.mkstemp(
            dir=place.parent, prefix=f".{place.name}.", suffix=".part"
        )
        os.close(descriptor)
        return Path(name)

    path, held = _held(make)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        _let_go(held)


def remove_left(paths: Iterable[Path]) -> None:
    """Remove those of some temporary files and folders that no process holds.

    Parameters
    ----------
    paths : iterable of Path
        Named as this module names them.
    """
    for path in paths if fcntl else ():
        with contextlib.suppress(OSError):
            # Of this user, and no link to somewhere else.
            if path.lstat().st_uid != os.getuid() or path.is_symlink():
                continue
            held = os.open(path, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()
            finally:
                os.close(held)


def _held(make: Callable[[], Path]) -> tuple[Path, int | None]:
    """What is made, with the lock on it."""
    while True:
        path = make()
        if fcntl is None:
            return path, None
        # May not be there any more: another process met it before it was held.
        with contextlib.suppress(FileNotFoundError):
            held = os.open(path, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
            if path.exists():
                return path, held
            os.close(held)


def _let_go(held: int | None) -> None:
    if held is not None:
        os.close(held)
