"""The editions under plain papermill, as a person runs it, with and without a network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import nbformat
import pytest
from click.testing import CliRunner
from opened import beyond, opened_files, watched
from papermill.cli import papermill as papermill_command

from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.runs.execution import ENGINE
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import Run
from digigov.i18n import LANGUAGES

NO_NETWORK = ["unshare", "--net", "--map-root-user"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-p", "minuts", "20"], "parameter 'minuts' is not known; did you mean 'minutes'?"),
        (["-p", "minutes", "90"], "minutes = 90 is out of range: 5 to 60"),
        (["-p", "minutes", "soon"], "minutes = 'soon' must be a whole number"),
        (["-p", "lang", "zh"], "open notebooks/zh"),
    ],
)
def test_papermills_command_stops_at_a_bad_parameter_with_the_same_message(tmp_path, words, said):
    # The warm engine in this process: what reads the words and what refuses them is the same.
    source, target = find_lesson("14").edition("en"), tmp_path / "out.ipynb"
    done = CliRunner().invoke(
        papermill_command,
        [str(source), str(target), "--no-progress-bar", "--engine", ENGINE, *words],
    )
    assert said in str(done.exception)
    executed = nbformat.read(target, as_version=4)
    errors = [o for c in executed.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert [error.ename for error in errors] == ["ParameterError"]


def test_papermill_by_hand_is_refused_in_chinese_in_the_chinese_edition(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "papermill",
            "--no-progress-bar",
            str(find_lesson("14").edition("zh")),
            str(tmp_path / "out.ipynb"),
            "-p",
            "minutes",
            "90",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "超出范围" in done.stderr


def can_cut_the_network():
    return (
        shutil.which("unshare") is not None
        and subprocess.run([*NO_NETWORK, "true"], capture_output=True, check=False).returncode == 0
    )


PAPERMILL = """
import json, sys, papermill
for line in sys.stdin:
    source, target = json.loads(line)
    # Without the copy after every cell, which takes longer than the lessons do.
    papermill.execute_notebook(
        source, target, progress_bar=False, request_save_on_cell_execute=False, autosave_cell_every=0
    )
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def plain_papermill(tmp_path_factory):
    """Gives a notebook executed by papermill's own engine, in a kernel started for it alone.

    One process without a network executes all, because papermill takes seconds to import.
    """
    folder = tmp_path_factory.mktemp("by_hand")
    # Where the kernel forbids network namespaces, papermill by hand is still worth the test.
    prefix = []
    if can_cut_the_network():
        # Kernels talk over the loopback device, which a new namespace starts without.
        prefix = [*NO_NETWORK, "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    said = folder / "stderr"
    with (
        said.open("w") as stderr,
        subprocess.Popen(
            [*prefix, sys.executable, "-c", PAPERMILL],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):

        def run(notebook):
            source, target = folder / "source.ipynb", folder / "executed.ipynb"
            nbformat.write(notebook, source)
            process.stdin.write(json.dumps([str(source), str(target)]) + "\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n", said.read_text()[-2000:]
            return nbformat.read(target, as_version=4)

        yield run
        process.stdin.close()


# Every lesson, in turn in each language: both run the same code, and the runs take minutes.
TURNS = [
    pytest.param(lesson, LANGUAGES[number % len(LANGUAGES)], id=lesson.stem)
    for number, lesson in enumerate(finished_lessons())
]


@pytest.mark.parametrize(("lesson", "lang"), TURNS)
def test_plain_papermill_without_a_network_gives_what_the_warm_engine_gives_from_the_inputs_alone(
    plain_papermill, executed, lesson, lang
):
    notebook = plain_papermill(watched(nbformat.read(lesson.edition(lang), as_version=4)))
    opened = opened_files(notebook)
    assert beyond(opened, Inputs().of(Run(lesson, lang, "default", {}))) == set()
    assert any(name.startswith("datasets/") or "/samples/" in name for name in opened)
    _record, warm = executed(lesson, lang)
    plain = outputs(notebook)
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
