"""The command ``course`` from its first moment, so that Ctrl-C while it still imports is one line.

Outside the package, whose own imports are what takes the time.
"""

from __future__ import annotations

import os
import signal
from typing import NoReturn

INTERRUPTED = "course: interrupted"


def _end(_number: int, _frame: object) -> NoReturn:
    # Not an exception: an extension that is being imported would make another of it. Nothing has
    # been begun that would have to be tidied up.
    os.write(2, f"\n{INTERRUPTED}\n".encode())
    os._exit(130)


def main() -> None:
    """Import the command, and run it."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # and not ignored, as in a shell's background
        signal.signal(signal.SIGINT, _end)
    from digigov.course.cli import main as run

    signal.signal(signal.SIGINT, usual)
    run()
