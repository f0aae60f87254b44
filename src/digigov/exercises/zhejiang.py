"""Checks of exercise 13."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.i18n import _
from digigov.models import zhejiang


@task(kind=set)
def delaying(answer: Any, p: Mapping[str, Any]) -> Outcome:
    """Steps on the critical path of the event."""
    plan = zhejiang.schedule(zhejiang.graph(zhejiang.EVENTS[p["event"]]))
    right = set(plan.index[plan["critical"]])
    names = {str(name) for name in answer}
    if names == right:
        return passed(_("The critical path: no slack in any of them."))
    if unknown := names - set(plan.index):
        return hint("unknown", _("{name!r} is not in the index of plan.").format(name=min(unknown)))
    if names == set(plan.index):
        return hint("all", _("Some of them have days to spare: look at the column slack."))
    if names == set(plan.index) - right:
        return hint("slack", _("Those are the ones that have days to spare."))
    if names == {plan["end"].idxmax()}:
        return hint("last", _("The last step counts, and so does whatever it waits for."))
    if names < right:
        return hint("incomplete", _("These are right; others on the path delay the end as well."))
    return hint("other", _("A step delays the end if its slack is zero."))


@task(kind=list)
def two_totals(answer: Sequence[float], _p: Mapping[str, Any]) -> Outcome:
    """Days one after another and side by side."""
    parts = np.ravel(np.asarray(answer, dtype=object))
    if len(parts) != 2 or not all(isinstance(part, Real) for part in parts):
        return hint("two", _("Two numbers are asked for: one after another, then side by side."))
    first, second = parts
    if (first, second) == (15, 12):
        return passed(_("C hides behind B: its three days cost nothing."))
    if (first, second) == (12, 15):
        return hint("order", _("Both are right, in the other order."))
    if second == 9:
        return hint("short", _("D needs B as well: wait for the slower of the two."))
    if second == 6:
        return hint("longest", _("That is the longest step alone. What comes before and after it?"))
    if first != 15:
        return hint("sum", _("One after another, all days add up."))
    return hint(
        "other", _("Find the day on which each step ends; D begins when B and C have ended.")
    )


@task(kind=int)
def least_visits(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Visits that B, C and D need."""
    match answer:
        case 2:
            return passed(_("B and C in one visit, D in another: the chain has two steps."))
        case 3:
            return hint("each", _("B and C do not wait for each other. Can they share a visit?"))
        case 1:
            return hint(
                "one", _("D needs the document of B, and that takes days. Can you wait there?")
            )
        case 4:
            return hint("all", _("A needs nobody in person."))
    return hint("other", _("Look for the longest chain of steps that need somebody."))


CASES: tuple[tuple[dict[str, list[str]], int], ...] = (
    ({}, 0),
    ({"a": []}, 1),
    ({"a": [], "b": [], "c": []}, 1),
    ({"b": [], "c": [], "d": ["b", "c"]}, 2),
    ({"c": ["b"], "a": [], "b": ["a"], "d": []}, 3),
    ({"a": [], "b": ["a"], "c": ["a"], "d": ["c"], "e": ["b", "d"], "f": []}, 4),
)


@task(kind=callable)
def fewest_visits(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that finds the longest chain."""
    for before, right in CASES:
        given = answer({step: list(earlier) for step, earlier in before.items()})
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if given == right:
            continue
        if not before:
            return hint("empty", _("Nobody has to come: that is 0 visits."))
        if given == len(before) and not any(before.values()):
            return hint("each", _("You gave each step a visit of its own; some fit together."))
        if given == sum(bool(earlier) for earlier in before.values()) + 1:
            return hint(
                "waiting", _("You counted the steps that wait for another, not the longest chain.")
            )
        if given == max(map(len, before.values())) + 1:
            return hint(
                "predecessors",
                _("You counted how many one step waits for. Some of those fit into one visit."),
            )
        return hint(
            "other",
            _("For {before} it should be {right}.").format(before=before, right=right),
        )
    return passed(_("With it you can test any promise of “at most one visit”."))


@task
def to_the_hall(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Cases of 100 that come to the hall."""
    smart = p["smart_share"]
    online = 1 - smart + 0.2 * smart
    if is_close(answer, 30 * online, rel=1e-3, absolute=1e-6):
        return passed(_("Failures of one channel are the work of the next."))
    if is_close(answer, 0.3 * online, rel=1e-3, absolute=1e-6):
        return hint("share", _("That is for one case. The question asks for 100."))
    if is_close(answer, 30 * (1 - smart), rel=1e-3, absolute=1e-6):
        return hint("smart_lost", _("Those that begin by themselves fail too: where do they go?"))
    if is_close(answer, 30 * (1 - smart) + 20 * smart, rel=1e-3, absolute=1e-6):
        return hint(
            "direct", _("What fails by itself goes online first, and only then to the hall.")
        )
    if is_close(answer, 70 * online, rel=1e-3, absolute=1e-6):
        return hint("done", _("That is what is done online. The question asks for the hall."))
    if is_close(answer, 100 * online, rel=1e-3, absolute=1e-6):
        return hint("online", _("That is what comes online. How much of it goes on?"))
    return hint(
        "other", _("First count what comes online, from both sides; then take what fails there.")
    )


@task(kind=str)
def what_follows(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a share of items says about an event."""
    match answer.strip().lower():
        case "c":
            return passed(_("Items are not events, and a share of items is not a share of people."))
        case "a":
            return hint("a", _("Four items of one visit each can still be four visits."))
        case "b":
            return hint(
                "b", _("Only if all four are among the 95 percent. Who says that they are?")
            )
        case "d":
            return hint("d", _("That would be a share of people. What was counted?"))
    return hint("other", _("Answer with one letter from a to d."))
