"""Checks of exercise 12."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.guangdong import services_for_share, zipf_shares

GUANGDONG = "440000"
NATION = "000000"
MONTHS = 34
"""Months from February 2021 to December 2023."""


def _latest_users() -> float:
    series = load("platform_series").set_index(["entity", "metric", "period"])["value"]
    return float(series["yueshengshi", "real_name_users", "2023-12"])


def _residents(p: Mapping[str, Any], code: str = GUANGDONG) -> float:
    provinces = load("provinces").set_index("code")
    return 10_000 * float(provinces.loc[code, f"pop_{p['resident_base']}_10k"])


@task
def users_per_resident(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Ratio of the users of December 2023 to the residents, as a plain number."""
    users, residents = _latest_users(), _residents(p)
    # The residents of two years differ by half a percent.
    if is_close(answer, users / residents):
        return passed(_("More than one for each: the signal to ask what a user is."))
    if is_close(answer, residents / users):
        return hint(
            "inverted", _("You divided residents by users. Which of the two is 'per' the other?")
        )
    if is_close(answer, 100 * users / residents):
        return hint(
            "percent", _("That is a percentage. The question asks for users for each resident.")
        )
    if is_close(answer, 10_000 * users / residents):
        return hint("ten_thousands", _("The column counts in units of ten thousand persons."))
    if is_close(answer, users / _residents(p, NATION)):
        return hint("nation", _("You divided by the residents of the whole country."))
    if answer in (round(users / residents, 1), round(users / residents, 2)):
        return hint(
            "rounded",
            _("So rounded, it fits the residents of several years. Give the whole quotient."),
        )
    if any(
        is_close(answer, users / _residents({"resident_base": year})) for year in range(2020, 2025)
    ):
        return hint("year", _("You took the residents of another year than `resident_base`."))
    return hint("other", _("Divide `users` by the residents of Guangdong, both in persons."))


