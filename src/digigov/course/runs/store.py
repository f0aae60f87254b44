"""Finished runs, kept under the hash of their inputs so that nothing is executed twice.

An entry is one file: a checksum line, the record as a line of JSON, and the executed notebook,
compressed. It is written beside its place and then moved there, so whatever ends a process at
whatever moment, an entry is whole or is not there; one that is damaged later does not match its
checksum and counts as not there.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digigov.course.files import digest, write_atomically
from digigov.course.runs.run import Outcome, Record, Run, is_of
from digigov.places import Place
from digigov.temporary import remove_left

KEEP_DAYS = 30
"""Entries that no verification used for so long are removed."""

FORMAT = 1

_NAME = re.compile(r"[0-9a-f]{2}/([0-9a-f]{62}|\.\w+\.part)")
"""What is written into a store: entries, and what a killed process left half-written."""


class Store:
    """A folder of finished runs.

    Parameters
    ----------
    folder : Path
        Made if need be.

    Raises
    ------
    CourseError
        If the folder cannot be made, or holds something that is not a store.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        place = Place(folder, "course verify --store", allowed=self._is_earlier)
        place.check()
        place.record({})

    def read(self, key: str, run: Run) -> Outcome | None:
        """A finished run; None if there is none that is whole and of this run.

        Parameters
        ----------
        key : str
            Hash of the inputs of the run.
        run : Run
            What the record has to be of; what was copied here from another run is not.
        """
        found = self._entry(key)
        if found is None:
            return None
        record = Record(**json.loads(found[0])["record"])
        if record.key != key or not is_of(record, run):
            return None
        with contextlib.suppress(OSError):
            os.utime(self._path(key))
        record.set = run.set_name
        return Outcome(run, record, found[1])

    def inputs(self, key: str) -> dict[str, str]:
        """Inputs that a finished run was executed from; none if it is not there."""
        found = self._entry(key)
        return json.loads(found[0])["inputs"] if found else {}

    def write(self, key: str, outcome: Outcome, inputs: Mapping[str, str]) -> None:
        """Keep a finished run.

        Raises
        ------
        CourseError
            If it cannot be written; what was there before still is.
        """
        head = json.dumps(
            {"format": FORMAT, "record": asdict(outcome.record), "inputs": {**inputs}},
            ensure_ascii=False,
        ).encode()
        body = head + b"\n" + outcome.packed
        # A checksum tells what a power cut damaged.
        write_atomically(self._path(key), digest(body).encode() + b"\n" + body, lasting=False)

    def last_keys(self) -> dict[str, str]:
        """Key of the last finished run of each label."""
        return {label: entry["key"] for label, entry in self._history().items()}

    def durations(self) -> dict[str, float]:
        """Seconds that each label last took."""
        return {label: entry["seconds"] for label, entry in self._history().items()}

    def remember(self, finished: Mapping[str, Record]) -> None:
        """Note what the runs of some labels took, and remove what was not used for a month."""
        entries = {
            label: {"key": record.key, "seconds": record.seconds}
            for label, record in finished.items()
        }
        text = json.dumps({**self._history(), **entries}, ensure_ascii=False, indent=0)
        write_atomically(self.folder / "history.json", text, lasting=False)
        oldest = time.time() - 86_400 * KEEP_DAYS
        remove_left(self.folder.glob("*/.*.part"))  # what a killed process left half-written
        for path in self.folder.glob("*/*"):
            if not _NAME.fullmatch(path.relative_to(self.folder).as_posix()):
                continue  # not written here
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _history(self) -> dict[str, Any]:
        # Only the order of runs and the words about a change depend on it.
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, AttributeError):
            found = json.loads((self.folder / "history.json").read_text(encoding="utf-8"))
            return {
                str(label): {"key": str(one["key"]), "seconds": float(one["seconds"])}
                for label, one in found.items()
            }
        return {}

    def _is_earlier(self) -> bool:
        """Whether the folder is a store from before stores were marked."""
        names = [path.name for path in self.folder.iterdir()]
        return bool(self._history()) and all(
            re.fullmatch(r"[0-9a-f]{2}|history\.json|images", name) for name in names
        )

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def _entry(self, key: str) -> tuple[bytes, bytes] | None:
        """JSON and compressed notebook of an entry that is whole."""
        try:
            checksum, _newline, body = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        if checksum.decode("ascii", "replace") != digest(body):
            return None
        head, _newline, notebook = body.partition(b"\n")
        return (head, notebook) if json.loads(head)["format"] == FORMAT else None
