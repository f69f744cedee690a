"""Reading from a server or folder that may be hostile: bounded in size and time, and never led elsewhere."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.audit.conftest import serving
from tests.audit.made_log import MadeLog
from undersigned.audit.fetch import Folder, Unreadable, Web, places, several
from undersigned.audit.verify import verify_place


class Hostile(SimpleHTTPRequestHandler):
    """Answers by the name asked for."""

    elsewhere = ""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.startswith("away"):
            self._send(302, b"", Location=f"{self.elsewhere}/secret")
        elif name == "near":
            self._send(302, b"", Location="/plain")
        elif name == "round":
            self._send(302, b"", Location="/round")
        elif name == "packed":
            self._send(200, gzip.compress(b"plain words"), Content_Encoding="gzip")
        elif name == "bomb":
            self._send(200, gzip.compress(bytes(5_000_000)), Content_Encoding="gzip")
        elif name == "odd":
            self._send(200, b"x", Content_Encoding="zstd")
        elif name == "damaged":
            self._send(200, b"not gzip at all", Content_Encoding="gzip")
        else:
            self._send({"ill": 500, "gone": 410, "absent": 404}.get(name, 200), b"plain words")

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    """Give a hostile server."""
    with serving(tmp_path, Hostile) as address:
        yield Web(f"{address}/", seconds=5)


def test_a_file_of_a_server_is_read(web: Web) -> None:
    assert web.get("plain", 100) == b"plain words"
    assert web.get("near", 100) == b"plain words"
    assert web.get("packed", 100) == b"plain words"


def test_what_is_not_there_is_not_an_error(web: Web) -> None:
    assert web.get("absent", 100) is None
    assert web.get("gone", 100) is None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("plain", "larger than 5 bytes"),
        ("bomb", "larger than 5 bytes"),
        ("odd", "packed as 'zstd'"),
        ("damaged", "cannot be unpacked"),
        ("ill", "answers 500"),
        ("round", "answers 302"),
    ],
)
def test_what_a_server_may_not_do_is_told_in_words(web: Web, path: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        web.get(path, 5 if path != "damaged" else 100)


def test_a_server_cannot_send_the_reader_to_another_host(web: Web, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("inner")
    with serving(tmp_path) as other:
        Hostile.elsewhere = other
        with pytest.raises(Unreadable, match="on to another host"):
            web.get("away", 100)


def test_a_silent_server_does_not_hold_the_reader() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        web = Web(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)
        with pytest.raises(Unreadable, match="no answer in time"):
            web.get("checkpoint", 100)


def test_nobody_there_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreadable, match=r"cannot be read: connection refused\. Check address and network"):
        Web(f"http://127.0.0.1:{port}/").get("checkpoint", 100)


def test_many_files_come_in_the_order_asked_for(web: Web, tmp_path: Path) -> None:
    names = ["plain", "absent"] * 90
    expected = [b"plain words", None] * 90
    assert list(several(web, names, 100)) == expected
    (tmp_path / "plain").write_bytes(b"plain words")
    assert list(several(Folder(tmp_path), names, 100)) == expected


def test_no_thread_is_left_when_the_reader_stops_early(web: Web) -> None:
    before = threading.active_count()
    stream = several(web, ["plain"] * 200, 100)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    for thread in threading.enumerate():
        if thread.name.startswith("ThreadPoolExecutor"):
            thread.join(5)
    assert threading.active_count() <= before + 1


def test_a_folder_never_gives_a_file_outside_it(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "secret").write_text("inner")
    (tmp_path / "log" / "checkpoint").symlink_to(tmp_path / "secret")
    for path in ("../secret", "checkpoint"):
        with pytest.raises(Unreadable, match="leads out of"):
            Folder(tmp_path / "log").get(path, 100)


def test_a_folder_follows_links_within_it_and_none_out_of_it(tmp_path: Path) -> None:
    (tmp_path / "log" / "tile").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "000").write_text("inner")
    (tmp_path / "log" / "tile" / "000").write_text("whole")
    (tmp_path / "log" / "again").symlink_to("tile")
    (tmp_path / "log" / "tile" / "001").symlink_to("000")
    (tmp_path / "log" / "out").symlink_to(tmp_path / "elsewhere")
    log = Folder(tmp_path / "log")
    for _ in range(2):
        for path in ("tile/000", "tile/001", "again/000", "tile/../tile/000"):
            assert log.get(path, 100) == b"whole"
        for path in ("out/000", "tile/../../elsewhere/000", "out/absent", "tile/../.."):
            with pytest.raises(Unreadable, match="leads out of"):
                log.get(path, 100)
        assert log.get("tile", 100) is None
        assert log.get("tile/000/000", 100) is None


def test_every_form_of_address_leads_to_the_same_log(made: MadeLog, served: str, tmp_path: Path) -> None:
    (tmp_path / "bare").symlink_to(made.log)
    forms = [
        f"{served}/log/library/", f"{served}/log/library", f"{served}/log/library/checkpoint",
        f"{served}/c/library/", f"{served}/c/library/en/", f"{served}/c/library", f"{served}/c/library.json",
        str(made.log), str(made.public), str(tmp_path), str(tmp_path / "bare"),
    ]  # fmt: skip
    for form in forms:
        (place,) = places(form)
        assert place.campaign == "library", form
        assert verify_place(place).holds, form


def test_a_copy_without_its_surroundings_is_a_log_too(made: MadeLog, tmp_path: Path) -> None:
    copy = made.log.rename(tmp_path / "my copy")
    (place,) = places(str(copy))
    assert place.site is None
    assert verify_place(place).campaign == "library"


def test_a_folder_of_several_logs_gives_them_all(made: MadeLog) -> None:
    MadeLog(made.public, "bridge").publish_log()
    assert [place.campaign for place in places(str(made.public))] == ["bridge", "library"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://host/log/x/", "neither http nor https"),
        ("http://host/", "names no campaign"),
        ("http://host/log/", "names no campaign"),
        ("http:///log/x/", "names no campaign"),
        ("https://host/log/UPPER/", "names no campaign"),
        ("no such folder", "is no folder"),
    ],
)
def test_an_address_that_names_no_log_is_refused_in_words(address: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        places(address)


def test_a_folder_without_a_log_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="holds no log"):
        places(str(tmp_path))
