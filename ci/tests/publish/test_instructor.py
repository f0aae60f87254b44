"""The instructor edition, and the proof that nothing of it reaches learners."""

from __future__ import annotations

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from digigov.course.cli import app
from digigov.course.lessons import KINDS, finished_lessons
from digigov.course.publish import instructor
from digigov.course.publish.release.leaks import leaks, secrets
from digigov.course.writing.generated import generate
from digigov.i18n import LANGUAGES

LESSONS = finished_lessons()


def learner_files(lessons=LESSONS):
    return {
        f"{kind}/{lang}/{lesson.stem}.ipynb": lesson.edition(lang, kind).read_text("utf-8")
        for lesson in lessons
        for kind in KINDS
        for lang in LANGUAGES
    }


def instructor_notebook(executed, lesson, lang):
    _record, ran = executed(lesson, lang)
    plain = nbformat.reads(generate(lesson, lang, notes=True), as_version=4)
    return instructor.with_answers(plain, ran, lang)


def test_no_note_and_no_solution_is_in_a_learners_notebook():
    assert [str(leak) for leak in leaks(learner_files(), LESSONS)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_each_lesson_has_notes_and_a_solution_that_would_be_noticed(lesson, lang):
    # The instructor edition itself is what a leak looks like: every part of it must be found.
    files = {
        "lesson.ipynb": generate(lesson, lang, notes=True),
        "exercise.ipynb": generate(lesson, lang, "exercises", solutions=True),
    }
    found = {(leak.file, leak.message) for leak in leaks(files, [lesson])}
    assert found == {
        ("lesson.ipynb", f"holds a note for the lecturer of lesson {lesson.number}"),
        ("exercise.ipynb", f"holds a line of the solution of lesson {lesson.number}"),
    }


def test_a_leaked_line_is_named_with_its_file_wherever_it_stands():
    (lesson,) = (lesson for lesson in LESSONS if lesson.number == "04")
    line = "Most students divide and announce one exact number; keep that number on the board"
    page = f"<p>{line.replace('one', '<b>one</b>')}, you need it in the next section.</p>"
    found = leaks({"site/en/04.html": page}, [lesson])
    assert [leak.file for leak in found] == ["site/en/04.html"]
    assert "Moststudentsdivide" in str(found[0])
    assert "lesson 04" in str(found[0])


def test_secrets_are_in_both_languages():
    for lesson in LESSONS:
        texts = [text for what, text in secrets(lesson) if what == "a note for the lecturer"]
        chinese = [text for text in texts if any("一" <= character <= "鿿" for character in text)]
        assert len(chinese) >= 3, lesson.stem


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", ["04", "14"])
def test_notes_and_answers_stand_where_a_lecturer_needs_them(executed, number, lang):
    (lesson,) = (lesson for lesson in LESSONS if lesson.number == number)
    notebook = instructor_notebook(executed, lesson, lang)
    nbformat.validate(notebook)
    label = {"en": "**For the lecturer**", "zh": "**给教师**"}[lang]
    notes = [cell for cell in notebook.cells if cell.source.startswith(f"> {label}")]
    answered = [cell for cell in notes if cell.id.endswith(instructor.ANSWER_MARKER)]
    assert len(notes) - len(answered) >= 3
    assert len(answered) >= 3
    for cell in answered:
        before = notebook.cells[notebook.cells.index(cell) - 1]
        assert instructor.prediction(lang) in before.source


def test_every_lesson_answers_most_of_its_predictions_in_words(executed):
    for lesson in LESSONS:
        asked = [
            cell
            for cell in executed(lesson, "en")[1].cells
            if cell.cell_type == "markdown" and instructor.prediction("en") in cell.source
        ]
        answered = instructor.answers(executed(lesson, "en")[1], "en")
        assert len(answered) >= 0.5 * len(asked), lesson.stem


def test_an_answer_is_what_is_said_before_the_next_question():
    def say(text):
        data = {"text/markdown": text, "text/plain": text}
        return new_code_cell("say()", outputs=[new_output("display_data", data=data)])

    notebook = new_notebook(
        cells=[
            new_markdown_cell("## One\n\n**Predict:** how many?", id="first"),
            new_code_cell("1 + 1"),
            say("Two."),
            say("Not three."),
            new_markdown_cell("So far.\n**Predict:** and now?", id="second"),
            new_code_cell("show(chart)"),
            new_markdown_cell("## Another question", id="third"),
            say("Nobody asked."),
        ]
    )
    assert instructor.answers(notebook, "en") == {"first": "Two.\n\nNot three."}


def test_command_writes_both_kinds_and_keeps_their_links(tmp_path):
    from typer.testing import CliRunner

    done = CliRunner().invoke(app, ["instructor", "04", "--lang", "zh", "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    lesson = tmp_path / "notebooks" / "zh" / "04_coverage.ipynb"
    exercise = tmp_path / "exercises" / "zh" / "04_coverage.ipynb"
    assert "../../exercises/zh/04_coverage.ipynb" in lesson.read_text("utf-8")
    assert "### BEGIN SOLUTION" in exercise.read_text("utf-8")
