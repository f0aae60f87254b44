"""Right and wrong answers to exercise 02."""

from digigov.models.extraction import claims_without, compare, measure, sample
from digigov.text import read_numeral

PARAMETERS = [{}, {"strict": True}, {"script": "traditional", "lost": 4}]
GARBLED = "芾砣罕娫V"


def _score(p, step):
    text, key = sample()
    return measure(compare(claims_without(text, step, strict=p["strict"]), key))


def _characters(pair):
    found = (pair(byte).decode("gbk", errors="ignore") for byte in range(0x40, 0xFF))
    return sum(len(one) == 1 for one in found)


LEFT = GARBLED.encode("gbk")[:1]


def _tenths(text):
    tens, rest = text.split("成")
    return 10 * read_numeral(tens).low + {"": 0, "半": 5, "五": 5, "二": 2}[rest]


REFERENCE = {
    "proved": lambda p: "理群眾訴",
    "candidates": lambda p: _characters(lambda byte: bytes([max(byte, 0x80)]) + LEFT),
    "persons": lambda p: [2_000_000, 3_000_000],
    "loss": lambda p: 100 * (_score(p, None)["recall"] - _score(p, "widths")["recall"]),
    "tenths": lambda p: _tenths,
    "which_test": lambda p: "b",
}

MISCONCEPTIONS = {
    "proved": {
        "guessed": lambda p: "受理群眾訴",
        "as_read": lambda p: "?" + GARBLED,
        "simplified": lambda p: "理群众诉",
        "other": lambda p: "nothing",
        "type": lambda p: GARBLED.encode("gbk"),
    },
    "candidates": {
        "one": lambda p: 1,
        "all_pairs": lambda p: 126,
        "all_bytes": lambda p: 256,
        "first_byte": lambda p: _characters(lambda byte: LEFT + bytes([byte])),
        "other": lambda p: 7,
    },
    "persons": {
        "numbers": lambda p: ["200万", "300万"],
        "positional": lambda p: [2_300_000, 2_300_000],
        "reversed": lambda p: [3_000_000, 2_000_000],
        "scale": lambda p: [2, 3],
        "one_scale": lambda p: [2, 3_000_000],
        "other": lambda p: [1, 5],
        "type": lambda p: 2_500_000,
    },
    "loss": {
        "sign": lambda p: 100 * (_score(p, "widths")["recall"] - _score(p, None)["recall"]),
        "fraction": lambda p: _score(p, None)["recall"] - _score(p, "widths")["recall"],
        "precision": lambda p: (
            100 * (_score(p, None)["precision"] - _score(p, "widths")["precision"])
        ),
        "level": lambda p: 100 * _score(p, "widths")["recall"],
        "relative": lambda p: 100 * (1 - _score(p, "widths")["recall"] / _score(p, None)["recall"]),
        "other": lambda p: 99.0,
    },
    "tenths": {
        "scale": lambda p: lambda text: _tenths(text) / 100,
        "half": lambda p: lambda text: 80.5 if text == "八成半" else _tenths(text),
        "rest": lambda p: lambda text: 10 * read_numeral(text[0]).low,
        "nothing": lambda p: lambda text: None,
        "other": lambda p: lambda text: 7,
        "error": lambda p: lambda text: int(text),
        "type": lambda p: 90,
    },
    "which_test": {
        "seen": lambda p: "a",
        "overlap": lambda p: "c",
        "measure": lambda p: "d",
        "other": lambda p: "e",
    },
}
