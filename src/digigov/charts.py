"""Charts: one theme, one way to show a chart, and the tile-grid map of the provinces.

`show` makes sure of what every chart of the course owes its reader: a source under the plot, a
description for those who cannot see it, and its numbers as a table. Altair and vl-convert are
imported where they are used, so that ``import digigov`` costs little.
"""

from __future__ import annotations

import hashlib
import html
import importlib.util
import json
import math
import os
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, cast

import pandas as pd
from IPython.display import display

from digigov.i18n import _, conventions

if TYPE_CHECKING:
    import altair as alt

VEGALITE_MIME = "application/vnd.vegalite.v5+json"
"""Media type that JupyterLab draws by itself; it bundles Vega-Lite 5, not 6."""

VEGALITE_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

VEGALITE_VERSION = "5.8"
"""Vega-Lite that draws the static images: vl-convert's nearest to the 5.6 in JupyterLab 4.6."""

FONT_STACK = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "sans-serif",
)
"""Faces that hold Latin and Chinese glyphs. A stack, because vl-convert drops all text when the
only name it is given is not installed."""

FONT = ", ".join(f"'{family}'" if " " in family else family for family in FONT_STACK)

CATEGORY = ("#0B4AA2", "#EA5B0C", "#007D61", "#BA7BA2", "#6A4300", "#3A97F0", "#14211F")
"""Hues of Okabe and Ito (2008), darkened to a contrast of at least 3:1 on white and moved apart:
CIEDE2000 of 14 or more between any two, also under simulated protanopia, deuteranopia and
tritanopia (Machado et al. 2009)."""

RAMP = ("#E8F1F6", "#BBD7E6", "#86B8D3", "#4F95BC", "#23709F", "#0A4C7F", "#08305B")
"""Light to dark, for quantities."""

ORDINAL = ("#7FB2CE", "#4F95BC", "#23709F", "#0A4C7F", "#08305B")
"""The ramp without its palest steps, which would vanish as thin lines."""

DIVERGING = ("#08305B", "#23709F", "#86B8D3", "#F2F2F2", "#F0A36B", "#C65A11", "#7A2E00")
"""Blue below a midpoint, orange above it."""

HIGHLIGHT = "#C94A08"
"""The one mark that a chart is about; dark enough for text too."""

TONES = ("#08305B", "#D9550B", "#E3E8EB")
"""Fills that stay apart in greyscale: each is at least 3:1 lighter than the one before. The palest
needs an `OUTLINE` on white."""

OUTLINE = {"stroke": "#4C555B", "strokeWidth": 0.8}

MUTED = "#858E94"
"""Marks that are there for context."""

INK = "#1F2529"
SOFT_INK = "#4C555B"
MISSING_FILL = "#E3E6E8"

CAPTION_SIZE = 11
TITLE_SIZE = 16
SUBTITLE_SIZE = 13
DEFAULT_WIDTH = 480
MAX_WIDTH = 620
MIN_CAPTION_WIDTH = 360
MAX_TABLE_ROWS = 60

TOP_LEVEL_ONLY = (
    "autosize",
    "background",
    "data",
    "padding",
    "params",
    "$schema",
    "datasets",
    "usermeta",
)
"""What Altair gives a chart that a part of a chart may not have, or shares with the others."""

MIN_DESCRIPTION_WORDS = 8
MIN_DESCRIPTION_CHARACTERS = 15

TWO_LINE_NAMES = {
    "Chongqing": ("Chong-", "qing"),
    "Guangdong": ("Guang-", "dong"),
    "Heilongjiang": ("Heilong-", "jiang"),
    "Inner Mongolia": ("Inner", "Mongolia"),
}
"""Names of provinces too long for one line of a tile."""


# --------------------------------------------------------------------------------------- theme


