"""The browser classroom: what it holds, what runs in it, and that it asks nobody for anything."""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from browser import chromium, offline_context, watch
from lite import run_all, served

from digigov.checks import task_names
from digigov.course.errors import CourseError
from digigov.course.lessons import KINDS, find_lesson, finished_lessons
from digigov.course.publish import classroom
from digigov.course.publish.site import sources as site_sources
from digigov.course.runs.expectations import failures
from digigov.data import course_at
from digigov.i18n import LANGUAGES

LESSONS = finished_lessons()
RUNNABLE = [lesson for lesson in LESSONS if not classroom.missing_modules(lesson)]
CHOSEN = os.environ.get("DIGIGOV_BROWSER_LESSONS", "04")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("classroom") / "site"
    # Relative, as the command's own default is.
    classroom.write_classroom(Path(os.path.relpath(folder)))
    return folder


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def address(site):
    with served(site) as found:
        yield found


def test_at_least_sixteen_of_twenty_lessons_have_all_they_need():
    assert len(RUNNABLE) >= 16
    assert len(LESSONS) == 20


def test_lesson_that_cannot_run_says_so_on_top_and_why():
    lesson = find_lesson("09")
    for lang, words in (("en", "cannot run in the browser"), ("zh", "不能在浏览器里运行")):
        notebook = nbformat.reads(
            classroom.classroom_notebook(lesson, lang, "notebooks"), as_version=4
        )
        assert words in notebook.cells[0].source
        assert "`cryptography`" in notebook.cells[0].source
    runs = find_lesson("04")
    assert classroom.classroom_notebook(runs, "en", "notebooks") == runs.edition("en").read_text(
        encoding="utf-8"
    )


def test_a_module_that_the_classroom_lacks_is_found_behind_the_library():
    # Lesson 02 imports digigov.text; what needs Rust stands three modules deeper.
    assert classroom.missing_modules(find_lesson("02")) == ["cn2an", "opencc", "rjieba"]


def test_every_package_is_there_with_its_hash_and_what_it_needs(site):
    folder = site / "static" / "pyodide"
    lock = json.loads((folder / "pyodide-lock.json").read_text())["packages"]
    for name, package in lock.items():
        content = (folder / package["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"], name
        assert set(package["depends"]) <= lock.keys(), name
    assert {*classroom.PRELOADED, "digigov"} <= lock.keys()


def test_packed_wheels_are_equal_when_made_again_and_hold_nothing_compiled(tmp_path):
    paths = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        paths.append(classroom.pack_installed("markupsafe", tmp_path / name))
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as wheel:
        names = wheel.namelist()
    assert any(name.endswith("_native.py") for name in names)
    assert not any(name.endswith(".so") for name in names)


def test_wheel_with_another_hash_is_not_used(tmp_path):
    pins = tmp_path / "ci" / "locks"
    pins.mkdir(parents=True)
    (pins / "browser.txt").write_text(f"pyrsistent==0.20.0 --hash=sha256:{'0' * 64}\n")
    with (
        course_at(tmp_path),
        pytest.raises(CourseError, match=r"browser\.txt could not be fetched"),
    ):
        classroom.fetch(tmp_path / "kept")


def test_pins_have_hashes_and_name_no_host():
    text = (classroom.project_root() / classroom.PINS).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w-]+==[\w.]+ --hash=sha256:[0-9a-f]{64}", line) for line in lines)
    assert "http" not in text


def test_an_answer_in_a_notebook_reaches_neither_the_classroom_nor_what_is_taken(course_copy):
    lesson = find_lesson("01")
    for kind in KINDS:
        path = lesson.edition("en", kind)
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell("MY_ANSWER = 42"))
        nbformat.write(notebook, path)
        assert "MY_ANSWER" not in classroom.classroom_notebook(lesson, "en", kind)
    assert not any(b"MY_ANSWER" in content for _place, content in site_sources.files_to_take())


def test_folder_that_is_no_classroom_is_not_served(tmp_path):
    with pytest.raises(CourseError, match="is not a classroom"):
        classroom.server(tmp_path, 0)


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_start_page_leads_to_every_lesson_and_says_how_to_open_it(browser, site, lang):
    with offline_context(browser) as context:
        page = context.new_page()
        log = watch(page)
        page.goto((site / f"start.{lang}.html").as_uri())
        links = page.locator("li a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert page.locator("#disk").is_visible()
        log.assert_clean()
    assert len(links) == 2 * len(LESSONS)
    for link in links:
        assert (site / "files" / link.partition("path=")[2]).is_file()


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "lesson",
    [lesson for lesson in RUNNABLE if CHOSEN == "all" or lesson.number in CHOSEN.split(",")],
    ids=lambda lesson: lesson.stem,
)
def test_lesson_runs_in_the_browser_with_the_results_of_cpython(browser, address, lesson, lang):
    seen = run_all(browser, address, f"notebooks/{lang}/{lesson.stem}.ipynb")
    assert seen.errors == []
    seen.log.assert_clean()
    defaults = {p.name: p.default for p in lesson.declarations.parameters.values()}
    assert list(failures(lesson, "default", {**defaults, "lang": lang}, seen.results)) == []


@pytest.mark.browser
def test_exercise_checks_itself_in_the_browser(browser, address):
    seen = run_all(browser, address, "exercises/zh/04_coverage.ipynb")
    assert seen.errors == []
    assert seen.tasks == dict.fromkeys(task_names("coverage"), "not attempted")
