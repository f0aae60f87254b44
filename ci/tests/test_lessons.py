"""Every lesson as a reader gets it: executed with its images, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from controls import dead_controls

from digigov import load
from digigov.charts import VEGALITE_MIME
from digigov.course.gates.glyphs import check_glyphs
from digigov.course.gates.offline import check_offline
from digigov.course.lessons import finished_lessons
from digigov.course.publish.pages import write_page
from digigov.i18n import LANGUAGES

LESSONS = pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
EACH = pytest.mark.parametrize("lang", LANGUAGES)
HAN = re.compile(r"[\u4e00-\u9fff]")


def charts(notebook):
    return [
        output.data
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if VEGALITE_MIME in output.get("data", {})
    ]


@LESSONS
@EACH
def test_lesson_passes(executed, lesson, lang):
    record, _notebook = executed(lesson, lang)
    assert record.problems == []


@LESSONS
@EACH
def test_every_character_in_a_chart_has_a_glyph(executed, lesson, lang):
    _record, notebook = executed(lesson, lang)
    assert check_glyphs(notebook) == []


@LESSONS
@EACH
def test_every_chart_has_an_image_a_source_and_its_numbers(executed, lesson, lang):
    _record, notebook = executed(lesson, lang)
    found = charts(notebook)
    assert len(found) >= 4
    said = {"en": ("Source: ", "Synthetic data: "), "zh": ("来源：", "模拟数据：")}[lang]
    for chart in found:
        caption = "".join(chart[VEGALITE_MIME]["title"]["text"])
        assert caption.startswith(said)
        assert "<text" in chart["image/svg+xml"]
    tables = [
        output
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "digigov-numbers" in "".join(output.get("data", {}).get("text/html", ""))
    ]
    assert len(tables) == len(found)


@LESSONS
def test_some_chart_answers_to_the_reader(executed, lesson):
    _record, notebook = executed(lesson, "en")
    assert any("params" in chart[VEGALITE_MIME] for chart in charts(notebook))


@LESSONS
def test_every_control_of_a_chart_moves_something(executed, lesson):
    _record, notebook = executed(lesson, "en")
    specs = [chart[VEGALITE_MIME] for chart in charts(notebook)]
    found = {number: list(dead_controls(spec)) for number, spec in enumerate(specs, 1)}
    assert {number: faults for number, faults in found.items() if faults} == {}


ROLES = pd.DataFrame({"place": [1, 2], "role": ["share", "count"], "numeral": ["8%", "12"]})


def chart_with_a_legend(owner, field="role", answers=True):
    """Marks and words above them; the selection of the legend belongs to one of the two."""
    chosen = alt.selection_point(fields=[field], bind="legend", name="chosen")
    places = alt.Chart(ROLES).encode(x="place:Q")
    if answers:
        places = places.encode(opacity=alt.condition(chosen, alt.value(1), alt.value(0.2)))
    layers = {
        "marks": places.mark_point().encode(color="role:N"),
        "words": places.mark_text().encode(text="numeral:N"),
    }
    layers[owner] = layers[owner].add_params(chosen)
    return alt.layer(*layers.values()).to_dict()


@pytest.mark.parametrize(
    ("chart", "faults"),
    [
        (chart_with_a_legend("marks"), []),
        # As lesson 02 once was: the selection sat on the words, which have no legend.
        (chart_with_a_legend("words"), ["chosen: view_N has no legend of role"]),
        (chart_with_a_legend("marks", answers=False), ["chosen: nothing depends on it"]),
        (
            chart_with_a_legend("marks", field="rule"),
            [
                "chosen: the data of view_N have no field rule",
                "chosen: view_N has no legend of rule",
            ],
        ),
    ],
)
def test_control_that_moves_nothing_is_found(chart, faults):
    assert [re.sub(r"view_\w+", "view_N", fault) for fault in dead_controls(chart)] == faults


@pytest.mark.parametrize(("answer", "dead"), [("datum.place < most", 0), ("datum.place < 9", 1)])
def test_input_that_no_expression_reads_is_found(answer, dead):
    most = alt.param(name="most", value=1, bind=alt.binding_range(min=0, max=9, name="most: "))
    chart = alt.Chart(ROLES, title="most").mark_point().encode(x="place:Q").add_params(most)
    assert len(list(dead_controls(chart.transform_filter(answer).to_dict()))) == dead


@LESSONS
def test_chinese_charts_speak_chinese_and_english_ones_do_not(executed, lesson):
    english, chinese = (charts(executed(lesson, lang)[1]) for lang in LANGUAGES)
    for one, other in zip(english, chinese, strict=True):
        assert not HAN.search(one["text/plain"])
        assert HAN.search(other["text/plain"])
        assert len(HAN.findall(other["image/svg+xml"])) > 10


@LESSONS
@EACH
def test_page_of_a_lesson_shows_no_raw_formula_and_loads_nothing(executed, lesson, lang, tmp_path):
    _record, notebook = executed(lesson, lang)
    path = Path(tmp_path, "page.html")
    write_page(notebook, path, lang=lang, title=lesson.title(lang), vega_src="vega.js")
    text = path.read_text(encoding="utf-8")
    assert "$$" not in text
    assert check_offline(text) == []


def test_picture_of_the_readme_shows_what_the_lesson_shows(executed):
    def texts(svg):
        return re.findall(r"<text[^>]*>([^<]*)", svg)

    lesson = next(lesson for lesson in finished_lessons() if lesson.number == "14")
    picture = Path(__file__).parents[2] / "docs" / "lesson-14.svg"
    assert picture.name in Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    shown = charts(executed(lesson, "en")[1])[0]["image/svg+xml"]
    assert texts(picture.read_text("utf-8")) == texts(shown), "stale: python ci/picture.py"


def test_readme_lists_every_finished_lesson_by_its_titles_and_what_it_finds():
    readme = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8")
    for lesson in finished_lessons():
        cells = (lesson.number, *map(lesson.title, LANGUAGES), lesson.entry["finds"]["en"])
        assert f"| {' | '.join(cells)} |" in readme


def test_every_system_is_taught_by_the_lesson_that_its_row_names_and_has_a_model_there():
    systems = load("systems")
    lessons = {lesson.number: lesson for lesson in finished_lessons()}
    assert len(systems) == 20
    for row in systems.itertuples():
        lesson = lessons[row.lesson]
        assert row.system in lesson.entry["systems"], f"{row.system}: not taught in {row.lesson}"
        master = lesson.source("notebooks").read_text(encoding="utf-8")
        assert re.search(rf"from digigov\.models import .*\b{lesson.slug}\b", master), row.lesson
    taught = {name for lesson in lessons.values() for name in lesson.entry["systems"]}
    assert taught <= set(systems["system"])
