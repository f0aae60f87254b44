"""Checks of exercise 14."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import fifteen_minutes as model

TESTABLE = {"b", "d", "e"}


@dataclass(frozen=True)
class World:
    """The district of the exercise, and what greedy and the optimum reach in it."""

    people: np.ndarray
    is_village: np.ndarray
    within_reach: np.ndarray
    reached: pd.Series


def world(p: Mapping[str, Any]) -> World:
    """What the exercise notebook computes from the parameters before its first task."""
    return _world(p["province"], p["n_sites"], p["minutes"], p["speed_kmh"], p["seed"])


@lru_cache(maxsize=4)
def _world(province: str, n_sites: int, minutes: int, speed_kmh: float, seed: int) -> World:
    provinces = load("provinces", lang="en")
    here = model.calibration(provinces).set_index("name").loc[province]
    district = model.make_district(here["density"], here["urban_share"], seed)
    people = district["people"].to_numpy()
    covers = model.coverage_matrix(district, model.radius_km(minutes, speed_kmh))
    return World(
        people,
        (district["kind"] == "village").to_numpy(),
        model.covered_by(covers, model.optimum(covers, people, n_sites).sites),
        model.greedy(covers, people, len(people))["reached"],
    )


@task
def crow_km(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Distance in a straight line after some minutes on a winding road, in kilometres."""
    by_road = model.radius_km(p["minutes"], p["speed_kmh"])
    if is_close(answer, by_road / model.DETOUR, rel=5e-3):
        return passed(
            _("A radius shorter by a quarter is an area smaller by more than two fifths.")
        )
    if is_close(answer, by_road):
        return hint(
            "straight",
            _("That is the way along the road. How far does it get you in a straight line?"),
        )
    if is_close(answer, by_road * model.DETOUR):
        return hint(
            "multiplied",
            _(
                "You multiplied by the detour, so the winding road takes you farther than a straight one."
            ),
        )
    if is_close(answer, 60 * by_road / model.DETOUR) or is_close(answer, 60 * by_road):
        return hint(
            "hours",
            _("The speed is in kilometres an hour, the time in minutes: convert one of them."),
        )
    return hint(
        "other", _("Speed times time is the length of the road. Then divide it by the detour.")
    )


