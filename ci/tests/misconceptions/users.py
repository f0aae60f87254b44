"""Right and wrong answers to exercise 03."""

import math

from digigov.exercises.users import figures, in_2022

PARAMETERS = [
    {},
    {"denominator": "population", "overlap": 0.2},
    {"denominator": "service_users", "overlap": 0.9, "n_people": 500},
]

RATIO = 36.82 / 4.5


def _per_hundred(p, denominator=None):
    return 100 * figures()[0] / in_2022(denominator or p["denominator"])


def _provincial(p):
    billion, portal = figures()
    return billion - portal + p["overlap"] * portal


def _other(p):
    return "netizens" if p["denominator"] == "population" else "population"


REFERENCE = {
    "doubling": lambda p: 21 * math.log(2) / math.log(RATIO),
    "per_hundred": _per_hundred,
    "both": lambda p: [25, 55],
    "provincial": _provincial,
    "union": lambda p: lambda a, b: (max(a, b), min(1, a + b)),
    "what_follows": lambda p: {"b", "c"},
}

MISCONCEPTIONS = {
    "doubling": {
        "years": lambda p: 21 / 12 * math.log(2) / math.log(RATIO),
        "months": lambda p: 20 * math.log(2) / math.log(RATIO),
        "linear": lambda p: 42 / RATIO,
        "doublings": lambda p: math.log2(RATIO),
        "linear_growth": lambda p: 21 / (RATIO - 1),
        "other": lambda p: 36.0,
        "type": lambda p: "seven",
    },
    "per_hundred": {
        "share": lambda p: _per_hundred(p) / 100,
        "upside_down": lambda p: 1e4 / _per_hundred(p),
        "portal": lambda p: 100 * figures()[1] / in_2022(p["denominator"]),
        "denominator": lambda p: _per_hundred(p, _other(p)),
        "other": lambda p: 12.0,
    },
    "both": {
        "order": lambda p: [55, 25],
        "share": lambda p: [0.25, 0.55],
        "zero": lambda p: [0, 55],
        "too_many": lambda p: [25, 70],
        "independent": lambda p: [38.5, 38.5],
        "two": lambda p: [25],
        "other": lambda p: [15, 50],
    },
    "provincial": {
        "millions": lambda p: _provincial(p) / 1e6,
        "only": lambda p: figures()[0] - figures()[1],
        "only_both": lambda p: p["overlap"] * figures()[1],
        "subtracted": lambda p: figures()[0] - p["overlap"] * figures()[1],
        "other": lambda p: 5e9,
    },
    "union": {
        "order": lambda p: lambda a, b: (min(1, a + b), max(a, b)),
        "above_one": lambda p: lambda a, b: (max(a, b), a + b),
        "both": lambda p: lambda a, b: (max(0, a + b - 1), min(a, b)),
        "two": lambda p: lambda a, b: a + b - a * b,
        "nothing": lambda p: lambda a, b: None,
        "other": lambda p: lambda a, b: (0, 1),
        "error": lambda p: lambda a: (0, 1),
    },
    "what_follows": {
        "a": lambda p: {"a", "b"},
        "d": lambda p: {"b", "c", "d"},
        "e": lambda p: ["b", "e"],
        "incomplete": lambda p: {"b"},
        "other": lambda p: {"x"},
        "type": lambda p: "bc",
    },
}
