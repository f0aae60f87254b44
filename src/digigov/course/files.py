"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from digigov.course.manifest import CourseError
from digigov.course.temporary import temporary_file


def write_atomically(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises
    ------
    CourseError
        If the folder cannot be written, or the disk is full; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_file(path) as temporary:
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
    except OSError as error:
        raise CourseError(f"{path}: cannot be written: {error.strerror or error}") from None


def unreadable(path: Path, error: OSError | UnicodeDecodeError) -> str:
    """Why a text file could not be read: a line with its path and, inside it, the line."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        return f"{path}: line {line}: not UTF-8: {error.reason}"
    return f"{path}: {error.strerror}"


def check_writable(folder: Path) -> None:
    """Make sure that a folder exists and takes files, before any work is done for it.

    Raises
    ------
    CourseError
        If it cannot be made or written.
    """
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"cannot write to {folder}: it is not a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CourseError(f"cannot write to {folder}: {error.strerror}") from None
