"""Faults of scraped Chinese text, and how each is put right.

The order matters. Lost bytes come before anything that changes a character, while each still has
the bytes that it was read from; reading annotations before OpenCC, because they cut words in two and
it converts by words. Annotations are removed once more before the bytes, where they can be told from
what a lost byte leaves: both may look like ㄗ.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

import pandas as pd

from digigov.text import plausible

SCRIPTS = {"simplified": "t2s", "traditional": "s2t"}
"""Script to the OpenCC configuration that leads to it."""

LOST = "\ufffd"
"""Stands where a character cannot be inferred: U+FFFD, the replacement character."""

HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
ROUNDS = 6
"""How often a repair is repeated at most, while it still changes something."""

MARGIN = 3.0
"""Nats by which the best restoration has to lead for `strict` to accept the lost character."""

GAIN = 9.0
"""Nats by which a restoration has to beat the text as it stands: one lost byte in about 8000."""

CONTEXT = 9
"""Characters on either side that a restoration is judged with."""

REPAIR_COLUMNS = {
    "line": "int64",
    "before": "str",
    "after": "str",
    "runner_up": "str",
    "certain": "bool",
}


@dataclass(frozen=True)
class Repaired:
    """A repaired text and what was done to it.

    Parameters
    ----------
    text : str
        The text without faults, as far as they can be put right.
    restored : DataFrame
        One row a lost byte: ``line`` (from 1), ``before``, ``after``, ``runner_up`` (the second
        best restoration) and ``certain`` (whether the best one leads by a clear margin).
    """

    text: str
    restored: pd.DataFrame = field(repr=False)


def repair(text: str, *, script: str = "simplified", strict: bool = False) -> Repaired:
    """Put right what scraping does to a Chinese text.

    Parameters
    ----------
    text : str
        As scraped.
    script : str
        ``"simplified"`` or ``"traditional"``: the script of the result.
    strict : bool
        Whether a lost character of which there is more than one plausible restoration is left as
        U+FFFD. Otherwise the most plausible one is taken.

    Returns
    -------
    Repaired
        Lines stay lines, so a line number is good before and after. What was repaired without
        `strict` does not change when it is repaired again.

    Raises
    ------
    TypeError
        If `text` is not a string.
    ValueError
        If `script` is not one of the two.
    """
    check_text(text)
    if script not in SCRIPTS:
        raise ValueError(f"script = {script!r} is not known: {', '.join(SCRIPTS)}")
    # No bytes of GBK, and in the way of those that are.
    text = text.translate(_INVISIBLE)
    logs = []
    restorer = _Restorer(text)
    # What was put right can bring to light what stood beside it; nearly always once is enough.
    for _again in range(ROUNDS):
        before = text
        restored, log = _restored(remove_annotations(text), restorer, strict=strict)
        text = to_script(tidy(remove_annotations(restored)), script)
        logs.append(log)
        # In a second round the marks that strict leaves would be taken for lost bytes.
        if strict or text == before:
            break
    return Repaired(
        text,
        pd.concat(logs, ignore_index=True).sort_values("line", kind="stable", ignore_index=True),
    )


def check_text(text: object) -> None:
    """Refuse what is not a string, and say how bytes become one."""
    if not isinstance(text, str):
        raise TypeError(
            f"text is {type(text).__name__}, not str; digigov.text.read_text() reads a file in any "
            "usual encoding"
        )


# --------------------------------------------------------------------------- reading annotations

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜḿńňǹ"
_READING = rf"[a-zêü]{{0,4}}[{_TONED}][a-zü]{{0,4}}"
_NEUTRAL = r"(?:de|le|zhe|guo|men|ma|ne|ba|zi|ge|shi|tou|li)"
_BOPOMOFO = r"[\u3105-\u312f\u31a0-\u31bf]{1,3}[ˊˇˋ˙]?|[˙][\u3105-\u312f]{1,3}"
_SPACE = r"[^\S\n]?"
_OPEN, _CLOSE = rf"{_SPACE}[(（\[［]{_SPACE}", rf"{_SPACE}[)）\]］]"
_ANNOTATION = re.compile(
    rf"(?<=[{HAN}])(?:{_OPEN}(?:{_READING}(?:[ '’·]?{_READING}){{0,3}}|{_NEUTRAL}|{_BOPOMOFO}){_CLOSE})+"
)
_TONELESS = re.compile(
    rf"(?<=[{HAN}])(?:{_OPEN}(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?"
    rf"(?:[iu]?ang?|[iu]?eng?|ing?|ong|iong|un|[iu]?ai|[iu]?ao|[eu]i|[io]u|[iuü]?[aeo]|[iuüv]|er){_CLOSE}))+"
)
TONELESS_AT_LEAST = 3
"""Different readings without tone mark from which on a text is taken to be annotated with them."""


def remove_annotations(text: str) -> str:
    """Remove readings in brackets after a character: 數(shù) becomes 數.

    A reading is a syllable of pinyin with a tone mark, one of the few toneless ones, or bopomofo;
    sites also print it twice, 統(tong)(tong). Syllables without tone marks count only where a text
    has several different ones: a single (an) or (he) may be a word. Anything else in brackets,
    such as (App) or (GDP), stays.
    """
    # With the tone as a combining mark a syllable would not be recognised.
    text = _ANNOTATION.sub("", unicodedata.normalize("NFC", text))
    if len(set(_TONELESS.findall(text))) >= TONELESS_AT_LEAST:
        text = _TONELESS.sub("", text)
    return text


# --------------------------------------------------------------------------------- widths, spaces

_FOLDED: dict[int, str | None] = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_FOLDED |= {ord("％"): "%", ord("﹪"): "%", ord("＋"): "+", ord("／"): "/", ord("　"): " "}
_FOLDED |= dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2009\u202f"), " ")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_FOLDED |= _INVISIBLE
# Radicals and compatibility forms that PDF files hold in place of the characters.
_FOLDED |= {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFB00), 0x2EA0)
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_IN_NUMBER = re.compile(r"(?<=\d)[．.](?=\d)|(?<=\d)[，,](?=\d{3}(?!\d))|(?<=\d)[－](?=\d)")
_IN_NUMBER_TO = {"．": ".", ".": ".", "，": ",", ",": ",", "－": "-"}
_POINTS = dict(zip(",;:?!", "，；：？！", strict=True))
_ASCII_POINT = re.compile(
    rf"(?<=[{HAN}%”’》）)])[,;:?!](?!\w*[.]\w)|(?<=[0-9A-Za-z])[,;:](?= ?[{HAN}“‘《])"
)
_ASCII_BRACKETS = re.compile(
    rf"(?<=[{HAN}，。、；：%”’》])\(([^()\n]{{0,80}})\)|\(([^()\n]{{0,40}}[{HAN}][^()\n]{{0,40}})\)"
)
_GAP = re.compile(
    rf"(?<=[{HAN}，。、；：“”（）《》%]) +(?=[{HAN}\d，。、；：“”（）《》])"
    rf"|(?<=[\d%]) +(?=[{HAN}%，。、；：“”（）《》])"
)
_ROUND_ZERO = re.compile("[○◯O](?<=[一二三四五六七八九〇][○◯O])(?=[一二三四五六七八九〇○◯O年])")
"""二○二四年, 二OO四年: a circle or a letter that looks like the zero."""
_THIN = re.compile(r"\d \d{3}")
_SPACED = re.compile(rf"[{HAN}] ?\d{{1,3}}(?: \d{{3}})+(?= ?[{HAN}])")
"""共1 234 000宗: thousands set apart by spaces, as in Hong Kong."""


def tidy(text: str) -> str:
    """Fold widths and compatibility characters, and close the gaps that a page left.

    Digits and letters become half-width, punctuation between Chinese characters full-width. Not
    NFKC as a whole: it would turn ① into 1 and 10² into 102, and Chinese punctuation into ASCII.
    """
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    while (zeros := _ROUND_ZERO.sub("〇", text)) != text:
        text = zeros
    if _THIN.search(text):
        text = _SPACED.sub(lambda match: match[0].replace(" ", ""), text)
    text = _IN_NUMBER.sub(lambda match: _IN_NUMBER_TO[match[0]], text)
    text = _ASCII_POINT.sub(lambda match: _POINTS[match[0]], text)
    text = _ASCII_BRACKETS.sub(lambda match: f"（{match[1] or match[2] or ''}）", text)
    return _GAP.sub("", text)


def to_script(text: str, script: str) -> str:
    """`text` in one script, by words where OpenCC knows the word."""
    return plausible.converter(SCRIPTS[script]).convert(text)


def han_count(text: str) -> int:
    """How many Chinese characters a text holds."""
    return len(_HAN_CHARACTERS.findall(text))


_HAN_CHARACTERS = re.compile(rf"[{HAN}]")


def common_share(text: str) -> float:
    """Share of a text's characters beyond ASCII that everyday Chinese uses."""
    beyond = [character for character in text if not character.isascii()]
    common = plausible.common_characters()
    return sum(character in common for character in beyond) / max(len(beyond), 1)


