"""An audit of a text: its figures as intervals, held against each other and against the text.

Nothing outside the text is needed. What the figures of a text cannot test in each other stays
untested, and is called so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from digigov.i18n import _
from digigov.parameters import ParameterError
from digigov.places import MARK, Place, PlaceError, fingerprint
from digigov.quantities import (
    Interval,
    format_count,
    last_digit,
    printed_interval,
    rounding_interval,
)
from digigov.text import TextError, extract_claims, read_text, repair

SAMPLES = ("bulletin", "briefing")
"""Texts written for the course; their regions and figures are invented."""

FITS, DOUBTFUL, CONTRADICTED, ALONE = "fits", "doubtful", "contradicted", "alone"
VERDICTS = (FITS, DOUBTFUL, CONTRADICTED, ALONE)
"""Held by another figure; only by a stretch of words; not together with another; held by none."""

POPULATION = "人口"
PARTS = "其中"


class Test(NamedTuple):
    """One figure held against others.

    Attributes
    ----------
    claim : int
        Row of the claim that is tested.
    kind : str
        Name of the test, one of `test_names`.
    verdict : str
        One of `VERDICTS`, other than `ALONE`.
    finding : str
        Why, in the language of the edition.
    """

    claim: int
    kind: str
    verdict: str
    finding: str


def test_names() -> dict[str, str]:
    """What each test is called, in the language of the edition."""
    return {
        "whole": _("a share is at most the whole"),
        "population": _("count and share have one population"),
        "parts": _("parts add up to the whole"),
        "series": _("one subject at two dates"),
    }


def sample_text(name: str) -> str:
    """A text written for the course.

    Parameters
    ----------
    name : str
        One of `SAMPLES`.

    Raises
    ------
    ValueError
        If there is no such text.
    """
    if name not in SAMPLES:
        raise ValueError(f"sample = {name!r} is not known: {', '.join(SAMPLES)}")
    return (resources.files("digigov.text") / "samples" / f"{name}.txt").read_text("utf-8")


def open_text(text_path: str, sample: str) -> str:
    """The learner's own text, or one of the samples.

    Parameters
    ----------
    text_path : str
        Path of a text file in any usual encoding; empty for the sample.
    sample : str
        One of `SAMPLES`.

    Returns
    -------
    str

    Raises
    ------
    TextError
        If the file cannot be read, or is not Chinese text.
    """
    return read_text(text_path).text if text_path else sample_text(sample)


def read_claims(text: str, *, usual: bool) -> pd.DataFrame:
    """Claims of a text as intervals.

    Parameters
    ----------
    text : str
    usual : bool
        Whether *over* and *nearly* are read as usually meant, or by the letter.

    Returns
    -------
    DataFrame
        As `digigov.extract_claims` returns it, with ``low`` and ``high`` in the unit of the claim
        and ``level`` (bool): whether the figure says how many there are, and not by how many they
        grew, or how many there are to a head.

    Raises
    ------
    TextError
        If the text holds no figure.
    """
    claims = extract_claims(text)
    if claims.empty:
        raise TextError(_("the text states no figure: there is nothing to audit"))
    intervals = [
        _stands_for(row.value, row.unit, row.qualifier, usual) for row in claims.itertuples()
    ]
    return claims.assign(
        low=[i.low for i in intervals],
        high=[i.high for i in intervals],
        level=list(_levels(claims, repair(text).text.split("\n"))),
    )


_NO_LEVEL = re.compile("每|均|[新净]增|增[加长]|减少|下降|降低|上升|提高|多出")


def _levels(claims: pd.DataFrame, lines: list[str]) -> Iterator[bool]:
    """Whether each figure says how many there are: no change of a number, and nothing per head."""
    line, position = 0, 0
    for row in claims.itertuples():
        position = position if row.line == line else 0
        line = row.line
        start = max(lines[line - 1].find(row.text, position), position)
        clause = re.split("[，。；、（(]", lines[line - 1][:start])[-1]
        position = start + len(row.text)
        yield not _NO_LEVEL.search(clause)


def _stands_for(value: float, unit: str, qualifier: str, usual: bool) -> Interval:
    if not value > 0:
        return Interval(value, value)
    if unit == "percent" and qualifier == "exact":
        # A share is never counted one by one: 87 % was rounded, however round it looks.
        return rounding_interval(value, min(last_digit(value), 1.0))
    return printed_interval(value, qualifier, usual=usual)


def _interval(row: pd.Series) -> Interval:
    return Interval(row["low"], row["high"])


def _written(interval: Interval) -> str:
    ends = [
        format_count(end) if 1e4 <= abs(end) < 1e15 else f"{end:,.4g}"
        for end in (interval.low, interval.high)
    ]
    return (
        ends[0]
        if ends[0] == ends[1]
        else _("between {low} and {high}").format(low=ends[0], high=ends[1])
    )


_BEYOND_THE_WHOLE = re.compile("增|升|降|比|倍|计划|预算|预期|目标|任务|同期|上年|去年")


def _shares(claims: pd.DataFrame) -> Iterator[Test]:
    """No part is larger than the whole, unless it is a growth, a ratio or the part of a plan."""
    for i, row in claims[claims["unit"] == "percent"].iterrows():
        if row["low"] > 100 and not _BEYOND_THE_WHOLE.search(str(row["subject"])):
            finding = _("{text} is more than the whole").format(text=row["text"])
            yield Test(i, "whole", CONTRADICTED, finding)


def populations(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims that state how many people there are."""
    return claims[
        (claims["unit"] == "persons")
        & claims["level"]
        & claims["subject"].fillna("").str.contains(POPULATION)
    ]


