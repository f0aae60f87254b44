"""Right and wrong answers to exercise 15."""

from digigov.exercises.institutions import by_regression

PARAMETERS = [
    {},
    {"luck": 0.4, "n_first": 16, "reform": "none"},
    {"luck": 0.7, "n_first": 1, "seed": 3},
]


def _means(table):
    return table.groupby(["first", "after"])["days"].mean()


def _sums(table):
    sums = table.groupby(["first", "after"])["days"].sum()
    return sums[1, 1] - sums[1, 0] - sums[0, 1] + sums[0, 0]


REFERENCE = {
    "fewest": lambda p: 4,
    "difference": lambda p: -0.6,
    "next_year": lambda p: 2 * (1 - p["luck"]),
    "did": lambda p: by_regression,
    "all_at_once": lambda p: "c",
    "convincing": lambda p: {"b", "e"},
}

MISCONCEPTIONS = {
    "fewest": {
        "equal": lambda p: 3,
        "two": lambda p: 2,
        "late": lambda p: 5,
        "other": lambda p: 1,
        "type": lambda p: 3.5,
    },
    "difference": {
        "sign": lambda p: 0.6,
        "before_after": lambda p: -1.1,
        "level": lambda p: 1.2,
        "sum": lambda p: -1.6,
        "other": lambda p: 10.0,
    },
    "next_year": {
        "stays": lambda p: 2,
        "gone": lambda p: 0,
        "luck": lambda p: 2 * p["luck"],
        "overshoot": lambda p: -2 * p["luck"],
        "root": lambda p: 2 * (1 - p["luck"]) ** 0.5,
        "other": lambda p: 7.0,
    },
    "did": {
        "sign": lambda p: lambda t: -by_regression(t),
        "before_after": lambda p: lambda t: _means(t)[1, 1] - _means(t)[1, 0],
        "level": lambda p: lambda t: _means(t)[1, 1] - _means(t)[0, 1],
        "sums": lambda p: _sums,
        "nothing": lambda p: lambda t: None,
        "other": lambda p: lambda t: 123.0,
        "error": lambda p: lambda t: t["no such column"],
    },
    "all_at_once": {
        "a": lambda p: "a",
        "b": lambda p: " B",
        "d": lambda p: "d",
        "other": lambda p: "e",
    },
    "convincing": {
        "worst": lambda p: {"a", "b", "e"},
        "worst#month": lambda p: {"d", "b"},
        "best": lambda p: {"b", "c"},
        "missing": lambda p: {"b"},
        "other": lambda p: {"f"},
        "type": lambda p: 3,
    },
}
