"""What a letter is made of: one address, one page, no header but ours."""

from __future__ import annotations

import base64
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import normal
from undersigned.engines.memory.transport import Handed, check
from undersigned.pages.letters import Letter
from undersigned.stages.mail.compose import Ready, Unfit, compose, message_id

SENDER = "petitions@petitions.example"
RECORD = bytes(range(16))
NOW = 1_795_500_000

HOSTILE = [
    "a@b.example\r\nBcc: eve@evil.example",
    "a@b.example\nBcc: eve@evil.example",
    "a@b.example\rBcc: eve@evil.example",
    "a@b.example\r\n\r\nHello",
    "a\r\nBcc: eve@evil.example@b.example",
    "a@b.example\0",
    "a\0@b.example",
    "a@b.example, eve@evil.example",
    "a@b.example;eve@evil.example",
    "a@b.example eve@evil.example",
    "Eve <eve@evil.example>",
    "<a@b.example>",
    "a@b.example>",
    '"a b"@c.example',
    '"a\\"@evil.example"@c.example',
    "a(comment)@b.example",
    "a@b.example (comment)",
    "group: a@b.example;",
    "a@[127.0.0.1]",
    "a@localhost",
    "a@b@c.example",
    "@b.example",
    "a@",
    "a",
    "",
    "a..b@c.example",
    ".a@c.example",
    "a@b..example",
    "a@-b.example",
    "a\u2028b@c.example",
    "a\u202eb@c.example",
    "a\u200bb@c.example",
    "a\x85b@c.example",
    "a@b.example\u0000",
    "a@b\u3002example\r\nBcc: eve@evil.example",
    "=?utf-8?q?a=0d=0aBcc:?=@b.example\n",
    "a" * 65 + "@b.example",
    "a@" + "b" * 64 + ".example",
    "a@" + ".".join(["b" * 60] * 5) + ".example",
    "\ud800@b.example",
]


def letter(subject: str = "Please confirm", body: str = "Hello\n\nhttps://x.example/k/t\n") -> Letter:
    return Letter(subject=subject, body=body, direction="ltr")


def make(email: str, one: Letter | None = None, language: str = "en") -> Ready:
    return compose(one or letter(), language, SENDER, email, RECORD, NOW)


def parsed(ready: Ready) -> EmailMessage:
    message = BytesParser(policy=policy.default).parsebytes(ready.message)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("email", HOSTILE)
def test_eve_cannot_put_anything_into_a_header(email: str) -> None:
    with pytest.raises(Unfit) as refusal:
        make(email)
    assert refusal.value.code == "address-malformed"
    assert str(refusal.value) == "address-malformed"
    assert refusal.value.__context__ is None or refusal.value.__suppress_context__


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_one_letter_to_one_address_or_none(typed: str) -> None:
    for email in (typed, f"{typed}@b.example", f"a@{typed}.example", f"a@b.example{typed}"):
        try:
            ready = make(email)
        except Unfit:
            continue
        check(Handed(SENDER, ready.recipient, ready.message))


def test_every_address_the_door_takes_can_be_written_to() -> None:
    taken = [
        "amal@mail.example.org",
        "o'neil+petition@mail.example.org",
        "x" * 64 + "@example.org",
        "a@" + ".".join(["b" * 59] * 3) + ".example.org",
        "用户@例子.公司",
        "अमल@उदाहरण.भारत",
        "أمل@مثال.شبكة",
        "Ñandú@ejemplo.example.org",
        "амал@пример.рф",
        "user@münchen.example.org",
        "!#$%&'*+-/=?^_`{|}~@example.org",
    ]
    for email in taken:
        assert isinstance(normal.canonical(email), normal.Canonical), email
        ready = make(email)
        check(Handed(SENDER, ready.recipient, ready.message))


def test_only_a_local_part_beyond_ascii_needs_smtputf8() -> None:
    assert make("user@münchen.example.org").message.isascii()
    assert make("user@münchen.example.org").recipient == "user@xn--mnchen-3ya.example.org"
    assert make("用户@例子.公司").recipient == "用户@xn--fsqu00a.xn--55qx5d"
    assert "用户@xn--fsqu00a.xn--55qx5d".encode() in make("用户@例子.公司").message


def test_the_letter_goes_to_the_address_as_it_was_typed() -> None:
    assert make("Amal.K+x@Googlemail.com").recipient == "Amal.K+x@googlemail.com"


def test_the_headers_are_these_and_no_others() -> None:
    message = parsed(make("amal@mail.example", language="ar"))
    ours = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"]
    of_mime = ["Content-Type", "Content-Transfer-Encoding", "MIME-Version"]
    assert sorted(message.keys()) == sorted([*ours, *of_mime])
    assert message["Date"] == "Tue, 24 Nov 2026 06:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ar"
    assert message["Content-Type"] == 'text/plain; charset="utf-8"'


def test_the_message_id_names_nobody_and_is_the_same_for_every_try() -> None:
    one, two = make("amal@mail.example"), make("ben@mail.example")
    assert parsed(one)["Message-ID"] == parsed(two)["Message-ID"] == message_id(RECORD, "petitions.example")
    said = parsed(one)["Message-ID"]
    for secret in ("amal", RECORD.hex(), base64.urlsafe_b64encode(RECORD).decode()[:20]):
        assert secret not in said
    assert message_id(bytes(16), "x.example") != message_id(RECORD, "x.example")


@pytest.mark.parametrize("subject", ["a\r\nBcc: eve@evil.example", "a\nb", "a\0b", "a\x1bb", "a\u2028b", "a\ud800"])
def test_a_title_cannot_put_anything_into_a_header(subject: str) -> None:
    with pytest.raises(Unfit, match="letter-malformed"):
        make("amal@mail.example", letter(subject))


@pytest.mark.parametrize("body", ["a\0b", "a\rb", "a\x1b[31mb", "a\ud800"])
def test_a_body_holds_nothing_that_moves_a_terminal(body: str) -> None:
    with pytest.raises(Unfit, match="letter-malformed"):
        make("amal@mail.example", letter(body=body))


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300))
def test_every_title_and_body_comes_back_as_it_was(words: str) -> None:
    title = " ".join(words.split()) or "x"
    message = parsed(make("amal@mail.example", letter(title, words + "\n")))
    assert message["Subject"] == title
    assert message.get_content().replace("\r\n", "\n") == words.rstrip("\n") + "\n"
    assert not message.defects


@pytest.mark.parametrize("sender", ["", "x", "a@b\r\nBcc: c@d", "a@b, c@d", "ü@b.example", "a b@c"])
def test_a_sender_that_is_no_address_sends_nothing(sender: str) -> None:
    with pytest.raises(Unfit, match="sender-malformed"):
        compose(letter(), "en", sender, "amal@mail.example", RECORD, NOW)


def test_the_sender_of_the_demonstration_is_good_enough() -> None:
    assert compose(letter(), "en", "petitions@localhost", "amal@mail.example", RECORD, NOW).message
