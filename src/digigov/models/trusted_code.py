"""A code that can be trusted: check characters, registers joined on it, and signed tokens.

Nothing here is fit for production: keys come from a seed, and time is a number that is passed in.
"""

from __future__ import annotations

import ast
import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from digigov._syntax import parse

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )

# ------------------------------------------------------------------------------ check characters

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015, in the order of their values: no I, O, S, V, Z."""

MODULUS = 31
LENGTH = 18
WEIGHTS = tuple(pow(3, place, MODULUS) for place in range(LENGTH - 1))

SUBJECT = slice(8, 17)
"""Where the code holds the nine characters of the older organization code (GB 11714-1997)."""

SUBJECT_MODULUS = 11
SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_SUBJECT_CHECKS = "0X987654321"

LOOK_ALIKES = {"0": "O", "1": "I", "2": "Z", "5": "S"}
"""Characters of the code that are read as letters which it does not have."""


def check_character(body: str) -> str:
    """Eighteenth character of a unified social credit code.

    Method: GB 32100-2015. The characters count 0 to 30, the weights are the powers of 3 modulo 31,
    and the check character brings the weighted sum to a multiple of 31.

    Parameters
    ----------
    body : str
        The first 17 characters.

    Raises
    ------
    ValueError
        If `body` has another length, lower-case letters, or a character that the code does not use.
    """
    _refuse_characters(body, LENGTH - 1)
    total = sum(ALPHABET.index(one) * weight for one, weight in zip(body, WEIGHTS, strict=True))
    return ALPHABET[-total % MODULUS]


def subject_check_character(body: str) -> str:
    """Ninth character of an organization code.

    Method: GB 11714-1997. Letters count 10 to 35, the sum is taken modulo 11, and ten is written X.

    Parameters
    ----------
    body : str
        The first 8 characters, digits or capital letters.

    Raises
    ------
    ValueError
        If `body` is something else.
    """
    if len(body) != 8 or not (body.isascii() and body.isalnum() and body == body.upper()):
        raise ValueError(f"organization code {body!r}: needs 8 digits or capital letters")
    total = sum(int(one, 36) * weight for one, weight in zip(body, SUBJECT_WEIGHTS, strict=True))
    return _SUBJECT_CHECKS[total % SUBJECT_MODULUS]


def verify_code(code: str) -> None:
    """Do nothing if a code has the right form and check character.

    Raises
    ------
    ValueError
        If it has not; the message says which character is wrong and what is allowed.
    """
    _refuse_characters(code, LENGTH)
    expected = check_character(code[:-1])
    if code[-1] != expected:
        raise ValueError(
            f"code {code!r}: check character {code[-1]!r}, but the first 17 give {expected!r}"
        )


def _refuse_characters(text: str, length: int) -> None:
    if len(text) != length:
        raise ValueError(f"code {text!r}: {len(text)} characters, {length} are needed")
    for place, one in enumerate(text, 1):
        if one in ALPHABET:
            continue
        what = "is lower-case" if one.upper() in ALPHABET else "is not used"
        raise ValueError(
            f"code {text!r}: character {place} ({one!r}) {what}; "
            "allowed: digits and capital letters without I, O, S, V, Z"
        )


def is_right(codes: Iterable[str]) -> np.ndarray:
    """Whether each code would pass `verify_code`.

    Parameters
    ----------
    codes : iterable of str, length n

    Returns
    -------
    ndarray of bool, shape (n,)
    """
    listed = list(codes)
    right = np.array([len(code) == LENGTH for code in listed], dtype=bool)
    if right.any():
        values = _values([code for code in listed if len(code) == LENGTH])
        weighed = values @ np.array([*WEIGHTS, 1])
        right[right] = (values >= 0).all(axis=1) & (weighed % MODULUS == 0)
    return right


_VALUE = np.full(0x110000, -1, dtype=np.int8)
_VALUE[[ord(one) for one in ALPHABET]] = np.arange(MODULUS)


def _values(codes: list[str]) -> np.ndarray:
    """Values of characters, shape (n, 18); -1 for a character that the code does not use."""
    points = np.array(codes, dtype=f"U{LENGTH}").view(np.uint32).reshape(len(codes), LENGTH)
    return _VALUE[points].astype(np.int64)


ERRORS = ("one_wrong", "neighbours_swapped", "any_swapped", "two_wrong")


def errors_of(code: str, kind: str) -> list[str]:
    """Every way to get characters 9 to 17 of a code wrong that both check characters see.

    Parameters
    ----------
    code : str
    kind : str
        ``"one_wrong"`` (8 places, 30 other characters), ``"neighbours_swapped"``,
        ``"any_swapped"`` (unequal characters only) or ``"two_wrong"``; the check characters
        themselves are left as they are.

    Returns
    -------
    list of str
        Codes that all differ from `code`.

    Raises
    ------
    ValueError
        If `kind` is something else.
    """
    start, stop = SUBJECT.start, SUBJECT.stop - 1
    pairs = [(a, b) for a in range(start, stop) for b in range(a + 1, stop)]
    if kind == "one_wrong":
        return [_with(code, {a: x}) for a in range(start, stop) for x in _others(code[a])]
    if kind == "two_wrong":
        return [
            _with(code, {a: x, b: y})
            for a, b in pairs
            for x in _others(code[a])
            for y in _others(code[b])
        ]
    if kind not in ERRORS:
        raise ValueError(f"kind = {kind!r} is not known; known: {', '.join(ERRORS)}")
    chosen = [(a, b) for a, b in pairs if kind == "any_swapped" or b == a + 1]
    return [_with(code, {a: code[b], b: code[a]}) for a, b in chosen if code[a] != code[b]]


def _others(character: str) -> str:
    return ALPHABET.replace(character, "")


def _with(code: str, changes: Mapping[int, str]) -> str:
    characters = list(code)
    for place, character in changes.items():
        characters[place] = character
    return "".join(characters)


def missed_errors(codes: Iterable[str], kinds: Iterable[str] = ERRORS) -> pd.DataFrame:
    """How many errors in characters 9 to 16 each of the two check characters lets through.

    Parameters
    ----------
    codes : iterable of str
        Codes whose both check characters are right.
    kinds : iterable of str
        Of `ERRORS`.

    Returns
    -------
    DataFrame
        Indexed by kind: ``tried``, ``missed_31`` (the eighteenth character) and ``missed_11`` (the
        seventeenth), all counts.
    """
    listed = list(codes)
    rows = {}
    for kind in kinds:
        tried = missed_31 = missed_11 = 0
        for code in listed:
            values = _values(errors_of(code, kind))
            tried += len(values)
            missed_31 += int(((values @ np.array([*WEIGHTS, 1])) % MODULUS == 0).sum())
            # The older standard gives the letters other values.
            older = np.array([int(one, 36) for one in ALPHABET])[values[:, SUBJECT][:, :-1]]
            residues = (older @ np.array(SUBJECT_WEIGHTS)) % SUBJECT_MODULUS
            missed_11 += int((residues == _SUBJECT_CHECKS.index(code[16])).sum())
        rows[kind] = {"tried": tried, "missed_31": missed_31, "missed_11": missed_11}
    return pd.DataFrame.from_dict(rows, orient="index")


# -------------------------------------------------------------------------------------- registers


def make_firms(
    n_firms: int, kinds: Mapping[str, float], divisions: pd.Series, seed: int
) -> pd.DataFrame:
    """Synthetic firms with codes that are right and unique.

    Parameters
    ----------
    n_firms : int
    kinds : mapping of str to float
        Second character of the code (``"1"`` enterprise, ``"2"`` sole trader, ``"3"`` cooperative)
        to its weight.
    divisions : Series of float
        Weights by administrative division of six digits.
    seed : int

    Returns
    -------
    DataFrame, shape (n_firms, 7)
        ``code``, ``name`` (made up), ``status``, ``penalties`` (number), ``employees`` (persons),
        ``arrears`` (of housing fund contributions, yuan below 100 000; four firms in five have
        none), ``risk`` (0 to 100).

    Raises
    ------
    ValueError
        If there is no firm, or the weights are negative or all zero.
    """
    if n_firms < 1:
        raise ValueError(f"n_firms = {n_firms}: a register needs at least one firm")
    for name, weights in (("kinds", list(kinds.values())), ("divisions", list(divisions))):
        if not sum(weights) > 0 or min(weights) < 0:
            raise ValueError(f"{name}: weights must not be negative, and not all zero")
    rng = np.random.default_rng([seed, 1])
    kind = rng.choice(list(kinds), n_firms, p=np.array(list(kinds.values())) / sum(kinds.values()))
    place = rng.choice(
        divisions.index.to_numpy(dtype=str), n_firms, p=divisions.to_numpy() / divisions.sum()
    )
    serial = rng.choice(MODULUS**6, n_firms, replace=False)
    return pd.DataFrame(
        {
            "code": [_new_code(*parts) for parts in zip(kind, place, serial, strict=True)],
            "name": [f"F{number:05d}" for number in range(1, n_firms + 1)],
            "status": rng.choice(["open", "suspended"], n_firms, p=[0.95, 0.05]),
            "penalties": rng.poisson(0.3, n_firms),
            "employees": 1 + np.floor(rng.pareto(1.2, n_firms) * 3).clip(max=4_999).astype(int),
            "arrears": rng.integers(1, 100_000, n_firms) * (rng.random(n_firms) < 0.2),
            "risk": rng.integers(0, 101, n_firms),
        }
    )


def _new_code(kind: str, division: str, serial: int) -> str:
    digits = [ALPHABET[int(serial) // MODULUS**place % MODULUS] for place in range(6)]
    subject = "MA" + "".join(digits)
    body = f"9{kind}{division}{subject}{subject_check_character(subject)}"
    return body + check_character(body)


SLIPS = ("substituted", "swapped", "look_alike", "other_firm")
"""What can go wrong when a code is entered: one character, two neighbours, a letter for a digit,
or the right code of another firm. All four are equally likely; no source gives the true shares."""


def plant(register: pd.DataFrame, error_rate: float, seed: int) -> pd.DataFrame:
    """Copy a register and get some of its codes wrong.

    Parameters
    ----------
    register : DataFrame
        With right codes in ``code``, one row a firm.
    error_rate : float
        Probability, for each record, that its code is entered wrongly.
    seed : int

    Returns
    -------
    DataFrame
        The same rows with some other codes, and a column ``slip``: the kind of `SLIPS`, or ``""``.
        A register of one firm has no other firm to take a code from: there the first kind stands in.

    Raises
    ------
    ValueError
        If the register is empty, or `error_rate` is not a probability.
    """
    if register.empty:
        raise ValueError("register: it holds no firm, so there is no code to enter")
    if not 0 <= error_rate <= 1:
        raise ValueError(f"error_rate = {error_rate} is not a probability: 0 to 1")
    rng = np.random.default_rng([seed, 2])
    n = len(register)
    wrong = rng.random(n) < error_rate
    slips = np.where(wrong, rng.choice(SLIPS, n), "")
    codes = register["code"].to_numpy(dtype=object).copy()
    right = codes.copy()
    for row in np.flatnonzero(wrong):
        if slips[row] == "other_firm" and n == 1:
            slips[row] = "substituted"
        if slips[row] == "other_firm":
            codes[row] = right[(row + rng.integers(1, n)) % n]
        else:
            codes[row] = _mistyped(right[row], slips[row], rng)
    return register.assign(code=codes, slip=slips)


def _mistyped(code: str, slip: str, rng: np.random.Generator) -> str:
    if slip == "swapped":
        unequal = [place for place in range(LENGTH - 1) if code[place] != code[place + 1]]
        place = int(rng.choice(unequal))
        return _with(code, {place: code[place + 1], place + 1: code[place]})
    # Every code holds a digit that looks like a letter: a division ends in zeros.
    places = [p for p in range(LENGTH) if slip == "substituted" or code[p] in LOOK_ALIKES]
    place = int(rng.choice(places))
    new = LOOK_ALIKES[code[place]] if slip == "look_alike" else rng.choice([*_others(code[place])])
    return _with(code, {place: str(new)})


def joined_right(firms: pd.DataFrame, registers: Iterable[pd.DataFrame]) -> pd.Series:
    """What becomes of each firm when registers are joined on the code as it was entered.

    Parameters
    ----------
    firms : DataFrame
        The reference: ``code`` and ``name``.
    registers : iterable of DataFrame
        With ``code`` as entered and ``name``.

    Returns
    -------
    Series of str, shape (n,)
        By name: ``"right"``, ``"lost"`` (some register has no record under its code) or ``"mixed"``
        (a record of another firm came along).
    """
    fate = pd.Series("right", index=firms["name"])
    for register in registers:
        joined = firms[["code", "name"]].merge(
            register[["code", "name"]], on="code", how="left", suffixes=("", "_there")
        )
        lost = joined.loc[joined["name_there"].isna(), "name"]
        alien = joined["name_there"].notna() & (joined["name_there"] != joined["name"])
        fate.loc[fate.index.isin(lost) & (fate == "right")] = "lost"
        fate.loc[fate.index.isin(joined.loc[alien, "name"])] = "mixed"
    return fate


# -------------------------------------------------------------------------------------- role views

RIGHTS: Mapping[str, tuple[str, ...]] = {
    "citizen": ("code", "name", "status", "penalties"),
    "clerk": ("code", "name", "status", "employees", "arrears"),
    "regulator": ("code", "name", "status", "penalties", "employees", "risk"),
}
"""Fields that each role needs for its work: to check, to do, to manage. Assumed for the lesson."""


def fields_of(role: str) -> tuple[str, ...]:
    """Fields that a role has a right to.

    Raises
    ------
    ValueError
        If the role is not known.
    """
    if role not in RIGHTS:
        raise ValueError(f"role = {role!r} is not known; known: {', '.join(RIGHTS)}")
    return RIGHTS[role]


def hiding_view(base: pd.DataFrame, role: str, where: str | None = None) -> pd.DataFrame:
    """Answer a query, and hide afterwards: the naive view.

    Parameters
    ----------
    base : DataFrame
        Every field of every firm.
    role : str
    where : str, optional
        Condition on any field, as in `DataFrame.query`.
    """
    found = base if where is None else base.query(where)
    return found[list(fields_of(role))]


def role_view(base: pd.DataFrame, role: str, where: str | None = None) -> pd.DataFrame:
    """Hide, and only then answer: a condition sees what the role sees.

    A condition is a small program, and from any object of Python a chain of attributes leads to
    every other one. So nothing but comparisons of the role's fields with values is let through.

    Parameters
    ----------
    base : DataFrame
        Every field of every firm.
    role : str
    where : str, optional
        Comparisons of the role's fields with values, joined by ``and``, ``or``, ``not``.

    Raises
    ------
    ValueError
        If the role is unknown, or the condition names something that the role does not see, or
        does something else than compare.
    """
    seen = base[list(fields_of(role))]
    if where is None:
        return seen
    refused = f"role = {role!r} may not ask for {where!r}"
    try:
        condition = parse(where.strip(), mode="eval")
    except SyntaxError:
        raise ValueError(f"{refused}: it is no condition") from None
    for node in ast.walk(condition):
        if isinstance(node, ast.Name) and node.id not in seen:
            raise ValueError(f"{refused}: its fields are {', '.join(seen)}, not {node.id}")
        if not isinstance(node, _COMPARISON):
            raise ValueError(f"{refused}: only comparisons with values, and, or, not")
    if not isinstance(condition.body, ast.Compare | ast.BoolOp | ast.UnaryOp):
        raise ValueError(f"{refused}: it compares nothing")
    return seen.query(where.strip())


_COMPARISON = (
    ast.Expression, ast.Compare, ast.cmpop, ast.BoolOp, ast.boolop, ast.UnaryOp, ast.Not, ast.USub,
    ast.Name, ast.Load, ast.Constant, ast.List, ast.Tuple,
)  # fmt: skip  # kinds of node side by side
"""What a condition may consist of: no attributes, no calls, no subscripts."""


def guess(
    view: Callable[[str], pd.DataFrame], code: str, hidden: str, low: int, high: int
) -> tuple[int, int]:
    """Find a hidden number of one firm by asking which firms have a larger one.

    Parameters
    ----------
    view : callable
        Answers a condition with a table that has the column ``code``.
    code : str
        The firm.
    hidden : str
        A field that the view does not show.
    low, high : int
        Between which the number lies.

    Returns
    -------
    tuple of int
        The number, and how many questions it took.
    """
    questions = 0
    while low < high:
        middle = (low + high) // 2
        questions += 1
        if code in set(view(f"{hidden} > {middle}")["code"]):
            low = middle + 1
        else:
            high = middle
    return low, questions


# ------------------------------------------------------------------------------------------ tokens

Body = Mapping[str, str | int]

START = 36_000
"""The model's clock when a token is issued: ten in the morning, in seconds since midnight."""


