"""The editions under plain papermill, as a person runs it, with and without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import nbformat
import pytest

from digigov.course.manifest import find_lesson, finished_lessons
from digigov.i18n import LANGUAGES

PAPERMILL = [sys.executable, "-m", "papermill"]
NO_NETWORK = ["unshare", "--net", "--map-root-user"]


def by_hand(source, target, *words, prefix=()):
    """Run papermill as a person would, and return what it says."""
    return subprocess.run(
        [*prefix, *PAPERMILL, str(source), str(target), "--no-progress-bar", *words],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "minuts", "20"], "parameter 'minuts' is not known; did you mean 'minutes'?"),
        (["-p", "minutes", "90"], "minutes = 90 is out of range: 5 to 60"),
        (["-p", "minutes", "soon"], "minutes = 'soon' must be a whole number"),
        (["-p", "lang", "zh"], "open notebooks/zh"),
    ],
)
def test_papermill_by_hand_stops_at_a_bad_parameter_with_the_same_message(tmp_path, words, said):
    done = by_hand(find_lesson("14").edition("en"), tmp_path / "out.ipynb", *words)
    assert done.returncode != 0
    assert said in done.stderr
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    errors = [o for c in executed.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert [error.ename for error in errors] == ["ParameterError"]


def test_papermill_by_hand_is_refused_in_chinese_in_the_chinese_edition(tmp_path):
    done = by_hand(find_lesson("14").edition("zh"), tmp_path / "out.ipynb", "-p", "minutes", "90")
    assert "超出范围" in done.stderr


def can_cut_the_network():
    return (
        shutil.which("unshare") is not None
        and subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode == 0
    )


# Every lesson, in turn in each language: both run the same code, and the runs take minutes.
TURNS = [
    pytest.param(lesson, LANGUAGES[number % len(LANGUAGES)], id=lesson.stem)
    for number, lesson in enumerate(finished_lessons())
]


@pytest.mark.parametrize(("lesson", "lang"), TURNS)
def test_plain_papermill_without_a_network_gives_what_the_warm_engine_gives(
    tmp_path, executed, lesson, lang
):
    # Where the kernel forbids network namespaces, papermill by hand is still worth the test.
    prefix = []
    if can_cut_the_network():
        # Kernels talk over the loopback device, which a new namespace starts without.
        prefix = [*NO_NETWORK, "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    done = by_hand(lesson.edition(lang), tmp_path / "out.ipynb", prefix=prefix)
    assert done.returncode == 0, done.stderr[-2000:]
    _record, warm = executed(lesson, lang)
    plain = outputs(nbformat.read(tmp_path / "out.ipynb", as_version=4))
    assert plain.keys() == outputs(warm).keys()
    differing = {
        source: first_difference(plain[source], output)
        for source, output in outputs(warm).items()
        if plain[source] != output
    }
    assert differing == {}


def first_difference(one, other):
    one, other = json.dumps(one), json.dumps(other)
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return one[max(0, place - 80) : place + 80], other[place : place + 80]


def outputs(notebook):
    """What each code cell put out, by its source; cells that measure time have no fixed output."""
    return {
        cell.source: [
            {name: output.get(name) for name in ("output_type", "data", "text", "name")}
            for output in cell.outputs
        ]
        for cell in notebook.cells
        if cell.cell_type == "code" and "measured" not in cell.metadata.get("tags", [])
    }
