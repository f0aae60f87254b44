"""The site's extension of Sphinx, and its settings; imported only where Sphinx runs.

Formulas become MathML, charts an image that a script replaces, tables readable for everyone, and
sections get the same anchors in every language.
"""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.util.docutils import docutils_namespace, patch_docutils
from sphinx.util.logging import getLogger

from digigov.course.errors import CourseError
from digigov.course.publish.markup import accessible_tables, formula
from digigov.course.publish.pages import TEMPLATES, script_hash
from digigov.course.publish.site.sources import EXTRA, FIGURE_MIME
from digigov.i18n import LANGUAGE_TABLE, _, conventions, language
from digigov.parameters import read_course

SITE_TEMPLATES = TEMPLATES / "site"

POLICY = (
    "default-src 'none'; img-src 'self' file: data:; font-src 'self' file:; "
    "style-src 'self' file: 'unsafe-inline'; form-action 'self' file:; base-uri 'none'; "
    "object-src 'none'; script-src 'self' file: blob: 'unsafe-eval'"
)
"""What a page of the site may load: its own files, and the scripts of the theme by their hashes,
which `_allow_own_scripts` adds. Vega compiles expressions and the search is WebAssembly, hence
``unsafe-eval``; the search is a module, which a page opened from a disk can load only as a blob."""

SCRIPT_MIMES = ("application/javascript", "application/vnd.jupyter.widget-view+json")
"""Outputs that MyST-NB would put into a page as scripts."""

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)

_TABLE = re.compile(
    r'<div class="pst-scrollable-table-container">\s*(<table.*?</table>)\s*</div>', re.DOTALL
)


