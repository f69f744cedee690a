"""Twenty made-up people with unmistakable names go through every path; no file may hold any of them afterwards."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import Site

PEOPLE = [
    (f"Zqxwvut{number:02d} Kanarienvogel", f"zqxwvut{number:02d}.kanari@canary-{number:02d}.example.org")
    for number in range(20)
]


def forms_of(word: str) -> Iterator[bytes]:
    """Give the encodings in which a word could lie in a file, without those that depend on alignment."""
    plain = word.encode()
    yield plain
    yield plain.lower()
    yield plain.upper()
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield urllib.parse.quote(word).encode()
    yield "".join(f"%{byte:02x}" for byte in plain).encode()
    yield "".join(f"={byte:02X}" for byte in plain).encode()
    for shift in range(3):  # base64 at each alignment, without the ends that its neighbours change
        body = base64.b64encode(b"x" * shift + plain)
        yield body[4 if shift else 0 : -4]
        yield body[4 if shift else 0 : -4].replace(b"+", b"-").replace(b"/", b"_")


def inside(data: bytes) -> Iterator[bytes]:
    """Give the bytes, and what they hold compressed."""
    yield data
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    elif data[:1] == b"\x78":
        try:
            yield zlib.decompress(data)
        except zlib.error:
            return


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run all twenty through signing, errors, confirmation, withdrawal, erasure and JSON, then stop."""
    folder = tmp_path_factory.mktemp("canary") / "d"
    with Site(folder, rate=100000, burst=100000) as site:
        for number, (name, address) in enumerate(PEOPLE):
            _go(site, number, name, address)
        site.until(lambda: site.count()["collected"] >= 5, 30, "the signatures that were confirmed")
        site.until(lambda: len(list(site.letters())) == len(PEOPLE), 30, "every letter")
    return folder


def _go(site: Site, number: int, name: str, address: str) -> None:
    errors = [
        {"consent": ""}, {"country": "XX"}, {"text": "A" * 43}, {"email": address + ", " + address},
        {"email": address + "\r\nBcc: " + address}, {"name": ""}, {"comment": name * 500},
    ]  # fmt: skip
    site.sign(address, **{"name": name, **errors[number % len(errors)]})
    body = {"name": name, "email": address, "country": "KE", "consent": True, "text": "no"}
    site.request("POST", "/c/library/en/sign", json.dumps(body).encode(), {"Content-Type": "application/json"})
    site.request("POST", "/c/library/en/sign", json.dumps(body).encode()[:-9], {"Content-Type": "application/json"})
    site.request("GET", f"/c/library/en/?email={urllib.parse.quote(address)}&name={urllib.parse.quote(name)}")
    site.request("POST", f"/c/library/en/sign?email={urllib.parse.quote(address)}", b"name=x")
    site.request("GET", f"/{urllib.parse.quote(name)}")
    assert site.sign(address, name=name, comment=f"{name} says so").status == 303
    if number % 2:
        return
    token = site.token(address)
    assert site.confirm(token).status == 303
    if number % 4 == 0:
        site.post_form(f"/w/{token}", {"act": ("withdraw", "erase")[number % 8 == 0]})


def test_no_file_holds_a_signer_outside_the_seal(folder: Path) -> None:
    needles = [
        (word, form) for name, address in PEOPLE for word in (name.split()[0], address) for form in forms_of(word)
    ]
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or (folder / "mail") in file.parents:  # the Maildir stands for the signers' mailboxes
            continue
        for data in inside(file.read_bytes()):
            found += [f"{word[:9]} in {file.relative_to(folder)}" for word, form in needles if form in data]
    assert not found


def test_the_canaries_did_go_through(folder: Path) -> None:
    assert len(list((folder / "mail" / "new").iterdir())) == len(PEOPLE)
    assert b"Kanarienvogel" not in (folder / "processes.log").read_bytes()
