"""When two addresses are one, and which addresses can be written to (security.md 5, rows 28 to 35)."""

from __future__ import annotations

import hashlib
import tomllib
from importlib import resources
from itertools import pairwise

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st

from undersigned.core import problems
from undersigned.core.normal import MIXED_SCRIPT, PROVIDERS, VERSION, Canonical, canonical
from undersigned.core.problems import Problem


def taken(email: str) -> Canonical:
    answer = canonical(email)
    assert isinstance(answer, Canonical), answer.code
    return answer


def refused(email: str) -> Problem:
    answer = canonical(email)
    assert isinstance(answer, Problem), "taken"
    return answer


# --- sameness ------------------------------------------------------------------------------------------

ONE_MAILBOX = [
    # row 34: one Gmail, however it is spelled
    ["amal.haddad@gmail.com", "AmalHaddad@Gmail.com", "a.m.a.l.haddad+petition@googlemail.com"],
    ["ben@outlook.com", "BEN+news@Outlook.com"],
    ["chidi@hotmail.co.uk", "chidi+1@hotmail.co.uk"],
    ["dana@fastmail.com", "dana+x@fastmail.com", "petition@dana.fastmail.com"],
    ["dana.k@proton.me", "danak@protonmail.com", "d-a_na.k+x@pm.me", "DanaK@protonmail.ch"],
    ["frida@icloud.com", "frida@me.com", "frida+a@mac.com"],
    ["eve-one@yahoo.com", "eve-two@yahoo.com", "eve@yahoo.com"],
    ["ivan.petrov@yandex.ru", "ivan-petrov@ya.ru", "Ivan.Petrov+x@yandex.com"],
    ["ada@runbox.com", "ada+x@runbox.com"],
    # everywhere: case, NFC, and the two spellings of a domain
    ["Amal@Example.ORG", "amal@example.org"],
    ["jose\u0301@example.org", "jos\u00e9@example.org", "JOS\u00c9@example.org"],
    ["a@b\u00fccher.example", "a@xn--bcher-kva.example", "a@B\u00dcCHER.example"],
    ["用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d", "用户@例子。公司"],
]


@pytest.mark.parametrize("spellings", ONE_MAILBOX, ids=lambda spellings: spellings[0])
def test_spellings_of_one_mailbox_are_the_same(spellings: list[str]) -> None:
    assert len({taken(email).address for email in spellings}) == 1


TWO_MAILBOXES = [
    # nothing is guessed for domains without a rule
    ("amal+x@example.org", "amal@example.org"),
    ("a.mal@example.org", "amal@example.org"),
    ("eve-one@example.org", "eve@example.org"),
    # a rule of one provider is not a rule of another
    ("b.en@outlook.com", "ben@outlook.com"),
    ("ben@outlook.com", "ben@hotmail.com"),
    ("eve+one@yahoo.com", "eve@yahoo.com"),
    ("dana@fastmail.com", "dana@fastmail.fm"),
    ("ivanpetrov@yandex.ru", "ivan.petrov@yandex.ru"),
    ("x@dana.gmail.com", "dana@gmail.com"),
    ("x@a.dana.fastmail.com", "a@fastmail.com"),
    # a German ß is its own letter in IDNA 2008
    ("a@fa\u00df.example", "a@fass.example"),
]


@pytest.mark.parametrize(("one", "other"), TWO_MAILBOXES)
def test_nothing_else_is_the_same(one: str, other: str) -> None:
    assert taken(one).address != taken(other).address


def test_a_tag_without_a_name_before_it_keeps_its_mailbox() -> None:
    assert taken("+x@gmail.com").address != taken("+y@gmail.com").address


def test_the_letter_goes_to_the_address_as_it_was_typed() -> None:
    assert taken("Amal.Haddad+petition@GoogleMail.com").typed == "Amal.Haddad+petition@GoogleMail.com"
    assert taken("jose\u0301@example.org").typed == "jos\u00e9@example.org"


