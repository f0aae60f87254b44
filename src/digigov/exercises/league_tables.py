"""Checks of exercise 06."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import league_tables as model

SHANGHAI = "310000"
FOLLOWS = {"a", "d"}
HUNDREDTH = 0.006
"""Half a unit of the last printed digit, and room for the arithmetic."""


def league() -> pd.DataFrame:
    """Scores of the edition of 2020, as the exercise notebook has them."""
    return model.published_scores(load("province_capability"))


def claimed() -> int:
    """Number of regions in the claim."""
    return int(load("claims").set_index("claim_id").loc["C21", "value"])


@task
def step(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Points between the last score above the threshold and the first that is not."""
    table, threshold = league(), p["threshold"]
    above, below = (table[mask] for mask in _sides(table["score"], threshold))
    last, first = above["score"].min(), below["score"].max()
    if is_close(answer, last - first, rel=0, absolute=HUNDREDTH):
        return passed(_("On one side of the step the level is a headline, on the other it is not."))
    if is_close(answer, first - last, rel=0, absolute=HUNDREDTH):
        return hint("sign", _("The size is right. A distance is not negative."))
    if is_close(answer, last - threshold, rel=0, absolute=HUNDREDTH):
        return hint(
            "from_above",
            _("That is from the last unit above down to the threshold. Go on to the next unit."),
        )
    if is_close(answer, threshold - first, rel=0, absolute=HUNDREDTH):
        return hint(
            "from_below",
            _("That is from the first unit below up to the threshold. Go on to the next unit."),
        )
    by_rank = above.sort_values("rank")["score"].iloc[-1]
    if is_close(answer, by_rank - first, rel=0, absolute=HUNDREDTH):
        return hint(
            "by_rank",
            _(
                "You took the last unit by its rank. Anhui and Fujian are ranked against their scores."
            ),
        )
    return hint(
        "other",
        _(
            "Split the scores with `scores > threshold`: the lowest of the one part, the highest of the other."
        ),
    )


def _sides(scores: pd.Series, threshold: float) -> tuple[pd.Series, pd.Series]:
    return scores > threshold, scores <= threshold


