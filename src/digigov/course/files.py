"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from digigov.course.manifest import CourseError


def write_atomically(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises
    ------
    CourseError
        If the folder cannot be written, or the disk is full; nothing is left behind.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w",
            encoding="utf-8",
            newline="\n",
            dir=path.parent,
            prefix=f".{path.name}.",
            delete=False,
        ) as file:
            temporary = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise CourseError(f"{path}: cannot be written: {error.strerror or error}") from None


def check_writable(folder: Path) -> None:
    """Make sure that a folder exists and takes files, before any work is done for it.

    Raises
    ------
    CourseError
        If it cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CourseError(f"cannot write to {folder}: {error.strerror}") from None
