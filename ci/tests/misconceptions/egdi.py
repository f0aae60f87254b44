"""Right and wrong answers to exercise 05."""

from digigov.data import load
from digigov.models.egdi import composite, edition_for, ranked_in, ranks

# Countries of which no two of the answers below agree.
PARAMETERS = [
    {},
    {"country": "IND", "year": 2020},
    {"country": "GMB", "year": 2003},
    {"country": "SEN", "year": 2012, "n_draws": 100},
]


def _world(p):
    scores = load("egdi")
    return ranked_in(scores, edition_for(scores, p["country"], p["year"]))


def _history(p):
    scores = load("egdi")
    return scores[scores["iso3"] == p["country"]].set_index("year")["rank"].dropna()


def _editions():
    scores = load("egdi")
    return ranked_in(scores, 2024), ranked_in(scores, 2022)


def _rank_if(p, osi, tii, hci):
    return int(ranks(osi + tii + hci)[p["country"]])


def _alone(p):
    now, then = _editions()
    hci = now["hci"].copy()
    hci[p["country"]] = then.loc[p["country"], "hci"]
    return _rank_if(p, now["osi"], now["tii"], hci)


def _mirrored(p):
    now, then = _editions()
    return _rank_if(p, then["osi"], then["tii"], now["hci"])


def _what_if(p):
    now, then = _editions()
    return now["osi"] + now["tii"] + then["hci"]


def _cameroon():
    return ranked_in(load("egdi"), 2008).loc["CMR"]


def _tii():
    row = _cameroon()
    return (row["egdi"] - 0.34 * row["osi"] - 0.33 * row["hci"]) / 0.33


def _left_over():
    row = _cameroon()
    return row["egdi"] - 0.34 * row["osi"] - 0.33 * row["tii"] - 0.33 * row["hci"]


def _index(components, weights):
    return sum(
        weight * components[name]
        for weight, name in zip(weights, ("osi", "tii", "hci"), strict=True)
    )


REFERENCE = {
    "hci_rank": lambda p: int(ranks(_world(p)["hci"])[p["country"]]),
    "fitting_tii": lambda p: _tii(),
    "best_start": lambda p: int(_history(p).drop(index=2024).idxmax()),
    "greatest_climber": lambda p: "c",
    "rank_if": lambda p: int(ranks(_what_if(p))[p["country"]]),
    "rank_with": lambda p: lambda t, w, c: ranks(composite(t, w))[c],
}

MISCONCEPTIONS = {
    "hci_rank": {
        "dense": lambda p: int(ranks(_world(p)["hci"], "dense")[p["country"]]),
        "better": lambda p: int(ranks(_world(p)["hci"])[p["country"]]) - 1,
        "ascending": lambda p: int(_world(p)["hci"].rank(method="min")[p["country"]]),
        "index": lambda p: int(_world(p).loc[p["country"], "rank"]),
        "score": lambda p: _world(p).loc[p["country"], "hci"],
        "type": lambda p: "rank 101",
        "other": lambda p: 1000,
    },
    "fitting_tii": {
        "weighted": lambda p: 0.33 * _tii(),
        "not_divided": lambda p: _cameroon()["tii"] + _left_over(),
        "wrong_way": lambda p: _cameroon()["tii"] - _left_over() / 0.33,
        "equal_weights": lambda p: (
            3 * _cameroon()["egdi"] - _cameroon()["osi"] - _cameroon()["hci"]
        ),
        "other": lambda p: _cameroon()["tii"],
    },
    "best_start": {
        "end": lambda p: 2024,
        "no_edition": lambda p: 2006,
        "best_rank": lambda p: int(_history(p).drop(index=2024).idxmin()),
        "type": lambda p: "2012",
        "other": lambda p: 2016,
    },
    "greatest_climber": {
        "services": lambda p: "a",
        "fewer": lambda p: "b",
        "weights": lambda p: "d",
        "other": lambda p: "e",
    },
    "rank_if": {
        "printed": lambda p: int(_editions()[0].loc[p["country"], "rank"]),
        "alone": _alone,
        "all_old": lambda p: int(_editions()[1].loc[p["country"], "rank"]),
        "mirrored": _mirrored,
        "ascending": lambda p: int(_what_if(p).rank(method="min")[p["country"]]),
        "other": lambda p: 500,
    },
    "rank_with": {
        "dense": lambda p: lambda t, w, c: ranks(_index(t, w), "dense")[c],
        "ascending": lambda p: lambda t, w, c: int(_index(t, w).rank(method="min")[c]),
        "average": lambda p: lambda t, w, c: _index(t, w).rank(ascending=False)[c],
        "zero_based": lambda p: lambda t, w, c: int((_index(t, w) > _index(t, w)[c]).sum()),
        "ignored": lambda p: lambda t, w, c: ranks(t.mean(axis="columns"))[c],
        "reversed": lambda p: lambda t, w, c: ranks(_index(t, w[::-1]))[c],
        "nothing": lambda p: lambda t, w, c: None,
        "error": lambda p: lambda t, w: 1,
        "type": lambda p: 43,
        "other": lambda p: lambda t, w, c: 1,
    },
}