def theme() -> dict[str, Any]:
    """Vega-Lite configuration of the course's charts."""
    return {
        "config": {
            "font": FONT,
            "background": "white",
            "padding": 8,
            "view": {
                "continuousWidth": DEFAULT_WIDTH,
                "continuousHeight": 300,
                "discreteHeight": {"step": 24},
                "discreteWidth": {"step": 24},
                "stroke": None,
            },
            "title": {
                "anchor": "start",
                "color": INK,
                "fontSize": TITLE_SIZE,
                "fontWeight": "bold",
                "frame": "bounds",
                "lineHeight": 21,
                "offset": 12,
                "subtitleColor": SOFT_INK,
                "subtitleFontSize": SUBTITLE_SIZE,
                "subtitleLineHeight": 18,
                "subtitlePadding": 5,
            },
            "axis": {
                "domainColor": MUTED,
                "gridColor": "#E3E6E8",
                "labelColor": INK,
                "labelFontSize": 12,
                "labelLimit": 220,
                "labelPadding": 5,
                "tickColor": MUTED,
                "tickSize": 4,
                "titleColor": INK,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "titleLineHeight": 17,
                "titlePadding": 9,
            },
            "axisBand": {"grid": False, "ticks": False},
            "axisX": {"labelAngle": 0},
            # Years in narrow bands: every other label rather than a smear.
            "axisXDiscrete": {"labelOverlap": "parity"},
            "header": {
                "labelColor": INK,
                "labelFontSize": 13,
                "labelFontWeight": "bold",
                "titleColor": INK,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
            },
            "legend": {
                "gradientLength": 160,
                "labelColor": INK,
                "labelFontSize": 12,
                "labelLimit": 220,
                "symbolSize": 110,
                "titleColor": INK,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "titleLimit": 260,
                "titlePadding": 7,
            },
            "mark": {"color": CATEGORY[0]},
            "bar": {"color": CATEGORY[0]},
            "line": {"strokeWidth": 2.25},
            "point": {"filled": True, "size": 60},
            "rule": {"color": SOFT_INK},
            "text": {"color": INK, "fontSize": 12},
            "range": {
                "category": list(CATEGORY),
                "diverging": list(DIVERGING),
                "heatmap": list(RAMP),
                "ordinal": list(ORDINAL),
                "ramp": list(RAMP),
            },
        }
    }


def enable_theme() -> None:
    """Make the course's theme that of every Altair chart drawn from here on."""
    import altair as alt

    # Its type of a theme knows the size of a discrete axis in pixels only, not in steps.
    alt.theme.register("digigov", enable=True)(theme)  # type: ignore[arg-type]


def count_axis(title: str | None = None, **options: Any) -> alt.Axis:
    """Axis of large counts, written as the language does: ``1.41 bn``, ``14.1亿``.

    Parameters
    ----------
    title : str, optional
        Title of the axis, with what is counted.
    **options
        Further options of `altair.Axis`.
    """
    import altair as alt

    row = conventions()
    label = "format(datum.value, ',')"
    for scale, unit in reversed(row.short_scales):
        written = f"format(datum.value / {scale:.0f}, '.5~f') + '{row.space}{unit}'"
        label = f"abs(datum.value) >= {scale:.0f} ? {written} : {label}"
    return alt.Axis(title=title, labelExpr=label, **options)


# ---------------------------------------------------------------------------------------- show