def pairs(claims: pd.DataFrame) -> pd.DataFrame:
    """Counts of persons with their share of a population, and the population that both imply.

    Parameters
    ----------
    claims : DataFrame
        From `read_claims`.

    Returns
    -------
    DataFrame
        One row a pair on one line, the share after the count: ``count`` and ``share`` (rows of the
        claims), ``line``, ``subject`` (of the share), ``low`` and ``high`` (persons).
    """
    rows = []
    for line, group in claims.groupby("line"):
        count = None
        for i, row in group.iterrows():
            if row["unit"] == "persons":
                count = i if row["level"] else None
            elif (
                row["unit"] == "percent" and count is not None and POPULATION in str(row["subject"])
            ):
                counted, share = _interval(claims.loc[count]), _interval(row)
                if share.low > 0 and counted.high < float("inf"):
                    implied = counted / Interval(share.low / 100, share.high / 100)
                    rows.append((count, i, line, row["subject"], implied.low, implied.high))
                count = None
    return pd.DataFrame(rows, columns=["count", "share", "line", "subject", "low", "high"])


def _coverages(claims: pd.DataFrame) -> Iterator[Test]:
    """A count and its share imply a population; does the text state one that fits?"""
    stated = populations(claims)
    for pair in pairs(claims).itertuples():
        same = [
            pair.subject.endswith(name) or name.endswith(pair.subject) for name in stated["subject"]
        ]
        others = stated[same].drop(pair.count, errors="ignore")
        if others.empty:
            continue
        fitting = [
            i
            for i, row in others.iterrows()
            if _interval(row).overlaps(Interval(pair.low, pair.high))
        ]
        words = {
            "implied": _written(Interval(pair.low, pair.high)),
            "stated": _("; ").join(others["text"]),
        }
        template = (
            _("implies {implied} people, and the text states {stated}")
            if fitting
            else _("implies {implied} people, but the text states {stated}")
        )
        for i in (pair.count, pair.share):
            yield Test(i, "population", FITS if fitting else CONTRADICTED, template.format(**words))


def _parts(claims: pd.DataFrame, lines: list[str]) -> Iterator[Test]:
    """What follows 其中 are parts of what stands before it."""
    for line, group in claims.groupby("line"):
        text = lines[line - 1] if line <= len(lines) else ""
        for sentence in re.split("[。；]", text):
            if PARTS not in sentence:
                continue
            before, after = sentence.split(PARTS, 1)
            whole = _last_in(group, before)
            if whole is None:
                continue
            measure = str(claims.loc[whole, "text"])[-1]
            found = [
                i
                for i in _in_order(group[group["level"]], after)
                if str(claims.loc[i, "text"])[-1] == measure
            ]
            if not found:
                continue
            total = Interval(0, 0)
            for i in found:
                total = total + _interval(claims.loc[i])
            everything = _interval(claims.loc[whole])
            whole_is_reached = len(found) == 1 or total.overlaps(everything)
            fits = whole_is_reached and total.low <= everything.high
            # 其中 names some of the parts, not always all of them.
            short = DOUBTFUL if total.high < everything.low else CONTRADICTED
            words = {"sum": _written(total), "whole": _written(everything)}
            template = (
                _("the parts make {sum}, the whole is {whole}: some part is left out, or wrong")
                if short == DOUBTFUL and not fits
                else _("the parts make {sum}, the whole is {whole}")
                if len(found) > 1
                else _("the part is {sum}, the whole {whole}")
            )
            for i in (whole, *found):
                yield Test(i, "parts", FITS if fits else short, template.format(**words))


