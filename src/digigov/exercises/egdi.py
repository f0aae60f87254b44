"""Checks of exercise 05."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.egdi import (
    COMPONENTS,
    edition_for,
    editions_of,
    ranked_in,
    ranks,
    weights_of,
)

LAST = 2024
"""Edition up to which task 3 counts, and whose definition task 5 undoes."""


@task
def hci_rank(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Competition rank in human capital."""
    scores = load("egdi")
    world = ranked_in(scores, edition_for(scores, p["country"], p["year"]))
    country, hci = p["country"], world["hci"]
    if answer == ranks(hci)[country]:
        return passed(_("Sorting is enough: the table has no ranks of components."))
    if answer == ranks(hci, "dense")[country]:
        return hint(
            "dense",
            _("That counts the better scores. Competition ranking counts the better countries."),
        )
    if answer == ranks(hci)[country] - 1:
        return hint(
            "better", _("So many countries are better. The best country has rank 1, not 0.")
        )
    if answer == ranks(-hci)[country]:
        return hint("ascending", _("You ranked from the lowest score up. Rank 1 is the highest."))
    if answer == world.loc[country, "rank"]:
        return hint("index", _("That is the rank of the index. The task asks for human capital."))
    if is_close(answer, hci[country]):
        return hint("score", _("That is the score. How many countries have a higher one?"))
    return hint("other", _("Count the countries of `world` with a higher `hci`, and add one."))


