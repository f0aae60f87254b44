"""Right and wrong answers to exercise 14."""

import numpy as np

from digigov.exercises.fifteen_minutes import world

PARAMETERS = [
    {},
    {"province": "Qinghai", "speed_kmh": 15, "n_sites": 5},
    {"province": "Xinjiang", "minutes": 30, "seed": 3},
    {"province": "Guizhou", "speed_kmh": 5, "n_sites": 40},
]


def _villagers(p):
    w = world(p)
    return w.people[w.is_village].sum()


def _covered_villagers(p):
    w = world(p)
    return w.people[w.is_village & w.within_reach].sum()


def _points(p, share):
    w = world(p)
    return int((w.reached >= share * w.people.sum()).idxmax())


def _plan(covers, people, n_sites):
    left, sites = people.copy(), []
    for _step in range(n_sites):
        gains = left @ covers
        if gains.max() == 0:
            break
        sites.append(int(gains.argmax()))
        left = left * (1 - covers[:, sites[-1]])
    return sites


def _ranked(covers, people, n_sites):
    return list(np.argsort(-(people @ covers))[:n_sites])


def _largest(covers, people, n_sites):
    return list(np.argsort(-people[: covers.shape[1]])[:n_sites])


REFERENCE = {
    "crow_km": lambda p: p["speed_kmh"] * p["minutes"] / 60 / 1.32,
    "villager_coverage": lambda p: 100 * _covered_villagers(p) / _villagers(p),
    "points_needed": lambda p: _points(p, 0.95),
    "optimality_gap": lambda p: 100 * 300 / 1400,
    "to_publish": lambda p: {"b", "d", "e"},
    "plan": lambda p: _plan,
}

MISCONCEPTIONS = {
    "crow_km": {
        "straight": lambda p: p["speed_kmh"] * p["minutes"] / 60,
        "multiplied": lambda p: p["speed_kmh"] * p["minutes"] / 60 * 1.32,
        "hours": lambda p: p["speed_kmh"] * p["minutes"] / 1.32,
        "hours#2": lambda p: p["speed_kmh"] * p["minutes"],
        "type": lambda p: "ten kilometres",
        "other": lambda p: -1.0,
    },
    "villager_coverage": {
        "settlements": lambda p: 100 * world(p).within_reach[world(p).is_village].mean(),
        "everyone": lambda p: (
            100 * world(p).people[world(p).within_reach].sum() / world(p).people.sum()
        ),
        "of_all": lambda p: 100 * _covered_villagers(p) / world(p).people.sum(),
        "of_reached": lambda p: (
            100 * _covered_villagers(p) / world(p).people[world(p).within_reach].sum()
        ),
        "left_out": lambda p: 100 - 100 * _covered_villagers(p) / _villagers(p),
        "fraction": lambda p: _covered_villagers(p) / _villagers(p),
        "other": lambda p: 1234.5,
    },
    "points_needed": {
        "one_short": lambda p: _points(p, 0.95) - 1,
        "nine_tenths": lambda p: _points(p, 0.9),
        "everyone": lambda p: _points(p, 1.0),
        "one_more": lambda p: _points(p, 0.95) + 1,
        "type": lambda p: 12.5,
        "other": lambda p: 10_000,
    },
    "optimality_gap": {
        "of_greedy": lambda p: 100 * 300 / 1100,
        "of_all": lambda p: 15,
        "ratio": lambda p: 78.6,
        "fraction": lambda p: 0.2143,
        "people": lambda p: 300,
        "guarantee": lambda p: 36.8,
        "rounded": lambda p: 21,
        "none": lambda p: 0,
        "other": lambda p: 50,
    },
    "to_publish": {
        "not_a": lambda p: {"a", "b", "d", "e"},
        "not_c": lambda p: {"b", "c", "d"},
        "not_f": lambda p: {"d", "e", "f"},
        "without_b": lambda p: {"d", "e"},
        "without_d": lambda p: {"b", "e"},
        "without_e": lambda p: ["B", "D"],
        "other": lambda p: {"x"},
        "type": lambda p: "bde",
    },
    "plan": {
        "not_crossed_out": lambda p: _ranked,
        "first": lambda p: _largest,
        "repeats": lambda p: (
            lambda covers, people, n_sites: [int((people @ covers).argmax())] * n_sites
        ),
        "too_many": lambda p: lambda covers, people, n_sites: [*_plan(covers, people, n_sites), 0],
        "too_few": lambda p: lambda covers, people, n_sites: _plan(covers, people, n_sites - 1),
        "no_such_place": lambda p: lambda covers, people, n_sites: [covers.shape[1]],
        "nothing": lambda p: lambda covers, people, n_sites: None,
        "error": lambda p: lambda covers, people: [0],
        "type": lambda p: [0, 1],
    },
}
