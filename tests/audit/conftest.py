"""A published log to doubt, in a folder and behind a loopback web server."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.audit.made_log import MadeLog, a_month


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def made(tmp_path: Path) -> MadeLog:
    """Give a published log of two days."""
    return a_month(tmp_path / "public")


@pytest.fixture
def served(made: MadeLog) -> Iterator[str]:
    """Serve it, and give the address without a slash at its end."""
    handler = functools.partial(Quiet, directory=str(made.public))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
