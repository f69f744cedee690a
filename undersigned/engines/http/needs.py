"""What the HTTP front asks of the application behind it, and the limits it keeps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from undersigned.core.problems import Problem
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

__all__ = ["App", "Limits"]


class App(Protocol):
    """Plain calls on the front's event loop. None of them raises; `intake.app.Door` is one."""

    def begin(self, request: Request, began: float) -> Answer | Route:
        """Answer a request without its body, or give its route where the body is wanted."""
        ...

    def again(self, request: Request, answer: Answer, began: float) -> None:
        """Take note that an answer with `kept` was given once more, to a request that asked for the same."""
        ...

    def finish(self, request: Request, route: Route, began: float, tell: Callable[[Answer], None]) -> Answer | None:
        """Answer a request with its body; None where `tell` is called later, on the same loop."""
        ...

    def refuse(self, what: Problem, request: Request | None, route: Route | None, began: float) -> Answer:
        """Refuse what could not be read, or not in time."""
        ...


class Limits(msgspec.Struct, frozen=True):
    """What one worker bears. Times in seconds."""

    head_bytes: int = 16 * 1024
    head_seconds: float = 5.0  # from a request's first byte to the end of its head
    body_seconds: float = 5.0  # from there to the end of the body
    idle_seconds: float = 60.0  # kept alive without a request
    write_seconds: float = 20.0  # for a client to take in what fills the buffers
    linger_seconds: float = 2.0  # for what a client is still sending after a refusal that closes
    linger_bytes: int = 256 * 1024
    end_seconds: float = 8.0  # for what is in flight when the front is told to end
    connections: int = 8192
    pipelined: int = 64  # requests that wait behind one that is being answered
