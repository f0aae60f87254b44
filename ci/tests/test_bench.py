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


def test_step_that_fails_costs_no_other_and_names_what_failed(bench, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bench, "STEPS", tmp_path / "bench.json")
    found = bench.Measured("course verify, cold", 2, 1.0, 1.0)
    output = "\n".join(["✗ 04_coverage · en · coarse: a problem", *map(str, range(40))])

    def whole(_folder):
        raise bench.WayError(bench.what_failed(output))

    def growth(_folder):
        assert bench.read(tmp_path / "bench.json").ways == [found]
        return [found]

    result = bench.Bench("2026-12-01", {}, ["04"])
    steps = [("ways", lambda _folder: [found]), ("whole", whole), ("growth", growth)]
    assert bench.measure(result, steps) == ["whole"]
    assert bench.read(tmp_path / "bench.json").growth == [found]
    assert "✗ 04_coverage · en · coarse: a problem" in capsys.readouterr().err


def test_every_way_ran_the_same_notebooks(bench):
    measured = bench.read(bench.DATA)
    assert len({one.runs for one in measured.ways}) == 1
    assert {"papermill", "pytest", "jupyter", "course"} <= {
        one.way.split()[0] for one in measured.ways
    }
