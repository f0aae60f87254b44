"""Files written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from digigov.course.errors import CourseError
from digigov.temporary import temporary_file

SUMS = "SHA256SUMS"
"""File of the hashes of what lies beside it."""

SUM_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
"""Hash and name, as sha256sum prints them."""


def write_atomically(path: Path, content: str | bytes, *, lasting: bool = True) -> None:
    """Write a file whole or not at all.

    Parameters
    ----------
    path : Path
    content : str or bytes
        A text is written in UTF-8, its lines ended as they are.
    lasting : bool
        Whether to wait until the disk has it: what can be made again need not survive a power cut.

    Raises
    ------
    CourseError
        If the folder cannot be written, or the disk is full; nothing is left behind.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary_file(path) as temporary:
            with temporary.open("wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                if lasting:
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


def digest(*parts: str | bytes) -> str:
    """SHA-256 of some texts, in hexadecimal."""
    whole = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        whole.update(b"%d:" % len(content) + content)
    return whole.hexdigest()
