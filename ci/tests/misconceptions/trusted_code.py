"""Right and wrong answers to exercise 09."""

from dataclasses import replace

from digigov.exercises.trusted_code import body_of
from digigov.models.trusted_code import teaching_key

PARAMETERS = [
    {},
    {"error_rate": 0.5, "token_seconds": 1, "seed": 0},
    {"error_rate": 0.001, "token_seconds": 86_400, "seed": 2_147_483_647, "checks": []},
    {"error_rate": 0.3, "seed": 77, "role": "clerk"},
]

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _sum(p, first=0, base=3):
    return sum(
        ALPHABET.index(one) * base**place for place, one in enumerate(body_of(p["seed"]), first)
    )


def _last(p):
    return ALPHABET[-_sum(p) % 31]


def _counter(leave_out=(), write_down="accepted"):
    """A counter that leaves conditions out, and writes down numbers in a way of its own."""

    def accept(token, office):
        body = token.body
        conditions = {
            "signature": office.signature_fits(token),
            "expiry": office.now < body["expires"],
            "audience": body["audience"] == office.name,
            "revocation": body["id"] not in office.revoked,
            "once": body["id"] not in office.seen,
        }
        fine = all(holds for name, holds in conditions.items() if name not in leave_out)
        if write_down == "always" or (fine and write_down == "accepted"):
            office.seen.add(body["id"])
        return fine

    return accept


def _anybodys_signature(p):
    """Asks whether a token is signed, and not by whom."""
    forger = teaching_key(p["seed"], "forger").public_key()

    def accept(token, office):
        other = replace(office, public_key=forger)
        signed = office.signature_fits(token) or other.signature_fits(token)
        return signed and _counter({"signature"})(token, office)

    return accept


def _until_the_last_second(token, office):
    late = office.now == token.body["expires"]
    fine = _counter({"expiry"})(token, office)
    return fine and (office.now < token.body["expires"] or late)


REFERENCE = {
    "last_character": _last,
    "unseen_swap": lambda p: [1, 18],
    "firms_with_an_error": lambda p: 100 * (1 - (1 - p["error_rate"]) ** 24),
    "screenshot": lambda p: "c",
    "accept": lambda p: _counter(),
    "what_is_proved": lambda p: "c",
}

MISCONCEPTIONS = {
    "last_character": {
        "whole_code": lambda p: body_of(p["seed"]) + _last(p),
        "one": lambda p: "12",
        "not_used": lambda p: "O",
        "lower_case": lambda p: "k",
        "remainder": lambda p: ALPHABET[_sum(p) % 31],
        "shifted": lambda p: ALPHABET[-_sum(p, first=1) % 31],
        "type": lambda p: 7,
    },
    "unseen_swap": {
        "two": lambda p: [1, 2, 3],
        "two#text": lambda p: [1, "18"],
        "from_zero": lambda p: [0, 17],
        "seventeen": lambda p: [1, 17],
        "neighbours": lambda p: [3, 4],
        "other": lambda p: [2, 18],
        "type": lambda p: "1 and 18",
    },
    "firms_with_an_error": {
        "fraction": lambda p: 1 - (1 - p["error_rate"]) ** 24,
        "complement": lambda p: 100 * (1 - p["error_rate"]) ** 24,
        "added": lambda p: 2400 * p["error_rate"],
        "one_register": lambda p: 100 * p["error_rate"],
        "rounded": lambda p: 100 * (1 - (1 - p["error_rate"]) ** 24) * 0.98,
        "other": lambda p: 123.456,
    },
    "screenshot": {
        "copy": lambda p: "a",
        "once": lambda p: "b",
        "audience": lambda p: "D",
        "other": lambda p: "yes",
    },
    "accept": {
        "tampered": lambda p: _counter({"signature"}),
        "wrong_key": _anybodys_signature,
        "expired": lambda p: _until_the_last_second,
        "wrong_audience": lambda p: _counter({"audience"}),
        "revoked": lambda p: _counter({"revocation"}),
        "forgets": lambda p: _counter({"once"}),
        "burns": lambda p: _counter(write_down="always"),
        "one_id": lambda p: (
            lambda token, office: not office.seen and _counter({"once"})(token, office)
        ),
        "honest": lambda p: lambda token, office: False,
        "nothing": lambda p: lambda token, office: None,
        "error": lambda p: lambda token: True,
        "type": lambda p: True,
    },
    "what_is_proved": {
        "true": lambda p: "a",
        "person": lambda p: "b",
        "secret": lambda p: "d",
        "other": lambda p: "",
    },
}
