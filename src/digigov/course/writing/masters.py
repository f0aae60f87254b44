"""Masters: what they say, and how a marked string becomes a plain literal.

A master is a notebook in jupytext's percent format, written in English. Paragraphs of its
Markdown cells and strings marked ``_("…")`` in its code are its messages, in gettext's sense.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from nbformat import NotebookNode

from digigov._syntax import parse
from digigov.course.errors import CourseError
from digigov.course.files import unreadable
from digigov.course.notebook import tags

PLACEHOLDER = re.compile(r"^<<([a-z]+)>>$")
LITERAL_WIDTH = 84
SHORT_LITERAL = 48
"""Columns of a literal that is never worth breaking."""
_CONFLICT = re.compile(r"^(?:# )?(?:<{7}|>{7}) .*", re.M)
_FENCE = re.compile(r"^(```|\$\$)")
_HAN = r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef“”‘’—…]"
# A line break after a Chinese character, bold or not, unless a list, a table or a quote begins.
_JOIN = re.compile(rf"(?:(?<={_HAN})|(?<={_HAN}\*\*))\n(?![-+>#|]|\*\s|\d+\.\s)")


@dataclass(frozen=True)
class Message:
    """A text to translate, and where it stands."""

    text: str
    where: str
    """``markdown`` or ``code``, with the tags of its cell."""


def read_master(path: Path) -> NotebookNode:
    """The notebook in a master.

    Raises
    ------
    CourseError
        If the file is missing or cannot be read, holds marks of a conflict, or its code does not
        parse; the message has its path and the place.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise CourseError(f"{path}: the master is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(unreadable(path, error)) from None
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise CourseError(f"{path}: line {line}: the mark of a conflict, {found[0]!r}")
    import jupytext  # who only runs lessons has not installed it, and imports this module

    notebook = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code":
            try:
                parse(cell.source)
            except SyntaxError as error:
                raise CourseError(
                    f"{path}: cell {number}, line {error.lineno}: {error.msg}"
                ) from None
    return notebook


def blocks(markdown: str) -> list[str]:
    """Blocks of a Markdown cell: what blank lines separate, fences and display math kept whole."""
    found: list[list[str]] = [[]]
    fence = None
    for line in markdown.splitlines():
        opened = _FENCE.match(line.strip())
        if opened and fence is None and line.strip().count(opened[1]) == 1:
            fence = opened[1]
        elif fence and fence in line:
            fence = None
        if line.strip() or fence:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def is_message(block: str) -> bool:
    """Whether a block has words to translate: not a placeholder, a formula or code alone."""
    if PLACEHOLDER.match(block.strip()) or block.startswith("```"):
        return False
    without_formulas = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`]+`", "", block, flags=re.S)
    return any(character.isalpha() for character in without_formulas)


def marked_strings(code: str, name: str = "") -> Iterator[tuple[ast.Call, str]]:
    """Calls ``_("…")`` in a piece of code with their text.

    Raises
    ------
    CourseError
        If what is marked is not one plain string, or stands in an f-string.
    """
    tree = parse(code)
    in_f_string = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for child in ast.walk(node)
    }
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    ]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        argument = call.args[0] if len(call.args) == 1 and not call.keywords else None
        text = argument.value if isinstance(argument, ast.Constant) else None
        if id(call) in in_f_string or not isinstance(text, str):
            raise CourseError(
                f"{name}: line {call.lineno}: _() takes one plain string, outside f-strings: "
                f"{ast.unparse(call)[:80]}"
            )
        yield call, text


def messages(notebook: NotebookNode, name: str) -> list[Message]:
    """Messages of a master in order, each once."""
    found: dict[str, Message] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            texts = [block for block in blocks(cell.source) if is_message(block)]
        else:
            texts = [text for _call, text in marked_strings(cell.source, name)]
        where = " ".join([cell.cell_type, *tags(cell)])
        for text in texts:
            found.setdefault(text, Message(text, where))
    return list(found.values())


def library_messages(modules: Mapping[str, Path]) -> list[Message]:
    """Messages marked in modules, given by a name to show; each once."""
    found: dict[str, Message] = {}
    for name, path in modules.items():
        for _call, text in marked_strings(path.read_text(encoding="utf-8"), name):
            found.setdefault(text, Message(text, name))
    return list(found.values())


def translate_markdown(markdown: str, translate: Callable[[str], str]) -> str:
    """A Markdown cell with its messages translated.

    Chinese sets no blank between sentences: line breaks between Chinese characters are closed.
    """

    def edition(block: str) -> str:
        text = translate(block)
        # An English line may end in a quotation mark, which Chinese uses as well.
        return text if text == block else _JOIN.sub("", text)

    return "\n\n".join(edition(block) if is_message(block) else block for block in blocks(markdown))


def translate_code(code: str, translate: Callable[[str], str], name: str = "") -> str:
    """A code cell with each marked string replaced by the plain literal of its translation."""
    lines = code.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line.encode()))
    data = code.encode()
    # From the end, so that earlier offsets stay right; ast counts columns in UTF-8 bytes.
    for call, text in reversed(list(marked_strings(code, name))):
        begin = starts[call.lineno - 1] + call.col_offset
        # `parse` gives every node its end.
        last, column = cast("tuple[int, int]", (call.end_lineno, call.end_col_offset))
        end = starts[last - 1] + column
        first_line = lines[call.lineno - 1]
        indent = len(first_line) - len(first_line.lstrip())
        rest = len(first_line.rstrip()) - column if call.lineno == last else 2
        used = display_width(data[starts[call.lineno - 1] : begin].decode()) + rest
        new = literal(translate(text), indent, used)
        data = data[:begin] + new.encode() + data[end:]
    return data.decode()


def literal(text: str, indent: int = 0, used: int = 0) -> str:
    """Python literal of a text, broken into several lines where it would be too wide to read.

    Parameters
    ----------
    text : str
    indent : int
        Indentation of the line on which the literal stands, in columns.
    used : int
        Columns of that line that something else takes.
    """
    whole = json.dumps(text, ensure_ascii=False)
    width = display_width(whole)
    if width <= SHORT_LITERAL or used + width <= LITERAL_WIDTH + 12:
        return whole
    parts = [json.dumps(part, ensure_ascii=False) for part in _chunks(text, LITERAL_WIDTH - indent)]
    inner = textwrap.indent("\n".join(parts), " " * (indent + 4))
    return f"(\n{inner}\n{' ' * indent})"


def display_width(text: str) -> int:
    """Columns that a text takes in a fixed-width font: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _chunks(text: str, width: int) -> Iterator[str]:
    """Pieces of a text of at most `width` columns, broken after blanks or Chinese characters."""
    piece = ""
    for part in re.findall(
        r"[^\s\u3000-\u9fff\uff00-\uffef]*(?:\s+|[\u3000-\u9fff\uff00-\uffef]|$)", text
    ):
        if piece and display_width(piece + part) > width:
            yield piece
            piece = ""
        piece += part
    if piece:
        yield piece
