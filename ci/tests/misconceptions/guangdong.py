"""Right and wrong answers to exercise 12."""

import math

import numpy as np

from digigov.data import load
from digigov.models.guangdong import services_for_share

PARAMETERS = [
    {},
    {"resident_base": 2020, "zipf_exponent": 0},
    {"resident_base": 2024, "zipf_exponent": 3, "n_services": 1, "n_certificates": 0},
]

USERS = 184e6


def _residents(p, code="440000"):
    return 10_000 * load("provinces").set_index("code").loc[code, f"pop_{p['resident_base']}_10k"]


def _other_year(p):
    return {"resident_base": 2021 if p["resident_base"] != 2021 else 2023}


def _papers(requests, certificates):
    once = {pair for pair in requests if pair[1] in certificates}
    return len(once) + sum(pair[1] not in certificates for pair in requests)


def _never(requests, certificates):
    return sum(document not in certificates for _person, document in requests)


def _first_person(requests, certificates):
    return len({d for _person, d in requests if d in certificates}) + _never(requests, certificates)


def _strict(uses, share):
    return int((np.cumsum(sorted(uses)[::-1]) <= share * sum(uses)).sum()) + 1


REFERENCE = {
    "users_per_resident": lambda p: USERS / _residents(p),
    "share_of_others": lambda p: 100 * (1 - _residents(p) / USERS),
    "months_to_150_million": lambda p: 34 * 50 / 84,
    "what_follows": lambda p: "d",
    "services_needed": lambda p: lambda uses, share: services_for_share(np.array(uses), share),
    "papers_handed_in": lambda p: _papers,
}

MISCONCEPTIONS = {
    "users_per_resident": {
        "inverted": lambda p: _residents(p) / USERS,
        "percent": lambda p: 100 * USERS / _residents(p),
        "ten_thousands": lambda p: 1e4 * USERS / _residents(p),
        "nation": lambda p: USERS / _residents(p, "000000"),
        "rounded": lambda p: round(USERS / _residents(p), 1),
        "year": lambda p: USERS / _residents(_other_year(p)),
        "type": lambda p: "145 %",
        "other": lambda p: 150e6 / _residents(p),
    },
    "share_of_others": {
        "of_residents": lambda p: 100 * (USERS / _residents(p) - 1),
        "complement": lambda p: 100 * _residents(p) / USERS,
        "fraction": lambda p: 1 - _residents(p) / USERS,
        "persons": lambda p: USERS - _residents(p),
        "other": lambda p: 100 * USERS / _residents(p),
    },
    "months_to_150_million": {
        "fraction": lambda p: 50 / 84,
        "backwards": lambda p: 34 * 34 / 84,
        "from_zero": lambda p: 34 * 150 / 184,
        "exponential": lambda p: 34 * math.log(1.5) / math.log(1.84),
        "days": lambda p: 50 / 84 * 1035,
        "other": lambda p: 17.0,
    },
    "what_follows": {
        "wrong": lambda p: "a",
        "everybody": lambda p: "B",
        "several": lambda p: "c",
        "other": lambda p: "e",
        "type": lambda p: 4,
    },
    "services_needed": {
        "rarest": lambda p: (
            lambda uses, share: int((np.cumsum(sorted(uses)) < share * sum(uses)).sum()) + 1
        ),
        "proportion": lambda p: lambda uses, share: math.ceil(share * len(uses)),
        "share": lambda p: (
            lambda uses, share: services_for_share(np.array(uses), share) / len(uses)
        ),
        "order": lambda p: lambda uses, share: int((np.cumsum(uses) < share * sum(uses)).sum()) + 1,
        "at_least": lambda p: _strict,
        "other": lambda p: lambda uses, share: 1,
        "nothing": lambda p: lambda uses, share: None,
        "error": lambda p: lambda uses: 1,
        "type": lambda p: 1,
    },
    "papers_handed_in": {
        "everything_once": lambda p: lambda requests, certificates: len(set(requests)),
        "never": lambda p: _never,
        "first_person": lambda p: _first_person,
        "spared": lambda p: (
            lambda requests, certificates: len(requests) - _papers(requests, certificates)
        ),
        "no_effect": lambda p: lambda requests, certificates: len(requests),
        "other": lambda p: lambda requests, certificates: -1,
        "nothing": lambda p: lambda requests, certificates: None,
        "error": lambda p: lambda requests, certificates: requests["Li"],
    },
}
