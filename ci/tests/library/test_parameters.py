"""Parameters: what is refused, and what the message says."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from digigov.course.lessons import find_lesson, finished_lessons
from digigov.course.runs.run import Run
from digigov.i18n import LANGUAGES, set_language
from digigov.parameters import ParameterError, declarations

COVERAGE = declarations("04")
MINUTES = declarations("14")

DECLARED = [
    (lesson.declarations, parameter)
    for lesson in finished_lessons()
    for parameter in lesson.declarations.parameters.values()
]


def message(function, *arguments):
    with pytest.raises(ParameterError) as caught:
        function(*arguments)
    return str(caught.value)


def test_misspelt_parameter_is_refused_with_a_suggestion():
    assert message(MINUTES.check, "minuts", 20) == (
        "lesson 14 (fifteen minutes): parameter 'minuts' is not known; did you mean 'minutes'?"
    )


def test_unknown_parameter_without_a_near_name_is_answered_with_the_list():
    assert "it takes lang, count, share" in message(COVERAGE.check, "xyzzy", 1)


def test_value_out_of_range_is_refused_with_the_range():
    assert message(MINUTES.check, "minutes", 90) == (
        "lesson 14 (fifteen minutes): minutes = 90 is out of range: 5 to 60"
    )


def test_wrong_type_is_refused_with_what_is_expected():
    assert message(COVERAGE.check, "share", "many") == (
        "lesson 04 (coverage): share = 'many' must be a number, 1 to 100"
    )


def test_wrong_enum_value_is_refused_with_a_suggestion():
    text = message(MINUTES.check, "province", "Heilongjang")
    assert "did you mean 'Heilongjiang'?" in text


def test_chinese_name_leads_to_the_value_that_is_meant():
    assert "did you mean 'Qinghai'?" in message(MINUTES.check, "province", "青海")


def test_item_of_a_list_is_checked_like_a_value():
    text = message(COVERAGE.check, "candidates", ["national_2022", "national_2032"])
    assert "'national_2032' is not allowed: one of national_2020, " in text
    assert "did you mean 'national_20" in text


@pytest.mark.parametrize("value", [[], ["stated", "stated"], "stated", [1]])
def test_list_of_the_wrong_shape_is_refused(value):
    assert "candidates" in message(COVERAGE.check, "candidates", value)


@pytest.mark.parametrize("value", [True, None, "4", 4.5, [4], math.nan, math.inf])
def test_whole_number_is_nothing_else(value):
    assert "count_digits" in message(COVERAGE.check, "count_digits", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_number_must_be_finite(value):
    assert "share" in message(COVERAGE.check, "share", value)


def test_whole_float_becomes_the_integer_that_it_is():
    value = COVERAGE.check("count_digits", 4.0)
    assert value == 4
    assert type(value) is int


@pytest.mark.parametrize("text", ["4", "4.0"])
def test_text_of_the_command_line_is_read_by_the_declared_type(text):
    assert COVERAGE.parse("count_digits", text) == 4


def test_list_on_the_command_line_is_json_or_comma_separated():
    expected = ["national_2022", "stated"]
    assert COVERAGE.parse("candidates", "national_2022, stated") == expected
    assert COVERAGE.parse("candidates", '["national_2022", "stated"]') == expected


@pytest.mark.parametrize("text", ["four", "", "[4", "4 5"])
def test_text_that_is_no_number_is_refused(text):
    assert "count_digits" in message(COVERAGE.parse, "count_digits", text)


def test_message_speaks_the_language_of_the_edition():
    set_language("zh")
    assert (
        message(MINUTES.check, "minutes", 90) == "第14课（十五分钟）：minutes = 90 超出范围：5至60"
    )


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_defaults_and_parameter_sets_are_valid(lesson):
    for values in lesson.parameter_sets().values():
        lesson.declarations.check_all(values)


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_every_bound_and_every_choice_has_a_set(lesson):
    tried = lesson.parameter_sets().values()
    for parameter in lesson.declarations.parameters.values():
        if parameter.name in ("lang", "seed"):
            continue
        wanted = [parameter.schema[k] for k in ("minimum", "maximum") if k in parameter.schema]
        wanted += parameter.examples or parameter.schema.get("enum", [])
        values = [chosen.get(parameter.name, parameter.default) for chosen in tried]
        assert [value for value in wanted if value not in values] == []


@pytest.mark.parametrize("lesson", finished_lessons(), ids=lambda lesson: lesson.stem)
def test_every_parameter_is_described_in_every_language(lesson):
    for parameter in lesson.declarations.parameters.values():
        # A text that a language lacks would be the master's.
        said = {parameter.meaning(lang) for lang in LANGUAGES}
        assert len(said) == len(LANGUAGES), parameter.name
        assert set(parameter.unit) in (set(), set(LANGUAGES)), parameter.name


def is_acceptable(schema, value):
    """Whether a value is good, told apart without the library's own code."""
    kind = schema["type"]
    if kind == "array":
        return (
            isinstance(value, list)
            and len(value) >= schema.get("minItems", 0)
            and len(value) <= schema.get("maxItems", 10**9)
            and len({repr(item) for item in value}) == len(value)
            and all(is_acceptable(schema["items"], item) for item in value)
        )
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if not math.isfinite(value) or (kind == "integer" and value != int(value)):
            return False
        inside = schema.get("minimum", value) <= value <= schema.get("maximum", value)
        return inside and value in schema.get("enum", [value])
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) and value in schema.get("enum", [value])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=4,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.sampled_from(DECLARED), ANYTHING)
def test_no_bad_value_passes_and_each_message_names_the_parameter(declared, value):
    lesson, parameter = declared
    assume(not is_acceptable(parameter.schema, value))
    text = message(lesson.check, parameter.name, value)
    assert parameter.name in text
    assert lesson.number in text
    assert "\n" not in text.replace(repr(value), "")


def test_path_is_that_of_the_folder_where_it_was_typed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = find_lesson("20").declarations
    assert given.parse("text_path", "report.txt") == str(tmp_path / "report.txt")
    assert given.parse("text_path", "") == ""
    assert given.parse("sample", given.parameters["sample"].default)[0] != "/"


def test_run_with_files_of_the_readers_is_not_taken_for_one_without():
    lesson = find_lesson("20")
    assert Run(lesson, "en", "own", {"text_path": "/a.txt"}).uses_files
    assert Run(lesson, "en", "own", {"out": "/audit"}).uses_files
    assert not Run(lesson, "en", "default", {}).uses_files
    assert not Run(lesson, "en", "own", {"text_path": ""}).uses_files


def test_no_import_of_the_library_compiles_the_grammar_of_addresses():
    """It takes most of a second in every kernel; altair would bring it along."""
    program = "import sys, digigov; sys.exit('rfc3987_syntax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