def show(
    chart: alt.typing.ChartType,
    *,
    description: str,
    table: pd.DataFrame,
    source: pd.DataFrame | Sequence[pd.DataFrame] | None = None,
    synthetic: str | None = None,
) -> None:
    """Display a chart with its source, its description and its numbers.

    The chart is interactive in JupyterLab without a network, and an image wherever scripts do not
    run. Set the environment variable ``DIGIGOV_STATIC`` to 0 to leave the image out.

    Parameters
    ----------
    chart : Altair chart
        With a title, and axis titles that name units.
    description : str
        Alternative text in the language of the lesson: the type of chart, its variables, and the
        main thing to see.
    table : DataFrame
        The numbers that the chart shows, columns named in the language of the lesson. At most
        60 rows are displayed.
    source : DataFrame or sequence of DataFrames, optional
        What `digigov.load` returned; its citation is printed under the plot.
    synthetic : str, optional
        What simulated data were calibrated to. Required when there is no `source`.

    Raises
    ------
    TypeError
        If `chart`, `table` or `source` is something else.
    ValueError
        If the description is too short to describe anything, or neither `source` nor `synthetic`
        says where the numbers come from.
    """
    import altair as alt

    if not isinstance(chart, alt.TopLevelMixin):
        raise TypeError(f"chart is a {type(chart).__name__}; show() takes an Altair chart")
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table is a {type(table).__name__}; show() takes a DataFrame")
    if table.columns.nlevels > 1:
        raise ValueError("table has several levels of columns; give it one heading per column")
    if is_label_like(description):
        raise ValueError(
            f"description = {description!r} does not describe the chart; say what type of chart "
            "it is, what its axes show, and the main thing to see in it "
            f"(at least {MIN_DESCRIPTION_WORDS} words, or {MIN_DESCRIPTION_CHARACTERS} Chinese "
            "characters)"
        )
    description = " ".join(description.split())
    spec = _specification(chart, description, _caption(source, synthetic))
    bundle = {VEGALITE_MIME: spec, "text/plain": description}
    if _static_wanted():
        bundle["image/svg+xml"] = to_svg(spec)
    embed = {"actions": False, "renderer": "svg"}
    display(bundle, metadata={VEGALITE_MIME: {"embed_options": embed}}, raw=True)
    numbers = _Numbers(table)
    display({"text/html": _details(numbers, _title(spec)), "text/plain": numbers.summary}, raw=True)


def is_label_like(description: str) -> bool:
    """Whether a text is too short to describe a chart: a label, or nothing.

    Two Chinese characters count as much as one word: 8 words or 15 characters are enough.
    """
    characters = sum(_is_han(character) for character in description)
    words = len(re.findall(r"[^\W_]+(?:[.,'’-][^\W_]+)*", _HAN.sub(" ", description)))
    return words + characters / 2 < MIN_DESCRIPTION_CHARACTERS / 2


_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


def _is_han(character: str) -> bool:
    return _HAN.match(character) is not None


def _static_wanted() -> bool:
    if os.environ.get("DIGIGOV_STATIC") == "0":
        return False
    # vl-convert does not exist in JupyterLite; there the interactive chart is all there is.
    return importlib.util.find_spec("vl_convert") is not None


def to_svg(spec: Mapping[str, Any], family: str | None = None) -> str:
    """Draw a Vega-Lite specification as an SVG image that carries its description.

    Parameters
    ----------
    spec : mapping
        With a ``description``.
    family : str, optional
        Family with the glyphs of the first of `FONT_STACK` that is quicker to lay out with; the
        image does not name it.

    Returns
    -------
    str
        An ``<svg>`` element with the role of an image.
    """
    import vl_convert

    first, quicker = f"'{FONT_STACK[0]}'", f"'{family}', "
    text = json.dumps(spec)
    laid_out = json.loads(text.replace(first, quicker + first) if family else text)
    svg = vl_convert.vegalite_to_svg(laid_out, vl_version=VEGALITE_VERSION, allowed_base_urls=[])
    svg = svg.replace(quicker, "")
    # Vega counts clips and gradients over all that a process ever drew. The same chart gets the same
    # names everywhere, and two charts on one page get different ones.
    numbers: dict[str, int] = {}
    tag = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:8]
    svg = _SVG_ID.sub(lambda one: f"{one[1]}{tag}_{numbers.setdefault(one[0], len(numbers))}", svg)
    label = html.escape(spec["description"], quote=True)
    described = f'<svg role="img" aria-label="{label}"'
    return svg.replace("<svg", described, 1)


_SVG_ID = re.compile(r'(?<=["#])(clip|gradient_)\d+(?=[")])')


