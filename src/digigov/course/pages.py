"""Executed notebooks as HTML pages that need no network, and the gates on what they show.

A page holds its charts twice: as images, which are printed and seen without scripts, and as
specifications that a script draws in their place. Formulas become MathML when the page is written.
"""

from __future__ import annotations

import base64
import copy
import html
import json
import re
import subprocess
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME, is_label_like
from digigov.course.files import write_atomically
from digigov.i18n import LANGUAGES, _, language
from digigov.parameters import read_course

TEMPLATES = Path(__file__).parent / "templates"

LANGUAGE_TAGS = {"en": "en", "zh": "zh-CN"}
"""What ``<html lang>`` says; screen readers and font choice depend on it."""

FOLDED_TAGS = frozenset({"hide", "results"})
"""Tags of cells whose code a page folds away."""

OWN_MIME_PREFIX = "application/vnd.digigov."
"""Outputs for the verification of the course; no reader sees them."""

BUNDLE_PLACE = "/* the libraries of Vega */"

# Whatever a page may hold, a browser that opens it asks no other host for anything.
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "script-src 'self' file: 'unsafe-inline' 'unsafe-eval'"
)


# --------------------------------------------------------------------------------------- pages


def write_page(
    nb: NotebookNode,
    path: Path,
    *,
    lang: str,
    title: str,
    vega_src: str | None = None,
    index_href: str | None = None,
) -> None:
    """Write an executed notebook as one HTML page.

    Parameters
    ----------
    nb : NotebookNode
        Not changed.
    path : Path
        The page; its folder is made if need be, and the file appears whole or not at all.
    lang : str
        Language of the notebook.
    title : str
        Title of the page; also its main heading if the notebook has none.
    vega_src : str, optional
        Relative address of what `write_vega_bundle` wrote. Without it the page carries the
        libraries itself and can be moved or mailed as one file.
    index_href : str, optional
        Relative address of the index page.

    Raises
    ------
    CourseError
        If the page cannot be written.
    """
    with language(lang):
        labels = {
            "code": _("Code"),
            "contents": _("In this lesson"),
            "index": _("All lessons"),
            "site": _("Course"),
            "skip": _("Skip to the content"),
            "table": _("Table"),
        }
    exporter = _PageExporter(labels["table"])
    nb = _without_own_outputs(nb)
    headings = exporter.render_markdown_cells(nb)
    has_charts = any(True for _chart in _charts(nb))
    page = {
        "chart_mime": VEGALITE_MIME,
        "contents": [(anchor, text) for level, anchor, text in headings if level == 2],
        "folded_tags": FOLDED_TAGS,
        "has_charts": has_charts,
        "has_title": any(level == 1 for level, _anchor, _text in headings),
        "index_href": index_href,
        "labels": labels,
        "language_tag": LANGUAGE_TAGS[lang],
        "policy": POLICY,
        "script": _template_text("charts.js"),
        "style": _template_text("page.css"),
        "title": title,
        "bundle": BUNDLE_PLACE,
        "vega_src": vega_src,
    }
    body, _resources = exporter.from_notebook_node(nb, resources={"page": page})
    if has_charts and vega_src is None:
        # Only now, because nbconvert parses what its template returns, all of it.
        before, after = body.split(BUNDLE_PLACE)
        body = before + vega_bundle() + after
    write_atomically(Path(path), body)


@cache
def vega_bundle() -> str:
    """Vega-Embed, Vega-Lite and Vega as one script that defines ``vegaEmbed``."""
    import vl_convert

    return vl_convert.javascript_bundle()


def write_vega_bundle(path: Path) -> None:
    """Write the script that the pages of a site share."""
    write_atomically(Path(path), vega_bundle())


@cache
def _template_text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def _without_own_outputs(nb: NotebookNode) -> NotebookNode:
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


