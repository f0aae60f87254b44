"""Checks of exercise 16."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.public_data import example

KNOWN = ["age", "sex", "township"]


@task
def complete(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Completeness of the document numbers in the table of policies."""
    documents = load("policies")
    numbered = documents["doc_number"].notna()
    could = documents["kind"] != "milestone"
    expected = numbered[could].mean()
    if is_close(answer, expected, rel=1e-2):
        return passed(
            _("The denominator is what should be there, not what the table happens to hold.")
        )
    if is_close(answer, numbered.mean(), rel=1e-2):
        return hint(
            "all_rows", _("You divided by all rows. Which of them could not have a number?")
        )
    if is_close(answer, 1 - expected, rel=1e-2):
        return hint(
            "missing", _("That is the share without a number. Completeness counts the others.")
        )
    if is_close(answer, 100 * expected, rel=1e-2):
        return hint("percent", _("That is in percent. The question asks for a fraction."))
    if is_close(answer, numbered.sum()):
        return hint(
            "count", _("That is how many numbers there are. Of how many that there could be?")
        )
    return hint(
        "other",
        _(
            "Leave the milestones out; then take the share of rows in which `doc_number` is not missing."
        ),
    )


@task(kind=int)
def largest_k(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Size of the smallest group."""
    printed = example()
    sizes = printed.value_counts(KNOWN)
    if answer == sizes.min():
        return passed(_("The smallest group decides; the others are hidden better than promised."))
    if answer == sizes.max():
        return hint("largest", _("That is the largest group. Which person stands out most?"))
    if answer == len(sizes):
        return hint("groups", _("That is the number of groups. How many rows has each?"))
    if answer == printed.value_counts([*KNOWN, "reason"]).min():
        return hint(
            "with_reason",
            _(
                "You counted the reason among what the attacker knows. It is what she wants to learn."
            ),
        )
    if answer == printed.value_counts("township").min():
        return hint("one_column", _("The attacker knows all three columns together, not one."))
    if answer == len(printed):
        return hint("rows", _("That is the number of all rows. Which of them look alike?"))
    return hint("other", _("Group by age, sex and township, and look at the smallest group."))


@task(kind=int)
def revealed(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Rows in groups with one reason only."""
    printed = example()
    by_group = printed.groupby(KNOWN)["reason"]
    kinds = by_group.transform("nunique")
    if answer == (kinds == 1).sum():
        return passed(
            _("Hidden among others who all have the same reason: no hiding place at all.")
        )
    if answer == (by_group.nunique() == 1).sum():
        return hint("groups", _("That is the number of groups. The question asks for rows."))
    if answer == 0:
        return hint(
            "none",
            _(
                "She cannot tell which row it is, but does she have to? Look at the reasons in a group."
            ),
        )
    if answer == by_group.agg(lambda reasons: reasons.value_counts().max()).sum():
        return hint(
            "likely",
            _("Those are rows with the likeliest reason of their group. Likely is not certain."),
        )
    if answer == (kinds > 1).sum():
        return hint(
            "mixed", _("Those rows are in groups with several reasons. You want the others.")
        )
    if answer == len(printed):
        return hint(
            "all", _("In some groups the reasons differ: there she learns none for certain.")
        )
    return hint(
        "other", _("Find the groups in which everybody has the same reason; count their rows.")
    )


@task
def monthly(answer: float, p: Mapping[str, Any]) -> Outcome:
    """A twelfth of the budget."""
    epsilon = p["epsilon"]
    if is_close(answer, epsilon / 12):
        return passed(
            _("Budgets add up, so each table is at least twelve times as noisy as a yearly one.")
        )
    if is_close(answer, epsilon):
        return hint("each", _("Then the year would spend twelve times the budget."))
    if is_close(answer, epsilon * 12):
        return hint(
            "times", _("That is what twelve tables spend with epsilon each. Go the other way.")
        )
    if is_close(answer, epsilon / math.sqrt(12)):
        return hint(
            "root", _("Errors of averages shrink with the root; privacy losses simply add up.")
        )
    return hint("other", _("The losses of tables about the same people add up to epsilon."))


@task(kind=callable)
def belief(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Largest posterior probability under a bound on the likelihood ratio."""
    for prior, epsilon in [(0.5, 1.0), (0.1, 0.5), (0.9, 2.0), (0.02, 3.0)]:
        raised = prior * math.exp(epsilon)
        expected = raised / (raised + 1 - prior)
        given = answer(prior, epsilon)
        if given is None or given is Ellipsis:
            return hint(
                "nothing", _("Your function returns nothing; it should return a probability.")
            )
        if is_close(given, expected, rel=1e-6):
            continue
        where = _("For a prior of {prior} and an epsilon of {epsilon}: ").format(
            prior=prior, epsilon=epsilon
        )
        if is_close(given, raised / (1 - prior), rel=1e-6):
            return hint("odds", where + _("those are odds. Turn them back into a probability."))
        if is_close(given, raised, rel=1e-6) or is_close(given, min(raised, 1.0), rel=1e-6):
            return hint(
                "probability",
                where
                + _("you multiplied the probability. It is the odds that grow by the factor."),
            )
        if is_close(given, 1 / (1 + math.exp(-epsilon)), rel=1e-6):
            return hint("no_prior", where + _("you forgot the prior; your answer is for one half."))
        lowered = prior * math.exp(-epsilon)
        if is_close(given, lowered / (lowered + 1 - prior), rel=1e-6):
            return hint("lowest", where + _("that is the lowest belief. Which sign has epsilon?"))
        return hint(
            "other",
            where
            + _("the belief can rise to {expected:.3f}, not {given:.3f}. Work with odds.").format(
                expected=expected, given=float(given)
            ),
        )
    return passed(_("A small prior stays small: a hunch is not turned into certainty."))


@task(kind=str)
def promise(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What differential privacy promises."""
    match answer.strip().lower():
        case "b":
            return passed(_("A promise about the table, true against every attacker."))
        case "a":
            return hint(
                "nothing",
                _(
                    "If a table shows that old people are often ill, does it say nothing about an old man?"
                ),
            )
        case "c":
            return hint(
                "accuracy", _("Epsilon bounds what is revealed. What noise does a small one need?")
            )
        case "d":
            return hint("composition", _("Think of task 4: what do twelve tables spend together?"))
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))
