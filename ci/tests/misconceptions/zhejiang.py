"""Right and wrong answers to exercise 13."""

import numpy as np

from digigov.models import zhejiang

PARAMETERS = [
    {"smart_share": 0.3},
    {"event": "house", "parallel": False, "smart_share": 0.05},
    {"event": "retirement", "smart_share": 0.9, "seed": 2},
]


def _plan(p):
    return zhejiang.schedule(zhejiang.graph(zhejiang.EVENTS[p["event"]]))


def _critical(p):
    plan = _plan(p)
    return set(plan.index[plan["critical"]])


def _online(p):
    return 1 - 0.8 * p["smart_share"]


def _fewest(before):
    def visit(step):
        return 1 + max((visit(one) for one in before[step]), default=0)

    return max((visit(step) for step in before), default=0)


REFERENCE = {
    "delaying": _critical,
    "two_totals": lambda p: [15, 12],
    "least_visits": lambda p: 2,
    "fewest_visits": lambda p: _fewest,
    "to_the_hall": lambda p: 30 * _online(p),
    "what_follows": lambda p: "c",
}

MISCONCEPTIONS = {
    "delaying": {
        "unknown": lambda p: {"signature"},
        "all": lambda p: set(_plan(p).index),
        "slack": lambda p: set(_plan(p).index) - _critical(p),
        "last": lambda p: {_plan(p)["end"].idxmax()},
        "incomplete": lambda p: {_plan(p).index[0]},
        "other": lambda p: (set(_plan(p).index) - _critical(p)) | {_plan(p).index[0]},
        "type": lambda p: 3,
    },
    "two_totals": {
        "two": lambda p: [15],
        "two#arrays": lambda p: np.array([[15, 12], [12, 15]]),
        "order": lambda p: [12, 15],
        "short": lambda p: [15, 9],
        "longest": lambda p: [15, 6],
        "sum": lambda p: [12, 12],
        "other": lambda p: [15, 10],
    },
    "least_visits": {
        "each": lambda p: 3,
        "one": lambda p: 1,
        "all": lambda p: 4,
        "other": lambda p: 7,
        "type": lambda p: "two",
    },
    "fewest_visits": {
        "nothing": lambda p: lambda before: None,
        "empty": lambda p: lambda before: max(1, _fewest(before)),
        "each": lambda p: len,
        "waiting": lambda p: (
            lambda before: sum(bool(earlier) for earlier in before.values()) + 1 if before else 0
        ),
        "predecessors": lambda p: (
            lambda before: 1 + max(map(len, before.values())) if before else 0
        ),
        "other": lambda p: lambda before: 9 if before else 0,
        "error": lambda p: lambda: 0,
    },
    "to_the_hall": {
        "share": lambda p: 0.3 * _online(p),
        "smart_lost": lambda p: 30 * (1 - p["smart_share"]),
        "direct": lambda p: 30 * (1 - p["smart_share"]) + 20 * p["smart_share"],
        "done": lambda p: 70 * _online(p),
        "online": lambda p: 100 * _online(p),
        "other": lambda p: 99.5,
    },
    "what_follows": {
        "a": lambda p: "a",
        "b": lambda p: "B ",
        "d": lambda p: "d",
        "other": lambda p: "z",
    },
}
