"""What a run depends on: every kind of input, changed alone, and nothing left out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.metadata import entry_points

import nbformat
import pytest
from conftest import ROOT
from opened import beyond, opened_files, watched

from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.runs import execution, inputs, pool
from digigov.course.runs.inputs import Inputs, changed
from digigov.course.runs.run import REFERENCE, STUB, Run, matrix
from digigov.data import course_at
from digigov.i18n import LANGUAGES


@pytest.fixture(scope="module")
def library_copy(tmp_path_factory):
    """A copy of the whole project, whose files a test may change until it ends."""
    root = tmp_path_factory.mktemp("library")
    for folder in ("datasets", "notebooks", "exercises", "ci/expected", "ci/locks"):
        shutil.copytree(ROOT / folder, root / folder)
    package = root / "src" / "digigov"
    shutil.copytree(inputs.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture
def reads_the_copy(library_copy, monkeypatch, clear_caches):
    """Keys are computed from the copy."""
    package = library_copy / "src" / "digigov"
    monkeypatch.setattr(inputs, "PACKAGE", package)
    monkeypatch.setattr(inputs.i18n, "LOCALE_DIR", package / "locale")
    with course_at(library_copy):
        clear_caches()
        yield


def keys():
    found = Inputs()
    names = ("02", "04", "05", "12", "14")
    runs = matrix([find_lesson(name) for name in names], LANGUAGES, "all")
    return {run.label: found.key(run) for run in runs}


def replaced(path, before, after):
    """Change a file; what puts it back."""
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{before!r} is not in {path.name}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return lambda: path.write_text(text, encoding="utf-8")


def is_lesson(number, label):
    return label.startswith(number)


CHANGES = {
    "a notebook": (
        lambda root: replaced(root / "notebooks/en/04_coverage.ipynb", "    ", "     "),
        lambda label: label.startswith("04_coverage · en") and "exercise" not in label,
    ),
    "an exercise as it is given": (
        lambda root: replaced(root / "exercises/zh/04_coverage.ipynb", "    ", "     "),
        lambda label: label.startswith("04_coverage · zh") and "exercise" in label,
    ),
    "the solution of an exercise": (
        lambda root: replaced(
            root / "exercises/source/04_coverage.py", "### END SOLUTION", "pass\n### END SOLUTION"
        ),
        lambda label: is_lesson("04", label) and label.endswith(REFERENCE),
    ),
    "the translation of an exercise": (
        lambda root: replaced(root / "exercises/source/05_egdi.zh.po", "msgstr", "#\nmsgstr"),
        lambda label: label == f"05_egdi · zh · {REFERENCE}",
    ),
    "the default of a parameter": (
        lambda root: replaced(root / "notebooks/course.yml", "default: 97.3", "default: 97.4"),
        lambda label: is_lesson("04", label),
    ),
    "a parameter set": (
        lambda root: replaced(root / "notebooks/course.yml", "share_digits: 0", "share_digits: 2"),
        lambda label: is_lesson("04", label) and label.endswith("coarse"),
    ),
    "a title, which only the generator reads": (
        lambda root: replaced(root / "notebooks/course.yml", "Coverage: is", "Coverage? Is"),
        lambda _label: False,
    ),
    "a data file": (
        lambda root: replaced(root / "datasets/egdi.csv", "0.", "1."),
        lambda label: is_lesson("05", label),
    ),
    "a data file of several lessons": (
        lambda root: replaced(root / "datasets/provinces.csv", "\n", "\n\n"),
        lambda label: not is_lesson("05", label) and not is_lesson("02", label),
    ),
    "a sample text inside the package": (
        lambda root: replaced(root / "src/digigov/text/samples/briefing.txt", "4.2", "4.3"),
        lambda label: is_lesson("02", label),
    ),
    "the key of a sample": (
        lambda root: replaced(root / "src/digigov/text/samples/briefing.csv", "4.2", "4.3"),
        lambda label: is_lesson("02", label),
    ),
    "the extraction of figures": (
        lambda root: replaced(root / "src/digigov/text/units.py", '"""', '"""A '),
        lambda label: is_lesson("02", label),
    ),
    "the description of a data file": (
        lambda root: replaced(root / "datasets/datapackage.json", '"egdi.csv"', '"./egdi.csv"'),
        lambda label: is_lesson("05", label),
    ),
    "a model": (
        lambda root: replaced(root / "src/digigov/models/coverage.py", '"""', '"""A '),
        lambda label: is_lesson("04", label),
    ),
    "a check of an exercise": (
        lambda root: replaced(root / "src/digigov/exercises/egdi.py", '"""', '"""A '),
        lambda label: is_lesson("05", label) and "exercise" in label,
    ),
    "a module that every lesson reaches": (
        lambda root: replaced(root / "src/digigov/quantities.py", '"""', '"""A '),
        lambda _label: True,
    ),
    "a module that builds the course": (
        lambda root: replaced(root / "src/digigov/course/publish/pages.py", '"""', '"""A '),
        lambda _label: False,
    ),
    "the generator of solutions": (
        lambda root: replaced(root / "src/digigov/course/writing/editions.py", '"""', '"""A '),
        lambda label: label.endswith(REFERENCE),
    ),
    "what executes runs": (
        lambda root: replaced(root / "src/digigov/course/runs/execution.py", '"""', '"""A '),
        lambda _label: True,
    ),
    "a gate that judges charts": (
        lambda root: replaced(root / "src/digigov/course/gates/colours.py", '"""', '"""A '),
        lambda _label: True,
    ),
    "the translation of solutions": (
        lambda root: replaced(root / "src/digigov/course/writing/po.py", '"""', '"""A '),
        lambda label: label.endswith(REFERENCE),
    ),
    "a hint in Chinese": (
        lambda root: replaced(root / "src/digigov/locale/egdi.zh.po", "。", "！"),
        lambda label: label.startswith("05_egdi · zh"),
    ),
    "the lock": (
        lambda root: replaced(root / "ci/locks/learner.txt", "pandas==", "pandas==9"),
        lambda _label: True,
    ),
    "the lock of what generates solutions": (
        lambda root: replaced(root / "ci/locks/build.txt", "jupytext==", "jupytext==9"),
        lambda label: label.endswith(REFERENCE),
    ),
    "the lock of the tests": (
        lambda root: replaced(root / "ci/locks/test.txt", "pytest==", "pytest==9"),
        lambda _label: False,
    ),
    "what is expected of the results": (
        lambda root: replaced(root / "ci/expected/04_coverage.yml", "results:", "results: #"),
        lambda _label: False,
    ),
}


@pytest.fixture(scope="module")
def unchanged():
    """The keys before any change, once they were asked for."""
    return {}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_input_makes_exactly_the_right_runs_execute_again(
    library_copy, reads_the_copy, clear_caches, unchanged, change
):
    make, affects = CHANGES[change]
    if not unchanged:
        unchanged.update(keys())
    put_back = make(library_copy)
    try:
        clear_caches()
        after = keys()
    finally:
        put_back()
    different = {label for label, key in unchanged.items() if after[label] != key}
    assert different == {label for label in unchanged if affects(label)}


EXECUTE = """
import json, sys
_opened = set()
sys.addaudithook(
    lambda event, words: _opened.add(words[0]) if event == "open" and type(words[0]) is str else None
)
from digigov.course.lessons import find_lesson
from digigov.course.runs.run import REFERENCE, Run
from digigov.course.runs.executor import Executor
told = {}
for name in ("default", REFERENCE):
    (record,) = Executor([Run(find_lesson("04"), "zh", name, {})], 1).execute()
    assert record.status == "passed", record.problems
    modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    told[name] = [*filter(None, modules), *_opened]
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def used():
    """Files that executing and judging used, by set; in a process that has imported nothing else."""
    done = subprocess.run(
        [sys.executable, "-c", EXECUTE], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {
        name: {
            path.removeprefix(f"{ROOT}/")
            for path in paths
            if path.startswith((f"{ROOT}/src/digigov/", f"{ROOT}/exercises/source/"))
            and path.endswith((".py", ".po"))
        }
        for name, paths in json.loads(done.stdout).items()
    }


@pytest.mark.parametrize("set_name", ["default", REFERENCE])
def test_whatever_executed_or_judged_a_run_is_among_its_inputs(used, set_name):
    known = set(Inputs().of(Run(find_lesson("04"), "zh", set_name, {})))
    # Of the library's own translations a run has those that it can say.
    left = {name for name in used[set_name] - known if "/locale/" not in name}
    assert {"src/digigov/course/gates/colours.py", "src/digigov/course/runs/engine.py"} <= used[
        set_name
    ]
    assert left == set()


def test_each_module_changed_alone_makes_the_runs_that_use_it_execute_again(used):
    """And no others, but for what an import that is not reached every time brings along."""
    runs = {name: Run(find_lesson("04"), "zh", name, {}) for name in ("default", STUB, REFERENCE)}
    found = Inputs()
    before = {name: found.key(run) for name, run in runs.items()}
    changing = {}
    for path in sorted((inputs.PACKAGE / "course").rglob("*.py")):
        name, content = found._file(path)
        found._files[path] = (name, "changed")
        found._shared.clear()
        changing[name] = {one for one, run in runs.items() if found.key(run) != before[one]}
        found._files[path] = (name, content)
    rooms = {
        room: {name for name in changing if name.startswith(f"src/digigov/course/{room}/")}
        for room in ("runs", "gates", "writing", "data", "publish")
    }
    whole = {name for name in changing if changing[name] == {*runs}}
    course = {name for name in used[REFERENCE] if name.startswith("src/digigov/course/")}
    assert rooms["runs"] | rooms["gates"] | (course & used["default"]) <= whole
    assert {name for name in changing if changing[name] == {REFERENCE}} >= course - whole
    assert all(changing[name] == {REFERENCE} for name in rooms["writing"])
    assert not any(changing[name] for name in rooms["data"] | rooms["publish"])


def test_engines_that_others_find_by_name_are_where_executing_begins():
    """They are in no import: `pyproject.toml` names them."""
    reached = {module for room in inputs.EXECUTING for module in inputs._modules(room)}
    for group in ("papermill.engine", "jupyter_client.kernel_provisioners"):
        ours = {one.module for one in entry_points(group=group) if one.module.startswith("digigov")}
        assert ours
        assert ours <= reached


def test_installed_package_is_an_input(monkeypatch):
    run = Run(find_lesson("04"), "en", "default", {})
    before = Inputs().of(run)
    original = inputs._version
    monkeypatch.setattr(
        inputs, "_version", lambda name: "pandas 0.1" if name == "pandas" else original(name)
    )
    assert changed(before, Inputs().of(run)) == ["packages"]


def test_parameters_are_an_input():
    lesson = find_lesson("04")
    runs = [Run(lesson, "en", "own", {"share_digits": digits}) for digits in (0, 1)]
    found = Inputs()
    assert changed(*map(found.of, runs)) == ["parameters"]
    assert found.key(runs[0]) != found.key(runs[1])


def test_imports_are_followed_wherever_they_stand(tmp_path, monkeypatch):
    package = tmp_path / "digigov"
    sources = {
        "__init__.py": "from digigov.first import one\n",
        "first.py": "def one():\n    from digigov.inner import second\n",
        "inner/__init__.py": "",
        "inner/second.py": "from . import third\nimport pandas\n",
        "inner/third.py": "import digigov.fourth as x\n",
        "fourth.py": "",
        "unused.py": "",
    }
    for name, text in sources.items():
        path = package / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text)
    monkeypatch.setattr(inputs, "PACKAGE", package)
    assert list(Inputs()._reached(["digigov", "pandas"])) == [
        "digigov",
        "digigov.first",
        "digigov.fourth",
        "digigov.inner",
        "digigov.inner.second",
        "digigov.inner.third",
    ]


