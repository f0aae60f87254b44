"""The rooms of `src/digigov/course`: their walls, and the map in ARCHITECTURE.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

COURSE = ROOT / "src" / "digigov" / "course"


def broken_contracts(root: Path) -> list[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    contracts = re.findall(r"^(.+) (KEPT|BROKEN)$", done.stdout, re.MULTILINE)
    assert len(contracts) == 5, done.stdout + done.stderr
    return [name for name, kept in contracts if kept == "BROKEN"]


def test_an_import_through_a_wall_is_found(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = {
        "rooms": ("course/gates/offline.py", "digigov.course.runs.store"),
        "floors of publish": ("course/publish/pages.py", "digigov.course.publish.site.write"),
        "floors of runs": ("course/runs/run.py", "digigov.course.runs.executor"),
        "floors of writing": ("course/writing/po.py", "digigov.course.writing.guides"),
        "lessons never import the course": ("models/coverage.py", "digigov.course.errors"),
    }
    for name, module in planted.values():
        with (tmp_path / "src" / "digigov" / name).open("a") as file:
            file.write(f"\n\ndef late():\n    import {module}\n")
    assert broken_contracts(tmp_path) == [*planted]


def test_the_map_shows_each_module_in_its_room():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    house = re.search(r"```\n(  cli .*?)```", text, re.DOTALL)[1]
    drawn = set(re.findall(r"[a-z_]+", house))
    modules = {path.stem for path in COURSE.rglob("*.py")} - {"__init__", "base"}
    packages = {path.parent.name for path in COURSE.rglob("__init__.py")} - {"course"}
    inside = {
        path.stem
        for room in ("site", "release", "relations")
        for path in COURSE.rglob(f"{room}/*.py")
    }
    assert (modules | packages) - inside <= drawn


def test_what_the_map_names_is_there():
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    house = ROOT / "src" / "digigov"
    for name in re.findall(r"`([a-z_]+(?:/[a-z_]+)+(?:\.[a-z]+)?)/?`", text):
        places = [base / name for base in (ROOT, house, COURSE)]
        assert any(place.exists() or place.with_suffix(".py").exists() for place in places) or (
            # A name inside a module: runs/run.Run
            (COURSE / name.rpartition(".")[0]).with_suffix(".py").exists()
        ), name
