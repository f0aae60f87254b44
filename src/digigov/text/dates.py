"""Dates in Chinese text: where they stand, what they resolve to, and which a figure is for."""

from __future__ import annotations

import re
from bisect import bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_CHINESE_YEAR = r"[一二][零〇九][零〇一二三四五六七八九]{2}"
_YEAR = rf"(?:(?:19|20)\d{{2}}|{_CHINESE_YEAR})"
_DIGITS = {character: str(value) for value, character in enumerate("〇一二三四五六七八九")} | {
    "零": "0"
}
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九]|十[一二]?|[二三]?十[一二三四五六七八九]?)"
_TO = r"(?:—|–|-|―|~|～|至|到)+"
_PERIODS = {
    "上半年": "06", "下半年": "12", "前三季度": "09", "前三个季度": "09", "第一季度": "03", "一季度": "03",
    "首季度": "03", "首季": "03", "第二季度": "06", "二季度": "06", "第三季度": "09", "三季度": "09",
    "第四季度": "12", "四季度": "12", "第一季": "03", "第二季": "06", "第三季": "09", "第四季": "12",
    "首两季": "06", "前两季度": "06", "前两个季度": "06", "首三季": "09", "首三季度": "09",
    "年底": "12", "年末": "12", "岁末": "12", "底": "12", "末": "12",
    "年初": "01", "初": "01", "年中": "06", "1季度": "03", "2季度": "06", "3季度": "09", "4季度": "12",
}  # fmt: skip  # periods of a kind side by side
_PERIOD = "|".join(sorted(_PERIODS, key=len, reverse=True))
_UNTIL = rf"(?:\d{{1,2}}[时点])?{_TO}"
_FIRST_MONTHS = rf"[首前头]{_SMALL}个月"
"""From January: 前11个月, 首七个月."""
_MONTH_PART = r"(?:份|底|末|初|上旬|中旬|下旬|中)?"
_COUNT = "一二两三四五六七八九十"
"""Before 年内 it makes it a span of years: 三年内."""
_RELATIVE = {
    "今年": 0, "本年度": 0, "本年": 0, "去年": -1, "上年度": -1, "上年": -1, "前年": -2, "明年": 1,
    "过去一年": -1, "上一年": -1,
}  # fmt: skip  # years of a kind side by side
_RELATIVE_WORDS = "|".join(sorted(_RELATIVE, key=len, reverse=True))

DATE = re.compile(
    rf"""
    (?P<iso>(?<!\d)(?:19|20)\d{{2}}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d))
    |(?P<from>(?<!\d){_YEAR})年?{_TO}(?P<upto>{_YEAR})年(?:间|期间)?
    |(?:(?P<year>(?<!\d){_YEAR})年(?:度(?!过))?|(?P<relative>{_RELATIVE_WORDS}))
      (?:的?(?P<period>{_PERIOD}|{_FIRST_MONTHS})
        |(?:(?P<first>{_SMALL})月?{_TO})?(?P<month>{_SMALL})月{_MONTH_PART}(?:(?P<day>{_SMALL})日(?:{_UNTIL}(?P<lastday>{_SMALL})日)?|(?=\D|$)))?
    |(?P<bare>(?<![\d第]){_SMALL}月?{_TO})?(?<![\d第个])(?P<baremonth>{_SMALL})月{_MONTH_PART}(?:(?P<bareday>{_SMALL})日(?:{_UNTIL}(?P<barelastday>{_SMALL})日)?|(?!\d))
    |(?P<bareperiod>(?<![提此之目以往当生年]){_FIRST_MONTHS}(?![的试内])|上半年|下半年|前三季度|前三个季度|前两个?季度|第?[一二三四1-4]季度|第[一二三四]季|首[两三]?季度?|全年|(?<![几数\d{_COUNT}])年[末底内中初])
    """,
    re.VERBOSE,
)

