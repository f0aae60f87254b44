"""Small pieces of Markdown that several pages are made of."""

from __future__ import annotations

from collections.abc import Sequence

from digigov.escape import Markdown, escape_code, escape_markdown


def code(text: str) -> Markdown:
    """A text as code, whatever it holds."""
    return Markdown(escape_code(text) if {*"`\r\n"} & {*text} else f"`{text}`")


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """A Markdown table.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str
        As long as the head. A cell is text and shown letter by letter, unless it is `Markdown`; bars
        and line breaks in it do no harm.
    numbers : int
        How many of the last columns hold numbers, and are set to the right.
    """
    lines = ["---"] * (len(head) - numbers) + ["---:"] * numbers
    texts = [[_cell(cell) for cell in line] for line in (head, *rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (texts[0], lines, *texts[1:]))


def _cell(text: str) -> str:
    return escape_markdown(text).replace("|", "\\|").replace("\n", " ")
