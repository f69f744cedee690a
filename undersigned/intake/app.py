"""The door without its server: which request may be read, what it comes to, and when its answer may be sent.

Plain calls on one event loop; nothing is awaited and no server is imported here. A front reads a head, asks
`begin`, reads the body where it is asked to, and calls `finish`. Log lines hold a route's template, a status
and the bucket of a duration, and the kind of an exception; never its words, because they could hold what
somebody sent.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Final, TypeAlias, cast

from undersigned.core import problems
from undersigned.core.events import Event
from undersigned.core.problems import Problem
from undersigned.intake import handle, signing
from undersigned.intake.metrics import BUCKETS, Counters
from undersigned.intake.needs import Closed, Keep
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import OTHER, Route
from undersigned.intake.world import World

__all__ = ["Door", "Tell"]

#: Has a call without arguments made soon, on the same event loop, after what waits there already.
Later: TypeAlias = Callable[[Callable[[], None]], None]

AT_ONCE: Final = 64  #: of the line are answered in one go before the loop may look at what else has come

#: Called once, later, with the answer to a request that had to wait.
Tell: TypeAlias = Callable[[Answer], None]

_NOTHING: dict[str, str] = {}
_log = logging.getLogger("undersigned.door")


class Door:
    """Carries requests through the pure function `intake.handle`. One event loop."""

    def __init__(
        self, world: World, keep: Keep, counters: Counters, clock: Callable[[], float], later: Later | None = None
    ) -> None:
        """Take the world, the journal, the counters, and the clock (seconds since 1970).

        With `later`, requests whose bodies have been read wait in a line, in the order in which they came, and are
        answered `AT_ONCE` at a time: what the first of a crowd have written becomes durable, and they are told,
        before the last are looked at; and reading is not done in turns with answering, which would cost both more.
        """
        self._world = world
        self._keep = keep
        self._counters = counters
        self._clock = clock
        self._later = later
        self._line: deque[_Pending] = deque()

    def begin(self, request: Request, began: float) -> Answer | Route:
        """Answer a request whose head has been read, or give its route where the body is wanted.

        `began` is `time.perf_counter()` when the head was there. Raises nothing.
        """
        route: Route | None = None
        try:
            route = handle.route_of(request, self._world)
            refusal = handle.begin(request, route, self._world)
            if refusal is not None or route is None:
                answer = refusal or refused(request, self._world, problems.NOT_FOUND)
            elif request.method == "POST":
                return route
            else:
                answer = handle.finish(request, route, self._world, int(self._clock()))[1]
        except Closed:  # the ledger cannot be asked just now
            answer = self._failed(request, route, Closed()) if route is None else self._closed(request, route)
        except Exception as error:
            answer = self._failed(request, route, error)
        return self._counted(answer, route, began)

    def again(self, request: Request, answer: Answer, began: float) -> None:
        """Count an answer that the front has given once more, to a request that asked for the same."""
        self._counted(answer, handle.route_of(request, self._world), began)

    def finish(self, request: Request, route: Route, began: float, tell: Tell) -> Answer | None:
        """Answer a request whose body has been read; None where `tell` is called later: its events have to become
        durable, or others came first.

        Raises nothing. What `tell` raises is the committer's to bear.
        """
        pending = _Pending(self, request, route, began, tell)
        if self._later is None:
            return self._finish(pending, int(self._clock()))
        if not self._line:
            self._later(self._go_on)
        self._line.append(pending)
        return None

    def _go_on(self) -> None:
        """Answer the next few of the line, all of them in the same second."""
        try:
            now = int(self._clock())
            for _ in range(min(AT_ONCE, len(self._line))):
                self._answer(self._line.popleft(), now)
        finally:
            if self._line and self._later is not None:
                self._later(self._go_on)  # behind the flush that the first of them asked for

    def _answer(self, pending: _Pending, now: int) -> None:
        """Answer one of the line. An answer that cannot be carried any more keeps nobody else waiting."""
        answer = self._finish(pending, now)
        if answer is None:
            return
        try:
            pending.tell(answer)
        except Exception as error:
            _log.error("an answer that waited for its turn failed: %s", type(error).__name__)

    def _finish(self, pending: _Pending, now: int) -> Answer | None:
        try:
            answer, events = self._handle(pending.request, pending.route, now)
            if events:
                pending.events, pending.answer, pending.now = events, answer, now
                self._keep(events, pending)
                return None
        except Closed:
            return self.lost(pending)
        except Exception as error:
            answer = self._failed(pending.request, pending.route, error)
        return self._counted(answer, pending.route, pending.began)

    def refuse(self, what: Problem, request: Request | None, route: Route | None, began: float) -> Answer:
        """Refuse what could not be read, or not in time."""
        asked = request or Request("GET", "/", _NOTHING)
        try:
            answer = refused(asked, self._world, what, route.language if route is not None else "")
        except Exception as error:
            answer = self._failed(asked, route, error)
        return self._counted(answer, route, began)

    def _handle(self, request: Request, route: Route, now: int) -> tuple[Answer, Sequence[Event]]:
        if len(request.body) != int(request.headers.get("content-length", "")):
            return refused(request, self._world, problems.BODY_MALFORMED, route.language), ()
        if self._world.health.closed():
            return self._closed(request, route), ()
        # Between making events and handing them over lies nothing that waits: a record may lean on the
        # epoch of the record before it.
        events, answer = handle.finish(request, route, self._world, now)
        return answer, events

    def durable(self, pending: _Pending) -> Answer:
        """Note what is on disk now, and give the answer that waited for it."""
        try:
            self._world.recent.note(pending.events, pending.now)  # before it is told, so that the next page knows
        except Exception as error:  # it is durable all the same, and whoever waits has to hear so
            _log.error("%s was not noted: %s", pending.route.template, type(error).__name__)
        return self._counted(cast(Answer, pending.answer), pending.route, pending.began)

    def lost(self, pending: _Pending) -> Answer:
        """Give the answer where the events are not on disk and never will be."""
        try:
            answer = self._closed(pending.request, pending.route)
        except Exception as error:
            answer = self._failed(pending.request, pending.route, error)
        return self._counted(answer, pending.route, pending.began)

    def _closed(self, request: Request, route: Route) -> Answer:
        return signing.closed(request, route, self._world, int(self._clock()))

    def _failed(self, request: Request, route: Route | None, error: Exception) -> Answer:
        _log.error("%s failed: %s", route.template if route is not None else OTHER, type(error).__name__)
        return refused(request, self._world, problems.FAILED)

    def _counted(self, answer: Answer, route: Route | None, began: float) -> Answer:
        seconds = perf_counter() - began
        template = route.template if route is not None else OTHER
        self._counters.count(template, answer.status, seconds)
        if answer.status >= 500 and template != "/readyz":
            bucket = bisect_left(BUCKETS, seconds)
            within = f"within {BUCKETS[bucket]} s" if bucket < len(BUCKETS) else f"after {BUCKETS[-1]} s"
            _log.warning("%s %d %s", template, answer.status, within)
        return answer


class _Pending:
    """An answer that waits for its events; called by the committer with None or with why they are not durable."""

    __slots__ = ("answer", "began", "door", "events", "now", "request", "route", "tell")

    def __init__(self, door: Door, request: Request, route: Route, began: float, tell: Tell) -> None:
        self.door = door
        self.request = request
        self.route = route
        self.began = began
        self.tell = tell
        self.events: Sequence[Event] = ()
        self.now = 0  # when they were made, in seconds since 1970
        self.answer: Answer | None = None

    def __call__(self, error: Exception | None) -> None:
        self.tell(self.door.durable(self) if error is None else self.door.lost(self))
