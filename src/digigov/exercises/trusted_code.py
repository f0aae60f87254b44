"""Checks of exercise 09."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from digigov.checks import Outcome, hint, is_close, passed, task
from digigov.data import load
from digigov.i18n import _
from digigov.models.trusted_code import (
    ALPHABET,
    ATTACKS,
    LENGTH,
    MODULUS,
    START,
    WEIGHTS,
    check_character,
    issue,
    make_attack,
    teaching_key,
)

REGISTERS = 24


def body_of(seed: int) -> str:
    """First 17 characters of a code seen in print, which the seed chooses."""
    codes = load("credit_codes")["code"]
    return str(codes.iloc[seed % len(codes)])[:-1]


def token_body(seed: int, seconds: int) -> dict[str, str | int]:
    """Body of an honest token about a made-up firm."""
    serial = "".join(ALPHABET[(seed // MODULUS**place + 7 * place) % MODULUS] for place in range(7))
    code = f"91110000MA{serial}"
    return {
        "holder": code + check_character(code),
        "statement": "paid",
        "id": f"{seed % 10_000:04d}",
        "audience": "counter-12",
        "expires": START + seconds,
    }


@task(kind=str)
def last_character(answer: str, p: Mapping[str, Any]) -> Outcome:
    """Check character of a code."""
    body = body_of(p["seed"])
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    if answer == check_character(body):
        return passed(_("With it the weighted sum is a multiple of 31."))
    if len(answer) == len(body) + 1:
        return hint("whole_code", _("Give the last character alone, not the whole code."))
    if len(answer) != 1:
        return hint("one", _("One character is asked for, in quotes."))
    if answer not in ALPHABET and answer.upper() in ALPHABET:
        return hint("lower_case", _("The code has capital letters only."))
    if answer not in ALPHABET:
        return hint(
            "not_used", _("The code does not use that character. Which five letters are left out?")
        )
    if answer == ALPHABET[total % MODULUS]:
        return hint(
            "remainder", _("That is the remainder itself. What has to be added to reach 31?")
        )
    shifted = sum(ALPHABET.index(c) * 3**i for i, c in enumerate(body, 1))
    if answer == ALPHABET[-shifted % MODULUS]:
        return hint("shifted", _("Your weights begin with 3. The first place has the weight 1."))
    if answer == ALPHABET[-sum(map(ALPHABET.index, body)) % MODULUS]:
        return hint("unweighted", _("You added the values without their weights, the powers of 3."))
    return hint(
        "other",
        _(
            "Multiply the values by 1, 3, 9, …, add, take the remainder modulo 31, "
            "and see what is missing to 31."
        ),
    )


@task(kind=list)
def unseen_swap(answer: Any, _p: Mapping[str, Any]) -> Outcome:
    """The two places with equal weights."""
    places = list(answer)
    if len(places) != 2 or not all(isinstance(one, Integral) for one in places):
        return hint("two", _("Two places are asked for, as a list of two numbers."))
    if sorted(places) == [1, LENGTH]:
        return passed(
            _("Both have the weight 1: the powers of 3 come back to 1 only after thirty steps.")
        )
    if sorted(places) == [0, LENGTH - 1]:
        return hint("from_zero", _("You counted from 0. Count the places from 1."))
    if sorted(places) == [1, LENGTH - 1]:
        return hint(
            "seventeen",
            _("The last place is the eighteenth: the check character takes part as well."),
        )
    if abs(places[0] - places[1]) == 1:
        return hint(
            "neighbours",
            _("The weights of neighbours differ by a factor of 3. Which two weights are equal?"),
        )
    return hint(
        "other",
        _(
            "A swap goes unnoticed if both places have the same weight. Write down all eighteen "
            "weights modulo 31; what does the check character itself weigh?"
        ),
    )


@task
def firms_with_an_error(answer: float, p: Mapping[str, Any]) -> Outcome:
    """Share of firms with at least one wrong record, in percent."""
    rate = p["error_rate"]
    right = (1 - rate) ** REGISTERS
    if is_close(answer, 100 * (1 - right), absolute=1e-9):
        return passed(
            _("A rate that looks small in one register is not small in twenty-four.")
            if rate
            else _("With no wrong record there is none.")
        )
    if is_close(answer, 1 - right):
        return hint("fraction", _("That is a fraction of one. The question asks for percent."))
    if is_close(answer, 100 * right):
        return hint(
            "complement",
            _("That is the share of firms with nothing wrong. The question asks for the others."),
        )
    if is_close(answer, 100 * REGISTERS * rate):
        return hint(
            "added",
            _(
                "You added the 24 rates. A firm with two wrong records is then counted twice; "
                "with larger rates you would pass 100 %."
            ),
        )
    if is_close(answer, 100 * rate):
        return hint("one_register", _("That is for one register. Each firm is in 24 of them."))
    if is_close(answer, 100 * rate**REGISTERS, rel=1e-3, absolute=1e-12):
        return hint(
            "all_wrong",
            _("That is the share of firms whose 24 records are all wrong. One is enough."),
        )
    if is_close(answer, 100 * (1 - right), rel=0.03):
        return hint("rounded", _("Close. Give one digit more."))
    return hint(
        "other", _("First ask for the opposite: with which probability are all 24 records right?")
    )


@task(kind=str)
def screenshot(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What becomes of a copy that is shown first."""
    match answer.strip().lower():
        case "c":
            return passed(
                _("“Once” lets in whoever comes first. Nothing in the token knows its holder.")
            )
        case "a":
            return hint(
                "copy",
                _("The signature covers the text. Is the text in a screenshot another one?"),
            )
        case "b":
            return hint(
                "once",
                _(
                    "The check asks whether the number was accepted before. Had it been, when the friend came?"
                ),
            )
        case "d":
            return hint(
                "audience", _("The audience is the counter that the token is for, not a person.")
            )
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))


