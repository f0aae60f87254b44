"""The picture of the measurement says what was measured."""

from __future__ import annotations

import re
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

from digigov.course.writing import editions

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
    measured = bench.read(ROOT / bench.DATA)
    # Its words and bars, not where the widths of a machine's font put them.
    drawn, kept = bench.draw(measured), (ROOT / bench.PICTURE).read_text("utf-8")
    assert shown(kept) == shown(drawn), "stale: ci/bench --draw"
    assert bench.PICTURE in (ROOT / "README.md").read_text("utf-8")


def test_step_that_fails_costs_no_other_and_names_what_failed(bench, elsewhere, capsys):
    place = editions.script_place("ci/bench", [bench.STEPS], force=False)
    kept = elsewhere / bench.STEPS
    found = bench.Measured("course verify, cold", 2, 1.0, 1.0)
    output = "\n".join(["✗ 04_coverage · en · coarse: a problem", *map(str, range(40))])

    def whole(_folder):
        raise bench.WayError(bench.what_failed(output))

    def growth(_folder):
        assert bench.read(kept).ways == [found]
        return [found]

    result = bench.Bench("2026-12-01", {}, ["04"])
    steps = [("ways", lambda _folder: [found]), ("whole", whole), ("growth", growth)]
    assert bench.measure(result, steps, place) == ["whole"]
    assert bench.read(kept).growth == [found]
    assert "✗ 04_coverage · en · coarse: a problem" in capsys.readouterr().err
    editions.script_place("ci/bench", [bench.STEPS], force=False)


@pytest.mark.parametrize("script", ["bench", "classroom", "picture.py"])
def test_script_replaces_no_edited_file_and_measures_nothing_before_it_says_so(
    script, course_copy, monkeypatch, capsys
):
    loader = SourceFileLoader("script", str(ROOT / "ci" / script))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    monkeypatch.setitem(sys.modules, loader.name, module)
    monkeypatch.setattr(sys, "path", [*sys.path])
    loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", [script, *([] if script == "picture.py" else ["--keep"])])
    for work in ("measure", "write_classroom", "execute"):
        monkeypatch.setattr(module, work, lambda *_: pytest.fail("it worked"), raising=False)
    names = [*module.KEPT] if script == "classroom" else [module.PICTURE]
    for name in names:
        (course_copy / name).parent.mkdir(exist_ok=True)
        (course_copy / name).write_text("mine")
        with pytest.raises(SystemExit) as ended:
            sys.exit(module.main())
        said = f"{ended.value.code}{capsys.readouterr().err}"
        assert f"{name}; move it elsewhere, or replace it with --force" in said
        assert (course_copy / name).read_text() == "mine"
        (course_copy / name).unlink()


def test_every_way_ran_the_same_notebooks(bench):
    measured = bench.read(ROOT / bench.DATA)
    assert len({one.runs for one in measured.ways}) == 1
    assert {"papermill", "pytest", "jupyter", "course"} <= {
        one.way.split()[0] for one in measured.ways
    }