def joined(body: Body) -> bytes:
    """Write the values of a body one after another: the naive text to sign."""
    return "".join(str(value) for value in body.values()).encode()


def named(body: Body) -> bytes:
    """Write a body as JSON with sorted names: every value keeps its name and its ends."""
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Token:
    """What is shown: a body, and a signature under it.

    Parameters
    ----------
    body : mapping
        ``holder`` (code), ``statement``, ``id`` (used once), ``audience`` (the counter it is for)
        and ``expires`` (seconds of the model's clock).
    signature : bytes
        64 bytes of Ed25519.
    """

    body: Body
    signature: bytes

    def changed(self, **values: str | int) -> Token:
        """Return the same signature under a body with other values."""
        return replace(self, body={**self.body, **values})

    def text(self) -> str:
        """Return what the QR symbol holds: the body, and the signature in base 64."""
        return f"{named(self.body).decode()}.{b64encode(self.signature).decode()}"


def teaching_key(seed: int, owner: str = "issuer") -> Ed25519PrivateKey:
    """Return an Ed25519 key that anybody who knows the seed can make: for teaching only.

    Parameters
    ----------
    seed : int
    owner : str
        Different owners have different keys.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    material = hashlib.sha256(f"for teaching only: {owner} {seed}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(material)


def issue(key: Ed25519PrivateKey, body: Body, encode: Callable[[Body], bytes] = named) -> Token:
    """Sign a body (Ed25519, RFC 8032).

    Parameters
    ----------
    key : Ed25519PrivateKey
    body : mapping
        See `Token`.
    encode : callable
        Which text of the body is signed.
    """
    return Token(dict(body), key.sign(encode(body)))


@dataclass
class Office:
    """A counter that is shown tokens.

    Parameters
    ----------
    name : str
        Tokens for other counters are not for it.
    public_key : Ed25519PublicKey
        Of the issuer.
    now : int
        The model's clock, in seconds.
    revoked, seen : set of str
        Ids that were withdrawn, and ids that have been accepted.
    encode : callable
        Which text of a body is signed.
    """

    name: str
    public_key: Ed25519PublicKey
    now: int
    revoked: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    encode: Callable[[Body], bytes] = named

    def signature_fits(self, token: Token) -> bool:
        """Whether the issuer signed just this body."""
        from cryptography.exceptions import InvalidSignature

        try:
            self.public_key.verify(token.signature, self.encode(token.body))
        except InvalidSignature:
            return False
        return True


CHECKS: Mapping[str, Callable[[Token, Office], bool]] = {
    "signature": lambda token, office: office.signature_fits(token),
    "expiry": lambda token, office: office.now < int(token.body["expires"]),
    "audience": lambda token, office: token.body["audience"] == office.name,
    "revocation": lambda token, office: token.body["id"] not in office.revoked,
    "once": lambda token, office: token.body["id"] not in office.seen,
}
"""What an office can check. Expiry, audience and a number used once as in RFC 7519, section 4.1."""


def present(token: Token, office: Office, checks: Collection[str] = tuple(CHECKS)) -> list[str]:
    """Show a token at an office.

    Parameters
    ----------
    token : Token
    office : Office
        Remembers the id of a token that it accepts.
    checks : collection of str
        The checks of `CHECKS` that the office makes.

    Returns
    -------
    list of str
        Checks that the token fails; empty if it is accepted.

    Raises
    ------
    ValueError
        If a check is not known.
    """
    if unknown := set(checks) - set(CHECKS):
        raise ValueError(
            f"checks = {', '.join(sorted(unknown))}: not known; known: {', '.join(CHECKS)}"
        )
    failed = [name for name in CHECKS if name in checks and not CHECKS[name](token, office)]
    if not failed:
        office.seen.add(str(token.body["id"]))
    return failed


ATTACKS = ("tampered", "wrong_key", "expired", "wrong_audience", "revoked", "replayed")


def make_attack(
    name: str, body: Body, seed: int, seconds: int, encode: Callable[[Body], bytes] = named
) -> tuple[Token, Office]:
    """Prepare a token and the office that it is shown at.

    Parameters
    ----------
    name : str
        One of `ATTACKS`, or ``"honest"``.
    body : mapping
        The honest body, valid for `seconds` from `START`.
    seed : int
        Of the teaching keys.
    seconds : int
        How long the token lives.
    encode : callable
        Which text of a body is signed.

    Raises
    ------
    ValueError
        If the attack is not known, or the token never lives.
    """
    if name not in (*ATTACKS, "honest"):
        raise ValueError(f"attack = {name!r} is not known; known: honest, {', '.join(ATTACKS)}")
    if seconds < 1:
        raise ValueError(f"seconds = {seconds}: a token has to live for at least one second")
    key = teaching_key(seed)
    office = Office(str(body["audience"]), key.public_key(), START, encode=encode)
    token = issue(key, body, encode)
    match name:
        case "tampered":
            token = issue(key, {**body, "statement": "arrears"}, encode).changed(statement="paid")
        case "wrong_key":
            token = issue(teaching_key(seed, "forger"), body, encode)
        case "expired":
            office.now = START + seconds
        case "wrong_audience":
            office.name = f"{body['audience']}-next-door"
        case "revoked":
            office.revoked.add(str(body["id"]))
        case "replayed":
            present(token, office)
    return token, office


def leave_one_out(body: Body, seed: int, seconds: int, checks: Collection[str]) -> pd.DataFrame:
    """Which attacks get through when an office makes all checks, all but one, or a choice of them.

    Returns
    -------
    DataFrame
        ``attack``, ``left_out`` (a check, ``"none"``, or ``"yours"`` for `checks`), ``accepted``.
    """
    designs = {name: [one for one in CHECKS if one != name] for name in CHECKS}
    designs = {"none": list(CHECKS), **designs, "yours": list(checks)}
    return pd.DataFrame(
        [
            (attack, left_out, not present(*make_attack(attack, body, seed, seconds), design))
            for attack in ("honest", *ATTACKS)
            for left_out, design in designs.items()
        ],
        columns=["attack", "left_out", "accepted"],
    )


def recut(token: Token) -> Token:
    """Move the last digit of the audience to the front of the expiry.

    The values written one after another stay the same, and with them a signature of `joined`.

    Raises
    ------
    ValueError
        If the audience does not end in a digit other than zero.
    """
    audience = str(token.body["audience"])
    if audience[-1:] not in set("123456789"):
        raise ValueError(f"audience = {audience!r}: must end in a digit from 1 to 9")
    expires = int(audience[-1] + str(token.body["expires"]))
    return token.changed(audience=audience[:-1], expires=expires)


def qr_symbol(text: str) -> np.ndarray:
    """QR symbol of a text, with error correction of level M.

    Parameters
    ----------
    text : str

    Returns
    -------
    ndarray of bool, shape (n, n)
        Whether a module is dark, from the top and from the left, without the quiet zone.
    """
    import segno

    symbol = segno.make(text, error="m", micro=False, boost_error=False)
    return np.array([[module == 1 for module in row] for row in symbol.matrix])


def dark_runs(symbol: np.ndarray) -> pd.DataFrame:
    """Rectangles that draw a symbol: the runs of dark modules in each row.

    Parameters
    ----------
    symbol : ndarray of bool, shape (n, n)

    Returns
    -------
    DataFrame
        ``left``, ``right``, ``top``, ``bottom``, in modules.
    """
    steps = np.diff(np.pad(symbol.astype(int), ((0, 0), (1, 1))), axis=1)
    top, left = (steps == 1).nonzero()
    _rows, right = (steps == -1).nonzero()
    return pd.DataFrame({"left": left, "right": right, "top": top, "bottom": top + 1})


# ---------------------------------------------------------------------------------------- lifetime


def race(
    seconds: Iterable[float], honest_mean: float, thief_mean: float, n_visits: int, seed: int
) -> pd.DataFrame:
    """Holder and thief show the same token: who is in time, and who is first?

    Both delays are exponential and independent. A thief has a copy of the picture on the screen.

    Parameters
    ----------
    seconds : iterable of float, length n
        Lifetimes of the token.
    honest_mean, thief_mean : float
        Mean delay from issue to counter, in seconds.
    n_visits : int
    seed : int

    Returns
    -------
    DataFrame, shape (n, 4)
        ``seconds``, and shares of visits: ``too_late`` (the holder comes after expiry),
        ``stolen`` (the thief is in time, if a token may be used again) and ``stolen_once`` (the
        thief is in time and first, if it may not).

    Raises
    ------
    ValueError
        If a mean or the number of visits is not positive.
    """
    if min(honest_mean, thief_mean, n_visits) <= 0:
        raise ValueError("honest_mean, thief_mean and n_visits must be positive")
    rng = np.random.default_rng([seed, 3])
    holder = rng.exponential(honest_mean, n_visits)
    thief = rng.exponential(thief_mean, n_visits)
    rows: list[dict[str, Any]] = [
        {
            "seconds": lifetime,
            "too_late": (holder >= lifetime).mean(),
            "stolen": (thief < lifetime).mean(),
            "stolen_once": ((thief < lifetime) & (thief < holder)).mean(),
        }
        for lifetime in seconds
    ]
    return pd.DataFrame(rows)
