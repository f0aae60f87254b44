"""Right and wrong answers to exercise 04."""

from digigov.data import load
from digigov.models.coverage import printed_count, printed_share

PARAMETERS = [
    {},
    {"count": 1_386_000_000, "share": 98.3},
    {"count": 123_456_789, "count_digits": 2, "share": 50.0, "share_digits": 0},
    {"count_digits": 9, "share_digits": 4},
]


def _people():
    people = load("provinces").set_index("code")["pop_2022_10k"] * 10_000
    return people["000000"], people.drop("000000").sum()


def _count(p):
    return printed_count(p["count"], p["count_digits"])


def _share(p):
    return printed_share(p["share"], p["share_digits"])


def _fits(count, share, population):
    return count.low <= share.high * population and count.high >= share.low * population


REFERENCE = {
    "highest_count": lambda p: _count(p).high,
    "lowest_population": lambda p: _count(p).low / _share(p).high,
    "share_of_provinces": lambda p: 100 * p["count"] / _people()[1],
    "what_follows": lambda p: "b",
    "fits": lambda p: _fits,
}

MISCONCEPTIONS = {
    "highest_count": {
        "whole_unit": lambda p: _count(p).midpoint + _count(p).width,
        "lowest": lambda p: _count(p).low,
        "printed": lambda p: _count(p).midpoint,
        "unit": lambda p: _count(p).high / 1e8,
        "type": lambda p: "1.3745 billion",
        "other": lambda p: 3 * p["count"],
    },
    "lowest_population": {
        "highest": lambda p: _count(p).high / _share(p).low,
        "same_ends": lambda p: _count(p).low / _share(p).low,
        "percent": lambda p: _count(p).low / _share(p).high / 100,
        "other": lambda p: p["count"] / 3,
    },
    "share_of_provinces": {
        "national": lambda p: 100 * p["count"] / _people()[0],
        "counted_twice": lambda p: 100 * p["count"] / sum(_people()),
        "fraction": lambda p: p["count"] / _people()[1],
        "ten_thousands": lambda p: 1e6 * p["count"] / _people()[1],
        "other": lambda p: -1.0,
    },
    "what_follows": {
        "true": lambda p: "a",
        "unique": lambda p: "c",
        "rest": lambda p: "d",
        "other": lambda p: "e",
    },
    "fits": {
        "no_slack": lambda p: lambda c, s, n: abs(c.midpoint / n - s.midpoint) < 1e-9,
        "too_small": lambda p: lambda c, s, n: c.low <= s.high * n or n < 100,
        "too_large": lambda p: lambda c, s, n: c.low <= s.high * n,
        "nothing": lambda p: lambda c, s, n: None,
        "no_answer": lambda p: lambda c, s, n: "yes" if _fits(c, s, n) else "no",
        "error": lambda p: lambda c, s: True,
        "type": lambda p: True,
    },
}
