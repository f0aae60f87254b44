"""Right and wrong answers to exercise 17."""

from digigov.exercises.capability_gap import READERS, able, towns_share

PARAMETERS = [
    {},
    {"offline_share": 0.5, "assist_share": 0.05, "province": "Shanghai"},
    {"offline_share": 0.1, "assist_share": 0.8, "seed": 3},
]


def _old(p, place="urban"):
    return (1 - able(place)) * (1 - p["offline_share"]) * (1 - p["assist_share"])


def _needed(share, open_, limit):
    need = (1 - share) * (1 - open_)
    return 0.0 if need <= limit else 1 - limit / need


REFERENCE = {
    "readers": lambda p: READERS,
    "towns": lambda p: towns_share(),
    "old_in_town": _old,
    "assistants_needed": lambda p: _needed,
    "what_follows": lambda p: "c",
    "keeps_promise": lambda p: set(),
}

MISCONCEPTIONS = {
    "readers": {
        "unit": lambda p: READERS * 1e6,
        "percent": lambda p: 25.7 * 382,
        "others": lambda p: 382 - READERS,
        "users": lambda p: 0.257 * 1032,
        "other": lambda p: 25.7,
        "type": lambda p: "98 million",
    },
    "towns": {
        "fraction": lambda p: towns_share() / 100,
        "mirror": lambda p: 79.7 + 10.5,
        "share_of_users": lambda p: 100 * 801 / 1123,
        "whole": lambda p: 79.7 * 801 / 1123,
        "above": lambda p: 100 * 801 / (322 / 0.692),
        "other": lambda p: 12.0,
    },
    "old_in_town": {
        "served": lambda p: 1 - _old(p),
        "able": lambda p: able("urban") * (1 - p["offline_share"]) * (1 - p["assist_share"]),
        "rural": lambda p: _old(p, "rural"),
        "no_assistant": lambda p: (1 - able("urban")) * (1 - p["offline_share"]),
        "complement": lambda p: (1 - able("urban")) * p["offline_share"] * p["assist_share"],
        "other": lambda p: 2.0,
    },
    "assistants_needed": {
        "negative": lambda p: (
            lambda a, o, limit: 1 - limit / ((1 - a) * (1 - o)) if o < 1 else -1.0
        ),
        "left": lambda p: lambda a, o, limit: limit / ((1 - a) * (1 - o)),
        "difference": lambda p: lambda a, o, limit: (1 - a) * (1 - o) - limit,
        "all_closed": lambda p: lambda a, o, limit: 1 - limit / (1 - a),
        "nothing": lambda p: lambda a, o, limit: None,
        "other": lambda p: lambda a, o, limit: 0.123,
        "error": lambda p: lambda a: 0.0,
    },
    "what_follows": {
        "a": lambda p: "a",
        "b": lambda p: " B",
        "d": lambda p: "d",
        "other": lambda p: "e",
    },
    "keeps_promise": {
        "by_place": lambda p: {"by_place"},
        "by_place#both": lambda p: {"by_place", "by_person"},
        "by_person": lambda p: {"by_person"},
        "other": lambda p: {"spread"},
        "type": lambda p: 3,
    },
}
