"""Right and wrong answers to exercise 16."""

import math

from digigov.data import load

PARAMETERS = [
    {},
    {"epsilon": 0.1, "error_rate": 0.2, "k": 20},
    {"epsilon": 5, "error_rate": 0.01, "seed": 3},
]


def _complete():
    documents = load("policies")
    return documents[documents["kind"] != "milestone"]["doc_number"].notna().mean()


def _belief(prior, epsilon):
    raised = prior * math.exp(epsilon)
    return raised / (raised + 1 - prior)


REFERENCE = {
    "complete": lambda p: _complete(),
    "largest_k": lambda p: 2,
    "revealed": lambda p: 5,
    "monthly": lambda p: p["epsilon"] / 12,
    "belief": lambda p: _belief,
    "promise": lambda p: "b",
}

MISCONCEPTIONS = {
    "complete": {
        "all_rows": lambda p: load("policies")["doc_number"].notna().mean(),
        "missing": lambda p: 1 - _complete(),
        "percent": lambda p: 100 * _complete(),
        "count": lambda p: int(load("policies")["doc_number"].notna().sum()),
        "other": lambda p: 1.0,
        "type": lambda p: "most",
    },
    "largest_k": {
        "largest": lambda p: 6,
        "groups": lambda p: 4,
        "with_reason": lambda p: 1,
        "one_column": lambda p: 5,
        "rows": lambda p: 13,
        "other": lambda p: 7,
        "type": lambda p: 2.5,
    },
    "revealed": {
        "groups": lambda p: 2,
        "none": lambda p: 0,
        "likely": lambda p: 9,
        "mixed": lambda p: 8,
        "all": lambda p: 13,
        "other": lambda p: 3,
    },
    "monthly": {
        "each": lambda p: p["epsilon"],
        "times": lambda p: 12 * p["epsilon"],
        "root": lambda p: p["epsilon"] / math.sqrt(12),
        "other": lambda p: p["epsilon"] / 365,
    },
    "belief": {
        "odds": lambda p: lambda prior, epsilon: prior / (1 - prior) * math.exp(epsilon),
        "probability": lambda p: lambda prior, epsilon: prior * math.exp(epsilon),
        "probability#cut": lambda p: lambda prior, epsilon: min(1.0, prior * math.exp(epsilon)),
        "no_prior": lambda p: lambda prior, epsilon: 1 / (1 + math.exp(-epsilon)),
        "lowest": lambda p: lambda prior, epsilon: _belief(prior, -epsilon),
        "nothing": lambda p: lambda prior, epsilon: None,
        "other": lambda p: lambda prior, epsilon: 0.123,
        "error": lambda p: lambda prior: prior,
    },
    "promise": {
        "nothing": lambda p: "a",
        "accuracy": lambda p: " C",
        "composition": lambda p: "d",
        "other": lambda p: "e",
    },
}
