"""Lessons as slides for a lecturer: from the same executed cells as their pages.

`pieces` cuts a lesson into what stands on a slide as a whole, `slide_types` says where slides
begin, and nbconvert renders the result with the parts of the lesson's page. Speaker notes are the
notes for the lecturer, so a deck with them is not for learners.
"""

from __future__ import annotations

import copy
import html
import importlib.metadata
import json
import re
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import ceil
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from digigov.charts import VEGALITE_MIME, join_lines
from digigov.course.files import write_atomically
from digigov.course.lessons import Lesson
from digigov.course.notebook import charts_of, tags
from digigov.course.publish.fonts import make_small_copies
from digigov.course.publish.images import SVG_MIME, drawn
from digigov.course.publish.instructor import prediction, with_answers
from digigov.course.publish.markup import without_own_outputs
from digigov.course.publish.pages import (
    PageExporter,
    page_policy,
    page_style,
    template_text,
    write_vega_bundle,
)
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import Outcome, Run
from digigov.course.runs.store import Store
from digigov.course.writing.generated import INSTRUCTOR, generate
from digigov.course.writing.masters import blocks, display_width
from digigov.i18n import _, conventions, language

WIDTH, HEIGHT = 1280, 720
"""Pixels of a slide; a projector shows it larger, and everything on it."""

SMALLEST_CHART_TEXT = 14
"""Pixels of the smallest text in a chart on a slide."""

CROWDED = 1.25
"""A chart whose texts grow by more than this gets wider plots, so that they have room."""

SKIPPED_TAGS = frozenset({"parameter-table", "parameters", "begin", "check", "results", "measured"})
"""Tags of cells that no slide shows: what a lecturer changes or a test checks."""

NOTES_TAGS = frozenset({INSTRUCTOR, "prerequisites"})
"""Tags of cells that the lecturer alone sees."""

REVEAL_FILES = {
    "reveal.css": "dist/reveal.css",
    "reveal.js": "dist/reveal.js",
    "notes.js": "plugin/notes/notes.js",
    "LICENSE": "LICENSE",
}

TEMPLATE_NAMES = ("code_folded", "chart_title", "chart_subtitle", "caption", "numbers")
"""What the template asks of each cell; most have none of it."""

# Sizes that deck.css gives, in pixels. They decide where a slide ends; what is then still too high
# by a line or two is made a little smaller in the browser, which knows.
ROOM = 636
CHART_ROOM = (1200, 652)
TEXT_LINE, TEXT_COLUMNS = 41, 84
SMALL_LINE, SMALL_COLUMNS = 30, 116
TABLE_LINE, TABLE_COLUMNS = 32, 104
CODE_LINE, CODE_COLUMNS = 27, 104
GAP = 16
SHOWN_CODE_LINES = 9
CHART_HEIGHT = 430

_CLOCK = re.compile(r"\*[^*\n]+\*")
_LEAD = re.compile(r"\*\*[^*\n]+\*\*|(?![-#>|$*\d])[^\n]{1,80}[^.?!。？！)）|$`*\n]")
_NOTEBOOK_LINK = re.compile(r"\[([^\]]*)\]\((?:\.\./)+(?:(exercises)/)?(\w+)/(\w+)\.ipynb\)")
_FONT_SIZE = re.compile(r'font-size="([\d.]+)')
_SIZE = re.compile(r'width="([\d.]+)"[^>]*? height="([\d.]+)"')


# -------------------------------------------------------------------------------------- pieces


@dataclass
class Piece:
    """What stands on a slide as a whole."""

    kind: str
    """``title``, ``aims``, ``section``, ``prose``, ``sources``, ``prediction``, ``code``,
    ``result``, ``chart``, ``notes``, or ``skip``."""
    cell: NotebookNode
    height: float = 0
    """About how many pixels it takes on a slide; of a chart, how many at least."""
    follows: float = 0
    """Height of what should not be parted from it."""
    details: dict[str, Any] = field(default_factory=dict)
    """What the template shows of it besides the cell itself."""


