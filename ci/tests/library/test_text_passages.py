"""Extraction from texts of other kinds: reports, plans, rules, news, in either script."""

import os
import re
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from passages import PASSAGES

from digigov import extract_claims, load
from digigov.models.extraction import compare, measure, stated
from digigov.text import read_text, repair

ARTICLE = Path(
    os.environ.get("DIGIGOV_ARTICLE")
    or Path(__file__).parents[4] / "shared" / "facts" / "article.txt"
)
EACH = pytest.mark.parametrize("passage", PASSAGES, ids=lambda passage: passage[0])


def found_in(passage):
    """Claims of a passage: those wanted and found, those missed, and those that should not be."""
    _name, _group, lines = passage
    table = extract_claims("\n".join(line for line, _claims in lines))
    hits, misses, extras = [], [], []
    for number, (_line, claims) in enumerate(lines, 1):
        rows = table[table["line"] == number].to_dict("records")
        for claim in claims:
            value, unit, *_rest = claim
            same = (
                row
                for row in rows
                if row["unit"] == unit and row["value"] == pytest.approx(value, rel=1e-6)
            )
            row = next(same, None)
            if row is None:
                misses.append((number, claim))
            else:
                rows.remove(row)
                hits.append((claim, row))
        extras += [(number, row["text"], row["value"], row["unit"]) for row in rows]
    return hits, misses, extras


@pytest.mark.parametrize(
    "passage", [one for one in PASSAGES if one[1] != "unseen"], ids=lambda one: one[0]
)
def test_passage_that_the_rules_were_made_to_fit_yields_exactly_its_claims(passage):
    hits, misses, extras = found_in(passage)
    assert misses == []
    assert extras == []
    for (_value, _unit, qualifier, as_of, _subject), row in hits:
        date = None if pd.isna(row["as_of"]) else row["as_of"]
        assert (row["qualifier"], date) == (qualifier, as_of), row["text"]


@pytest.mark.parametrize("group", ["seen", "mended", "unseen"])
def test_recall_precision_and_qualifiers_over_all_passages(group):
    total = Counter()
    for passage in PASSAGES:
        if passage[1] != group:
            continue
        hits, misses, extras = found_in(passage)
        total += Counter(hits=len(hits), misses=len(misses), extras=len(extras))
        for (_value, _unit, qualifier, _as_of, subject), row in hits:
            total["qualifiers"] += row["qualifier"] == qualifier
            words = "" if pd.isna(row["subject"]) else row["subject"]
            total["subjects"] += bool(words) and (subject in words or words in subject)
    hits = total["hits"]
    assert hits > 90
    assert hits / (hits + total["misses"]) >= 0.95
    assert hits / (hits + total["extras"]) >= 0.95
    assert total["qualifiers"] / hits >= 0.95
    # Subjects are the weakest column: a noun phrase near the figure, right three times in four.
    assert total["subjects"] / hits >= 0.75


@EACH
def test_columns_have_their_types_and_vocabulary(passage):
    table = extract_claims("\n".join(line for line, _claims in passage[2]))
    assert list(table.columns) == ["text", "value", "unit", "qualifier", "as_of", "subject", "line"]
    assert table["value"].dtype == "float64"
    assert set(table["qualifier"]) <= {"exact", "over", "nearly", "about"}
    assert table["as_of"].dropna().str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?").all()
    assert table["line"].is_monotonic_increasing


