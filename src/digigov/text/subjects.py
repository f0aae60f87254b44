"""What a figure counts: the noun phrase beside it, by the parts of speech of rjieba."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice

from digigov.text import plausible

_BOUNDARY = re.compile(r"[，。；：、！？（）()“”《》—\s,;:]")
_CLAUSE = re.compile(r"[，。；：！？（）()\s]")
_NOT_IN_SUBJECT_WORDS = """
实现 提供 完成 达到 达 成为 建成 超过 突破 开展 增长 提高 下降 减少 增加 上升 提升 缩短
压缩 压减 占 有 为 覆盖 惠及 服务于 设立 设置 接入 领取 使用 全部 已 均 开通 表示 感到
之 中 在 由 从 至 到 对 和 与 及 以及 处理 累计 共 进入 入选 来自 参加 办结 办好 发出
节省 面向 上线 受理 归集 签发 制发 汇聚 取消 投入 稳定 保持 排名 居 位列 位居 可 可以
每年 预计 计划 新建 采用 打通 用 被 的 地 得 了 着 过 把 将 使 于 按 同比 环比 比 较
分别 平均 总计 合计 约 近 逾 不足 不到 不低于 不超过 低于 高于 控制 降至 降 增至 升至
减 增 就 只 仅 仍 还 也 都 其中 且 并 而 日均 月均 年均 人均 大关 处 最长 最高 最快
最短 仅需 只需 应当 须 必须 不得 翻 制 港币 人民币 扣除 全省 全市 全国 全县 全区 全年
当年 今年 去年 上年 同期 目前 如今 此外 同时 每日 每天 中间 年末 内 发 出 获 建 设 办 跑
扩大 新增 净增 达成 实施 连续 创新高 新高 实质 高出 高水平 低水平
改建 扩建 改扩建 新改建 同口径 可比口径 精简 各 须
"""
_NOT_IN_SUBJECT = frozenset(_NOT_IN_SUBJECT_WORDS.split())
_NEVER_NOUNS = "pcdurmtxq"
_NOT_LAST = "vpdcurfmqty"
_MEASURES_WORDS = """
percent percentage_points per_mille yuan usd hkd times doublings index points rank
ranks days working_days hours months years seconds minutes kilometres metres tonnes
petabytes terabytes gigabytes degrees micrograms_per_cubic_metre
"""
MEASURES = frozenset(_MEASURES_WORDS.split())
"""Units after which a noun is not what is counted: 提高4.2个百分点."""


_NOUNS_WORDS = """
申请 收入 支出 预算 决算 结余 缺口 诉求 来电 得分 增速 增幅 降幅 假期 清单 问答 转移支付 率 量 额 数 费
产值 产量 投资 消费 存款 贷款 余额 客流 运量 就业 参保 负债 债务 比重 村 类
开支 初中 接口 集 接单 收件 发件
"""
_NOUNS = frozenset(_NOUNS_WORDS.split())
"""Nouns of official Chinese that the tagger takes for something else."""

_REACHES = re.compile(
    r"(?:[须应需要](?=[达不为到至])|已|±|(?<![平人户日月年次])均|共|仅|达到?|为|是|占|有|约|近|超过?|逾|至|到|由|从)+$"
)
"""Stands between a noun and its figure, and would be joined to the noun: 参保人数|达, 裁决率|为."""


_GLOSS = re.compile(r"[（(](?:[A-Za-z]+|[^\d，。；：（()）]{1,10})[）)]")
"""地区生产总值（GDP）486亿元, 中欧班列（柘江）: what is in brackets only adds to the noun."""
_QUOTED = re.compile(r"[“‘](?P<inside>[^”’，。；\d]{2,12})[”’]")
"""8个“一件事”: the name in quotation marks is what is counted."""
_YARDSTICK = re.compile(r"(?:^[比与同]|较)[^，。；、]{1,14}$")
"""较改革前|分别提升: no noun of the figures in the list."""
_RATE = re.compile(r"(?:[率额]|比[例重]|占比|收入|面积|得分|成绩|年龄)[^，。；率额]{0,4}$")
"""预算执行率低于60%的项目: the rate is low, not the projects; 92.5%的事项 has none."""
_STANDARD = re.compile(
    r"(?:[高低快慢优好大小多少]于|[高超]出|超过)[^，。；：]{2,}$"
    r"|[由从][^，。；：由从]{1,10}的$"
)
"""What a figure is compared with: 增速高于全国平均水平0.1个百分点, 由高峰期的1.1万个减少."""
_MULTIPLIED = re.compile(r"(?:相当于|恢复[至到]|[是为])[^，。；：是为]{1,14}的$")
"""外汇储备相当于流通货币的12倍: the reserve is the subject."""
_RECORD = re.compile(r"[再又屡续两三四五]*创[^，。；]{0,6}新[高低]$")
_AGED = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})周?岁(?:[及或]?以[上下])?的?")
"""Between a figure and its noun: 1005名十八岁或以上居民."""
_FIRST = re.compile(r"[^\d，。；、]{0,10}")
_NEXT = re.compile(r"[、，和与及]{1,2}[^\d，。；、]{0,4}")
"""Between 分别 and the first figure of its list, and between two of the list."""


def _respectively(
    line: str, figures: list[tuple[int, int]]
) -> dict[int, tuple[int, int, list[str]]]:
    """Figures in a list after 分别, by where they start: place in the list, its length, its nouns.

    The nouns are empty where the list takes up figures named before: 收入9亿元，支出8亿元，分别增长….
    """
    places: dict[int, tuple[int, int, list[str]]] = {}
    for match in re.finditer("分别", line):
        run: list[int] = []
        position = match.end()
        for start, end in islice(figures, bisect_left(figures, (position, 0)), None):
            if not (_NEXT if run else _FIRST).fullmatch(line, position, start):
                break
            run.append(start)
            position = end
        head = _CLAUSE.split(line[max(0, match.start() - 40) : match.start()])[-1]
        head = _YARDSTICK.sub("", re.sub(r"“[^”]*”$", "", head))
        nouns = [_last_phrase(part, verbs=True) for part in re.split("[、和与及]", head)]
        named = [noun for noun in nouns if noun]
        if len(run) > 1 and (not named or len(named) == len(nouns) == len(run)):
            places |= {start: (place, len(run), named) for place, start in enumerate(run)}
    return places


def _tagged(text: str) -> list[tuple[str, str]]:
    return [(word, "n" if word in _NOUNS else tag) for word, tag in plausible.tag(text)]


class Subjects:
    """Finds what the figures of one line count, from left to right.

    Parameters
    ----------
    line : str
    dates : list of pairs of int
        Where dates stand: they are no subject.
    figures : list of pairs of int
        Where the figures stand.
    """

    def __init__(
        self, line: str, dates: list[tuple[int, int]], figures: list[tuple[int, int]]
    ) -> None:
        self._line = line
        self._dates = dates
        self._position = 0
        self._last: str | None = None
        self._lists = _respectively(line, figures)
        self._earlier: list[str | None] = []
        """Subjects of the figures so far."""

    def of(self, start: int, end: int, unit: str | None) -> str | None:
        """Subject of the figure that stands from `start` to `end`.

        Parameters
        ----------
        start, end : int
            Call with rising positions.
        unit : str or None

        Returns
        -------
        str or None
            The noun after a measure word; the one before a percentage and the like. If there is
            none, that of the figure before.
        """
        line = self._line
        place, length, nouns = self._lists.get(start, (0, 0, []))
        listed = nouns or self._earlier[-length - place :] if length else []
        if len(listed) >= length > 0 and listed[place]:
            self._position = end
            self._last = listed[place]
            self._earlier.append(self._last)
            return self._last
        counted = (
            unit not in MEASURES
            or (line.startswith("的", end) and not _RATE.search(line, max(0, start - 8), start))
            or (unit == "minutes" and not _BOUNDARY.match(line, end))
        )
        following = line[end : end + 18] if counted else ""
        if quoted := _QUOTED.match(following):
            following = quoted["inside"] + following[quoted.end() :]
        if "岁" in following:
            following = _AGED.sub("", following, count=1)
        subject = _first_phrase(following) if following else None
        if subject is None:
            subject = self._before(start, unit)
        self._position = end
        self._last = subject or self._last
        self._earlier.append(self._last)
        return self._last

    def _before(self, start: int, unit: str | None) -> str | None:
        """The noun phrase before a position: of its clause or, for the first figure, an earlier one."""
        text = self._undated(max(self._position, start - 40), start)
        if "（" in text or "(" in text:
            text = _GLOSS.sub("", text)
        text = _STANDARD.sub("", text)
        if unit in ("times", "percent"):
            text = _MULTIPLIED.sub("", text)
        clauses = _CLAUSE.split(text)
        if self._last is not None:
            clauses = clauses[-1:]
        return next(filter(None, map(_last_phrase, reversed(clauses))), None)

    def _undated(self, start: int, end: int) -> str:
        """Text of the line between two positions, dates left out."""
        parts = []
        while self._dates and self._dates[0][1] <= start:
            self._dates = self._dates[1:]
        for first, last in self._dates:
            if first >= end:
                break
            parts.append(self._line[start:first])
            start = last
        return "".join([*parts, self._line[start:end]])


def _first_phrase(text: str) -> str | None:
    """The noun phrase that a text begins with."""
    text = _BOUNDARY.split(text.removeprefix("的"), maxsplit=1)[0]
    tagged = _tagged(text)
    words: list[str] = []
    for index, (word, tag) in enumerate(tagged):
        later = tagged[index + 1][1][0] if index + 1 < len(tagged) else ""
        if (
            word in _NOT_IN_SUBJECT
            or (tag[0] in _NEVER_NOUNS and not (tag == "q" and words))
            or (tag == "v" and later not in ("n", "v"))
        ):
            break
        words.append(word)
    return "".join(words) or None


def _last_phrase(text: str, *, verbs: bool = False) -> str | None:
    """The last noun phrase of a clause; it may end in a verb if `verbs`: 抵押登记."""
    tagged = _tagged(_REACHES.sub("", _RECORD.sub("", text.strip("“”"))))
    while tagged and (
        tagged[-1][0] in _NOT_IN_SUBJECT
        or tagged[-1][0][0] == "每"
        or (
            tagged[-1][1][0] in _NOT_LAST
            and tagged[-1][1] != "vn"
            and not (verbs and tagged[-1][1][0] == "v")
        )
    ):
        tagged.pop()
    words: list[str] = []
    for word, tag in reversed(tagged):
        if word in _NOT_IN_SUBJECT or tag[0] in _NEVER_NOUNS or word in "、“”《》":
            break
        words.append(word)
    return "".join(reversed(words)) or None
