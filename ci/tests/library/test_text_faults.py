"""Faults of scraped text: each recognised, each put right, and nothing else touched."""

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from passages import PASSAGES

from digigov import extract_claims
from digigov.models.extraction import sample
from digigov.text import plausible, repair
from digigov.text.repair import LOST, to_script

LINES = [line for _name, _group, lines in PASSAGES for line, _claims in lines]
SCRAMBLED = "?。ㄗ灾螀^"


@st.composite
def scraped(draw):
    """Lines of the passages with faults put in at random."""
    lines = draw(st.lists(st.sampled_from(LINES), min_size=1, max_size=3))
    for i, line in enumerate(lines):
        line = draw(st.sampled_from([str, lambda text: to_script(text, "traditional")]))(line)
        for fault in draw(
            st.lists(st.sampled_from(["byte", "mark", "reading", "wide", "gap"]), max_size=4)
        ):
            at = draw(st.integers(0, max(len(line) - 1, 0)))
            if fault in ("byte", "mark"):
                line = broken(line, at, marked=fault == "mark")
            elif fault == "reading":
                line = line[: at + 1] + "(shù)" + line[at + 1 :]
            elif fault == "wide":
                line = line.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789%"})
            else:
                line = line[:at] + "\u200b" + line[at:]
        lines[i] = line
    return "\n".join(lines)


anything = st.text(st.characters(codec="gbk", exclude_categories=["Cs"]), max_size=60)


def broken(text, position, *, marked=False):
    """`text` with one byte of the character at a position lost."""
    text = "".join(one if one.encode("gbk", "ignore") else "—" for one in text)
    data = bytearray(text.encode("gbk"))
    data[(at := len(text[:position].encode("gbk"))) : at + 1] = b"?" if marked else b""
    return bytes(data).decode("gbk", errors="replace")


@pytest.mark.parametrize(
    ("scraped", "expected"),
    [
        ("數(shù)據(jù)共享", "数据共享"),
        ("統(tǒng)計（jì）", "统计"),
        ("數（ㄕㄨˋ）字", "数字"),
        ("重(zhòng)(zhòng)要", "重要"),
        ("发布App(iOS版)和(GDP)", "发布App（iOS版）和（GDP）"),
        ("用戶４２００萬", "用户4200万"),
        ("达９３．５％", "达93.5%"),
        ("２，１７０项", "2,170项"),
        ("10 億 人", "10亿人"),
        ("1.2\u00a0亿", "1.2亿"),
        ("2300\u200b余个", "2300余个"),
        ("⽤户⼯作⽇", "用户工作日"),
        ("截至2022年底,全省", "截至2022年底，全省"),
        ("共3.5,其中", "共3.5，其中"),
        ("超过10,000人", "超过10,000人"),
        ("面积10²，①事项", "面积10²，①事项"),
        ("Python 3 App", "Python 3 App"),
        ("網絡強國", "网络强国"),
    ],
)
def test_fault_is_put_right_and_what_is_none_stays(scraped, expected):
    assert repair(scraped).text == expected


def test_toneless_readings_count_only_where_there_are_several():
    assert repair("数(shu)据(ju)统(tong)计").text == "数据统计"
    assert repair("安装(an)程序").text == "安装（an）程序"


@pytest.mark.parametrize(
    ("before", "scrambled", "after", "expected"),
    [
        ("监测31个", SCRAMBLED, "、直辖市）的运行", "监测31个省（自治区、直辖市）的运行"),
        ("全省实名用户", "？吗", "", None),
        ("牛肉垫炅拉面", "", "", None),
    ],
)
def test_scrambled_word_is_restored_or_left_alone(before, scrambled, after, expected):
    text = before + scrambled + after
    assert repair(text).text == (expected or text)


def test_everything_behind_a_lost_byte_is_recovered_exactly():
    """Only the character that lost the byte is inferred; the others follow from their bytes."""
    total, exact = 0, 0
    for line in LINES[::3]:
        for position in range(3, len(line) - 12, 17):
            if len(line[position].encode("gbk", errors="replace")) != 2:
                continue
            mended = repair(broken(line, position, marked=True))
            total += len(mended.restored)
            exact += sum(after[1:-1] in line for after in mended.restored["after"])
    assert total > 100
    assert exact / total > 0.9


