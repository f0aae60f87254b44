"""Figures as they are printed: rounded, qualified, and written differently in each language."""

from __future__ import annotations

import math
import string
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from numbers import Number
from typing import Any

from digigov.escape import Markdown, escape_block, escape_code, escape_markdown
from digigov.i18n import SOURCE_LANGUAGE, conventions

COUNTED = 100_000
"""Whole numbers below this are printed as they were counted; larger ones are rounded."""


@dataclass(frozen=True)
class Interval:
    """A closed interval of real numbers with the arithmetic of intervals.

    Source of the rules: Moore, Kearfott and Cloud, *Introduction to Interval Analysis*
    (SIAM, 2009), section 2.3. Every operation returns the smallest interval that holds all
    results for values taken from the operands.

    Parameters
    ----------
    low, high : float
        Bounds in the unit of the quantity; either may be infinite.

    Raises
    ------
    ValueError
        If a bound is not a number, or `low` is above `high`.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high):
            raise ValueError("an interval needs two numbers, not NaN")
        if self.low > self.high:
            raise ValueError(f"low = {self.low} is above high = {self.high}")

    @property
    def width(self) -> float:
        """Distance between the bounds."""
        return self.high - self.low

    @property
    def midpoint(self) -> float:
        """Middle of the interval."""
        return (self.low + self.high) / 2

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def overlaps(self, other: Interval) -> bool:
        """Whether the two intervals share at least one number."""
        return self.low <= other.high and other.low <= self.high

    def __add__(self, other: Interval | float) -> Interval:
        other = as_interval(other)
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval | float) -> Interval:
        other = as_interval(other)
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval | float) -> Interval:
        return _hull(self, as_interval(other), lambda a, b: 0.0 if a == 0 or b == 0 else a * b)

    def __truediv__(self, other: Interval | float) -> Interval:
        other = as_interval(other)
        if 0 in other:
            raise ZeroDivisionError(f"the divisor [{other.low}, {other.high}] holds zero")
        return _hull(self, other, lambda a, b: a / b if math.isfinite(b) else 0.0)


def _hull(left: Interval, right: Interval, operation: Callable[[float, float], float]) -> Interval:
    corners = [operation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    return Interval(min(corners), max(corners))


def as_interval(value: Interval | float) -> Interval:
    """`value` itself if it is an interval, else the interval that holds only that number."""
    return value if isinstance(value, Interval) else Interval(float(value), float(value))


def rounding_interval(value: float, unit: float) -> Interval:
    """All numbers that round to `value` when rounded to a multiple of `unit`.

    Parameters
    ----------
    value : float
        The printed figure.
    unit : float
        The last printed digit's worth: 0.1 for 97.3, 1 000 000 for 1.374 billion.

    Returns
    -------
    Interval
        ``[value - unit / 2, value + unit / 2]``, in the unit of `value`. Closed at both ends,
        because conventions for a half differ.

    Raises
    ------
    ValueError
        If `unit` is not positive.
    """
    if not unit > 0:
        raise ValueError(f"unit = {unit} must be positive: the worth of the last printed digit")
    return Interval(value - unit / 2, value + unit / 2)


def last_digit(value: float) -> float:
    """Worth of the last digit of a printed figure that is not a trailing zero.

    Parameters
    ----------
    value : float
        Positive: 97.3, 44, or 1.374 billion in single units.

    Returns
    -------
    float
        0.1, 1 and 1 000 000 for these.

    Raises
    ------
    ValueError
        If `value` is not a positive number.
    """
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"value = {value} must be a positive number")
    exact = Decimal(repr(float(value))).normalize()
    return float(Decimal(1).scaleb(int(exact.as_tuple().exponent)))


def printed_interval(value: float, qualifier: str, *, usual: bool = False) -> Interval:
    """What a figure of the press may stand for, by its qualifier.

    An exact count below `COUNTED` is taken as counted one by one. Any other exact figure was
    rounded at its last digit that is not a zero, but with two digits at least: 1 billion is 0.95
    to 1.05 billion.

    Parameters
    ----------
    value : float
        The printed figure, positive.
    qualifier : str
        ``"exact"``, ``"about"``, ``"over"`` or ``"nearly"``.
    usual : bool
        Whether *over* and *nearly* are read as usual, within one step of the last digit (over 400
        million is 400 to 500), or by the letter, without a bound on the other side.

    Returns
    -------
    Interval
        In the unit of `value`, and not below 0.

    Raises
    ------
    ValueError
        If the value is not positive, or the qualifier unknown.
    """
    step = last_digit(value)
    if qualifier == "over":
        return Interval(value, value + step if usual else math.inf)
    if qualifier == "nearly":
        return Interval(max(value - step, 0.0) if usual else 0.0, value)
    unit = min(step, 10.0 ** (math.floor(math.log10(value)) - 1))
    if qualifier == "about":
        return Interval(max(value - unit, 0.0), value + unit)
    if qualifier != "exact":
        raise ValueError(f"qualifier = {qualifier!r} is not known: exact, about, over, nearly")
    if float(value).is_integer() and value < COUNTED:
        return Interval(value, value)
    return rounding_interval(value, unit)


def format_count(value: float, decimals: int = 3, lang: str | None = None) -> str:
    """Write a count as the language does: ``1.374 billion``, ``13.74亿``.

    Parameters
    ----------
    value : float
        The count, in single units.
    decimals : int
        Digits kept after the point in English; trailing zeros are dropped. Another language
        keeps the same precision on its own scales.
    lang : str, optional
        Language code; the lesson's by default.
    """
    row, reference = conventions(lang), conventions(SOURCE_LANGUAGE).scales
    for scale, word in row.scales:
        if abs(value) >= scale:
            # One 亿 is a tenth of a billion: the same decimals would show one digit too many.
            theirs = next((s for s, _word in reference if abs(value) >= s), reference[-1][0])
            shift = round(math.log10(scale) - math.log10(theirs))
            text = f"{value / scale:{row.thousands}.{max(decimals + shift, 0)}f}"
            if "." in text:
                text = text.rstrip("0").rstrip(".")
            return f"{text}{row.space}{word}"
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:,.2f}"


class Formatter(string.Formatter):
    """`str.format` for Markdown: the template is ours, what its fields hold is text.

    Only a `Markdown` is taken as it is. A field has three more format specifications: ``count`` or
    ``count.N`` (see `format_count`), ``code``, and ``block`` for lines that stay apart.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        """Format one field."""
        if format_spec == "count" or format_spec.startswith("count."):
            decimals = int(format_spec.partition(".")[2] or 3)
            return format_count(value, decimals)
        if format_spec in _QUOTED:
            return _QUOTED[format_spec](str(value))
        if isinstance(value, Markdown):
            return value
        text = super().format_field(value, format_spec)
        return text if isinstance(value, Number) else escape_markdown(text)


_QUOTED = {"code": escape_code, "block": escape_block}
