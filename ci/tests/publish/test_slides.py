"""Slides hold what a lecturer shows, fit their screen, and are legible from the back row.

The environment variable ``DIGIGOV_BROWSER_LESSONS`` names the lessons that Chromium opens.
"""

from __future__ import annotations

import altair as alt
import pandas as pd
import pytest
from browser import chosen_editions, chromium, offline_context, watch
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from digigov.charts import VEGALITE_MIME, _specification, theme, to_svg
from digigov.course.cli import app
from digigov.course.lessons import find_lesson
from digigov.course.publish import slides
from digigov.course.publish.pages import write_vega_bundle
from digigov.i18n import conventions

SMALLEST_TEXT = 14
VIEWPORT = {"width": slides.WIDTH, "height": slides.HEIGHT}
DESCRIPTION = "Bar chart of users by year; the bars grow from 809 million to over one billion."


def text(source, *tags):
    return new_markdown_cell(source, metadata={"tags": list(tags)})


def code(source, *outputs, tags=()):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def sentence(words="They are 42."):
    return new_output("display_data", data={"text/markdown": words, "text/plain": words})


def table(rows=3):
    html = pd.DataFrame({"year": range(rows)}).to_html()
    return new_output("display_data", data={"text/html": html, "text/plain": "…"})


def chart_of(chart):
    spec = _specification(chart, DESCRIPTION, "Source: a statistical yearbook.")
    spec["config"] = theme()["config"]
    data = {VEGALITE_MIME: spec, "image/svg+xml": to_svg(spec), "text/plain": DESCRIPTION}
    return new_output("display_data", data=data)


def bars(rows=5, **properties):
    frame = pd.DataFrame({"year": [f"y{i}" for i in range(rows)], "users": range(rows)})
    chart = alt.Chart(frame, title="Users grow").mark_bar().encode(x="users:Q", y="year:N")
    return chart_of(chart.properties(**properties))


def typed(*cells):
    """Kind and slide type of each piece that some cells give."""
    found = slides.pieces(new_notebook(cells=list(cells)), "en")
    return [
        (piece.kind, kind) for piece, kind in zip(found, slides.slide_types(found), strict=True)
    ]


# ------------------------------------------------------------------------------ what is a slide


def test_heading_begins_a_slide_and_prediction_stands_alone_before_the_code():
    question = text("## How many?\n\nSome people count.\n**Predict:** who counts most?")
    assert typed(text("# A lesson"), question, code("df", table())) == [
        ("title", "slide"),
        ("section", "slide"),
        ("prose", "-"),
        ("prediction", "subslide"),
        ("code", "subslide"),
        ("result", "fragment"),
    ]


def test_chart_has_a_slide_to_itself_with_the_sentence_that_reads_it():
    kinds = typed(
        text("## How many?"), code("show(x)", bars()), code("say(x)", sentence()), text("So.")
    )
    assert kinds[1:] == [("chart", "subslide"), ("result", "fragment"), ("prose", "subslide")]


def test_cells_for_the_learner_and_the_checks_are_skipped_and_notes_are_notes():
    skipped = [
        code("x", sentence(), tags=[tag]) for tag in ("parameters", "begin", "check", "results")
    ]
    kinds = typed(text("# A"), *skipped, text("> **For the lecturer**\n>\n> Ask.", "instructor"))
    assert [kind for _piece, kind in kinds] == ["slide", *["skip"] * 4, "notes"]


def test_text_that_does_not_fit_goes_on_the_next_slide():
    kinds = typed(text("## Long"), *(text(f"Sentence {i} of some length. " * 14) for i in range(6)))
    assert ("prose", "-") in kinds
    assert ("prose", "subslide") in kinds


def test_code_that_shows_nothing_goes_with_the_next_result():
    found = slides.pieces(new_notebook(cells=[code("x = 1"), code("x + 1", table())]), "en")
    assert [piece.cell.source for piece in found] == ["x = 1\n\nx + 1", ""]


@pytest.mark.parametrize(
    ("source", "output", "folded"),
    [("df", table(), False), ("df\n" * 30, table(), True), ("say(x)", sentence(), True)],
)
def test_short_code_is_shown_and_long_code_and_that_of_a_sentence_folded(source, output, folded):
    first, *_rest = slides.pieces(new_notebook(cells=[code(source, output)]), "en")
    assert bool(first.details.get("code_folded")) == folded


def test_notes_of_a_slide_stand_before_its_fragments():
    cells = [text("# A"), text("## B"), code("df", table()), text("Ask them.", "instructor")]
    made = slides.deck(new_notebook(cells=cells), "en")
    types = [cell.metadata.slideshow["slide_type"] for cell in made.cells]
    assert types == ["slide", "slide", "notes", "-", "fragment"]


