"""Masters and their editions: marked strings, blocks, cell ids, solutions, freshness."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from digigov.course.errors import CourseError
from digigov.course.files import SUMS
from digigov.course.lessons import KINDS, STAND_INS, find_lesson, finished_lessons
from digigov.course.publish.release.archives import sums
from digigov.course.writing import editions
from digigov.course.writing import lint as lint_module
from digigov.course.writing.lint import lint
from digigov.course.writing.masters import (
    blocks,
    is_message,
    literal,
    marked_strings,
    translate_code,
    translate_markdown,
)
from digigov.i18n import LANGUAGES
from digigov.places import PlaceError, fingerprint

EDITIONS = [
    (lesson, kind, lang) for lesson in finished_lessons() for kind in KINDS for lang in LANGUAGES
]
NAMES = [f"{lesson.stem}-{kind}-{lang}" for lesson, kind, lang in EDITIONS]


def upper(text):
    return text.upper()


def test_marked_string_becomes_a_plain_literal():
    assert translate_code('title(_("a b"), x=_("c"))', upper) == 'title("A B", x="C")'


def test_columns_are_counted_right_after_chinese_characters():
    assert translate_code('f("省", _("a"), "市", _("b"))', upper) == 'f("省", "A", "市", "B")'


def test_text_over_several_lines_is_one_message():
    code = 'say(\n    _(\n        "one "\n        "two"\n    ),\n    n=1,\n)'
    assert [text for _call, text in marked_strings(code)] == ["one two"]
    assert ast.unparse(ast.parse(translate_code(code, upper))) == "say('ONE TWO', n=1)"


def test_literal_with_quotes_and_backslashes_reads_the_same():
    text = 'say "yes" \\alpha\nnew line – 省'
    assert ast.literal_eval(literal(text)) == text


@pytest.mark.parametrize("word", ["word ", "省级政府"])
def test_long_literal_is_broken_and_reads_the_same(word):
    code = literal(word * 60, indent=4)
    assert code.count("\n") > 3
    assert ast.literal_eval(code) == word * 60


@pytest.mark.parametrize("code", ['_(f"a {x}")', '_("a" + b)', "_(name)", "f\"{_('a')}\""])
def test_what_is_no_plain_string_cannot_be_marked(code):
    with pytest.raises(CourseError, match="one plain string"):
        list(marked_strings(code))


def test_blocks_keep_fences_and_formulas_whole():
    text = "one\n\n```python\na = 1\n\nb = 2\n```\n\n$$\nx\n\ny\n$$\n\ntwo"
    assert blocks(text) == ["one", "```python\na = 1\n\nb = 2\n```", "$$\nx\n\ny\n$$", "two"]


@pytest.mark.parametrize("block", ["<<header>>", "$$ N = 3 $$", "$a$", "```\ncode\n```", "---"])
def test_what_has_no_words_is_no_message(block):
    assert not is_message(block)


def test_chinese_sentences_are_joined_without_a_blank():
    chinese = {"A.\nB.": "甲。\n乙。**丙**\n丁。", "- a\n- b": "- 甲\n- 乙"}
    assert (
        translate_markdown("A.\nB.\n\n- a\n- b", chinese.get) == "甲。乙。**丙**丁。\n\n- 甲\n- 乙"
    )


def test_committed_notebooks_are_what_their_sources_give():
    assert editions.differences(finished_lessons()) == []


def test_masters_keep_to_the_form_of_a_lesson():
    assert [str(problem) for problem in lint(finished_lessons())] == []


@pytest.mark.parametrize(("lesson", "kind", "lang"), EDITIONS, ids=NAMES)
def test_edition_is_valid_and_holds_no_output_and_no_machinery(lesson, kind, lang):
    notebook = nbformat.read(lesson.edition(lang, kind), as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert not cell.get("outputs")
        assert not cell.get("execution_count")
        assert "<<" not in cell.source
        if cell.cell_type == "code":
            assert not list(marked_strings(cell.source)), cell.source
            assert "SOLUTION" not in cell.source


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
@pytest.mark.parametrize("kind", KINDS)
def test_editions_differ_in_words_only(lesson, kind):
    english, chinese = (
        nbformat.read(lesson.edition(lang, kind), as_version=4).cells for lang in LANGUAGES
    )
    assert [cell.id for cell in english] == [cell.id for cell in chinese]
    for one, other in zip(english, chinese, strict=True):
        if one.cell_type == "code":
            assert skeleton(one.source) == skeleton(other.source)


def skeleton(code):
    """Code with every text blanked out."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_instructor_notes_and_solutions_stay_out_of_learner_editions(lesson):
    for lang in LANGUAGES:
        stub = editions.generate(lesson, lang, "exercises")
        solved = editions.generate(lesson, lang, "exercises", solutions=True)
        assert solved.count("BEGIN SOLUTION") >= 3
        assert "SOLUTION" not in stub
        text = editions.generate(lesson, lang)
        assert '"instructor"' not in text


