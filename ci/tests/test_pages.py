"""Pages hold what a reader needs and nothing from a network; each gate refuses what it should."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from digigov.charts import VEGALITE_MIME
from digigov.course import gates, pages
from digigov.course.manifest import CourseError

DESCRIPTION = "Bar chart of users by year; the bars grow from 809 million to over one billion."
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="300" height="120">'
    "<text font-family=\"'Noto Sans CJK SC', sans-serif\">用户 users</text></svg>"
)


def chart(description=DESCRIPTION, svg=SVG, **changes):
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": description,
        "datasets": {"a": [{"x": 1, "url": "https://example.org is a value, not an address"}]},
        "data": {"name": "a"},
        "mark": "bar",
    }
    data = {VEGALITE_MIME: spec | changes, "text/plain": description}
    return new_output("display_data", data=data | ({"image/svg+xml": svg} if svg else {}))


def notebook(*cells):
    nb = new_notebook(cells=list(cells))
    nbformat.validate(nb)
    return nb


def code(*outputs, source="x = 1", tags=()):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown(data, **options):
    return new_output("display_data", data=data, **options)


@pytest.fixture
def page(tmp_path):
    """Write a page with shared libraries and return its text."""

    def write(*cells, **options):
        path = tmp_path / "site" / "page.html"
        options = {"lang": "en", "title": "A lesson", "vega_src": "_static/vega.js"} | options
        pages.write_page(notebook(*cells), path, **options)
        return path.read_text(encoding="utf-8")

    return write


class Elements(HTMLParser):
    """Start tags of a page, with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def named(self, name):
        return [attrs for tag, attrs in self.found if tag == name]