def _specification(chart: alt.typing.ChartType, description: str, caption: str) -> dict[str, Any]:
    """Wrap a chart so that its caption stands inside it, and describe it."""
    # Wrapped as it is written: `altair.vconcat` copies a chart in depth, each of its parts several
    # times, and has it validated as each kind of chart that it might be.
    plot = chart.to_dict()
    spec = {"config": plot.pop("config", {}), "vconcat": [plot]}
    spec |= {name: plot.pop(name) for name in TOP_LEVEL_ONLY if name in plot}
    for parameter in spec.get("params", ()):
        # At the top, a selection names its views; in a chart of one view it need not.
        if "select" in parameter and "views" not in parameter:
            parameter["views"] = [plot.setdefault("name", "view_1")]
    spec = _with_stable_names(spec)
    plot = spec["vconcat"][0]
    width = max(_plot_width(plot), MIN_CAPTION_WIDTH)
    _wrap_title(plot, width)
    spec["title"] = {
        "text": wrap_text(caption, width, CAPTION_SIZE),
        "anchor": "start",
        "color": SOFT_INK,
        "fontSize": CAPTION_SIZE,
        "fontWeight": "normal",
        "frame": "bounds",
        "lineHeight": 15,
        "offset": 10,
        "orient": "bottom",
    }
    spec["$schema"] = VEGALITE_SCHEMA
    spec["description"] = description
    spec["usermeta"] = {"embedOptions": {"actions": False, "renderer": "svg"}}
    return spec


def _with_stable_names(spec: dict[str, Any]) -> dict[str, Any]:
    """Number the views, which Altair names after how pandas happens to print their tables."""
    text = json.dumps(spec)
    numbers: dict[str, str] = {}
    named = _VIEW.sub(lambda name: numbers.setdefault(name[0], f'"view_{len(numbers) + 1}'), text)
    return json.loads(named) if numbers else spec


_VIEW = re.compile(r'"view_[0-9a-f]{16}(_\d+)?(?=["_])')


def _caption(source: pd.DataFrame | Sequence[pd.DataFrame] | None, synthetic: str | None) -> str:
    """Say where the numbers of a chart come from."""
    frames = [] if source is None else [source] if isinstance(source, pd.DataFrame) else [*source]
    if not frames and not (synthetic and synthetic.strip()):
        raise ValueError(
            "neither source nor synthetic is given; pass the DataFrame from load() as source, "
            "or say in synthetic what the simulated data are calibrated to"
        )
    parts = []
    if synthetic and synthetic.strip():
        parts.append(_("Synthetic data: {basis}").format(basis=synthetic.strip()))
    if frames:
        citations = _("; ").join(dict.fromkeys(_citation(frame) for frame in frames))
        parts.append(_("Source: {citations}").format(citations=citations))
    stop = _(".")
    sentences = [part if part.endswith((".", "。", "!", "?")) else part + stop for part in parts]
    return conventions().space.join(sentences)


def _citation(frame: pd.DataFrame) -> str:
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"source holds a {type(frame).__name__}; pass DataFrames from load()")
    citation = frame.attrs.get("citation")
    if not citation:
        raise ValueError(
            "source has no citation; pass the DataFrame that load() returned, "
            "not one that was merged or built from it"
        )
    return citation.strip().rstrip(".。")


def _title(spec: Mapping[str, Any]) -> str:
    title = spec["vconcat"][0].get("title", "")
    if isinstance(title, Mapping):
        title = title.get("text", "")
    return title if isinstance(title, str) else join_lines(title)


def join_lines(lines: Sequence[str]) -> str:
    """Lines of a title as one text, with a blank between them where the language sets one."""
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        chinese = _display_width(joined[-1:]) > 1 or _display_width(line[:1]) > 1
        joined += line if chinese else " " + line
    return joined


