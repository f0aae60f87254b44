"""A lesson for every value of a parameter: which runs, their pages, and the index."""

import re

import pytest

from digigov.course.errors import CourseError
from digigov.course.gates.offline import check_offline
from digigov.course.lessons import find_lesson
from digigov.course.publish import instructor, series, slides
from digigov.course.publish.series import page_name, series_runs, values_of, write_series
from digigov.course.runs.run import Outcome, Record


def test_a_province_brief_exists_for_every_province_in_both_languages():
    lesson = find_lesson("19")
    runs = series_runs(lesson, ["province", "lang"], {}, "en")
    assert len(runs) == 62
    assert {run.lang for run in runs} == {"en", "zh"}
    assert len({run.parameters["province"] for run in runs}) == 31
    assert len({page_name(run) for run in runs}) == 62


def test_two_parameters_give_every_combination_and_keep_what_is_fixed():
    lesson = find_lesson("13")
    runs = series_runs(lesson, ["event", "parallel"], {"smart_share": 0.5}, "zh")
    assert len(runs) == 4 * 2
    assert all(run.parameters["smart_share"] == 0.5 and run.lang == "zh" for run in runs)
    assert len({(run.parameters["event"], run.parameters["parallel"]) for run in runs}) == 8


def test_a_switch_is_run_off_and_on():
    assert values_of(find_lesson("13"), "parallel") == [False, True]


@pytest.mark.parametrize(
    ("names", "fixed", "message"),
    [
        (
            ["seed"],
            {},
            "--each seed: it has no list of values of lesson 19; allowed: lang, province",
        ),
        (["provinse"], {}, "--each provinse: it is not a parameter of lesson 19; allowed: lang"),
        (["province", "province"], {}, "--each province is given twice"),
        (
            ["province"],
            {"province": "Tibet"},
            "--each province and -p province contradict each other",
        ),
    ],
)
def test_what_cannot_be_run_over_is_refused_before_anything_runs(names, fixed, message):
    with pytest.raises(CourseError, match=message):
        series_runs(find_lesson("19"), names, fixed, "en")


def test_pages_and_index_open_without_a_network_and_lead_to_each_other(tmp_path):
    runs = series_runs(find_lesson("04"), ["lang"], {}, "en")
    outcomes = [*write_series(runs, tmp_path, 1, None)]
    assert [outcome.record.status for outcome in outcomes] == ["passed", "passed"]
    assert sorted(outcome.run.lang for outcome in outcomes) == ["en", "zh"]
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert check_offline(index) == []
    links = re.findall(r'href="([^"#]+\.html)"', index)
    assert sorted(links) == sorted(page_name(run) for run in runs)
    for link in links:
        page = (tmp_path / link).read_text(encoding="utf-8")
        assert check_offline(page) == []
        assert 'href="index.html"' in page
        assert (tmp_path / link).with_suffix(".ipynb").exists()


@pytest.mark.parametrize(
    ("publisher", "writer", "call"),
    [
        (series, "write_page", lambda to: series.write_series(RUNS, to, 1, None)),
        (slides, "write_lesson", lambda to: slides.write_slides(to, LESSONS, ["en"], 1, None)),
        (
            instructor,
            "write_atomically",
            lambda to: instructor.write_instructor(to, LESSONS, ["en"], 1, None),
        ),
    ],
    ids=["series", "slides", "instructor"],
)
def test_a_page_that_cannot_be_written_ends_the_runs_at_once(
    publisher, writer, call, tmp_path, monkeypatch
):
    """Not when the error has been shown and forgotten: kernels would run on until then."""
    ended = []

    class Executor:
        def __init__(self, runs, _jobs, *, store):
            self.runs = runs

        def outcomes(self):
            try:
                for run in self.runs:
                    yield Outcome(run, Record(run.lesson.stem, run.lang, run.set_name, {}))
            finally:
                ended.append(True)

    def full_disk(*_words, **_options):
        raise CourseError("disk full")

    monkeypatch.setattr(publisher, "Executor", Executor)
    monkeypatch.setattr(publisher, writer, full_disk)
    with pytest.raises(CourseError, match="disk full") as held:
        [*call(tmp_path)]
    assert (held.type, ended) == (CourseError, [True])


LESSONS = [find_lesson("04")]
RUNS = series_runs(LESSONS[0], ["lang"], {}, "en")