def test_the_domain_is_that_of_the_address_as_typed() -> None:
    assert taken("amal@GoogleMail.com").domain == "googlemail.com"
    assert taken("用户@例子.公司").domain == "xn--fsqu00a.xn--55qx5d"


ATOM = st.text("abcXYZ019._+-", min_size=1, max_size=20).filter(
    lambda text: text[0] != "." and text[-1] != "." and not {"..", ".+", ".-"} & set(map("".join, pairwise(text)))
)
DOMAIN = st.sampled_from([*PROVIDERS, "example.org", "dana.fastmail.com", "b\u00fccher.example"])


@given(ATOM, DOMAIN)
def test_the_canonical_form_is_the_same_as_itself_and_blind_to_case(local: str, domain: str) -> None:
    first = taken(f"{local}@{domain}").address
    assert taken(first).address == first
    assert taken(f"{local}@{domain}".upper()).address == first


# --- what can be written to ----------------------------------------------------------------------------

REFUSED = [
    ("a@b.c\r\nBcc: x@y.z", problems.EMAIL_SEVERAL),  # row 28
    ("a@b.c\nx", problems.EMAIL_MALFORMED),
    ("a@b.c\n", problems.EMAIL_MALFORMED),
    ("a@example.org\r", problems.EMAIL_MALFORMED),
    ("a@b.c, d@e.f", problems.EMAIL_SEVERAL),  # row 29
    ("a@b.c;d@e.f", problems.EMAIL_SEVERAL),
    ("a@b.c d@e.f", problems.EMAIL_SEVERAL),
    ("a@b.c\0", problems.EMAIL_MALFORMED),
    ("a\0@example.org", problems.EMAIL_MALFORMED),
    ("a" * 65 + "@example.org", problems.EMAIL_TOO_LONG),  # row 30
    ("用" * 22 + "@example.org", problems.EMAIL_TOO_LONG),
    ("a@" + "b." * 130 + "example", problems.EMAIL_TOO_LONG),
    ("用" * 21 + "@" + "a." * 95 + "example", problems.EMAIL_TOO_LONG),
    ("a" * 100_000 + "@example.org", problems.EMAIL_TOO_LONG),
    ("a@b.c," * 100_000, problems.EMAIL_SEVERAL),
    ("user@localhost", problems.EMAIL_MALFORMED),  # row 31
    ("user@[127.0.0.1]", problems.EMAIL_MALFORMED),
    ("user@[IPv6:::1]", problems.EMAIL_MALFORMED),
    ("user@10.0.0.1", problems.EMAIL_MALFORMED),
    ("user@printer.local", problems.EMAIL_MALFORMED),
    ('"a b"@example.org', problems.EMAIL_MALFORMED),
    ('"a"@example.org', problems.EMAIL_MALFORMED),
    ("a\u202eb@example.org", problems.EMAIL_MALFORMED),  # row 35
    ("a\u2066b@example.org", problems.EMAIL_MALFORMED),
    ("a\u200bb@example.org", problems.EMAIL_MALFORMED),
    ("a\u200db@example.org", problems.EMAIL_MALFORMED),
    ("a@exa\u200bmple.org", problems.EMAIL_MALFORMED),
    ("\ufeffa@example.org", problems.EMAIL_MALFORMED),
    ("a\ud800@example.org", problems.EMAIL_MALFORMED),
    ("", problems.EMAIL_MISSING),
    (" \t", problems.EMAIL_MISSING),
    ("Amal Haddad", problems.EMAIL_MALFORMED),
    ("Amal <amal@example.org>", problems.EMAIL_MALFORMED),
    ("amal@example..org", problems.EMAIL_MALFORMED),
    ("amal@-example.org", problems.EMAIL_MALFORMED),
    (".amal@example.org", problems.EMAIL_MALFORMED),
    ("amal.@example.org", problems.EMAIL_MALFORMED),
    ("a@b@example.org", problems.EMAIL_MALFORMED),
    ("a@xn--a.example", problems.EMAIL_MALFORMED),
    ("@example.org", problems.EMAIL_MALFORMED),
    ("a@", problems.EMAIL_MALFORMED),
]


