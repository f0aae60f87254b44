"""What the course's pages share, whatever program writes them: outputs, formulas, tables, charts."""

from __future__ import annotations

import copy
import html
import json
import re
from functools import cache
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from digigov.course.gates.formulas import to_mathml
from digigov.course.notebook import tags

FOLDED = "folded"
"""Tag that `fold_code` gives to the cells whose code a page folds away."""

FOLDED_TAGS = frozenset({"check", "hide", "results", "verdict"})
"""Tags of cells whose code is no part of the argument."""

_FOLDED_CALL = re.compile(r"(say|show|verdict)\(")
_CHARTING = re.compile(r"\balt\.|\.(encode|properties|mark_\w+)\(")

OWN_MIME_PREFIX = "application/vnd.digigov."
"""Outputs for the verification of the course; no reader sees them."""

_ELEMENTS = """
a b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s
section span strong sub summary sup table tbody td tfoot th thead tr u ul math menclose mfrac mi mn
mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr
munder munderover
"""
_ATTRIBUTES = """
align alt aria-label class colspan height hreflang id lang open role rowspan scope start
style tabindex title valign width accent accentunder columnalign columnlines columnspacing depth
display displaystyle fence form largeop linethickness lspace mathcolor mathsize mathvariant maxsize
minsize movablelimits notation rowspacing rspace scriptlevel separator stretchy symmetric voffset
xmlns
"""
_STYLES = ("border-left", "color", "margin", "padding", "text-align")


def without_own_outputs(nb: NotebookNode) -> NotebookNode:
    """A copy of a notebook without what only the verification of the course reads."""
    nb = copy.deepcopy(nb)
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            for mime in [
                mime for mime in output.get("data", ()) if mime.startswith(OWN_MIME_PREFIX)
            ]:
                del output.data[mime]
        cell.outputs = [output for output in cell.outputs if output.get("data") != {}]
    return nb


def safe_html(text: str) -> str:
    """A part of a page in which nothing runs, nothing loads, and no link leads to a script.

    What was escaped when it was written passes as it is; this is the wall behind that one.

    Parameters
    ----------
    text : str
        HTML, from Markdown or from an output.

    Returns
    -------
    str
        With the elements and attributes that lessons use; other elements are shown as text.
    """
    return _cleaner().clean(text)


@cache
def _cleaner() -> bleach.Cleaner:
    attributes = frozenset(_ATTRIBUTES.split())

    def is_harmless(tag: str, name: str, value: str) -> bool:
        # Only images carry data: behind a link it would be a page. Addresses ask a network.
        is_data = re.sub(r"[^\w:]", "", value).lower().startswith("data:")
        if name in ("href", "src"):
            return (tag, name, is_data) in {("img", "src", True), ("a", "href", False)}
        return name in attributes

    return bleach.Cleaner(
        frozenset(_ELEMENTS.split()),
        is_harmless,
        {"data", "http", "https", "mailto"},
        css_sanitizer=CSSSanitizer(_STYLES, ()),
    )


def fold_code(nb: NotebookNode) -> NotebookNode:
    """A copy of a notebook that marks the code which a page folds away.

    That is code whose result stands beside it, in words or as a chart, and checks. What builds a
    chart and shows nothing yet is made one with the cell that shows it.

    Returns
    -------
    NotebookNode
        Cells to fold have the tag `FOLDED`.
    """
    nb = copy.copy(nb)
    cells: list[NotebookNode] = []
    for cell in nb.cells:
        if _is_folded(cell):
            cell = copy.deepcopy(cell)
            before = cells[-1] if cells else None
            if before is not None and _builds_for(before, cell):
                cell.source = f"{cells.pop().source.rstrip()}\n\n{cell.source}"
            cell.metadata["tags"] = [*tags(cell), FOLDED]
        cells.append(cell)
    nb.cells = cells
    return nb


def _is_folded(cell: NotebookNode) -> bool:
    if cell.cell_type != "code" or "begin" in tags(cell):
        return False
    if FOLDED_TAGS.intersection(tags(cell)) or _FOLDED_CALL.match(cell.source.lstrip()):
        return True
    return not cell.outputs and bool(_CHARTING.search(cell.source))


def _builds_for(before: NotebookNode, cell: NotebookNode) -> bool:
    """Whether a folded cell that shows nothing goes with the folded cell after it."""
    folded, check = FOLDED in tags(before), "check" in (*tags(before), *tags(cell))
    return folded and not check and not before.outputs


def accessible_tables(text: str, label: str) -> str:
    """Give the tables in HTML what screen readers and small screens need.

    Parameters
    ----------
    text : str
        A part of a page.
    label : str
        What a screen reader calls the box that a table scrolls in.
    """
    if "<table" not in text:
        return text
    soup = BeautifulSoup(text, "html.parser")
    for style in soup.find_all("style"):
        style.decompose()
    for table in soup.find_all("table"):
        del table["border"]
        for heading in table.find_all("th"):
            if not heading.get_text(strip=True):
                # The corner of a table whose index has no name heads nothing.
                heading.name = "td"
            elif not heading.get("scope"):
                heading["scope"] = "col" if heading.find_parent("thead") else "row"
        for row in table.find_all("tr"):
            if row.get("style") == "text-align: right;":
                del row["style"]
        table.wrap(
            soup.new_tag(
                "div",
                attrs={"class": "scroll", "tabindex": "0", "role": "group", "aria-label": label},
            )
        )
    return str(soup)


def formula(tex: str, *, display: bool) -> str:
    """A formula as MathML, or as it was typed where it is not understood."""
    try:
        mathml = to_mathml(tex, display=display)
        # On a line of its own it scrolls where it is too wide, for a keyboard too.
        return mathml.replace("<math ", '<math tabindex="0" ', 1) if display else mathml
    except ValueError:
        # `check_math` refuses it before a release; a learner's page shows what was typed.
        return f"<code>{html.escape(tex)}</code>"


def script_json(data: Any) -> str:
    """JSON that can stand inside a script element."""
    # "<" could end the element.
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


_SIZE = re.compile(r'width="([\d.]+)"[^>]*? height="([\d.]+)"')


def svg_size(svg: str) -> tuple[int, int]:
    """Width and height of an image that vl-convert drew, in pixels."""
    width, height = next(_SIZE.finditer(svg)).groups()
    return round(float(width)), round(float(height))
