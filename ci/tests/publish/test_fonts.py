"""Small copies of the fonts of charts: quicker to lay out with, and the images are the same."""

from __future__ import annotations

import os

import pytest
from fontTools.ttLib import TTFont

from digigov.charts import FONT, FONT_STACK, theme, to_svg
from digigov.course.publish import fonts, images

RARE = "龘"
"""A character that the course has no use for."""

MISSING = "✗"
"""A character of the course that the font has no glyph for."""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "fonts")
    for known in (fonts.small_family, fonts.held):
        known.cache_clear()
    yield tmp_path / "fonts"
    for known in (fonts.small_family, fonts.held):
        known.cache_clear()


def copies(folder):
    return {path: path.stat().st_mtime_ns for path in folder.glob("*/*.otf")}


def chart(text):
    return {
        "title": text,
        "data": {"values": [{"a": text, "b": 1.5}, {"a": "Wählen → AV", "b": 2}]},
        "mark": "bar",
        "encoding": {
            "x": {"field": "b", "type": "quantitative"},
            "y": {"field": "a", "type": "nominal"},
        },
        "config": theme()["config"],
        "description": "Two bars.",
    }


def test_chart_is_laid_out_alike_with_a_small_copy_of_its_font():
    fonts.make_small_copies()
    family = fonts.small_family()
    assert family == fonts.SMALL
    for text in ("全国政务服务平台，2023年", "Users of the platform"):
        assert to_svg(chart(text), fonts.family_for(text)) == to_svg(chart(text))
        assert fonts.family_for(text) == family


@pytest.mark.parametrize("character", [RARE, MISSING], ids=["rare", "missing"])
def test_chart_with_a_character_that_the_copy_lacks_is_laid_out_with_the_font_itself(
    monkeypatch, character
):
    fonts.make_small_copies()
    text = f"{character}字，2023年"
    assert RARE not in fonts.characters()
    assert MISSING in fonts.characters()
    given = []
    monkeypatch.setattr(images, "IMAGES", images.IMAGES / "unused")
    monkeypatch.setattr(images, "write_atomically", lambda *_words: None)
    # What this process has drawn already is not drawn, and what is drawn here is no image.
    monkeypatch.setattr(images, "_drawn", images._drawn.__wrapped__)
    monkeypatch.setattr(
        images, "to_svg", lambda spec, family: given.append(family) or "<svg></svg>"
    )
    for one in (text, "Users of the platform"):
        images.drawn(chart(one))
    assert given == [None, fonts.SMALL]


def test_held_are_the_characters_that_the_copies_really_have(folder, monkeypatch):
    monkeypatch.setattr(fonts, "characters", lambda: f"AV字{MISSING}")
    assert fonts.held() == frozenset()
    fonts.make_small_copies()
    assert fonts.held() == set("AV字")
    for copy in copies(folder):
        with TTFont(copy) as font:
            assert set(map(ord, fonts.held())) <= font.getBestCmap().keys()


def test_small_copy_is_what_the_renderer_is_given(monkeypatch):
    given = []

    def render(spec, **_options):
        given.append(spec["config"]["font"])
        return f'<svg font-family="{given[-1]}"></svg>'

    monkeypatch.setattr("vl_convert.vegalite_to_svg", render)
    svg = to_svg(chart("text"), fonts.SMALL)
    assert given == [f"'{fonts.SMALL}', {FONT}"]
    assert fonts.SMALL not in svg
    assert f'"{FONT}"' in svg


def test_copies_are_made_once_and_those_of_another_state_removed(folder, monkeypatch):
    monkeypatch.setattr(fonts, "characters", lambda: "AVW")
    fonts.make_small_copies()
    first = copies(folder)
    assert len(first) == len(fonts.faces(FONT_STACK[0]))
    fonts.make_small_copies()
    assert copies(folder) == first
    monkeypatch.setattr(fonts, "characters", lambda: "AV")
    fonts.make_small_copies()
    assert len(copies(folder)) == len(first)
    assert not set(copies(folder)) & set(first)


def test_font_that_is_not_installed_has_no_copy(folder, monkeypatch):
    monkeypatch.setattr(fonts, "FONT_STACK", ("No Such Font",))
    fonts.make_small_copies()
    assert copies(folder) == {}
    assert fonts.small_family() is None


def test_folder_that_takes_no_files_costs_no_image(monkeypatch, tmp_path):
    def refuse(*_words, **_options):
        raise PermissionError

    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "fonts")
    monkeypatch.setattr(fonts.Path, "mkdir", refuse)
    fonts.make_small_copies()


def test_machine_without_fontconfig_draws_with_the_fonts_themselves(folder, monkeypatch):
    monkeypatch.setitem(os.environ, "PATH", "")
    fonts.make_small_copies()
    assert fonts.small_family() is None


def test_without_the_group_that_builds_there_is_no_copy_and_no_error(folder, monkeypatch):
    monkeypatch.setattr(fonts.importlib.util, "find_spec", lambda _name: None)
    fonts.make_small_copies()
    assert fonts.small_family() is None
