"""The notebooks and pages in a real browser with no network.

Slow, so two editions stand for the others: one of simple charts, one with a map, a brush and panels.
The environment variable ``DIGIGOV_BROWSER_LESSONS`` names others (``05,12``) or ``all``.
"""

from __future__ import annotations

import re
import shutil

import nbformat
import pytest
from browser import (
    assert_chinese_font,
    assert_shadow_at_its_edge,
    chosen_editions,
    chromium,
    cut_in_silence,
    offline_context,
    open_notebook,
    run_all_cells,
    running_lab,
    watch,
)
from conftest import ROOT

from digigov.charts import VEGALITE_MIME
from digigov.course.lessons import find_lesson
from digigov.course.publish.instructor import with_answers
from digigov.course.publish.pages import write_page
from digigov.course.runs.execution import execute
from digigov.course.runs.run import Run
from digigov.course.writing.generated import generate
from digigov.escape import escape_block, escape_markdown
from digigov.i18n import LANGUAGES, conventions

pytestmark = pytest.mark.browser

EDITIONS = [
    pytest.param((lesson, lang), id=f"{lesson.number}-{lang}") for lesson, lang in chosen_editions()
]


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request, executed, tmp_path_factory):
    """A lesson in a language, its page and its charts."""
    lesson, lang = request.param
    record, notebook = executed(lesson, lang)
    assert record.problems == []
    page = tmp_path_factory.mktemp("pages") / f"{lesson.stem}.{lang}.html"
    write_page(notebook, page, lang=lang, title=lesson.title(lang))
    charts = [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if VEGALITE_MIME in output.get("data", {})
    ]
    assert charts, "the lesson has no charts to look at"
    return lesson, lang, page, charts


def test_page_draws_every_chart_and_asks_no_host(browser, edition):
    _lesson, lang, path, charts = edition
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        page.goto(path.as_uri())
        drawn = page.locator("figure.chart.drawn .vega-embed svg.marks")
        drawn.nth(len(charts) - 1).wait_for()
        assert drawn.count() == len(charts)
        assert all(drawn.nth(i).bounding_box()["height"] > 50 for i in range(len(charts)))
        assert page.locator("figure.chart img:visible").count() == 0
        assert page.locator("html").get_attribute("lang") == conventions(lang).tag
        log.assert_clean()


