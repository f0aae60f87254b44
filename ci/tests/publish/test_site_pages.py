"""Pages of the site that are not lessons: dataset cards and the verification."""

from __future__ import annotations

import gzip
import re
import shlex

import pytest
import typer

from digigov.course.cli import app
from digigov.course.data.dictionary import write_cards
from digigov.course.errors import CourseError
from digigov.course.gates.glyphs import check_glyphs
from digigov.course.lessons import finished_lessons
from digigov.course.publish.release.leaks import leaks
from digigov.course.publish.site.heatmap import as_table, write_verification
from digigov.course.publish.site.search import is_whole
from digigov.course.runs.run import FAILED, NOT_RUN, PASSED, Outcome, Record, matrix
from digigov.course.writing.guides import GUIDES, guide, write_guides
from digigov.data import datasets_dir, project_root, read_package
from digigov.i18n import LANGUAGES

LESSONS = finished_lessons()


@pytest.fixture
def runs():
    """The full matrix, in which one run has failed and another is not known."""
    found = [
        Outcome(run, Record(run.lesson.stem, run.lang, run.set_name, {}))
        for run in matrix(LESSONS, sets="all")
    ]
    found[3].record.fail("result share = 2, expected 1")
    found[50].record.status = NOT_RUN
    return found


def test_a_failed_edition_fails_its_parameter_set_and_the_defaults_come_first(runs):
    table = as_table(runs)
    assert table["status"].value_counts()[[FAILED, NOT_RUN]].tolist() == [1, 1]
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
    assert "×" in picture
    assert check_glyphs([picture]) == []
    assert "✓" in picture


def test_page_of_the_verification_is_the_same_however_long_a_run_took(runs, tmp_path):
    for number, outcome in enumerate(runs):
        outcome.record.seconds = outcome.record.cell_seconds = 1.0 + number
    write_verification(tmp_path / "slow", "en", runs)
    for outcome in runs:
        outcome.record.seconds = outcome.record.cell_seconds = 0.5
    write_verification(tmp_path / "fast", "en", runs)
    for name in ("verification.md", "verification.svg"):
        assert (tmp_path / "slow" / name).read_bytes() == (tmp_path / "fast" / name).read_bytes()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_dataset_has_a_card_with_its_faults_and_its_lessons(lang, tmp_path):
    names = write_cards(tmp_path, lang, LESSONS)
    resources = read_package()["resources"]
    assert names == ["data/index", *(f"data/{resource['name']}" for resource in resources)]
    for resource in resources:
        page = (tmp_path / "data" / f"{resource['name']}.md").read_text("utf-8")
        assert resource["hash"].removeprefix("sha256:") in page
        for field in resource["schema"]["fields"]:
            assert f"`{field['name']}`" in page
            # A unit without a translation would stand there in English.
            if lang == "zh" and "unit" in field:
                assert f"| {field['unit']} |" not in page
        assert resource[{"en": "attribution", "zh": "attribution_zh"}[lang]] in page
        key = {"en": "text", "zh": "text_zh"}[lang]
        assert all(caveat[key] in page for caveat in resource.get("caveats", ()))
        for lesson in LESSONS:
            loads = resource["name"] in lesson.entry["datasets"]
            assert (f"notebooks/{lesson.stem}.ipynb" in page) == loads
        copy = tmp_path / "data" / resource["path"]
        assert copy.read_bytes() == (datasets_dir() / resource["path"]).read_bytes()


def test_card_names_a_lesson_that_has_no_page_and_links_only_those_that_have_one(tmp_path):
    (lesson,) = [lesson for lesson in LESSONS if lesson.number == "01"]
    write_cards(tmp_path, "en", [lesson])
    page = (tmp_path / "data" / "claims.md").read_text("utf-8")
    assert f"- [01 · {lesson.title('en')}](" in page
    assert "- 02 · " in page
    assert page.count("notebooks/") == 1


# --------------------------------------------------------------------------------------- guides


def commands_in(text):
    """Command lines of the course in code spans and blocks, as lists of words."""
    found = re.findall(r"```bash\n(.*?)```|`([^`]+)`", text, re.DOTALL)
    for line in "\n".join(block or span for block, span in found).splitlines():
        words = shlex.split(line.partition("    #")[0])
        program, *rest = words or [""]
        if program.removeprefix(".venv/bin/") == "course" and rest and rest[0][0] != "-":
            yield rest


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", GUIDES)
def test_every_command_of_a_guide_exists_with_its_options(name, lang):
    found = list(commands_in(guide(name, lang)))
    assert found
    root = typer.main.get_command(app)
    for command, *words in found:
        options = {opt for parameter in root.commands[command].params for opt in parameter.opts}
        for word in words:
            assert not word.startswith("-") or word in options, (command, word)


def test_readme_and_guides_name_only_commands_that_exist():
    text = (project_root() / "README.md").read_text("utf-8")
    known = typer.main.get_command(app).commands
    assert {command for command, *_words in commands_in(text)} <= known.keys()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_guides_are_written_in_their_language_with_every_lesson(lang, tmp_path):
    names = write_guides(tmp_path, lang)
    assert names == [f"guides/{name}" for name in GUIDES]
    page = (tmp_path / "guides" / "lecturer.md").read_text("utf-8")
    assert "<<" not in page
    assert all(f"{lesson.number} · {lesson.title(lang)}" in page for lesson in LESSONS)
    for name in names:
        text = (tmp_path / f"{name}.md").read_text("utf-8")
        assert text.startswith({"en": "# For the ", "zh": "# 给"}[lang])


def test_public_pages_hold_no_note_for_the_lecturer(tmp_path):
    files = {}
    for lang in LANGUAGES:
        for name in (
            *write_guides(tmp_path / lang, lang),
            *write_cards(tmp_path / lang, lang, LESSONS),
        ):
            files[f"{lang}/{name}.md"] = (tmp_path / lang / f"{name}.md").read_text("utf-8")
    assert [str(leak) for leak in leaks(files, LESSONS)] == []


def test_unknown_guide_is_refused():
    with pytest.raises(CourseError, match="known: lecturer, learner, maintainer, translator"):
        guide("teacher", "en")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pagefind.js", b"const a = 1;export{a as search};"),
        ("pagefind-entry.json", b'{"version": "1"}'),
        ("fragment/en_1.pf_fragment", gzip.compress(b"words", mtime=0)),
    ],
    ids=["program", "json", "gzip"],
)
def test_file_of_the_search_that_is_still_being_written_is_noticed(name, content):
    assert is_whole(name, content)
    for part in (b"", content[: len(content) // 2], content[:-2]):
        assert not is_whole(name, part)
