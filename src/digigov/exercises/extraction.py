"""Checks of exercise 02."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.i18n import _
from digigov.models.extraction import claims_without, compare, measure, sample

GARBLED = "芾砣罕娫V"
"""理群眾訴 behind one byte of the character before it."""


@task(kind=str)
def proved(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What the shifted bytes say, without the character that lost a byte."""
    given = answer.strip()
    expected = GARBLED.encode("gbk")[1:].decode("gbk")
    if given == expected:
        return passed(_("Arithmetic alone brings back everything behind the lost byte."))
    if given.endswith(expected) and len(given) == len(expected) + 1:
        return hint(
            "guessed",
            _(
                "The first character is a guess, and its neighbours allow several. Which part is certain?"
            ),
        )
    if given.lstrip("?") == GARBLED:
        return hint(
            "as_read", _("That is the text as it was read. Its bytes start one place too early.")
        )
    if given and all(character in "理群众诉" for character in given):
        return hint(
            "simplified",
            _("You converted the script as well. Give the characters that the bytes stand for."),
        )
    return hint(
        "other", _("Encode the text as GBK, drop the first of its bytes, and decode the rest.")
    )


def _pairs() -> list[str]:
    second = GARBLED.encode("gbk")[:1]
    return [(bytes([first]) + second).decode("gbk", errors="ignore") for first in range(0x81, 0xFF)]


@task(kind=int)
def candidates(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """How many characters of GBK end in the byte that is left."""
    expected = sum(len(pair) == 1 for pair in _pairs())
    if answer == expected:
        return passed(_("Over a hundred, and still the neighbours leave only a few."))
    if answer == 1:
        return hint(
            "one",
            _("One is what you hope for. List all characters whose second byte is the one left."),
        )
    if answer == len(_pairs()):
        return hint(
            "all_pairs",
            _("You counted every first byte. Some pairs are no character in Python's GBK."),
        )
    if answer == 256:
        return hint(
            "all_bytes", _("A byte has 256 values, but not every value begins a character.")
        )
    if answer == sum(
        len((GARBLED.encode("gbk")[:1] + bytes([last])).decode("gbk", errors="ignore")) == 1
        for last in range(0x40, 0xFF)
    ):
        return hint(
            "first_byte",
            _(
                "You counted the characters that begin with it. The byte that is left was the second."
            ),
        )
    return hint(
        "other", _("Put each first byte in front of the one that is left, and count what decodes.")
    )


@task(kind=list)
def persons(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """The range that two digits side by side stand for."""
    if len(answer) == 0 or not all(isinstance(one, Real) for one in answer):
        return hint("numbers", _("Numbers are asked for, in persons: not texts in quotes."))
    given = [float(one) for one in answer]
    if given == [2e6, 3e6]:
        return passed(_("Two digits side by side are a range."))
    if given in ([2.3e6], [2.3e6, 2.3e6], [23e6], [23e6, 23e6]):
        return hint(
            "positional",
            _("You read the two digits as 23. In Chinese they stand side by side as “or”."),
        )
    if given == [3e6, 2e6]:
        return hint("reversed", _("Right numbers; the lower one comes first."))
    if given in ([2.0, 3.0], [200.0, 300.0], [2e4, 3e4]):
        return hint(
            "scale", _("The scale is missing: multiply both ends by a hundred and by ten thousand.")
        )
    if given == [2.0, 3e6]:
        return hint("one_scale", _("The scale stands behind both digits, so it holds for both."))
    return hint("other", _("Read the numeral once with each of the two digits."))


@task
def loss(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Percentage points of recall that the step of the widths is worth."""
    text, key = sample()
    full, without = (
        measure(compare(claims_without(text, step, strict=p["strict"]), key))
        for step in (None, "widths")
    )
    expected = 100 * (full["recall"] - without["recall"])
    # The answer may have been rounded to a tenth.
    if is_close(answer, expected, absolute=0.06):
        return passed(
            _("Full-width digits and gaps are dull, and cost far more than the lost bytes.")
        )
    if is_close(answer, -expected, absolute=0.06):
        return hint("sign", _("The question asks by how much it falls: a positive number."))
    if is_close(answer, expected / 100, absolute=6e-4):
        return hint(
            "fraction", _("That is a fraction of one. The question asks for percentage points.")
        )
    if is_close(answer, 100 * (full["precision"] - without["precision"]), absolute=0.06):
        return hint(
            "precision", _("That is the fall of precision. Which of the two divides by the key?")
        )
    if is_close(answer, 100 * without["recall"], absolute=0.06):
        return hint(
            "level", _("That is the recall without the step. How far below the full one is it?")
        )
    if is_close(answer, 100 * (1 - without["recall"] / full["recall"]), absolute=0.06):
        return hint(
            "relative",
            _(
                "That is the fall in percent of the recall before. Subtract the two recalls instead."
            ),
        )
    return hint(
        "other",
        _('Measure once with step=None and once with step="widths", and subtract the recalls.'),
    )


@task(kind=callable)
def tenths(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that reads 九成, 八成半 and 三成五 as percent."""
    cases = (("九成", 90), ("八成半", 85), ("三成五", 35), ("两成", 20), ("六成二", 62))
    for text, expected in cases:
        given = answer(text)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if is_close(given, expected):
            continue
        code, words = "other", _("it should be {expected}").format(expected=expected)
        if is_close(given, expected / 100) or is_close(given, expected / 10):
            code, words = "scale", _("one 成 is ten percent")
        elif text == "八成半" and is_close(given, 80.5):
            code, words = "half", _("半 is half of one tenth, that is five percent")
        elif len(text) == 3 and is_close(given, expected // 10 * 10):
            code, words = "rest", _("what stands behind 成 is missing")
        return hint(
            code,
            _("For “{text}” it returns {given}: {words}.").format(
                text=text, given=given, words=words
            ),
        )
    return passed(_("It reads numerals that it was never shown."))


@task(kind=str)
def which_test(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a score on a seen and on an unseen text says."""
    match answer.strip().lower():
        case "b":
            return passed(_("Only texts that nobody looked at tell what a new one will bring."))
        case "a":
            return hint("seen", _("What did the makers of A look at while they wrote its rules?"))
        case "c":
            return hint(
                "overlap",
                _("Intervals count chance alone. What else differs between the two tests?"),
            )
        case "d":
            return hint(
                "measure",
                _("Both are recalls, so they can be compared. On which texts were they measured?"),
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))
