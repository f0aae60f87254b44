"""Right and wrong answers to exercise 06."""

import numpy as np

from digigov.exercises.league_tables import league

PARAMETERS = [
    {},
    {"threshold": 88.5, "noise_sd": 2},
    {"threshold": 89.75, "noise_sd": 4.5, "seed": 5},
]


def _scores():
    return league()["score"]


def _above(p):
    return _scores()[lambda scores: scores > p["threshold"]]


def _below(p):
    return _scores()[lambda scores: scores <= p["threshold"]]


def _reliability(p):
    return 1 - p["noise_sd"] ** 2 / _scores().var()


def _expected(p, share):
    mean = _scores().mean()
    return mean + share * (_scores()["310000"] - mean)


def _turnover(before, after, bound):
    return int(((after > bound) & (before <= bound)).sum()), int(
        ((before > bound) & (after <= bound)).sum()
    )


REFERENCE = {
    "step": lambda p: _above(p).min() - _below(p).max(),
    "gain": lambda p: p["threshold"] - _scores().iloc[16],
    "correlation": _reliability,
    "next_score": lambda p: _expected(p, _reliability(p)),
    "what_follows": lambda p: {"a", "d"},
    "turnover": lambda p: _turnover,
}

MISCONCEPTIONS = {
    "step": {
        "sign": lambda p: _below(p).max() - _above(p).min(),
        "from_above": lambda p: _above(p).min() - p["threshold"],
        "from_below": lambda p: p["threshold"] - _below(p).max(),
        # Fujian is the last of the top level by rank, Anhui by score.
        "by_rank": lambda p: _scores()["350000"] - _below(p).max(),
        "type": lambda p: "two and a half points",
        "other": lambda p: 12.0,
    },
    "gain": {
        "sign": lambda p: _scores().iloc[16] - p["threshold"],
        "upper_end": lambda p: p["threshold"] - _scores().iloc[17],
        "one_short": lambda p: p["threshold"] - _scores().iloc[15],
        "by_rank": lambda p: p["threshold"] - _scores()[league()["rank"] == 17].iloc[0],
        "mean": lambda p: p["threshold"] - _scores().mean(),
        "other": lambda p: 40.0,
    },
    "correlation": {
        "not_squared": lambda p: 1 - p["noise_sd"] / _scores().std(),
        "noise": lambda p: 1 - _reliability(p),
        "percent": lambda p: 100 * _reliability(p),
        "root": lambda p: _reliability(p) ** 0.5,
        "other": lambda p: -0.5,
    },
    "next_score": {
        "unchanged": lambda p: _scores()["310000"],
        "mean": lambda p: _scores().mean(),
        "towards_zero": lambda p: _reliability(p) * _scores()["310000"],
        "away": lambda p: _expected(p, 2 - _reliability(p)),
        "complement": lambda p: _expected(p, 1 - _reliability(p)),
        "other": lambda p: 60.0,
    },
    "what_follows": {
        "b": lambda p: {"a", "b"},
        "c": lambda p: {"c", "d"},
        "e": lambda p: {"a", "d", "e"},
        "f": lambda p: ["a", "f"],
        "incomplete": lambda p: {"a"},
        "other": lambda p: {"x"},
        "type": lambda p: "ad",
    },
    "turnover": {
        "balance": lambda p: lambda b, a, t: int((a > t).sum() - (b > t).sum()),
        "swapped": lambda p: lambda b, a, t: _turnover(b, a, t)[::-1],
        "at_bound": lambda p: (
            lambda b, a, t: (
                int(((a >= t) & (b < t)).sum()),
                int(((b >= t) & (a < t)).sum()),
            )
        ),
        "counts": lambda p: lambda b, a, t: (int((a > t).sum()), int((b > t).sum())),
        "other": lambda p: lambda b, a, t: np.array([9, 9]),
        "nothing": lambda p: lambda b, a, t: None,
        "error": lambda p: lambda b, a: (0, 0),
    },
}
