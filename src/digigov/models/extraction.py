"""Extraction measured: the sample and its key, one step of repair left out, and bytes lost at random."""

from __future__ import annotations

import math
from importlib import resources

import numpy as np
import pandas as pd

from digigov.i18n import _, get_language
from digigov.text.claims import numerals
from digigov.text.files import TextError, TextFile, read_text
from digigov.text.repair import (
    han_count,
    remove_annotations,
    repair,
    restore_bytes,
    tidy,
    to_script,
)

STEPS = ("bytes", "annotations", "widths", "script")
"""Steps of the repair: lost bytes, reading annotations, widths and odd characters, script."""

COUNTED_IN_NAMES = frozenset(
    ("systems", "components", "applications", "programmes", "channels", "functions", "documents")
)
"""Units of the ledger's rows whose number no sentence states: a reader counted names (七通一平, a
list of documents)."""


def sample() -> tuple[str, pd.DataFrame]:
    """The text written for the course, and the claims that a person found in it.

    The region and its figures are invented. Each fault of scraped text occurs at least twice.

    Returns
    -------
    str
        As scraped: traditional characters, readings in brackets, lost bytes.
    DataFrame
        One row a claim: ``claim`` (B01, ...), ``line`` (from 1), ``value``, ``unit``, ``qualifier``,
        ``as_of``, ``subject_zh``, ``statement_en``, in the terms of `digigov.extract_claims`, and
        ``statement`` in the language of the lesson.
    """
    folder = resources.files("digigov.text") / "samples"
    with (folder / "briefing.csv").open(encoding="utf-8") as file:
        key = pd.read_csv(file, dtype={"as_of": "str"})
    statement = key["subject_zh"] if get_language() == "zh" else key["statement_en"]
    return (folder / "briefing.txt").read_text(encoding="utf-8"), key.assign(statement=statement)


def own_text(path: str, lost: int) -> TextFile:
    """A text of the learner's own, if there is enough in it to measure.

    Parameters
    ----------
    path : str
        A text file in any usual encoding.
    lost : int
        Bytes that the experiment will lose from it.

    Returns
    -------
    TextFile

    Raises
    ------
    TextError
        If the file cannot be read, is not Chinese, states no figure, or is too short.
    """
    file = read_text(path)
    plain = repair(file.text).text
    if not (numerals(plain)["role"] == "claim").any():
        raise TextError(
            _("{path} states no figure, and this lesson measures how figures are read").format(
                path=path
            )
        )
    characters = han_count(plain)
    if characters < lost:
        raise TextError(
            _("{path} has {n} Chinese characters: too few to lose {lost} bytes from").format(
                path=path, n=characters, lost=lost
            )
        )
    return file


def stated(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of the course's ledger whose number stands in a sentence of the article.

    Parameters
    ----------
    ledger : DataFrame
        The dataset ``claims``.

    Returns
    -------
    DataFrame
        With the columns of the sample's key.
    """
    counted = ledger["unit"].isin(COUNTED_IN_NAMES)
    names = {"claim_id": "claim", "article_line": "line"}
    return ledger[ledger["value"].notna() & ~counted].rename(columns=names)


def compare(found: pd.DataFrame, key: pd.DataFrame) -> pd.DataFrame:
    """Hold claims against a key. A claim is a value with a unit, said once or more.

    Parameters
    ----------
    found, key : DataFrame
        With ``value`` and ``unit``, and whatever other columns.

    Returns
    -------
    DataFrame
        Columns of both, those of `key` with the suffix ``_key`` where both have one, and ``side``:
        ``"both"``, ``"found only"`` (a false claim) or ``"key only"`` (a miss).
    """

    def distinct(claims: pd.DataFrame) -> pd.DataFrame:
        # Six digits: the key prints two thirds as 66.6667.
        amount = claims["value"].map(lambda value: f"{value:.6g}")
        return claims.assign(amount=amount).drop_duplicates(["amount", "unit"])

    sides = {"both": "both", "left_only": "found only", "right_only": "key only"}
    merged = distinct(found).merge(
        distinct(key),
        on=["amount", "unit"],
        how="outer",
        suffixes=("", "_key"),
        indicator="side",
    )
    merged["side"] = merged["side"].astype(str).map(sides)
    return merged.drop(columns="amount")


def measure(compared: pd.DataFrame) -> pd.Series:
    """Precision and recall of a comparison, each with its 95 % interval.

    Parameters
    ----------
    compared : DataFrame
        From `compare`.

    Returns
    -------
    Series
        ``hits``, ``found``, ``in_key`` (counts), ``precision``, ``precision_low``,
        ``precision_high``, ``recall``, ``recall_low``, ``recall_high`` (fractions of one; 0 where
        there is nothing to divide by).
    """
    hits = int((compared["side"] == "both").sum())
    found = hits + int((compared["side"] == "found only").sum())
    in_key = hits + int((compared["side"] == "key only").sum())
    measured: dict[str, float] = {"hits": hits, "found": found, "in_key": in_key}
    for name, total in (("precision", found), ("recall", in_key)):
        measured[name] = hits / total if total else 0.0
        measured[f"{name}_low"], measured[f"{name}_high"] = wilson(hits, total)
    return pd.Series(measured)


def wilson(hits: int, n: int, z: float = 1.959964) -> tuple[float, float]:
    """Interval of a share by Wilson's score method (J. Am. Stat. Assoc. 22, 1927, p. 209).

    Parameters
    ----------
    hits, n : int
        Successes of trials; without a trial the interval is (0, 1).
    z : float
        Quantile of the normal distribution; 95 % by default.

    Raises
    ------
    ValueError
        If `hits` is not between 0 and `n`.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"hits = {hits} must lie between 0 and n = {n}")
    if n == 0:
        return 0.0, 1.0
    share, squared = hits / n, z * z
    centre = (share + squared / (2 * n)) / (1 + squared / n)
    half = z / (1 + squared / n) * math.sqrt(share * (1 - share) / n + squared / (4 * n * n))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def claims_without(text: str, step: str | None, *, strict: bool = False) -> pd.DataFrame:
    """Claims of a text from whose repair one step is left out.

    Parameters
    ----------
    text : str
        As scraped.
    step : str or None
        One of `STEPS`; ``None`` leaves nothing out, ``"all"`` everything.
    strict : bool
        As in `digigov.extract_claims`.

    Returns
    -------
    DataFrame
        As from `digigov.extract_claims`.

    Raises
    ------
    ValueError
        If `step` is something else.
    """
    if step not in (*STEPS, "all", None):
        raise ValueError(f"step = {step!r} is not known: {', '.join(STEPS)}, all, None")
    done = [name for name in STEPS if step not in (name, "all")]
    if "annotations" in done:
        text = remove_annotations(text)
    if "bytes" in done:
        text = restore_bytes(text, strict=strict)[0]
    if "annotations" in done:
        text = remove_annotations(text)
    if "widths" in done:
        text = tidy(text)
    if "script" in done:
        text = to_script(text, "simplified")
    found = numerals(text, strict=strict)
    return found[found["role"] == "claim"].drop(columns=["numeral", "role"]).reset_index(drop=True)


