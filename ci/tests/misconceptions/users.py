"""Right and wrong answers to exercise 03."""

import math

from digigov.data import load
from digigov.models.users import denominators, doubling_time

PARAMETERS = [
    {},
    {"denominator": "aged_15_plus", "overlap": 0},
    {"denominator": "internet_users", "overlap": 1},
]

USERS_2024 = 1.08e9
NATIONAL, PROVINCIAL = 808e6, 700e6


def _people():
    return denominators(load("provinces"), load("internet"))


def _base(p, year=2022):
    return _people().loc[year, p["denominator"]]


def _other_base(p):
    other = "population" if p["denominator"] != "population" else "internet_users"
    return _people().loc[2024, other]


def _groups(accounts):
    national = {identity for portal, identity in accounts if portal == "national"}
    provincial = [identity for portal, identity in accounts if portal != "national"]
    return national, provincial


def _share(accounts):
    national, provincial = _groups(accounts)
    return len(national & set(provincial)) / len(national)


def _accounts(accounts):
    national, provincial = _groups(accounts)
    return sum(identity in national for identity in provincial) / len(national)


def _of_everybody(accounts):
    national, provincial = _groups(accounts)
    return len(national & set(provincial)) / len(national | set(provincial))


def _of_the_provincial(accounts):
    national, provincial = _groups(accounts)
    return len(national & set(provincial)) / len(set(provincial))


def _persons(accounts):
    national, provincial = _groups(accounts)
    return len(national & set(provincial))


GROWTH = math.log(1000 / 809)

REFERENCE = {
    "least_share": lambda p: 100 * USERS_2024 / _base(p, 2024),
    "latest_doubling": lambda p: 12 * math.log(2) / GROWTH,
    "may_be_subtracted": lambda p: {"a", "e"},
    "least_overlap": lambda p: NATIONAL + PROVINCIAL - _base(p),
    "lost_million": lambda p: "c",
    "overlap_of": lambda p: _share,
}

MISCONCEPTIONS = {
    "least_share": {
        "inverted": lambda p: 100 * _base(p, 2024) / USERS_2024,
        "fraction": lambda p: USERS_2024 / _base(p, 2024),
        "denominator": lambda p: 100 * USERS_2024 / _other_base(p),
        "year": lambda p: 100 * USERS_2024 / _base(p, 2022),
        "older": lambda p: 100 * 1e9 / _base(p, 2022),
        "type": lambda p: "77 %",
        "other": lambda p: -1.0,
    },
    "latest_doubling": {
        "linear": lambda p: 12 * 809 / 191,
        "years": lambda p: math.log(2) / GROWTH,
        "no_log_of_two": lambda p: 12 / GROWTH,
        "inverted": lambda p: 12 * GROWTH / math.log(2),
        "rule_of_70": lambda p: 12 * 70 / (100 * 191 / 809),
        "earliest": lambda p: doubling_time(809e6, _base(p, 2021), 12),
        "other": lambda p: 24,
    },
    "may_be_subtracted": {
        "b": lambda p: {"a", "b", "e"},
        "c": lambda p: {"c", "e"},
        "d": lambda p: {"a", "d"},
        "bound": lambda p: {"a"},
        "letters": lambda p: {"f"},
        "type": lambda p: "ae",
    },
    "least_overlap": {
        "zero": lambda p: 0,
        "most": lambda p: PROVINCIAL,
        "sum": lambda p: NATIONAL + PROVINCIAL,
        "whole": lambda p: NATIONAL + PROVINCIAL - 1e9,
        "independent": lambda p: NATIONAL * PROVINCIAL / _base(p),
        "share": lambda p: (NATIONAL + PROVINCIAL - _base(p)) / _base(p),
        "other": lambda p: -5.0,
    },
    "lost_million": {
        "right": lambda p: "a",
        "rounding": lambda p: "b",
        "moved": lambda p: "d",
        "other": lambda p: "e",
    },
    "overlap_of": {
        "accounts": lambda p: _accounts,
        "all_persons": lambda p: _of_everybody,
        "provincial": lambda p: _of_the_provincial,
        "percent": lambda p: lambda accounts: 100 * _share(accounts),
        "persons": lambda p: _persons,
        "nothing": lambda p: lambda accounts: None,
        "error": lambda p: lambda first, second: 0,
        "type": lambda p: 0.5,
        "other": lambda p: lambda accounts: -1.0,
    },
}
