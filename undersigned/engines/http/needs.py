"""What the HTTP front asks of the application behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from undersigned.core.problems import Problem
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

__all__ = ["App"]


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
