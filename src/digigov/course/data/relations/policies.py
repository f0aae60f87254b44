"""Relations of the policy documents."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from digigov.course.data.relations.base import Tables, one_value, relation


@relation("policies")
def documents_are_adopted_before_published(tables: Tables) -> Iterator[str]:
    """A document is approved before it is adopted, and published and in force not before that."""
    table = tables["policies"]
    orders = (
        ("date_approved", "date_adopted"),
        ("date_adopted", "date_published"),
        ("date_adopted", "date_in_force"),
    )
    for _row, document in table.iterrows():
        for before, after in orders:
            earlier, later = document[before], document[after]
            if pd.isna(earlier) or pd.isna(later):
                continue
            digits = min(len(earlier), len(later))
            if later[:digits] < earlier[:digits]:
                yield f"{document['policy_id']}: {after} {later}, {before} {earlier}"
    # Rows that have only a number, or only the date in force, keep their place by subject.
    known = table["date_adopted"].fillna(table["date_published"]).fillna(table["date_in_force"])
    known = known.dropna().str[:4].astype(int)
    if not known.is_monotonic_increasing:
        yield "the rows are not in order of time"


@relation("policies")
def documents_named_are_as_many_as_claimed(tables: Tables) -> Iterator[str]:
    """The documents that the article names have the positions 1, 2, …, as many as it names."""
    positions = sorted(tables["policies"]["named_position"].dropna().astype(int))
    named = int(one_value(tables["claims"], claim_id="C31"))
    if positions != list(range(1, named + 1)):
        yield f"the positions {positions}, {named} documents named"


@relation("policies")
def a_document_refers_to_an_earlier_one(tables: Tables) -> Iterator[str]:
    """What a document cites or revises is another row, and an earlier one."""
    table = tables["policies"].dropna(subset=["refers_to"])
    for _row, document in table.iterrows():
        earlier = list(tables["policies"]["policy_id"])
        earlier = earlier[: earlier.index(document["policy_id"])]
        if document["refers_to"] not in earlier:
            yield f"{document['policy_id']} refers to {document['refers_to']}"


@relation("policies")
def document_numbers_fit_their_dates(tables: Tables) -> Iterator[str]:
    """The year in a document number is that of its adoption, or of publication if none is known."""
    table = tables["policies"].dropna(subset=["doc_number"])
    for _row, document in table.iterrows():
        found = re.search(r"〔(\d{4})〕", document["doc_number"])
        dates = document[["date_adopted", "date_published"]].dropna()
        if found and len(dates) and found[1] != dates.iloc[0][:4]:
            yield f"{document['policy_id']}: {document['doc_number']}, dated {dates.iloc[0]}"
