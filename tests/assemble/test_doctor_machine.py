"""Faults of the machine and of what is kept, each planted for real; Frida is told which, and what to do."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.site import Site, free_port
from tests.assemble.test_doctor import setting
from tests.mailserver import Faults, Relay
from undersigned.assemble.demo import prepare
from undersigned.assemble.doctor import examine
from undersigned.assemble.finding import Finding
from undersigned.settings import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a demonstration that nobody started yet."""
    prepare(tmp_path / "d", free_port())
    return tmp_path / "d"


def found(folder: Path, code: str) -> Finding | None:
    return next((one for one in examine(read(folder, {})) if one.code == code), None)


def named(folder: Path, code: str) -> Finding:
    """Give the finding of that code, which must be there with a remedy."""
    one = found(folder, code)
    assert one is not None, [other.code for other in examine(read(folder, {}))]
    assert one.what
    assert one.remedy
    return one


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which everything has run: cards, a log, a ledger."""
    place = tmp_path_factory.mktemp("ran") / "d"
    with Site(place) as site:
        site.sign("amal@example.org")
        site.confirm(site.token("amal@example.org"))
        site.until(lambda: site.count()["count"] == 1, 30, "the count")
    for file in (place / "run").glob("*.pid"):
        file.unlink()
    return place


@pytest.fixture
def used(ran: Path, tmp_path: Path) -> Path:
    """Give a copy of it, with the hashes beside its files."""
    subprocess.run(["cp", "-a", str(ran), str(tmp_path / "used")], check=True)
    return tmp_path / "used"


def test_what_has_run_gets_a_clean_bill(used: Path) -> None:
    assert [one.code for one in examine(read(used, {})) if one.grave] == []


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    (folder / "public" / "log").rmdir()
    (folder / "public").rmdir()
    (folder / "public").write_text("a file in its place")
    assert "public" in named(folder, "folder-not-writable").what


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_secret_of_another_user_is_named(used: Path) -> None:
    os.chown(used / "secrets" / "token.key", 12345, -1)
    assert "token.key" in named(used, "secret-owner").what


@pytest.mark.parametrize("days", [3, -60])
def test_a_clock_that_is_wrong_is_named(used: Path, days: int) -> None:
    (used / "run" / "mill.time").write_text(f"{int(time.time()) + days * 86_400}\n")
    for other in (used / "run").glob("*.time"):
        if other.name != "mill.time":
            other.unlink()
    named(used, "clock-wrong")


@pytest.mark.parametrize("name", ["port", "desk_port"])
def test_a_port_that_another_program_holds_is_named_with_its_setting(folder: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", getattr(read(folder, {}), name))):
        assert f"setting {name} " in named(folder, "port-taken").what


def test_a_relay_that_refuses_our_sender_is_named(folder: Path) -> None:
    with Relay(Faults(mail=lambda _who: "550 not you")) as relay:
        setting(f'mail = "{relay.url}"')(folder)
        setting('sender = "petitions@example.org"')(folder)
        assert "sender-refused" in named(folder, "mail-refused").what
        assert not relay.taken


def test_a_relay_that_takes_letters_is_no_finding(folder: Path) -> None:
    with Relay() as relay:
        setting(f'mail = "{relay.url}"')(folder)
        setting('sender = "petitions@example.org"')(folder)
        assert not [one.code for one in examine(read(folder, {})) if one.grave]


def test_a_sender_that_no_relay_takes_is_named(folder: Path) -> None:
    with Relay() as relay:
        setting(f'mail = "{relay.url}"')(folder)
        named(folder, "sender-local")


def test_a_demonstration_on_a_public_address_is_named(folder: Path) -> None:
    setting('url = "https://petitions.example.org"')(folder)
    named(folder, "demo-public")


def _alive(folder: Path, name: str) -> None:
    (folder / "run" / f"{name}.pid").write_text(f"{os.getpid()}\n")


def test_a_ledger_of_a_newer_version_is_named(used: Path) -> None:
    with (used / "ledger.db").open("r+b") as file:
        file.seek(60)
        file.write((999).to_bytes(4, "big"))
    assert "999" in named(used, "ledger-newer").what


def test_a_ledger_of_an_older_version_is_said_and_is_no_fault(used: Path) -> None:
    with (used / "ledger.db").open("r+b") as file:
        file.seek(60)
        file.write((1).to_bytes(4, "big"))
    assert not named(used, "ledger-older").grave


def test_a_ledger_that_was_written_over_is_named(used: Path) -> None:
    with (used / "ledger.db").open("r+b") as file:
        file.write(b"\0" * 100)
    named(used, "ledger-damaged")


def test_a_card_of_a_newer_version_is_named(used: Path) -> None:
    card = used / "cards" / "library.card"
    card.write_bytes(card.read_bytes().replace(b'"format":1', b'"format":2'))
    assert "library" in named(used, "card-newer").what


def test_a_card_that_cannot_be_read_is_named(used: Path) -> None:
    (used / "cards" / "library.card").write_bytes(b"{\n\n")
    named(used, "card-damaged")


def test_a_tile_with_a_flipped_bit_is_named(used: Path) -> None:
    tile = next(file for file in (used / "public/log/library/tile/0").rglob("*") if file.is_file())
    try:
        os.getxattr(tile, "user.undersigned.blake2b")
    except OSError:
        pytest.skip("this file system keeps no hash beside a file")
    with tile.open("r+b") as file:
        byte = file.read(1)[0]
        file.seek(0)
        file.write(bytes([byte ^ 1]))
    finding = named(used, "file-damaged")
    assert "tile/0" in finding.what
    assert "undersigned verify" in finding.remedy


@pytest.mark.parametrize(("path", "code"), [("library/log.key", "log-key-missing"), ("token.key", "token-key-missing")])
def test_a_key_that_is_missing_is_named(used: Path, path: str, code: str) -> None:
    (used / "secrets" / path).unlink()
    assert "backup" in named(used, code).remedy


def test_a_mill_that_stands_still_is_named(used: Path) -> None:
    _alive(used, "mill")
    named_before = found(used, "mill-still")
    assert named_before is None
    hours_ago = time.time() - 3 * 3600
    os.utime(used / "run" / "mill.time", (hours_ago, hours_ago))
    assert "180 minutes" in named(used, "mill-still").what


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_two_mills_on_one_folder_are_named(used: Path) -> None:
    sleep = "import sys; sys.stdin.read()"
    command = [sys.executable, "-c", sleep, "undersigned", "mill", "--dir", str(used)]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(2)]
    try:
        assert str(both[0].pid) in named(used, "two-mills").what
    finally:
        for one in both:
            assert one.stdin is not None
            one.stdin.close()
            one.wait()
    assert found(used, "two-mills") is None


class _Answering:
    """Somebody else's web server, in clear or with TLS, for one request after another."""

    def __init__(self, context: ssl.SSLContext | None, answer: bytes) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._context = context
        self._answer = answer
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                taken, _ = self._socket.accept()
                link = self._context.wrap_socket(taken, server_side=True) if self._context else taken
                link.recv(4096)
                link.sendall(self._answer)
                link.close()
            except ssl.SSLError:
                continue
            except OSError:
                return

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def answering() -> Iterator[Callable[[ssl.SSLContext | None, bytes], _Answering]]:
    made: list[_Answering] = []

    def make(context: ssl.SSLContext | None, answer: bytes) -> _Answering:
        made.append(_Answering(context, answer))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_certificate_that_no_browser_takes_is_named(
    folder: Path, tmp_path: Path, answering: Callable[[ssl.SSLContext | None, bytes], _Answering]
) -> None:
    pair = tmp_path / "pair.pem"
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=elsewhere.example"
    made = subprocess.run(["openssl", *words.split(), "-keyout", pair, "-out", f"{pair}.crt"], capture_output=True)
    assert made.returncode == 0
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{pair}.crt", str(pair))
    server = answering(context, b"")
    setting(f'url = "https://localhost:{server.port}"')(folder)
    (folder / "run").mkdir(exist_ok=True)
    _alive(folder, "door")
    assert "self" in named(folder, "certificate-wrong").what


def test_a_proxy_that_leads_elsewhere_is_named(
    folder: Path, answering: Callable[[ssl.SSLContext | None, bytes], _Answering]
) -> None:
    server = answering(None, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    setting(f'url = "http://127.0.0.1:{server.port}"')(folder)
    _alive(folder, "door")
    assert "404" in named(folder, "address-elsewhere").what


def test_an_address_that_nobody_answers_is_said(folder: Path) -> None:
    setting(f'url = "http://127.0.0.1:{free_port()}"')(folder)
    _alive(folder, "door")
    assert not named(folder, "address-unreachable").grave


def test_a_full_disk_is_named(folder: Path, tmp_path: Path) -> None:
    """A real small volume where the machine lets us mount one."""
    volume = tmp_path / "volume"
    volume.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(volume)], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a volume")
    try:
        subprocess.run(["cp", "-a", f"{folder}/.", str(volume)], check=True)
        assert named(volume, "disk-full").grave
    finally:
        subprocess.run(["umount", str(volume)], check=True)
