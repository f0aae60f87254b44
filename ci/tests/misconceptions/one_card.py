"""Right and wrong answers to exercise 10."""

from digigov.exercises.one_card import RING, world
from digigov.models import one_card

PARAMETERS = [
    {},
    {"home_province": "Shanghai", "n_visits": 5_000, "seed": 3},
    {"home_province": "Henan", "attraction": 0.5, "distance_decay": 3, "n_visits": 20_000},
]


def _net(p):
    owed, home = world(p)
    return owed[home].sum(), owed.loc[home].sum()


def _moved(p):
    owed, _home = world(p)
    return one_card.moved(owed)


def _rings(p):
    moved = _moved(p)
    return 100 * (moved["bilateral"] - moved["multilateral"]) / moved["gross"]


def _floors(loss, weights):
    return [loss * weight // sum(weights) for weight in weights]


def _floats(loss, weights):
    return [int(share) for share in one_card.apportion(loss, weights) * 1.0]


def _to_the_first(loss, weights):
    shares = _floors(loss, weights)
    for i in range(loss - sum(shares)):
        shares[i] += 1
    return shares


REFERENCE = {
    "ring_fen": lambda p: 2025,
    "home_net": lambda p: _net(p)[0] - _net(p)[1],
    "spared_by_rings": _rings,
    "notices": lambda p: "e",
    "share_out": lambda p: lambda loss, weights: one_card.apportion(loss, weights).tolist(),
    "headline": lambda p: "b",
}

MISCONCEPTIONS = {
    "ring_fen": {
        "gross": lambda p: RING.to_numpy().sum(),
        "bilateral": lambda p: 27_650,
        "counted_twice": lambda p: 4050,
        "yuan": lambda p: 20.25,
        "zero": lambda p: 0,
        "other": lambda p: 475,
        "type": lambda p: "20.25 yuan",
    },
    "home_net": {
        "sign": lambda p: _net(p)[1] - _net(p)[0],
        "owes": lambda p: _net(p)[1],
        "owed": lambda p: _net(p)[0],
        "both": lambda p: sum(_net(p)),
        "rounded": lambda p: _net(p)[0] - _net(p)[1] + 1,
        "yuan": lambda p: round((_net(p)[0] - _net(p)[1]) / 100),
        "yuan#with_fen": lambda p: (_net(p)[0] - _net(p)[1]) / 100,
        "part_of_a_fen": lambda p: _net(p)[0] - _net(p)[1] + 0.5,
        "other": lambda p: 12,
        "type": lambda p: "12",
    },
    "spared_by_rings": {
        "of_bilateral": lambda p: _rings(p) * _moved(p)["gross"] / _moved(p)["bilateral"],
        "all_spared": lambda p: 100 * (1 - _moved(p)["multilateral"] / _moved(p)["gross"]),
        "pairs": lambda p: 100 * (1 - _moved(p)["bilateral"] / _moved(p)["gross"]),
        "moves": lambda p: 100 * _moved(p)["multilateral"] / _moved(p)["gross"],
        "fraction": lambda p: _rings(p) / 100,
        "sign": lambda p: -_rings(p),
        "rounded": lambda p: 1.02 * _rings(p),
        "other": lambda p: 123.0,
    },
    "notices": {
        "not_a": lambda p: "a",
        "not_b": lambda p: "B",
        "not_c": lambda p: "c",
        "not_d": lambda p: "d",
        "other": lambda p: "none",
        "type": lambda p: {"e"},
    },
    "share_out": {
        "lost": lambda p: _floors,
        "made": lambda p: (
            lambda loss, weights: [-(-loss * weight // sum(weights)) for weight in weights]
        ),
        "lost#rounded": lambda p: (
            lambda loss, weights: [round(loss * weight / sum(weights)) for weight in weights]
        ),
        "fractions": lambda p: (
            lambda loss, weights: [loss * weight / sum(weights) for weight in weights]
        ),
        "wrong_place": lambda p: _to_the_first,
        "length": lambda p: lambda loss, weights: [loss],
        "nothing": lambda p: lambda loss, weights: None,
        "error": lambda p: lambda loss: [loss],
        "type": lambda p: [34, 33, 33],
    },
    "headline": {
        "not_a": lambda p: "a",
        "not_c": lambda p: "c",
        "not_d": lambda p: "d",
        "other": lambda p: "netting",
    },
}