def test_two_builds_are_equal():
    """In processes whose sets have another order each: one process cannot see it."""
    script = (
        "import sys; from digigov.course.writing.editions import generate\n"
        "from digigov.course.lessons import find_lesson\n"
        "print({*map(str, range(9))}, file=sys.stderr)\n"
        "for kind in ('notebooks', 'exercises'):\n"
        "    print(generate(find_lesson('04'), 'zh', kind))"
    )
    one, other = (
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        for seed in "12"
    )
    assert one.stderr != other.stderr
    assert one.stdout == other.stdout


def test_cell_id_survives_an_edit_elsewhere(course_copy):
    lesson = find_lesson("04")
    before = [cell.id for cell in nbformat.reads(editions.generate(lesson, "en"), 4).cells]
    source = lesson.source()
    text = source.read_text(encoding="utf-8").replace("Now the candidates.", "Now some candidates.")
    source.write_text(text, encoding="utf-8")
    after = [cell.id for cell in nbformat.reads(editions.generate(lesson, "en"), 4).cells]
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_notebook_edited_by_hand_is_found_and_named(course_copy):
    path = find_lesson("04").edition("zh")
    path.write_text(path.read_text(encoding="utf-8").replace("分母", "分子", 1), encoding="utf-8")
    (difference,) = editions.differences([find_lesson("04")])
    assert difference.file == path.relative_to(course_copy).as_posix()
    assert "differs from its source in cell" in difference.message


def with_outputs(notebook):
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="left over")]


def as_jupyterlab_saves(notebook):
    notebook.metadata.language_info = {"name": "python", "version": "3.11.9"}
    notebook.cells[3].metadata["scrolled"] = True


def with_a_line_more(notebook):
    notebook.cells[1].source += "\nmine"


SAVED = {
    with_outputs: "holds outputs, first in cell 5",
    as_jupyterlab_saves: "differs in cell 4: metadata; differs in its metadata: language_info",
    with_a_line_more: "differs from its source in cell 2: 'mine'",
    lambda notebook: notebook.cells[4].pop("id"): "differs in cell 5: id",
    lambda notebook: notebook.cells.pop(): "has 53 cells, and its source gives 54",
    lambda notebook: notebook.update(cells=3): "is not a notebook",
    lambda notebook: notebook.update(nbformat_minor=6): "differs in nbformat_minor",
    lambda notebook: None: "differs in how its JSON is written",
}
"""What was done to a notebook, and what is said of it."""


@pytest.mark.parametrize("edit", SAVED)
def test_in_what_a_saved_notebook_differs_is_said(edit, tmp_path):
    text = find_lesson("04").edition("en").read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    edit(notebook)
    path = tmp_path / "saved.ipynb"
    path.write_text(json.dumps(notebook), "utf-8")
    assert editions.difference_from(path, text) == SAVED[edit]


