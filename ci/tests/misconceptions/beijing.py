"""Right and wrong answers to exercise 11."""

from digigov.exercises.beijing import hotline, mean_changes

# Loads at which the reward makes a difference, so that wrong answers are wrong.
PARAMETERS = [
    {},
    {"availability": 0.99, "arrivals_per_hour": 30, "rewarded_indicator": "satisfaction"},
    {"availability": 0.9, "arrivals_per_hour": 28, "n_departments": 3, "seed": 3},
]


def _out(p):
    return 1 - p["availability"] ** 8


def _implied():
    return hotline("cases", "2020") / 1.5524


REFERENCE = {
    "hours_out": lambda p: 8760 * _out(p),
    "two_copies_pay_from": lambda p: 4,
    "implied_2019": lambda p: _implied(),
    "hard_change": lambda p: mean_changes(p)["hard"],
    "figure_to_ask_for": lambda p: "b",
    "share_saved": lambda p: lambda n, writing, reusing, copies: 1 - copies * writing / n - reusing,
}

MISCONCEPTIONS = {
    "hours_out": {
        "working": lambda p: 8760 * (1 - _out(p)),
        "one_component": lambda p: 8760 * (1 - p["availability"]),
        "all_fail": lambda p: 8760 * (1 - p["availability"]) ** 8,
        "added": lambda p: 8760 * 8 * (1 - p["availability"]),
        "share": lambda p: _out(p),
        "type": lambda p: "70 hours",
        "other": lambda p: -1.0,
    },
    "two_copies_pay_from": {
        "not_whole": lambda p: 3.75,
        "rounded_down": lambda p: 3,
        "one_copy": lambda p: 2,
        "connected_twice": lambda p: 6,
        "other": lambda p: 50,
    },
    "implied_2019": {
        "printed": lambda p: hotline("cases", "2019"),
        "taken_off": lambda p: hotline("cases", "2020") * (1 - 0.5524),
        "forward": lambda p: hotline("cases", "2020") * 1.5524,
        "unit": lambda p: _implied() / 1e4,
        "other": lambda p: 1.0,
    },
    "hard_change": {
        "sign": lambda p: -mean_changes(p)["hard"],
        "all_complaints": lambda p: mean_changes(p)["resolution"],
        "easy": lambda p: mean_changes(p)["easy"],
        "fraction": lambda p: mean_changes(p)["hard"] / 100,
        "sum": lambda p: mean_changes(p)["hard"] * 4,
        "rounded": lambda p: mean_changes(p)["hard"] + 0.3,
        "other": lambda p: 1000.0,
    },
    "figure_to_ask_for": {
        "effort": lambda p: "a",
        "same": lambda p: "c",
        "speed": lambda p: "d",
        "other": lambda p: "e",
    },
    "share_saved": {
        "plain": lambda p: lambda n, writing, reusing, copies: 1 - copies * writing / n,
        "negative": lambda p: lambda n, w, r, copies: max(1 - copies * w / n - r, 0),
        "copies": lambda p: lambda n, writing, reusing, copies: 1 - writing / n - reusing,
        "not_a_share": lambda p: lambda n, w, r, copies: n - copies * w - n * r,
        "nothing": lambda p: lambda n, w, r, copies: None,
        "error": lambda p: lambda n: 1.0,
        "type": lambda p: 0.25,
    },
}
