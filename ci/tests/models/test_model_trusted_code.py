"""The models of lesson 09: check characters, registers, role views, and tokens under attack."""

from __future__ import annotations

import math
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from digigov.data import load
from digigov.models import trusted_code as model

PUBLISHED = list(load("credit_codes")["code"])
DIVISIONS = pd.Series({"110000": 2184.0, "440000": 12657.0})
KINDS = {"1": 57.0, "2": 122.0, "3": 2.0}

SEEDS = st.integers(min_value=0, max_value=2**31 - 1)
SECONDS = st.integers(min_value=1, max_value=86_400)
RATES = st.floats(min_value=0, max_value=0.5)
CHARACTERS = st.sampled_from(model.ALPHABET)
BODIES = st.text(CHARACTERS, min_size=17, max_size=17)
# Registers and signatures take longer than hypothesis expects of an example.
slow = settings(max_examples=25)


def code_of(body):
    return body + model.check_character(body)


def passes(code):
    try:
        model.verify_code(code)
    except ValueError:
        return False
    return True


def firms_of(n, seed):
    return model.make_firms(n, KINDS, DIVISIONS, seed)


def honest_body(seed, seconds):
    return {
        "holder": code_of("91110000MA0123456"),
        "statement": "paid",
        "id": f"{seed % 10_000:04d}",
        "audience": "counter-12",
        "expires": model.START + seconds,
    }


# ---------------------------------------------------------------------------- check characters


@pytest.mark.parametrize("code", PUBLISHED)
def test_code_seen_in_print_passes_both_checks(code):
    model.verify_code(code)
    assert model.subject_check_character(code[8:16]) == code[16]


def test_worked_example_of_the_standard():
    assert model.check_character("91350100M000100Y4") == "3"
    assert not passes("91350100M000100Y4Z")


def test_weights_are_those_printed_in_the_standard():
    printed = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    assert printed == model.WEIGHTS


@given(BODIES)
def test_every_wrong_character_is_seen(body):
    code = code_of(body)
    for place in range(model.LENGTH):
        for other in set(model.ALPHABET) - {code[place]}:
            assert not passes(code[:place] + other + code[place + 1 :])


@given(BODIES)
def test_every_swap_of_unequal_characters_is_seen_except_of_the_first_and_the_last(body):
    code = code_of(body)
    for a in range(model.LENGTH):
        for b in range(a + 1, model.LENGTH):
            if code[a] == code[b]:
                continue
            swapped = list(code)
            swapped[a], swapped[b] = code[b], code[a]
            assert passes("".join(swapped)) == ((a, b) == (0, 17)), (a, b)


@given(
    st.text(string.digits, min_size=8, max_size=8), st.integers(0, 7), st.sampled_from("0123456789")
)
def test_the_older_character_sees_every_wrong_digit(body, place, digit):
    assume(body[place] != digit)
    wrong = body[:place] + digit + body[place + 1 :]
    assert model.subject_check_character(wrong) != model.subject_check_character(body)


@given(st.text(string.digits, min_size=8, max_size=8), st.integers(0, 7))
def test_the_older_character_takes_a_for_l(body, place):
    a, b = (body[:place] + letter + body[place + 1 :] for letter in "AL")
    assert model.subject_check_character(a) == model.subject_check_character(b)


@pytest.mark.parametrize("kind", model.ERRORS)
def test_counted_misses_are_those_of_checking_one_by_one(kind):
    code = PUBLISHED[0]
    wrong = model.errors_of(code, kind)[:2000]
    assert code not in wrong and len(set(wrong)) == len(wrong)
    assert [passes(one) for one in wrong] == model.is_right(wrong).tolist()
    if len(wrong) < 2000:
        older = sum(model.subject_check_character(one[8:16]) == one[16] for one in wrong)
        row = model.missed_errors([code], [kind]).loc[kind]
        assert list(row) == [len(wrong), sum(map(passes, wrong)), older]


def test_number_of_errors_tried():
    assert len(model.errors_of(PUBLISHED[0], "one_wrong")) == 8 * 30
    assert len(model.errors_of(PUBLISHED[0], "two_wrong")) == 28 * 900


def test_of_two_wrong_characters_one_pair_in_thirty_fits():
    row = model.missed_errors(PUBLISHED[:1], ["two_wrong"]).loc["two_wrong"]
    assert row["missed_31"] * 30 == row["tried"]


