"""Checks of exercise 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from numbers import Integral
from typing import Any

import pandas as pd

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models import one_card as model

RING = pd.DataFrame(
    [[0, 12050, 0], [2000, 0, 8025], [9575, 0, 0]], index=[*"ABC"], columns=[*"ABC"]
)
"""What the three provinces of the first task owe each other, in fen."""


def world(p: Mapping[str, Any]) -> tuple[pd.DataFrame, str]:
    """What the exercise notebook computes before its first task: debts, and the code of home."""
    owed = _owed(p["attraction"], p["distance_decay"], p["n_visits"], p["seed"])
    home = load("provinces", lang="en").set_index("name")["code"][p["home_province"]]
    return owed, home


@lru_cache(maxsize=4)
def _owed(attraction: float, distance_decay: float, n_visits: int, seed: int) -> pd.DataFrame:
    provinces = load("provinces").dropna(subset="grid_row").set_index("code")
    shares = model.flows(provinces, attraction, distance_decay)
    total_fen = model.payments_fen(load("platform_series"), n_visits)
    return model.post(model.draw_bills(shares, n_visits, total_fen, seed), provinces.index)


@task
def ring_fen(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Money that moves in a ring of three under multilateral netting, in fen."""
    moved = model.moved(RING)
    expected = int(moved["multilateral"])
    cases: list[tuple[str, float, str]] = [
        ("gross", moved["gross"], _("That is every debt paid in full. What can be set off?")),
        (
            "bilateral",
            moved["bilateral"],
            _("You set off A against B, a pair. Now follow the ring from A to B to C and back."),
        ),
        (
            "counted_twice",
            2 * expected,
            _("You added what is paid and what is received: the same money, counted twice."),
        ),
        ("yuan", expected / model.FEN, _("Right, in yuan. How many fen are that?")),
        ("zero", 0, _("Net positions sum to zero, but that is not what moves: add up the payers.")),
    ]
    if is_close(answer, expected, rel=0):
        return passed(_("Two provinces pay, one receives; of the rest every fen meets its twin."))
    for code, value, message in cases:
        if is_close(answer, value, rel=1e-9):
            return hint(code, message)
    return hint(
        "other",
        _("For each province, take what it is owed and subtract what it owes; then add the plus."),
    )


