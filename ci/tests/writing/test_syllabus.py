"""The form of course.yml: whatever is misspelt, cut off or left untranslated is named."""

from __future__ import annotations

import pytest

from digigov.course.writing.syllabus import syllabus_problems
from digigov.parameters import ParameterError, read_yaml


def test_syllabus_has_no_problem():
    assert syllabus_problems() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\n<<<<<<< HEAD\nb: 2\n", r"file\.yml: line 3: "),
        (b"", r"file\.yml: it is empty"),
        (b"a: \xff\n", r"file\.yml: "),
        (b"a: [1\n", r"file\.yml: line 2: "),
    ],
    ids=["marks of a conflict", "empty", "no UTF-8", "cut off"],
)
def test_yaml_that_cannot_be_read_is_one_line_with_its_path(tmp_path, content, said):
    path = tmp_path / "file.yml"
    path.write_bytes(content)
    with pytest.raises(ParameterError, match=said) as refused:
        read_yaml(path)
    assert "\n" not in str(refused.value)


BROKEN = {
    "a text cut at a comma": (
        'zh: "第一部分：文章里的统计数字"',
        "zh: 第一部分, 统计数字",
        "parts 1:",
    ),
    "a misspelt bound": ("minimum: 4\n", "minimun: 4\n", "lessons 02 parameters lost: "),
    "a misspelt key of a lesson": ("    aims:\n", "    aimes:\n", "lessons 01: "),
    "a language left out": (', zh: "读懂一个统计数字"', "", "lessons 01 title: 'zh'"),
    "a number lost in translation": (
        "以及按通常的意思",
        "以及按12种意思",
        "lessons 01 aims 2: the number 12.0",
    ),
    "a prerequisite that is neither": ("importance: helpful", "importance: nice", "'nice' is not"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_syllabus_names(course_copy, clear_caches, name):
    old, new, said = BROKEN[name]
    path = course_copy / "notebooks" / "course.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    clear_caches()
    problems = syllabus_problems()
    assert problems
    assert any(said in problem for problem in problems), problems
