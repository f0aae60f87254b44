"""Right and wrong answers to exercise 07."""

import pandas as pd

from digigov.data import load
from digigov.models.framework import bounds, place, select

# Not the defaults: there the selection is the whole record, and two mistakes come to the same.
PARAMETERS = [
    {"from_year": 2007, "to_year": 2023},
    {"from_year": 2018, "to_year": 2022, "seed": 7},
    {"from_year": 2016, "to_year": 2020},
]


def _selected(p):
    return select(place(load("policies")), p["from_year"], p["to_year"], p["issuer"])


def _days(dates):
    return int((dates.str.len() == 10).sum())


def _decrees():
    rows = load("policies").set_index("policy_id").loc[["P03", "P08"]]
    first, last = rows["doc_number"].str.extract(r"(\d+)", expand=False).astype(int)
    signed = pd.to_datetime(rows["date_adopted"])
    return first, last, (signed["P08"] - signed["P03"]).days


def _signed_32():
    rows = load("policies").set_index("policy_id")
    return pd.Timestamp(rows.loc["P16", "date_adopted"]).day_of_year


def _a_year(p):
    first, last, days = _decrees()
    return (last - first) / days * 365


def _order(one, other):
    days = bounds(pd.Series([one, other]))
    if days.loc[0, "last"] < days.loc[1, "first"]:
        return "before"
    return "after" if days.loc[1, "last"] < days.loc[0, "first"] else "unknown"


def _by_text(one, other):
    return "before" if one < other else "after" if one > other else "unknown"


def _strict_text(one, other):
    if one == other:
        return "before"
    return _order(one, other)


REFERENCE = {
    "rows_by_publication": lambda p: _days(_selected(p)["date_published"]),
    "longest_wait": lambda p: (pd.Timestamp("2022-12-31") - pd.Timestamp("2022-06-01")).days,
    "decrees_a_year": _a_year,
    "day_of_number_six": lambda p: 6 / 32 * _signed_32(),
    "what_follows": lambda p: "c",
    "order_of": lambda p: _order,
}

MISCONCEPTIONS = {
    "rows_by_publication": {
        "any": lambda p: int(_selected(p)["date_published"].notna().sum()),
        "signed": lambda p: _days(_selected(p)["date_adopted"]),
        "whole": lambda p: _days(load("policies")["date_published"]),
        "rows": lambda p: len(_selected(p)),
        "other": lambda p: 99,
        "type": lambda p: "ten",
    },
    "longest_wait": {
        "shortest": lambda p: (pd.Timestamp("2022-12-01") - pd.Timestamp("2022-06-30")).days,
        "inclusive": lambda p: (pd.Timestamp("2022-12-31") - pd.Timestamp("2022-06-01")).days + 1,
        "signature": lambda p: (pd.Timestamp("2022-12-02") - pd.Timestamp("2022-06-30")).days,
        "months": lambda p: 180,
        "other": lambda p: 6,
    },
    "decrees_a_year": {
        "day": lambda p: _a_year(p) / 365,
        "inverted": lambda p: 1 / _a_year(p),
        "number": lambda p: _decrees()[1] / _decrees()[2] * 365,
        "both": lambda p: (_decrees()[1] - _decrees()[0] + 1) / _decrees()[2] * 365.25,
        "other": lambda p: 711.0,
    },
    "day_of_number_six": {
        "whole_year": lambda p: 6 / 32 * 365,
        "inverted": lambda p: 32 / 6 * _signed_32(),
        "one": lambda p: _signed_32() / 32,
        "difference": lambda p: _signed_32() - 26,
        "other": lambda p: 150.0,
    },
    "what_follows": {
        "disproved": lambda p: "a",
        "majority": lambda p: " B",
        "probability": lambda p: "d",
        "other": lambda p: "e",
    },
    "order_of": {
        "day": lambda p: lambda one, other: "unknown",
        "same": lambda p: _strict_text,
        "month": lambda p: _by_text,
        "apart": lambda p: (
            lambda one, other: _order(one, other) if len(one) == len(other) else "unknown"
        ),
        "nothing": lambda p: lambda one, other: None,
        "error": lambda p: lambda one: "before",
    },
}