@pytest.mark.parametrize(("email", "problem"), REFUSED, ids=lambda value: ascii(value)[:30])
def test_what_no_letter_can_be_sent_to_is_refused(email: str, problem: Problem) -> None:
    assert refused(email) == problem


@pytest.mark.parametrize(
    "email",
    [
        "用户@例子.公司",  # row 33
        "مستخدم@مثال.إختبار",
        "उपयोगकर्ता@उदाहरण.भारत",
        "иван@почта.рф",
        "משתמש@דוגמה.example",
        "จันทร์@ตัวอย่าง.ไทย",
        "山田たろう@例え.jp",
        "o'brien@example.org",
        "a@b.co",
        "a" * 64 + "@example.org",
        "first.last@mail.sub.example.museum",
        "{a}|b~!#$%&'*+/=?^_`@example.org",
        "a@a--b.example",
    ],
)
def test_addresses_of_every_script_are_taken_without_suspicion(email: str) -> None:
    assert taken(email).flags == ()


@pytest.mark.parametrize(
    "email",
    [
        "amal@gm\u0430il.com",  # row 32: a Cyrillic a
        "amal@xn--gmil-63d.com",  # the same, written as an A-label
        "am\u0430l@example.org",
        "\u0391mal@example.org",  # a Greek Alpha
        "иван\u05d0@example.org",  # Cyrillic and Hebrew
    ],
)
def test_letters_mistaken_for_each_other_are_taken_and_flagged(email: str) -> None:
    assert taken(email).flags == (MIXED_SCRIPT,)


def test_a_look_alike_domain_is_not_the_domain_it_looks_like() -> None:
    assert taken("amal@gm\u0430il.com").address != taken("amal@gmail.com").address
    assert taken("amal@gm\u0430il.com").provider == ""


# --- the two ways of reading agree ---------------------------------------------------------------------

PLAIN = st.text("abZ9.-_+@!'\" ,[]\t", min_size=1, max_size=30)


@settings(max_examples=400)
@given(st.one_of(PLAIN, st.builds("{}@{}.{}".format, PLAIN, PLAIN, PLAIN)))
@example("a@a--b.com")
@example("a@b.1c")
@example("a@xn--bcher-kva.example")
def test_the_fast_way_takes_nothing_that_the_library_refuses(email: str) -> None:
    answer = canonical(email)
    try:
        expected = validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        assert isinstance(answer, Problem)
        return
    assert isinstance(answer, Canonical)
    assert answer.domain == expected.ascii_domain.lower()
    assert answer.typed == email


@settings(max_examples=300)
@given(st.text(max_size=300))
def test_no_input_breaks_the_reader(email: str) -> None:
    answer = canonical(email)
    assert isinstance(answer, Problem) or "@" in answer.address


# --- the table -----------------------------------------------------------------------------------------


def test_the_rule_set_has_a_version_that_changes_with_it() -> None:
    """Changing who is the same without a new version would make an old log unreadable to an auditor."""
    source = resources.files("undersigned.core").joinpath("providers.toml").read_text("utf-8")
    rules = [
        {key: value for key, value in provider.items() if key != "source"}
        for provider in tomllib.loads(source)["provider"]
    ]
    seen = hashlib.sha256(repr(rules).encode()).hexdigest()[:16]
    assert (VERSION, seen) == ("addresses/1", "eea970a3683843c6")


def test_no_domain_has_two_rules_and_every_rule_has_a_source() -> None:
    rules = set(PROVIDERS.values())
    assert sum(len(rule.domains) for rule in rules) == len(PROVIDERS)
    for rule in rules:
        assert rule.source
        assert all(domain.isascii() and domain == domain.lower() for domain in rule.domains)
        assert not rule.same or rule.same in rule.domains