def test_links_lead_to_decks_or_are_plain_text():
    notebook = new_notebook(
        cells=[
            text(
                "[中文](../zh/04_x.ipynb) [exercise](../../exercises/en/04_x.ipynb) [y](../zh/05_y.ipynb)"
            )
        ]
    )
    slides.link_decks(notebook, {"04_x.zh.html"})
    assert notebook.cells[0].source == "[中文](04_x.zh.html) exercise y"


def test_words_of_a_chart_become_text_of_the_slide_and_small_labels_are_raised():
    (piece,) = slides.pieces(new_notebook(cells=[code("show(x)", bars(40, height=700))]), "en")
    (output,) = piece.cell.outputs
    assert piece.details["chart_title"] == "Users grow"
    assert piece.details["caption"] == "Source: a statistical yearbook."
    assert "Users grow" not in output.data["image/svg+xml"]
    assert output.data["text/plain"] == DESCRIPTION
    drawn = slides._draw(output.data[VEGALITE_MIME])
    assert drawn.smallest * 590 / drawn.height >= slides.SMALLEST_CHART_TEXT - 0.5


# -------------------------------------------------------------------------------------- command


@pytest.mark.parametrize(
    ("words", "said"),
    [(["99"], "lesson '99' is not known"), (["4", "--out", "/dev/null/x"], "cannot write to")],
)
def test_command_refuses_before_anything_runs(words, said, monkeypatch, capsys):
    monkeypatch.setattr(slides, "write_slides", lambda *_: pytest.fail("it ran"))
    result = CliRunner().invoke(app, ["slides", *words])
    assert result.exit_code
    assert said in str(result.exception)


# -------------------------------------------------------------------------------------- browser

