"""May this person sign: everyone may, whatever their name; what is missing is said at once (security.md 5)."""

from __future__ import annotations

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.campaign_files import CAMPAIGN, ENGLISH, TEXTS, card
from undersigned.core import problems, rules
from undersigned.core.campaign import Card
from undersigned.core.normal import MIXED_SCRIPT
from undersigned.core.problems import Problem
from undersigned.core.rules import HONEYPOT, Checked, Refusal, check

CARD = card()
OPEN = CARD.opens + 3_600
NAMES = [
    line for line in (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines() if not line.startswith("#")
]

PARTS = (
    "name", "email", "canonical", "domain", "country", "comment", "consent", "updates", "text", "flags", "source",
)  # fmt: skip
FORM = {
    "name": "Amal Haddad",
    "email": "Amal.Haddad@gmail.com",
    "country": "LB",
    "consent": "yes",
    "text": CARD.texts["en"].hash,
}


def taken(ours: Card = CARD, now: int = OPEN, **changes: str) -> Checked:
    answer = check({**FORM, **changes}, ours, now)
    assert isinstance(answer, Checked), [refusal.problem.code for refusal in answer]
    return answer


def whole(checked: Checked) -> dict[str, object]:
    return {name: getattr(checked, name) for name in PARTS}


def refused(ours: Card = CARD, now: int = OPEN, **changes: str) -> dict[str, Problem]:
    answer = check({**FORM, **changes}, ours, now)
    assert not isinstance(answer, Checked)
    return {refusal.field: refusal.problem for refusal in answer}


# --- a whole form --------------------------------------------------------------------------------------


def test_a_whole_form_is_taken() -> None:
    assert whole(taken(updates="on", comment="Please.")) == {
        "name": "Amal Haddad",
        "email": "Amal.Haddad@gmail.com",
        "canonical": "amalhaddad@gmail.com",
        "domain": "gmail.com",
        "country": "LB",
        "comment": "Please.",
        "consent": "1",
        "updates": True,
        "text": CARD.texts["en"].hash,
        "flags": (),
        "source": "",
    }
    assert taken().review == ""


def test_updates_are_a_separate_consent_that_nothing_else_gives() -> None:
    assert not taken().updates
    assert not taken(updates="").updates
    assert not taken(updates="no").updates
    assert taken(updates="yes").updates


def test_updates_cannot_be_given_where_the_campaign_does_not_ask() -> None:
    head, _, _ = CAMPAIGN.rpartition(b"[[consent]]")
    texts = {name: text.replace(b"updates = ", b"#") for name, text in TEXTS.items()}
    quiet = card(head, texts)
    assert not taken(quiet, text=quiet.texts["en"].hash, updates="yes").updates


def test_unknown_fields_are_passed_over() -> None:  # row 17
    more = taken(is_confirmed="true", count="5", channel="p", review="", state="counted")
    assert whole(more) == whole(taken())


def test_a_field_that_the_campaign_does_not_ask_is_passed_over() -> None:
    plain = card(CAMPAIGN.replace(b'fields = ["comment"]\n', b""))
    assert taken(plain, text=plain.texts["en"].hash, comment="x" * 5_000).comment == ""


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_form() -> None:
    answer = check({"comment": "x" * 2_001, "email": "amal"}, CARD, OPEN)
    assert not isinstance(answer, Checked)
    assert [(refusal.field, refusal.problem.code) for refusal in answer] == [
        ("name", "name-missing"),
        ("email", "email-malformed"),
        ("country", "country-missing"),
        ("consent", "consent-missing"),
        ("comment", "comment-too-long"),
        ("text", "text-missing"),
    ]


def test_an_empty_form_is_refused_field_by_field() -> None:
    answer = check({}, CARD, OPEN)
    assert not isinstance(answer, Checked)
    assert {refusal.problem.status for refusal in answer} == {422}


# --- the campaign --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "problem"),
    [
        (CARD.opens - 1, problems.CAMPAIGN_NOT_OPEN),
        (CARD.closes, problems.CAMPAIGN_CLOSED),
        (CARD.closes + 10**9, problems.CAMPAIGN_CLOSED),
    ],
)
def test_outside_its_time_a_campaign_takes_nothing(now: int, problem: Problem) -> None:  # row 20
    assert refused(now=now) == {"": problem}
    assert refused(now=now, email="nonsense") == {"": problem}