def lose_bytes(text: str, n: int, rng: np.random.Generator) -> str:
    """A text in which single bytes of GBK were lost, each in a character of its own.

    Parameters
    ----------
    text : str
        Characters that GBK lacks become question marks.
    n : int
        How many bytes; at most as many as there are Chinese characters.
    rng : Generator

    Returns
    -------
    str
        As a reader of GBK would show it: ``?`` for what is no character.

    Raises
    ------
    ValueError
        If `n` is negative or larger than the number of characters of two bytes.
    """
    coded = [character.encode("gbk", errors="replace") for character in text]
    wide = [i for i, one in enumerate(coded) if len(one) == 2]
    if not 0 <= n <= len(wide):
        raise ValueError(f"n = {n} must lie between 0 and {len(wide)}, the characters of two bytes")
    for i in rng.choice(wide, size=n, replace=False):
        coded[i] = coded[i][1:] if rng.random() < 0.5 else coded[i][:1]
    return b"".join(coded).decode("gbk", errors="replace").replace("\ufffd", "?")


def damage(
    text: str, counts: list[int], repeats: int, seed: int, *, strict: bool = False
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lose bytes at random, repair, and extract: how much of the claims comes through.

    Parameters
    ----------
    text : str
        An undamaged text in simplified characters.
    counts : list of int
        Bytes to lose.
    repeats : int
        Random damages for each count.
    seed : int
    strict : bool
        As in `digigov.extract_claims`.

    Returns
    -------
    DataFrame
        One row a damage and reading: ``lost``, ``repeat``, ``repaired`` (bool), ``recall`` (share of
        the undamaged text's claims that are found, with their line).
    DataFrame
        One row a restoration: ``lost``, ``certain`` and ``right`` (whether its line really held it).
    """
    clean = _keys(numerals(text, strict=strict))
    lines = text.split("\n")
    rows, restored = [], []
    rng = np.random.default_rng(seed)
    for lost in counts:
        for repeat in range(repeats):
            broken = lose_bytes(text, lost, rng)
            mended = repair(broken, strict=strict)
            for repaired, version in ((False, broken), (True, mended.text)):
                kept = clean & _keys(numerals(version, strict=strict))
                rows.append((lost, repeat, repaired, len(kept) / max(len(clean), 1)))
            for entry in mended.restored.itertuples():
                right = to_script(entry.after, "simplified") in lines[entry.line - 1]
                restored.append((lost, entry.certain, right))
    return (
        pd.DataFrame(rows, columns=["lost", "repeat", "repaired", "recall"]),
        pd.DataFrame(restored, columns=["lost", "certain", "right"]),
    )


def _keys(found: pd.DataFrame) -> set[tuple[int, float, str]]:
    claims = found[found["role"] == "claim"]
    return set(zip(claims["line"], claims["value"], claims["unit"], strict=True))
