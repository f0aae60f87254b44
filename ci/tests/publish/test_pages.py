"""Pages hold what a reader needs and nothing from a network."""

from __future__ import annotations

import base64
import json
import re
from html.parser import HTMLParser

import pytest
from nbformat.v4 import new_markdown_cell, new_output
from notebooks import DESCRIPTION, SVG, chart, code, notebook, shown

from digigov.course.errors import CourseError
from digigov.course.gates import offline
from digigov.course.publish import pages


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
        assert offline.check_offline(page(code(chart()), vega_src=None)) == []

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
