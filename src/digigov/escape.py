"""Text of others as text: what a learner, a file or a dataset wrote is never read as Markdown.

As `html.escape` does for HTML. Notebook, page, slides and site render Markdown by four programs
that agree on character references and on nothing else, so every mark becomes a reference.
"""

from __future__ import annotations

import re


class Markdown(str):
    """Markdown that the course wrote itself: `escape_markdown` leaves it as it is."""


_MARK = re.compile(
    # What can begin Markdown, HTML or a formula anywhere; line breaks, because a field is in a line.
    r"[\t\n\u2028\u2029&<>*_`$\\\[\]{}|~#^]"
    # Addresses, which some renderers make links.
    r"|:(?=//|$)|(?i:(?<=\bwww)\.)|(?<=\S)@(?=\S)"
    # Lists, rules, comments, fences and targets begin a line; blanks are lost at its ends.
    r"|^[ =:%(]|^[-+](?=[-+\s]|$)|(?<= ) | $"
)
_LIST = re.compile(r"^(\d+)([.)])(?=\s|$)")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def escape_markdown(text: str) -> str:
    """Markdown that every renderer shows as `text`, letter by letter.

    Parameters
    ----------
    text : str
        From outside. Control characters, which HTML does not have, become U+FFFD.

    Returns
    -------
    str
        Fits in a sentence, a heading or a cell of a table: it has no line breaks. As code if it
        has a dollar sign or a backslash, because MathJax looks for formulas in finished text.
    """
    if isinstance(text, Markdown):
        return text
    return escape_code(text) if "$" in text or "\\" in text else _escaped(text)


def escape_code(text: str) -> str:
    """As `escape_markdown`, always shown as code."""
    return f"<code>{_escaped(text)}</code>"


def escape_block(text: str) -> str:
    """As `escape_markdown`, as a paragraph of its own that keeps its lines."""
    return f'<pre class="quoted" tabindex="0">{_escaped(text)}</pre>'


def _escaped(text: str) -> str:
    text = _NO_TEXT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _MARK.sub(lambda match: _reference(match[0]), text)
    return _LIST.sub(lambda match: match[1] + _reference(match[2]), text)


def _reference(character: str) -> str:
    return f"&#{ord(character)};"