def test_page_shows_images_with_alternative_text_without_javascript(browser, edition):
    _lesson, _lang, path, charts = edition
    with offline_context(browser, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        images = page.locator("figure.chart img:visible")
        assert images.count() == len(charts)
        assert [images.nth(i).get_attribute("alt") for i in range(len(charts))] == [
            chart["text/plain"] for chart in charts
        ]
        assert all(images.nth(i).bounding_box()["height"] > 50 for i in range(len(charts)))
    with offline_context(browser) as context:
        # Natural sizes are only told to a script: 0 would be an image that cannot be decoded.
        page = context.new_page()
        page.goto(path.as_uri())
        sizes = page.locator("figure.chart img").evaluate_all(
            "images => Promise.all(images.map(async (image) => {"
            " await image.decode(); return image.naturalWidth; }))"
        )
        assert len(sizes) == len(charts)
        assert min(sizes) > 50


def test_page_prints_images_instead_of_interactive_charts(browser, edition):
    _lesson, _lang, path, charts = edition
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator("figure.chart.drawn").nth(len(charts) - 1).wait_for()
        page.emulate_media(media="print")
        assert page.locator("figure.chart img:visible").count() == len(charts)
        assert page.locator("figure.chart .view:visible").count() == 0


def test_page_fits_a_phone_and_says_where_it_scrolls(browser, edition):
    _lesson, _lang, path, _charts = edition
    with offline_context(browser, viewport={"width": 390, "height": 800}) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator("figure.chart.drawn").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert cut_in_silence(page) == []
        assert_shadow_at_its_edge(page, "figure.chart.drawn")


def test_text_is_drawn_with_a_font_that_holds_chinese(browser, edition):
    _lesson, lang, path, _charts = edition
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        page.locator("figure.chart.drawn").first.wait_for()
        assert_chinese_font(page, "figure.chart svg text")
        if lang == "zh":
            assert_chinese_font(page, "h1")
            assert_chinese_font(page, "main p")


def test_page_that_asks_another_host_is_caught(browser, tmp_path):
    path = tmp_path / "page.html"
    path.write_text('<title>x</title><img alt="" src="https://example.org/a.png">')
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        page.goto(path.as_uri())
        assert log.outside == ["https://example.org/a.png"]
        with pytest.raises(AssertionError, match="another host"):
            log.assert_clean()


def test_chart_that_cannot_be_drawn_leaves_its_image(browser, tmp_path):
    notebook = nbformat.v4.new_notebook()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"></svg>'
    broken = {"mark": "no such mark", "description": "broken"}
    data = {VEGALITE_MIME: broken, "image/svg+xml": svg, "text/plain": "broken"}
    output = nbformat.v4.new_output("display_data", data=data)
    notebook.cells = [nbformat.v4.new_code_cell("x", outputs=[output])]
    write_page(notebook, tmp_path / "page.html", lang="en", title="Broken")
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        with page.expect_console_message(lambda message: "not drawn" in message.text):
            page.goto((tmp_path / "page.html").as_uri())
        assert page.locator("figure.chart img:visible").count() == 1
        assert log.errors


def test_hostile_text_is_read_and_does_not_run(browser, tmp_path):
    attack = (
        "</code></pre><script>hit = 1</script><img src=x onerror='hit = 1'>[x](javascript:hit=1)"
    )
    texts = [escape_markdown(attack), escape_block(attack), f"`code`\n\n{attack}", "a gap"]
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(
            "x", outputs=[nbformat.v4.new_output("display_data", data={"text/markdown": text})]
        )
        for text in texts
    ]
    path = tmp_path / "page.html"
    write_page(notebook, path, lang="en", title=attack)
    # The third was not escaped, and is text all the same. What gets past that, the policy stops.
    text = path.read_text("utf-8")
    assert "<script>hit" not in text
    path.write_text(text.replace("a gap", attack), "utf-8")
    with offline_context(browser) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        said = page.locator(".said")
        assert [said.nth(number).inner_text().strip() for number in range(2)] == [attack] * 2
        assert page.title() == attack
        assert page.locator("main script").count() == 1
        assert page.evaluate("typeof hit") == "undefined"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the notebooks: opening one must not change the repository."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("notebooks", "exercises"):
        for lang in LANGUAGES:
            if (ROOT / folder / lang).is_dir():
                shutil.copytree(ROOT / folder / lang, root / folder / lang)
    with running_lab(root, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


def test_notebook_runs_in_jupyterlab_with_no_network(browser, lab, edition):
    lesson, lang, _path, charts = edition
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        open_notebook(page, lab, f"notebooks/{lang}/{lesson.stem}.ipynb")
        prompts = run_all_cells(page)
        assert all(re.fullmatch(r"\[\d+\]:?", prompt) for prompt in prompts), prompts
        drawn = page.locator(".jp-RenderedVegaCommon5 svg.marks")
        drawn.nth(len(charts) - 1).wait_for(state="attached")
        assert drawn.count() == len(charts)
        assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        # Named results are for the verification; a reader sees nothing of them.
        assert page.get_by_text("vnd.digigov").count() == 0
        assert_chinese_font(page, ".jp-RenderedVegaCommon5 svg text")
        log.assert_clean()


HOSTILE = (
    "<img src=x onerror='hit=1'>",
    "<script>hit=1<\u002fscript>",
    "[x](javascript:hit=1)",
    "<svg onload='hit=1'>",
    "<a href='javascript:hit=1'>x<\u002fa>",
)
"""What would run; the first is also the name of a file, a parameter, a cell of a table, an answer."""

SHOWN = f"""
import io
import pandas as pd
from digigov import begin, check, say, verdict
from digigov.course.markdown import table
from IPython.display import Markdown
HOSTILE = {HOSTILE!r}
csv = pd.read_csv(io.StringIO("figure\\n" + "\\n".join(HOSTILE)), sep="\\t")
for text in csv["figure"]:
    say("He wrote {{text}}.", text=text)
    verdict([dict.fromkeys(("claim", "finding", "confidence", "missing"), text)])
    display(Markdown(table([text], [[text]])))
    display(pd.DataFrame({{text: [text]}}))
begin("04", edition="en")
"""


def hostile_notebooks(folder):
    """A lesson with a hostile file and text, its lecturer's edition, and an exercise with such answers."""
    lesson, exercise = find_lesson("20"), find_lesson("04").edition("en", "exercises")
    text = folder / f"{HOSTILE[0]}.txt"
    text.write_text("".join(f"2023年末{one}有用户10亿人，比上年增长5%。\n" for one in HOSTILE))
    outcome = execute(Run(lesson, "en", "own", {"text_path": str(text)}))
    record, executed = outcome.record, outcome.notebook
    assert record.problems == []
    plain = nbformat.reads(generate(lesson, "en", notes=True), as_version=4)
    nbformat.write(executed, folder / "executed.ipynb")
    nbformat.write(with_answers(plain, executed, "en"), folder / "instructor.ipynb")
    answered = nbformat.read(exercise, as_version=4)
    for cell in answered.cells:
        if "task" in cell.metadata.get("tags", ()):
            cell.source = cell.source.replace("...", repr(HOSTILE[0]))
    answered.cells += [nbformat.v4.new_code_cell(SHOWN)]
    nbformat.write(answered, folder / "answered.ipynb")


def test_hostile_text_does_not_run_in_jupyterlab(browser, tmp_path, tmp_path_factory):
    root = tmp_path_factory.mktemp("hostile")
    hostile_notebooks(root)
    with running_lab(root, tmp_path) as lab, offline_context(browser) as context:
        for name in ("executed", "instructor", "answered"):
            page = context.new_page()
            open_notebook(page, lab, f"{name}.ipynb")
            if name == "answered":
                run_all_cells(page)
            said = page.locator(".jp-Notebook").inner_text()
            assert "onerror='hit=1'" in said, name
            live = page.locator(
                ".jp-Notebook :is([onerror], [onload], img[src=x], script, [href^=javascript])"
            )
            assert live.count() == 0, f"{name}: {live.first.evaluate('(node) => node.outerHTML')}"
            assert page.evaluate("typeof hit") == "undefined", name
            page.close()