@pytest.mark.parametrize(
    "header",
    [
        "信息来源：县统计局　　发布时间：2023-05-12　点击量：305次",
        "来源: 县局 作者:小张 时间:2023年05月12日 09:10",
        "发布日期：2023/05/12 10:22 来源：县局 阅读：1,305次 字号：大",
        "（2023年5月12日）",
    ],
)
def test_header_of_a_page_dates_its_text_and_makes_no_claim(header):
    table = extract_claims(
        f"县统计局发布数据\n{header}\n一季度，新增企业32家。4月份，用电3亿千瓦时。"
    )
    assert list(table["as_of"]) == ["2023-03", "2023-04"]


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("响应率、解决率和满意率分别为99%、94%和95%。", ["响应率", "解决率", "满意率"]),
        ("总收入9亿元，总支出8亿元，分别增长9%、6%。", ["总收入", "总支出", "总收入", "总支出"]),
    ],
)
def test_figures_after_respectively_are_for_the_nouns_in_turn(text, subjects):
    assert list(extract_claims(text)["subject"]) == subjects


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("前三批182个问题已销号，前十类诉求居多。", [(182, "items")]),
        (
            "20国集团峰会，千城万店，50国道改造，覆盖25国、217城。",
            [(25, "countries"), (217, "cities")],
        ),
        ("三单位联合发文，两区三厂，岱山等五市率先推开。", [(5, "cities")]),
        (
            "三个转变，两项制度，两个以上部门，五个以上工作日。",
            [(2, "departments"), (5, "working_days")],
        ),
        ("最长持续1小时20分，每班两小时三十分钟。", [(80, "minutes"), (150, "minutes")]),
        ("等候时间压缩到0小时0分钟。", [(0, "minutes")]),
        ("后三位约谈，倒数两名通报，居第三位。", [(3, "rank")]),
        (
            "办结1 234 000宗，电话2868 0000，拨款1亿3,400万元。",
            [(1234000, "cases"), (1.34e8, "yuan")],
        ),
        ("综合指数达76.8，比上年提高5.3。", [(76.8, "index"), (5.3, "index")]),
        ("快递日均收件55件，窗口收件120件。", [(55, "items"), (120, "items")]),
        (
            "窗口收件120件，开通公交线路8条，收到线索12条。",
            [(120, "cases"), (8, "items"), (12, "records")],
        ),
        (
            "为企业减负30%，个人自负20%，增速为负5%。",
            [(30, "percent"), (20, "percent"), (-5, "percent")],
        ),
        ("自然增长率为-1.48‰，1月平均气温零下12.5℃", [(-1.48, "per_mille"), (-12.5, "degrees")]),
        (
            "全年净流入为－3.5亿元，参加人数为12-15万人",
            [(-3.5e8, "yuan"), (120_000, "persons"), (150_000, "persons")],
        ),
    ],
)
def test_kinds_of_figures_and_of_numbers_that_are_none(text, claims):
    table = extract_claims(text)
    assert [*zip(table["value"], table["unit"], strict=True)] == claims


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("9月底前建成5个。", ["2024-09"]),
        ("前2个月投资6亿元，三年内再建10个。", ["2024-02", "2024-02"]),
        ("截至2月底，2023年立项的12个项目完工10个。", ["2024-02", "2024-02"]),
        ("二○二三年建成5个，二OO四年建成3个。", ["2023", "2004"]),
        # The calendar has no such day: the figure is for what it has.
        ("截至2023年2月29日有用户3亿人。", ["2023-02"]),
        ("截至2024年2月29日有用户3亿人。", ["2024-02-29"]),
        ("截至2024-02-30有用户3亿人，2024年6月31日有4亿人。", ["2024-02", "2024-06"]),
        ("截至2023年13月有用户3亿人。", ["2023"]),
    ],
)
def test_date_that_a_figure_is_for(text, dates):
    assert list(extract_claims(f"关于进展的通报\n2024年3月5日\n{text}")["as_of"]) == dates


needs_article = pytest.mark.skipif(
    not ARTICLE.is_file(),
    reason="the article belongs to its author and is not shipped; DIGIGOV_ARTICLE names a copy",
)


@needs_article
@pytest.mark.parametrize("strict", [False, True])
def test_article_against_the_ledger(strict):
    ledger = stated(load("claims"))
    compared = compare(extract_claims(read_text(ARTICLE).text, strict=strict), ledger)
    score = measure(compared)
    assert score["recall"] >= 0.95
    assert score["precision"] >= 0.95
    hits = compared[compared["side"] == "both"]
    assert (hits["qualifier"] == hits["qualifier_key"]).mean() >= 0.95
    dated = hits.dropna(subset="as_of")
    assert len(dated) >= 7
    assert (dated["as_of"] == dated["as_of_key"]).all()


@needs_article
def test_repaired_article_has_no_reading_and_no_lost_byte_left():
    scraped = read_text(ARTICLE).text
    repaired = repair(scraped).text
    reading = re.compile(r"[\u4e00-\u9fff]\s*[(（]\s*[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\s*[)）]")
    shifted = re.compile(r"[?\ufffd\u3105-\u312f\ue000-\uf8ff]")
    assert reading.search(scraped)
    assert shifted.search(scraped)
    assert not reading.search(repaired)
    assert not shifted.search(repaired)