def _plot_width(plot: Mapping[str, Any]) -> float:
    """Width of a plot in pixels as far as its specification says, at most `MAX_WIDTH`."""
    if "hconcat" in plot:
        width = sum(_plot_width(part) for part in plot["hconcat"])
    elif "vconcat" in plot:
        width = max(_plot_width(part) for part in plot["vconcat"])
    elif "concat" in plot:
        columns = min(plot.get("columns", len(plot["concat"])), len(plot["concat"]))
        width = columns * max(_plot_width(part) for part in plot["concat"])
    elif "spec" in plot:
        width = plot.get("columns", 1) * _plot_width(plot["spec"])
    elif isinstance(plot.get("width"), int | float):
        width = plot["width"]
    elif "layer" in plot:
        width = max(_plot_width(part) for part in plot["layer"])
    else:
        width = DEFAULT_WIDTH
    return min(width, MAX_WIDTH)


def _wrap_title(plot: dict[str, Any], width: float) -> None:
    """Break a title that is wider than its plot into lines of about one length."""
    title = plot.get("title")
    if isinstance(title, str):
        title = {"text": title}
    if isinstance(title, Mapping):
        wrapped = dict(title)
        for name, size, bold in (("text", TITLE_SIZE, True), ("subtitle", SUBTITLE_SIZE, False)):
            if isinstance(title.get(name), str):
                wrapped[name] = _balanced(title[name], width, size, bold=bold)
        plot["title"] = wrapped


def _balanced(text: str, width: float, size: float, *, bold: bool) -> str | list[str]:
    lines = wrap_text(text, width, size, bold=bold)
    if len(lines) == 1:
        return text
    narrower = lines
    while len(narrower) == len(lines):
        lines, width = narrower, 0.96 * width
        narrower = wrap_text(text, width, size, bold=bold)
    return lines


# --------------------------------------------------------------------------------------- text

NOT_AT_LINE_START = frozenset("，。、；：！？）》」』】〉”’…—·%％‰,.;:!?)]}")
NOT_AT_LINE_END = frozenset("（《「『【〈“‘([{")


