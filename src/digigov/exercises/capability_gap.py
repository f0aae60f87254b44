"""Checks of exercise 17."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import capability_gap

READERS = 0.257 * 382
ALL_USERS, ALL_SHARE, RURAL_USERS, RURAL_SHARE = 1123, 79.7, 322, 69.2


def able(place: str, age: str = "aged_60_plus") -> float:
    """Share of a group that can do it online by itself."""
    return float(capability_gap.able_by_group(load("internet"))[age, place])


def towns_share() -> float:
    """Share of the people in towns who were online in June 2025, in percent."""
    people = ALL_USERS / ALL_SHARE - RURAL_USERS / RURAL_SHARE
    return (ALL_USERS - RURAL_USERS) / people


@task
def readers(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """People who named reading and typing, in millions."""
    if is_close(answer, READERS, rel=0.005):
        return passed(_("About 98 million, a quarter of those not online."))
    if is_close(answer, READERS * 1e6, rel=0.005):
        return hint("unit", _("The number is right; answer in millions."))
    if is_close(answer, READERS * 100, rel=0.005):
        return hint("percent", _("A percent is a hundredth: divide by 100 once."))
    if is_close(answer, 382 - READERS, rel=0.005):
        return hint("others", _("Those are the people who did not name it."))
    if is_close(answer, 0.257 * 1032, rel=0.005):
        return hint(
            "users", _("That is a share of the users. The question was put to those not online.")
        )
    return hint("other", _("A share of a group, in people: multiply the share by the group."))


@task
def towns(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Share online in towns, in percent."""
    right = towns_share()
    if is_close(answer, right, rel=0.002):
        return passed(_("Users in towns over people in towns; both are differences."))
    if is_close(answer, right / 100, rel=0.002):
        return hint("fraction", _("Right, as a fraction. The question asks for percent."))
    if is_close(answer, ALL_SHARE + (ALL_SHARE - RURAL_SHARE), rel=0.002):
        return hint(
            "mirror", _("The mean of two groups lies in the middle only if they are equally large.")
        )
    if is_close(answer, 100 * (ALL_USERS - RURAL_USERS) / ALL_USERS, rel=0.002):
        return hint("share_of_users", _("That is the share of the users who live in towns."))
    if is_close(answer, (ALL_USERS - RURAL_USERS) / (ALL_USERS / ALL_SHARE), rel=0.002):
        return hint("whole", _("You divided by the people of the whole country, not of its towns."))
    if answer > 100:
        return hint("above", _("A share above 100 percent: look at what you divided by."))
    return hint("other", _("First find the people behind each share, then take differences."))


@task
def old_in_town(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Share of the old in towns who get nothing."""
    need, closed, alone = 1 - able("urban"), 1 - p["offline_share"], 1 - p["assist_share"]
    if is_close(answer, need * closed * alone, rel=0.005, absolute=1e-9):
        return passed(_("Three things must go wrong, one after the other."))
    if is_close(answer, 1 - need * closed * alone, rel=0.005):
        return hint("served", _("That is the share that is served."))
    if is_close(answer, able("urban") * closed * alone, rel=0.005, absolute=1e-9):
        return hint("able", _("`able` can do it alone. Who needs a counter?"))
    if is_close(answer, (1 - able("rural")) * closed * alone, rel=0.005, absolute=1e-9):
        return hint("rural", _("That is the countryside. The question asks about towns."))
    if is_close(answer, need * closed, rel=0.005, absolute=1e-9):
        return hint("no_assistant", _("Some closed counters have an assistant. Leave those out."))
    if is_close(answer, need * p["offline_share"] * p["assist_share"], rel=0.005, absolute=1e-9):
        return hint("complement", _("You multiplied what goes well. Multiply what goes wrong."))
    return hint("other", _("Not able, counter closed, no assistant: multiply the three shares."))


def _assistants(need: float, limit: float) -> float:
    return 0.0 if need <= limit else 1 - limit / need


@task(kind=callable)
def assistants_needed(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """Smallest share of assistants that keeps a group within a limit."""
    for share, open_, limit in [(0.2, 0.25, 0.1), (0.5, 0, 0.2), (0.9, 0.5, 0.1), (0.4, 1, 0.05)]:
        need = (1 - share) * (1 - open_)
        right = _assistants(need, limit)
        given = answer(share, open_, limit)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a share."))
        if is_close(given, right, rel=1e-6, absolute=1e-9):
            continue
        if right == 0 and given < 0:
            return hint("negative", _("A negative share of assistants: none are needed there."))
        if is_close(given, limit / need if need else 0, rel=1e-6):
            return hint(
                "left", _("That is the share of closed counters that may stay *without* one.")
            )
        if is_close(given, need - limit, rel=1e-6):
            return hint(
                "difference",
                _("Assistants act on the closed counters: divide by the need as well."),
            )
        if is_close(given, 1 - limit / (1 - share), rel=1e-6):
            return hint("all_closed", _("You forgot the counters that are still open."))
        return hint(
            "other",
            _(
                "For able = {able}, offline_share = {open}, limit = {limit} it is {right:.3f}."
            ).format(able=share, open=open_, limit=limit, right=right),
        )
    return passed(_("With it a city can say what a promise costs."))


@task(kind=str)
def what_follows(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What an index near zero says."""
    match answer.strip().lower():
        case "c":
            return passed(
                _("It compares poor with rich, and says nothing about the level or the groups.")
            )
        case "a":
            return hint(
                "a", _("The index would be the same with ten times as many people unserved.")
            )
        case "b":
            return hint(
                "b", _("In this lesson it was near zero across provinces; were the groups alike?")
            )
        case "d":
            return hint("d", _("For that it would have to be well above zero."))
    return hint("other", _("Answer with one letter from a to d."))


@task(kind=set)
def keeps_promise(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """Plans under which no group fares worse than if assistants are spread."""
    names = {str(name).strip().lower() for name in answer}
    if not names:
        return passed(
            _("Neither: whoever moves a fixed number of assistants takes them from somebody.")
        )
    if not names <= {"by_place", "by_person"}:
        return hint(
            "other", _('Answer with a set out of "by_place" and "by_person"; it may be empty.')
        )
    if "by_place" in names:
        return hint("by_place", _("Look at the old in towns: do they keep their assistants?"))
    return hint("by_person", _("Look at those under 60 in towns: what did they have before?"))
