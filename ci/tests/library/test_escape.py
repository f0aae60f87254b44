"""Text of others in Markdown: shown letter by letter by the programs that render it."""

import re

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digigov import lesson
from digigov.checks import hint
from digigov.course.markdown import code, table
from digigov.course.publish.markup import safe_html
from digigov.course.publish.pages import PageExporter
from digigov.escape import Markdown, escape_block, escape_markdown
from digigov.quantities import Formatter

HOSTILE = [
    "<script>window.hit = 1</script>",
    "<img src=x onerror='window.hit = 1'>",
    '<svg onload="window.hit = 1"></svg>',
    "[x](javascript:window.hit=1)",
    "![x](x.png)",
    "<iframe srcdoc='<script>parent.hit = 1</script>'></iframe>",
    "<base href='https://example.org/'>",
    "<style>* {display: none}</style>",
    '<meta http-equiv="refresh" content="0; url=https://example.org/">',
    "<https://example.org>",
    "https://example.org/a_b",
    "www.example.org",
    "somebody@example.org",
    "</pre><b>x</b>",
    "</code></td></table><script>hit</script>",
    "<!-- comment",
    "&lt;b&gt; &amp; &#36;",
    "price $5 and $6",
    "$$x$$",
    r"\(x\) \[y\] \begin{align}z\end{align}",
    r"C:\new\*.txt",
    "**bold** *it* __b__ _i_ ~~s~~ ^sup^",
    "snake_case_name and 2*3*4",
    "`code` ``more``",
    "```python\nx\n```",
    "# heading",
    "- item",
    "+ item",
    "1. item",
    "2) item",
    "3.",
    "> quoted",
    "---",
    "===",
    "    indented",
    "a | b | c",
    "| --- |",
    "one\n\ntwo\r\nthree",
    "{sub-ref}`today` {{ name }}",
    "(target)=\nx",
    "% comment",
    ":::{note}\nx\n:::",
    "[^1] [ref] [x]: y",
    "- [x] task",
    "term\n: definition",
    " a  b ",
]


def mistune(markdown: str) -> str:
    return PageExporter("table").render_markdown(markdown)


def commonmark(markdown: str) -> str:
    return MarkdownIt("gfm-like", {"linkify": False}).render(markdown)


def shown(rendered: str) -> str:
    """Text of a paragraph as a browser holds it, once it is certain that nothing else is there."""
    # Else it makes one blank of a text of blanks.
    soup = BeautifulSoup(rendered, "html.parser", preserve_whitespace_tags={"p", "pre"})
    assert {tag.name for tag in soup.find_all(True)} <= {"p", "code", "pre"}, rendered
    return soup.get_text()


@pytest.mark.parametrize("render", [mistune, commonmark])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_shown_letter_by_letter_alone_in_a_sentence_and_as_a_block(render, text):
    plain = text.replace("\r\n", "\n")
    assert shown(render(escape_markdown(text))) == f"{plain}\n"
    sentence = Formatter().format("He wrote {text}, and left.", text=text)
    assert shown(render(sentence)) == f"He wrote {plain}, and left.\n"
    assert shown(render(escape_block(text))).rstrip("\n") == plain.rstrip("\n")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@pytest.mark.parametrize("render", [mistune, commonmark])
def test_any_text_is_shown_letter_by_letter(render, text):
    assert shown(render(f"«{escape_markdown(text)}»")) == f"«{text}»\n"


@given(st.text(st.sampled_from("<>&*_`$\\[](){}!|~#^-+=:%.@/ \na1"), min_size=1))
@pytest.mark.parametrize("render", [mistune, commonmark])
def test_any_run_of_marks_is_shown_letter_by_letter(render, text):
    assert shown(render(escape_markdown(text))).removesuffix("\n") == text


@pytest.mark.parametrize(
    "text", ["13.5%", "Beijing (C16), 2022-12-31", "数字政府：“一网通办”。", "H's 5-7"]
)
def test_what_means_nothing_stays_as_it_is(text):
    assert escape_markdown(text) == text


def test_control_characters_become_a_mark_that_can_be_seen():
    assert escape_markdown("a\x00b\x1b[31m") == "a\ufffdb\ufffd&#91;31m"


