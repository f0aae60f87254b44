"""Executed notebooks as HTML pages that need no network.

A page holds its charts twice: as images, which are printed and seen without scripts, and as
specifications that a script draws in their place. Formulas become MathML when the page is written.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from digigov.charts import VEGALITE_MIME
from digigov.course.files import write_atomically
from digigov.course.notebook import charts_of, description_of
from digigov.course.publish.markup import (
    FOLDED,
    accessible_tables,
    fold_code,
    formula,
    safe_html,
    script_json,
    svg_size,
    without_own_outputs,
)
from digigov.i18n import _, conventions, language

TEMPLATES = Path(__file__).parent / "templates"

BUNDLE_PLACE = "/* the libraries of Vega */"

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    "object-src 'none'; base-uri 'none'; form-action 'none'"
)
"""Whatever a page may hold, a browser that opens it asks no other host, and runs no script."""


def page_policy(*scripts: str, shared: bool = False) -> str:
    """`POLICY` with the scripts that the course wrote, which compile the expressions of Vega.

    Parameters
    ----------
    *scripts : str
        What stands between the tags of each script in the page.
    shared : bool
        Whether it also loads scripts that lie beside it.
    """
    allowed = [script_hash(script) for script in scripts] + ["'self' file:"] * shared
    return f"{POLICY}; script-src {' '.join(allowed)} 'unsafe-eval'" if allowed else POLICY


def script_hash(script: str) -> str:
    """How a policy names a script in a page."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


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
            "check": _("Check"),
            "code": _("Code"),
            "contents": _("In this lesson"),
            "index": _("All lessons"),
            "site": _("Course"),
            "skip": _("Skip to the content"),
            "table": _("Table"),
        }
    exporter = PageExporter(labels["table"])
    nb = fold_code(without_own_outputs(nb))
    headings = exporter.render_markdown_cells(nb)
    has_charts = any(True for _chart in charts_of(nb))
    script = template_text("charts.js")
    scripts = ([script] if vega_src else [vega_bundle(), script]) if has_charts else []
    page = {
        "chart_mime": VEGALITE_MIME,
        "contents": [(anchor, text) for level, anchor, text in headings if level == 2],
        "folded": FOLDED,
        "has_charts": has_charts,
        "has_title": any(level == 1 for level, _anchor, _text in headings),
        "index_href": index_href,
        "labels": labels,
        "language_tag": conventions(lang).tag,
        "policy": page_policy(*scripts, shared=bool(scripts and vega_src)),
        "script": script,
        "style": page_style(),
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

    # Its stub wants a snippet, without which it bundles for the page; the function does not.
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    # Its names stay its own: Sphinx's scripts, too, have one called _.
    return f"(() => {{\n{bundle}\n}})();\n"


def write_vega_bundle(path: Path) -> None:
    """Write the script that the pages of a site share."""
    write_atomically(Path(path), vega_bundle())


@cache
def template_text(name: str) -> str:
    """A file of the templates, as text."""
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()


def page_style(*more: str) -> str:
    """Style of a page that stands by itself, with that of `more` files of the templates."""
    return "\n".join(map(template_text, ("scroll.css", "page.css", *more)))


class PageExporter(HTMLExporter):
    """nbconvert with the course's template, MathML, and tables that everyone can read."""

    def __init__(self, table_label: str, template: str = "lesson") -> None:
        super().__init__(
            template_name=template,
            extra_template_basedirs=[str(TEMPLATES)],
            # So that one template can extend another by its folder.
            extra_template_paths=[str(TEMPLATES)],
            # It would take charts and formulas away; see `tidy`.
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
        """Give tables what screen readers and small screens need, and leave nothing that runs."""
        return safe_html(accessible_tables(text, self.table_label))


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
        return formula(body, display=False)

    def block_math(self, body: str) -> str:
        """Render a formula on its own line."""
        return formula(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        """Render a LaTeX environment as a formula on its own line."""
        return formula(rf"\begin{{{name}}}{body}\end{{{name}}}", display=True)


def chart_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs of a chart: description, specification, image and its size."""
    spec = script_json(data[VEGALITE_MIME])
    parts: dict[str, Any] = {"description": description_of(data), "spec": spec, "image": None}
    svg = data.get("image/svg+xml")
    if svg:
        svg = "".join(svg)
        encoded = base64.b64encode(svg.encode()).decode()
        width, height = svg_size(svg)
        parts |= {
            "image": f"data:image/svg+xml;base64,{encoded}",
            "width": width,
            "height": height,
        }
    return parts
