"""The demonstration's mailbox: what is delivered is there, and what is hostile does no harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mailserver import send
from undersigned.engines.maildir.mailbox import Mailbox, Received
from undersigned.engines.maildir.transport import MaildirTransport
from undersigned.stages.mail.needs import Verdict

LETTER = (
    "From: petitions@localhost\r\nTo: {to}\r\nSubject: =?utf-8?b?2LPZhNin2YU=?=\r\n"
    "Date: Tue, 24 Nov 2026 06:00:00 +0000\r\nContent-Language: ar\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\nMIME-Version: 1.0\r\n\r\n'
    "2LPZhNin2YUNCmh0dHA6Ly9sb2NhbGhvc3Q6ODAwMC9rL3Rva2VuDQo=\r\n"
)


def deliver(folder: Path, to: str = "amal@mail.example") -> Verdict:
    return send(MaildirTransport(folder), "petitions@localhost", to, LETTER.format(to=to).encode())


def only(folder: Path) -> Received:
    found = Mailbox(folder).letters()
    assert len(found) == 1
    return found[0]


def plant(folder: Path, data: bytes, name: str = "1") -> None:
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "new" / name).write_bytes(data)


def test_a_delivered_letter_is_read_back(tmp_path: Path) -> None:
    assert deliver(tmp_path / "mail") == Verdict("sent")
    letter = only(tmp_path / "mail")
    assert letter.subject == "سلام"
    assert letter.to == "amal@mail.example"
    assert letter.date == "Tue, 24 Nov 2026 06:00:00 +0000"
    assert letter.language == "ar"
    assert letter.body == "سلام\nhttp://localhost:8000/k/token"
    assert letter.links == ("http://localhost:8000/k/token",)


def test_an_address_beyond_ascii_is_read_back(tmp_path: Path) -> None:
    deliver(tmp_path, "用户@xn--fsqu00a.xn--55qx5d")
    assert only(tmp_path).to == "用户@xn--fsqu00a.xn--55qx5d"


def test_the_newest_letter_comes_first_and_the_list_has_an_end(tmp_path: Path) -> None:
    for number in range(12):
        deliver(tmp_path, f"n{number}@mail.example")
    found = Mailbox(tmp_path).letters(limit=10)
    assert [letter.to for letter in found] == [f"n{number}@mail.example" for number in range(11, 1, -1)]


def test_a_letter_stands_in_new_only_when_it_is_whole(tmp_path: Path) -> None:
    deliver(tmp_path)
    assert list((tmp_path / "tmp").iterdir()) == []
    file = next((tmp_path / "new").iterdir())
    assert b"\r" not in file.read_bytes()
    assert "amal" not in file.name
    assert file.stat().st_mode & 0o077 == 0
    assert tmp_path.joinpath("new").stat().st_mode & 0o077 == 0


def test_a_full_disk_keeps_the_letter_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    transport = MaildirTransport(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    assert send(transport, "s@x", "amal@mail.example", b"x\r\n") == Verdict("again", "maildir", everyone=True)
    assert Mailbox(tmp_path).letters() == []
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_mailbox_that_does_not_exist_is_empty(tmp_path: Path) -> None:
    assert Mailbox(tmp_path / "none").letters() == []


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("Subject: secret\n\nsecret\n")
    plant(tmp_path / "mail", b"Subject: fine\n\nx\n")
    (tmp_path / "mail" / "new" / "2").symlink_to(secret)
    (tmp_path / "mail" / "cur").rmdir()
    (tmp_path / "mail" / "cur").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "mail" / "new" / "3")
    (tmp_path / "mail" / "new" / "4").mkdir()
    assert [letter.subject for letter in Mailbox(tmp_path / "mail").letters()] == ["fine"]


def test_only_web_links_are_links(tmp_path: Path) -> None:
    plant(
        tmp_path,
        b"Subject: x\n\njavascript:alert(1) data:text/html,x file:///etc/passwd "
        b"http://a.example/k/1. https://b.example/r/2 http://a.example/k/1 "
        b'http://c.example/"><script>alert(1)</script>\n',
    )
    assert only(tmp_path).links == ("http://a.example/k/1", "https://b.example/r/2", "http://c.example/")


HOSTILE = [
    b"",
    b"\0" * 100,
    b"\xff\xfe" * 50,
    b"Subject: =?utf-8?b?//////8=?=\nTo: \xff\xfe\n\n\xff",
    b"Subject: =?no-such-charset?q?x?=\n\nx",
    b"Content-Type: text/plain; charset=no-such-charset\n\nx",
    b"Content-Type: text/html\n\n<script>alert(1)</script>",
    b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 5000,
    b"Content-Type: message/rfc822\n\n" * 200 + b"x",
    b"Content-Transfer-Encoding: base64\n\n!!!!",
    b"Subject: a\x1b[2J\x07b\n\nbody \x1b]0;x\x07 \x00",
    b"Date: " + b"9" * 5000 + b"\n\nx",
    b"To: " + b"(" * 3000 + b"\n\nx",
    b"Subject: " + b"x" * 60_000 + b"\n\nx",
    b"Content-Type: text/plain; charset=" + b"a" * 2000 + b"\n\nx",
]


@pytest.mark.parametrize("data", HOSTILE)
def test_a_hostile_letter_is_shown_as_harmless_text_or_not_at_all(tmp_path: Path, data: bytes) -> None:
    plant(tmp_path, data, "0")
    deliver(tmp_path)
    found = Mailbox(tmp_path).letters()
    assert found[0].to == "amal@mail.example"
    assert len(found) <= 2
    for letter in found:
        shown = "".join((letter.subject, letter.to, letter.date, letter.language, letter.body))
        assert not any(sign in shown for sign in "\0\x1b\x07\ud800\udcff")
        shown.encode("utf-8")
        assert len(letter.subject) <= 500


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300))
def test_no_bytes_break_the_mailbox(tmp_path: Path, data: bytes) -> None:
    plant(tmp_path, data)
    for letter in Mailbox(tmp_path).letters():
        letter.body.encode("utf-8")


def test_a_huge_letter_is_read_in_part(tmp_path: Path) -> None:
    plant(tmp_path, b"Subject: big\n\n" + b"x" * 3_000_000)
    assert len(only(tmp_path).body) < 70_000