@task
def home_net(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Net position of the home province, in fen."""
    owed, home = world(p)
    receives, pays = int(owed[home].sum()), int(owed.loc[home].sum())
    if answer == receives - pays:
        return passed(
            _("{name}: {money} yuan.").format(
                name=load("provinces").set_index("code")["name"][home],
                money=model.money(receives - pays),
            )
        )
    cases: list[tuple[str, int, str]] = [
        ("sign", pays - receives, _("The other way round: what comes in counts as plus.")),
        ("owes", pays, _("That is what it owes. What is it owed?")),
        ("owed", receives, _("That is what it is owed. What does it owe?")),
        ("both", receives + pays, _("You added both sides. One of them is to be subtracted.")),
    ]
    for code, value, message in cases:
        if answer == value:
            return hint(code, message)
    if float(answer).is_integer() and abs(answer - (receives - pays)) < model.FEN:
        return hint(
            "rounded",
            _("Less than a yuan off: was there a division or a rounding on the way? Stay in fen."),
        )
    if abs(answer - (receives - pays) / model.FEN) < 1:
        return hint("yuan", _("That is in yuan. The books are kept in fen, without a fraction."))
    if not float(answer).is_integer():
        return hint(
            "part_of_a_fen", _("There is no part of a fen. Was there a division on the way?")
        )
    return hint("other", _("Sum the column of the province, and subtract the sum of its row."))


@task
def spared_by_rings(answer: float, p: Mapping[str, Any]) -> Outcome:
    """What multilateral netting spares on top of bilateral netting, in percent of gross."""
    owed, _home = world(p)
    gross, bilateral, multilateral = (float(amount) for amount in model.moved(owed))
    expected = 100 * (bilateral - multilateral) / gross
    cases: list[tuple[str, float, str]] = [
        (
            "of_bilateral",
            100 * (bilateral - multilateral) / bilateral,
            _(
                "You divided by what bilateral netting leaves. The question asks for percent of gross."
            ),
        ),
        (
            "all_spared",
            100 * (1 - multilateral / gross),
            _(
                "That is all that multilateral netting spares. How much of it do pairs spare already?"
            ),
        ),
        (
            "pairs",
            100 * (1 - bilateral / gross),
            _("That is what bilateral netting spares. What comes on top?"),
        ),
        ("moves", 100 * multilateral / gross, _("That is the share that still moves.")),
        (
            "fraction",
            expected / 100,
            _("That is a fraction of one. The question asks for percent."),
        ),
        ("sign", -expected, _("Multilateral netting spares more, not less: check the order.")),
    ]
    if is_close(answer, expected):
        return passed(_("Money that no pair could set off, only a ring of three or more."))
    for code, value, message in cases:
        if is_close(answer, value, rel=2e-3):
            return hint(code, message)
    if is_close(answer, expected, rel=0.03):
        return hint("rounded", _("Close. Give one digit more."))
    return hint(
        "other",
        _(
            "Call `one_card.moved(owed)`: the difference of two of its values, divided by the third."
        ),
    )


@task(kind=str)
def notices(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """Which check notices a bill sent twice."""
    wrong = {
        "a": _("a: the second bill, too, is a plus for one province and a minus for another."),
        "b": _("b: the copy is among the bills, so the debts add up to them, copy included."),
        "c": _("c: it is paid in and paid out, twice, and the account ends at zero."),
        "d": _("d: the copy names the right payer, as the first bill does."),
    }
    letter = answer.strip().lower()
    if letter == "e":
        return passed(_("A check of identity again, not a sum: this time that of the bill."))
    if letter in wrong:
        return hint(f"not_{letter}", wrong[letter])
    return hint("other", _("Answer with one of the letters a, b, c, d or e, in quotes."))


SHARING = [
    (100, [1, 1, 1]),
    (7, [5, 3, 1]),
    (1, [0, 2, 2]),
    (0, [3, 4]),
    (999, [10, 20, 30, 41]),
    # Binary fractions hold about sixteen digits; these amounts have more.
    (900_719_925_474_099_301, [3, 1, 3_333_333_333_333_333]),
]
"""Losses and weights on which the learner's function is tried."""


@task(kind=callable)
def share_out(answer: Callable[..., Any], _p: Mapping[str, Any]) -> Outcome:
    """A function that shares out a loss by largest remainders."""
    for loss, weights in SHARING:
        given = answer(loss, list(weights))
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a list."))
        outcome = _shared_wrongly(list(given), loss, weights)
        if outcome:
            return outcome
    return passed(_("Every share is less than a fen from its proportion, and nothing is lost."))


def _shared_wrongly(given: list[Any], loss: int, weights: list[int]) -> Outcome | None:
    """The first thing wrong with a list of shares, or None."""
    case = _("For a loss of {loss} and the weights {weights}").format(loss=loss, weights=weights)
    if len(given) != len(weights):
        return hint(
            "length",
            _("{case}: it returns {n} shares for {m} weights.").format(
                case=case, n=len(given), m=len(weights)
            ),
        )
    if not all(isinstance(share, Integral) for share in given):
        return hint(
            "fractions",
            _("{case}: the shares are {given}; not all are whole numbers of type int.").format(
                case=case, given=given
            ),
        )
    expected = model.apportion(loss, weights).tolist()
    if given == expected:
        return None
    off = sum(given) - loss
    if off < 0:
        return hint(
            "lost",
            _("{case}: fen that nobody gets: {n}. Who is to have them?").format(case=case, n=-off),
        )
    if off > 0:
        return hint(
            "made", _("{case}: fen given out that were not there: {n}.").format(case=case, n=off)
        )
    return hint(
        "wrong_place",
        _(
            "{case}: nothing is lost, but {given} should be {expected}: who has the largest fraction, "
            "and of equal ones, who comes first?"
        ).format(case=case, given=given, expected=expected),
    )


@task(kind=str)
def headline(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What netting saves."""
    wrong = {
        "a": _("a: does any hospital get less for its patients, or any fund owe less in all?"),
        "c": _("c: add up what one province's hospitals receive, net and set off: is it less?"),
        "d": _("d: waiting changes how much is set off. Does it change what a treatment costs?"),
    }
    letter = answer.strip().lower()
    if letter == "b":
        return passed(_("Set-off debts are paid, with claims instead of money."))
    if letter in wrong:
        return hint(f"not_{letter}", wrong[letter])
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))
