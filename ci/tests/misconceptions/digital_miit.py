"""Right and wrong answers to exercise 08."""

from scipy import stats

from digigov.models.digital_miit import alarms_by_luck

PARAMETERS = [
    {},
    {"months": 12, "threshold": 3, "shock_size": 0.9},
    {"months": 120, "threshold": 2.5, "shock_size": 0.06, "shock_width": "class"},
]


def _alarms(p):
    return alarms_by_luck(21_700, p["months"], p["threshold"])


def _climb(output, characters):
    return output.groupby(output.index.str[:characters]).sum()


REFERENCE = {
    "which_sections": lambda p: {"F", "H", "L"},
    "totals": lambda p: 9436,
    "false_alarms": _alarms,
    "needed_share": lambda p: 2.5 * p["threshold"] / p["shock_size"],
    "climb": lambda p: _climb,
    "missing_figure": lambda p: "b",
}

MISCONCEPTIONS = {
    "which_sections": {
        "lesson": lambda p: {"B", "C", "D", "I"},
        "unknown": lambda p: {"F", "X"},
        "partly": lambda p: {"H", "F", "E"} - {"E"} | {"Q"},
        "none": lambda p: {"A"},
        "type": lambda p: "FHL",
    },
    "totals": {
        "all_series": lambda p: 31_136,
        "finest": lambda p: 21_700,
        "no_nation": lambda p: 273 * 31,
        "no_national_classes": lambda p: 273 * 32,
        "no_industry": lambda p: 272 * 32 + 700,
        "other": lambda p: 972,
        "type": lambda p: 0.5,
    },
    "false_alarms": {
        "normal": lambda p: 21_700 * stats.norm.cdf(-p["threshold"]),
        "two_sided": lambda p: 2 * _alarms(p),
        "degrees": lambda p: 21_700 * stats.t.cdf(-p["threshold"], p["months"]),
        "rounded": lambda p: 1.02 * _alarms(p),
        "one_series": lambda p: _alarms(p) / 21_700,
        "other_side": lambda p: 21_700 - _alarms(p),
        "other": lambda p: -1,
    },
    "needed_share": {
        "fraction": lambda p: 0.025 * p["threshold"] / p["shock_size"],
        "multiplied": lambda p: 2.5 * p["threshold"] * p["shock_size"],
        "whole": lambda p: 2.5 * p["threshold"],
        "one_deviation": lambda p: 2.5 / p["shock_size"],
        "rounded": lambda p: 0.99 * 2.5 * p["threshold"] / p["shock_size"],
        "other": lambda p: -3.0,
    },
    "climb": {
        "not_additive": lambda p: lambda s, n: s.groupby(s.index.str[:n]).mean(),
        "level": lambda p: lambda s, n: s.groupby(s.index.str[:3]).sum(),
        "nothing": lambda p: lambda s, n: None,
        "not_series": lambda p: lambda s, n: s.sum(),
        "error": lambda p: lambda s: s,
        "type": lambda p: 3,
    },
    "missing_figure": {
        "series": lambda p: "a",
        "memory": lambda p: "c",
        "time": lambda p: "d",
        "other": lambda p: "x",
    },
}
