"""What the tests share: small courses with one thing broken, and the folder of the real one."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from digigov import i18n, parameters
from digigov.course.lessons import find_lesson, finished_lessons, lessons
from digigov.course.publish.fonts import make_small_copies
from digigov.course.publish.images import draw_images
from digigov.course.runs import pool
from digigov.course.runs.executor import Executor
from digigov.course.runs.inputs import Inputs
from digigov.course.runs.run import Run
from digigov.course.runs.store import Store
from digigov.data import course_at

ROOT = Path(__file__).parents[2]

# How long an example takes says how busy the machine is; what hangs is ended by pytest-timeout.
# The examples are the same each time, so that a change turns red and not a draw; to look for others:
# pytest --hypothesis-profile explore
settings.register_profile("course", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("course")


DEAR = (
    "test_executor",
    "test_by_hand",
    "test_text_faults",
    "test_site",
    "test_classroom",
    "test_browser",
    "test_assignment",
    "test_datasets",
    "test_ways",
    "test_lessons",
    "test_inputs",
    "test_masters",
    "test_pool",
    "test_execution",
    "test_exercises",
    "test_text_files",
    "test_model_extraction",
)
"""Files of tests that take longest, the dearest first."""


def pytest_addoption(parser):
    parser.addoption(
        "--order",
        type=int,
        metavar="SEED",
        help="files in an order that this seed draws: --order=1",
    )


def pytest_collection_modifyitems(config, items):
    """Begin with the dear files, so that workers to whom files are handed out end together."""
    names = sorted({item.path.stem for item in items})
    seed = config.getoption("--order")
    order = DEAR if seed is None else Random(seed).sample(names, len(names))
    order = {name: place for place, name in enumerate(order)}
    items.sort(key=lambda item: order.get(item.path.stem, len(DEAR)))


@pytest.fixture(autouse=True)
def english():
    """Each test starts in English, whatever the one before it said."""
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.fixture(scope="session")
def executed():
    """Gives a lesson executed at its defaults, with its images; finished runs are used again."""
    store, inputs = Store(ROOT / "build" / "cache" / "runs"), Inputs()
    make_small_copies()
    every_module = sorted({name for one in finished_lessons() for name in inputs.modules(one)})

    @cache
    def run(lesson_number, lang):
        the_run = Run(find_lesson(lesson_number), lang, "default", {})
        if store.read(inputs.key(the_run), the_run) is None:
            # One server of kernels for all lessons: each imports something that the others do not.
            pool.warm_up(every_module)
        (outcome,) = Executor([the_run], 1, store=store).outcomes()
        notebook = outcome.notebook
        draw_images(notebook)
        return outcome.record, notebook

    return lambda lesson, lang: run(lesson.number, lang)


@pytest.fixture
def clear_caches():
    """Forget what was read of the course, before and after."""

    def clear():
        for cached in (
            parameters.read_course,
            parameters.lesson_entry,
            parameters.declarations,
            lessons,
        ):
            cached.cache_clear()

    clear()
    yield clear
    clear()


@pytest.fixture
def elsewhere(tmp_path):
    """A folder that the library takes for that of the course; it holds nothing yet."""
    with course_at(tmp_path):
        yield tmp_path


@pytest.fixture
def course_copy(tmp_path, clear_caches):
    """A copy of the course that a test may break; the library reads this one."""
    for folder in ("datasets", "notebooks", "exercises", "docs/guides", "ci/expected", "ci/locks"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    with course_at(tmp_path):
        clear_caches()
        yield tmp_path


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """A signed release of a small course, made once; a test changes a copy of it."""
    # Imported here: it imports all that writes a release, which few tests need.
    from released import make_released

    with pytest.MonkeyPatch.context() as monkeypatch:
        return make_released(tmp_path_factory.mktemp("released"), monkeypatch)