@task
def gain(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Lower end of the gains that put as many units above the threshold as the claim says."""
    table, threshold, count = league(), p["threshold"], claimed()
    ordered = table["score"].to_numpy()
    right = threshold - ordered[count - 1]
    # The learner may add a hundredth to get past the threshold.
    if is_close(answer, right, rel=0, absolute=0.02):
        return passed(
            _(
                "From here on the count is right, and a gain of {width:.2f} points more is one too many."
            ).format(width=threshold - ordered[count] - right)
        )
    if is_close(answer, -right, rel=0, absolute=HUNDREDTH):
        return hint("sign", _("The size is right. Do the scores have to rise or to fall?"))
    if is_close(answer, threshold - ordered[count], rel=0, absolute=HUNDREDTH):
        return hint(
            "upper_end", _("That is the upper end: a little more, and one unit too many is above.")
        )
    if is_close(answer, threshold - ordered[count - 2], rel=0, absolute=HUNDREDTH):
        return hint("one_short", _("With that gain one unit is still missing."))
    by_rank = table.loc[table["rank"] == count, "score"].iloc[0]
    if is_close(answer, threshold - by_rank, rel=0, absolute=HUNDREDTH):
        return hint(
            "by_rank",
            _(
                "You took the unit of rank {count}. Equal scores share a rank: count the units."
            ).format(count=count),
        )
    if is_close(answer, threshold - ordered.mean(), rel=0, absolute=HUNDREDTH):
        return hint(
            "mean", _("That lifts the mean to the threshold. How many units are then above it?")
        )
    return hint(
        "other", _("Sort the scores. Which of them has to reach the threshold, and how far is it?")
    )


@task
def correlation(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Reliability of a score with the noise of the parameters."""
    scores, noise = league()["score"], p["noise_sd"]
    expected = model.reliability(scores, noise)
    share = noise / scores.std()
    # A learner may divide by 32 instead of 31.
    if is_close(answer, expected, rel=0.01):
        return passed(_("The rest of the variance is noise, and noise does not come back."))
    if is_close(answer, 1 - share, rel=0.01):
        return hint("not_squared", _("Shares of a spread are shares of *variances*: square both."))
    if is_close(answer, share**2, rel=0.01):
        return hint("noise", _("That is the share of the noise. The correlation is the rest."))
    if is_close(answer, 100 * expected, rel=0.01):
        return hint("percent", _("A correlation lies between -1 and 1."))
    if is_close(answer, expected**0.5, rel=0.01):
        return hint(
            "root",
            _(
                "That is the correlation of a score with the *truth*. Here two noisy scores are compared."
            ),
        )
    return hint(
        "other", _("Which share of the variance of the scores, `scores.var()`, is not noise?")
    )


@task
def next_score(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Score of Shanghai to be expected in a second assessment."""
    scores, noise = league()["score"], p["noise_sd"]
    expected = model.expected_truths(scores, noise)[SHANGHAI]
    printed, mean = scores[SHANGHAI], scores.mean()
    if is_close(answer, expected, rel=0, absolute=0.12):
        return passed(_("Lower, though nothing has happened in Shanghai: regression to the mean."))
    if is_close(answer, printed, rel=0, absolute=HUNDREDTH):
        return hint(
            "unchanged",
            _("Right without noise. Among the highest scores, is the noise up or down on average?"),
        )
    if is_close(answer, mean, rel=0, absolute=0.02):
        return hint("mean", _("That would be right if the score were nothing but noise."))
    share = model.reliability(scores, noise)
    if is_close(answer, share * printed, rel=0.005):
        return hint(
            "towards_zero",
            _(
                "You shrank the whole score, towards zero points. Only its distance from the mean shrinks."
            ),
        )
    if is_close(answer, 2 * printed - expected, rel=0, absolute=0.12):
        return hint("away", _("You moved away from the mean. Which way does a lucky score go?"))
    if is_close(answer, mean + printed - expected, rel=0, absolute=0.12):
        return hint(
            "complement",
            _(
                "You kept the share of the noise and threw away the rest. It is the other way round."
            ),
        )
    return hint(
        "other",
        _(
            "How far is the printed score from the mean? Keep the share of it that `correlation` says."
        ),
    )


@task(kind=set)
def what_follows(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """What a count of levels says, and nothing more."""
    letters = {str(letter).strip().lower() for letter in answer}
    if letters == FOLLOWS:
        return passed(_("One statement, said twice. There is nothing more in the figure."))
    why = {
        "b": _("b: the last of the 17 may be a hundredth of a point ahead of the next."),
        "c": _("c: 16 + 5 - 4 makes 17 as well."),
        "e": _("e: a count does not see how far the others rose or fell."),
        "f": _("f: how often did the count differ in the simulation?"),
    }
    wrong = sorted(letters & set(why))
    if wrong:
        return hint(wrong[0], why[wrong[0]])
    if letters and letters < FOLLOWS:
        return hint(
            "incomplete", _("So far so good. One more statement says the same the other way round.")
        )
    return hint("other", _("Answer with a set of two of the letters a to f."))


@task(kind=callable)
def turnover(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that counts who came in above a bound and who dropped out."""
    cases = [
        (np.array([95.0, 92, 91, 88, 70]), np.array([96.0, 89, 85, 91, 71]), 90.0),
        (np.array([91.0, 80, 80]), np.array([92.0, 95, 96]), 90.0),
        (np.array([90.0, 91, 85]), np.array([91.0, 90, 90]), 90.0),
        (np.array([50.0, 60]), np.array([60.0, 50]), 55.0),
    ]
    for before, after, bound in cases:
        came = int(((after > bound) & (before <= bound)).sum())
        left = int(((before > bound) & (after <= bound)).sum())
        given = answer(before.copy(), after.copy(), bound)
        if given is None or given is Ellipsis:
            return hint(
                "nothing", _("Your function returns nothing; it should return two numbers.")
            )
        if np.ndim(given) == 0:
            return hint(
                "balance",
                _("Your function returns one number, the balance. Return both sides of it."),
            )
        if tuple(given) == (came, left):
            continue
        if tuple(given) == (left, came):
            return hint("swapped", _("First those who came in, then those who dropped out."))
        at_bound = (
            int(((after >= bound) & (before < bound)).sum()),
            int(((before >= bound) & (after < bound)).sum()),
        )
        if tuple(given) == at_bound:
            return hint("at_bound", _("A unit that scores exactly the bound is not above it."))
        if tuple(given) == (int((after > bound).sum()), int((before > bound).sum())):
            return hint(
                "counts",
                _("Those are the two counts. Look at each unit: above now, and not above before?"),
            )
        return hint(
            "other",
            _(
                "From {before} to {after} with the bound {bound:g}, {came} came in and {left} dropped out."
            ).format(
                before=before.tolist(), after=after.tolist(), bound=bound, came=came, left=left
            ),
        )
    return passed(_("Two counts and two flows: with the flows, “one more” has a story."))