@task
def fitting_tii(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Infrastructure score with which Cameroon's index of 2008 is right."""
    row = ranked_in(load("egdi"), 2008).loc["CMR"]
    osi, tii, hci = (
        weight * row[name] for weight, name in zip(weights_of(2008), COMPONENTS, strict=True)
    )
    left_over = row["egdi"] - osi - tii - hci
    expected = (row["egdi"] - osi - hci) / weights_of(2008)[1]
    # Two digits are enough: equal weights are 15 % away.
    if is_close(answer, expected, rel=0.02):
        return passed(
            _("It would fit. So would another OSI, another HCI, or another printed index.")
        )
    if is_close(answer, expected * weights_of(2008)[1], rel=5e-3):
        return hint(
            "weighted",
            _("That is what the infrastructure adds to the index. Divide it by its weight."),
        )
    if is_close(answer, row["tii"] + left_over, rel=5e-3):
        return hint(
            "not_divided",
            _(
                "You moved the score by what the index lacks. A change of the score reaches the "
                "index only times its weight."
            ),
        )
    if is_close(answer, row["tii"] - left_over / weights_of(2008)[1], rel=5e-3):
        return hint(
            "wrong_way",
            _("The printed index is too low for the recipe. In which direction must the score go?"),
        )
    if is_close(answer, 3 * row["egdi"] - row["osi"] - row["hci"], rel=5e-3):
        return hint("equal_weights", _("You used equal weights. Those of 2008 were not equal."))
    return hint(
        "other",
        _("Write the index as 0.34 OSI + 0.33 TII + 0.33 HCI, and solve for TII."),
    )


@task(kind=int)
def best_start(answer: int, p: Mapping[str, Any]) -> Outcome:
    """Edition from which the country gained most places up to the last one."""
    scores = load("egdi")
    years = editions_of(scores, p["country"])
    rank = scores[scores["iso3"] == p["country"]].set_index("year")["rank"].loc[years]
    earlier = rank.drop(index=LAST)
    if answer in set(earlier.index[earlier == earlier.max()]):
        return passed(_("The best start is the worst rank. That is why 'since' is never innocent."))
    if answer == LAST:
        return hint("end", _("That is the edition where the count ends. Choose an earlier one."))
    if answer not in set(earlier.index):
        return hint("no_edition", _("That is not an edition that ranked the country."))
    if answer in set(earlier.index[earlier == earlier.min()]):
        return hint(
            "best_rank",
            _(
                "The country had its best rank then: from there it gained least. Look the other way."
            ),
        )
    if answer == earlier.index[0]:
        return hint("first", _("The first edition is a natural start, but is it the best story?"))
    return hint("other", _("Look at `history`: from which rank is the way up the longest?"))


@task(kind=str)
def greatest_climber(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """Why Liechtenstein gained most places from 2005."""
    match answer.strip().lower():
        case "c":
            return passed(_("It climbed out of a hole in the data. Look at zeros before ranks."))
        case "a":
            return hint(
                "services",
                _("Its online services did grow. But compare all three components with 2005."),
            )
        case "b":
            return hint(
                "fewer", _("Fourteen fewer were ranked. Can that explain more than a hundred?")
            )
        case "d":
            return hint("weights", _("In which editions did the weights differ from one third?"))
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


@task
def rank_if(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Rank in 2024 with the human capital of 2022."""
    table, country = load("egdi"), p["country"]
    now, then = ranked_in(table, LAST), ranked_in(table, 2022)

    def rank(*columns: pd.Series) -> int:
        return ranks(sum(columns))[country]

    alone = now["hci"].mask(now.index == country, then["hci"])
    if answer == rank(now["osi"], now["tii"], then["hci"]):
        return passed(
            _("Hold it against the printed rank: that is what the change of one score was worth.")
        )
    if answer == now.loc[country, "rank"]:
        return hint("printed", _("That is the printed rank of 2024. Which column has to change?"))
    if answer == rank(now["osi"], now["tii"], alone):
        return hint(
            "alone",
            _("You changed the score of one country alone. Every country gets its old score back."),
        )
    if answer == rank(then["osi"], then["tii"], then["hci"]) or answer == then.loc[country, "rank"]:
        return hint("all_old", _("That is the rank of 2022. Only human capital goes back."))
    if answer == rank(then["osi"], then["tii"], now["hci"]):
        return hint(
            "mirrored", _("You gave 2022 the human capital of 2024. The task asks the reverse.")
        )
    if answer == ranks(-(now["osi"] + now["tii"] + then["hci"]))[country]:
        return hint("ascending", _("You ranked from the lowest index up. Rank 1 is the highest."))
    return hint("other", _("Add OSI and TII of `now` and HCI of `then`, divide by 3, and rank."))


def _small_world() -> pd.DataFrame:
    """Five countries, two of them alike, in quarters: sums are exact, so ties are ties."""
    return pd.DataFrame(
        {
            "osi": [1.0, 0.5, 0.5, 0.25, 0.0],
            "tii": [0.0, 1.0, 1.0, 0.5, 0.25],
            "hci": [0.25, 0.0, 0.0, 0.5, 0.75],
        },
        index=["A", "B", "C", "D", "E"],
    )


def _index(world: pd.DataFrame, weights: Sequence[float]) -> pd.Series:
    return sum(weight * world[name] for weight, name in zip(weights, COMPONENTS, strict=True))


def _wrong_ways() -> dict[str, tuple[Callable[..., float], str]]:
    """What goes wrong in a function for task 6, and the question that helps."""
    return {
        "dense": (
            lambda world, weights, code: ranks(_index(world, weights), "dense")[code],
            _("two countries share a rank; how many countries are better than this one?"),
        ),
        "ascending": (
            lambda world, weights, code: ranks(-_index(world, weights))[code],
            _("rank 1 should be the highest index."),
        ),
        "average": (
            lambda world, weights, code: _index(world, weights).rank(ascending=False)[code],
            _("unless you choose a `method`, pandas gives tied countries the mean of their ranks."),
        ),
        "zero_based": (
            lambda world, weights, code: ranks(_index(world, weights))[code] - 1,
            _("the best country has rank 1, not 0."),
        ),
        "ignored": (
            lambda world, _weights, code: ranks(_index(world, (1, 1, 1)))[code],
            _("it seems that the weights are not used."),
        ),
        "reversed": (
            lambda world, weights, code: ranks(_index(world, weights[::-1]))[code],
            _("which weight belongs to which component?"),
        ),
    }


@task(kind=callable)
def rank_with(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that ranks a country under given weights."""
    world = _small_world()
    corners = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.5, 0.25, 0.25), (10, 0, 10)]
    cases = [(weights, code) for weights in corners for code in world.index]
    given = [answer(world.copy(), weights, code) for weights, code in cases]
    if any(rank is None or rank is Ellipsis for rank in given):
        return hint("nothing", _("Your function returns nothing; it should return the rank."))
    expected = [ranks(_index(world, weights))[code] for weights, code in cases]
    if given == expected:
        return passed(_("Now you can answer anybody who prefers other weights."))
    number = next(i for i, rank in enumerate(given) if rank != expected[i])
    told = _(
        "In a world of five countries, with the weights {weights}, your function ranks country "
        "{code} at {given}, not {expected}"
    ).format(
        weights=cases[number][0],
        code=cases[number][1],
        given=given[number],
        expected=expected[number],
    )
    for wrong, (function, question) in _wrong_ways().items():
        if given == [function(world, weights, code) for weights, code in cases]:
            return hint(wrong, told + _(": ") + question)
    return hint("other", told + _("."))