class _PageExporter(HTMLExporter):
    """nbconvert with the course's template, MathML, and tables that everyone can read."""

    def __init__(self, table_label: str) -> None:
        super().__init__(
            template_name="lesson",
            extra_template_basedirs=[str(TEMPLATES)],
            # The template is complete; nbconvert's own is for notebooks from strangers.
            sanitize_html=False,
        )
        self.table_label = table_label
        self.anchors: set[str] = set()
        self.register_filter("chart", chart_parts)
        self.register_filter("tidy_html", self.tidy)
        self.register_filter("markdown2html", self.render_markdown)

    def render_markdown_cells(self, nb: NotebookNode) -> list[tuple[int, str, str]]:
        """Put the HTML of each Markdown cell beside its source.

        Returns
        -------
        list of (level, anchor, heading)
            The headings, in HTML.
        """
        headings: list[tuple[int, str, str]] = []
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.rendered = self.render_markdown(
                    cell.source, headings, cell.get("attachments", {})
                )
        return headings

    def render_markdown(
        self,
        source: str,
        headings: list[tuple[int, str, str]] | None = None,
        attachments: Mapping[str, Any] | None = None,
    ) -> str:
        """Render Markdown, formulas included."""
        renderer = _Renderer(self.anchors, [] if headings is None else headings, attachments)
        return self.tidy(MarkdownWithMath(renderer=renderer).render(source))

    def tidy(self, text: str) -> str:
        """Give tables what screen readers and small screens need."""
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
                    attrs={
                        "class": "scroll",
                        "tabindex": "0",
                        "role": "group",
                        "aria-label": self.table_label,
                    },
                )
            )
        return str(soup)