def test_the_first_and_the_last_second_are_inside_its_time() -> None:
    assert taken(now=CARD.opens)
    assert taken(now=CARD.closes - 1)


def test_a_paused_campaign_takes_nothing_and_says_closed_once_it_is() -> None:
    paused = card(b"paused = true\n" + CAMPAIGN)
    assert refused(paused) == {"": problems.CAMPAIGN_PAUSED}
    assert refused(paused, now=paused.closes) == {"": problems.CAMPAIGN_CLOSED}
    assert rules.state(paused, paused.opens - 1) == problems.CAMPAIGN_NOT_OPEN


# --- consent and text ----------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["", " ", "no", "off", "0", "false", "null", "y", "yes!", "ja"])
def test_nobody_signs_without_consent_to_the_processing(value: str) -> None:  # row 18
    assert refused(consent=value) == {"consent": problems.CONSENT_MISSING}


@pytest.mark.parametrize("value", ["yes", "on", "1", "true", "True", " YES "])
def test_a_ticked_box_is_consent_however_it_is_sent(value: str) -> None:
    assert taken(consent=value).consent == "1"


def test_every_language_of_the_current_text_can_be_signed() -> None:
    for text in CARD.texts.values():
        assert taken(text=text.hash).text == text.hash


@pytest.mark.parametrize("sent", ["x", "A" * 43, CARD.texts["en"].hash + "=", CARD.texts["en"].hash.swapcase()])
def test_a_text_that_never_was_is_refused(sent: str) -> None:  # row 19
    assert refused(text=sent) == {"text": problems.TEXT_UNKNOWN}


def test_a_text_that_has_changed_is_refused_with_the_current_one() -> None:  # row 21
    changed = card(texts={**TEXTS, "en": ENGLISH + b"More.\n"}, previous=CARD)
    answer = check(FORM, changed, OPEN)
    assert answer == (Refusal("text", problems.TEXT_OUTDATED, changed.texts["en"].hash),)
    assert taken(changed, text=changed.texts["ar"].hash)  # the other language did not change


def test_an_earlier_text_of_a_language_taken_out_leads_to_the_first_language() -> None:
    only = card(CAMPAIGN.replace(b'["en", "ar"]', b'["en"]'), {"en": ENGLISH}, previous=CARD)
    answer = check({**FORM, "text": CARD.texts["ar"].hash}, only, OPEN)
    assert answer == (Refusal("text", problems.TEXT_OUTDATED, only.texts["en"].hash),)


def test_a_conflict_about_the_text_names_the_answer_before_a_slip_in_a_field() -> None:
    answer = check({**FORM, "text": "x", "name": ""}, CARD, OPEN)
    assert not isinstance(answer, Checked)
    assert rules.leading(answer).problem == problems.TEXT_UNKNOWN
    slips = check({**FORM, "name": "", "email": ""}, CARD, OPEN)
    assert not isinstance(slips, Checked)
    assert rules.leading(slips).field == "name"


# --- names ---------------------------------------------------------------------------------------------


def test_there_are_two_hundred_shapes_of_names() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 200


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_of_any_shape_is_taken_unchanged(name: str) -> None:  # rows 36, 37, 38, 41, 42
    assert taken(name=name).name == unicodedata.normalize("NFC", name)


def test_a_name_of_747_characters_is_taken_unchanged() -> None:
    long = " ".join(["Wolfeschlegelsteinhausenbergerdorff"] * 20)[:747].strip()
    assert taken(name=long).name == long
    assert taken(name="ศ" * 80).name == "ศ" * 80
    assert taken(name="ศ" * 1_000).name == "ศ" * 1_000


