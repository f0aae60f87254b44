"""From text to a tidy table: the figures of a Chinese text, with unit, qualifier, date and subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from digigov.text import dates, plausible, units
from digigov.text.numerals import ARABIC, DIGITS, Numeral, read_numeral
from digigov.text.repair import SCRIPTS, check_text, repair, to_script

CLAIM_COLUMNS = {
    "text": "str", "value": "float64", "unit": "str", "qualifier": "str", "as_of": "str",
    "subject": "str", "line": "int64",
}  # fmt: skip
"""Columns of a table of claims and their types."""

NUMERAL_COLUMNS = {"numeral": "str", "role": "str"} | CLAIM_COLUMNS

ROLES = ("claim", "date", "ordinal", "name", "label")
"""What a numeral can be: a figure; part of a date; 第三; part of a name or number (5G, 12345热线,
《…（2023）》, 〔2022〕18号); or a word that only sounds like a number (一网通办, 三个意识)."""


def extract_claims(
    text: str, *, script: str = "simplified", strict: bool = False
) -> pd.DataFrame:
    """Numeric claims of a Chinese text, as a tidy table.

    The text is repaired first (see `digigov.text.repair`). Then every numeral is given a role, and
    those that state a quantity become rows: 截至2022年底，实名用户超过10亿人 is one claim.

    Parameters
    ----------
    text : str
        Chinese text, as scraped; a line is a paragraph.
    script : str
        ``"simplified"`` or ``"traditional"``: the script of `text` and `subject` in the result. It
        does not change which claims are found.
    strict : bool
        Whether to keep to what the text says outright: a character that lost a byte and has several
        plausible restorations stays lost, and a date holds for its own sentence only.

    Returns
    -------
    DataFrame
        One row a claim, in order of the text; no rows if there is no figure.

        - ``text`` (str): the claim as it stands in the repaired text, with its qualifier and unit
        - ``value`` (float64): 1e9 for 10亿; 97 for 百分之九十七; 66.67 for 三分之二 (percent); 43 for 第43位
        - ``unit`` (str): in the vocabulary of the dataset ``claims`` (``persons``, ``percent``,
          ``rank``, ...); ``items`` if the noun counted is none of those known
        - ``qualifier`` (str): ``exact``, ``over`` (a lower bound: 超过, 多, 余, 以上, 不少于), ``nearly`` (an
          upper bound: 近, 不足, 以下, 不超过) or ``about`` (约, 左右)
        - ``as_of`` (str, missing if the text does not say): ISO 8601 date at the precision stated;
          a period by its end, as in ``claims`` (2023年上半年 is ``2023-06``). Relative dates (今年) are
          resolved by the document's own dateline or title, or not at all
        - ``subject`` (str, missing if none is found): what is counted, in words of the text
        - ``line`` (int64): line of `text`, from 1

        A range (5—10个工作日) is two rows: its low end ``over``, its high end ``nearly``.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ValueError
        If `script` is not one of the two.

    Examples
    --------
    >>> extract_claims("截至2022年底，实名用户超过10亿人。")[["value", "unit", "qualifier", "as_of"]]
              value     unit qualifier    as_of
    0  1000000000.0  persons      over  2022-12
    """
    check_text(text)
    if script not in SCRIPTS:
        raise ValueError(f"script = {script!r} is not known: {', '.join(SCRIPTS)}")
    found = numerals(repair(text, strict=strict).text, strict=strict)
    claims = found.loc[found["role"] == "claim", list(CLAIM_COLUMNS)].reset_index(drop=True)
    if script != "simplified":
        for column in ("text", "subject"):
            claims[column] = claims[column].map(lambda words: to_script(words, script), na_action="ignore")
    return claims.astype(CLAIM_COLUMNS)


def numerals(text: str, *, strict: bool = False) -> pd.DataFrame:
    """Every numeral of a text and its role. The text is read as it stands, without repair.

    Parameters
    ----------
    text : str
        Simplified characters and half-width digits; anything else is not recognised.
    strict : bool
        As in `extract_claims`.

    Returns
    -------
    DataFrame
        The columns of `extract_claims`, and before them ``numeral`` (str) and ``role`` (one of
        `ROLES`). Unit, qualifier, date and subject are missing unless the role is ``claim``.
    """
    check_text(text)
    lines = text.split("\n")
    ref = dates.reference(lines)
    rows = [
        (*row, number)
        for number, line in enumerate(lines, 1)
        for row in _of_line(line, ref, strict=strict)
    ]
    return pd.DataFrame(rows, columns=list(NUMERAL_COLUMNS)).astype(NUMERAL_COLUMNS)


# -------------------------------------------------------------------------------- what is no claim

_SCALE = "十百千万亿"
_AMOUNT = (
    # 3万5千, 10余万, 1.2万多, 2170
    rf"(?:{ARABIC}(?:[余多]?[{_SCALE}]+(?:\d+[百千万]+)*)?[余多]?"
    # 三千五百万, 十几万, 数百, 一点五亿, 五千一百多万, 百余
    rf"|(?:几(?=[{_SCALE}])|(?<![人户件次指总函参基分台少多])数(?=[{_SCALE}])|[{DIGITS}{_SCALE}廿])"
    rf"(?:[{DIGITS}{_SCALE}]|几(?=[{_SCALE}])|点(?=[{DIGITS}])|(?<=[{_SCALE}])[多余](?=[百千万亿]))*"
    rf"(?:(?<=[{_SCALE}])[多余]|(?<=十)几)?)"
)
_NUMERAL = re.compile(rf"{_AMOUNT}|半")

_LATIN_UNIT = r"(?:%|‰|km|TB|PB|GB|EB|㎡)"
_NAMES = re.compile(
    rf"""
    《[^》]*》                                             # a title
    |〔\d{{4}}〕\d+号|[（(](?:19|20)\d{{2}}[）)](?:\d+号)?   # 云政办〔2022〕18号
    |第?\d+号(?!线)|[一二三四五六七八九十百]+号(?=[文令])
    |(?:https?://|www\.)[\w./?=&%-]+|[\w.]+@[\w.]+
    |[A-Za-z][A-Za-z/.]*[ -]?\d[\w.—-]*|(?<![\d.])\d+(?:\.\d+)?(?!{_LATIN_UNIT})[A-Za-z][\w+]*   # IPv6, 5G
    |\d+(?:\.\d+)?(?:版(?!本?[权式])|版本)                    # 2.0版
    |[“"‘]?[\dN]+(?:[+＋×xX:：][\dNXnx]+)+(?:小时)?[”"’]?    # 1+5+N, 7×24小时, 1:1, 9:00
    |(?<!\d)0\d{{2,3}}-\d{{7,8}}(?!\d)|(?<!\d)1\d{{10}}(?!\d)|400-?\d{{3}}-?\d{{4}}
    |(?<![\d.,])[19]\d{{2,5}}(?![\d.,万亿])(?=[”"]?[\u4e00-\u9fff]{{0,10}}?(?:热线|专线|举报电话|服务电话|客服))
    |(?:拨打|致电|电话)[：:]?\d+
    |\d{{1,2}}[时点](?:\d{{1,2}}分|整|半)?(?!均)              # 9时30分
    |24小时(?!内|以内|之内|的?时限|审结|办结)                 # round the clock
    |(?:20|19|二十|十九)世纪(?:\d0|[一二三四五六七八九]十)?年代?
    |\d0后
    |^\s*[（(]?(?:\d{{1,2}}|[一二三四五六七八九十]+)[)）、.．](?!\d)\s*|[（(](?:\d{{1,2}}|[一二三四五六七八九十]+)[)）]
    |[①-⑳]
    |[“"‘][^”"’，。]{{0,16}}[”"’](?<=[五六七八九十][”"’])     # “十四五”
    """,
    re.VERBOSE,
)
_RANK_WORD = re.compile(
    r"(?:排名|排位|位次|位列|位居|名列|排列|排在|排|居|列|跃居|跃升|跃升至|上升|升至|前移|后移|提升|提高|下降|下滑|进入|由|从|至|到)"
    r"[^，。；\d]{0,10}$"
)
_RANKED = re.compile(r"(?:排名|排位|位次|位列|位居|名列|排在|排|居|列)[^，。；\d]{0,8}$")
_ORDINAL = re.compile(rf"第(?:{_AMOUNT})")
_TIME_FRAME_BEFORE = re.compile(
    r"(?:[近这前后过]|过去|未来|今后|最近|往后|此前|接下来|每|近的|间隔)(?:的)?$"
)
_TIME_FRAME_AFTER = re.compile(
    r"^(?:多)?(?:来|以来|间|期间|前|后|之间|之内|里|行动|规划|计划|攻坚|方案|一|如一日|增长|累计|间隔|时间内)"
)
_LASTS = re.compile(
    r"(?:连续|有效期|为期|历时|缩短|延长|周期|时长|寿命|期限|满|达|达到|平均|不少于|不超过|超过|保存|试用期|任期)[^，。；\d]{0,6}$"
)

# ------------------------------------------------------------------------------------- qualifiers

_OVER_LEFT = (
    r"不(?:得|能|应|要|会|可|宜)?(?:低于|少于|小于|短于)|至少(?:为|有)?|起码|超过了?|超出|突破了?|多于|大于|高于|逾|"
    r"(?<![赶反])超|(?<=已)破|(?<![^，。；、])破|(?<![通经不])过(?=[半百千万亿])|(?<![以及晚史])上(?=[百千万亿])"
)
_NEARLY_LEFT = (
    r"(?:不|未|没有)(?:得|能|应|要|会|可|宜)?(?:超过|超出|高于|多于|大于|长于|晚于)|将近|接近|不足|不到|未到|低于|少于|小于|"
    r"(?<![最附邻靠相远])近|至多|最多|最高|最长|控制在"
)
_ABOUT_LEFT = r"(?<![节预合签公条特契履违失])约(?:为|占|有)?|大约(?:为|有)?|大概|估计|大致"
_LINK = r"(?:人民币|港币|达到|达|为|有|占|了|共|计|每年|每月|每天|每日)?"
_LEFT = re.compile(
    rf"(?:(?P<over>{_OVER_LEFT})|(?P<nearly>{_NEARLY_LEFT})|(?P<about>{_ABOUT_LEFT})){_LINK}$"
)
_RIGHT = re.compile(
    r"(?P<over>(?:及|或者?)?以上|之多|有余|多(?![个元样种次少年为])|起(?![来步草到点])|(?<=个)多(?=月|小时))"
    r"|(?P<nearly>(?:及|或者?)?以下|以内|之内|(?<=日|时|天|月|钟|年)内(?![部容蒙]))"
    r"|(?P<about>左右|上下)"
)
_TO = r"(?:—+|–|―|~|～|-|至|到)"

# ------------------------------------------------------------------------------------- quantities

_QUANTITY = re.compile(
    rf"""
    (?P<hundredths>百分之(?P<share>{_AMOUNT}|\d+(?:\.\d+)?))
    |(?P<denominator>[{DIGITS}十百千万\d]+)分之(?P<numerator>[{DIGITS}十百]+|\d+)
    |(?P<half>一半|半数|(?<=过)半(?![年天径个月小夜])|(?<=超)半(?![年天径个月小夜]))
    |(?P<minutes>\d+)分(?P<seconds>\d+)秒
    |(?P<tenths>[一二三四五六七八九两\d])成(?P<fifths>半|[一二三四五六七八九])(?![员立功为本果效])
    |(?P<amount>{_AMOUNT}|半)
     (?:(?P<low_unit>{units.UNIT})?{_TO}(?P<amount2>{_AMOUNT}))?
     (?:(?P<unit>{units.UNIT})|(?={units.NOUN_UNIT})(?P<noun>)|(?P<none>))
    """,
    re.VERBOSE,
)
_GENERIC = frozenset(("个", "项", "类", "种", "条", "大", "点", "次", "位", "件", "步"))
_BARE_SCALE = re.compile(r"[十百千万亿]+")


@dataclass(frozen=True)
class _Found:
    """A numeral with its role, before date and subject."""

    start: int
    end: int
    numeral: str
    role: str
    value: float | None = None
    unit: str | None = None
    qualifier: str | None = None
    after: int = 0


def _of_line(
    line: str, ref: dates.Reference, *, strict: bool
) -> Iterator[tuple[object, ...]]:
    """Rows of one line, without the line number."""
    if not _NUMERAL.search(line):
        return
    mentions = dates.mentions(line, ref)
    frames = dates.Frames(line, mentions, strict=strict)
    subject: str | None = None
    for found in _scan(line, mentions):
        if found.role != "claim":
            value = read_numeral(found.numeral)
            yield (
                found.numeral, found.role, line[found.start : found.end],
                value.low if value else None, None, None, None, None,
            )  # fmt: skip
            continue
        subject = _subject(line, found) or subject
        yield (
            found.numeral, "claim", line[found.start : found.end], found.value, found.unit,
            found.qualifier, frames.at(found.start), subject,
        )  # fmt: skip


def _scan(line: str, mentions: list[dates.Mention]) -> Iterator[_Found]:
    """Numerals of a line from left to right."""
    taken = sorted(_set_aside(line, mentions))
    position, index = 0, 0
    while True:
        match = _NUMERAL.search(line, position)
        if match is None:
            return
        while index < len(taken) and taken[index][1] <= match.start():
            index += 1
        if index < len(taken) and taken[index][0] < match.end():
            start, end, role = taken[index]
            if start <= match.start():
                if match[0] != "半":
                    yield _Found(match.start(), min(match.end(), end), line[match.start() : min(match.end(), end)], role)
                position = max(min(match.end(), end), match.start() + 1)
                continue
        limit = taken[index][0] if index < len(taken) else len(line)
        found = [*_quantity(line, match.start(), limit)]
        if found:
            yield from found
            position = max(found[-1].after, match.end())
        else:
            if match[0] != "半":
                yield _Found(match.start(), match.end(), match[0], "label")
            position = match.end()


def _set_aside(line: str, mentions: list[dates.Mention]) -> Iterator[tuple[int, int, str]]:
    """Spans in which a numeral is no figure, each with the role it has."""
    last = 0
    spans = [(mention.start, mention.end, "date") for mention in mentions]
    spans += [(match.start(), match.end(), "name") for match in _NAMES.finditer(line)]
    for match in _ORDINAL.finditer(line):
        after, before = line[match.end() : match.end() + 2], line[: match.start()]
        if after[:1] in ("位", "名") or (_RANKED.search(before) and not re.match(r"[届次批章条期代季]", after)):
            continue
        spans.append((match.start(), match.end(), "ordinal"))
    for start, end, role in sorted(spans):
        if end > last:
            yield max(start, last), end, role
            last = end


def _quantity(line: str, position: int, limit: int) -> Iterator[_Found]:
    """The claim whose numeral begins at a position, if it is one; two for a range."""
    if line.startswith("百分之", position):
        start = position
    else:
        start = position
    match = _QUANTITY.match(line, start, limit)
    if match is None:
        return
    if match["none"] is not None and match["amount"]:
        yield from _without_unit(line, match, limit)
        return
    reading = _read(match)
    if reading is None:
        return
    low, high, over, numeral = reading
    before, after = line[max(0, start - 24) : start], line[match.end() : match.end() + 24]
    clause_before = re.split(r"[，。；：！？（(“”\n]", before)[-1]
    word = match["unit"]
    if match["hundredths"] or match["denominator"] or match["half"] or match["tenths"]:
        unit = "percent"
    elif match["minutes"]:
        unit = "seconds"
    elif match["noun"] is not None:
        unit = _noun_unit(line, match)
        if unit is None:
            return
    else:
        unit = units.unit_of(word, after, line[max(0, start - 24) : start])
    if word == "成":
        low, high = 10 * low, 10 * high
    if word and word in ("位", "名") or before.endswith("第"):
        unit = _rank(before, unit, word)
        if unit is None:
            return
    if word and not _counts(line, match, numeral, word, clause_before, after):
        return
    right = _RIGHT.match(line, match.end())
    end = right.end() if right else match.end()
    if word and word.startswith("个") and right and right["over"] == "多":
        # 一个多月, 三个多小时
        tail = re.match(r"月|小时", line[end:])
        if tail:
            end += len(tail[0])
            unit = {"月": "months", "小时": "hours"}[tail[0]]
            right = re.match(r"(?P<over>)(?P<nearly>x)?(?P<about>x)?", "")
    if line.startswith("半", match.end()) and word in ("年", "天", "小时", "倍", "个月"):
        low, high, end = low + 0.5, high + 0.5, match.end() + 1
    if before.endswith("第"):
        start -= 1
    left = _LEFT.search(line[max(0, start - 16) : start])
    qualifier = _qualifier(left, right, over=over)
    first = start - (len(left[0]) if left else 0)
    if low == high:
        yield _Found(first, end, numeral, "claim", low, unit, qualifier, end)
    else:
        yield _Found(first, end, numeral, "claim", low, unit, "over", end)
        yield _Found(first, end, numeral, "claim", high, unit, "nearly", end)


def _read(match: re.Match[str]) -> tuple[float, float, bool, str] | None:
    """Low and high end of a quantity, whether it is a lower bound, and its numeral."""
    if match["hundredths"]:
        found = read_numeral(match["share"])
        return found and (found.low, found.high, found.over, match[0])
    if match["denominator"]:
        bottom, top = read_numeral(match["denominator"]), read_numeral(match["numerator"])
        if not bottom or not top or not bottom.low:
            return None
        return 100 * top.low / bottom.low, 100 * top.low / bottom.low, False, match[0]
    if match["half"]:
        return 50.0, 50.0, False, match[0]
    if match["minutes"]:
        seconds = 60 * int(match["minutes"]) + int(match["seconds"])
        return seconds, seconds, False, match[0]
    if match["tenths"]:
        tens, rest = read_numeral(match["tenths"]), match["fifths"]
        extra = 5 if rest == "半" else read_numeral(rest).low  # type: ignore[union-attr]
        return 10 * tens.low + extra, 10 * tens.low + extra, False, match[0]  # type: ignore[union-attr]
    first = read_numeral(match["amount"])
    if first is None:
        return None
    if not match["amount2"]:
        return first.low, first.high, first.over, match["amount"]
    second = read_numeral(match["amount2"])
    if second is None:
        return None
    low = first.low
    # 5—10万: the scale is said once.
    scale = re.search(r"[万亿]+$", match["amount2"])
    if scale and low < second.low and not re.search(r"[万亿]", match["amount"]):
        factor = read_numeral("1" + scale[0])
        if factor and low * factor.low < second.low:
            low *= factor.low
    if low >= second.low:
        return None
    return low, second.low, False, match[0]


def _counts(
    line: str, match: re.Match[str], numeral: str, word: str, before: str, after: str
) -> bool:
    """Whether a numeral with a measure word states a quantity, rather than names something."""
    arabic = numeral[0].isdigit()
    if word == "年":
        return _is_duration(line, match, before, after)
    if word == "岁" and re.match(r"(?:及|或者?)?以[上下]|至|—|-", after):
        return False
    if before.endswith("每") or re.match(r"以?来", after) and word in ("天", "日"):
        return False
    if re.match(r"级", after) or (word == "日" and not arabic and len(numeral) == 1):
        return False
    if word in ("分", "度") and not arabic and len(numeral) == 1:
        return False
    if arabic:
        return True
    if numeral == "半":
        return word in ("小时", "个小时", "天", "个月", "倍")
    if numeral in ("一", "〇", "零"):
        return word in ("倍", "番", "成") or bool(
            re.match(r"多(?:月|小时)", after) and word == "个"
        )
    if _BARE_SCALE.fullmatch(numeral) and numeral != "十":
        # 千家万户, 百日攻坚 are words; 近千家, 上百个, 千万元 are figures.
        return bool(_LEFT.search(line[max(0, match.start() - 8) : match.start()])) or (
            len(numeral) > 1 and word in ("元", "人", "人次", "次", "小时")
        )
    if _quoted(line, match.start()):
        return False
    if len(numeral) == 1 and word in _GENERIC:
        if word in ("件", "位", "步"):
            return True
        if word == "次":
            return bool(re.search(r"跑|提交|办理|往返|来回|到场|压减|减少|缩短|为|至|到", before))
        return bool(units.TALLIED.match(re.sub(r"^(?:[^，。；、]{0,4}?)(?=设区市|地级市)", "", after)))
    return True


def _is_duration(line: str, match: re.Match[str], before: str, after: str) -> bool:
    """Whether N年 says how long something lasts, rather than when something happened."""
    if _TIME_FRAME_BEFORE.search(before) or _quoted(line, match.start()):
        return False
    if _LASTS.search(before):
        return True
    return "." in match[0] or (not _TIME_FRAME_AFTER.match(after) and not after[:1].strip("，。；、"))


def _quoted(line: str, position: int) -> bool:
    """Whether a position is inside a short quotation: a name, as in “两个维护”."""
    opening = line.rfind("“", max(0, position - 12), position)
    if opening < 0 or "”" in line[opening:position]:
        return False
    closing = line.find("”", position, position + 16)
    return closing >= 0 and not re.search(r"[，。；]", line[opening:closing])


def _rank(before: str, unit: str, word: str | None) -> str | None:
    """Unit of a number with 第, or with 位 or 名: a rank, a change of rank, or persons."""
    if before.endswith("第"):
        return "rank"
    if re.search(r"(?:上升|提升|前移|下降|下滑|后移|提高|前进|跃升)了?$", before):
        return "ranks"
    if re.search(r"(?:前|top)$", before, re.IGNORECASE):
        return None
    if word == "位" and _RANK_WORD.search(before):
        return "rank"
    return unit


def _noun_unit(line: str, match: re.Match[str]) -> str | None:
    """Unit of a number right before a noun: 1.5亿用户, 27省."""
    noun = re.match(units.NOUN_UNIT, line[match.end() :])
    numeral = match["amount"]
    if noun is None:
        return None
    large = re.search(r"[万亿]", numeral) or (numeral[0].isdigit() and "." not in numeral)
    if not large or (len(noun[0]) == 1 and not numeral[0].isdigit()):
        return None
    if len(noun[0]) == 1 and re.match(r"[场长民级区域内外]", line[match.end() + 1 :]):
        return None
    return units.NOUNS[noun[0]]


def _without_unit(line: str, match: re.Match[str], limit: int) -> Iterator[_Found]:
    """A number without a unit: 用户已达863万, 指数为0.913, 排名第12, or 3、5和8个."""
    start, numeral = match.start(), match["amount"]
    found = read_numeral(numeral)
    if found is None or numeral == "半":
        return
    before = line[max(0, start - 24) : start]
    end = match.start() + len(numeral)
    left = _LEFT.search(before)
    first = start - (len(left[0]) if left else 0)
    if before.endswith("第"):
        yield _Found(start - 1, end, numeral, "claim", found.low, "rank", "exact", end)
        return
    right = _RIGHT.match(line, end)
    qualifier = _qualifier(left, right, over=found.over)
    shared = re.match(rf"(?:[、和与及]{ARABIC})+(?P<unit>{units.UNIT})", line[end:limit])
    if numeral[0].isdigit() and shared:
        unit = units.unit_of(shared["unit"], line[end + shared.end() :][:24], before)
        yield _Found(first, end, numeral, "claim", found.low, unit, qualifier, end)
        return
    clause = re.split(r"[，。；！？（(“”]", before[: len(before) - (len(left[0]) if left else 0)])[-1]
    words = re.sub(r"(?:已经?|现有|累计|总计|合计|共计?|均|分别|上升|提升|增加|增长|提高|下降)*(?:达到|达|为|是|有|至|到|超|:|：)*$", "", clause)
    unit = next((unit for pattern, unit in units.IMPLIED if re.search(pattern, words)), None)
    scaled = re.search(r"[万亿]", numeral) and (numeral[0].isdigit() or len(numeral) > 2)
    if unit in ("points", "index"):
        if not numeral[0].isdigit() or (unit == "index" and "." not in numeral):
            return
    elif not scaled or re.match(r"[级吨]", line[end:]):
        return
    yield _Found(first, right.end() if right else end, numeral, "claim", found.low, unit or "items", qualifier, end)


def _qualifier(
    left: re.Match[str] | None, right: re.Match[str] | None, *, over: bool
) -> str:
    """The ledger's qualifier from the words around a figure and in it."""
    for name in ("over", "nearly", "about"):
        if (left is not None and left[name] is not None) or (
            right is not None and right[name] is not None
        ):
            return name
    return "over" if over else "exact"


# ---------------------------------------------------------------------------------------- subjects

_BOUNDARY = re.compile(r"[，。；：、！？（）()“”《》—\s,;:]")
_VERBS = frozenset(
    "实现 提供 完成 达到 达 成为 建成 超过 突破 开展 增长 提高 下降 减少 增加 上升 提升 缩短 压缩 压减 占 有 为 "
    "覆盖 惠及 服务于 设立 设置 接入 领取 使用 全部 已 均 开通 表示 感到 之 中 在 由 从 至 到 对 和 与 及 以及 "
    "处理 累计 共 进入 入选 完成 来自 参加 办结 办好 发出 节省 面向 上线 受理 归集 签发 制发 汇聚 取消 投入 "
    "稳定 保持 排名 居 位列 位居 可 可以 每年 预计 计划 新建 采用 打通 用 被 的 地 得 了 着 过 把 将 使 于 按 同比 环比 比 较 "
    "分别 平均 总计 合计 约 近 逾 不足 不到 不低于 不超过 低于 高于 控制 降至 降 增至 升至 减 增 就 只 仅 仍 还 也 都 其中 且 并 而".split()
)
_NOUNISH = ("n", "v", "j", "l", "b", "a", "i", "s", "f", "e", "q", "z", "k", "g", "x")
_NOT_SUBJECT = frozenset("全省 全市 全国 全县 全年 当年 今年 去年 其中 目前 如今 此外 同时 每日 每天".split())


def _subject(line: str, found: _Found) -> str | None:
    """What a figure counts: the noun after its unit, else the one before the figure."""
    after = _first_phrase(line[found.end : found.end + 18])
    if found.unit not in _MEASURES or line[found.end : found.end + 1] == "的":
        if after:
            return after
    before = _last_phrase(line[max(0, found.start - 26) : found.start])
    return before or (after if found.unit in ("minutes", "hours", "days", "percent") else None)


_MEASURES = frozenset(
    "percent percentage_points per_mille yuan usd hkd times doublings index points rank ranks days working_days "
    "hours months years seconds kilometres metres petabytes terabytes gigabytes".split()
)


def _first_phrase(text: str) -> str | None:
    """The noun phrase that a text begins with."""
    text = _BOUNDARY.split(text.removeprefix("的"), maxsplit=1)[0]
    words: list[str] = []
    tagged = plausible.tag(text)
    for index, (word, tag) in enumerate(tagged):
        if word in _VERBS or tag[0] in "pcdurmtx" or word in ("中", "之中"):
            break
        later = tagged[index + 1][1][0] if index + 1 < len(tagged) else ""
        if tag == "v" and later not in ("n", "v"):
            if not words:
                return None
            break
        words.append(word)
    return "".join(words) or None


def _last_phrase(text: str) -> str | None:
    """The last noun phrase of the clause that a text ends in, verbs and adverbs left off."""
    clauses = [clause for clause in re.split(r"[，。；：！？（）()\s]", text)]
    clause = clauses[-1].strip("“”")
    tagged = plausible.tag(clause)
    while tagged and (tagged[-1][0] in _VERBS or tagged[-1][1][0] in "vpdcurfmqty" and tagged[-1][1] != "vn"):
        tagged.pop()
    words: list[str] = []
    for word, tag in reversed(tagged):
        if word in _VERBS or tag[0] in "pcdurmtx" or word in "、“”《》" or word in _NOT_SUBJECT:
            break
        words.append(word)
    return "".join(reversed(words)) or None