class ChartRenderer(MimeRenderPlugin):
    """Shows a chart as an image with alternative text, in a figure that a script can draw in."""

    mime_priority_overrides = (("html", FIGURE_MIME, 1),)

    @staticmethod
    def handle_mime(
        _renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Nodes of a chart; None for everything else."""
        if inline or data.mime_type != FIGURE_MIME:
            return None
        chart: Any = data.content
        opening = (
            f'<figure class="chart" tabindex="0" data-chart="{chart["number"]}"'
            f' aria-label="{html.escape(chart["description"])}">'
            '<div class="view"></div>'
        )
        image = nodes.image(
            uri=chart["image"],
            alt=chart["description"],
            width=str(chart["width"]),
            height=str(chart["height"]),
        )
        return [
            nodes.raw("", opening, format="html"),
            image,
            nodes.raw("", "</figure>", format="html"),
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Extend Sphinx."""
    app.add_html_math_renderer("mathml", (_inline_formula, None), (_formula_block, None))
    app.connect("builder-inited", _leave_out)
    # Before the contents are collected, which hold the anchors.
    app.connect("doctree-read", _number_sections, priority=100)
    app.connect("html-page-context", _complete_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _inline_formula(writer: Any, node: nodes.Element) -> None:
    writer.body.append(formula(node.astext(), display=False))
    raise nodes.SkipNode


def _formula_block(writer: Any, node: nodes.Element) -> None:
    writer.body.append(formula(node.astext(), display=True))
    raise nodes.SkipNode


def _leave_out(app: Sphinx) -> None:
    if isinstance(app.builder, StandaloneHTMLBuilder):
        # Sphinx's own finds few Chinese words; search.py makes another.
        app.builder.search = False
        app.builder.copysource = False


def _number_sections(_app: Sphinx, document: nodes.document) -> None:
    """Give sections anchors that say their place, so that they are the same in every language."""
    explicit = {document.nameids.get(name) for name, is_one in document.nametypes.items() if is_one}

    def number(parent: nodes.Element, place: tuple[int, ...]) -> None:
        sections = [child for child in parent.children if isinstance(child, nodes.section)]
        for position, section in enumerate(sections, start=1):
            here = (*place, position)
            own = "section-" + "-".join(map(str, here))
            section["ids"] = [own, *(name for name in section["ids"] if name in explicit)]
            number(section, here)

    for title in (child for child in document.children if isinstance(child, nodes.section)):
        title["ids"] = ["section-0"]
        number(title, ())


def _complete_page(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    label = app.config.html_context["labels"]["table"]
    body = context.get("body", "")
    if "<script" in body.lower():
        # It would be allowed: `_allow_own_scripts` takes what stands in a page for the theme's.
        getLogger(__name__).warning("%s: a text of this page holds a script", pagename)
    tables = _TABLE.sub(lambda match: accessible_tables(match[1], label), body)
    # What scrolls must be in reach of a keyboard; the theme's script takes back what does not.
    context["body"] = tables.replace("<pre>", '<pre tabindex="0">')
    if '<figure class="chart"' in body:
        context["chart_script"] = f"_charts/{pagename}.js"
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    context["metatags"] = policy + context.get("metatags", "")


def _allow_own_scripts(path: Path) -> None:
    """Add the scripts that stand in a finished page, all of them the theme's, to its policy."""
    page = path.read_text(encoding="utf-8")
    inline = [
        script_hash(text)
        for attributes, text in _SCRIPT.findall(page)
        if "src=" not in attributes and "application/json" not in attributes
    ]
    allowed = " ".join([POLICY, *dict.fromkeys(inline)])
    path.write_text(page.replace(POLICY, allowed, 1), encoding="utf-8")


def build(source: Path, out: Path, doctrees: Path, lang: str) -> None:
    """Make the pages of one language.

    Parameters
    ----------
    source : Path
        What `write_sources` wrote.
    out : Path
        Folder of the pages.
    doctrees : Path
        Empty folder for what Sphinx keeps between its steps.
    lang : str

    Raises
    ------
    CourseError
        If Sphinx warns of anything.
    """
    warnings = io.StringIO()
    # Docutils keeps what Sphinx registers for the whole process.
    with patch_docutils(), docutils_namespace():
        app = Sphinx(
            source,
            None,
            out,
            doctrees,
            "html",
            confoverrides=settings(lang),
            status=None,
            warning=warnings,
            freshenv=True,
        )
        app.build()
    for path in out.rglob("*.html"):
        _allow_own_scripts(path)
    for path in [*out.rglob("*.map"), *out.glob("_static/webpack-macros.html")]:
        # Two megabytes for those who mend the theme.
        path.unlink()
    if text := re.sub(r"\x1b\[[\d;]*m", "", warnings.getvalue()).strip():
        raise CourseError(f"the {lang} pages of the site: {text.replace(str(source) + '/', '')}")


def settings(lang: str) -> dict[str, Any]:
    """Settings of Sphinx for one language."""
    title = read_course()["title"][lang]
    with language(lang):
        labels = {
            "table": _("Table"),
            "search": _("Search"),
            "search_hint": _("Words to find in the lessons"),
            "finding": _("Searching …"),
            "nothing": _("Nothing found for “{query}”."),
            "found": _("{n} pages for “{query}”"),
            "needs_script": _("The search needs JavaScript."),
            "home": _("All lessons"),
            "licence": _("Text and data: CC BY 4.0. Code: MIT."),
        }
        code = _("Code")
    return {
        "extensions": ["myst_nb", "sphinx_copybutton", __name__],
        "project": title,
        "html_title": title,
        "language": conventions(lang).tag.replace("-", "_"),
        "exclude_patterns": [f"{EXTRA}/**"],
        "html_extra_path": [EXTRA],
        "templates_path": [str(SITE_TEMPLATES)],
        "html_static_path": [
            str(SITE_TEMPLATES / "static"),
            str(TEMPLATES / "charts.js"),
            str(TEMPLATES / "scroll.css"),
        ],
        "html_css_files": ["scroll.css", "course.css"],
        "html_js_files": [("course.js", {"defer": "defer"})],
        "html_theme": "pydata_sphinx_theme",
        "html_theme_options": {
            "logo": {"text": title},
            "navbar_center": [],
            "navbar_end": [],
            "article_header_start": [],
            "navbar_persistent": ["language.html", "search-button.html"],
            "secondary_sidebar_items": ["page-toc"],
            "footer_start": ["licence.html"],
            "footer_end": [],
            "back_to_top_button": False,
            "search_bar_text": labels["search_hint"],
        },
        "html_sidebars": {"**": ["lessons.html"]},
        "html_additional_pages": {"search": "search.html"},
        "html_context": {
            "default_mode": "light",
            "labels": labels,
            "others": [row for row in LANGUAGE_TABLE if row.code != lang],
        },
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_use_index": False,
        "html_permalinks": False,
        "html_math_renderer": "mathml",
        "html_scaled_image_link": False,
        "smartquotes": False,
        # Commands only: a learner has the notebook for the code of a lesson.
        "copybutton_selector": "div.highlight-bash pre",
        "nb_execution_mode": "off",
        "nb_mime_priority_overrides": [("html", mime, None) for mime in SCRIPT_MIMES],
        "nb_code_prompt_show": code,
        "nb_code_prompt_hide": code,
        "myst_enable_extensions": ["amsmath", "dollarmath"],
    }
