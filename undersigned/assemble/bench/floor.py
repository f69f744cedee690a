"""The floor of the measures: the door's own front with nothing behind it.

A POST is read and answered by an empty 204; a GET by fixed bytes of a given size, under the headers that every
page has, so that as many bytes are sent.
`python -m undersigned.assemble.bench.floor --port P --workers N [--bytes SIZE]`
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from collections.abc import Callable

import uvloop

from undersigned.core.problems import Problem
from undersigned.engines.http.front import Front
from undersigned.engines.http.workers import listeners, run_workers
from undersigned.intake.answers import SAME_ORIGIN, SECURITY
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

__all__ = ["Floor", "main"]

_ROUTE = Route("floor", "sign", ("POST",))
_EMPTY = Answer(204, (), kept=True)


class Floor:
    """`engines.http.needs.App` that does nothing."""

    def __init__(self, size: int) -> None:
        """Take the number of bytes that a GET is answered by."""
        headers = (*SECURITY, SAME_ORIGIN, ("etag", f'"{"x" * 20}"'), ("content-type", "text/html; charset=utf-8"))
        self._fixed = Answer(200, headers, b"x" * size, kept=True)

    def begin(self, request: Request, began: float) -> Answer | Route:
        """Ask for the body of a POST."""
        return _ROUTE if request.method == "POST" else self._fixed

    def again(self, request: Request, answer: Answer, began: float) -> None:
        """Count nothing."""

    def finish(self, request: Request, route: Route, began: float, tell: Callable[[Answer], None]) -> Answer | None:
        """Answer 204."""
        return _EMPTY

    def refuse(self, what: Problem, request: Request | None, route: Route | None, began: float) -> Answer:
        """Refuse without words."""
        return Answer(what.status, (("connection", "close"),), closes=True)


async def _serve(app: Floor, listener: socket.socket) -> None:
    await Front(app).start(listener)
    await asyncio.Event().wait()


def main() -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--bytes", type=int, default=0)
    given = parser.parse_args()
    app = Floor(given.bytes)

    def work(listener: socket.socket) -> int:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_serve(app, listener))
        return 0

    return run_workers(listeners(given.host, given.port, given.workers), work, 1.0)


if __name__ == "__main__":
    raise SystemExit(main())
