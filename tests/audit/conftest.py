"""A published log to doubt, in a folder and behind a loopback web server."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit.made_log import MadeLog, a_month

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; "
    "base-uri 'none'; form-action 'none'"
)


class Strict(SimpleHTTPRequestHandler):
    """Serves a folder under the policy of the public pages, and says nothing."""

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        return


@contextmanager
def serving(folder: Path, handler: type[SimpleHTTPRequestHandler] = Strict) -> Iterator[str]:
    """Serve a folder, and give its address without a slash at the end."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def made(tmp_path: Path) -> MadeLog:
    """Give a published log of two days."""
    return a_month(tmp_path / "public")


@pytest.fixture
def served(made: MadeLog) -> Iterator[str]:
    """Serve it."""
    with serving(made.public) as address:
        yield address