def test_a_name_is_kept_in_one_form_however_it_was_typed() -> None:
    assert taken(name="Jose\u0301").name == taken(name="Jos\u00e9").name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Amal  ", "Amal"),
        ("\tAmal\r\n", "Amal"),  # row 37
        ("Amal\tHaddad", "Amal Haddad"),
        ("Amal\r\nBcc: x@example.org", "Amal  Bcc: x@example.org"),
        ("Am\0al\x07", "Amal"),
        ("Am\x85al", "Am al"),
        ("Amal\u2028Haddad", "Amal Haddad"),
        ("\u202eladdaH lamA", "laddaH lamA"),  # row 39
        ("\u2067Amal\u2069", "Amal"),
        ("A\u200bmal\ufeff", "Amal"),
        ("Amal\ud800", "Amal"),
        ("عمل\u200f (Amal)\u200e", "عمل\u200f (Amal)\u200e"),  # direction marks are ordinary in mixed names
        ("می\u200cخواهد", "می\u200cخواهد"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
    ],
)
def test_control_characters_and_what_turns_the_text_around_it_go_and_nothing_else(typed: str, kept: str) -> None:
    assert taken(name=typed).name == kept


def test_three_hundred_marks_on_one_letter_are_cut_to_a_few() -> None:  # row 39
    name = taken(name="Z" + "\u0334\u0321" * 150 + "algo").name
    assert name.startswith("Z\u0334")
    assert name.endswith("algo")
    assert len(name) < 20


@pytest.mark.parametrize("nothing", ["", " ", "\t\n", "\u200d", "\u200b\ufeff", "\u202e", "\u00a0", "\u0301", "\0"])
def test_a_name_that_nobody_can_see_is_missing(nothing: str) -> None:
    assert refused(name=nothing) == {"name": problems.NAME_MISSING}


def test_a_name_of_100_000_characters_is_refused_before_anything_looks_at_it() -> None:  # row 40
    forms = [{**FORM, "name": sign * 100_000} for sign in ("a", "\u0301", "👩\u200d")]

    def seconds() -> float:
        start = time.perf_counter()
        for form in forms:
            assert check(form, CARD, OPEN) == (Refusal("name", problems.NAME_TOO_LONG),)
        return time.perf_counter() - start

    assert min(seconds() for _ in range(3)) < 0.1


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_cleaning_a_name_twice_changes_nothing_more(name: str) -> None:
    answer = check({**FORM, "name": name}, CARD, OPEN)
    if isinstance(answer, Checked):
        assert taken(name=answer.name).name == answer.name
        assert not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in answer.name)
    else:
        assert answer == (Refusal("name", problems.NAME_MISSING),)


LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Lt", "Nd", "Pd", "Po", "So"]), min_size=1, max_size=100)


@settings(max_examples=200)
@given(LETTERS)
def test_no_letter_of_any_script_is_lost(name: str) -> None:
    assert taken(name=name).name == unicodedata.normalize("NFC", name)


# --- e-mail, country, comment --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", problems.EMAIL_MISSING),
        ("a@b.c\r\nBcc: x@y.z", problems.EMAIL_SEVERAL),  # row 28
        ("a@b.c\n", problems.EMAIL_MALFORMED),
        ("a@b.c, d@e.f", problems.EMAIL_SEVERAL),  # row 29
        ("a@b.c\0", problems.EMAIL_MALFORMED),
        ("a" * 65 + "@example.org", problems.EMAIL_TOO_LONG),  # row 30
        ("user@localhost", problems.EMAIL_MALFORMED),  # row 31
        ("a\u202eb@example.org", problems.EMAIL_MALFORMED),  # row 35
    ],
)
def test_an_address_that_cannot_be_written_to_is_refused(typed: str, problem: Problem) -> None:
    assert refused(email=typed) == {"email": problem}


def test_blanks_that_a_telephone_puts_around_an_address_are_no_mistake() -> None:
    assert taken(email=" amal@example.org  ").email == "amal@example.org"


def test_variants_of_one_mailbox_are_one_signature_and_each_gets_its_own_letter() -> None:  # row 34
    both = [taken(email="Amal.Haddad+x@googlemail.com"), taken(email="amalhaddad@gmail.com")]
    assert both[0].canonical == both[1].canonical
    assert both[0].email != both[1].email


def test_a_look_alike_address_is_taken_and_looked_at() -> None:  # row 32
    assert taken(email="amal@gm\u0430il.com").flags == (MIXED_SCRIPT,)
    assert taken(email="amal@gm\u0430il.com").review == MIXED_SCRIPT


def test_addresses_in_every_script_are_taken_without_review() -> None:  # row 33
    for email in ("用户@例子.公司", "مستخدم@مثال.إختبار", "उपयोगकर्ता@उदाहरण.भारत"):
        assert taken(email=email).flags == ()
        assert taken(email=email).email == email