@given(st.text(max_size=20))
def test_screening_many_codes_agrees_with_verifying_each(text):
    assert model.is_right([text, PUBLISHED[0]]).tolist() == [passes(text), True]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("12100000400000624E", r"'12100000400000624E'.*check character 'E'.*give 'D'"),
        ("12100000400000624d", r"character 18 \('d'\) is lower-case"),
        (
            "1210000040000O624D",
            r"character 14 \('O'\) is not used; allowed: .*without I, O, S, V, Z",
        ),
        ("12100000400000624", "17 characters, 18 are needed"),
        ("", "0 characters, 18 are needed"),
    ],
)
def test_wrong_code_is_refused_with_what_is_wrong_in_it(code, said):
    with pytest.raises(ValueError, match=said):
        model.verify_code(code)


@pytest.mark.parametrize("body", ["1234567", "abcd1234", "ABCD-123", "１２３４５６７８"])
def test_organization_code_of_another_form_is_refused(body):
    with pytest.raises(ValueError, match="8 digits or capital letters"):
        model.subject_check_character(body)


def test_unknown_kind_of_error_is_refused_with_those_known():
    with pytest.raises(ValueError, match=r"'typo' is not known; known: one_wrong"):
        model.errors_of(PUBLISHED[0], "typo")


# ---------------------------------------------------------------------------------- registers


@slow
@given(st.integers(1, 400), SEEDS)
def test_synthetic_codes_are_right_unique_and_those_of_the_seed(n, seed):
    firms = firms_of(n, seed)
    assert model.is_right(firms["code"]).all() and firms["code"].is_unique
    assert all(code[16] == model.subject_check_character(code[8:16]) for code in firms["code"])
    assert set(firms["code"].str[:2]) <= {"91", "92", "93"}
    assert set(firms["code"].str[2:8]) <= set(DIVISIONS.index)
    pd.testing.assert_frame_equal(firms, firms_of(n, seed))


def test_mix_of_firms_is_that_of_the_weights():
    firms = firms_of(20_000, 1)
    shares = firms["code"].str[1].value_counts(normalize=True)
    for kind, weight in KINDS.items():
        assert abs(shares[kind] - weight / sum(KINDS.values())) < 0.02


@slow
@given(st.integers(1, 300), RATES, SEEDS)
def test_planted_slips_are_all_slips_and_nothing_else_changes(n, rate, seed):
    firms = firms_of(n, seed)
    entered = model.plant(firms, rate, seed)
    wrong = entered["slip"] != ""
    assert ((entered["code"] != firms["code"]) == wrong).all()
    assert (entered["name"] == firms["name"]).all()
    # Whatever was mistyped, the check character sees; another firm's code it cannot.
    assert (model.is_right(entered["code"]) == (~wrong | (entered["slip"] == "other_firm"))).all()
    others = entered.loc[entered["slip"] == "other_firm", "code"]
    assert others.isin(firms["code"]).all()


def test_share_of_wrong_records_is_the_error_rate():
    wrong = [(model.plant(firms_of(2000, s), 0.1, s)["slip"] != "").mean() for s in range(10)]
    assert abs(np.mean(wrong) - 0.1) < 0.01


def test_fate_of_firms_in_a_join():
    firms = pd.DataFrame({"code": list("abcd"), "name": ["A", "B", "C", "D"]})
    # B was typed with the code of A, C with one that nobody has.
    typed = firms.assign(code=["a", "a", "x", "d"])
    fate = model.joined_right(firms, [typed])
    assert fate.to_dict() == {"A": "mixed", "B": "lost", "C": "lost", "D": "right"}
    assert set(model.joined_right(firms, [firms, firms])) == {"right"}


@slow
@given(st.integers(2, 200), RATES, SEEDS)
def test_who_is_right_after_a_join_was_entered_right_and_hit_by_nobody(n, rate, seed):
    firms = firms_of(n, seed)
    entered = model.plant(firms, rate, seed)
    fate = model.joined_right(firms, [entered]).to_numpy()
    hit = firms["code"].isin(entered.loc[entered["slip"] == "other_firm", "code"]).to_numpy()
    own = (entered["slip"] == "").to_numpy()
    assert ((fate == "right") == (own & ~hit)).all()
    assert ((fate == "mixed") == hit).all()