class _Renderer(IPythonRenderer):
    """Markdown to HTML: anchors on headings, formulas as MathML."""

    def __init__(
        self,
        anchors: set[str],
        headings: list[tuple[int, str, str]],
        attachments: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(escape=False, attachments=dict(attachments or {}))
        self.anchors = anchors
        self.headings = headings

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Render a heading with an anchor that no other heading of the page has."""
        plain = html.unescape(re.sub(r"<[^>]+>", "", text))
        stem = re.sub(r"[^\w]+", "-", plain).strip("-").lower() or "section"
        anchor, number = stem, 2
        while anchor in self.anchors:
            anchor, number = f"{stem}-{number}", number + 1
        self.anchors.add(anchor)
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{html.escape(anchor)}">{text}</h{level}>\n'

    def inline_math(self, body: str) -> str:
        """Render a formula in a line."""
        return _formula(body, display=False)

    def block_math(self, body: str) -> str:
        """Render a formula on its own line."""
        return _formula(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Render a LaTeX environment as a formula on its own line."""
        return _formula(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def _formula(tex: str, *, display: bool) -> str:
    try:
        return to_mathml(tex, display=display)
    except ValueError:
        # `check_math` refuses it before a release; a learner's page shows what was typed.
        return f"<code>{html.escape(tex)}</code>"


def to_mathml(tex: str, *, display: bool = False) -> str:
    """Turn a LaTeX formula into MathML, which browsers draw by themselves.

    Parameters
    ----------
    tex : str
        Formula without dollar signs.
    display : bool
        Whether it stands on its own line.

    Raises
    ------
    ValueError
        If part of the formula is not understood and would be shown as LaTeX.
    """
    from latex2mathml.converter import convert

    braces = re.findall(r"(?<!\\)[{}]", tex)
    if braces.count("{") != braces.count("}"):
        raise ValueError(f"formula ${tex.strip()}$: braces do not match")
    try:
        mathml = convert(tex.strip(), display="block" if display else "inline")
        root = ElementTree.fromstring(mathml)
    except Exception as error:
        raise ValueError(f"formula ${tex.strip()}$ is not understood: {error!r}") from error
    raw = [text for text in root.itertext() if "\\" in text]
    if raw:
        raise ValueError(f"formula ${tex.strip()}$: {', '.join(raw)} is not understood")
    return mathml


def chart_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs of a chart: description, specification, image and its size."""
    spec = data[VEGALITE_MIME]
    # "<" could end the script element that holds it.
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {"description": _description(data), "spec": text, "image": None}
    svg = data.get("image/svg+xml")
    if svg:
        svg = "".join(svg)
        encoded = base64.b64encode(svg.encode()).decode()
        width, height = re.search(r'width="([\d.]+)"[^>]*? height="([\d.]+)"', svg).groups()
        parts |= {
            "image": f"data:image/svg+xml;base64,{encoded}",
            "width": round(float(width)),
            "height": round(float(height)),
        }
    return parts


def _description(data: Mapping[str, Any]) -> str:
    return "".join(data.get("text/plain", "")).strip()


def _charts(nb: NotebookNode) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Charts among the outputs, with the number of their cell from 1."""
    for number, data in _bundles(nb):
        if VEGALITE_MIME in data:
            yield number, data


def _bundles(nb: NotebookNode) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield number, output["data"]


# --------------------------------------------------------------------------------------- index


def write_index(records: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the page that leads to all others and says how each run went.

    Parameters
    ----------
    records : sequence of mappings
        One a run: ``lesson``, ``slug``, ``kind`` (``"notebooks"`` or ``"exercises"``), ``title``
        by language, ``part``, ``minutes``, ``lang``, ``seconds``, ``status``, ``results``,
        ``page`` (relative address or None), ``error``, ``when`` and ``versions``.
    path : Path
        The page.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["value"] = _result_text
    course = read_course()
    lessons: dict[str, dict[str, Any]] = {}
    for record in sorted(records, key=lambda record: record["lesson"]):
        lesson = lessons.setdefault(
            record["lesson"],
            {
                "number": record["lesson"],
                "title": record["title"],
                "part": record["part"],
                "minutes": record["minutes"],
                "runs": {"notebooks": {}, "exercises": {}},
            },
        )
        lesson["runs"][record["kind"]][record["lang"]] = record
    parts = [
        {
            "title": title,
            "lessons": [lesson for lesson in lessons.values() if lesson["part"] == number],
        }
        for number, title in course["parts"].items()
    ]
    page = environment.get_template("index.html.j2").render(
        title=course["title"],
        parts=[part for part in parts if part["lessons"]],
        languages=LANGUAGES,
        tags=LANGUAGE_TAGS,
        names={"en": "English", "zh": "中文"},
        passed=sum(record["status"] == "passed" for record in records),
        failed=[record for record in records if record["status"] != "passed"],
        when=max((record["when"] for record in records), default=""),
        versions=records[0]["versions"] if records else {},
        style=_template_text("page.css") + "\n" + _template_text("index.css"),
        policy=POLICY,
    )
    write_atomically(Path(path), page)


def _result_text(value: Any) -> str:
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"
    if isinstance(value, int):
        return str(value) if abs(value) < 10_000 else f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(_result_text(item) for item in value)
    return "–" if value is None else str(value)


# --------------------------------------------------------------------------------------- gates


def check_descriptions(nb: NotebookNode) -> list[str]:
    """Find charts whose alternative text is missing, a mere label, or that of another chart.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems = []
    seen: dict[str, int] = {}
    for number, data in _charts(nb):
        text = _description(data)
        where = f"cell {number}: chart description {text[:60]!r}"
        if not text:
            problems.append(f"cell {number}: a chart has no description")
        elif is_label_like(text):
            problems.append(f"{where} is a label; say type of chart, variables, main thing to see")
        elif text in seen:
            problems.append(f"{where} repeats that of cell {seen[text]}")
        elif data[VEGALITE_MIME].get("description") != text:
            problems.append(f"{where} is not the one inside the chart")
        seen.setdefault(text, number)
    return problems


def check_math(nb: NotebookNode) -> list[str]:
    """Find formulas that a page would show as LaTeX.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems: list[str] = []

    class Collector(IPythonRenderer):
        """Tries each formula, keeps the failures."""

        number = 0

        def inline_math(self, body: str) -> str:
            """Try a formula in a line."""
            return self.attempt(body)

        def block_math(self, body: str) -> str:
            """Try a formula on its own line."""
            return self.attempt(body)

        def latex_environment(self, name: str, body: str) -> str:
            """Try an environment."""
            return self.attempt(rf"\begin{{{name}}}{body}\end{{{name}}}")

        def attempt(self, tex: str) -> str:
            """Note what is not understood."""
            try:
                to_mathml(tex)
            except ValueError as error:
                problems.append(f"cell {self.number}: {error}")
            return ""

    texts = [
        (number, cell.source)
        for number, cell in enumerate(nb.cells, start=1)
        if cell.cell_type == "markdown"
    ]
    texts += [
        (number, "".join(data["text/markdown"]))
        for number, data in _bundles(nb)
        if "text/markdown" in data
    ]
    collector = Collector(escape=False)
    for collector.number, text in texts:
        MarkdownWithMath(renderer=collector).render(text)
    return problems


REMOTE = re.compile(r"""\s*(?:https?:|ftp:)?//""", re.IGNORECASE)
CDN = re.compile(
    r"""(?:cdn\.\w+|cdnjs\.|unpkg\.com|jsdelivr\.net|esm\.sh|esm\.run|skypack\.dev|jspm\.io"""
    r"""|googleapis\.com|gstatic\.com|require\.config|import\s*\(\s*["']https?:)""",
    re.IGNORECASE,
)
FETCHED = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""Attributes whose address a browser fetches by itself."""


def check_offline(nb_or_html: NotebookNode | str) -> list[str]:
    """Find what would ask a network for something.

    Parameters
    ----------
    nb_or_html : NotebookNode or str
        An executed notebook, or a page.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    if isinstance(nb_or_html, str):
        return _remote_parts(nb_or_html)
    problems = []
    for number, data in _bundles(nb_or_html):
        for mime, content in data.items():
            found = []
            if mime.startswith("application/vnd.vegalite.") and mime != VEGALITE_MIME:
                found = [f"{mime} is not drawn without a network; show charts with show()"]
            elif mime == VEGALITE_MIME:
                found = [f"the chart loads {url}" for url in _urls(content)]
            elif mime in ("text/html", "image/svg+xml", "text/markdown"):
                found = _remote_parts("".join(content))
            elif mime == "application/javascript":
                found = ["a script output; show charts with show()"]
            problems += [f"cell {number}: {problem}" for problem in found]
    return problems


def _urls(part: Any) -> Iterator[str]:
    """Addresses that a chart would load data or images from."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key == "url" and isinstance(value, str) and not value.startswith("data:"):
                yield value
            elif key not in ("datasets", "values"):
                yield from _urls(value)
    elif isinstance(part, list):
        for item in part:
            yield from _urls(item)


def _remote_parts(text: str) -> list[str]:
    finder = _RemoteFinder()
    finder.feed(text)
    finder.close()
    return list(dict.fromkeys(finder.problems))


class _RemoteFinder(HTMLParser):
    """Notes elements that load something, and scripts that name a content delivery network."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        for name in FETCHED.get(tag, ()):
            if REMOTE.match(values.get(name, "")):
                self.problems.append(f"<{tag} {name}={values[name][:80]!r}> asks a network")
        if "url(" in values.get("style", ""):
            self.look_for_style(values["style"])
        if tag in ("script", "style"):
            # The libraries of Vega are checked by opening a page; they name hosts, but ask none.
            self.inside = "" if values.get("id") == "vega" else tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style":
            self.look_for_style(data)
        elif self.inside == "script" and (match := CDN.search(data)):
            self.problems.append(f"a script names a remote source: {match[0]!r}")

    def look_for_style(self, text: str) -> None:
        for match in re.finditer(
            r"""(?:@import\s*|url\(\s*)["']?((?:https?:)?//[^"')\s]*)""", text
        ):
            self.problems.append(f"a style loads {match[1][:80]}")


CJK_PACKAGES = "fonts-noto-cjk (57 MB) or fonts-wqy-microhei (2 MB)"


def check_glyphs(nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str]) -> list[str]:
    """Find characters in charts that no installed font of their stack can draw.

    vl-convert draws an empty box for such a character and says nothing.

    Parameters
    ----------
    nb_or_svgs : NotebookNode, mapping or iterable of str
        An executed notebook, SVG images by name, or SVG images.

    Returns
    -------
    list of str
        One problem each; empty if there is none.
    """
    problems: dict[str, None] = {}
    for chart, svg in _named_svgs(nb_or_svgs):
        for stack, text in _texts(svg):
            fonts = {family: glyphs_of(family) for family in stack}
            installed = {family: glyphs for family, glyphs in fonts.items() if glyphs}
            for character in dict.fromkeys(text):
                if unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs"):
                    continue
                if any(ord(character) in glyphs for glyphs in installed.values()):
                    continue
                if _is_chinese(character) and not any(
                    ord("中") in glyphs for glyphs in installed.values()
                ):
                    problem = (
                        f"no font with Chinese characters is installed ({', '.join(stack)}): "
                        f"install the Debian package {CJK_PACKAGES}"
                    )
                else:
                    name = unicodedata.name(character, "no name")
                    problem = (
                        f"{chart}: no glyph for {character!r} (U+{ord(character):04X} {name}) in "
                        f"{', '.join(installed) or 'no installed font'}; the text is {text[:40]!r}"
                    )
                problems[problem] = None
    return list(problems)


def _is_chinese(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _named_svgs(
    nb_or_svgs: NotebookNode | Mapping[str, str] | Iterable[str],
) -> Iterator[tuple[str, str]]:
    if isinstance(nb_or_svgs, NotebookNode):
        for number, data in _bundles(nb_or_svgs):
            if "image/svg+xml" in data:
                yield (
                    f"cell {number}, chart {_description(data)[:50]!r}",
                    "".join(data["image/svg+xml"]),
                )
    elif isinstance(nb_or_svgs, Mapping):
        yield from nb_or_svgs.items()
    else:
        for number, svg in enumerate(nb_or_svgs, start=1):
            yield f"chart {number}", svg


def _texts(svg: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Texts of an image, each with the families that it asks for."""
    for element in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"):
        stack = element.get("font-family", "sans-serif").split(",")
        yield tuple(family.strip(" '\"") for family in stack), "".join(element.itertext())


@cache
def glyphs_of(family: str) -> frozenset[int]:
    """Code points that a font family can draw; empty if the family is not installed.

    Parameters
    ----------
    family : str
        Name of a family, or ``sans-serif``.

    Raises
    ------
    RuntimeError
        If fontconfig is not installed.
    """
    from fontTools.ttLib import TTFont

    pattern = family if family == "sans-serif" else f"{family}:style=Regular"
    try:
        found = subprocess.run(
            ["fc-match", "--format=%{file}\t%{index}\t%{family}", pattern],
            capture_output=True,
            check=True,
            text=True,
        ).stdout
    except FileNotFoundError as error:
        raise RuntimeError(
            "fc-match is not installed, so fonts cannot be checked: "
            "install the Debian package fontconfig"
        ) from error
    file, index, names = found.split("\t")
    if family != "sans-serif" and family not in names.split(","):
        return frozenset()
    # The upper half of fontconfig's index numbers the instances of a variable font.
    with TTFont(file, fontNumber=int(index) & 0xFFFF, lazy=True) as font:
        return frozenset(font.getBestCmap())
