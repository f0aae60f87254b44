"""Right and wrong answers to exercise 01."""

from digigov.exercises.statistic import persons

PARAMETERS = [{}, {"denominator": "population"}, {"denominator": "aged_15_plus", "kind": "rank"}]


def _per_head(p, denominator=None, months=43):
    return 85e9 / persons(denominator or p["denominator"]) / months


def _other(p):
    return "internet_users" if p["denominator"] == "population" else "population"


REFERENCE = {
    "rounded": lambda p: [75.55, 75.65],
    "nearly": lambda p: [0, 150],
    "per_department": lambda p: [16, 22.5],
    "per_head": _per_head,
    "divide": lambda p: lambda a, b, c, d: (a / d, b / c),
    "not_comparable": lambda p: {"b", "d"},
}

MISCONCEPTIONS = {
    "rounded": {
        "order": lambda p: [75.65, 75.55],
        "whole_step": lambda p: [75.5, 75.7],
        "point": lambda p: [75.6, 75.6],
        "percent": lambda p: [75, 76],
        "up": lambda p: [75.6, 75.7],
        "two": lambda p: [75.6],
        "other": lambda p: [70, 80],
    },
    "nearly": {
        "millions": lambda p: [0, 150e6],
        "usual": lambda p: [140, 150],
        "over": lambda p: [150, 200],
        "rounded": lambda p: [145, 155],
        "two": lambda p: [150],
        "other": lambda p: [1, 2],
    },
    "per_department": {
        "order": lambda p: [22.5, 16],
        "paired": lambda p: [18, 20],
        "paired#unsorted": lambda p: [20, 18],
        "middle": lambda p: [85 / 4.5, 85 / 4.5],
        "half": lambda p: [16, 20],
        "other": lambda p: [1, 2],
    },
    "per_head": {
        "total": lambda p: _per_head(p, months=1),
        "year": lambda p: 12 * _per_head(p),
        "months": lambda p: _per_head(p, months=36),
        "users": lambda p: 85 / 43,
        "denominator": lambda p: _per_head(p, _other(p)),
        "other": lambda p: 1000.0,
        "type": lambda p: "about two",
    },
    "divide": {
        "order": lambda p: lambda a, b, c, d: (b / c, a / d),
        "paired": lambda p: lambda a, b, c, d: (a / c, b / d),
        "product": lambda p: lambda a, b, c, d: (a * c, b * d),
        "two": lambda p: lambda a, b, c, d: a / c,
        "nothing": lambda p: lambda a, b, c, d: None,
        "other": lambda p: lambda a, b, c, d: (0, 1),
        "error": lambda p: lambda a: (0, 1),
    },
    "not_comparable": {
        "a": lambda p: {"a", "b"},
        "c": lambda p: ["b", "c", "d"],
        "incomplete": lambda p: {"d"},
        "other": lambda p: {"x"},
        "type": lambda p: "bd",
    },
}
