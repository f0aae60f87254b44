"""Chinese numerals: what a numeral is worth, however it is written.

Whole numbers in Chinese characters go to cn2an, which is right about them. Everything around them
is done here, because cn2an refuses it (1.2万亿, 一点五亿, 十几万, 千万, 2,170) or gets it wrong (两三 is
not 23): scales after decimals, thousands separators, bare scales, vague and approximate numerals.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}

DIGITS = "零〇一二三四五六七八九两"

FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")

ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"

_TERM = re.compile(rf"({ARABIC})([十百千万亿]*)")
_SCALED = re.compile(rf"([{DIGITS}十百千万亿]*[{DIGITS}十]点[{DIGITS}]+|半)([百千万亿]*)")
_VAGUE = re.compile(r"[几数]")
_MORE = re.compile(r"[多余]")
_PAIR = re.compile(
    r"(?<![零〇一二三四五六七八九两])(一两|[一二两三四五六七八]{2}|八九)(?![零〇一二三四五六七八九两])"
)
_ORDER = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True)
class Numeral:
    """What a numeral says.

    Parameters
    ----------
    low, high : float
        The number; two different ones for an approximate numeral such as 三五百.
    over : bool
        Whether the numeral itself says that it is a lower bound: 三百多, 十余万, 几十.
    """

    low: float
    high: float
    over: bool = False


@lru_cache(maxsize=4096)
def read_numeral(text: str) -> Numeral | None:
    """Read one numeral.

    Parameters
    ----------
    text : str
        Simplified characters, half-width digits, no spaces: ``13.74亿``, ``三千五百万``, ``1.2万亿``,
        ``十几万``, ``1,026``, ``三五百``, ``两亿多``, ``百万``.

    Returns
    -------
    Numeral or None
        None if the text is not a numeral. Half is 0.5; 几 and 数 count as one, as lower bounds.
    """
    text = text.translate(FORMAL)
    pair = _PAIR.search(text)
    if pair and _approximates(pair[0]):
        ends = [text[: pair.start()] + digit + text[pair.end() :] for digit in pair[0]]
        # 三五十 has no numeral in 五十 that starts with the scale, 十三五 would have.
        low, high = (_exact(_MORE.sub("", end)) for end in ends)
        if low is None or high is None or low >= high:
            return None
        return Numeral(low, high, over=bool(_MORE.search(text)))
    vague = bool(_VAGUE.search(text))
    plain = re.sub(r"十[几]", "十", text)
    plain = _VAGUE.sub("一", plain)
    value = _exact(_MORE.sub("", plain))
    if value is None:
        return None
    return Numeral(value, value, over=vague or bool(_MORE.search(text)))


def _approximates(pair: str) -> bool:
    """Whether two digits side by side mean from one to the other: 三四, 七八, 三五."""
    low, high = (_ORDER[digit] for digit in pair)
    return high == low + 1 or (low, high) == (3, 5)


def _exact(text: str) -> float | None:
    """Number that a numeral without 多, 余, 几 stands for."""
    if not text or text in ("点", "零"):
        return 0.0 if text == "零" else None
    if text[0].isdigit():
        return _mixed(text)
    if match := _SCALED.fullmatch(text):
        mantissa = Fraction(1, 2) if match[1] == "半" else _chinese(match[1])
        return None if mantissa is None else _plain(mantissa * _scale(match[2]))
    value = _chinese(text)
    return None if value is None else _plain(value)


def _mixed(text: str) -> float | None:
    """3万5千, 1.2万亿, 1,026: Arabic digits, each group with a scale."""
    total, position, last = Fraction(0), 0, None
    for match in _TERM.finditer(text):
        if match.start() != position:
            return None
        scale = _scale(match[2])
        if last is not None and scale >= last:
            return None
        total += Fraction(match[1].replace(",", "")) * scale
        position, last = match.end(), scale
    return _plain(total) if position == len(text) else None


def _chinese(text: str) -> Fraction | None:
    """Chinese characters only; cn2an wants 一 before a scale at the start."""
    import cn2an

    if text[0] in "百千万亿":
        text = "一" + text
    try:
        # "normal" also takes 两 and digits in a row such as 二〇二二.
        return Fraction(str(cn2an.cn2an(text, "normal")))
    except ValueError:
        return None


def _scale(characters: str) -> int:
    product = 1
    for character in characters:
        product *= SCALES[character]
    return product


def _plain(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)