# ------------------------------------------------------------------------------------- lost bytes

_LOST_SCORE = -9.0
_MARK_SCORES = {LOST: -18.0, "?": -7.0}
_OPEN_END_SCORE = -7.0
_AFTER_NUMBER = 3.0
_REPEATED_PAIR, _REPEATED_TRIPLE = 1.2, 1.5
_BEAM = 12
_WINDOW = 200
_KNOWN = 200_000


def restore_bytes(text: str, *, strict: bool = False) -> tuple[str, pd.DataFrame]:
    """Undo the loss of single bytes of GBK.

    A character of GBK is two bytes. If one byte is lost, every byte after it is read with the
    wrong neighbour, up to the next byte that stands alone: 省（自治区 becomes ?。ㄗ灾螀^. All those
    characters are recovered exactly by encoding them again and moving the boundary back. Only the
    character that lost the byte has to be inferred from the byte that is left: the dictionary and
    the rest of the text say what is plausible between its neighbours.

    Parameters
    ----------
    text : str
        Lines of text.
    strict : bool
        Whether a lost character that is not certain is left as U+FFFD.

    Returns
    -------
    str
        The text restored.
    DataFrame
        What was restored, as in `Repaired`.
    """
    return _restored(text, _Restorer(text), strict=strict)


def _restored(text: str, restorer: _Restorer, *, strict: bool) -> tuple[str, pd.DataFrame]:
    """As `restore_bytes`, with what `restorer` already found out."""
    run, rare = _patterns()
    parts, rows, position = [], [], 0
    line, counted = 1, 0
    for match in run.finditer(text):
        start, end = match.span()
        if not rare.search(text, start, end) and text[end : end + 1] != LOST:
            continue
        # What may stand for the byte that was lost, and what may hold the byte that was left over.
        if start > position and text[start - 1] in f"?{LOST}":
            start -= 1
        if end < len(text) and (text[end] in f"?{LOST}" or "@" <= text[end] <= "~"):
            end += 1
        if not _suspicious(text[start:end], rare):
            continue
        left = text[max(position, start - CONTEXT) : start].split("\n")[-1]
        right = text[end : end + CONTEXT].split("\n")[0]
        found = restorer.restore(left, text[start:end], right)
        if found is None:
            continue
        line, counted = line + text.count("\n", counted, start), start
        rows.append((line, found.before, found.after, found.runner_up, found.certain))
        after = found.marked if strict and not found.certain else found.after
        parts += [text[position:start], found.kept, after]
        position = end
    parts.append(text[position:])
    log = pd.DataFrame(rows, columns=list(REPAIR_COLUMNS)).astype(REPAIR_COLUMNS)
    return "".join(parts), log


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A run of two-byte characters, and a character that is rare in one."""
    common = "".join(map(re.escape, sorted(plausible.common_characters())))
    run = re.compile(rf"[^\x00-\x7f{LOST}\U00010000-\U0010ffff]+")
    return run, re.compile(rf"[^\x00-\x7f{LOST}{common}]")


def _suspicious(run: str, rare: re.Pattern[str]) -> bool:
    """Whether a run may be out of step: rare characters, many or next to a mark of loss."""
    if run[-1] == LOST and len(run) > 2:
        return True
    found = [match.start() for match in rare.finditer(run)]
    if not found:
        return False
    marked = run[0] in f"?{LOST}" or run[-1].isascii()
    tail = len(run) - found[0]
    return marked or (len(found) >= 2 and len(found) / tail > 0.25)


@dataclass(frozen=True)
class _Restoration:
    """The best restoration of a run; `kept` stands before the loss and does not change."""

    kept: str
    before: str
    after: str
    marked: str
    runner_up: str
    certain: bool


@dataclass(frozen=True)
class _Reading:
    """A run read with one byte inserted, before it is known which.

    Parameters
    ----------
    kept : str
        Characters that stay as they are.
    known, first : int, bool
        The byte that is left of the lost character, and whether the lost one was the first.
    tail : str
        The characters after it, restored.
    last : int or None
        Byte that is left of a character at the end that lost the other one too.
    rest : str
        What follows, unchanged.
    """

    kept: str
    known: int
    first: bool
    tail: str
    last: int | None
    rest: str


class _Restorer:
    """Finds the restorations of one text, whose own words help to choose.

    Parameters
    ----------
    text : str
    """

    def __init__(self, text: str) -> None:
        self._text = text[:_KNOWN]
        self._known: dict[tuple[str, str, str], _Restoration | None] = {}

    @cached_property
    def _pairs(self) -> Counter[str]:
        return Counter(map("".join, zip(self._text, self._text[1:], strict=False)))

    @cached_property
    def _triples(self) -> Counter[str]:
        return Counter(map("".join, zip(self._text, self._text[1:], self._text[2:], strict=False)))

    def restore(self, left: str, run: str, right: str) -> _Restoration | None:
        """The most plausible restoration of one run; None if the run is better left alone.

        Parameters
        ----------
        left, right : str
            What stands around it in the line.
        run : str
            From the mark of the lost byte, if there is one, to where the characters are in step
            again.
        """
        key = (left, run, right)
        if key not in self._known:
            self._known[key] = self._restore(*key)
        return self._known[key]

    def _restore(self, left: str, run: str, right: str) -> _Restoration | None:
        placeholder = run[0] if run[0] in f"?{LOST}" else ""
        end = run[-1] if run[-1].isascii() or run[-1] == LOST else ""
        body = run[len(placeholder) : len(run) - len(end)]
        readings = _readings(body, end, placeholder)
        if not readings:
            return None
        gb2312 = _is_gb2312(left + right + readings[0].kept + readings[0].tail)

        options = []
        for reading in readings:
            lost = _characters(reading.known, first=reading.first, gb2312=gb2312)
            options += self._ranked(left, reading, lost, right)
        options.sort(key=lambda option: -option[0])
        choices = self._with_ends(options, left, right, gb2312=gb2312)
        if not choices:
            return None
        total, *_ends, best = choices[0]
        text = _joined(choices[0])
        near = [_joined(one) for one in choices if one[0] > total - MARGIN]
        kept = "" if placeholder else best.kept
        if not self._gains(left, run, text, right):
            return None
        others = (joined for one in choices if (joined := _joined(one)) != text)
        return _Restoration(
            kept=kept,
            before=run[len(kept) :],
            after=text[len(kept) :],
            marked=_agreed(text, near)[len(kept) :],
            runner_up=next(others, "")[len(kept) :],
            certain=len(set(near)) == 1,
        )

    def _gains(self, left: str, run: str, restored: str, right: str) -> bool:
        """Whether a restoration beats the text as it stands by enough."""
        stands, better = plausible.score(
            [
                left + whole[:_WINDOW] + (right if len(whole) <= _WINDOW else "")
                for whole in (run, restored)
            ]
        )
        return better >= stands + GAIN

    def _ranked(
        self, left: str, reading: _Reading, lost: Sequence[str], right: str
    ) -> list[tuple[float, str, _Reading]]:
        """Each character that may be the lost one, with how plausible it is there."""
        near = (left + reading.kept)[-CONTEXT:]
        after = reading.tail[:CONTEXT]
        if len(after) < CONTEXT and reading.last is None:
            after = (after + reading.rest + right)[:CONTEXT]
        # Readings that begin elsewhere have other windows: make up for what each leaves out.
        unseen = (left + reading.kept)[:-CONTEXT] + reading.tail[CONTEXT:_WINDOW]
        rest = sum(map(plausible.character_score, unseen))
        scores = plausible.fill(near, lost, after)
        return [
            (score + rest + self._familiarity(near, one, after), one, reading)
            for score, one in zip(scores, lost, strict=True)
        ]

    def _familiarity(self, before: str, lost: str, after: str) -> float:
        """Bonus for what the text itself says elsewhere, and for a unit after a number."""
        pairs = [before[-1:] + lost, lost + after[:1]]
        triples = [before[-2:] + lost, before[-1:] + lost + after[:1], lost + after[:2]]
        bonus = 0.0
        for weight, seen, parts in (
            (_REPEATED_PAIR, self._pairs, pairs),
            (_REPEATED_TRIPLE, self._triples, triples),
        ):
            # Nearly all were never seen, for which `seen[part]` takes three times as long.
            bonus += sum(weight * math.log1p(seen[part]) for part in parts if part in seen)
        if lost in _FOLLOW_NUMBERS and re.search(r"[\d万亿]$", before):
            bonus += _AFTER_NUMBER
        return bonus

    def _with_ends(
        self, options: list[tuple[float, str, _Reading]], left: str, right: str, *, gb2312: bool
    ) -> list[tuple[float, str, str, _Reading]]:
        """Restorations with the character at the end, if that lost a byte too; the best first."""
        choices = []
        for rank, (total, lost, reading) in enumerate(options):
            if reading.last is None:
                choices.append((total, lost, "", reading))
                continue
            if rank >= _BEAM and len(reading.tail) >= 2:
                continue
            ends = _characters(reading.last, first=False, gb2312=gb2312) or (LOST,)
            if rank >= _BEAM:
                # Two halves of one word support each other, though neither is plausible alone.
                words = [lost + reading.tail + last for last in ends]
                ends = tuple(itertools.compress(ends, plausible.are_words(words)))
            if not ends:
                continue
            before = (left + reading.kept + lost + reading.tail)[-CONTEXT - 2 :]
            known = plausible.score([before])[0]
            for last, score in zip(ends, plausible.fill(before, ends, right), strict=True):
                score += total - known + self._familiarity(before, last, right)
                # A line ends with a full stop rather than a comma.
                score += 0.0 if right else plausible.LINE_END.get(last, 0.0)
                choices.append((score, lost, last, reading))
        return sorted(choices, key=lambda choice: -choice[0])


def _joined(choice: tuple[float, str, str, _Reading]) -> str:
    _score, lost, last, reading = choice
    return reading.kept + lost + reading.tail + last + reading.rest


def _agreed(text: str, others: list[str]) -> str:
    """`text` with a mark wherever not all others agree with it."""
    if any(len(other) != len(text) for other in others):
        return LOST * len(text)
    return "".join(
        one if set(all_) == {one} else LOST
        for one, all_ in zip(text, zip(*others, strict=True), strict=True)
    )


_FOLLOW_NUMBERS = frozenset("十百千万亿余多个项人件次户家种条份张元名位年月日岁天倍成分吨米公平")


def _readings(body: str, end: str, placeholder: str) -> list[_Reading]:
    """Ways in which a run may have lost a byte, if any beats the run as it stands.

    The place is a change-point: up to it the characters are plausible as they stand, after it with
    every boundary moved by one byte. What is left over at the end belongs with an ASCII character
    that follows (^ in the example), or is an ASCII character itself, or has lost its other byte.
    """
    try:
        data = body.encode("gbk")
    except UnicodeEncodeError:
        return []
    if len(data) != 2 * len(body):
        return []
    shifted = [_decode(data[i : i + 2]) for i in range(1, len(data) - 1, 2)]
    stands = [0.0]
    for character in body:
        stands.append(stands[-1] + plausible.character_score(character))
    as_it_stands = stands[-1] + sum(
        _MARK_SCORES.get(mark, -5.0) for mark in (placeholder, end) if mark
    )

    scored = []
    for tail, last, rest in _ends(shifted, data[-1], end):
        after = [0.0 if last is None else _OPEN_END_SCORE]
        for character in reversed(tail):
            after.append(after[-1] + (plausible.character_score(character) if character else -99))
        after.reverse()
        for start in [0] if placeholder else range(len(body)):
            total = stands[start] + _LOST_SCORE + after[min(start, len(tail))]
            scored.append((total, start, tail, last, rest))
    scored.sort(key=lambda entry: -entry[0])
    if not scored or scored[0][0] < as_it_stands:
        return []
    best = scored[0][0]
    return [
        _Reading(body[:start], data[2 * start], first, "".join(tail[start:]), last, rest)
        for total, start, tail, last, rest in scored[:4]
        if total > best - 9
        # Without a mark it may as well be the second byte that was lost.
        for first in ([True] if placeholder else [True, False])
    ]


def _ends(
    shifted: list[str], leftover: int, end: str
) -> Iterator[tuple[list[str], int | None, str]]:
    if end and end.isascii() and (joined := _decode(bytes((leftover, ord(end))))):
        yield [*shifted, joined], None, ""
    if leftover < 0x80:
        yield [*shifted, chr(leftover)], None, end
    elif end in ("", "?", LOST):
        yield shifted, leftover, ""


@lru_cache(maxsize=70_000)
def _decode(pair: bytes) -> str:
    """Character of two bytes; empty if GBK has none."""
    try:
        character = pair.decode("gbk")
    except UnicodeDecodeError:
        return ""
    return character if len(character) == 1 else ""


@lru_cache(maxsize=1024)
def _characters(known: int, *, first: bool, gb2312: bool) -> tuple[str, ...]:
    """Characters of which one byte is known, those of everyday text only."""
    every = (
        _decode(bytes((other, known)) if first else bytes((known, other)))
        for other in range(0x40, 0xFF)
    )
    common = plausible.common_characters()
    return tuple(
        character
        for character in every
        if character in common and (not gb2312 or _is_gb2312(character))
    )


def _is_gb2312(text: str) -> bool:
    """Whether a text is in simplified characters as far as its code tells."""
    try:
        "".join(filter(_HAN_CHARACTERS.match, text)).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
