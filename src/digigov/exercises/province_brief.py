"""Checks of exercise 19."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import province_brief


def figures() -> pd.DataFrame:
    """The indicators of the lesson."""
    return province_brief.indicators(load("provinces"))


def have() -> pd.DataFrame:
    """Which topics are known."""
    return province_brief.known(
        load("provinces"), load("province_capability"), load("platform_series")
    )


def code_of(province: str) -> str:
    """Code of a province by its English name."""
    return str(load("provinces", lang="en").set_index("name")["code"][province])


def _rank(topic: str, code: str) -> int:
    """Rank of the province in a topic of which every province has a figure."""
    return cast("tuple[int, int]", province_brief.standing(figures()[topic], code))[0]


@task(kind=int)
def density_rank(answer: int, p: Mapping[str, Any]) -> Outcome:
    """Rank of the province by density."""
    code = code_of(p["province"])
    rank = _rank("density", code)
    if answer == rank:
        return passed(_("Among 31: say that too."))
    if answer == 32 - rank:
        return hint("ascending", _("That counts from the thinnest. The densest has rank 1."))
    if answer == rank - 1:
        return hint("zero", _("That is how many are denser. The densest has rank 1, not 0."))
    if answer == _rank("residents", code):
        return hint(
            "residents", _("That is the rank by residents. Density is per square kilometre.")
        )
    return hint("other", _("Count the provinces with a larger density, and add one."))


@task
def national_output(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Output a head of all provinces together."""
    values = figures()
    right = (values["output"] * values["residents"]).sum() / values["residents"].sum()
    if is_close(answer, right, rel=1e-3):
        return passed(_("All output over all people: large provinces count for more."))
    if is_close(answer, values["output"].mean(), rel=1e-3):
        return hint(
            "unweighted", _("That mean counts Tibet as much as Guangdong. Weight by residents.")
        )
    if is_close(answer, values["output"].median(), rel=1e-3):
        return hint("median", _("That is the province in the middle, not the country."))
    if is_close(answer, (values["output"] * values["residents"]).sum(), rel=1e-3):
        return hint("total", _("That is the output of the country. How many people share it?"))
    return hint("other", _("Output a head times residents is output; add up both, then divide."))


@task(kind=int)
def well_known(answer: int, _p: Mapping[str, Any]) -> Outcome:
    """Provinces with more than eight topics known."""
    topics = have().sum(axis=1)
    right = int((topics > 8).sum())
    if answer == right:
        return passed(_("The few that print figures are those that lead the tables."))
    if answer == int((topics >= 8).sum()):
        return hint("at_least", _("You counted eight as well. More than eight is asked for."))
    if answer == int((have().sum() > 8).sum()):
        return hint("columns", _("You counted topics. Sum along the other axis."))
    if answer == len(topics) - right:
        return hint("rest", _("Those are the others."))
    return hint("other", _("Sum each row of the table; then count the rows above eight."))


CASES: tuple[tuple[dict[str, float | None], str, int | None], ...] = (
    ({"a": 3.0, "b": 5.0, "c": 1.0}, "b", 1),
    ({"a": 3.0, "b": 5.0, "c": 1.0}, "c", 3),
    ({"a": 3.0, "b": None, "c": 1.0}, "c", 2),
    ({"a": 3.0, "b": None, "c": 1.0}, "b", None),
    ({"a": 4.0, "b": 4.0, "c": 1.0, "d": 0.0}, "b", 1),
    ({"a": 4.0, "b": 4.0, "c": 1.0, "d": 0.0}, "c", 3),
)


@task(kind=callable)
def rank_of(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that ranks one among those that have a figure."""
    for values, name, right in CASES:
        given = answer(dict(values), name)
        if given is Ellipsis or (given is None and right is not None):
            return hint("nothing", _("Your function returns nothing where there is a rank."))
        if given == right:
            continue
        if right is None:
            return hint("filled", _("A name without a figure has no rank: return None."))
        if None in values.values() and given == right + 1:
            return hint("missing", _("You let a missing figure take a place."))
        if given == right - 1:
            return hint(
                "dense", _("Two share rank 1, so the next has rank 3: count who is larger.")
            )
        if given == right + 1:
            return hint("ties", _("Equal figures share the better rank: count only who is larger."))
        if given == len([v for v in values.values() if v is not None]) + 1 - right:
            return hint("ascending", _("Rank 1 is for the largest."))
        return hint(
            "other",
            _("Of {values}, {name} has rank {right}.").format(
                values=values, name=name, right=right
            ),
        )
    return passed(_("It ranks what is known and leaves the rest open."))


@task(kind=str)
def may_say(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What two close scores allow to say."""
    match answer.strip().lower():
        case "c":
            return passed(_("Not knowing who is ahead is not knowing that they are equal."))
        case "a":
            return hint("a", _("0.4 points apart, where a repetition moves a whole one?"))
        case "b":
            return hint("b", _("Nothing shows that they are equal. What is not known?"))
        case "d":
            return hint("d", _("The next assessment draws its noise anew."))
    return hint("other", _("Answer with one letter from a to d."))
