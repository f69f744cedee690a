"""The SMTP engine against real servers: every failure gets the verdict that keeps the letter right."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.mailserver import Faults, Relay, Scripted, free_port, send
from undersigned.engines.smtp.server import parse
from undersigned.engines.smtp.transport import SmtpTransport
from undersigned.settings import Wrong
from undersigned.stages.mail.needs import Verdict

SENDER = "petitions@undersigned.example"
AMAL = "amal@mail.example"
LETTER = b"From: petitions@undersigned.example\r\nTo: amal@mail.example\r\n\r\nHello\r\n.dot\r\n"


def say(line: str) -> Callable[[str], str]:
    return lambda who: line


def post(url: str, recipient: str = AMAL, message: bytes = LETTER, **more: float) -> Verdict:
    transport = SmtpTransport(url, **{"timeout": 0.5, "patience": 0.5, **more})  # type: ignore[arg-type]
    try:
        return send(transport, SENDER, recipient, message)
    finally:
        transport.close()


def test_a_letter_arrives_byte_for_byte() -> None:
    with Relay() as relay:
        assert post(relay.url) == Verdict("sent")
    assert [mail.data for mail in relay.taken] == [LETTER]
    assert relay.taken[0].recipients == (AMAL,)
    assert relay.taken[0].sender == SENDER


def test_letters_share_one_connection() -> None:
    with Relay() as relay:
        transport = SmtpTransport(relay.url)
        assert [send(transport, SENDER, f"n{n}@mail.example", LETTER).outcome for n in range(5)] == ["sent"] * 5
        transport.close()
    assert len(relay.handler.sessions) == 1
    assert len(relay.taken) == 5


FAILURES = [
    ("rcpt", "421 4.3.2 going down", Verdict("again", "busy", everyone=True)),
    ("rcpt", "450 4.2.1 greylisted", Verdict("again", "deferred")),
    ("rcpt", "451 4.7.1 later", Verdict("again", "deferred")),
    ("rcpt", "452 4.2.2 mailbox full", Verdict("again", "deferred")),
    ("rcpt", "550 5.1.1 nobody here", Verdict("failed", "address-refused")),
    ("rcpt", "553 5.1.3 bad name", Verdict("failed", "address-refused")),
    ("rcpt", "530 5.7.0 log in first", Verdict("again", "login-refused", everyone=True)),
    ("mail", "451 4.3.0 later", Verdict("again", "busy", everyone=True)),
    ("mail", "550 5.7.1 sender not liked", Verdict("again", "sender-refused", everyone=True)),
    ("data", "451 4.3.0 later", Verdict("again", "deferred")),
    ("data", "552 5.2.2 too big", Verdict("failed", "message-refused")),
    ("data", "554 5.7.1 looks like spam", Verdict("failed", "message-refused")),
    ("data", "drop", Verdict("again", "dropped", doubtful=True)),
    ("data", "take, then drop", Verdict("again", "dropped", doubtful=True)),
    ("data", "silence", Verdict("again", "dropped", doubtful=True)),
]


@pytest.mark.parametrize(("stage", "line", "verdict"), FAILURES)
def test_every_refusal_has_its_verdict(stage: str, line: str, verdict: Verdict) -> None:
    with Relay(Faults(**{stage: say(line)})) as relay:
        assert post(relay.url) == verdict


@pytest.mark.parametrize(("stage", "line", "verdict"), FAILURES)
def test_the_next_letter_goes_after_any_failure(stage: str, line: str, verdict: Verdict) -> None:
    bad = {AMAL, SENDER}
    with Relay(Faults(**{stage: lambda who: line if who in bad else ""})) as relay:
        transport = SmtpTransport(relay.url, timeout=0.5, patience=0.5)
        send(transport, SENDER, AMAL, LETTER)
        bad.clear()
        assert send(transport, SENDER, "ben@mail.example", LETTER) == Verdict("sent")
        transport.close()
    assert [mail.recipients for mail in relay.taken][-1] == ("ben@mail.example",)


GREETINGS = [
    ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], Verdict("again", "greeting", everyone=True)),
    ([b"\xff\xfe\x00\r\n"], Verdict("again", "greeting", everyone=True)),
    ([b"554 go away\r\n"], Verdict("again", "greeting", everyone=True)),
    ([b"421 too many\r\n"], Verdict("again", "greeting", everyone=True)),
    ([b""], Verdict("again", "greeting", everyone=True)),
    ([b"220 x\r\n", b"500 no\r\n", b"500 no\r\n"], Verdict("again", "greeting", everyone=True)),
    ([b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"454 no TLS\r\n"], Verdict("again", "tls-refused", everyone=True)),
    (
        [b"220 x\r\n", b"250-x\r\n250 STARTTLS\r\n", b"220 go\r\n", b"no"],
        Verdict("again", "tls-refused", everyone=True),
    ),
]


@pytest.mark.parametrize(("lines", "verdict"), GREETINGS)
def test_a_server_that_is_none_holds_everybody_up_and_loses_nobody(lines: list[bytes | None], verdict: Verdict) -> None:
    with Scripted(lines) as server:
        assert post(f"smtp://127.0.0.1:{server.port}") == verdict


def test_a_server_that_says_nothing_is_given_up() -> None:
    with Scripted([b"22", None]) as server:
        verdict = post(f"smtp://127.0.0.1:{server.port}", timeout=0.2)
    assert verdict.outcome == "again"
    assert verdict.everyone


def test_no_server_is_no_loss() -> None:
    assert post(f"smtp://127.0.0.1:{free_port()}") == Verdict("again", "unreachable", everyone=True)


def test_a_connection_closed_while_idle_is_made_anew_without_a_word() -> None:
    taken = []
    with Relay() as relay:
        transport = SmtpTransport(relay.url)
        assert send(transport, SENDER, AMAL, LETTER).outcome == "sent"
        transport._links[0].socket.shutdown(2)
        assert send(transport, SENDER, "ben@mail.example", LETTER).outcome == "sent"
        transport.close()
        taken = relay.taken
    assert len(taken) == 2


# --- addresses beyond ASCII ------------------------------------------------------------------------------


def test_an_address_beyond_ascii_goes_where_the_server_can_take_it() -> None:
    with Relay(utf8=True) as relay:
        assert post(relay.url, "用户@xn--fsqu00a.xn--55qx5d", "To: 用户@x\r\n\r\nx\r\n".encode()) == Verdict("sent")
    assert relay.taken[0].recipients == ("用户@xn--fsqu00a.xn--55qx5d",)


def test_an_address_beyond_ascii_fails_for_good_where_it_cannot_and_the_next_goes() -> None:
    with Relay(utf8=False) as relay:
        transport = SmtpTransport(relay.url)
        assert send(transport, SENDER, "用户@xn--fsqu00a.xn--55qx5d", LETTER) == Verdict(
            "failed", "address-not-supported"
        )
        assert send(transport, SENDER, AMAL, LETTER) == Verdict("sent")
        transport.close()
    assert len(relay.taken) == 1


# --- nothing can be smuggled -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "recipient",
    [
        "a@b.example\r\nRCPT TO:<eve@evil.example>",
        "a@b.example\n",
        "a@b.example\0",
        "a@b.example, eve@evil.example",
        "a@b.example> NOTIFY=SUCCESS",
        "<a@b.example>",
        "a b@c.example",
        "nobody",
        "",
    ],
)
def test_eve_cannot_add_a_recipient(recipient: str) -> None:
    with Relay() as relay:
        assert post(relay.url, recipient) == Verdict("failed", "address-malformed")
    assert relay.taken == []


@pytest.mark.parametrize("end", [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r"])
def test_eve_cannot_end_the_message_early(end: bytes) -> None:
    smuggled = LETTER + b"x" + end + b"MAIL FROM:<eve@evil.example>\r\n"
    with Relay() as relay:
        assert post(relay.url, message=smuggled) == Verdict("failed", "message-malformed")
    assert relay.taken == []


def test_a_line_with_a_lone_dot_stays_a_line() -> None:
    message = LETTER + b".\r\n..\r\nafter\r\n"
    with Relay() as relay:
        assert post(relay.url, message=message) == Verdict("sent")
    assert [mail.data for mail in relay.taken] == [message]


# --- TLS and logins ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with a key and a certificate of 127.0.0.1 that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start.replace(year=2120))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def server_side(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


def test_tls_is_taken_where_it_is_offered(server_side: ssl.SSLContext) -> None:
    with Relay(starttls=server_side) as relay:
        transport = SmtpTransport(relay.url)
        assert send(transport, SENDER, AMAL, LETTER) == Verdict("sent")
        assert isinstance(transport._links[0].socket, ssl.SSLSocket)
        transport.close()
    assert len(relay.taken) == 1


def test_smtps_refuses_a_certificate_that_nobody_signed(server_side: ssl.SSLContext) -> None:
    with Relay(starttls=server_side) as relay:
        url = f"smtps://127.0.0.1:{relay.port}"
        assert post(url) == Verdict("again", "tls-refused", everyone=True)
    assert relay.taken == []


def test_a_login_goes_over_checked_tls_only(server_side: ssl.SSLContext, trusting: ssl.SSLContext) -> None:
    with Relay(starttls=server_side, login=("ben", "p@ss:word")) as relay:
        url = f"smtp://ben:p%40ss%3Aword@127.0.0.1:{relay.port}"
        assert post(url) == Verdict("again", "tls-refused", everyone=True)
        transport = SmtpTransport(url, context=trusting)
        assert send(transport, SENDER, AMAL, LETTER) == Verdict("sent")
        transport.close()
        wrong = SmtpTransport(url.replace("word", "sword"), timeout=0.5, context=trusting)
        assert send(wrong, SENDER, AMAL, LETTER) == Verdict("again", "login-refused", everyone=True)
        wrong.close()
    assert len(relay.taken) == 1


# --- the setting --------------------------------------------------------------------------------------------


def test_the_setting_is_read() -> None:
    server = parse("smtps://ben:p%40ss@relay.example.org")
    assert (server.host, server.port, server.tls) == ("relay.example.org", 465, True)
    assert (server.user, server.secret) == ("ben", "p@ss")
    assert parse("smtp://relay.example.org").port == 25
    assert parse("smtp://[::1]:2525").host == "::1"


@pytest.mark.parametrize(
    "url",
    [
        "relay.example.org",
        "http://hush@relay.example.org",
        "smtp://",
        "smtp://hush@relay.example.org",
        "smtp://ben:hush@relay.example.org/path",
        "smtp://ben:hush@relay.example.org:port",
        "smtp://ben:hush@relay.example.org?tls=no",
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_without_repeating_its_secret(url: str) -> None:
    with pytest.raises(Wrong) as refusal:
        parse(url)
    assert "hush" not in str(refusal.value)
    assert "smtp://HOST:PORT" in str(refusal.value)


def test_a_server_never_prints_its_secret() -> None:
    assert "hush" not in repr(parse("smtp://ben:hush@relay.example.org"))