@task
def villager_coverage(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Share of the villagers within reach of the best points, in percent."""
    w = world(p)
    villagers = w.people[w.is_village].sum()
    covered = w.people[w.is_village & w.within_reach].sum()
    expected = 100 * covered / villagers
    wrong: list[tuple[str, float, str]] = [
        (
            "settlements",
            100 * w.within_reach[w.is_village].mean(),
            _("That is the share of villages. A large village counts for more: add up its people."),
        ),
        (
            "everyone",
            100 * w.people[w.within_reach].sum() / w.people.sum(),
            _("That is the share of all people, townspeople included."),
        ),
        (
            "of_all",
            100 * covered / w.people.sum(),
            _("You divided the villagers within reach by all people. Who is the denominator?"),
        ),
        (
            "of_reached",
            100 * covered / max(w.people[w.within_reach].sum(), 1),
            _(
                "That is the share of villagers among those within reach. The question asks it the "
                "other way round: of the villagers, how many are within reach?"
            ),
        ),
        ("left_out", 100 - expected, _("That is the share of the villagers who are left out.")),
        (
            "fraction",
            expected / 100,
            _("That is a fraction of one. The question asks for percent."),
        ),
    ]
    if is_close(answer, expected, absolute=1e-9):
        everyone = 100 * w.people[w.within_reach].sum() / w.people.sum()
        return passed(_("Of all people it is {share:.1f} %.").format(share=everyone))
    for code, value, message in wrong:
        if is_close(answer, value, absolute=1e-9):
            return hint(code, message)
    return hint(
        "other",
        _(
            "Add up the people where both arrays are true, and divide by the people of all villages."
        ),
    )


@task(kind=int)
def points_needed(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Points with which greedy first reaches 95 % of the people."""
    w = world(p)
    total = int(w.people.sum())

    def needed(share: float) -> int:
        return int((w.reached >= model.people_in(share, total)).idxmax())

    if answer == needed(0.95):
        return passed(_("An upper bound: the optimum may do with fewer."))
    if answer == needed(0.95) - 1:
        return hint(
            "one_short",
            _("With so many points the share is still below. Do you count the points from 0?"),
        )
    if answer == needed(0.9):
        return hint("nine_tenths", _("That is enough for 90 %. The question asks for 95 %."))
    if answer == needed(1.0):
        return hint("everyone", _("That reaches everyone. A smaller number reaches 95 %."))
    if answer == needed(0.95) + 1:
        return hint("one_more", _("One point fewer is enough already."))
    return hint(
        "other",
        _(
            "Compare `reached` with 95 % of the people, and look for the first number that is not below."
        ),
    )


@task
def optimality_gap(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """How far greedy stays below the optimum in the small valley, in percent of the optimum."""
    greedy, optimum, everyone = 1100, 1400, 2000
    gap = optimum - greedy
    cases: list[tuple[str, float, str]] = [
        (
            "of_greedy",
            100 * gap / greedy,
            _(
                "You divided by what greedy reaches. “Below the optimum” makes the optimum the denominator."
            ),
        ),
        (
            "of_all",
            100 * gap / everyone,
            _("Village 5 cannot be reached at all: it is no part of the optimum."),
        ),
        ("ratio", 100 * greedy / optimum, _("That is what greedy achieves. How much is missing?")),
        ("fraction", gap / optimum, _("That is a fraction of one. The question asks for percent.")),
        ("people", gap, _("That is the gap in people. What percentage of the optimum is it?")),
        (
            "guarantee",
            100 * (1 - model.GUARANTEE),
            _("That is the worst that the theorem allows. Find both choices for this valley."),
        ),
        ("rounded", 21, _("Nearly: give one decimal.")),
        ("none", 0.0, _("Greedy opens the place that reaches most people first. Which is it?")),
    ]
    if is_close(answer, 100 * gap / optimum, rel=5e-3):
        return passed(_("Greedy opened B for its many people, and B was not in the best pair."))
    for code, value, message in cases:
        if is_close(answer, value, rel=5e-3, absolute=1e-9):
            return hint(code, message)
    return hint(
        "other",
        _("Greedy opens B first. What does it add then, and what do A and C reach together?"),
    )


@task(kind=set)
def to_publish(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """What makes a fifteen-minute promise testable."""
    given = {str(letter).strip().lower() for letter in answer}
    if given == TESTABLE:
        return passed(_("How, for whom, from where: with these anyone can draw the map and count."))
    if not given <= set("abcdef"):
        return hint(
            "other",
            _("Answer with letters from a to f, for example {example}.").format(
                example='{"a", "b"}'
            ),
        )
    reasons = {
        "a": _("a: a hundred points in one city still leave the villages out."),
        "c": _("c: what a point offers matters, but does not bring it any nearer."),
        "f": _("f: cost says nothing about distance."),
    }
    for letter, reason in reasons.items():
        if letter in given:
            return hint(f"not_{letter}", reason)
    missing = {
        "b": _("By car the circle is 64 times as large as on foot. Which of the two is meant?"),
        "d": _("If half of the people are within reach, is the promise kept? Somebody has to say."),
        "e": _("Nobody can measure a way without knowing where it ends."),
    }
    letter = min(TESTABLE - given)
    return hint(f"without_{letter}", missing[letter])


def _instances() -> list[tuple[np.ndarray, np.ndarray, int]]:
    """Small problems: one where greedy errs, random ones, and one with more points than needed."""
    valley = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]])
    random = np.random.default_rng(14)
    problems = [(valley, np.array([400, 400, 300, 300, 600]), 2)]
    for n in (6, 12, 25):
        nearby = (random.random((n, n)) < 0.25) | np.eye(n, dtype=bool)
        problems.append((nearby.astype(int), random.integers(1, 1000, size=n), max(n // 4, 3)))
    return [*problems, (np.ones((3, 2), dtype=int), np.array([5, 6, 7]), 2)]


@task(kind=callable)
def plan(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that follows the greedy rule, replayed step by step."""
    for covers, people, n_sites in _instances():
        given = answer(covers.copy(), people.copy(), n_sites)
        if given is None or given is Ellipsis:
            return hint(
                "nothing", _("Your function returns nothing; it should return a list of places.")
            )
        outcome = _replay([int(site) for site in given], covers, people, n_sites)
        if outcome:
            return outcome
    return passed(_("At every step it opens a place that adds most people."))


def _replay(
    sites: list[int], covers: np.ndarray, people: np.ndarray, n_sites: int
) -> Outcome | None:
    """The first thing wrong with a list of places, or None."""
    if len(sites) > n_sites:
        return hint(
            "too_many",
            _("It opens {given} points where {allowed} are allowed.").format(
                given=len(sites), allowed=n_sites
            ),
        )
    left = people.copy()
    for step, site in enumerate(sites):
        if not 0 <= site < covers.shape[1]:
            return hint(
                "no_such_place",
                _(
                    "Place {site} does not exist: the columns of the matrix are numbered 0 to {last}."
                ).format(site=site, last=covers.shape[1] - 1),
            )
        gains = left @ covers
        if gains[site] < gains.max():
            if step == 0:
                return hint(
                    "first",
                    _(
                        "Its first point reaches {given} people, and another place reaches {most}. A place "
                        "counts with all the people that it reaches, not only its own."
                    ).format(given=gains[site], most=gains.max()),
                )
            if site in sites[:step]:
                return hint(
                    "repeats", _("It opens the same place twice while people are left to reach.")
                )
            return hint(
                "not_crossed_out",
                _(
                    "Its point number {step} adds {given} people, and another place would add {most}. "
                    "Do you cross out the people who are reached already?"
                ).format(step=step + 1, given=gains[site], most=gains.max()),
            )
        left[covers[:, site] > 0] = 0
    if len(sites) < n_sites and (left @ covers).max() > 0:
        return hint(
            "too_few", _("It stops although points are allowed and people are left to reach.")
        )
    return None