def test_empty_register_and_impossible_rates_are_refused():
    firms = firms_of(3, 1)
    with pytest.raises(ValueError, match="holds no firm"):
        model.plant(firms.head(0), 0.1, 1)
    with pytest.raises(ValueError, match=r"error_rate = 1\.5 is not a probability"):
        model.plant(firms, 1.5, 1)
    with pytest.raises(ValueError, match="n_firms = 0: a register needs at least one firm"):
        firms_of(0, 1)
    with pytest.raises(ValueError, match="divisions: weights must not be negative"):
        model.make_firms(3, KINDS, 0 * DIVISIONS, 1)


def test_register_of_one_firm_has_no_other_to_take_a_code_from():
    entered = model.plant(firms_of(1, 1), 1, 1)
    assert not model.is_right(entered["code"]).any()


# --------------------------------------------------------------------------------- role views


@slow
@given(st.sampled_from(list(model.RIGHTS)), st.integers(1, 50), SEEDS)
def test_role_view_shows_the_fields_of_the_role_and_no_other(role, n, seed):
    firms = firms_of(n, seed)
    assert tuple(model.role_view(firms, role)) == model.RIGHTS[role]
    for where in ("status == 'open'", "code > '92'"):
        assert tuple(model.role_view(firms, role, where)) == model.RIGHTS[role]


FORBIDDEN = [
    (role, field)
    for role, fields in model.RIGHTS.items()
    for field in ("status", "penalties", "employees", "arrears", "risk")
    if field not in fields
]


@pytest.mark.parametrize(("role", "field"), FORBIDDEN)
@pytest.mark.parametrize(
    "where",
    [
        "{0} > 5",
        "status == 'open' and {0} > 5",
        "`{0}` == 1",
        "not ({0} < 2)",
        "{0}.gt(3)",
        "@base.{0} > 5",
        "code in @base.query('{0} > 5').code",
        "code.apply.__func__.__globals__['sys'].modules['__main__'].firms.{0} > 5",
        "code.map(lambda one: __import__('gc').get_objects()) == '{0}'",
        "[code for code in {0}]",
        "{0}",
        "{0} >",
    ],
)
def test_condition_on_a_hidden_field_is_refused(role, field, where):
    firms = firms_of(20, 1)
    with pytest.raises(ValueError, match=f"role = '{role}' may not ask"):
        model.role_view(firms, role, where.format(field))


def test_chain_of_attributes_that_gives_a_hidden_field_away_is_closed():
    """It works on the naive view, so it would on any that hands the condition to pandas."""
    firms = firms_of(20, 1)
    model.hidden_in_plain_sight = firms
    modules = "code.apply.__func__.__globals__['sys'].modules"
    where = f"{modules}['{model.__name__}'].hidden_in_plain_sight.arrears > 50"
    try:
        leaked = model.hiding_view(firms, "citizen", where)
        assert len(leaked) == (firms["arrears"] > 50).sum() > 0
        with pytest.raises(ValueError, match="only comparisons with values"):
            model.role_view(firms, "citizen", where)
    finally:
        del model.hidden_in_plain_sight


@pytest.mark.parametrize(
    "where", ["", " ", "1/", "penalties", "'open'", "status =", "code.str.len() > 3"]
)
def test_what_is_no_comparison_is_refused(where):
    with pytest.raises(ValueError, match="role = 'citizen' may not ask for"):
        model.role_view(firms_of(5, 1), "citizen", where)


def test_role_may_ask_about_what_it_sees():
    firms = firms_of(40, 3)
    asked = model.role_view(
        firms,
        "regulator",
        "(risk > 50 or 1 <= penalties < 3) and not status in ['suspended'] and code > '92'",
    )
    by_hand = firms[
        ((firms["risk"] > 50) | firms["penalties"].between(1, 2))
        & (firms["status"] == "open")
        & (firms["code"] > "92")
    ]
    assert asked["code"].tolist() == by_hand["code"].tolist()
    assert 0 < len(asked) < 40


@slow
@given(st.sampled_from(FORBIDDEN), SEEDS, SEEDS)
def test_answers_of_a_role_view_do_not_depend_on_what_it_hides(forbidden, seed, other):
    role, field = forbidden
    firms = firms_of(30, seed)
    changed = firms.assign(**{field: firms_of(30, other)[field]})
    for where in (None, "status == 'open'"):
        pd.testing.assert_frame_equal(
            model.role_view(firms, role, where), model.role_view(changed, role, where)
        )


