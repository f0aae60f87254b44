"""Images of charts: drawn once, kept under what they depend on, trusted only if whole."""

from __future__ import annotations

import os

import pytest

from digigov.course.publish import images

SPEC = {"mark": "point", "description": "One point."}


@pytest.fixture
def drawings(tmp_path, monkeypatch):
    """Charts that were really drawn, with nothing kept from before."""
    made = []

    def draw(spec, _family):
        made.append(spec)
        return f"<svg>{len(made)}</svg>"

    monkeypatch.setattr(images, "to_svg", draw)
    monkeypatch.setattr(images, "IMAGES", tmp_path / "images")
    forget()
    yield made
    forget()


def forget():
    """Be a new process."""
    images._drawn.cache_clear()
    images._drawing.cache_clear()


def test_image_is_drawn_once_whatever_process_asks(drawings):
    first = images.drawn(SPEC)
    assert images.drawn(SPEC) == first
    forget()
    assert images.drawn(SPEC) == first
    assert len(drawings) == 1


def test_another_chart_has_another_image(drawings):
    assert images.drawn(SPEC) != images.drawn({**SPEC, "mark": "bar"})


def test_another_renderer_draws_again(drawings, monkeypatch):
    images.drawn(SPEC)
    forget()
    monkeypatch.setattr(images.importlib.metadata, "version", lambda _name: "0")
    images.drawn(SPEC)
    assert len(drawings) == 2


@pytest.mark.parametrize("damage", ["", "cut", "<svg></svg>"])
def test_damaged_image_is_not_trusted(drawings, damage):
    images.drawn(SPEC)
    forget()
    (kept,) = images.IMAGES.iterdir()
    kept.write_text(damage)
    assert images.drawn(SPEC) == "<svg>2</svg>"
    forget()
    assert images.drawn(SPEC) == "<svg>2</svg>"
    assert len(drawings) == 2


def test_folder_that_takes_no_files_costs_no_image(drawings, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(images, "IMAGES", tmp_path / "file")
    assert images.drawn(SPEC) == "<svg>1</svg>"


def test_images_that_nobody_used_for_a_month_go_and_nothing_else_does(drawings):
    images.drawn(SPEC)
    (used,) = images.IMAGES.iterdir()
    old, mine = used.with_name("0" * 64 + ".svg"), used.with_name("drawing.svg")
    for path in (old, mine):
        path.write_text("<svg></svg>")
        os.utime(path, (0, 0))
    images.remove_unused()
    assert set(images.IMAGES.iterdir()) == {used, mine}