def pieces(notebook: NotebookNode, lang: str) -> list[Piece]:
    """Cut a lesson into pieces.

    Parameters
    ----------
    notebook : NotebookNode
        A lesson with its outputs, and with the notes for the lecturer. Not changed.
    lang : str
        Its language.

    Returns
    -------
    list of Piece
        In order. Code that shows nothing goes with the next cell that does.
    """
    found: list[Piece] = []
    waiting: list[str] = []
    for cell in without_own_outputs(notebook).cells:
        if SKIPPED_TAGS & set(tags(cell)):
            found.append(Piece("skip", cell))
        elif NOTES_TAGS & set(tags(cell)):
            found.append(_note(cell, _unquoted(cell.source)))
        elif cell.cell_type == "markdown":
            if waiting and cell.source.startswith("#"):
                found += _code_pieces(cell.id, waiting, [])
                waiting = []
            found += _markdown_pieces(cell, lang)
        else:
            waiting.append(cell.source)
            if cell.outputs:
                hidden = "verdict" in tags(cell)
                found += _code_pieces(cell.id, [] if hidden else waiting, cell.outputs)
                waiting = []
    return found


def _note(cell: NotebookNode, text: str) -> Piece:
    return Piece("notes", new_markdown_cell(text, id=cell.id))


def _unquoted(markdown: str) -> str:
    """A note without the quotation marks and the heading that set it off in a notebook."""
    lines = [line.removeprefix(">").strip() for line in markdown.splitlines()]
    return "\n".join(lines[1:]).strip() if markdown.startswith(">") else markdown


def _markdown_pieces(cell: NotebookNode, lang: str) -> Iterator[Piece]:
    kind = {"header": "aims", "sources": "sources"}.get("".join(tags(cell)), "prose")
    lead = ""
    parts = blocks(cell.source)
    if kind == "sources" and len(parts) == 1:
        # A lesson without data of its own has no sources to show.
        return
    if kind == "aims":
        # The line below the title says which part of the course it is and how long it takes.
        parts[:2] = ["\n\n".join(parts[:2])]
    for number, block in enumerate(parts):
        prose, asks, question = block.partition(prediction(lang))
        part = NotebookNode(id=f"{cell.id}-{number}")
        if _CLOCK.fullmatch(block.strip()):
            yield _note(part, block)
        elif block.startswith("#"):
            level = len(block) - len(block.lstrip("#"))
            heading = _text_piece("title" if level == 1 else "section", part.id, block)
            heading.details["layout"] = "sources" if kind == "sources" else heading.kind
            yield heading
        elif asks:
            if prose.strip():
                yield _text_piece(kind, f"{part.id}-before", lead + prose)
            yield _text_piece("prediction", part.id, asks + question)
            lead = ""
        elif _LEAD.fullmatch(block):
            # What introduces a list stays with it.
            lead += block + "\n\n"
        elif kind == "sources":
            for item, line in enumerate(block.splitlines()):
                yield _text_piece(kind, f"{part.id}-{item}", line)
        else:
            yield _text_piece(kind, part.id, lead + block)
            lead = ""
    if lead:
        yield _text_piece(kind, f"{cell.id}-end", lead.strip())


def _text_piece(kind: str, cell_id: str, text: str) -> Piece:
    return Piece(kind, new_markdown_cell(text, id=cell_id), _text_height(text, kind))


