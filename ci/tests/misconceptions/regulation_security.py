"""Right and wrong answers to exercise 18."""

from digigov.exercises.regulation_security import FALSE_ALARMS, OTHER_DISTRICT, yearly_uses
from digigov.models.regulation_security import chain_availability, erlang_c, mean_wait

PARAMETERS = [
    {},
    {"availability": 0.99, "peak_factor": 20, "fairness": "equal_rate"},
    {"availability": 0.9999, "peak_factor": 2.5, "fairness": "equal_error", "seed": 3},
]


def _lost(p):
    return yearly_uses() * (1 - p["availability"]) * p["peak_factor"] / 1e6


REFERENCE = {
    "false_alarms": lambda p: FALSE_ALARMS,
    "other_district": lambda p: OTHER_DISTRICT,
    "who_is_right": lambda p: "c",
    "uses_lost": _lost,
    "whole": lambda p: chain_availability,
    "pooling": lambda p: mean_wait(2, 1.5) / mean_wait(4, 3),
}

MISCONCEPTIONS = {
    "false_alarms": {
        "percent": lambda p: 10,
        "of_inspected": lambda p: 90 / 150,
        "of_all": lambda p: 0.09,
        "hits": lambda p: 0.4,
        "inspected": lambda p: 0.15,
        "other": lambda p: 0.7,
        "type": lambda p: "10 percent",
    },
    "other_district": {
        "percent": lambda p: 4.74,
        "same": lambda p: 0.1,
        "half": lambda p: 0.05,
        "found": lambda p: 30 / 950,
        "inspected": lambda p: 0.075,
        "other": lambda p: 0.9,
    },
    "who_is_right": {
        "a": lambda p: "a",
        "b": lambda p: "B ",
        "d": lambda p: "d",
        "other": lambda p: "both",
        "type": lambda p: 3,
    },
    "uses_lost": {
        "unit": lambda p: _lost(p) * 1e6,
        "up": lambda p: yearly_uses() / 1e6 * p["availability"] * p["peak_factor"],
        "cumulative": lambda p: 85e9 / 1e6 * (1 - p["availability"]) * p["peak_factor"],
        "divided": lambda p: _lost(p) / p["peak_factor"] ** 2,
        "mean": lambda p: _lost(p) / p["peak_factor"],
        "other": lambda p: -1.0,
    },
    "whole": {
        "nothing": lambda p: lambda a, n, c: None,
        "down": lambda p: lambda a, n, c: 1 - chain_availability(a, n, c),
        "no_copies": lambda p: lambda a, n, c: a**n,
        "all_copies": lambda p: lambda a, n, c: a ** (n * c),
        "any_system": lambda p: lambda a, n, c: 1 - (1 - a) ** (n * c),
        "whole_chains": lambda p: lambda a, n, c: 1 - (1 - a**n) ** c,
        "other": lambda p: lambda a, n, c: 0.5,
        "error": lambda p: lambda a: a,
    },
    "pooling": {
        "inverted": lambda p: mean_wait(4, 3) / mean_wait(2, 1.5),
        "same": lambda p: 1,
        "double": lambda p: 2.0,
        "share": lambda p: erlang_c(2, 1.5) / erlang_c(4, 3),
        "summed": lambda p: 2 * mean_wait(2, 1.5) / mean_wait(4, 3),
        "other": lambda p: 4.0,
    },
}