@pytest.fixture
def displayed(monkeypatch):
    found = []
    monkeypatch.setattr(lesson, "display", lambda markdown: found.append(markdown.data))
    return found


def test_a_sentence_takes_its_fields_as_text_and_its_own_markdown_as_it_is(displayed):
    lesson.say(
        "**{a}** {b} {n:,} {c:code} {d!r}", a="*x*", b=Markdown("*ours*"), n=1234, c="`", d="<"
    )
    assert displayed == ["**&#42;x&#42;** *ours* 1,234 <code>&#96;</code> '&#60;'"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_verdict_keeps_its_four_columns_whatever_a_cell_holds(displayed, text):
    row = {"claim": text, "finding": text, "confidence": text, "missing": text}
    lesson.verdict([row])
    cells = BeautifulSoup(mistune(displayed[0]), "html.parser").find_all("td")
    plain = re.sub(r"\s+", " ", text).strip()
    assert [re.sub(r"\s+", " ", cell.get_text()).strip() for cell in cells] == [plain] * 4
    assert not any(cell.find(["script", "img", "a", "b", "em", "strong"]) for cell in cells)


def assert_nothing_runs(rendered):
    soup = BeautifulSoup(rendered, "html.parser")
    live = ["script", "iframe", "base", "meta", "style", "svg", "object", "embed", "form", "link"]
    assert soup.find(live) is None, rendered
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            assert not name.startswith("on"), rendered
            assert not str(value).lower().lstrip().startswith("javascript:"), rendered
        assert element.name != "img" or element.get("src", "data:").startswith("data:"), rendered


LIVE = [
    *HOSTILE,
    "<a href='java\tscript:hit()'>x</a>",
    "<a href='data:text/html,<script>hit()</script>'>x</a>",
    "<math><mtext><style><img src=x onerror=hit()></style></mtext></math>",
    "<img src='https://example.org/x.png'>",
]


@pytest.mark.parametrize("text", LIVE)
def test_an_output_that_nobody_escaped_holds_nothing_that_runs(text):
    exporter = PageExporter("table")
    assert_nothing_runs(exporter.tidy(text))
    assert_nothing_runs(exporter.tidy(f"<table><tr><td>{text}</td></tr></table>"))
    assert_nothing_runs(exporter.render_markdown(text))


def test_what_lessons_show_passes_the_wall_unchanged():
    own = (
        '<details class="digigov-numbers"><summary>3 &lt; 4</summary><table><tbody><tr>'
        '<th scope="row" style="text-align: right;">1</th></tr></tbody></table></details>'
        '<p>See <a href="../zh/x.html" hreflang="zh-CN">here</a>, <code>&#60;b&#62;</code></p>'
        '<math display="block"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>'
        '<img alt="x" src="data:image/png;base64,AAAA">'
    )
    assert safe_html(own) == own


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hint_and_a_table_of_data_show_what_they_quote(text):
    told = hint("odd", f"You wrote {text}")._repr_mimebundle_()["text/html"].replace("<br>", " ")
    plain = re.sub(r"\s+", " ", text).strip()
    assert plain in re.sub(r"\s+", " ", BeautifulSoup(told, "html.parser").get_text())
    with pd.option_context("display.max_colwidth", None):
        table = pd.DataFrame({text: [text]})._repr_html_()
    cells = BeautifulSoup(PageExporter("table").tidy(table), "html.parser").find_all(["td", "th"])
    assert not any(cell.find(True) for cell in cells)


@pytest.mark.parametrize("render", [mistune, commonmark])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_of_a_page_keeps_its_columns_whatever_a_cell_holds(render, text):
    written = table([text, "b"], [[text, Markdown("*ours* | too")], [code(text), "3"]])
    soup = BeautifulSoup(render(written), "html.parser")
    cells = [re.sub(r"\s+", " ", one.get_text()).strip() for one in soup.find_all(["th", "td"])]
    plain = re.sub(r"\s+", " ", text).strip()
    assert [cells[0], cells[1], cells[2], cells[3], cells[5]] == [
        plain,
        "b",
        plain,
        "ours | too",
        "3",
    ]
    if "`" in text:
        assert cells[4] == plain
    assert len(soup.find_all("em")) == 1
    assert not soup.find(["script", "img", "a", "b", "strong", "svg", "iframe", "meta", "base"])