def _display_width(text: str) -> float:
    """Width of a text in ems, near enough to break lines."""
    return sum(
        1.0 if unicodedata.east_asian_width(character) in "WF" else 0.48 for character in text
    )


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than a plot.

    Chinese breaks between any two characters, except before closing and after opening
    punctuation; other scripts break at spaces.

    Parameters
    ----------
    text : str
        One paragraph.
    width : float
        Room in pixels.
    size : float
        Font size in pixels.
    bold : bool, optional
        Whether the face is bold, and so wider.

    Returns
    -------
    list of str
        At least one line.
    """
    room = width / size / (1.08 if bold else 1.0)
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and _display_width((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """Cut a text where a line may break."""
    text = " ".join(text.split())
    pieces = text[:1]
    for before, after in pairwise(text):
        wide = any(unicodedata.east_asian_width(character) in "WF" for character in before + after)
        breakable = before == " " or (
            wide
            and after != " "
            and before not in NOT_AT_LINE_END
            and after not in NOT_AT_LINE_START
        )
        pieces += ("\0" if breakable else "") + after
    return pieces.split("\0")


# -------------------------------------------------------------------------------------- table


class _Numbers:
    """A table as text: heading, alignment and formatted cells of each column."""

    def __init__(self, table: pd.DataFrame) -> None:
        if all(name is not None for name in table.index.names):
            table = table.reset_index()
        shown = table.head(MAX_TABLE_ROWS)
        self.left_out = len(table) - len(shown)
        self.headings = [str(name) for name in table.columns]
        self.numeric = [_is_number(shown.iloc[:, i]) for i in range(shown.shape[1])]
        columns = [format_column(shown.iloc[:, i]) for i in range(shown.shape[1])]
        self.rows = list(zip(*columns, strict=True))
        self.summary = _("The numbers as a table")


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def format_column(column: pd.Series) -> list[str]:
    """Write the values of a column for a reader.

    Numbers of a column share their decimals: all of them if there are at most two, as in printed
    figures; otherwise as many as give the largest four significant digits. Thousands are separated
    in columns that reach 10 000, so years are not.

    Parameters
    ----------
    column : Series
        Of any type.

    Returns
    -------
    list of str
        A dash where a value is missing.
    """
    if _is_number(column):
        write = _number_writer(column.dropna().astype(float))
        return ["–" if pd.isna(value) else write(float(value)) for value in column]
    return [_write_other(value) for value in column]


def _write_other(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat(" ")
    return str(value)


def _number_writer(values: pd.Series) -> Callable[[float], str]:
    finite = values[values.abs() < math.inf]
    largest = finite.abs().max() if len(finite) else 0.0
    comma = "," if largest >= 10_000 else ""
    decimals = 0
    while decimals < 2 and not _same(finite, finite.round(decimals)):
        decimals += 1
    if not _same(finite, finite.round(decimals)):
        decimals = min(max(3 - math.floor(math.log10(largest)), 0), 9)
        while decimals and _same(finite.round(decimals), finite.round(decimals - 1)):
            decimals -= 1

    def write(value: float) -> str:
        if math.isinf(value):
            return "∞" if value > 0 else "−∞"
        if value != 0 and round(value, decimals) == 0:
            # Too small for the decimals of its column, as on a logarithmic axis.
            return f"{value:.3g}".replace("-", "−")
        text = f"{value:{comma}.{decimals}f}"
        return text.replace("-", "−")

    return write


def _same(values: pd.Series, others: pd.Series) -> bool:
    # Not exactly: 0.07 * 100 is a printed figure of no decimals for a reader.
    return bool(((values - others).abs() <= 1e-12 * values.abs()).all())


def _details(numbers: _Numbers, title: str) -> str:
    """Fold a table behind a summary, with the markup that screen readers need."""
    head = "".join(
        f'<th scope="col"{_align(numeric)}>{html.escape(heading)}</th>'
        for heading, numeric in zip(numbers.headings, numbers.numeric, strict=True)
    )
    body = "\n".join(f"<tr>{_cells(row, numbers.numeric)}</tr>" for row in numbers.rows)
    rest = ""
    if numbers.left_out:
        rest = _("The first {shown} rows; {left_out} more are not shown.").format(
            shown=MAX_TABLE_ROWS, left_out=numbers.left_out
        )
        rest = f"\n<p>{html.escape(rest)}</p>"
    return (
        f'<details class="digigov-numbers">\n<summary>{html.escape(numbers.summary)}</summary>\n'
        f"<table>\n<caption>{html.escape(title or numbers.summary)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>{rest}\n</details>"
    )


def _cells(row: Sequence[str], numeric: Sequence[bool]) -> str:
    first, *others = (html.escape(cell) for cell in row)
    cells = f'<th scope="row"{_align(numeric[0])}>{first}</th>'
    return cells + "".join(
        f"<td{_align(right)}>{cell}</td>" for cell, right in zip(others, numeric[1:], strict=True)
    )


def _align(right: bool) -> str:
    # Inline, because JupyterLab aligns the cells of every table to the right.
    return f' style="text-align:{"right" if right else "left"}"'


# ---------------------------------------------------------------------------------- tile grid


def tile_grid(
    df: pd.DataFrame,
    *,
    value: str,
    title: str,
    legend: str | None = None,
    number_format: str = ".0f",
    midpoint: float | None = None,
    highlight: str | Sequence[str] = (),
    tooltip: Sequence[str] = (),
) -> alt.LayerChart:
    """Draw a tile-grid map: one square per province, near its place, coloured by a value.

    Every tile carries its name and the number itself, or a symbol for its category, so nothing
    depends on colour alone. Pass the chart to `show`.

    Parameters
    ----------
    df : DataFrame
        ``load("provinces")`` with a column of values; rows without a place on the grid (the
        national row) are left out.
    value : str
        Column to show: numbers for a colour ramp, anything else for categories.
    title : str
        Title of the chart.
    legend : str, optional
        Title of the legend, with the unit. By default the label of the column.
    number_format : str, optional
        d3 format of the numbers in the tiles.
    midpoint : float, optional
        Value at which a diverging scale changes colour. Without it the scale is a ramp.
    highlight : str or sequence of str, optional
        Names of provinces to mark with an outline and a star.
    tooltip : sequence of str, optional
        More columns for the tooltip.

    Returns
    -------
    LayerChart

    Raises
    ------
    KeyError
        If a column is missing.
    ValueError
        If no row has a place on the grid, or a name in `highlight` is not among the provinces.
    """
    import altair as alt

    needed = ["name", "grid_row", "grid_col", value, *tooltip]
    missing = [name for name in needed if name not in df.columns]
    if missing:
        raise KeyError(
            f"tile_grid: no column {', '.join(missing)}; the data have {', '.join(df.columns)}"
        )
    tiles = df.loc[df["grid_row"].notna(), list(dict.fromkeys(needed))].copy()
    if tiles.empty:
        raise ValueError("tile_grid: no row has a place on the grid (grid_row is missing in all)")
    wanted = [highlight] if isinstance(highlight, str) else list(highlight)
    unknown = set(wanted) - set(tiles["name"])
    if unknown:
        raise ValueError(
            f"tile_grid: highlight = {', '.join(sorted(unknown))} is not among "
            f"{', '.join(tiles['name'])}"
        )
    tiles[["grid_row", "grid_col"]] = tiles[["grid_row", "grid_col"]].astype(int)
    labels = df.attrs.get("labels", {})
    numeric = _is_number(tiles[value])
    colour, fills = (_number_colour if numeric else _category_colour)(tiles[value], midpoint)
    lines = [list(TWO_LINE_NAMES.get(name, (name,))) for name in tiles["name"]]
    tiles["label"] = lines
    tiles["label_colour"] = [_readable_on(fill) for fill in fills]
    tiles["highlighted"] = tiles["name"].isin(wanted)

    columns = int(tiles["grid_col"].max() - tiles["grid_col"].min()) + 1
    rows = int(tiles["grid_row"].max() - tiles["grid_row"].min()) + 1
    side = min(60, MAX_WIDTH // columns)
    value_type: Literal["quantitative", "nominal"] = "quantitative" if numeric else "nominal"
    heading = legend or labels.get(value, value)
    shown = alt.Tooltip(
        value,
        type=value_type,
        title=heading,
        format=number_format if numeric else alt.Undefined,
    )
    base = alt.Chart(tiles).encode(
        x=alt.X("grid_col:O", axis=None, scale=alt.Scale(padding=0.04)),
        y=alt.Y("grid_row:O", axis=None, scale=alt.Scale(padding=0.04)),
        tooltip=[
            alt.Tooltip("name:N", title=labels.get("name", _("Province"))),
            shown,
            *(alt.Tooltip(name, title=labels.get(name, name)) for name in tooltip),
        ],
    )
    present = alt.datum[value] != None  # noqa: E711  (builds an expression)
    squares = base.mark_rect(cornerRadius=3, stroke=HIGHLIGHT, invalid=None).encode(
        # Not the colour channel: a legend there would have to merge with the text's raw colours.
        fill=alt.condition(
            present,
            alt.Fill(
                value,
                type=value_type,
                scale=colour,
                legend=alt.Legend(title=heading, symbolStrokeWidth=0),
            ),
            alt.value(MISSING_FILL),
        ),
        strokeWidth=alt.condition("datum.highlighted", alt.value(3.5), alt.value(0)),
    )
    ink = alt.Color("label_colour:N", scale=None)
    names = base.mark_text(fontSize=11.5, lineHeight=12, baseline="middle", dy=-8).encode(
        text="label:N", color=ink
    )
    layers = [squares, names]
    if wanted:
        # An outline alone could be lost on a fill of its own colour.
        corner = 9 - side / 2
        layers.append(
            base.transform_filter("datum.highlighted")
            .mark_text(text="★", fontSize=11, dx=corner, dy=corner)
            .encode(color=ink)
        )
    if numeric:
        layers.append(
            base.mark_text(fontSize=12.5, fontWeight="bold", dy=17).encode(
                text=alt.condition(
                    present,
                    alt.Text(value, type="quantitative", format=number_format),
                    alt.value("–"),
                ),
                color=ink,
            )
        )
    else:
        symbols = (
            alt.Chart(tiles).transform_filter(present).mark_point(size=90, opacity=1, yOffset=16)
        )
        layers.append(
            symbols.encode(
                x=base.encoding.x,
                y=base.encoding.y,
                color=ink,
                shape=alt.Shape(
                    value,
                    type="nominal",
                    scale=alt.Scale(domain=colour.domain),
                    legend=alt.Legend(title=heading, symbolStrokeWidth=0),
                ),
            )
        )
    map_ = alt.layer(*layers).properties(title=title, width=columns * side, height=rows * side)
    return cast("alt.LayerChart", map_)  # it would be a FacetChart if its layers had facets


def _number_colour(values: pd.Series, midpoint: float | None) -> tuple[alt.Scale, list[str | None]]:
    """Scale of a number, and the colour that each value gets."""
    import altair as alt

    numbers = values.astype(float)
    low, high = numbers.min(), numbers.max()
    if math.isnan(low):
        low, high = 0.0, 1.0
    colours: Sequence[str] = RAMP
    if midpoint is not None:
        colours = DIVERGING
        reach = max(high - midpoint, midpoint - low)
        low, high = midpoint - reach, midpoint + reach
    if low == high:
        low, high = low - 0.5, high + 0.5
    fills = [
        None if math.isnan(number) else _interpolate(colours, (number - low) / (high - low))
        for number in numbers
    ]
    return alt.Scale(domain=[low, high], range=list(colours), interpolate="rgb"), fills


def _category_colour(
    values: pd.Series, midpoint: float | None
) -> tuple[alt.Scale, list[str | None]]:
    """Scale of a category, and the colour that each value gets."""
    import altair as alt

    if midpoint is not None:
        raise ValueError(f"tile_grid: midpoint = {midpoint} needs numbers, not categories")
    if isinstance(values.dtype, pd.CategoricalDtype):
        categories = list(values.cat.categories)
    else:
        categories = sorted(values.dropna().unique())
    if len(categories) > len(CATEGORY):
        raise ValueError(
            f"tile_grid: {len(categories)} categories; at most {len(CATEGORY)} can be told apart"
        )
    # An order of the data (levels, groups) reads best as steps of one hue.
    ordered = isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered
    palette = (
        [_interpolate(RAMP[1:], i / max(len(categories) - 1, 1)) for i in range(len(categories))]
        if ordered
        else CATEGORY[: len(categories)]
    )
    by_category = dict(zip(categories, palette, strict=True))
    fills = [by_category.get(value) for value in values]
    return alt.Scale(domain=categories, range=list(palette)), fills


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def _interpolate(colours: Sequence[str], position: float) -> str:
    """Colour at a position from 0 to 1 along evenly spaced colours."""
    place = min(max(position, 0.0), 1.0) * (len(colours) - 1)
    i = min(int(place), len(colours) - 2)
    mixed = (
        round(first + (second - first) * (place - i))
        for first, second in zip(_channels(colours[i]), _channels(colours[i + 1]), strict=True)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def luminance(colour: str) -> float:
    """Relative luminance of a colour ``#RRGGBB``, as WCAG 2.2 defines it."""
    linear = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in _channels(colour))
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _readable_on(fill: str | None) -> str:
    """Black or white for text on a fill, whichever stands out more: at least 4.5:1 on any."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, fill or MISSING_FILL))
