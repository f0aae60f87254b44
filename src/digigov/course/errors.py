"""What goes wrong, as a user reads it."""

from __future__ import annotations

from dataclasses import dataclass


class CourseError(Exception):
    """Something a user of the command got wrong; the message is all that is shown."""


@dataclass(frozen=True)
class Problem:
    """Something wrong with a file of the course."""

    file: str
    """Its name, or its path in the course."""
    message: str
    text: str = ""
    """What it is about; its first line is shown."""
    gate: str = ""
    """Name of the gate that found it, where there are several."""

    def __str__(self) -> str:
        first = self.text.splitlines()[0] if self.text else ""
        about = f": {first[:90]!r}" if first else ""
        return f"{self.file}: {self.message}{about}" + (f" [{self.gate}]" if self.gate else "")