@task(kind=callable)
def accept(answer: Any, p: Mapping[str, Any]) -> Outcome:
    """A function that accepts an honest token and refuses six attacks."""
    seed, seconds = p["seed"], p["token_seconds"]
    body = token_body(seed, seconds)
    words = {
        "tampered": _("a token whose statement was changed"),
        "wrong_key": _("a token signed with another key"),
        "expired": _("a token in the very second in which it expires"),
        "wrong_audience": _("a token for the counter next door"),
        "revoked": _("a token that was revoked"),
        "replayed": _("a token that was accepted before"),
    }
    token, office = make_attack("honest", body, seed, seconds)
    given = answer(token, office)
    if given is None or given is Ellipsis:
        return hint("nothing", _("Your function returns nothing; it should return True or False."))
    if not given:
        return hint(
            "honest",
            _("Your function refuses an honest token. Which of its conditions fails, and why?"),
        )
    if answer(token, office):
        return hint(
            "forgets",
            _(
                "Shown a second time at the same office, the token is accepted again. "
                "Is its number written into office.seen, and is it looked up there?"
            ),
        )
    for attack in ATTACKS:
        if answer(*make_attack(attack, body, seed, seconds)):
            return hint(
                attack,
                _("Your function lets in {what}. Which field of the token would have told?").format(
                    what=words[attack]
                ),
            )
    # A refused token must not use up its number.
    token, office = make_attack("wrong_audience", body, seed, seconds)
    answer(token, office)
    office.name = str(body["audience"])
    if not answer(token, office):
        return hint(
            "burns",
            _(
                "Your function writes down the number of a token that it refuses: "
                "whoever shows it at the wrong counter loses it."
            ),
        )
    other = issue(teaching_key(seed), {**body, "id": "other"})
    if not answer(other, office):
        return hint("one_id", _("Your function refuses a second honest token at the same office."))
    return passed(_("It accepts what is honest, and refuses all six attacks."))


@task(kind=str)
def what_is_proved(answer: str, _p: Mapping[str, Any]) -> Outcome:
    """What five passed checks prove."""
    match answer.strip().lower():
        case "c":
            return passed(_("Origin, integrity, addressee. Truth and person are other questions."))
        case "a":
            return hint(
                "true", _("What if the register had joined the record of another firm to the code?")
            )
        case "b":
            return hint("person", _("Which field of the token knows the person who holds it up?"))
        case "d":
            return hint("secret", _("Think of the screenshot. Does a check notice a copy?"))
    return hint("other", _("Answer with one of the letters a, b, c or d, in quotes."))