@task
def share_of_others(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Smallest share of users who are not residents, in percent."""
    users, residents = _latest_users(), _residents(p)
    expected = 100 * (users - residents) / users
    if is_close(answer, expected, rel=0.01):
        return passed(_("A lower bound: it is reached only if every infant has an account."))
    if is_close(answer, 100 * (users - residents) / residents):
        return hint(
            "of_residents",
            _(
                "You divided the surplus by the residents. The question asks for a share of the users."
            ),
        )
    if is_close(answer, 100 * residents / users):
        return hint(
            "complement", _("That is the largest share of users who are residents. Take the rest.")
        )
    if is_close(answer, expected / 100):
        return hint("fraction", _("That is a fraction of one. The question asks for percent."))
    if is_close(answer, users - residents):
        return hint("persons", _("That is a number of persons. Which share of the users is it?"))
    return hint(
        "other",
        _(
            "If all residents were users, how many users would be left over? Divide them by all users."
        ),
    )


@task
def months_to_150_million(answer: float, _p: Mapping[str, Any]) -> Outcome:
    """Months of steady growth from 100 to 150 million, on the way to 184 million."""
    expected = MONTHS * (150 - 100) / (184 - 100)
    if is_close(answer, expected, rel=0.02):
        return passed(_("The autumn of 2022, a year after the services and the certificates."))
    if is_close(answer, expected / MONTHS, rel=0.01):
        return hint("fraction", _("That is the part of the way. How many months is it?"))
    if is_close(answer, MONTHS - expected, rel=0.01):
        return hint("backwards", _("You counted back from December 2023."))
    if is_close(answer, MONTHS * 150 / 184, rel=0.01):
        return hint(
            "from_zero",
            _("You let the growth start at zero. In February 2021 there were 100 million already."),
        )
    if is_close(answer, MONTHS * math.log(1.5) / math.log(1.84), rel=0.01):
        return hint(
            "exponential",
            _("You let the same percentage come every month. The task says the same number."),
        )
    if is_close(answer, expected * 365.25 / 12, rel=0.02):
        return hint("days", _("That is in days. The question asks for months."))
    return hint("other", _("How many users came in a month? How many months for 50 million?"))


@task(kind=str)
def what_follows(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What a surplus of users over residents proves."""
    match answer.strip().lower():
        case "d":
            return passed(_("And the figure cannot say how many of which."))
        case "a":
            return hint(
                "wrong", _("Accounts are counted, and nothing limits them to the residents.")
            )
        case "b":
            return hint(
                "everybody",
                _("Could there be residents without an account, and more people from elsewhere?"),
            )
        case "c":
            return hint(
                "several",
                _("Possible, but is it the only way? Who else could have the other accounts?"),
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


def _first(
    uses: Sequence[float], wanted: float, reaches: Callable[[float, float], bool] = operator.ge
) -> int:
    """Number of services, in the order given, until there is enough use."""
    carried = enumerate(np.cumsum(uses), 1)
    return next((n for n, use in carried if reaches(use, wanted)), len(uses))


@task(kind=callable)
def services_needed(answer: Any, p: Mapping[str, Any]) -> Outcome:
    """A function that counts the services which carry a share of the use."""
    words = {
        "rarest": _("it starts with the services that are used least"),
        "proportion": _("it takes that share of the services, not of the use"),
        "share": _("it gives a share of the services; the question asks for their number"),
        "order": _("it relies on the order of the list"),
        "at_least": _("it adds a service although the share is reached exactly"),
        "other": _("it should give {expected}"),
    }
    cases = [
        ([60, 20, 10, 5, 3, 2], 0.5),
        ([2, 60, 20, 10, 5, 3], 0.5),
        ([4, 2, 1, 1], 0.5),
        ([7], 0.9),
        ([1] * 8, 0.75),
        (zipf_shares(40, p["zipf_exponent"]).tolist()[::-1], 0.83),
    ]
    for uses, share in cases:
        wanted = share * sum(uses)
        expected = services_for_share(np.array(uses), share)
        given = answer(list(uses), share)
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if is_close(given, expected):
            continue
        wrong = {
            "at_least": _first(sorted(uses)[::-1], wanted, operator.gt),
            "rarest": _first(sorted(uses), wanted),
            "proportion": math.ceil(share * len(uses)),
            "share": expected / len(uses),
            "order": _first(uses, wanted),
        }
        code = next((name for name, value in wrong.items() if is_close(given, value)), "other")
        shown = ", ".join(f"{use:g}" for use in uses[:6]) + (", …" if len(uses) > 6 else "")
        return hint(
            code,
            _(
                "For the uses [{uses}] and the share {share} your function gives {given}: {what}."
            ).format(
                uses=shown, share=share, given=given, what=words[code].format(expected=expected)
            ),
        )
    return passed(_("In the lesson's model, it would find the length of the tail."))


@task(kind=callable)
def papers_handed_in(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """A function that counts papers when each person hands in a certificate once."""
    words = {
        "everything_once": _("documents without a certificate are handed in every time"),
        "never": _("each person still hands in a certificate once"),
        "first_person": _("once for each person, not once for all"),
        "spared": _("that is how many papers are spared; count those handed in"),
        "no_effect": _("the certificates spare nothing yet"),
        "other": _("it should give {expected}"),
    }
    often = [("Li", "diploma"), ("Li", "diploma"), ("Li", "permit")]
    mixed = [("Li", "permit"), ("Wang", "permit"), ("Li", "permit"), *often[:2]]
    # Requests, certificates, papers, and what the misconceptions make of them.
    cases = [
        (often, set(), 3, {"everything_once": 2, "spared": 0}),
        (mixed, {"permit"}, 4, {"never": 2, "first_person": 3, "spared": 1, "no_effect": 5}),
        ([*mixed, ("Wang", "diploma")], {"permit", "diploma"}, 4, {"never": 0, "first_person": 2}),
        ([], {"permit"}, 0, {}),
    ]
    for requests, certificates, expected, wrong in cases:
        given = answer(list(requests), set(certificates))
        if given is None or given is Ellipsis:
            return hint("nothing", _("Your function returns nothing; it should return a number."))
        if given == expected:
            continue
        code = next((name for name, value in wrong.items() if given == value), "other")
        return hint(
            code,
            _("For {n} requests and the certificates {names} it gives {given}: {what}.").format(
                n=len(requests),
                names=sorted(certificates),
                given=given,
                what=words[code].format(expected=expected),
            ),
        )
    return passed(
        _("Now a certificate spares the repetitions only: that is “not asked for twice”.")
    )
