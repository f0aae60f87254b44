"""The audit of lesson 20: planted faults, sound lines, texts that cannot be audited, the export."""

import nbformat
import pandas as pd
import pytest

from digigov.course.lessons import find_lesson
from digigov.course.runs.executor import Executor
from digigov.course.runs.run import Run
from digigov.models.capstone import (
    ALONE,
    CONTRADICTED,
    DOUBTFUL,
    FITS,
    SAMPLES,
    VERDICTS,
    audit,
    export,
    open_text,
    pairs,
    read_claims,
    sample_text,
    test_names,
    tests,
)
from digigov.text import TextError, repair

test_names.__test__ = False  # type: ignore[attr-defined]
tests.__test__ = False  # type: ignore[attr-defined]


def verdicts(text: str, *, usual: bool = True) -> pd.Series:
    claims = read_claims(text, usual=usual)
    table = audit(claims, tests(claims, text))
    return table.set_index("text")["verdict"]


def test_the_four_planted_faults_are_found_and_nothing_sound_is_accused():
    text = sample_text("bulletin")
    claims = read_claims(text, usual=True)
    table = audit(claims, tests(claims, text))
    accused = table[table["verdict"].isin([CONTRADICTED, DOUBTFUL])]
    assert set(accused["line"]) == {3, 5, 7, 8, 10}
    assert set(table.loc[table["verdict"] == CONTRADICTED, "line"]) == {5, 7, 8}
    assert table.loc[accused.index, "finding"].str.len().min() > 0
    assert (table.loc[table["verdict"] == ALONE, "finding"] == "").all()


def test_by_the_letter_a_bound_cannot_fall():
    assert verdicts(sample_text("bulletin"), usual=False)["455万人"] == ALONE
    assert verdicts(sample_text("bulletin"))["455万人"] == DOUBTFUL


@pytest.mark.parametrize(
    ("line", "figure", "verdict"),
    [
        ("全市户籍人口500万人。持卡250万人，占户籍人口的50.0%。", "250万人", FITS),
        ("全市户籍人口500万人。持卡283万人，占户籍人口的50.0%。", "283万人", CONTRADICTED),
        ("持卡260万人，占户籍人口的50.0%。", "260万人", ALONE),
        ("受理诉求90万件，其中咨询60万件、投诉30万件。", "90万件", FITS),
        ("受理诉求90万件，其中咨询60万件、投诉40万件。", "90万件", CONTRADICTED),
        ("受理诉求90万件，其中咨询60万件。", "60万件", FITS),
        ("受理诉求90万件，其中咨询95万件。", "95万件", CONTRADICTED),
        ("满意率为101.2%。", "101.2%", CONTRADICTED),
        ("业务量增长率为101.2%。", "101.2%", ALONE),
        ("新增就业72.4万人，完成年度计划的103.4%。", "103.4%", ALONE),
        ("受理诉求90万件，其中咨询60万件、投诉20万件。", "90万件", DOUBTFUL),
        ("企业268.3万户，每百户中有三十六户上云。", "268.3万户", ALONE),
        ("全市户籍人口500万人，比上年减少4.1万人，占户籍人口的62.7%。", "4.1万人", ALONE),
    ],
)
def test_each_test_accepts_what_fits_and_refuses_what_does_not(line, figure, verdict):
    assert verdicts(line)[figure] == verdict


def test_a_round_share_was_rounded_all_the_same():
    claims = read_claims("持卡260万人，占常住人口的50%。", usual=True)
    share = claims[claims["unit"] == "percent"].iloc[0]
    assert (share["low"], share["high"]) == (49.5, 50.5)


def test_a_pair_implies_the_population_of_lesson_04():
    found = pairs(read_claims("持卡13.74亿人，占总人口的97.3%。", usual=True))
    assert len(found) == 1
    assert found["low"].iloc[0] == pytest.approx(1.3735e9 / 0.9735)
    assert found["high"].iloc[0] == pytest.approx(1.3745e9 / 0.9725)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("usual", [True, False])
def test_every_figure_of_a_sample_gets_one_verdict(name, usual):
    text = repair(open_text("", name)).text
    claims = read_claims(text, usual=usual)
    table = audit(claims, tests(claims, text))
    assert len(table) == len(claims)
    assert set(table["verdict"]) <= set(VERDICTS)
    assert set(tests(claims, text)["kind"]) <= set(test_names())


def test_a_text_without_a_figure_is_refused():
    with pytest.raises(TextError, match="the text states no figure: there is nothing to audit"):
        read_claims("数字政府建设稳步推进，群众满意度不断提高，服务更加便捷。", usual=True)


def test_a_sample_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="sample = 'novel' is not known: bulletin, briefing"):
        sample_text("novel")


@pytest.mark.parametrize("kind", ["missing", "folder"])
def test_a_path_that_is_no_text_is_refused(tmp_path, kind):
    path = tmp_path / "nowhere.txt" if kind == "missing" else tmp_path
    with pytest.raises(TextError):
        open_text(str(path), "bulletin")


def test_a_text_of_ones_own_is_read_in_its_encoding(tmp_path):
    path = tmp_path / "own.txt"
    path.write_bytes("全市户籍人口500万人。持卡250万人，占户籍人口的50.0%。".encode("gb18030"))
    assert verdicts(open_text(str(path), "bulletin"))["250万人"] == FITS


@pytest.mark.parametrize(("number", "parameter"), [("02", "article_path"), ("20", "text_path")])
def test_a_run_on_a_text_of_ones_own_is_not_held_to_the_counts_of_the_sample(
    tmp_path, number, parameter
):
    path = tmp_path / "own.txt"
    path.write_text(
        "截至2022年底，某省实名用户超过1000万人，总使用量近36亿人次。", encoding="utf-8"
    )
    run = Run(find_lesson(number), "zh", "own", {parameter: str(path)})
    (outcome,) = Executor([run], 1).outcomes()
    record, notebook = outcome.record, outcome.notebook
    assert record.problems == []
    # Where it lies on the reader's machine is not for those who get the notebook.
    assert str(tmp_path) not in nbformat.writes(notebook)
    assert record.parameters[parameter] == "own.txt"


def test_what_is_exported_can_be_read_back(tmp_path):
    table = pd.DataFrame({"figure": ["超过430万人", "<b>"], "verdict": ["fits", "–"]})
    csv, page = export(table, tmp_path / "new" / "folder", "Audit <1>")
    again = pd.read_csv(csv, encoding="utf-8-sig")
    assert again.equals(table)
    text = page.read_text(encoding="utf-8")
    assert "超过430万人" in text and "&lt;b&gt;" in text and "Audit &lt;1&gt;" in text
    assert "http" not in text