def test_a_link_in_the_place_of_a_notebook_is_found(course_copy):
    path = find_lesson("04").edition("en")
    path.symlink_to(path.rename(course_copy / "elsewhere.ipynb"))
    (difference,) = editions.differences([find_lesson("04")])
    assert difference.message == "is not a file of its own"


def test_missing_notebooks_and_those_without_a_source_are_found_and_mended(course_copy):
    find_lesson("04").edition("en").unlink()
    stray = course_copy / "notebooks" / "zh" / "99_nothing.ipynb"
    stray.write_text("{}", encoding="utf-8")
    editions.built_place().record({"notebooks/zh/99_nothing.ipynb": fingerprint(b"{}")})
    lesson = [find_lesson("04")]
    reasons = {
        difference.file.rpartition("/")[2]: difference.message
        for difference in editions.differences(lesson)
    }
    assert reasons == {"04_coverage.ipynb": "is missing", "99_nothing.ipynb": "has no source"}
    editions.build(lesson)
    assert editions.differences(lesson) == []
    assert not stray.exists()


def test_build_removes_no_notebook_of_somebody_else_and_names_every_edited_one(course_copy):
    lesson = find_lesson("04")
    mine = [
        course_copy / "notebooks" / "en" / "Untitled.ipynb",
        course_copy / "exercises" / "en" / "04_coverage-Copy1.ipynb",
    ]
    for path in mine:
        shutil.copy(lesson.edition("en", "exercises"), path)
    edited = [lesson.edition("en", "exercises"), lesson.edition("zh")]
    for path in edited:
        path.write_text('{"answer": 1}', encoding="utf-8")
    lesson.edition("en").unlink()
    with pytest.raises(PlaceError) as error:
        editions.build([lesson])
    assert all(str(path) in str(error.value) for path in edited)
    assert not lesson.edition("en").exists()
    editions.build([find_lesson("05")])  # another lesson is in nobody's way
    said = []
    editions.build([lesson], force=True, say=said.append)
    assert len(said) == len(edited)
    assert editions.differences([lesson]) == []
    assert all(path.exists() for path in mine)


def test_edited_notebook_is_named_and_its_source_stands_in_for_it(course_copy):
    lesson = find_lesson("04")
    path, text = lesson.edition("en"), lesson.edition("en").read_text("utf-8")
    path.write_text(text.replace("97.3", "50.0"), "utf-8")
    other = lesson.edition("zh")
    said = []
    try:
        editions.stand_in([lesson], said.append)
        assert lesson.edition("en").read_text("utf-8") == text
        assert lesson.edition("zh") == other
    finally:
        STAND_INS.clear()
    name = path.relative_to(course_copy).as_posix()
    assert said == [f"{name} is edited; what is made here is what its source gives"]
    assert "50.0" in path.read_text("utf-8")


def in_git(folder):
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", "notebooks"], ["commit", "-qm", "course"]):
        subprocess.run([*git, *words], check=True)


def unpacked(folder):
    digests = {
        path.relative_to(folder).as_posix(): fingerprint(path.read_bytes())
        for path in folder.rglob("*.ipynb")
    }
    (folder / SUMS).write_text(sums(digests))


def built(folder):
    editions.built_place().record(
        {
            path.relative_to(folder).as_posix(): fingerprint(path.read_bytes())
            for path in folder.rglob("*.ipynb")
        }
    )


@pytest.mark.parametrize("knows", [in_git, unpacked, built, lambda _folder: None])
def test_edited_notebook_is_named_where_no_source_can_be_read(knows, course_copy, monkeypatch):
    lesson = find_lesson("04")
    for lang in LANGUAGES:
        lesson.edition(lang, "exercises").unlink()
    knows(course_copy)
    monkeypatch.setitem(sys.modules, "jupytext", None)
    said = []
    editions.say_edited([lesson], said.append)
    if knows in (in_git, unpacked, built):
        assert said == []
        path = lesson.edition("en")
        path.write_text(path.read_text("utf-8").replace("97.3", "50.0"), "utf-8")
        editions.say_edited([lesson], said.append)
        assert said == ["notebooks/en/04_coverage.ipynb is edited, and used as it is"]
    else:
        (line,) = said
        assert "04_coverage.ipynb and others cannot be known" in line