_BASELINE_BEFORE = re.compile(
    r"(?:比|较|与|同|和|相比于|对比|比起|高于|低于|多于|少于|好于|优于|快于|慢于|高出|结转|延续)$"
)
_MULTIPLE_OF_BEFORE = re.compile(r"(?:是|为|相当于|恢复[至到])约?$")
"""为上年的98.5%: the figure is a share of that year's, not for that year."""
_BASELINE_AFTER = re.compile(r"^(?:的)?(?:同期|相比|年?以前|之前|以前)")
_MULTIPLE_OF = re.compile(r"^的[^，。；]{0,8}倍")
_STANDARD = re.compile(r"^的?(?:预算|预期|预定|目标|计划|核定|下达|确定|安排)")
"""年初预算, 年度计划: a yardstick, not when something was counted."""
_FIGURE = re.compile(r"的?(?:超过|不足|不到|约|近|超|逾)?(?:百分之)?[\d一二三四五六七八九两十百千]")
"""Right after a date: 由2018年的71.3%提高到94.8%, where the date is not that of the second figure."""
_ATTRIBUTE = re.compile(r"[^，。；：\d]{2,10}的[\d一二三四五六七八九十百千两]")
"""上年度|查出的412个问题: which problems, not when they were counted."""
_SINCE = re.compile(r"^(?:以来|起(?!草)|开始|之后|以后|后(?![期续]))")
_AHEAD = re.compile(r"(?:将|拟|计划|争取|力争|确保|预计|有望)[于在]?$")
"""Before a date still to come: a report on last year that says 将于二季度 means this year's."""
_PLANNED = re.compile(r"(?:将|拟|计划|预计|有望)[于在]$")
_EVENT = re.compile(
    r"前?(?!或之?前)(?=[^，。；])[^，。；\d一二三四五六七八九十百千万亿]{0,40}，(?!并|且|届时|使|让|力争|实现|确保)"
)
"""The rest of a clause that has no figure, up to what is told next: 预计于2026年|落成，|轮候…."""
_PRESENT = re.compile(r"目前|当前|现有|现已|如今|现在|迄今|至今")
_STOP = re.compile(r"[。；;！？!?]")

_TITLE_YEAR = re.compile(
    rf"^.{{0,20}}?(?P<year>{_YEAR})年?度?.{{0,24}}?(?:公报|年报|月报|季报|简报|年鉴|综述|摘要|回顾|情况|盘点|统计|报告|分析|通报|运行|白皮书|蓝皮书|快报)"
)
_TITLE_YEAR_LAST = re.compile(
    rf"^.{{0,24}}(?:公报|年报|简报|综述|摘要|回顾|总结|报告|统计)[（(](?P<year>{_YEAR})年?度?[）)，,]"
)
_WORK_REPORT = re.compile(rf"(?P<year>{_YEAR})年?.{{0,12}}政府工作报告")
_DATELINE = re.compile(
    rf"^[（(]?[^，。；：:]{{0,24}}[:：]?\s*(?P<year>{_YEAR})(?:年(?P<month>{_SMALL})月(?:{_SMALL})日|-(?P<imonth>\d{{1,2}})-\d{{1,2}})"
    r"[^，。；]{0,30}$"
)

_PAGE_HEADER = re.compile(
    r"(?:(?:发布|发表|公布|刊发|印发|成文|发文|生成)(?:时间|日期)"
    r"|(?:^|\s|(?:来源|作者|供稿|编辑)[:：][^。]{1,30})(?:时间|日期))[:：]\s*"
    rf"(?P<year>{_YEAR})(?:年(?P<month>{_SMALL})月(?:{_SMALL})日|[-/.](?P<imonth>\d{{1,2}})[-/.]\d{{1,2}})"
)
"""What a web page says of itself, whose spaces the repair takes out: 来源：县统计局发布时间：2023-05-12."""
_PRESS_CONFERENCE = re.compile(
    rf"^(?:据悉，|记者从|本报讯)?\s*(?P<year>{_YEAR})(?:年(?P<month>{_SMALL})月(?:{_SMALL})日|-(?P<imonth>\d{{1,2}})-\d{{1,2}})"
    r"(?:上午|下午)?，.{0,30}(?:召开|举行|举办).{0,20}(?:发布会|通气会|通报会|吹风会)"
)
"""A press conference is reported on its day, so that it dates the text as a dateline does."""


@dataclass(frozen=True)
class Reference:
    """What relative dates of a document refer to; None where the document does not say.

    Parameters
    ----------
    published, month : int or None
        Year and month of the dateline, or year of a government work report.
    covered : int or None
        Year that the title says the document is about.
    """

    published: int | None = None
    month: int | None = None
    covered: int | None = None


def reference(lines: list[str]) -> Reference:
    """Find the dateline and the title's year, if the document states them without contradiction."""
    datelines: Counter[tuple[int, int]] = Counter()
    covered, reports = None, None
    for number, line in enumerate(lines):
        line = re.sub(rf"[（(](?!{_YEAR})[^（()）]*[）)]", "", line.strip())
        if len(line) > 150 or not re.search(r"年|\d{4}[-/.]", line):
            continue
        header = _PAGE_HEADER.search(line) if "。" not in line else None
        if header:
            datelines[_year(header["year"]), int(header["imonth"] or _small(header["month"]))] += 1
        if header or len(line) > 70:
            continue
        head = number < 4
        if head and (match := _WORK_REPORT.search(line)):
            reports = _year(match["year"])
        elif (
            head
            and covered is None
            and (match := _TITLE_YEAR_LAST.search(line) or _TITLE_YEAR.search(line))
            and not re.search(r"[，。；]", re.sub(r"[（(][^（()）]*[）)]", "", line))
        ):
            covered = _year(match["year"])
        if match := _DATELINE.search(line) or (_PRESS_CONFERENCE.search(line) if head else None):
            datelines[_year(match["year"]), int(match["imonth"] or _small(match["month"]))] += 1
    years = {year for year, _month in datelines} | ({reports} if reports else set())
    if len(years) != 1:
        return Reference(covered=covered)
    months = {month for _year_, month in datelines}
    return Reference(years.pop(), months.pop() if len(months) == 1 else None, covered)


