"""The picture of the measurement says what was measured."""

from __future__ import annotations

import re
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bench():
    loader = SourceFileLoader("bench", str(ROOT / "ci" / "bench"))
    module = module_from_spec(spec_from_loader(loader.name, loader))

    sys.modules[loader.name] = module
    loader.exec_module(module)
    yield module
    del sys.modules[loader.name]


def shown(svg):
    return re.findall(r"<text[^>]*>([^<]*)", svg), re.findall(r'aria-label="([^"]*)"', svg)


def test_picture_is_drawn_from_what_was_measured(bench):
    measured = bench.read(bench.DATA)
    # Its words and bars, not where the widths of a machine's font put them.
    drawn, kept = bench.draw(measured), bench.PICTURE.read_text("utf-8")
    assert shown(kept) == shown(drawn), "stale: ci/bench --draw"
    assert bench.PICTURE.name in (ROOT / "README.md").read_text("utf-8")


def test_every_way_ran_the_same_notebooks(bench):
    measured = bench.read(bench.DATA)
    assert len({one.runs for one in measured.ways}) == 1
    assert {"papermill", "pytest", "jupyter", "course"} <= {
        one.way.split()[0] for one in measured.ways
    }
