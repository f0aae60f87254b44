"""Right and wrong answers to exercise 19."""

from digigov.exercises.province_brief import code_of, figures, have
from digigov.models import province_brief

PARAMETERS = [{}, {"province": "Shanghai"}, {"province": "Henan", "seed": 1}]


def _rank(p, column="density"):
    return province_brief.standing(figures()[column], code_of(p["province"]))[0]


def _weighted(p):
    values = figures()
    return (values["output"] * values["residents"]).sum() / values["residents"].sum()


def _rank_of(values, name):
    if values[name] is None:
        return None
    return 1 + sum(value is not None and value > values[name] for value in values.values())


def _missing_takes_a_place(values, name):
    if values[name] is None:
        return None
    return 1 + sum(value is None or value > values[name] for value in values.values())


def _filled(values, name):
    filled = {key: value or 0.0 for key, value in values.items()}
    return _rank_of(filled, name)


def _ascending(values, name):
    return (
        None
        if values[name] is None
        else 1 + sum(value is not None and value < values[name] for value in values.values())
    )


def _dense(values, name):
    if values[name] is None:
        return None
    return 1 + len(
        {value for value in values.values() if value is not None and value > values[name]}
    )


def _ties(values, name):
    if values[name] is None:
        return None
    return sum(value is not None and value >= values[name] for value in values.values())


REFERENCE = {
    "density_rank": _rank,
    "national_output": _weighted,
    "well_known": lambda p: int((have().sum(axis=1) > 8).sum()),
    "rank_of": lambda p: _rank_of,
    "may_say": lambda p: "c",
}

MISCONCEPTIONS = {
    "density_rank": {
        "ascending": lambda p: 32 - _rank(p),
        "zero": lambda p: _rank(p) - 1,
        "residents": lambda p: _rank(p, "residents"),
        "other": lambda p: 99,
        "type": lambda p: "first",
    },
    "national_output": {
        "unweighted": lambda p: figures()["output"].mean(),
        "median": lambda p: figures()["output"].median(),
        "total": lambda p: (figures()["output"] * figures()["residents"]).sum(),
        "other": lambda p: 12.0,
    },
    "well_known": {
        "at_least": lambda p: int((have().sum(axis=1) >= 8).sum()),
        "columns": lambda p: int((have().sum() > 8).sum()),
        "rest": lambda p: 31 - int((have().sum(axis=1) > 8).sum()),
        "other": lambda p: 99,
    },
    "rank_of": {
        "missing": lambda p: _missing_takes_a_place,
        "filled": lambda p: _filled,
        "ascending": lambda p: _ascending,
        "dense": lambda p: _dense,
        "ties": lambda p: _ties,
        "nothing": lambda p: lambda values, name: None,
        "other": lambda p: lambda values, name: 9,
    },
    "may_say": {
        "a": lambda p: "a",
        "b": lambda p: "b",
        "d": lambda p: "D",
        "other": lambda p: "?",
    },
}
