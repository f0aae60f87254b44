"""Translations: what a gate finds missing or lost, and what an update keeps."""

from __future__ import annotations

import polib
import pytest

from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.writing.masters import Message
from digigov.course.writing.parity import (
    contradictions,
    file_problems,
    message_problems,
    numbers,
    parity_problems,
)
from digigov.course.writing.po import update

TERMS = [{"en": "denominators?", "zh": ["分母"]}]


def problems(text, translation):
    return list(message_problems(text, translation, TERMS, "zh"))


def test_course_is_translated_completely():
    assert [str(problem) for problem in parity_problems(finished_lessons())] == []


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("1.374 billion holders are 97.3 % of them.", "13.74亿持卡人占97.3%。"),
        ("43rd in 2022, on 31 May 2019.", "2022年第43位，2019年5月31日。"),
        ("`share_digits` gives $N = 3$.", "`share_digits`给出$N = 3$。"),
        ("See [a page](../x.ipynb).", "见[页面](../x.ipynb)。"),
        ("{n} of the denominators", "{n}个分母"),
        ("**Predict:** how many?", "**先猜一猜**：有几个？"),
        ("**{name}** ({owner}).", "**{name}**（{owner}）。"),
        ("0.85 million, 12,500 and 3 thousand", "85万、1.25万和3千"),
    ],
)
def test_good_translation_passes(text, translation):
    assert problems(text, translation) == []


@pytest.mark.parametrize(
    ("text", "translation", "lost"),
    [
        ("It is 97.3 percent.", "是93.7%。", "number"),
        ("1.374 billion people", "1.374亿人", "number"),
        ("Set `share_digits` to it.", "把小数位数改掉。", "code span"),
        ("It is $x^2$ then.", "那么它是x的平方。", "formula"),
        ("See [here](a.html).", "见[这里](b.html)。", "link"),
        ("{n} of them", "其中一些", "field"),
        ("{n} of them", "其中{m}个", "field"),
        ("The denominator counts.", "除数很重要。", "term"),
        ("First, this.", "首先,这个。", "punctuation"),
        ("## A heading", "### 一个标题", "heading"),
        ("**Predict:** how many?", "**先猜一猜：**有几个？", "asterisks"),
        ("Only *over 85* is.", "只有*“超过85”*是。", "asterisks"),
        ("One:\n- a\n- b", "一：\n- 甲、乙", "list"),
    ],
)
def test_what_a_translation_lost_is_named(text, translation, lost):
    found = problems(text, translation)
    assert found
    assert any(lost in problem for problem in found)


def test_numbers_are_read_with_their_scale():
    english = "1.08 billion, 43rd, 1,632 and 15-minute"
    assert numbers(english, "en") == [1.08e9, 43, 1632, 15]
    assert numbers("10.8亿，第43位，1632和15分钟，8000万", "zh") == [1.08e9, 43, 1632, 15, 8e7]


@pytest.fixture
def po(tmp_path):
    path = tmp_path / "lesson.zh.po"
    update(path, [Message("One sentence here.", "markdown"), Message("Two.", "code")], "zh")
    file = polib.pofile(str(path))
    for entry, translation in zip(file, ["这里有一句话。", "二。"], strict=True):
        entry.msgstr = translation
    file.save()
    return path


def test_update_keeps_what_is_right_and_marks_what_changed(po):
    wanted = [
        Message("One sentence stands here.", "markdown"),
        Message("Two.", "code"),
        Message("Entirely new", "code"),
    ]
    counts = update(po, wanted, "zh")
    assert counts == {"kept": 1, "fuzzy": 1, "new": 1, "removed": 1}
    first = polib.pofile(str(po))[0]
    assert (first.fuzzy, first.msgstr) == (True, "这里有一句话。")
    assert first.previous_msgid == "One sentence here."


def test_new_message_does_not_get_the_translation_of_one_that_is_not_like_it(po):
    counts = update(po, [Message("Entirely new", "code")], "zh")
    assert counts == {"new": 1, "removed": 2}
    assert polib.pofile(str(po))[0].msgstr == ""


def test_update_keeps_what_translators_noted_and_what_is_obsolete(po):
    file = polib.pofile(str(po))
    file.header, file.metadata["Last-Translator"] = "Translated by hand.", "Li Hua"
    file[1].tcomment = "second, as in an order"
    file.append(polib.POEntry(msgid="Long gone.", msgstr="早已不在。", obsolete=True))
    file.save()
    update(po, [Message("Two.", "code")], "zh")
    kept = polib.pofile(str(po))
    assert (kept.header.strip(), kept.metadata["Last-Translator"]) == (
        "Translated by hand.",
        "Li Hua",
    )
    assert kept[0].tcomment == "second, as in an order"
    obsolete = {entry.msgid: entry.msgstr for entry in kept.obsolete_entries()}
    assert obsolete == {"Long gone.": "早已不在。", "One sentence here.": "这里有一句话。"}
    update(po, [Message("One sentence here.", "code")], "zh")
    assert polib.pofile(str(po))[0].msgstr == "这里有一句话。"


def test_update_of_an_unchanged_master_changes_nothing(po):
    before = po.read_bytes()
    update(po, [Message("One sentence here.", "markdown"), Message("Two.", "code")], "zh")
    assert po.read_bytes() == before


def test_missing_fuzzy_and_left_over_messages_fail(po):
    file = polib.pofile(str(po))
    file[0].flags = ["fuzzy"]
    file.save()
    wanted = [Message("One sentence here.", "markdown"), Message("Three.", "code")]
    found = sorted(problem.message for problem in file_problems(po, wanted, TERMS))
    assert found == [
        "no translation",
        "the translation is fuzzy: check it",
        "translates nothing: not in the master",
    ]


def test_edit_of_the_master_alone_fails(course_copy):
    source = find_lesson("04").source()
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace("Now the candidates.", "Here come the candidates."), encoding="utf-8"
    )
    found = [str(problem) for problem in parity_problems([find_lesson("04")])]
    assert any("no translation" in problem and "Here come" in problem for problem in found)


def test_message_that_two_files_translate_differently_is_named(tmp_path):
    for name, translation in (("one", "甲"), ("two", "乙"), ("three", "甲")):
        path = tmp_path / f"{name}.zh.po"
        update(path, [Message("A", "")], "zh")
        path.write_text(
            path.read_text("utf-8").replace('"A"\nmsgstr ""', f'"A"\nmsgstr "{translation}"'),
            "utf-8",
        )
    problems = [str(one) for one in contradictions(sorted(tmp_path.glob("*.po")))]
    assert problems == ["two.zh.po: one.zh.po translates it as '甲': 'A'"]
