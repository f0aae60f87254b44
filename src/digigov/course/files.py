"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from digigov.course.manifest import CourseError
from digigov.course.temporary import temporary_file
from digigov.data import project_root

OWN_FOLDERS = ("ci", "datasets", "docs", "exercises", "notebooks", "src")
"""Folders of the course that no command builds an edition in."""


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


def check_edition_place(folder: Path) -> None:
    """Make sure that an edition would not replace the course itself.

    Raises
    ------
    CourseError
        If the folder is that of the course or one of its sources.
    """
    root, place = project_root().resolve(), folder.resolve()
    if root.is_relative_to(place) or any(place.is_relative_to(root / one) for one in OWN_FOLDERS):
        raise CourseError(f"{folder} holds the course itself; choose another --out")


def check_edition_folder(folder: Path) -> None:
    """Make sure that an edition can be written to a folder, and would not replace the course itself.

    Raises
    ------
    CourseError
        If the folder is that of the course or one of its sources, or cannot be written.
    """
    check_edition_place(folder)
    check_writable(folder)