@slow
@given(SEEDS, st.integers(0, 19))
def test_view_that_hides_afterwards_gives_a_hidden_number_away(seed, row):
    firms = firms_of(20, seed)
    target = firms.iloc[row]
    learnt, questions = model.guess(
        lambda where: model.hiding_view(firms, "citizen", where),
        target["code"],
        "arrears",
        0,
        99_999,
    )
    assert learnt == target["arrears"]
    assert questions <= math.ceil(math.log2(100_000))


def test_unknown_role_is_refused_with_those_known():
    with pytest.raises(ValueError, match="'boss' is not known; known: citizen, clerk, regulator"):
        model.role_view(firms_of(2, 1), "boss")


# ------------------------------------------------------------------------------------- tokens

ONLY_CHECK = {
    "tampered": "signature",
    "wrong_key": "signature",
    "expired": "expiry",
    "wrong_audience": "audience",
    "revoked": "revocation",
    "replayed": "once",
}


@pytest.mark.parametrize(
    ("seed", "public", "message", "signature"),
    [
        ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ],
)  # fmt: skip  # a vector of the standard a row
def test_signatures_are_those_of_rfc_8032(seed, public, message, signature):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
    assert key.public_key().public_bytes_raw().hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature


@slow
@given(SEEDS, SECONDS)
def test_honest_token_is_let_in_once_and_until_it_expires(seed, seconds):
    token, office = model.make_attack("honest", honest_body(seed, seconds), seed, seconds)
    office.now = model.START + seconds - 1
    assert model.present(token, office) == []
    assert model.present(token, office) == ["once"]


@slow
@given(st.sampled_from(model.ATTACKS), SEEDS, SECONDS)
def test_attack_is_refused_for_every_key_and_lifetime_and_by_one_check_only(attack, seed, seconds):
    token, office = model.make_attack(attack, honest_body(seed, seconds), seed, seconds)
    assert model.present(token, office) == [ONLY_CHECK[attack]]


@slow
@given(SEEDS, SECONDS, st.integers(0, 10**9))
def test_expired_token_is_refused_at_every_later_time(seed, seconds, later):
    token, office = model.make_attack("expired", honest_body(seed, seconds), seed, seconds)
    office.now += later
    assert model.present(token, office) == ["expiry"]


@slow
@given(SEEDS, SEEDS, SECONDS)
def test_token_of_another_key_is_refused_whatever_the_keys(seed, other, seconds):
    assume(seed != other)
    body = honest_body(seed, seconds)
    office = model.Office("counter-12", model.teaching_key(seed).public_key(), model.START)
    assert model.present(model.issue(model.teaching_key(other), body), office) == ["signature"]


@slow
@given(
    SEEDS,
    st.sampled_from(["holder", "statement", "id", "audience", "expires"]),
    st.text(max_size=20) | st.integers(0, 10**9),
)
def test_no_field_can_be_changed_under_its_signature(seed, field, value):
    body = honest_body(seed, 60)
    assume(body[field] != value)
    token = model.issue(model.teaching_key(seed), body).changed(**{field: value})
    office = model.Office("counter-12", model.teaching_key(seed).public_key(), model.START)
    assert not office.signature_fits(token)


