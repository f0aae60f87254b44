"""Checks of exercise 18."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import regulation_security

FALSE_ALARMS = 90 / 900
OTHER_DISTRICT = 45 / 950


def yearly_uses() -> float:
    """Uses of the platform in 2022: the article's count less that of a year before."""
    known = load("platform_series").set_index(["entity", "metric", "period"])["value"].sort_index()
    before = known["national_integrated_platform", "uses_cumulative", "2021-12"]
    return float(load("claims").set_index("claim_id").loc["C04", "value"] - before)


@task
def false_alarms(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Share of the law-abiding firms that was inspected."""
    if is_close(answer, FALSE_ALARMS):
        return passed(_("90 of 900: the false positive rate."))
    if is_close(answer, 100 * FALSE_ALARMS):
        return hint("percent", _("That is a percentage. The question asks for a fraction."))
    if is_close(answer, 90 / 150):
        return hint(
            "of_inspected",
            _("That is the share of the inspected that obey. Divide by all who obey."),
        )
    if is_close(answer, 90 / 1000):
        return hint("of_all", _("You divided by all firms. How many of them obey the rules?"))
    if is_close(answer, 60 / 150):
        return hint("hits", _("That is the share of violators among the inspected."))
    if is_close(answer, 150 / 1000):
        return hint("inspected", _("That is the share of all firms that was inspected."))
    return hint("other", _("Fill in the four cells: violator or not, inspected or not."))


@task
def other_district(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Share of the law-abiding firms of the other district that is inspected."""
    if is_close(answer, OTHER_DISTRICT, rel=0.005):
        return passed(_("45 of 950: less than half of what it is in A, and nothing was chosen."))
    if is_close(answer, 100 * OTHER_DISTRICT, rel=0.005):
        return hint("percent", _("That is a percentage. The question asks for a fraction."))
    if is_close(answer, FALSE_ALARMS):
        return hint("same", _("That is A's share. Fill in the cells for B's 50 violators."))
    if is_close(answer, FALSE_ALARMS / 2):
        return hint(
            "half",
            _("Close, but half as many violators leave *more* firms that obey: divide by them."),
        )
    if is_close(answer, 30 / 950, rel=0.005):
        return hint("found", _("You took the violators that are found. Who else is inspected?"))
    if is_close(answer, 75 / 1000):
        return hint("inspected", _("That is the share of all firms that is inspected."))
    return hint("other", _("30 violators are found; they are two fifths of those inspected."))


@task(kind=str)
def who_is_right(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a kept promise forces."""
    match answer.strip().lower():
        case "c":
            return passed(_("To end the complaint, another promise has to be broken: a choice."))
        case "a":
            return hint("a", _("Did anything in task 2 depend on how careful they were?"))
        case "b":
            return hint("b", _("Task 2 never used a score, so correcting one cannot help."))
        case "d":
            return hint("d", _("The promise speaks of violators and of inspected. Is that all?"))
    return hint("other", _("Answer with one letter from a to d."))


@task
def uses_lost(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Uses that meet a system that is down at the peak, in millions."""
    uses, down, peak = yearly_uses() / 1e6, 1 - p["availability"], p["peak_factor"]
    if is_close(answer, uses * down * peak, rel=0.005):
        return passed(_("The same hours cost more or less, depending on when they fall."))
    if is_close(answer, uses * down * peak * 1e6, rel=0.005):
        return hint("unit", _("The number is right; answer in millions."))
    if is_close(answer, uses * p["availability"] * peak, rel=0.005):
        return hint("up", _("`availability` is the share of the time that it is *up*."))
    if is_close(answer, 85e3 * down * peak, rel=0.005):
        return hint("cumulative", _("85 billion is the count of all years; `yearly` is one year."))
    if is_close(answer, uses * down / peak, rel=0.005):
        return hint("divided", _("At the peak more uses arrive in an hour, not fewer."))
    if is_close(answer, uses * down, rel=0.005):
        return hint("mean", _("That holds at the mean load. The downtime falls into the peak."))
    return hint("other", _("Share of the time down, times uses, times how dense they come."))


@task(kind=callable)
def whole(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """Availability of a chain of systems with copies."""
    for up, systems, copies in [(0.9, 3, 2), (0.99, 1, 3), (0.95, 6, 1)]:
        right = regulation_security.chain_availability(up, systems, copies)
        given = answer(up, systems, copies)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a share."))
        if is_close(given, right, rel=1e-9):
            continue
        if is_close(given, 1 - right, rel=1e-6):
            return hint("down", _("That is the share of the time that it is *down*."))
        if is_close(given, up**systems, rel=1e-9):
            return hint("no_copies", _("You left out the copies: one system is down if all are."))
        if is_close(given, up ** (systems * copies), rel=1e-9):
            return hint("all_copies", _("One copy is enough; you asked for all of them at once."))
        if is_close(given, 1 - (1 - up) ** (systems * copies), rel=1e-9):
            return hint("any_system", _("All systems are needed; you asked for any one of them."))
        if is_close(given, 1 - (1 - up**systems) ** copies, rel=1e-9):
            return hint(
                "whole_chains",
                _("You copied the whole chain. Here each system has its own copies."),
            )
        return hint(
            "other",
            _("For {up}, {systems} systems and {copies} copies it is {right:.6f}.").format(
                up=up, systems=systems, copies=copies, right=right
            ),
        )
    return passed(_("Copies first, then the chain."))


@task
def pooling(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Mean wait in two halls over that in one."""
    apart, together = regulation_security.mean_wait(2, 1.5), regulation_security.mean_wait(4, 3)
    if is_close(answer, apart / together, rel=0.01):
        return passed(_("The counters are just as busy; only nobody stands idle beside a queue."))
    if is_close(answer, together / apart, rel=0.01):
        return hint("inverted", _("How many times as long *before*: it should be above 1."))
    if is_close(answer, 1):
        return hint(
            "same", _("As busy, but not as long: can a counter of one hall help the other?")
        )
    if is_close(answer, 2):
        return hint("double", _("Twice would be a guess from twice the counters. Compute both."))
    ratio = regulation_security.erlang_c(2, 1.5) / regulation_security.erlang_c(4, 3)
    if is_close(answer, ratio, rel=0.01):
        return hint("share", _("You compared how *many* wait. The question asks how long."))
    if is_close(answer, regulation_security.mean_wait(2, 1.5) * 2 / together, rel=0.01):
        return hint("summed", _("A person waits in one hall only: do not add up the two."))
    return hint("other", _("Before: 2 counters, load 1.5. After: 4 counters, load 3."))
