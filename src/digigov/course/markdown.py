"""Small pieces of Markdown that several pages are made of."""

from __future__ import annotations

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """A Markdown table.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str
        As long as the head; bars and line breaks in a cell do no harm.
    numbers : int
        How many of the last columns hold numbers, and are set to the right.
    """
    lines = ["---"] * (len(head) - numbers) + ["---:"] * numbers
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |"
        for line in (head, lines, *rows)
    )