class TestPage:
    @pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-CN")])
    def test_says_its_language(self, page, lang, tag):
        assert Elements(page(lang=lang)).named("html") == [{"lang": tag}]

    def test_chart_is_an_image_with_alternative_text_and_a_specification(self, page):
        text = page(code(chart(DESCRIPTION + ' "<"')))
        (image,) = Elements(text).named("img")
        assert image["alt"] == DESCRIPTION + ' "<"'
        assert (image["width"], image["height"]) == ("300", "120")
        assert base64.b64decode(image["src"].split(",")[1]).decode() == SVG
        spec = re.search(r'<script[^>]* type="application/json">(.*?)</script>', text)[1]
        assert json.loads(spec)["mark"] == "bar"
        assert "<" not in spec

    def test_chart_without_an_image_falls_back_on_its_description(self, page):
        assert f'<p class="static">{DESCRIPTION}</p>' in page(code(chart(svg=None)))

    def test_libraries_are_linked_or_carried(self, page):
        scripts = Elements(page(code(chart()))).named("script")
        assert {"src": "_static/vega.js"} in scripts
        alone = page(code(chart()), vega_src=None)
        assert all("src" not in script for script in Elements(alone).named("script"))
        assert len(alone) > 500_000

    def test_page_without_charts_carries_no_libraries(self, page):
        text = page(new_markdown_cell("# No chart"), vega_src=None)
        assert "<script" not in text

    def test_formulas_are_mathml(self, page):
        text = page(
            new_markdown_cell(r"The share $\frac{a}{b}$ and" "\n\n$$ x_i \\le 1 $$"),
            code(shown({"text/markdown": "about $p^2$"})),
        )
        assert text.count("<math") == 3
        assert 'display="block"' in text
        assert "$" not in re.sub(r"<(style|script).*?</\1>", "", text, flags=re.DOTALL)

    def test_own_outputs_are_dropped(self, page):
        own = shown({"application/vnd.digigov.result+json": {"secret_result": 1}})
        outcome = shown({"application/vnd.digigov.outcome+json": {}, "text/html": "<p>Right.</p>"})
        cell = code(own, outcome)
        text = page(cell)
        assert "secret_result" not in text
        assert "vnd.digigov" not in text
        assert "<p>Right.</p>" in text
        assert text.count('<div class="output">') == 1
        assert len(cell.outputs) == 2, "the notebook was changed"

    @pytest.mark.parametrize("tag", ["hide", "results", "verdict"])
    def test_code_of_tagged_cells_is_folded(self, page, tag):
        text = page(code(source="folded = 1", tags=[tag]), code(source="open = 1"))
        assert text.count('<details class="folded"><summary>Code</summary>') == 1

    def test_check_is_folded_and_called_one(self, page):
        text = page(code(source="assert 1 < 2", tags=["check"]))
        assert text.count('<details class="folded"><summary>Check</summary>') == 1

    @pytest.mark.parametrize("call", ['say("a")', "show(\n    chart)", "verdict([])"])
    def test_code_whose_result_says_it_all_is_folded(self, page, call):
        text = page(code(shown({"text/markdown": "a"}), source=call))
        assert text.count('<details class="folded">') == 1

    @pytest.mark.parametrize("source", ["table", "saying = 1\nsay('a')", "import altair as alt"])
    def test_code_that_carries_the_argument_is_open(self, page, source):
        assert "<details" not in page(code(shown({"text/markdown": "a"}), source=source))

    def test_what_builds_a_chart_is_folded_with_what_shows_it(self, page):
        text = page(
            code(source="table = 1"),
            code(source="bars = alt.Chart(table)"),
            code(source="dots = bars.encode(alt.X('a'))"),
            code(shown({"text/markdown": "a"}), source="show(bars + dots)"),
            code(source="assert table", tags=["check"]),
        )
        folded = re.findall(r'<details class="folded">.*?</details>', text, re.DOTALL)
        assert [re.search("<summary>(.*?)<", one)[1] for one in folded] == ["Code", "Check"]
        for name in ("bars", "dots", "show"):
            assert name in folded[0]
        assert text.index("table") < text.index("<details")

    def test_interface_speaks_the_language_of_the_page(self, page):
        text = page(code(tags=["hide"]), lang="zh")
        assert "<summary>代码</summary>" in text
        assert "跳到正文" in text

    def test_has_one_main_heading_and_a_skip_link(self, page):
        given = Elements(page(new_markdown_cell("# 04 · Coverage")))
        added = Elements(page(new_markdown_cell("No heading.")))
        for elements in (given, added):
            assert len(elements.named("h1")) == 1
            assert elements.named("main") == [{"id": "main"}]
            assert {"class": "skip", "href": "#main"} in elements.named("a")

    def test_contents_lead_to_every_section_even_of_equal_names(self, page):
        text = page(
            new_markdown_cell("# 标题"),
            new_markdown_cell("## 问题？"),
            new_markdown_cell("## 问题？"),
        )
        anchors = [attrs["id"] for attrs in Elements(text).named("h2")]
        assert len(set(anchors)) == 2
        links = [attrs["href"] for attrs in Elements(text).named("a")]
        assert [f"#{anchor}" for anchor in anchors] == links[1:]

    def test_tables_have_scoped_headings_and_no_empty_one(self, page):
        html = (
            '<table border="1" class="dataframe"><thead><tr style="text-align: right;">'
            "<th></th><th>users</th></tr></thead><tbody><tr><th>2021</th><td>809</td></tr>"
            "</tbody></table>"
        )
        headings = Elements(page(code(shown({"text/html": html})))).named("th")
        assert headings == [{"scope": "col"}, {"scope": "row"}]

    def test_errors_and_streams_are_readable(self, page):
        error = new_output(
            "error", ename="ValueError", evalue="no", traceback=["\x1b[31mno\x1b[0m"]
        )
        text = page(code(error, new_output("stream", name="stderr", text="careful <b>")))
        assert '<span class="ansi-red-fg">no</span>' in text
        assert "careful &lt;b&gt;" in text

    def test_forbids_the_browser_to_ask_any_host(self, page):
        (policy,) = (
            attrs["content"]
            for attrs in Elements(page()).named("meta")
            if attrs.get("http-equiv") == "Content-Security-Policy"
        )
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert "script-src" not in policy

    @pytest.mark.parametrize("shared", [None, "_static/vega.js"])
    def test_allows_its_own_scripts_by_their_hashes_and_no_other(self, page, shared):
        text = page(code(chart()), vega_src=shared)
        metas = {
            attrs.get("http-equiv"): attrs["content"]
            for attrs in Elements(text).named("meta")
            if "content" in attrs
        }
        policy = metas["Content-Security-Policy"]
        scripts = re.findall(r"<script(?: id=\"vega\")?>(.*?)</script>", text, re.DOTALL)
        assert len(scripts) == (1 if shared else 2)
        assert all(pages.script_hash(script) in policy for script in scripts)
        assert policy.count("'sha256-") == len(scripts)
        assert "'unsafe-inline'" not in policy.partition("script-src")[2]

    def test_written_pages_pass_the_offline_gate(self, page):
        assert gates.check_offline(page(code(chart()), vega_src=None)) == []

    def test_failed_writing_leaves_the_old_page(self, tmp_path, monkeypatch):
        path = tmp_path / "page.html"
        path.write_text("old")
        monkeypatch.setattr("os.fsync", lambda _file: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(CourseError):
            pages.write_page(notebook(), path, lang="en", title="New")
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_libraries_define_what_the_page_calls(self, tmp_path):
        pages.write_vega_bundle(tmp_path / "_static" / "vega.js")
        assert "window.vegaEmbed" in (tmp_path / "_static" / "vega.js").read_text()


class TestDescriptionGate:
    def test_passes_distinct_descriptions(self):
        other = DESCRIPTION.replace("Bar", "Line")
        assert gates.check_descriptions(notebook(code(chart()), code(chart(other)))) == []

    @pytest.mark.parametrize(
        ("charts", "problem"),
        [
            ([chart("")], "has no description"),
            ([chart("Users by year")], "is a label"),
            ([chart("各年用户数")], "is a label"),
            ([chart(), chart()], "repeats that of cell 1"),
            ([chart() | {"data": chart().data | {"text/plain": DESCRIPTION + " More."}}],
             "is not the one inside the chart"),
        ],
    )  # fmt: skip
    def test_refuses(self, charts, problem):
        nb = new_notebook(cells=[code(nbformat.from_dict(output)) for output in charts])
        (found,) = gates.check_descriptions(nb)
        assert problem in found


class TestMathGate:
    def test_passes_what_lessons_use(self):
        formulas = (
            r"$\frac{1}{3}(O + T + H)$, $\sum_i w_i \le 0.5 \times 10^9$, $97.3\,\%$, $\bar{x}$"
        )
        assert gates.check_math(notebook(new_markdown_cell(formulas))) == []

    @pytest.mark.parametrize("formula", [r"$\nosuchmacro x$", "$$ a & b $$", r"$\frac{1$"])
    @pytest.mark.parametrize("place", ["cell", "output"])
    def test_refuses_what_would_be_shown_as_latex(self, formula, place):
        cell = (
            new_markdown_cell(formula)
            if place == "cell"
            else code(shown({"text/markdown": formula}))
        )
        (found,) = gates.check_math(notebook(cell))
        assert found.startswith("cell 1: formula")


class TestOfflineGate:
    def test_passes_own_charts_and_plain_links(self):
        link = shown({"text/html": '<a href="https://www.gov.cn">source</a>'})
        assert gates.check_offline(notebook(code(chart(), link))) == []

    @pytest.mark.parametrize(
        "output",
        [
            shown({"application/vnd.vegalite.v6+json": {}}),
            chart(data={"url": "https://example.org/data.csv"}),
            shown({"text/html": '<script src="https://cdn.jsdelivr.net/npm/vega@5"></script>'}),
            shown({"text/html": "<script>import('https://esm.sh/vega')</script>"}),
            shown({"text/html": '<img alt="" src="//example.org/a.png">'}),
            shown({"text/html": '<link rel="stylesheet" href="http://example.org/a.css">'}),
            shown({"text/html": "<style>@import 'https://example.org/a.css'</style>"}),
            shown({"text/html": '<p style="background:url(https://example.org/a.png)"></p>'}),
            shown({"image/svg+xml": '<svg><image href="https://example.org/a.png"/></svg>'}),
            shown({"application/javascript": "1"}),
        ],
    )
    def test_refuses(self, output):
        (found,) = gates.check_offline(notebook(code(output)))
        assert found.startswith("cell 1: ")

    def test_refuses_a_page_of_nbconvert(self):
        from nbconvert.exporters import HTMLExporter

        text, _resources = HTMLExporter().from_notebook_node(notebook(new_markdown_cell("x")))
        assert any("require" in problem for problem in gates.check_offline(text))


class TestGlyphGate:
    def image(self, text, family="'Noto Sans CJK SC', sans-serif"):
        return (
            '<svg xmlns="http://www.w3.org/2000/svg">'
            f'<text font-family="{family}">{text}</text></svg>'
        )

    @pytest.fixture
    def fonts(self, monkeypatch):
        """Pretend that certain fonts are installed."""

        def install(**glyphs):
            installed = {name.replace("_", " "): set(map(ord, g)) for name, g in glyphs.items()}
            monkeypatch.setattr(gates, "glyphs_of", lambda family: installed.get(family, set()))

        return install

    def test_passes_text_that_the_first_installed_font_of_the_stack_can_draw(self, fonts):
        fonts(**{"sans-serif": "中用户"})
        assert gates.check_glyphs([self.image("用户 ")]) == []

    def test_names_character_that_only_another_font_of_the_machine_draws(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户", **{"sans-serif": "✗用户"})
        (found,) = gates.check_glyphs([self.image("用户✗")])
        assert "no glyph for '✗'" in found
        assert "in Noto Sans CJK SC;" in found

    def test_names_character_chart_and_family(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户")
        (found,) = gates.check_glyphs({"chart of users": self.image("用户㐂")})
        assert "chart of users" in found
        assert "'㐂' (U+3402 CJK UNIFIED IDEOGRAPH-3402)" in found
        assert "Noto Sans CJK SC" in found

    def test_says_which_package_is_missing_once(self, fonts):
        fonts(**{"sans-serif": "abc"})
        (found,) = gates.check_glyphs([self.image("用户"), self.image("覆盖率")])
        assert "fonts-noto-cjk" in found

    def test_reads_the_images_of_a_notebook(self, fonts):
        fonts(Noto_Sans_CJK_SC="中用户user")
        assert gates.check_glyphs(notebook(code(chart()))) == []
        fonts(Noto_Sans_CJK_SC="中用户usr")
        (found,) = gates.check_glyphs(notebook(code(chart())))
        assert found.startswith("cell 1, chart 'Bar chart of users")

    def test_reads_fonts_that_are_really_installed(self):
        assert ord("A") in gates.glyphs_of("sans-serif")
        assert gates.glyphs_of("No Such Family") == frozenset()

    def test_says_that_fontconfig_is_missing(self, monkeypatch):
        monkeypatch.setenv("PATH", "")
        gates.glyphs_of.cache_clear()
        with pytest.raises(RuntimeError, match="Debian package fontconfig"):
            gates.glyphs_of("Noto Sans CJK SC")
        gates.glyphs_of.cache_clear()
