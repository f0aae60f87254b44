"""Scores behind the levels of a league table, and what chance alone does to levels and ranks.

The view of a score as a true value plus noise is that of classical test theory; its use on league
tables follows Goldstein and Spiegelhalter, "League tables and their limitations: statistical
issues in comparisons of institutional performance", Journal of the Royal Statistical Society A
159(3), 1996.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from digigov.quantities import Interval


def published_scores(table: pd.DataFrame, edition: int = 2020) -> pd.DataFrame:
    """Scores of an edition, with a missing one put halfway between its neighbours by rank.

    Parameters
    ----------
    table : DataFrame
        The dataset ``province_capability``.
    edition : int
        Year of an edition that prints scores.

    Returns
    -------
    DataFrame
        Indexed by ``code``, highest score first: ``name``, ``rank`` as printed, ``score`` in points,
        and ``printed``, whether the score was.

    Raises
    ------
    ValueError
        If the edition prints no scores.
    """
    rows = table[(table["edition"] == edition) & (table["record"] == "province")]
    if rows["score"].isna().all():
        known = sorted(set(table.loc[table["score"].notna(), "edition"]))
        raise ValueError(
            f"edition = {edition} prints no scores; editions that do: {', '.join(map(str, known))}"
        )
    league = rows.set_index("code").rename(columns={"province": "name"})[["name", "rank", "score"]]
    league["printed"] = league["score"].notna()
    by_rank = league.sort_values("rank", kind="stable")["score"]
    league["score"] = by_rank.interpolate(method="linear")
    return league.sort_values("score", ascending=False, kind="stable")


def gains_for(scores: pd.Series, count: int, bound: float) -> Interval:
    """Gains, the same for every unit, that put a given number of them above a bound.

    Parameters
    ----------
    scores : Series of float, shape (n,)
        In points.
    count : int
        How many units shall lie above the bound, 0 to n.
    bound : float
        In points.

    Returns
    -------
    Interval
        In points; its lower end itself puts one unit fewer above, its upper end does not yet put
        one more above. Infinite on a side where nothing limits it.

    Raises
    ------
    ValueError
        If `count` is not in 0 to n, or two equal scores cross the bound together.
    """
    if not 0 <= count <= len(scores):
        raise ValueError(f"count = {count} is out of range: 0 to {len(scores)}")
    ordered = np.sort(np.asarray(scores, dtype=float))[::-1]
    low = bound - ordered[count - 1] if count > 0 else -math.inf
    high = bound - ordered[count] if count < len(ordered) else math.inf
    if low == high:
        raise ValueError(
            f"count = {count} is never reached: two units with equal scores cross together"
        )
    return Interval(low, high)


def shared_places(
    correlation: float, n_units: int, places: int, n_draws: int, rng: np.random.Generator
) -> np.ndarray:
    """How many units are among the first in both of two editions, drawn at random.

    Scores of the two editions are drawn from a bivariate normal distribution.

    Parameters
    ----------
    correlation : float
        Of the scores of the two editions, -1 to 1.
    n_units, places : int
        Units in the table, and the length of the list at its top.
    n_draws : int
        Pairs of editions to draw.
    rng : Generator

    Returns
    -------
    ndarray of int, shape (n_draws,)
        From 0 to `places`.

    Raises
    ------
    ValueError
        If the correlation is not in -1 to 1, or there are fewer units than places.
    """
    if not -1 <= correlation <= 1:
        raise ValueError(f"correlation = {correlation} is out of range: -1 to 1")
    if not 1 <= places <= n_units:
        raise ValueError(f"places = {places} is out of range: 1 to n_units = {n_units}")
    first, other = rng.normal(size=(2, n_draws, n_units))
    second = correlation * first + math.sqrt(1 - correlation**2) * other
    return (_among_first(first, places) & _among_first(second, places)).sum(axis=1)


def _among_first(scores: np.ndarray, places: int) -> np.ndarray:
    return scores >= np.partition(scores, -places, axis=1)[:, [-places]]


def reliability(scores: pd.Series, noise_sd: float, groups: pd.Series | None = None) -> float:
    """Share of the variance of the scores that is not noise.

    It is also the correlation of two editions between which nothing real changes.

    Parameters
    ----------
    scores : Series of float
        In points.
    noise_sd : float
        Standard deviation of the noise, in points.
    groups : Series, optional
        Group of each unit, indexed as `scores`; then the variance is that within the groups, pooled.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        If the noise is negative, or larger than the spread of the scores.
    """
    n_groups = 1 if groups is None else groups.nunique()
    deviation = scores - _reference(scores, groups)
    variance = float((deviation**2).sum() / (len(scores) - n_groups))
    if not 0 <= noise_sd <= math.sqrt(variance):
        raise ValueError(
            f"noise_sd = {noise_sd} is out of range: 0 to {math.sqrt(variance):.2f}, "
            "the standard deviation of the scores"
        )
    return 1 - noise_sd**2 / variance


def expected_truths(
    scores: pd.Series, noise_sd: float, groups: pd.Series | None = None
) -> pd.Series:
    """True scores to be expected behind the printed ones: pulled towards the mean.

    ``mean + reliability * (score - mean)``, after Kelley; with `groups` the mean is that of the
    unit's group.

    Parameters
    ----------
    scores, noise_sd, groups
        As for `reliability`.

    Returns
    -------
    Series of float
        Indexed as `scores`, in points.
    """
    reference = _reference(scores, groups)
    return reference + reliability(scores, noise_sd, groups) * (scores - reference)


def plausible_truths(
    scores: pd.Series,
    noise_sd: float,
    n_draws: int,
    rng: np.random.Generator,
    groups: pd.Series | None = None,
) -> np.ndarray:
    """True scores that may stand behind the printed ones, drawn at random.

    Truth and noise are taken as normal, with the mean and the variance of the scores as if they
    were known (empirical Bayes): a true score has the mean `expected_truths` and the variance
    ``reliability * noise_sd**2``. No cap is set at 100 points.

    Parameters
    ----------
    scores : Series of float, shape (n,)
        In points.
    noise_sd : float
        Standard deviation of the noise, in points.
    n_draws : int
        Worlds to draw.
    rng : Generator
    groups : Series, optional
        As for `reliability`.

    Returns
    -------
    ndarray, shape (n_draws, n)
        In points.
    """
    spread = math.sqrt(reliability(scores, noise_sd, groups)) * noise_sd
    expected = expected_truths(scores, noise_sd, groups).to_numpy()
    return expected + rng.normal(scale=spread, size=(n_draws, len(scores)))


def _reference(scores: pd.Series, groups: pd.Series | None) -> pd.Series:
    if groups is None:
        return pd.Series(scores.mean(), index=scores.index)
    return scores.groupby(groups).transform("mean")


def ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks of the units in each draw, 1 for the highest score; ties in the order of the columns.

    Parameters
    ----------
    scores : ndarray, shape (n_draws, n)

    Returns
    -------
    ndarray of int, shape (n_draws, n)
        Each row holds 1 to n.
    """
    return (-scores).argsort(axis=1, kind="stable").argsort(axis=1) + 1
