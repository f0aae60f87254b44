"""From text to a tidy table: the figures of a Chinese text, with unit, qualifier, date and subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from digigov.text import dates, units
from digigov.text.files import check_chinese, check_readable
from digigov.text.numerals import ARABIC, DIGITS, read_numeral
from digigov.text.repair import SCRIPTS, check_text, repair, to_script
from digigov.text.subjects import Subjects

CLAIM_COLUMNS = {
    "text": "str",
    "value": "float64",
    "unit": "str",
    "qualifier": "str",
    "as_of": "str",
    "subject": "str",
    "line": "int64",
}
"""Columns of a table of claims and their types."""

NUMERAL_COLUMNS = {"numeral": "str", "role": "str"} | CLAIM_COLUMNS

ROLES = ("claim", "date", "ordinal", "name", "label")
"""What a numeral can be: a figure; part of a date; 第三; part of a name or number (5G, 12345热线,
《…（2023）》, 〔2022〕18号); or a word that only sounds like a number (一网通办, 三个意识)."""


def extract_claims(text: str, *, script: str = "simplified", strict: bool = False) -> pd.DataFrame:
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
    TextError
        If the text is empty, holds no Chinese characters, or was decoded in a wrong encoding.
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
    check_chinese(text, "text")
    repaired = repair(text, strict=strict).text
    check_readable(repaired, "text")
    found = numerals(repaired, strict=strict)
    claims = found.loc[found["role"] == "claim", list(CLAIM_COLUMNS)].reset_index(drop=True)
    if script != "simplified":
        for column in ("text", "subject"):
            claims[column] = claims[column].map(
                lambda words: to_script(words, script), na_action="ignore"
            )
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
_KILO = "千(?=[瓦伏])"
"""Part of the unit, not of the number: 480千瓦, 五百千伏."""
_SCALES = r"(?:[十百万亿]|千(?![瓦伏米克]))+"
_AMOUNT = (
    # 3万5千, 1亿3,400万, 10余万, 1.2万多, 2170
    rf"(?:{ARABIC}(?:[余多]?{_SCALES}(?:{ARABIC}[百千万]+)*)?[余多]?"
    # 三千五百万, 十几万, 数百, 一点五亿, 五千一百多万, 百余
    rf"|(?:几(?=[{_SCALE}])|(?<![人户件次指总函参基分台少多])数(?=[{_SCALE}])|[{DIGITS}{_SCALE}廿])"
    rf"(?:(?!{_KILO})[{DIGITS}{_SCALE}]|几(?=[{_SCALE}])|点(?=[{DIGITS}])|(?<=[{_SCALE}])[多余](?=[百千万亿]))*"
    rf"(?:(?<=[{_SCALE}])[多余]|(?<=十)几)?)"
)
_NUMERAL = re.compile(rf"{_AMOUNT}|半")

_LATIN_UNIT = rf"(?:{units.LATIN})(?![A-Za-z0-9])"
_HOTLINE = (
    r"(?:政务|便民|服务|市民|市长|政府|公共|公益|投诉|举报|监督|综合|企业|税务|消费|维权|医保|社保|城管|"
    r"法律|妇女|青少年|心理|援助|救助|咨询)*(?:热线|专线|电话|平台|急救|报警)"
)
_NAMES = re.compile(
    rf"""
    《[^》]{{0,120}}》                                        # a title
    |〔\d{{4}}〕\d+号|[（(](?:19|20)\d{{2}}[）)](?:\d+号)?   # 云政办〔2022〕18号
    |(?<!\d)第?\d{{1,12}}号(?!线)|[一二三四五六七八九十百]+号(?=[文令])
    |(?:https?://|www\.)[\w./?=&%-]{{1,200}}|(?<![\w.])[A-Za-z0-9_.+-]{{1,60}}@[A-Za-z0-9.-]{{1,60}}
    |(?<![A-Za-z])[A-Za-z][A-Za-z/.]{{0,20}}[ -]?\d[A-Za-z0-9.—-]{{0,20}}          # IPv6, PM2.5, COVID-19
    |(?<![\d.])\d{{1,6}}(?:\.\d{{1,4}})?(?!{_LATIN_UNIT})[A-Za-z][A-Za-z0-9+]{{0,12}}    # 5G, 3A
    |(?<![\d.])\d{{1,3}}(?:\.\d{{1,3}})?(?:版(?!本?[权式])|版本)                  # 2.0版
    |[“"‘]?(?<![\d.])[\dN.]{{1,8}}(?:[+＋×xX:：∶][\dNXnx.]{{1,8}})+(?:小时)?[”"’]?    # 1+5+N, 7×24小时, 1:1
    |(?<!\d)0\d{{2,3}}-\d{{7,8}}(?!\d)|(?<!\d)1\d{{10}}(?!\d)|400-?\d{{3}}-?\d{{4}}
    |(?<![\d.,])(?:1\d{{2}}|1\d{{4}}|9\d{{4,5}})(?![\d.,%万亿])(?=[”"]?{_HOTLINE})
    |(?:阅读|浏览|点击|访问)(?:次数|人次|量|数)?[:：]\s*                         # a page's own counter
      \d[\d,]*(?![\d.万亿])(?:人?次)?(?=[\s】来字发作编分打时责]|$)
    |(?:拨打|致电|电话)[：:]?\d{{3,12}}
    |(?<![\d.])\d{{1,2}}(?:时|点(?!击))(?:\d{{1,2}}分|整|半)?(?!均)    # 9时30分
    |(?:24|二十四)小时(?!内|以内|之内|的?时限|审结|办结)      # round the clock
    |(?:1[89]|2[01]|十九|二十|二十一)世纪(?:\d0|[一二三四五六七八九]十)?年代?
    |\d0后
    |[一二三]产(?![品生权量值])
    |[一二两三四五六七八九]级(?=[协联响医保])
    |^\s*[（(]?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)）、.．](?!\d)\s*|[（(](?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[)）]
    |\d{{2,4}}千伏(?=及?以[上下]|特?高压|智能|主网|电网|[配变输]电|输变电|线路|工程|换流|母线|[直交]流)
    |[①-⑳]
    |[“"‘][^”"’，。]{{0,16}}[”"’](?<=[五六七八九十][”"’])     # “十四五”
    |十[二三四五](?=规划|时期|期间|期末)
    |(?<=[到至])\d{{1,3}}周?岁|\d{{1,3}}(?:[-—~至]\d{{1,3}})?周?岁(?=以|及|老|儿|人|的?(?:人口|青|网民|群体|幼|妇|婴))
    """,
    re.VERBOSE,
)
_RANK_WORD = re.compile(
    r"(?:排名|排位|位次|位列|位居|名列|排列|排在|排|居|列|跃居|跃升|跃升至|上升|升至|前移|后移|提升|提高|下降|下滑|进入|由|从|至|到)"
    r"[^，。；\d]{0,10}$"
)
_RANKED = re.compile(r"(?:排名|排位|位次|位列|位居|名列|排在|排|居|列)[^，。；\d]{0,8}$")
_AFTER_RANK = re.compile(r"[升降提跃上下前后至到和或并且但比较以的，。；、）),;\s]|$")
"""位 right before a noun counts people: 今天我们邀请到三位嘉宾."""
_ORDINAL = re.compile(rf"第(?:{_AMOUNT})")
_RANK_ENDS = re.compile(r"[位名]|的?(?:[，。；、）)]|$)")
_TIME_FRAME_BEFORE = re.compile(
    r"(?:[近这后]|(?<!提)前|(?<!超)过|过去|未来|今后|最近|往后|此前|接下来|每|近的|间隔)(?:的)?$"
)
_TIME_FRAME_AFTER = re.compile(
    r"(?:多)?(?:来|以来|间|期间|前|后|之间|之内|里|行动|规划|计划|攻坚|方案|一|如一日|增长|累计|间隔|时间内)"
)
_LASTS = re.compile(
    r"(?:连续|有效期|为期|历时|缩短|延长|周期|时长|寿命|期限|提前|推迟|满|达|达到|平均|不少于|不超过|超过|保存|试用期|任期)[^，。；\d]{0,6}$"
)
_AGE = re.compile(r"(?:寿命|年龄|岁数|平均)[^，。；]{0,8}$|[今现]年$")
_FOREMOST = re.compile(r"(?<![目提此之以往当生日年月天会])[前首]$")
"""前三批, 前十类 are the first of them; 届满前 and 目前 are not."""
_LEADING = re.compile(r"(?:^|[，。；：、“（的]|[国省市县区界球名列居])前$")
"""排名前10个城市, 全国前20个县: the best, not how many."""

# ------------------------------------------------------------------------------------- qualifiers

_NOT = r"不(?:得|能|应|要|会|可|宜)?"
_OVER_WORDS = rf"{_NOT}(?:低于|少于|小于|短于)|至少(?:为|有)?|起码"
_NEARLY_WORDS = rf"(?:{_NOT}|未|没有)(?:超过|超出|高于|多于|大于|长于|晚于)|至多|最多|控制在"
_LEFT = re.compile(
    rf"""
    (?:(?P<over>{_OVER_WORDS}|超过了?|超出|突破了?|多于|大于|高于|逾|(?<![赶反])超|(?<=[已首再])破|(?<![^，。；、])破|(?<=[量额数户值额])破)
    |(?P<nearly>{_NEARLY_WORDS}|将近|接近|不足|不到|未到|低于|少于|小于|(?<![最附邻靠相远])近
      |最[高长](?!达|为)|最[高多长]可?(?:处以?|判处?|获得?|享受?|补贴|补助|奖励|给予)[^，。；、\d]{{0,4}}?)
    |(?P<about>(?<![节预合签公条特契履违失])约(?:为|占|有)?|大约(?:为|有)?|大概|估计|大致))
    (?:人民币|港币|达到|达|为|有|占|了|共|计|每(?:年|月|天|日|小时|分钟|秒|人|户|次))?$
    """,
    re.VERBOSE,
)
_LEFT_OF_SCALE = re.compile(
    r"(?P<over>(?<![通经不])过|(?<![以及晚史])上)(?P<nearly>x)?(?P<about>x)?$"
)
"""上百, 过千: only before a scale."""

_LEFT_OF_WHOLE = re.compile(
    rf"(?:(?P<over>{_OVER_WORDS}|超过了?|突破了?|高于|逾)|(?P<nearly>{_NEARLY_WORDS}|接近|不足|不到|低于)"
    rf"|(?P<about>约(?:[占为是]|相当于)|大约[占为是]?|相当于约))"
    rf"[^，。；、（）\d{DIGITS}{_SCALE}]{{1,10}}的$"
)
"""不得低于预算总额的百分之四十, 超过总量的六成, 约为平日的1.8倍."""

_RIGHT = re.compile(
    r"(?P<over>(?:及|或者?)?以上|之多|有余|出头|还多|强(?=[，。；、）的]|$)|多(?![个元样种次少年为])|起(?![来步草到点])|(?<=个)多(?=月|小时))"
    r"|(?P<nearly>(?:及|或者?)?以下|弱(?=[，。；、）的]|$)|以内|之内|(?<=日|时|天|月|钟|年|秒)内(?![部容蒙]))"
    r"|(?P<about>左右|上下)"
)
_TO = r"(?:—+|–|―|~|～|-|至|到)"

# ------------------------------------------------------------------------------------- quantities

_QUANTITY = re.compile(
    rf"""
    百分之(?P<share>{_AMOUNT}|\d+(?:\.\d+)?)(?:{_TO}(?:百分之)?(?P<share2>[{DIGITS}十百]+(?:点[{DIGITS}]+)?))?
    |(?P<denominator>[{DIGITS}十百千万\d]{{1,9}})分之(?P<numerator>[{DIGITS}十百]+|\d+)
    |(?P<top>\d{{1,3}})/(?P<bottom>\d{{1,3}})(?![\d/])
    |(?P<half>一半|半数|(?<=[过超逾近])半(?![年天径个月小夜成分世百价载期挂数]))
    |(?P<hours>[{DIGITS}十\d]{{1,3}})个?小时(?P<over_hours>[{DIGITS}十\d]{{1,3}})分钟?
    |(?P<minutes>\d{{1,4}})分(?P<seconds>\d{{1,2}})秒
    |(?P<tenths>[一二三四五六七八九两\d])成(?P<fifths>半|[一二三四五六七八九](?:点[{DIGITS}]+)?)(?![员立功为本果效])
    |(?P<amount>{_AMOUNT}|半)
     (?:(?P<low_unit>{units.UNIT})?{_TO}(?P<amount2>{_AMOUNT}))?
     (?:(?P<unit>{units.UNIT})|(?={units.NOUN_UNIT})(?P<noun>)|(?P<none>))
    """,
    re.VERBOSE,
)
_MINUS = re.compile(r"(?<![\d%—~至到])(?:[-－−]|(?<![自减担肩背])负|零下)$")
_SIGNED = frozenset(("rank", "percent", "percentage_points", "per_mille", "degrees"))
"""Units of figures that may be below zero; of others only what *is* so: 净流入为-3.5亿元."""
_IS_MINUS = re.compile(r"[为达是][-－−负]$")
_GENERIC = frozenset(("个", "项", "类", "种", "条", "大", "点", "次", "位", "件", "步"))
_BARE_SCALE = re.compile(r"[十百千万亿]+")
_LONGEST = 40
"""Characters of the longest numeral that is read; what is longer is no figure."""


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


def _of_line(line: str, ref: dates.Reference, *, strict: bool) -> Iterator[tuple[object, ...]]:
    """Rows of one line, without the line number."""
    if not _NUMERAL.search(line):
        return
    mentions = dates.mentions(line, ref)
    frames = dates.Frames(line, mentions, strict=strict)
    scanned = [*_scan(line, mentions)]
    subjects = Subjects(
        line,
        [(mention.start, mention.end) for mention in mentions],
        [(found.start, found.end) for found in scanned if found.role == "claim"],
    )
    stated: tuple[object, ...]
    for found in scanned:
        if found.role != "claim":
            value = read_numeral(found.numeral) if len(found.numeral) <= _LONGEST else None
            stated = (value.low if value else None, None, None, None, None)
        else:
            subject = subjects.of(found.start, found.end, found.unit)
            unit = units.of_subject(found.unit, subject)
            stated = (found.value, unit, found.qualifier, frames.at(found.start), subject)
        yield found.numeral, found.role, line[found.start : found.end], *stated


def _scan(line: str, mentions: list[dates.Mention]) -> Iterator[_Found]:
    """Numerals of a line from left to right."""
    taken = [*_set_aside(line, mentions)]
    position, index = 0, 0
    while match := _NUMERAL.search(line, position):
        while index < len(taken) and taken[index][1] <= match.start():
            index += 1
        start, end, role = taken[index] if index < len(taken) else (len(line), len(line), "")
        if start <= match.start() < end:
            position = min(match.end(), end)
        else:
            found = _quantity(line, match.start(), start)
            yield from found
            position = max([match.end(), *(one.end for one in found)])
            if found:
                continue
            role = "label"
        if match[0] != "半":
            yield _Found(match.start(), position, line[match.start() : position], role)


def _set_aside(line: str, mentions: list[dates.Mention]) -> Iterator[tuple[int, int, str]]:
    """Spans in which a numeral is no figure, each with the role it has."""
    spans = [(mention.start, mention.end, "date") for mention in mentions]
    spans += [(match.start(), match.end(), "name") for match in _NAMES.finditer(line)]
    for match in _ORDINAL.finditer(line):
        ranked = _RANKED.search(line[max(0, match.start() - 20) : match.start()])
        ends = _RANK_ENDS.match(line, match.end())
        if not ends or (not ranked and ends[0][:1] not in ("位", "名")):
            spans.append((match.start(), match.end(), "ordinal"))
    last = 0
    for start, end, role in sorted(spans):
        if end > last:
            yield max(start, last), end, role
            last = end


def _quantity(line: str, start: int, limit: int) -> list[_Found]:
    """The claim whose numeral begins at a position, if it is one; two for a range."""
    match = _QUANTITY.match(line, start, limit)
    if match is None or match.end() - start > 3 * _LONGEST:
        return []
    if match["none"] is not None:
        return _without_unit(line, match, limit)
    reading = _read(match)
    unit = _unit(line, match)
    if reading is None or unit is None:
        return []
    low, high, over, numeral = reading
    if match["unit"] and not _counts(line, match, numeral):
        return []
    if match["unit"] == "成":
        low, high = 10 * low, 10 * high
    end = match.end()
    right = _RIGHT.match(line, end)
    each = _SHARED_NOUN.match(line, end) if match["unit"] == "个" and right is None else None
    if each:
        # 3个和1个工作日以内: unit and qualifier are said once, at the last.
        unit, right = units.FIXED["个" + each["unit"]], _RIGHT.match(line, each.end())
    elif right:
        end = right.end()
        tail = re.compile("月|小时").match(line, end)
        if right[0] == "多" and tail:  # 一个多月
            end, unit = tail.end(), {"月": "months", "小时": "hours"}[tail[0]]
    elif line.startswith("半", end) and match["unit"] in ("年", "天", "小时", "倍"):
        low, high, end = low + 0.5, high + 0.5, end + 1
    before = line[max(0, start - 3) : start]
    sign = _MINUS.search(before)
    if sign and (unit in _SIGNED or _IS_MINUS.search(before)):
        low, high, start = -low, -high, start - len(sign[0])
    if line.startswith("第", start - 1) and start:
        start -= 1
    left = _left(line, start)
    first = start - (len(left[0]) if left and left.re is not _LEFT_OF_WHOLE else 0)
    if low == high:
        return [_Found(first, end, numeral, "claim", low, unit, _qualifier(left, right, over=over))]
    return [
        _Found(first, end, numeral, "claim", value, unit, qualifier)
        for value, qualifier in ((low, "over"), (high, "nearly"))
    ]


def _left(line: str, start: int) -> re.Match[str] | None:
    """Qualifier before a position."""
    before = line[max(0, start - 20) : start]
    found = _LEFT.search(before) or _LEFT_OF_WHOLE.search(before)
    if found is None and line[start] in f"半{_SCALE}":
        found = _LEFT_OF_SCALE.search(before)
    return found


def _read(match: re.Match[str]) -> tuple[float, float, bool, str] | None:
    """Low and high end of a quantity, whether it is a lower bound, and its numeral."""
    if match["share"]:
        least, most = read_numeral(match["share"]), read_numeral(match["share2"] or match["share"])
        if least is None or most is None:
            return None
        return least.low, max(most.high, least.low), least.over, match[0]
    if match["denominator"] or match["bottom"]:
        whole = read_numeral(match["denominator"] or match["bottom"])
        part = read_numeral(match["numerator"] or match["top"])
        if not whole or not part or not 0 < part.low < whole.low:
            return None
        return 100 * part.low / whole.low, 100 * part.low / whole.low, False, match[0]
    if match["half"]:
        return 50.0, 50.0, False, match[0]
    if match["hours"]:
        whole, rest = read_numeral(match["hours"]), read_numeral(match["over_hours"])
        if whole is None or rest is None:
            return None
        minutes = 60 * whole.low + rest.low
        return minutes, minutes, False, match[0]
    if match["minutes"]:
        seconds = 60 * int(match["minutes"]) + int(match["seconds"])
        return seconds, seconds, False, match[0]
    if match["tenths"]:
        tens, rest = read_numeral(match["tenths"]), read_numeral(match["fifths"])
        if tens is None or rest is None:
            return None
        share = 10 * tens.low + (5 if match["fifths"] == "半" else rest.low)
        return share, share, False, match[0]
    if len(match["amount"]) > _LONGEST:
        return None
    first = read_numeral(match["amount"])
    if first is None:
        return None
    if not match["amount2"]:
        return first.low, first.high, first.over, match["amount"]
    second = read_numeral(match["amount2"]) if len(match["amount2"]) <= _LONGEST else None
    if second is None:
        return None
    low = first.low
    # 5—10万: the scale is said once.
    scale = re.search(r"[万亿]+$", match["amount2"])
    if scale and not re.search(r"[万亿]", match["amount"]):
        factor = read_numeral("1" + scale[0])
        if factor and low * factor.low < second.low:
            low *= factor.low
    return (low, second.low, False, match[0]) if low < second.low else None


def _unit(line: str, match: re.Match[str]) -> str | None:
    """Unit of a quantity; None if it turns out to be none."""
    word, start = match["unit"], match.start()
    before = line[max(0, start - 40) : start]
    if (
        match["share"]
        or match["denominator"]
        or match["bottom"]
        or match["half"]
        or match["tenths"]
    ):
        if match["bottom"] and not re.search(r"[的占为约近达超过有]$", before):
            return None
        return "percent"
    if match["hours"]:
        return "minutes"
    if match["minutes"]:
        return "seconds"
    if match["noun"] is not None:
        return _noun_unit(line, match)
    unit = units.unit_of(word, line[match.end() : match.end() + 24], before)
    if before.endswith("第"):
        return "rank"
    if word in ("位", "名"):
        if re.search(r"(?:上升|提升|前移|下降|下滑|后移|提高|前进|跃升)了?$", before):
            return "ranks"
        if re.search(r"(?:[前后末]|倒数|top)$", before, re.IGNORECASE):
            return None
        if word == "位" and _RANK_WORD.search(before) and _AFTER_RANK.match(line, match.end()):
            return "rank"
    return unit


def _counts(line: str, match: re.Match[str], numeral: str) -> bool:
    """Whether a numeral with a measure word states a quantity, rather than names something."""
    word, start = match["unit"], match.start()
    after = line[match.end() : match.end() + 24]
    before = re.split(r"[，。；：！？（(“”]", line[max(0, start - 24) : start])[-1]
    arabic = numeral[0].isdigit()
    if word == "年":
        return _is_duration(line, match, before, after)
    if word in ("岁", "周岁"):
        # No one is 78.6 years old: with decimals it is an average, whatever stands before.
        return "." in numeral or bool(_AGE.search(before))
    if (before.endswith("每") or (word in ("天", "日") and re.match(r"以?来", after))) and not (
        arabic and re.match(r"[，。；、）]|$", after)
    ):
        return False
    if word == "日" and not _is_span_of_days(line, match, numeral):
        return False
    if after.startswith("级") or (word == "晚" and re.search(r"(?:周|星期|初|月)$", before)):
        return False
    if before[-1:] in ("前", "首") and (
        (word in ("批", "类", "轮", "期") and _FOREMOST.search(before))
        or (word in ("个", "项", "家", "种", "条", "件") and _LEADING.search(before))
    ):
        return False
    if word in ("分", "度", "升") and not arabic and len(numeral) == 1:
        return False
    if arabic:
        return True
    if numeral == "半":
        return word in ("分钟", "小时", "个小时", "天", "个月", "倍", "工作日", "个工作日")
    if numeral in ("一", "〇", "零"):
        return word in ("倍", "番", "成") or (
            word == "个" and bool(re.match(r"多(?:月|小时)", after))
        )
    if _BARE_SCALE.fullmatch(numeral) and numeral != "十":
        # 千家万户, 百日攻坚 are words; 近千家, 上百个, 千万元 are figures.
        return _left(line, start) is not None or (
            len(numeral) > 1 and (word in ("元", "人", "人次", "次", "小时") or numeral[0] == "十")
        )
    if _quoted(line, start):
        return False
    if len(numeral) == 1 and word in _GENERIC:
        if word in ("件", "位", "步") or _BOUND.match(after):
            return True
        if _left(line, start) and not after[:1].strip("，。；、）"):
            # 项目不少于三个: the noun was said before.
            return True
        if word == "次":
            return bool(_RIGHT.match(line, match.end())) or bool(
                re.search(r"跑|提交|办理|往返|来回|到场|压减|减少|缩短|为|至|到", before)
            )
        # 十一个设区市中有八个建成…: the noun was said before.
        partial = word == "个" and re.search(
            r"[中里内](?:已?有|，)$", line[max(0, start - 3) : start]
        )
        return bool(partial) or bool(
            units.TALLIED.match(re.sub(r"^[^，。；、]{0,4}?(?=设区市|地级市)", "", after))
        )
    return True


_BOUND = re.compile(r"[及或]?以[上下内]|左右")
"""两个以上部门: what has a bound is a number, whatever the noun."""


def _is_span_of_days(line: str, match: re.Match[str], numeral: str) -> bool:
    """Whether N日 says how many days, rather than which day of the month: 5日内, but 6日夜间."""
    if len(numeral) == 1 and not numeral.isdigit():
        return False
    before, end = line[max(0, match.start() - 12) : match.start()], match.end()
    return bool(
        _RIGHT.match(line, end)
        or _left(line, match.start())
        or match["amount2"]
        or _LASTS.search(before)
        or re.search(r"(?:提前|隔离|公示|公告|延后|推迟)[^，。；\d]{0,3}$", before)
    )


def _is_duration(line: str, match: re.Match[str], before: str, after: str) -> bool:
    """Whether N年 says how long something lasts, rather than when something happened."""
    if _TIME_FRAME_BEFORE.search(before) or _quoted(line, match.start()):
        return False
    if _LASTS.search(before) or "." in match[0]:
        return True
    return not _TIME_FRAME_AFTER.match(after) and not after[:1].strip("，。；、")


def _quoted(line: str, position: int) -> bool:
    """Whether a position is inside a short quotation: a name, as in “两个维护”."""
    opening = line.rfind("“", max(0, position - 12), position)
    if opening < 0 or "”" in line[opening:position]:
        return False
    closing = line.find("”", position, position + 16)
    return closing >= 0 and not re.search(r"[，。；]", line[opening:closing])


_NOUN = re.compile(units.NOUN_UNIT)


def _noun_unit(line: str, match: re.Match[str]) -> str | None:
    """Unit of a number right before a noun: 1.5亿用户, 27省."""
    noun, numeral = _NOUN.match(line, match.end()), match["amount"]
    if noun is None or line.endswith("每", 0, match.start()):
        return None
    arabic = numeral[0].isdigit()
    large = re.search(r"[万亿]", numeral) or (arabic and "." not in numeral)
    if not arabic and len(noun[0]) == 1:
        # 十八区, 三十一省: only where the clause ends there, for 百县千镇 is a name.
        large = re.fullmatch(r"[二三四五六七八九]?十[一二三四五六七八九]?", numeral) and (
            not line[noun.end() : noun.end() + 1].strip("，。；、）的")
        )
        # 岱山等五市: the places were named.
        large = large or (
            re.fullmatch("[两二三四五六七八九]", numeral) and line.endswith("等", 0, match.start())
        )
    if not large:
        return None
    if noun[0] in "国城" and line[noun.end() : noun.end() + 1].strip("，。；、）的"):
        return None
    if len(noun[0]) == 1 and line[noun.end() : noun.end() + 1] in tuple("场长民级区域内外直"):
        return None
    return units.NOUNS[noun[0]]


def _without_unit(line: str, match: re.Match[str], limit: int) -> list[_Found]:
    """A number without a unit: 用户已达863万, 指数为0.913, 排名第12, or 3、5和8个."""
    start, numeral = match.start(), match["amount"]
    found = read_numeral(numeral) if len(numeral) <= _LONGEST and numeral != "半" else None
    if found is None:
        return []
    end, before = start + len(numeral), line[max(0, start - 24) : start]
    if before.endswith("第"):
        return [_Found(start - 1, end, numeral, "claim", found.low, "rank", "exact")]
    left, right = _left(line, start), _RIGHT.match(line, end)
    first, last = start - (len(left[0]) if left else 0), right.end() if right else end
    unit = _shared_unit(line, end, limit, before) if numeral[0].isdigit() else None
    if unit is None:
        clause = re.split(r"[，。；！？（(“”]", line[max(0, first - 24) : first])[-1]
        words = _RISEN_FROM.sub("", clause)
        if _RISEN_BY.fullmatch(clause):
            there = first - len(clause)
            level = _LEVEL.search(line[max(0, there - 24) : there])
            words = level[1] if level else words
        words = _LEADING_UP.sub("", words)
        unit = "persons" if units.PEOPLE.match(line, end) else None
        unit = unit or next(
            (unit for pattern, unit in units.IMPLIED if re.search(pattern, words)), None
        )
        scaled = re.search(r"[万亿]", numeral) and (numeral[0].isdigit() or len(numeral) > 2)
        if unit in ("points", "index"):
            if not numeral[0].isdigit() or (unit == "index" and "." not in numeral):
                return []
        elif not scaled or line.startswith(("级", "吨"), end):
            return []
    qualifier = _qualifier(left, right, over=found.over)
    return [_Found(first, last, numeral, "claim", found.low, unit or "items", qualifier)]


_RISEN_FROM = re.compile(
    rf"[由从](?:[^，。；由从\d]{{0,8}}(?:\d{{4}}年)?的)?(?:{ARABIC}[^，。；\d]{{1,5}}[至到为])?$"
)
"""系数由0.561提高至0.584: both are the coefficient's."""
_RISEN_BY = re.compile(
    r"(?:同?比|较)[^，。；]{0,8}?(?:提高|提升|上升|上涨|增加|增长|下降|回落|降低|减少)了?"
)
_LEVEL = re.compile(rf"([^，。；\d]{{1,12}}){ARABIC}分?，$")
"""综合指数达76.8，|比上年提高5.3: the second figure is the index's too."""
_LEADING_UP = re.compile(
    r"(?:已经?|现有|累计|总计|合计|共计?|均|分别|上升|提升|增加|增长|提高|下降|[升增降减])*(?:达到|达|为|是|有|至|到|超|:|：)*$"
)
_SHARED_NOUN = re.compile(
    rf"(?:[、和与及](?:{ARABIC}|[{DIGITS}十]+)个)+(?P<unit>工作日|工作天|自然日|月|小时|百分点|星期|季度)"
)
_SHARED = re.compile(rf"(?:[、和与及]{ARABIC})+(?P<unit>{units.UNIT})")


def _shared_unit(line: str, end: int, limit: int, before: str) -> str | None:
    """Unit that several numbers share: 3、5和8个."""
    shared = _SHARED.match(line, end, limit)
    return shared and units.unit_of(shared["unit"], line[shared.end() : shared.end() + 24], before)


def _qualifier(left: re.Match[str] | None, right: re.Match[str] | None, *, over: bool) -> str:
    """The ledger's qualifier from the words around a figure and in it."""
    for name in ("over", "nearly", "about"):
        if any(side is not None and side[name] is not None for side in (left, right)):
            return name
    return "over" if over else "exact"
