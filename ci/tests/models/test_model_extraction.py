"""The measures of lesson 02, its sample, and the lesson on a text of the reader's own."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from digigov import extract_claims, load
from digigov.course.lessons import find_lesson
from digigov.course.runs.execution import execute
from digigov.course.runs.run import Run
from digigov.i18n import language
from digigov.models.extraction import (
    STEPS,
    claims_without,
    compare,
    damage,
    lose_bytes,
    measure,
    own_text,
    sample,
    stated,
    wilson,
)
from digigov.text import TextError, repair

counts = st.integers(0, 200)


@given(counts, counts)
def test_interval_agrees_with_scipy(one, other):
    hits, n = min(one, other), max(one, other, 1)
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits, n) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_interval_without_trials_is_everything_and_impossible_counts_are_refused():
    assert wilson(0, 0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="hits = 3 must lie between 0 and n = 2"):
        wilson(3, 2)


def claims(*pairs):
    return pd.DataFrame(pairs, columns=["value", "unit"])


def test_comparison_counts_hits_misses_and_false_claims_once():
    found = claims((1e9, "persons"), (1e9, "persons"), (5.0, "items"))
    key = claims((1e9, "persons"), (90.0, "percent"))
    score = measure(compare(found, key))
    assert (score["hits"], score["found"], score["in_key"]) == (1, 2, 2)
    assert (score["precision"], score["recall"]) == (0.5, 0.5)


def test_same_value_in_another_unit_is_no_hit():
    assert measure(compare(claims((31.0, "items")), claims((31.0, "provinces"))))["hits"] == 0


def test_nothing_found_is_a_score_of_zero():
    score = measure(compare(claims((1.0, "items")).head(0), claims((1.0, "items"))))
    assert (score["precision"], score["recall"]) == (0.0, 0.0)


def test_sample_is_found_but_for_what_a_reader_fills_in():
    text, key = sample()
    compared = compare(extract_claims(text), key)
    score = measure(compared)
    assert score["recall"] > 0.9
    assert score["precision"] > 0.9
    # 八个 and 3个 stand for cities named before, 两年左右 for a duration inside a clause.
    missed = compared.loc[compared["side"] == "key only", ["value_key", "unit"]]
    assert sorted(map(tuple, missed.to_numpy())) == [
        (2.0, "years"),
        (3.0, "cities"),
        (8.0, "cities"),
    ]


def test_sample_speaks_the_language_of_the_lesson():
    english = sample()[1]["statement"]
    with language("zh"):
        chinese = sample()[1]["statement"]
    assert english.str.isascii().all()
    assert not chinese.str.isascii().any()


def test_leaving_nothing_out_is_the_extractor_itself():
    text, _key = sample()
    pd.testing.assert_frame_equal(claims_without(text, None), extract_claims(text))


@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_the_repair_is_worth_something_on_the_sample(step):
    text, key = sample()
    full, without = (measure(compare(claims_without(text, one), key)) for one in (None, step))
    assert without["recall"] < full["recall"]


def test_unknown_step_is_refused():
    with pytest.raises(ValueError, match="step = 'width' is not known: bytes, annotations"):
        claims_without("用户", "width")


def test_ledger_without_the_rows_that_a_reader_counted():
    ledger = stated(load("claims"))
    assert list(ledger["claim"]) == [f"C{number:02}" for number in range(1, 22)]


@given(st.integers(0, 30), st.integers(0, 2**31 - 1))
@settings(max_examples=40)
def test_lost_bytes_make_the_text_shorter_by_as_many(n, seed):
    text = repair(sample()[0]).text
    before = len(text.encode("gbk"))
    after = lose_bytes(text, n, np.random.default_rng(seed))
    # A question mark is one byte, as is what it stands for; decoding may drop no byte unseen.
    assert before - n - 2 * n <= len(after.encode("gbk", errors="replace")) <= before + n
    assert (after == text) == (n == 0)


def test_more_bytes_cannot_be_lost_than_there_are():
    with pytest.raises(ValueError, match="n = 4 must lie between 0 and 2"):
        lose_bytes("用户10", 4, np.random.default_rng(0))


def test_damage_lowers_recall_and_repair_wins_some_of_it_back():
    text = repair(sample()[0]).text
    recalls, restored = damage(text, [0, 20], 3, 7)
    mean = recalls.groupby(["lost", "repaired"])["recall"].mean()
    assert mean[0, True] == mean[0, False] == 1
    assert mean[20, False] < mean[20, True] < 1
    assert set(restored["lost"]) == {20}
    again, _restored = damage(text, [0, 20], 3, 7)
    pd.testing.assert_frame_equal(recalls, again)


OWN = "截至2022年底，某省平台实名用户超过1000万人，总使用量近36亿人次。\n全省108个县开通了服务。\n"


def run(**parameters):
    return execute(Run(find_lesson("02"), "zh", "own", parameters))


def said(notebook):
    return "\n".join(
        output["data"]["text/markdown"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if "text/markdown" in output.get("data", {})
    )


def test_lesson_runs_on_a_text_of_the_readers_own(tmp_path):
    path = tmp_path / "文章.txt"
    path.write_bytes((OWN * 3).encode("gbk"))
    outcome = run(article_path=str(path), lost=4)
    record, notebook = outcome.record, outcome.notebook
    assert record.problems == []
    assert "按gb18030读取" in said(notebook)


@pytest.mark.parametrize(
    ("text", "lost", "words"),
    [
        ("数字政府建设取得显著成效。", 4, "states no figure"),
        ("用户超过10亿人。", 20, "has 6 Chinese characters: too few to lose 20 bytes from"),
    ],
)
def test_text_with_nothing_to_measure_is_refused(tmp_path, text, lost, words):
    path = tmp_path / "own.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TextError, match=words):
        own_text(str(path), lost)


def test_lesson_stops_at_a_path_that_leads_nowhere(tmp_path):
    record = run(article_path=str(tmp_path / "none.txt")).record
    assert record.status == "failed"
    assert "none.txt不存在" in record.problems[0]