def test_name_that_the_package_imports_late_counts_as_an_import():
    """`from digigov import extract_claims` brings all of digigov.text, samples and all."""
    assert "digigov.text.repair" in Inputs()._reached(["digigov.extract_claims"])
    assert "digigov.text" not in Inputs()._reached(["digigov.load"])


@pytest.fixture(scope="module")
def foreign_modules():
    """What the lessons import of others: no file of the project is opened for it."""
    found = Inputs()
    return sorted({name for one in finished_lessons() for name in found.foreign_modules(one)})


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_exercise_opens_no_file_that_is_not_among_its_inputs(monkeypatch, foreign_modules, lesson):
    """Lessons are asked where they are executed by plain papermill."""
    if pool._modules != (*foreign_modules,):
        # What the server imported of the project would not count as opened by this run.
        pool.cool_down()
    pool.warm_up(foreign_modules)
    run = Run(lesson, "zh", STUB, {})
    original = execution._source
    monkeypatch.setattr(
        execution,
        "_source",
        lambda run: nbformat.writes(watched(nbformat.reads(original(run), as_version=4))),
    )
    known = set(Inputs().of(run))
    notebook = execution.execute(run).notebook
    opened = opened_files(notebook)
    assert f"src/digigov/locale/{lesson.slug}.zh.po" in opened
    # The server's own; a kernel has no use for them.
    servers = {"src/digigov/course/__init__.py", "src/digigov/course/runs/__init__.py"}
    assert beyond(opened, known | servers) == set()