def test_build_replaces_what_it_wrote_or_git_holds(course_copy):
    lesson = find_lesson("04")
    path, text = lesson.edition("en"), lesson.edition("en").read_text(encoding="utf-8")
    path.write_text(text + " ", encoding="utf-8")
    name = path.relative_to(course_copy).as_posix()
    editions.built_place().record({name: fingerprint((text + " ").encode())})
    assert editions.build([lesson], all_lessons=False) == [path]
    path.write_text(text + "  ", encoding="utf-8")
    git = ["git", "-C", str(course_copy), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for words in (["init", "-q"], ["add", name], ["commit", "-qm", "older"]):
        subprocess.run([*git, *words], check=True)
    assert editions.build([lesson], all_lessons=False) == [path]


BROKEN_MASTERS = {
    "a missing recap": ("<<recap>>", "You have read a lesson."),
    "an unknown tag": ('tags=["misreading"]', 'tags=["misredaing"]'),
    "a cell too long": ("rest = national", "\n".join(f"a{n} = {n}" for n in range(16)) + "\nrest = national"),
    "a figure without a check": ('# %% tags=["check"]\nelectronic', "# %%\nelectronic"),
    "no prediction": ("**Predict:**", "Predict:"),
    "no invitation to try": ("**Try it:**", "Try:"),
    "an undeclared dataset": ('load("claims")', 'load("policies")'),
}  # fmt: skip  # a fault a line


@pytest.mark.parametrize("broken", BROKEN_MASTERS)
def test_lint_refuses(course_copy, broken):
    old, new = BROKEN_MASTERS[broken]
    source = find_lesson("04").source()
    text = source.read_text(encoding="utf-8")
    assert old in text
    source.write_text(text.replace(old, new), encoding="utf-8")
    assert any("04_coverage" in str(problem) for problem in lint([find_lesson("04")]))


def test_lint_refuses_an_exercise_without_solution_or_check(course_copy):
    source = find_lesson("04").source("exercises")
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("### BEGIN SOLUTION", "# solution"), encoding="utf-8")
    assert any("no solution" in str(problem) for problem in lint([find_lesson("04")]))
    source.write_text(text.replace('check("fits"', 'check("fit"'), encoding="utf-8")
    assert any("are not the checks" in str(problem) for problem in lint([find_lesson("04")]))


def master_of(*sources, tags=()):
    cells = [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source in sources]
    return nbformat.v4.new_notebook(cells=cells)


def test_lint_refuses_long_cells_in_more_than_a_fifth():
    long = "\n".join(
        f"a{number} = {number}" for number in range(lint_module.CODE_LINES_USUALLY + 1)
    )
    lesson = find_lesson("04")
    assert list(lint_module._short_cells(master_of(long, *["a = 1"] * 4), lesson)) == []
    (problem,) = lint_module._short_cells(master_of(long, long, *["a = 1"] * 4), lesson)
    assert problem == "2 of 6 code cells have more than 10 lines; at most a fifth should"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('say("the rest is {rest}", rest=1)', "not marked for translation"),
        ('chart = bars(rows, title=f"{n} provinces")', "not marked for translation"),
    ],
)
def test_lint_refuses_slips(source, said):
    assert lint_module._no_slips in lint_module.LESSON_RULES
    (problem,) = lint_module._no_slips(master_of(source), find_lesson("04"))
    assert said in problem


@pytest.mark.parametrize(("number", "refused"), [(2, True), (3, False), (6, False), (7, True)])
def test_lint_counts_three_to_six_tasks(number, refused):
    master = master_of(*["a = 1"] * number, tags=["task"])
    said = "\n".join(lint_module._tasks(master, find_lesson("04")))
    assert (f"an exercise has 3 to 6 tasks, this one {number}" in said) == refused
