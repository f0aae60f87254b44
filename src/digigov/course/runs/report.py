"""The report of a verification: a file of records, which replaces nothing but a report."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digigov.course.files import write_atomically
from digigov.course.runs.run import Record
from digigov.data import project_root
from digigov.places import Place, PlaceError, fingerprint


def report_place(path: Path, **options: Any) -> tuple[Place, str]:
    """A report among the places that reports were written to, and its name there."""
    path = path.absolute()
    folder = path.parent.resolve()
    name = (folder / path.name).relative_to(folder.anchor).as_posix()
    mark = project_root() / "build" / "cache" / "reports.json"
    return Place(Path(folder.anchor), "course verify", mark=mark, **options), name


def check_report(path: Path, force: bool, say: Callable[[str], object]) -> None:
    """Make sure, before any work is done, that a report replaces nothing but a report.

    Raises
    ------
    PlaceError
        If it cannot be written there, or something else is there.
    """
    place, name = report_place(path, force=force, say=say)
    if path.is_dir():
        raise PlaceError(f"{path} is a folder; --report takes the name of a file")
    Place(path.parent, "course verify", mark=place.mark).check_folder()
    foreign = place.foreign([name])
    place.refuse(foreign)
    for _name in foreign:
        say(f"{path} will be replaced, which `course verify` had not written")


def write_report(records: list[Record], path: Path) -> None:
    """Write the records as JSON, whole or not at all."""
    text = json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1) + "\n"
    place, name = report_place(path)
    # In a course on a read-only disk nothing is noted: the report is written, and the next one is
    # refused its place.
    with contextlib.suppress(PlaceError):
        place.record({name: fingerprint(text.encode())})
    write_atomically(path, text)