def test_restoration_called_certain_is_right_nine_times_in_ten():
    right = Counter()
    for line in LINES:
        for position in range(1, len(line) - 4, 13):
            if len(line[position].encode("gbk", errors="replace")) != 2:
                continue
            for entry in repair(broken(line, position)).restored.itertuples():
                right[entry.certain, entry.after in line] += 1
    certain = right[True, True] / (right[True, True] + right[True, False])
    doubtful = right[False, True] / (right[False, True] + right[False, False])
    assert certain > 0.9
    assert doubtful < certain - 0.1


def test_strict_marks_what_is_not_certain():
    text, _key = sample()
    loose, strict = repair(text), repair(text, strict=True)
    doubtful = (~loose.restored["certain"]).sum()
    assert doubtful >= 1
    assert LOST not in loose.text
    assert strict.text.count(LOST) >= doubtful


def test_log_says_line_and_runner_up():
    text = f"全省概况\n\n监测31个{SCRAMBLED}、直辖市）"
    (entry,) = repair(text).restored.itertuples()
    assert entry.line == 3
    assert entry.after == "省（自治區"
    assert entry.runner_up != entry.after
    assert entry.runner_up[1:] == entry.after[1:]


@pytest.mark.parametrize(
    ("before", "options", "after"),
    [
        ("监测31个省（", "自某，A", "治区、直辖市）的运行"),  # a set phrase that holds a sign
        ("全省实名用", "户，数字", "达4200万"),
        ("占比提高3个百", "分之某", "点。"),
        ("县（市、", "区旗", "）"),
        ("卡拉", "OＯ一", ""),
        ("", "的。A", ""),
    ],
)
def test_gap_is_judged_as_each_whole_text_would_be(before, options, after):
    """Words that end in the gap, begin in it or go across it; of characters alone, or with signs."""
    wholes = [before + option + after for option in options]
    assert plausible.fill(before, list(options), after) == pytest.approx(plausible.score(wholes))


@pytest.mark.parametrize("line", LINES)
def test_intact_text_has_nothing_to_restore(line):
    assert repair(line).restored.empty


@given(st.one_of(scraped(), anything))
@settings(max_examples=150)
def test_repair_is_idempotent(text):
    once = repair(text).text
    assert repair(once).text == once


@pytest.mark.parametrize("script", ["simplified", "traditional"])
def test_repair_of_every_passage_is_idempotent_in_both_scripts(script):
    once = repair("\n".join(LINES), script=script).text
    assert repair(once, script=script).text == once


@given(st.one_of(scraped(), anything))
@example("政府\n(zhèng)府")
@settings(max_examples=100)
def test_lines_stay_lines_whatever_the_text(text):
    assert repair(text).text.count("\n") == text.count("\n")


def test_script_does_not_change_which_claims_are_found():
    text, _key = sample()
    simplified, traditional = (
        extract_claims(text, script=one) for one in ("simplified", "traditional")
    )
    same = ["value", "unit", "qualifier", "as_of", "line"]
    assert simplified[same].equals(traditional[same])
    assert (simplified["text"] != traditional["text"]).any()


def test_unknown_script_is_refused():
    with pytest.raises(
        ValueError, match="script = 'cursive' is not known: simplified, traditional"
    ):
        repair("数字", script="cursive")


FAULTS = {
    "full-width digits": r"[０-９]+",
    "full-width signs of percent": r"％",
    "gaps in a number": r"\d[ \u00a0]+[万萬亿億]",
    "zero-width characters": r"\u200b",
    "radicals in place of characters": r"[\u2f00-\u2fdf]",
    "reading annotations": r"\([a-z]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ][a-z]*\)",
    "bytes lost": r"\?[^\x00-\x7f]",
    "numerals in characters": r"[一二三四五六七八九十百千两兩][百千万萬亿億]",
    "vague numerals": r"[多余餘][万萬亿億份个個]",
    "traditional characters": r"[萬億數據網絡實現覆蓋]",
    "percent in characters": r"百分之",
    "tenths": r"[一二三四五六七八九]成",
    "ranks": r"第\d+位",
    "ranges": r"\d—\d",
    "over": r"超過|突破",
    "nearly": r"近\d|近1",
    "about": r"約|左右",
    "names that sound like numbers": r"一[件網网次]",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_sample_holds_each_fault_at_least_twice(fault):
    text, _key = sample()
    needed = 1 if fault in ("ranges", "percent in characters") else 2
    assert len(re.findall(FAULTS[fault], text)) >= needed


def test_sample_says_that_it_is_invented():
    text, _key = sample()
    assert "虛構" in text.splitlines()[0]
    assert unicodedata.is_normalized("NFC", text)