MEASURE = """async () => {
  const found = [];
  for (const slide of deck.getSlides()) {
    const { h, v } = deck.getIndices(slide);
    deck.slide(h, v);
    const page = slide.querySelector(".page");
    page.classList.add("measured");
    const texts = [...page.querySelectorAll(":not(svg *, math *, .sheet *, .sheet, script)")]
      .filter((node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .filter((node) => node.offsetHeight)
      .map((node) => parseFloat(getComputedStyle(node).fontSize));
    const labels = [...page.querySelectorAll("svg.marks")].flatMap((svg) => {
      const box = svg.getBoundingClientRect(), natural = svg.viewBox.baseVal;
      const scale = Math.min(box.width / natural.width, box.height / natural.height);
      return [...svg.querySelectorAll("text")]
        .filter((label) => label.textContent.trim() && getComputedStyle(label).opacity > 0)
        .map((label) => scale * parseFloat(getComputedStyle(label).fontSize));
    });
    found.push({
      words: page.innerText.trim().slice(0, 60),
      height: page.scrollHeight, width: page.scrollWidth,
      text: Math.min(...texts, 99), label: Math.min(...labels, 99),
      notes: slide.querySelectorAll("aside.notes").length,
    });
    page.classList.remove("measured");
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def decks(tmp_path_factory, executed):
    folder = tmp_path_factory.mktemp("decks")
    slides.write_reveal(folder / "_static")
    write_vega_bundle(folder / "_static" / "vega.js")

    def write(name, notebook, lang="en"):
        made = slides.deck(notebook, lang)
        slides.link_decks(made, ())
        slides.write_deck(made, folder / name, lang=lang, title=name, static="_static")
        return folder / name

    return write


@pytest.fixture
def opened(browser):
    """Opens a deck with no network; gives its page and what it asked for."""
    with offline_context(browser, viewport=VIEWPORT) as context:

        def open_deck(path):
            page = context.new_page()
            log = watch(page)
            page.goto(path.as_uri())
            page.locator("html[data-ready]").wait_for(state="attached")
            return page, log

        yield open_deck


def faults(found):
    """What is wrong with measured slides."""
    for number, slide in enumerate(found, 1):
        where = f"slide {number} ({slide['words']!r})"
        if slide["height"] > slides.HEIGHT or slide["width"] > slides.WIDTH:
            yield f"{where} is {slide['width']} by {slide['height']} pixels"
        if slide["label"] < slides.SMALLEST_CHART_TEXT:
            yield f"{where} has a chart with text of {slide['label']:.1f} pixels"
        if slide["text"] < SMALLEST_TEXT:
            yield f"{where} has text of {slide['text']:.1f} pixels"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lesson", "lang"),
    [pytest.param(*one, id=f"{one[0].number}-{one[1]}") for one in chosen_editions()],
)
def test_every_slide_fits_and_is_legible(lesson, lang, decks, executed, opened):
    _record, notebook = executed(lesson, lang)
    path = decks(
        f"{lesson.stem}.{lang}.html", slides.lecture(lesson, lang, notebook, notes=True), lang
    )
    page, log = opened(path)
    found = page.evaluate(MEASURE)
    assert list(faults(found)) == []
    assert sum(slide["notes"] for slide in found) >= 3
    charts = page.locator("figure.chart")
    assert charts.count() == page.locator("figure.chart.drawn svg.marks").count() > 0
    alternatives = page.locator("figure.chart img").evaluate_all("all => all.map((one) => one.alt)")
    assert all(alternatives)
    assert page.locator("html").get_attribute("lang") == conventions(lang).tag
    assert page.locator(".page:not(aside) [href*='.ipynb']").count() == 0
    log.assert_clean()


@pytest.mark.browser
def test_slide_that_overflows_or_is_too_small_to_read_is_found(decks, opened):
    path = decks(
        "broken.html", new_notebook(cells=[text("# A"), text("## B"), code("df", table(90))])
    )
    page, _log = opened(path)
    assert any("pixels" in fault for fault in faults(page.evaluate(MEASURE)))


@pytest.mark.browser
def test_keys_turn_slides_and_open_notes_for_the_speaker(decks, executed, opened):
    lesson = find_lesson("04")
    _record, notebook = executed(lesson, "en")
    page, log = opened(decks("keys.html", slides.lecture(lesson, "en", notebook, notes=True)))
    for expected in (1, 2):
        page.keyboard.press("ArrowRight")
        assert page.evaluate("deck.getSlidePastCount()") == expected
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    speaker.locator(".speaker-controls-notes .value", has_text="Five minutes").wait_for()
    speaker.locator("iframe").nth(1).wait_for()
    log.assert_clean()


@pytest.mark.browser
def test_folded_code_opens_and_keys_do_not_turn_the_slide_behind_it(decks, opened):
    cells = [text("# A"), text("## B"), code("say(x)", sentence())]
    page, _log = opened(decks("folded.html", new_notebook(cells=cells)))
    page.evaluate("deck.slide(1, 0)")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Code").click()
    before = page.evaluate("JSON.stringify(deck.getState())")
    assert page.locator(".sheet:visible").inner_text().strip() == "say(x)"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    assert page.locator(".sheet:visible").count() == 0
    assert page.evaluate("JSON.stringify(deck.getState())") == before


@pytest.mark.browser
def test_each_button_of_a_slide_can_be_pressed(decks, opened):
    cells = [text("# A"), text("## B"), *(code(f"say({i})", sentence(str(i))) for i in range(4))]
    page, _log = opened(decks("buttons.html", new_notebook(cells=cells)))
    page.evaluate("deck.slide(1, 0, 99)")
    buttons = page.get_by_role("button", name="Code")
    for number in range(4):
        buttons.nth(number).click()
        assert page.locator(".sheet:visible").inner_text().strip() == f"say({number})"
        page.keyboard.press("Escape")


@pytest.mark.browser
def test_brush_of_an_enlarged_chart_follows_the_mouse(decks, opened):
    frame = pd.DataFrame({"x": range(10), "y": range(10)})
    chart = alt.Chart(frame, title="Ten points", width=300, height=150).mark_point()
    chart = chart.encode(x="x:Q", y="y:Q").add_params(alt.selection_interval(name="brush"))
    cells = [text("# A"), code("show(x)", chart_of(chart))]
    page, _log = opened(decks("brush.html", new_notebook(cells=cells)))
    page.evaluate("deck.next()")
    chart = page.locator("svg.marks").bounding_box()
    x, y = chart["x"] + chart["width"] / 2, chart["y"] + chart["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y + 30, steps=3)
    page.mouse.move(x + 200, y + 100, steps=3)
    page.mouse.up()
    path = page.locator("svg.marks .brush_brush path").last
    brush = path.bounding_box()
    assert brush["x"] + brush["width"] / 2 == pytest.approx(x + 100, abs=3)
    assert path.evaluate("one => one.getBBox().width * one.getScreenCTM().a") == pytest.approx(
        200, abs=5
    )


@pytest.mark.browser
def test_decks_of_a_folder_share_their_scripts(decks, executed):
    lesson = find_lesson("04")
    path = decks("shared.html", slides.lecture(lesson, "en", executed(lesson, "en")[1], notes=True))
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    sources = [script["src"] for script in page.find_all("script", src=True)]
    assert sources == ["_static/reveal/reveal.js", "_static/reveal/notes.js", "_static/vega.js"]
    assert all((path.parent / source).is_file() for source in sources)
    assert (path.parent / "_static/reveal/LICENSE").is_file()
