"""The witness client speaks HTTP to whoever answers, in two seconds at most, and never raises."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.stages.log_world import World
from tests.stages.witness import TinyWitness
from undersigned.core import checkpoint as heads
from undersigned.engines.witness.client import HttpWitness, read
from undersigned.stages.tlog.run import Circle
from undersigned.vault import notes

Answer = Callable[[BaseHTTPRequestHandler, bytes], None]
KEY = TinyWitness().vkey


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """Serve one handler of POST on loopback; give the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/w"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def plain(status: int, body: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize("status", [200, 400, 403, 404, 409, 422, 500, 301])
def test_status_and_body_are_given_as_they_came_and_no_redirect_is_followed(status: int) -> None:
    with served(plain(status, b"17\n")) as url:
        answer = HttpWitness(KEY, url).add_checkpoint(b"old 0\n\n")
    assert (answer.status, answer.body) == (status, b"17\n")


def test_the_request_is_a_post_to_add_checkpoint_below_the_prefix() -> None:
    seen: list[tuple[str, bytes]] = []

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        seen.append((handler.path, body))
        plain(200, b"")(handler, body)

    with served(answer) as url:
        HttpWitness(KEY, url + "/").add_checkpoint(b"old 0\n\nnote")
    assert seen == [("/w/add-checkpoint", b"old 0\n\nnote")]


def test_a_whole_log_is_cosigned_over_http_with_the_409_dialogue() -> None:
    witness = TinyWitness()

    def answer(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        given = witness.add_checkpoint(body)
        plain(given.status, given.body)(handler, body)

    with served(answer) as url:
        world = World((HttpWitness(KEY, url),))
        world.open()
        for _ in range(2):
            world.ledger.sign_up()
            world.now += 60
            assert world.step().cosignatures == 1
            world.circle = Circle([HttpWitness(KEY, url)], notes.verify)  # forgets where the witness stands
    assert witness.statuses == [200, 409, 200]
    held = heads.cosignatures(heads.parse_note(world.note()), world.circle.keys, notes.verify)
    assert [one.name for one in held] == [witness.name]


def drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Send one byte at a time, for longer than anybody waits."""
    handler.send_response(200)
    handler.end_headers()
    stop = threading.Event()
    for _number in range(50):
        try:
            handler.wfile.write(b"x")
            handler.wfile.flush()
        except OSError:
            return
        stop.wait(0.02)


def hang(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    """Answer nothing until the other side goes away."""
    handler.connection.settimeout(3)
    handler.connection.recv(1)


@pytest.mark.parametrize("answer", [drip, hang])
def test_an_answer_that_does_not_come_in_time_is_no_answer(answer: Answer) -> None:
    with served(answer) as url:
        start = time.monotonic()
        given = HttpWitness(KEY, url, seconds=0.2).add_checkpoint(b"old 0\n\n")
        assert time.monotonic() - start < 2.5  # it hangs for 3
    assert (given.status, given.body) == (0, b"")


def test_an_answer_larger_than_any_cosignature_is_no_answer() -> None:
    with served(plain(200, b"x" * 100_000)) as url:
        assert HttpWitness(KEY, url).add_checkpoint(b"").status == 0


def test_a_witness_that_still_hangs_is_not_asked_by_a_second_thread() -> None:
    with served(hang) as url:
        witness = HttpWitness(KEY, url, seconds=0.05)
        before = threading.active_count()
        for _ in range(5):
            assert witness.add_checkpoint(b"").status == 0
        assert threading.active_count() <= before + 2


def raw(data: bytes) -> Iterator[str]:
    """Answer one connection with these bytes, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\ncut short",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n\x00",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_garbage_on_the_line_never_raises(data: bytes) -> None:
    for url in raw(data):
        answer = HttpWitness(KEY, url).add_checkpoint(b"old 0\n\n")
        assert answer.status in (0, 200)


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert HttpWitness(KEY, f"http://127.0.0.1:{port}/").add_checkpoint(b"").status == 0


def test_a_setting_names_key_and_address() -> None:
    witness = read(f"{KEY} https://witness.example/w")
    assert witness.vkey == KEY
    for wrong in (KEY, f"{KEY} ftp://x", f"{KEY} https://", f"{KEY} https://x/?q", ""):
        with pytest.raises(ValueError, match="witness"):
            read(wrong)
