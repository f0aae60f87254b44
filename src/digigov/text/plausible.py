"""How plausible a Chinese string is: a word model with jieba's frequencies.

It is asked only where bytes were lost, to choose between restorations; it never changes text that
is intact.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import opencc
    import rjieba

TOTAL = 60_101_967
"""Sum of the frequencies in jieba's dictionary."""

LONGEST_WORD = 6
UNKNOWN = -18.0
"""Log-probability of a Chinese character that is no word, and of a symbol that text never holds."""

FULL_WIDTH = -13.0
"""Log-probability of a full-width letter or digit."""

OFFICIAL = {
    3000: "政务服务",
    1000: "数字政府",
    400: "省（自治区 省（区、市） 县（市、区） 乡（镇） "
    "乡镇（街道） 经营主体 营商环境 占比 个百分点 一网通办 跨省通办 通办 办件",
    200: "县（区） 镇（街道） 街道（乡镇） 村（社区） 村（居） 实名用户 注册用户 "
    "电子证照 办件量 办结率 网办率 受理率 统计公报 工作报告 利企 一窗 零跑动 诉求 帮办员 "
    "即办件 承诺件",
    100: "市（州） 市（地、州 县（市） 市（区） 市（县） 乡（镇、 最多跑一次 "
    "一件事 一张网 一证 一照 电子印章 政务数据 开放数据 移动端 小程序 "
    "自助终端 工单 好差评 免申即享 秒批 政务外网 政务云 大数据 云平台 算力 "
    "社会保障卡 适老化 数字乡村 智慧城市 放管服",
    50: "市（州、盟 区（县） 区（市）",
}
"""Set phrases of official Chinese that a general dictionary lacks, by frequency."""

_COMMON_PUNCTUATION = dict.fromkeys("，。、", -3.0) | dict.fromkeys("；：（）“”《》", -4.5)
_RARER_PUNCTUATION = dict.fromkeys("！？…—·〔〕‘’【】　％℃～－／＋×", -7.5)
_PUNCTUATION = _COMMON_PUNCTUATION | _RARER_PUNCTUATION
LINE_END = {
    "。": 3.0,
    "；": 1.0,
    "！": 1.0,
    "、": -6.0,
    "，": -3.0,
    "（": -6.0,
    "“": -6.0,
    "《": -6.0,
}
"""What a line does or does not end with, in nats."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@cache
def _segmenter() -> rjieba.Jieba:
    import rjieba

    segmenter = rjieba.Jieba()
    for frequency, words in OFFICIAL.items():
        for word in words.split():
            segmenter.add_word(word, frequency, "n")
    return segmenter


@cache
def converter(configuration: str) -> opencc.OpenCC:
    """OpenCC converter, loaded once."""
    import opencc

    return opencc.OpenCC(configuration)


@cache
def common_characters() -> frozenset[str]:
    """Characters of everyday text in either script: level 1 of GB 2312, and what goes with it."""
    rows = range(0xB0, 0xD8)
    level_1 = [
        bytes((row, cell)).decode("gb2312", errors="ignore")
        for row in rows
        for cell in range(0xA1, 0xFF)
    ]
    simplified = "".join(level_1)
    both = simplified + converter("s2t").convert("\n".join(simplified)) + "餘隻裡並於佔徵薦準臺"
    letters = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüêɑ"
    full_width = "".join(map(chr, range(0xFF01, 0xFF5F)))
    return frozenset(
        both + "".join(_PUNCTUATION) + letters + full_width + "¥€°‰①②③④⑤⑥⑦⑧⑨⑩〇㎡±×÷≥≤≈℃→ⅠⅡⅢⅣⅤ●■"
    ) - {"\n"}


@lru_cache(maxsize=400_000)
def _word(word: str) -> float:
    """Log-probability of a word of the dictionary, or of any one character."""
    if len(word) == 1:
        if word in _PUNCTUATION:
            return _PUNCTUATION[word]
        if word.isascii():
            return -6.0
        if "\uff01" <= word <= "\uff5e":
            return FULL_WIDTH
        if not _HAN.match(word):
            return UNKNOWN
        if not _segmenter().has_word(word):
            return UNKNOWN
    return math.log((_segmenter().suggest_freq(word) + 1) / TOTAL)


@lru_cache(maxsize=100_000)
def character_score(character: str) -> float:
    """Log-probability of one character by itself, in either script."""
    score = _word(converter("t2s").convert(character))
    # A character that was never in GB 2312 nor belongs to a traditional text is a bad sign.
    return score if character in common_characters() else min(score, -14.0)


def are_words(texts: Sequence[str]) -> list[bool]:
    """For each text whether it is a word of the dictionary, in either script."""
    has_word = _segmenter().has_word
    return [has_word(text) for text in _simplified(texts)]


def _simplified(texts: Sequence[str]) -> list[str]:
    """The texts in simplified characters; converted together, because each call costs."""
    return converter("t2s").convert("\n".join(texts)).split("\n") if texts else []


def score(texts: Sequence[str]) -> list[float]:
    """Log-probability of each text under the best division into words.

    Parameters
    ----------
    texts : sequence of str
        Short texts (the cost is proportional to their length), in either script.

    Returns
    -------
    list of float
        Natural logarithms.
    """
    return [_best_division(text) for text in _simplified(texts)]


def fill(before: str, options: Sequence[str], after: str) -> list[float]:
    """Log-probability of a text with each of some characters in its gap.

    Parameters
    ----------
    before, after : str
        What stands on either side of the gap.
    options : sequence of str
        Single characters.

    Returns
    -------
    list of float
        What `score` gives for ``before + option + after``, at a fraction of the cost: only the
        words across the gap differ.
    """
    before, after, *options = _simplified([before, after, *options])
    heads, tails = _divisions(before), _divisions(after[::-1], backwards=True)
    starts = [
        (before[i:], heads[i])
        for i in range(max(0, len(before) + 1 - LONGEST_WORD), len(before) + 1)
    ]
    ends = [
        (after[:j], tails[len(after) - j]) for j in range(min(len(after), LONGEST_WORD - 1) + 1)
    ]
    around = [
        (left, right, head + tail)
        for left, head in starts
        for right, tail in ends
        if len(left) + len(right) < LONGEST_WORD
    ]
    # Most are no words. To ask the dictionary costs less than to remember so many.
    has_word = _segmenter().has_word
    return [
        max(
            _word(word) + rest
            for left, right, rest in around
            if len(word := left + option + right) == 1 or has_word(word)
        )
        for option in options
    ]


def _best_division(text: str) -> float:
    return _divisions(text)[-1]


@lru_cache(maxsize=20_000)
def _divisions(text: str, *, backwards: bool = False) -> list[float]:
    """Log-probability of each beginning of a text under its best division into words."""
    has_word = _segmenter().has_word
    best = [0.0]
    for end in range(1, len(text) + 1):
        options = [
            best[start] + _word(word)
            for start in range(max(0, end - LONGEST_WORD), end)
            if len(word := text[start:end][:: -1 if backwards else 1]) == 1 or has_word(word)
        ]
        best.append(max(options))
    return best


def tag(text: str) -> list[tuple[str, str]]:
    """Words of a text with their parts of speech (jieba's tags: n noun, v verb, m numeral, ...)."""
    return [(word, found or "x") for word, found in _segmenter().tag(text)]