def _in_order(group: pd.DataFrame, text: str) -> list[int]:
    plain = re.sub(r"\s", "", text)
    return [i for i, row in group.iterrows() if re.sub(r"\s", "", str(row["text"])) in plain]


def _last_in(group: pd.DataFrame, text: str) -> int | None:
    found = _in_order(group, text)
    return found[-1] if found else None


def _series(claims: pd.DataFrame) -> Iterator[Test]:
    """A subject that is counted twice: does its count fall, or contradict itself?"""
    several = claims["unit"].isin(["persons", "entities"]) & claims["level"]
    counted = claims[several & claims["subject"].notna()]
    for (_subject, _unit), group in counted.groupby(["subject", "unit"]):
        if len(group) < 2 or group["value"].nunique() < 2:
            continue
        ordered = group.assign(when=group["as_of"].fillna("9999")).sort_values(
            "when", kind="stable"
        )
        earlier, later = ordered.iloc[0], ordered.iloc[-1]
        if earlier["when"] == later["when"] or later["high"] >= earlier["low"]:
            continue
        by_letter = printed_interval(later["value"], later["qualifier"])
        verdict = DOUBTFUL if by_letter.high >= earlier["low"] else CONTRADICTED
        finding = _("{later} after {earlier}: fewer, unless the words are stretched").format(
            later=later["text"], earlier=earlier["text"]
        )
        for i in (earlier.name, later.name):
            yield Test(i, "series", verdict, finding)


def tests(claims: pd.DataFrame, text: str) -> pd.DataFrame:
    """Hold every figure of a text against the others.

    Parameters
    ----------
    claims : DataFrame
        From `read_claims`.
    text : str
        The text that they are from, repaired.

    Returns
    -------
    DataFrame
        Columns ``claim`` (row of the claims), ``kind``, ``verdict`` and ``finding``; none for a
        figure that no other tests.
    """
    lines = text.splitlines()
    found = [*_shares(claims), *_coverages(claims), *_parts(claims, lines), *_series(claims)]
    return pd.DataFrame(found, columns=list(Test._fields))


def audit(claims: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """One verdict a claim: the worst of its tests.

    Parameters
    ----------
    claims, found : DataFrame
        From `read_claims` and `tests`.

    Returns
    -------
    DataFrame
        The claims with ``verdict`` and ``finding`` (findings joined).
    """
    order = [CONTRADICTED, DOUBTFUL, FITS]
    verdicts, findings = [], []
    for i in claims.index:
        mine = found[found["claim"] == i]
        ranked = [verdict for verdict in order if verdict in set(mine["verdict"])]
        verdicts.append(ranked[0] if ranked else ALONE)
        findings.append(_("; ").join(dict.fromkeys(mine["finding"])))
    return claims.assign(verdict=verdicts, finding=findings)


FILES = ("audit.csv", "audit.html")
"""What `export` writes."""


def export_place(folder: str | Path) -> Place:
    """The folder of an export, which may hold other files of the reader's."""
    return Place(Path(folder), "course run 20", mark=Path(folder) / MARK)


def export(table: pd.DataFrame, folder: str | Path, title: str) -> list[Path]:
    """Write a verdict table as CSV and as a page that needs nothing else.

    Parameters
    ----------
    table : DataFrame
        Ready to read: headings and texts in the language of the edition.
    folder : str or Path
        Made if need be.
    title : str
        Heading of the page.

    Returns
    -------
    list of Path
        ``audit.csv`` (UTF-8 with a byte-order mark, which spreadsheets need) and ``audit.html``.

    Raises
    ------
    ParameterError
        If the folder cannot be written, or holds files of these names that are not as it wrote them.
    """
    import html

    folder = Path(folder)
    place = export_place(folder)
    try:
        place.check(FILES)
    except PlaceError as error:
        raise ParameterError(str(error)) from None
    folder.mkdir(parents=True, exist_ok=True)
    csv, page = folder / "audit.csv", folder / "audit.html"
    body = table.to_html(index=False, border=0, na_rep="–")
    style = (
        "body{font-family:'Noto Sans CJK SC','Noto Sans SC',sans-serif;margin:2rem;max-width:70rem}"
        "table{border-collapse:collapse}td,th{padding:.35rem .7rem;border-top:1px solid #ccc;"
        "text-align:left;vertical-align:top}"
    )
    text = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{style}</style></head><body><h1>{html.escape(title)}</h1>{body}</body></html>\n"
    )
    # A byte-order mark, which spreadsheets need.
    contents = {csv: table.to_csv(index=False).encode("utf-8-sig"), page: text.encode()}
    place.record({path.name: fingerprint(content) for path, content in contents.items()})
    for path, content in contents.items():
        path.write_bytes(content)
    return [csv, page]