def _text_height(markdown: str, kind: str = "prose") -> float:
    if kind in ("title", "section"):
        return 66 + 50 * (display_width(markdown) // 56)
    line, columns = (SMALL_LINE, SMALL_COLUMNS) if kind == "sources" else (TEXT_LINE, TEXT_COLUMNS)
    height = 0.0
    for block in blocks(markdown):
        if block.startswith("<pre"):
            quoted = html.unescape(re.sub("<[^>]*>", "", block)).splitlines()
            height += sum(line * ceil(display_width(one) / columns) for one in quoted) + GAP
        elif block.startswith("$$"):
            height += 2 * TEXT_LINE + GAP
        elif block.startswith("|"):
            height += _table_height([row.strip("| ").split("|") for row in block.splitlines()])
        elif re.match(r"[-*] |\d+\. ", block):
            height += sum(
                line * ceil(display_width(one) / columns) + 5 for one in block.split("\n")
            )
        else:
            height += line * ceil(display_width(block) / columns) + GAP
    return height


def _table_height(rows: Sequence[Sequence[str]]) -> float:
    """Height of a table whose cells break their lines where the page is too narrow."""
    rows = [row for row in rows if not set("".join(row)) <= set("-: |")]
    widths = [max(map(display_width, column)) + 3 for column in zip(*rows, strict=False)]
    share = min(1.0, TABLE_COLUMNS / sum(widths)) if widths else 1.0
    lines = [
        max(
            ceil(display_width(cell) / (share * width))
            for cell, width in zip(row, widths, strict=False)
        )
        for row in rows
    ]
    return sum(TABLE_LINE * number + 8 for number in lines) + GAP


def _code_pieces(
    cell_id: str, sources: Sequence[str], outputs: Sequence[NotebookNode]
) -> Iterator[Piece]:
    """Code and what it shows; long code, and that of a chart or a sentence, is folded away."""
    source = "\n\n".join(sources).strip()
    lines = sum(max(1, ceil(display_width(line) / CODE_COLUMNS)) for line in source.splitlines())
    chart, numbers, results = None, None, []
    for output in outputs:
        data = output.get("data", {})
        if VEGALITE_MIME in data:
            chart = output
        elif "digigov-numbers" in "".join(data.get("text/html", "")):
            numbers = "".join(data["text/html"])
        else:
            results.append(output)
    folded: dict[str, Any] = {"code_folded": bool(source)}
    if chart:
        yield _chart_piece(cell_id, source, chart, numbers, folded)
    elif source and lines <= SHOWN_CODE_LINES and not _says(results):
        height = CODE_LINE * lines + 34
        follows = _output_height(results[0]) if results else 0
        yield Piece("code", new_code_cell(source, id=cell_id), height, follows)
    elif results:
        first = results.pop(0)
        cell = new_code_cell(source, outputs=[first], id=cell_id)
        yield Piece("result", cell, _output_height(first), details=folded)
    elif source:
        yield Piece("code", new_code_cell(source, id=cell_id), details=folded)
    for number, output in enumerate(results):
        cell = new_code_cell(outputs=[output], id=f"{cell_id}-{number}")
        yield Piece("result", cell, _output_height(output))


def _says(outputs: Sequence[NotebookNode]) -> bool:
    """Whether outputs are sentences, which their code would give away before they are shown."""
    return any("text/markdown" in output.get("data", {}) for output in outputs)


def _output_height(output: NotebookNode) -> float:
    data = output.get("data", {})
    if "text/html" in data:
        soup = BeautifulSoup("".join(data["text/html"]), "html.parser")
        rows = [
            [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            for row in soup.find_all("tr")
        ]
        return _table_height(rows)
    if "text/markdown" in data:
        return _text_height("".join(data["text/markdown"]))
    text = "".join(data.get("text/plain", output.get("text", "")))
    return CODE_LINE * len(text.splitlines()) + GAP


# -------------------------------------------------------------------------------------- charts


def _chart_piece(
    cell_id: str,
    source: str,
    output: NotebookNode,
    numbers: str | None,
    details: dict[str, Any],
) -> Piece:
    spec, title, subtitle, caption = bare_chart(output.data[VEGALITE_MIME])
    words = 40 + 38 * (display_width(title) // 66) + (26 if subtitle else 0)
    words += 21 * ceil(display_width(caption) / 150)
    room = CHART_ROOM[1] - words - 62 * _sliders(spec)
    drawn = _legible(json.dumps(spec), CHART_ROOM[0], room)
    output = copy.deepcopy(output)
    output.data[VEGALITE_MIME] = json.loads(drawn.spec)
    output.data[SVG_MIME] = drawn.svg
    details = {
        **details,
        "chart_title": title,
        "chart_subtitle": subtitle,
        "caption": caption,
    }
    if numbers:
        soup = BeautifulSoup(numbers, "html.parser")
        details["numbers_label"] = soup.find_all("summary")[0].extract().get_text()
        soup.find_all("details")[0].unwrap()
        details["numbers"] = str(soup)
    least = max(
        drawn.height * SMALLEST_CHART_TEXT / drawn.smallest,
        min(CHART_HEIGHT, drawn.height * CHART_ROOM[0] / drawn.width),
    )
    cell = new_code_cell(source, outputs=[output], id=cell_id)
    return Piece("chart", cell, CHART_ROOM[1] - room + least, details=details)


def bare_chart(spec: dict[str, Any]) -> tuple[dict[str, Any], str, str, str]:
    """A chart of `digigov.show` without its words, which a slide sets as text of its own.

    Returns
    -------
    (spec, title, subtitle, caption)
        The specification is a copy.
    """
    spec = copy.deepcopy(spec)
    caption = _joined(spec.pop("title")["text"])
    plot = spec["vconcat"][0]
    title = plot.pop("title", "")
    words = title if isinstance(title, dict) else {"text": title}
    return spec, _joined(words.get("text", "")), _joined(words.get("subtitle", "")), caption


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else join_lines(text)


def _sliders(spec: Any) -> int:
    """How many lines of controls stand below a chart."""
    bound = [param for param in spec.get("params", ()) if isinstance(param.get("bind"), dict)]
    return ceil(len(bound) / 2)


@dataclass(frozen=True)
class _Drawn:
    spec: str
    svg: str
    width: float
    height: float
    smallest: float
    """Font size of the smallest text."""


def _draw(spec: dict[str, Any]) -> _Drawn:
    svg = drawn(spec)
    width, height = map(float, next(_SIZE.finditer(svg)).groups())
    smallest = min(map(float, _FONT_SIZE.findall(svg)))
    return _Drawn(json.dumps(spec), svg, width, height, smallest)


@lru_cache(256)
def _legible(spec: str, width: float, height: float) -> _Drawn:
    """Draw a chart; raise its small texts if they would be too small in the room it gets."""
    drawn = natural = _draw(json.loads(spec))
    for _attempt in range(4):
        scale = min(width / drawn.width, height / drawn.height)
        # A fifth of a pixel more than needed, against rounding.
        least = round((SMALLEST_CHART_TEXT + 0.2) / scale, 1)
        if drawn.smallest >= least:
            break
        raised = _raise_texts(json.loads(spec), least)
        if least > CROWDED * natural.smallest:
            _widen(raised, width / scale / natural.width)
        axis = raised.setdefault("config", {}).setdefault("axis", {})
        # Where larger labels no longer fit, every other one is left out; tooltips name them all.
        axis["labelOverlap"] = "parity"
        drawn = _draw(raised)
    return drawn


def _raise_texts(node: Any, least: float) -> Any:
    """Raise every font size of a specification to at least that many pixels."""
    if isinstance(node, list):
        return [_raise_texts(item, least) for item in node]
    if not isinstance(node, dict):
        return node
    raised: dict[str, Any] = {}
    for name, value in node.items():
        if name in ("fontSize", "labelFontSize", "titleFontSize", "lineHeight") and isinstance(
            value, int | float
        ):
            raised[name] = max(value, least)
        elif name == "labelOverlap" and value is False:
            raised[name] = "parity"
        else:
            raised[name] = value if name == "datasets" else _raise_texts(value, least)
    return raised


def _widen(view: dict[str, Any], factor: float) -> None:
    """Make the plots of a chart wider, where a slide has room that a page has not."""
    if factor > 1 and isinstance(view.get("width"), int | float):
        view["width"] *= factor
    for name in ("vconcat", "hconcat", "concat", "layer"):
        for part in view.get(name, ()):
            _widen(part, factor)
    if isinstance(view.get("spec"), dict):
        _widen(view["spec"], factor)


# -------------------------------------------------------------------------------------- slides


def slide_types(found: Iterable[Piece]) -> list[str]:
    """Say of each piece what nbconvert makes of it.

    Parameters
    ----------
    found : iterable of Piece

    Returns
    -------
    list of str
        ``slide`` begins a section, ``subslide`` a slide below it, ``fragment`` appears on a click,
        ``-`` stands below what is there, ``notes`` are the lecturer's, ``skip`` is not shown.
    """
    types = []
    before, used = None, 0.0
    for piece in found:
        if piece.kind in ("notes", "skip"):
            types.append(piece.kind)
            continue
        fits = used + piece.height + piece.follows <= ROOM
        if piece.kind in ("title", "section"):
            kind = "slide"
        elif (
            piece.kind in ("prediction", "chart")
            or before == "title"
            or (before == "aims" and piece.kind != "aims")
            or (before == "prediction" and piece.kind != "prose")
            or (before == "chart" and piece.kind != "result")
            or (piece.kind == "sources" and before not in ("sources", "section"))
            or not fits
        ):
            kind = "subslide"
        elif piece.kind == "result" and before != "section":
            # Whoever asked can wait for an answer before this one comes.
            kind = "fragment"
        else:
            kind = "-"
        used = piece.height if kind in ("slide", "subslide") else used + piece.height
        # A prediction, a chart or a title has its slide to itself, but for what reads it.
        before = (
            before
            if kind in ("-", "fragment") and before in ("chart", "prediction")
            else piece.kind
        )
        types.append(kind)
    return types


def deck(notebook: NotebookNode, lang: str) -> NotebookNode:
    """The slides of a lesson as a notebook that nbconvert understands.

    Parameters
    ----------
    notebook : NotebookNode
        As for `pieces`.
    lang : str
        Its language.

    Returns
    -------
    NotebookNode
        With ``slide_type`` in the metadata of each cell; notes stand before the fragments of their
        slide, so that the speaker view always shows them.
    """
    found = [piece for piece in pieces(notebook, lang) if piece.kind != "skip"]
    slides: list[list[NotebookNode]] = []
    notes: list[list[str]] = []
    section = ""
    for piece, slide_type in zip(found, slide_types(found), strict=True):
        if slide_type == "notes":
            notes[-1].append(piece.cell.source)
            continue
        if piece.kind in ("title", "section"):
            section = piece.cell.source.splitlines()[0].lstrip("# ").strip()
        if slide_type in ("slide", "subslide"):
            slides.append([])
            notes.append([])
            buttons = 0
        running = "" if slide_type == "slide" or piece.kind == "chart" else section
        piece.cell.metadata["slideshow"] = {"slide_type": slide_type}
        piece.cell.metadata["slide"] = {
            "id": piece.cell.id,
            "layout": piece.kind,
            "running": running,
            "button": buttons,
            **dict.fromkeys(TEMPLATE_NAMES, ""),
            **piece.details,
        }
        buttons += bool(piece.details.get("code_folded")) + ("numbers" in piece.details)
        slides[-1].append(piece.cell)
    cells = []
    for shown, texts in zip(slides, notes, strict=True):
        first, *rest = shown
        said = new_markdown_cell("\n\n".join(texts), id=f"{first.id}-notes")
        said.metadata = NotebookNode(slideshow={"slide_type": "notes"}, slide={"id": said.id})
        cells += [first, *([said] if texts else []), *rest]
    return new_notebook(cells=cells, metadata=notebook.metadata)


def link_decks(notebook: NotebookNode, names: Collection[str]) -> None:
    """Let links to lessons lead to their decks, and be plain text where there is none."""

    def link(match: re.Match[str]) -> str:
        text, exercise, lang, stem = match.groups()
        name = f"{stem}.{lang}.html"
        return f"[{text}]({name})" if name in names and not exercise else text

    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _NOTEBOOK_LINK.sub(link, cell.source)


# --------------------------------------------------------------------------------------- files


def write_deck(nb: NotebookNode, path: Path, *, lang: str, title: str, static: str) -> None:
    """Write slides as an HTML file beside the scripts that all decks share.

    Parameters
    ----------
    nb : NotebookNode
        From `deck`.
    path : Path
    lang : str
    title : str
    static : str
        Relative address of the folder that holds reveal.js and ``vega.js``.
    """
    with language(lang):
        labels = {"code": _("Code"), "table": _("Table")}
    exporter = PageExporter(labels["table"], template="slides")
    exporter.render_markdown_cells(nb)
    script = template_text("deck.js")
    page = {
        "chart_mime": VEGALITE_MIME,
        "contents": [],
        "has_charts": any(True for _chart in charts_of(nb)),
        "labels": labels,
        "language_tag": conventions(lang).tag,
        "policy": _policy(script),
        "script": script,
        "static": static,
        "style": page_style("deck.css"),
        "title": title,
    }
    body, _resources = exporter.from_notebook_node(nb, resources={"page": page})
    write_atomically(path, body)


def _policy(script: str) -> str:
    """The policy of a page, with reveal.js's own style and the speaker view's frames and script."""
    # The view is written into a window that inherits this policy, from a literal of notes.js.
    literal = re.findall(r"<script>(.*?)<\\/script>", _reveal_text("notes.js"))[0]
    speaker = json.loads(f'"{literal}"'.replace(r"\x", r"\u00"))
    policy = page_policy(script, speaker, shared=True)
    return policy.replace("style-src", "style-src file: 'self'") + "; frame-src file: 'self'"


@cache
def _reveal_text(name: str) -> str:
    path = f"sphinx_revealjs/_static/revealjs/{REVEAL_FILES[name]}"
    file = importlib.metadata.distribution("sphinx-revealjs").locate_file(path)
    return Path(str(file)).read_text(encoding="utf-8")


def write_reveal(folder: Path) -> None:
    """Write reveal.js, which all decks share, below the folder of what is shared."""
    for name in REVEAL_FILES:
        write_atomically(folder / "reveal" / name, _reveal_text(name))


def write_lesson(
    folder: Path,
    outcome: Outcome,
    names: Collection[str],
    *,
    notes: bool,
    static: str,
) -> None:
    """Write the deck of one lesson.

    Parameters
    ----------
    folder : Path
    outcome : Outcome
        Of the lesson at its defaults.
    names : collection of str
        Decks that may be linked to.
    notes : bool
        Whether the lecturer's notes and the answers to the predictions are in it.
    static : str
        Relative address of the folder that holds reveal.js and ``vega.js``.
    """
    run = outcome.run
    slides = deck(lecture(run.lesson, run.lang, outcome.notebook, notes=notes), run.lang)
    link_decks(slides, names)
    title = f"{run.lesson.number} · {run.lesson.title(run.lang)}"
    path = folder / run.lesson.deck(run.lang)
    write_deck(slides, path, lang=run.lang, title=title, static=static)


def write_slides(
    folder: Path,
    lessons: Iterable[Lesson],
    langs: Sequence[str],
    jobs: int,
    store: Store,
) -> Generator[Outcome]:
    """Write the decks of lessons.

    Parameters
    ----------
    folder : Path
        Gets a file for each deck and ``_static``; `check_writable` it first.
    lessons : iterable of Lesson
    langs : sequence of str
    jobs : int
        Number of runs at a time, for what is not finished yet.
    store : Store
        Finished runs.

    Yields
    ------
    Outcome
        One a lesson and language, when its deck is written.
    """
    runs = [Run(lesson, lang, "default", {}) for lesson in lessons for lang in langs]
    names = {run.lesson.deck(run.lang) for run in runs}
    write_reveal(folder / "_static")
    write_vega_bundle(folder / "_static" / "vega.js")
    make_small_copies()

    with closing(Executor(runs, jobs, store=store).outcomes()) as outcomes:
        for outcome in outcomes:
            write_lesson(folder, outcome, names, notes=True, static="_static")
            yield outcome


def lecture(lesson: Lesson, lang: str, executed: NotebookNode, *, notes: bool) -> NotebookNode:
    """A lesson with the outputs of a run and, for a lecturer, with notes and answers.

    Parameters
    ----------
    lesson : Lesson
    lang : str
    executed : NotebookNode
        The learner's edition, executed.
    notes : bool
        Whether the notes for the lecturer and the answers to the predictions are in it.
    """
    notebook = nbformat.reads(generate(lesson, lang, notes=notes), as_version=4)
    if notes:
        notebook = with_answers(notebook, executed, lang)
    outputs = {cell.id: cell.outputs for cell in executed.cells if cell.cell_type == "code"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = outputs.get(cell.id, [])
    return notebook