def test_a_filled_honeypot_is_taken_and_looked_at_and_never_dropped() -> None:  # row 45
    assert taken(website="http://example.org").flags == (HONEYPOT,)
    assert taken(website="  ").flags == ()
    assert taken(website="x", email="amal@gm\u0430il.com").flags == (HONEYPOT, MIXED_SCRIPT)


@pytest.mark.parametrize(("typed", "code"), [("gb", "GB"), ("UK", "GB"), ("NA", "NA"), ("xk", "XK")])
def test_country_codes_are_normalised(typed: str, code: str) -> None:  # row 44
    assert taken(country=typed).country == code


@pytest.mark.parametrize("typed", ["XX", "ZZZ", "ZZ", "Lebanon", "LB\0", "'; --"])
def test_a_country_that_is_not_in_the_list_is_refused(typed: str) -> None:  # row 44
    assert refused(country=typed) == {"country": problems.COUNTRY_UNKNOWN}


def test_a_missing_country_is_said_to_be_missing() -> None:
    assert refused(country=" ") == {"country": problems.COUNTRY_MISSING}


@pytest.mark.parametrize("unit", ["a", "ศ", "क्षि", "e\u0301", "👩🏽\u200d❤️\u200d💋\u200d👨🏿", "é"])
def test_two_thousand_characters_as_a_reader_counts_them_are_taken(unit: str) -> None:
    most = min(2_000, 16_000 // len(unit.encode()))
    comment = taken(comment=unit * most).comment
    assert comment == unicodedata.normalize("NFC", unit * most)


def test_a_longer_comment_is_refused() -> None:
    assert refused(comment="a" * 2_001) == {"comment": problems.COMMENT_TOO_LONG}
    assert refused(comment="क्षि" * 2_001) == {"comment": problems.COMMENT_TOO_LONG}


@pytest.mark.parametrize("emoji", ["👩\u200d", "💚", "👩\u200d👩\u200d👧\u200d", "\u0301", "\u200d", "क्"])
def test_ten_kilobytes_of_emoji_or_marks_are_refused_or_cut(emoji: str) -> None:  # row 43
    endless = "x" + emoji * (10_240 // len(emoji.encode()) + 1)
    answer = check({**FORM, "comment": endless}, CARD, OPEN)
    if isinstance(answer, Checked):
        assert len(answer.comment) < 20
    else:
        assert answer == (Refusal("comment", problems.COMMENT_TOO_LONG),)


def test_a_comment_keeps_its_lines_and_loses_its_controls() -> None:
    assert taken(comment=" One.\r\nTwo.\rThree.\0\u202e ").comment == "One.\nTwo.\nThree."
    assert taken(comment="\u200b \n").comment == ""
    assert taken(comment="<b>{{7*7}}</b> '; DROP TABLE x;--").comment == "<b>{{7*7}}</b> '; DROP TABLE x;--"


def test_whatever_is_taken_fits_the_largest_record_that_is_sealed() -> None:
    widest = taken(name="𒀀" * 1_000, comment="क्षि" * 1_333, email="用" * 21 + "@例子.公司")
    assert len(widest.name.encode()) + len(widest.comment.encode()) < 24_000


# --- anything at all -----------------------------------------------------------------------------------

FIELDS = st.sampled_from([*FORM, "updates", "comment", "website", "ticket", "other"])


@settings(max_examples=300)
@given(st.dictionaries(FIELDS, st.text(max_size=60)))
def test_no_form_breaks_the_rules_and_no_refusal_repeats_what_was_sent(form: dict[str, str]) -> None:
    answer = check(form, CARD, OPEN)
    if isinstance(answer, Checked):
        return
    assert answer
    current = {"", *(text.hash for text in CARD.texts.values())}
    for refusal in answer:
        assert refusal.problem is problems.BY_CODE[refusal.problem.code]
        assert refusal.field in ("name", "email", "country", "consent", "comment", "text")
        assert refusal.current in current


def test_checking_a_form_costs_microseconds() -> None:
    def seconds() -> float:
        start = time.perf_counter()
        for _ in range(200):
            check(FORM, CARD, OPEN)
        return (time.perf_counter() - start) / 200

    assert min(seconds() for _ in range(5)) < 100e-6  # about 8e-6 on a quiet machine
