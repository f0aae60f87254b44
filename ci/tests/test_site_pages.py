"""Pages of the site that are not lessons: dataset cards and the verification."""

from __future__ import annotations

import pytest

from digigov.course.cards import write_cards
from digigov.course.heatmap import FAILED, OPEN, PASSED, as_table, verified, write_verification
from digigov.course.manifest import finished_lessons
from digigov.course.runs import Record, matrix
from digigov.course.store import Store
from digigov.data import datasets_dir, read_package
from digigov.i18n import LANGUAGES

LESSONS = finished_lessons()


@pytest.fixture
def runs():
    """The full matrix, in which one run has failed and another is not known."""
    found = [
        (run, Record(run.lesson.stem, run.lang, run.set_name, {}))
        for run in matrix(LESSONS, sets="all")
    ]
    found[3][1].fail("result share = 2, expected 1")
    found[50] = (found[50][0], None)
    return found


def test_a_failed_edition_fails_its_parameter_set_and_the_defaults_come_first(runs):
    table = as_table(runs)
    assert table["status"].value_counts()[[FAILED, OPEN]].tolist() == [1, 1]
    assert (table["status"] == PASSED).sum() == len(runs) / 2 - 2
    assert set(table.groupby("lesson")["set"].first()) == {"default"}
    assert set(table.groupby("lesson")["set"].last()) == {"exercise stub"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_of_the_verification_names_what_failed_and_describes_its_picture(runs, lang, tmp_path):
    assert write_verification(tmp_path, lang, runs) == ["verification"]
    page = (tmp_path / "verification.md").read_text("utf-8")
    assert "result share = 2, expected 1" in page
    assert {"en": "A tick marks what passed", "zh": "对勾表示通过"}[lang] in page
    assert all(lesson.stem in page for lesson in LESSONS)
    picture = (tmp_path / "verification.svg").read_text("utf-8")
    assert "✗" in picture
    assert "✓" in picture


def test_run_that_nobody_executed_is_not_called_passed(tmp_path):
    found = verified(Store(tmp_path), [LESSONS[0]])
    assert found
    assert all(record is None for _run, record in found)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_dataset_has_a_card_with_its_faults_and_its_lessons(lang, tmp_path):
    names = write_cards(tmp_path, lang)
    resources = read_package()["resources"]
    assert names == ["data/index", *(f"data/{resource['name']}" for resource in resources)]
    for resource in resources:
        page = (tmp_path / "data" / f"{resource['name']}.md").read_text("utf-8")
        assert resource["hash"].removeprefix("sha256:") in page
        for field in resource["schema"]["fields"]:
            assert f"`{field['name']}`" in page
        key = {"en": "text", "zh": "text_zh"}[lang]
        assert all(caveat[key] in page for caveat in resource.get("caveats", ()))
        for lesson in LESSONS:
            loads = resource["name"] in lesson.entry["datasets"]
            assert (f"notebooks/{lesson.stem}.ipynb" in page) == loads
        copy = tmp_path / "data" / resource["path"]
        assert copy.read_bytes() == (datasets_dir() / resource["path"]).read_bytes()