@slow
@given(SEEDS, st.integers(0, 511))
def test_every_flipped_bit_of_a_signature_is_seen(seed, bit):
    token, office = model.make_attack("honest", honest_body(seed, 60), seed, 60)
    broken = bytearray(token.signature)
    broken[bit // 8] ^= 1 << bit % 8
    assert model.present(model.Token(token.body, bytes(broken)), office) == ["signature"]


def test_refused_token_does_not_use_up_its_number():
    token, office = model.make_attack("wrong_audience", honest_body(1, 60), 1, 60)
    model.present(token, office)
    assert office.seen == set()


@slow
@given(SEEDS, SECONDS)
def test_recut_token_passes_where_values_are_joined_and_fails_where_they_are_named(seed, seconds):
    body, key = honest_body(seed, seconds), model.teaching_key(seed)
    later = model.START + seconds
    for encode, failed in ((model.joined, []), (model.named, ["signature"])):
        token = model.recut(model.issue(key, body, encode))
        office = model.Office("counter-1", key.public_key(), later, encode=encode)
        assert model.present(token, office) == failed
        assert token.body["expires"] > later


NAMES = st.sampled_from(["holder", "statement", "id", "audience"])
BODY = st.dictionaries(NAMES, st.text(max_size=5) | st.integers(0, 99), max_size=4)


@given(BODY, BODY)
def test_named_text_can_be_read_in_one_way_only(first, second):
    assert (model.named(first) == model.named(second)) == (first == second)


def test_joined_text_can_be_read_in_two_ways():
    assert model.joined({"a": "1", "b": "23"}) == model.joined({"a": "12", "b": "3"})


@pytest.mark.parametrize("checks", [list(model.CHECKS), [], ["signature"], ["expiry", "once"]])
def test_leaving_checks_out_lets_in_what_only_they_stop(checks):
    outcomes = model.leave_one_out(honest_body(5, 60), 5, 60, checks)
    accepted = outcomes[outcomes["accepted"]].groupby("left_out")["attack"].agg(set)
    assert accepted["none"] == {"honest"}
    for check in model.CHECKS:
        assert accepted[check] == {"honest"} | {a for a, c in ONLY_CHECK.items() if c == check}
    assert accepted["yours"] == {"honest"} | {a for a, c in ONLY_CHECK.items() if c not in checks}


def test_tokens_are_the_same_for_the_same_seed_and_differ_for_another():
    texts = [model.issue(model.teaching_key(seed), honest_body(1, 60)).text() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    keys = [model.teaching_key(1, owner).private_bytes_raw() for owner in ("issuer", "forger")]
    assert keys[0] != keys[1]


def test_wrong_questions_to_the_model_are_refused():
    body = honest_body(1, 60)
    token, office = model.make_attack("honest", body, 1, 60)
    with pytest.raises(ValueError, match=r"checks = sealed: not known; known: signature"):
        model.present(token, office, ["sealed"])
    with pytest.raises(ValueError, match=r"attack = 'magic' is not known; known: honest, tampered"):
        model.make_attack("magic", body, 1, 60)
    with pytest.raises(ValueError, match=r"seconds = 0: a token has to live"):
        model.make_attack("honest", body, 1, 0)
    with pytest.raises(ValueError, match=r"audience = 'counter-10': must end in a digit"):
        model.recut(token.changed(audience="counter-10"))


# ---------------------------------------------------------------------------------- QR symbols


def test_symbol_is_that_of_the_library_and_its_runs_cover_its_dark_modules():
    import segno

    text = model.make_attack("honest", honest_body(1, 60), 1, 60)[0].text()
    symbol = model.qr_symbol(text)
    assert (symbol == np.array(segno.make(text, error="m", boost_error=False).matrix, bool)).all()
    # The three finder patterns, in three corners and not in the fourth.
    finder = [symbol[:7, :7], symbol[:7, -7:], symbol[-7:, :7]]
    assert all((one == finder[0]).all() for one in finder) and finder[0].sum() == 33
    assert not (symbol[-7:, -7:] == finder[0]).all()
    drawn = np.zeros_like(symbol)
    for run in model.dark_runs(symbol).itertuples():
        drawn[run.top : run.bottom, run.left : run.right] = True
    assert (drawn == symbol).all()


# ------------------------------------------------------------------------------------ lifetime


def test_race_follows_from_exponential_delays():
    outcome = model.race([20, 60, 1e6], 30, 60, 200_000, 1).set_index("seconds")
    for seconds, row in outcome.iterrows():
        assert abs(row["too_late"] - math.exp(-seconds / 30)) < 0.005
        assert abs(row["stolen"] - (1 - math.exp(-seconds / 60))) < 0.005
        assert abs(row["stolen_once"] - (1 - math.exp(-seconds / 20)) / 3) < 0.005


@slow
@given(SEEDS, st.floats(1, 1000), st.floats(1, 1000))
def test_longer_life_helps_holder_and_thief_and_once_never_helps_the_thief(seed, holder, thief):
    outcome = model.race(np.geomspace(1, 86_400, 12), holder, thief, 500, seed)
    assert outcome["too_late"].is_monotonic_decreasing
    assert outcome["stolen"].is_monotonic_increasing
    assert outcome["stolen_once"].is_monotonic_increasing
    assert (outcome["stolen_once"] <= outcome["stolen"]).all()


def test_race_needs_delays_and_visits():
    with pytest.raises(ValueError, match="must be positive"):
        model.race([60], 30, 0, 100, 1)