def _year(text: str) -> int:
    return int("".join(_DIGITS.get(character, character) for character in text))


def _small(text: str) -> int:
    """Number from 1 to 31, in either writing."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    digit = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
    return (10 * digit.get(tens, 1) if ten else 0) + digit.get(ones, 0)


@dataclass(frozen=True)
class Mention:
    """A date in a line.

    Parameters
    ----------
    start, end : int
        Where it stands.
    iso : str or None
        ISO 8601 date at the precision stated; a period is given by its end. None if unknown.
    kind : str
        ``"frame"``: figures after it are for it. ``"baseline"``: something is compared with it.
        ``"since"``: something began then, so that it dates nothing.
    """

    start: int
    end: int
    iso: str | None
    kind: str


def mentions(line: str, ref: Reference) -> list[Mention]:
    """All dates of a line."""
    return [
        Mention(match.start(), match.end(), _resolve(match, ref), _kind(line, match))
        for match in DATE.finditer(line)
    ]


def _kind(line: str, match: re.Match[str]) -> str:
    before, after = (
        line[max(0, match.start() - 6) : match.start()],
        line[match.end() : match.end() + 12],
    )
    if (
        _BASELINE_BEFORE.search(before)
        or _BASELINE_AFTER.search(after)
        or _MULTIPLE_OF.search(after)
        or (after.startswith("的") and _MULTIPLE_OF_BEFORE.search(before))
        or (match[0].endswith(("年初", "年度")) and _STANDARD.search(after))
        or (before.endswith(("由", "从")) and _FIGURE.match(after))
        or _in_title_of_rules(line, match.start())
        or _is_attribute(line, match)
    ):
        return "baseline"
    if _SINCE.search(after) or re.search(r"自$", before):
        return "since"
    return "frame"


def _is_attribute(line: str, match: re.Match[str]) -> bool:
    """Whether a date only says which, in a sentence dated before: 截至6月底，上年度查出的412个问题."""
    if not (match["relative"] or match["year"]) or not _ATTRIBUTE.match(line, match.end()):
        return False
    sentence = _STOP.split(line[max(0, match.start() - 60) : match.start()])[-1]
    return bool(re.search(r"截[至止]", sentence))


def _in_title_of_rules(line: str, position: int) -> bool:
    """Whether a position is in 《2022年统计条例》 or the like, whose year dates no figure."""
    opening = line.rfind("《", 0, position)
    closing = line.find("》", position)
    if opening < 0 or closing < 0 or "》" in line[opening:position]:
        return False
    return bool(
        re.search(
            r"(?:条例|法|规定|办法|细则|规范|标准|通知|预案|指南|意见|决定)(?:[（(][^）)]*[）)])?$",
            line[opening:closing],
        )
    )


def _resolve(match: re.Match[str], ref: Reference) -> str | None:
    if match["iso"]:
        return _calendar(*map(int, re.split(r"[-/.]", match["iso"])))
    if match["upto"]:
        return str(_year(match["upto"]))
    year: int | None
    if match["year"] or match["relative"]:
        if match["year"]:
            year = _year(match["year"])
        elif match["relative"] in ("上年", "上年度") and ref.covered:
            # Of a report on a year the year before that, whenever the report came out.
            year = ref.covered - 1
        elif ref.published is not None:
            year = ref.published + _RELATIVE[match["relative"]]
        elif _RELATIVE[match["relative"]] == 0 and ref.covered:
            # A report without a dateline calls the year of its title this year; its last year could
            # be that year too, if it came out after it.
            year = ref.covered
        else:
            return None
        return _within(year, match["period"], match["month"], match["lastday"] or match["day"])
    if match["baremonth"]:
        month = _small(match["baremonth"])
        if (
            match["bareday"]
            and ref.covered is not None
            and (ref.published, ref.month) == (ref.covered + 1, month)
        ):
            # A day of the very month of the dateline is this year's, whatever year is reviewed.
            year = ref.published
        elif ref.covered is None and ref.published is not None and _is_deadline(match):
            year = ref.published
        elif ref.covered is not None:
            year = ref.covered
        elif ref.month is not None and ref.published is not None:
            # The latest such month that was over, or running, when the text came out.
            year = ref.published - (month > ref.month)
        else:
            year = ref.published
        return (
            None
            if year is None
            else _within(year, None, match["baremonth"], match["barelastday"] or match["bareday"])
        )
    period = match["bareperiod"]
    ahead = period == "年内" or (
        _AHEAD.search(match.string[max(0, match.start() - 4) : match.start()])
        or (period in ("年底", "年末") and match.string.startswith("前", match.end()))
    )
    if ahead and ref.published is not None:
        year = ref.published
    elif ref.covered is not None or ref.published is None or ref.month is None:
        year = ref.covered
    elif period in ("全年", "年末", "年底") and 3 < ref.month < 12:
        return None  # 全年 of an autumn text may be any year
    else:
        # As with a month: the latest such period that was over when the text came out.
        last = _within(ref.published, "年底" if period in ("全年", "年内") else period, None, None)
        year = ref.published - (int(last[5:] or 12) > ref.month)
    if year is None:
        return None
    return _within(year, None if period in ("全年", "年内") else period, None, None)


def _is_deadline(match: re.Match[str]) -> bool:
    """Whether something is to happen by then: 9月底前完成, 将于9月."""
    return match.string.startswith("前", match.end()) or bool(
        _AHEAD.search(match.string[max(0, match.start() - 4) : match.start()])
    )


def _within(year: int, period: str | None, month: str | None, day: str | None) -> str:
    if period in _PERIODS:
        return f"{year}-{_PERIODS[period]}"
    if period:
        months = _small(period[1:].removesuffix("个月"))
        return f"{year}-{months:02}" if 1 <= months <= 12 else str(year)
    if not month:
        return str(year)
    return _calendar(year, _small(month), _small(day) if day else None)


def _calendar(year: int, month: int, day: int | None) -> str:
    """A date as far as the calendar has it: the 30th of February is said of February."""
    if not 1 <= month <= 12:
        return str(year)
    if day is None or not 1 <= day <= monthrange(year, month)[1]:
        return f"{year}-{month:02}"
    return f"{year}-{month:02}-{day:02}"


class Frames:
    """Which date the figures of a line are for.

    A figure is for the last date before it in its sentence. Without one it is for the date of an
    earlier sentence of the line, unless `strict`, or a word such as 目前 says that it is not.

    Parameters
    ----------
    line : str
    found : list of Mention
        The dates of the line.
    strict : bool
    """

    def __init__(self, line: str, found: list[Mention], *, strict: bool) -> None:
        self._changes: list[tuple[int, str | None]] = [(-1, None)]
        events: list[tuple[int, int, Mention | None]] = [
            (match.end(), 0, None) for match in _STOP.finditer(line)
        ]
        events += [(mention.end, 1, mention) for mention in found]
        events += [(match.end(), 2, None) for match in _PRESENT.finditer(line)]
        carried: str | None = None
        for position, order, mention in sorted(events, key=lambda event: event[:2]):
            if order == 0:
                # A new sentence: what an earlier one was about, or nothing.
                self._changes.append((position, None if strict else carried))
            elif order == 2 or (mention is not None and mention.kind == "since"):
                carried = None
                self._changes.append((position, None))
            elif mention is not None and mention.kind == "frame":
                planned = _PLANNED.search(line[max(0, mention.start - 4) : mention.start])
                alone = _EVENT.match(line, position) if planned else None
                if alone:
                    # The date of an event to come, not of the figures that are told after it.
                    self._changes += [(position, mention.iso), (alone.end(), carried)]
                    continue
                carried = mention.iso
                self._changes.append((position, mention.iso))
        self._positions = [position for position, _iso in self._changes]
        # 较2022年的6.1年缩短0.8年: the figure beside the year it is compared with is for that year.
        self._compared = {
            mention.end + line.startswith("的", mention.end): mention.iso
            for mention in found
            if mention.kind == "baseline"
            and _FIGURE.match(line, mention.end)
            and not _MULTIPLE_OF.match(line[mention.end : mention.end + 12])
            and not _MULTIPLE_OF_BEFORE.search(line[max(0, mention.start - 4) : mention.start])
        }

    def at(self, position: int) -> str | None:
        """ISO date that a figure at a position is for; None if the text does not say."""
        if position in self._compared:
            return self._compared[position]
        return self._changes[bisect_right(self._positions, position) - 1][1]


def spans(line: str) -> Iterator[tuple[int, int]]:
    """Where dates stand, whatever they resolve to."""
    return ((match.start(), match.end()) for match in DATE.finditer(line))
