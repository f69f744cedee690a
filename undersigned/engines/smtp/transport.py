"""Letters by SMTP (RFC 5321), over a few connections that are kept, each with its commands in groups.

What every answer and every break means for a letter stands in `verdicts`; the words of the conversation in
`conversation`; how many connections there may be in `pace`. Opening one is left to the standard library, which
waits: the first is waited for, since there is nothing else to do; every further one opens on a thread.
"""

from __future__ import annotations

import selectors
import smtplib
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator

from undersigned.engines.smtp import verdicts
from undersigned.engines.smtp.connect import connect, part
from undersigned.engines.smtp.conversation import Left, Nonsense
from undersigned.engines.smtp.link import Link
from undersigned.engines.smtp.malformed import why_malformed
from undersigned.engines.smtp.opening import Opening
from undersigned.engines.smtp.pace import Pace
from undersigned.engines.smtp.server import parse
from undersigned.engines.smtp.verdicts import Trouble
from undersigned.stages.mail.needs import Parcel, Settled, Verdict

__all__ = ["SmtpTransport"]

TIMEOUT = 20.0  # seconds without a byte from the server
PATIENCE = 120.0  # the same once the message is over; to give up then may repeat it (RFC 5321 4.5.3.2.6)
AT_ONCE = 50  # verdicts given together at most
_GONE = (OSError, Nonsense)


class SmtpTransport:
    """`stages.mail.needs.Transport` by SMTP."""

    def __init__(
        self,
        url: str,
        hello: str = "localhost",
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        context: ssl.SSLContext | None = None,
        connections: int = 1,
        rate: float = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the server as `server.parse` reads it, and the name to greet it with. Connects later.

        `context` replaces the system's list of trusted authorities where certificates are checked; `rate` is
        the most letters a second, 0 for no limit.

        Raises:
            Wrong: the address of the server cannot be used.
        """
        self._server = parse(url)
        self._hello = hello
        self._timeout = timeout
        self._patience = patience
        self._context = context or ssl.create_default_context()
        self._clock = clock
        self._pace = Pace(connections, rate, clock)
        self._links: list[Link] = []
        self._selector = selectors.DefaultSelector()
        self._settled: list[tuple[int, Verdict]] = []
        self._back: deque[Parcel] = deque()  # letters of a connection that ended, for another one
        self._tried: set[int] = set()  # those that came back once
        self._shut = False  # a verdict concerned everyone
        self._opening: Opening | None = None  # a connection beside those that are open
        self._hungry: list[Link] = []  # connections that may have a place for a letter; the last one is next
        self._unsent: list[Link] = []  # connections with something to send; it goes in one piece before any wait

    def hand_over(self, sender: str, parcels: Iterator[Parcel]) -> Iterator[Settled]:
        """Hand letters over until there are no more; give verdicts as they come."""
        self._shut = False
        self._tried.clear()
        self._listen(0)
        try:
            while (waiting := self._feed(sender, parcels)) or self._busy() or self._settled:
                heard = self._listen(0)
                if self._settled and (not heard or len(self._settled) >= AT_ONCE):
                    settled, self._settled = self._settled, []
                    yield settled
                elif not heard:
                    self._listen(self._until_next(waiting))
        finally:
            # Something is left only where whoever asked went away: nobody would learn what becomes of it.
            for link in [link for link in self._links if not link.talk.idle]:
                self._forget(link)
                link.smtp.close()
            self._back.clear()
            self._settled.clear()

    def close(self) -> None:
        """Say goodbye and close the connections."""
        if self._opening is not None:
            self._selector.unregister(self._opening.bell)
            self._opening.give_up()
            self._opening = None
        for link in list(self._links):
            self._forget(link)
            part(link.smtp)
        self._selector.close()

    def _feed(self, sender: str, parcels: Iterator[Parcel]) -> bool:
        """Begin letters where there is a place for one; True where one waits only for its time."""
        while not self._shut or self._back:
            link = self._place()
            if link is None and self._links:
                self._grow()
                return False
            if not self._back and self._pace.wait():
                return True
            parcel = self._back.popleft() if self._back else next(parcels, None)
            if parcel is None:
                return False
            self._begin(link, sender, parcel)
        return False

    def _place(self) -> Link | None:
        """Give a connection with a place for a letter; it stays among `_hungry` until it has none."""
        while self._hungry:
            link = self._hungry[-1]
            if link.talk.hungry and link.open:
                return link
            self._hungry.pop()
        return None

    def _begin(self, link: Link | None, sender: str, parcel: Parcel) -> None:
        if (malformed := why_malformed(sender, parcel)) is not None:
            self._settled.append((parcel.number, malformed))
            return
        self._pace.begun()
        link = link or self._open(parcel)
        if link is None:
            return
        if not parcel.recipient.isascii() and not link.talk.utf8:
            self._settled.append((parcel.number, verdicts.NOT_SUPPORTED))
            return
        if link.talk.idle:
            link.heard = self._clock()
        link.talk.begin(sender, parcel)
        self._unsent.append(link)

    def _open(self, parcel: Parcel) -> Link | None:
        """Open the first connection, for a letter."""
        if self._opening is not None and (link := self._opened()) is not None:
            return link
        try:
            return self._add(self._connect())
        except Trouble as trouble:
            self._settle(parcel, trouble.verdict)
            return None

    def _grow(self) -> None:
        """Begin to open one connection more, where there may be one and none is being opened."""
        if self._opening is None and len(self._links) < self._pace.connections:
            self._opening = Opening(self._connect)
            self._selector.register(self._opening.bell, selectors.EVENT_READ, None)

    def _opened(self) -> Link | None:
        """Take the connection that was being opened, waiting for it; None where the server does not want it."""
        assert self._opening is not None
        opening, self._opening = self._opening, None
        self._selector.unregister(opening.bell)
        smtp = opening.result()
        if smtp is not None:
            return self._add(smtp)
        self._pace.enough(len(self._links))
        return None

    def _connect(self) -> smtplib.SMTP:
        return connect(self._server, self._hello, self._timeout, self._context)

    def _add(self, smtp: smtplib.SMTP) -> Link:
        link = Link(smtp, self._clock())
        self._links.append(link)
        self._hungry.append(link)
        self._selector.register(link.socket, link.events, link)
        return link

    def _busy(self) -> bool:
        return any(not link.talk.idle for link in self._links)

    def _until_next(self, waiting: bool) -> float:
        """Give the seconds until something must be done even if no server speaks; `waiting`: for its time."""
        ends = [self._deadline(link) for link in self._links if not link.talk.idle]
        wait = min(ends, default=self._clock() + self._timeout) - self._clock()
        return max(0.0, min(wait, self._pace.wait()) if waiting else wait)

    def _deadline(self, link: Link) -> float:
        return link.heard + (self._patience if link.talk.patient else self._timeout)

    def _listen(self, seconds: float) -> bool:
        """Hear and say what can be, waiting so long for the first of it; True where something was heard."""
        self._flush_all()
        if not self._links:
            if seconds:
                time.sleep(seconds)
            return False
        found = self._selector.select(seconds)
        for key, events in found:
            if key.data is None:
                self._opened()
            else:
                self._pump(key.data, events)
        if not found:
            for link in [link for link in self._links if not link.talk.idle and self._deadline(link) <= self._clock()]:
                self._close(link)
        return bool(found)

    def _pump(self, link: Link, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                data = link.read()
                if data:
                    link.heard = self._clock()
                    for left in link.talk.hear(data):
                        self._judge(left, len(self._links) - 1)
        except _GONE:
            self._close(link)
            return
        if link.talk.closing:
            self._close(link)
            return
        if link.talk.hungry:
            self._hungry.append(link)
        if link.talk.out:
            self._unsent.append(link)

    def _flush_all(self) -> None:
        unsent, self._unsent = self._unsent, []
        for link in unsent:
            if link.open:
                self._flush(link)

    def _flush(self, link: Link) -> None:
        """Send what waits, and be woken when the socket takes the rest."""
        try:
            link.write()
        except OSError:
            self._close(link)
            return
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if link.talk.out else 0)
        if events != link.events:
            link.events = events
            self._selector.modify(link.socket, events, link)

    def _close(self, link: Link) -> None:
        """End a connection that is of no more use, and decide about its letters."""
        self._forget(link)
        link.smtp.close()
        for left in link.talk.abandon():
            if left.verdict is not None:
                self._judge(left, len(self._links))
            elif left.stage == "end":
                self._settle(left.parcel, verdicts.DROPPED if left.out else verdicts.DEFERRED)
            elif link.talk.taken and self._once_more(left.parcel):
                continue
            else:
                self._settle(left.parcel, verdicts.BUSY if left.stage == "mail" else verdicts.DEFERRED)

    def _forget(self, link: Link) -> None:
        link.open = False
        self._links.remove(link)
        self._selector.unregister(link.socket)

    def _judge(self, left: Left, others: int) -> None:
        """Settle a letter by the server's answer, and learn from it how fast the server can be.

        `others` are the connections beside the one that it came by.
        """
        verdict = left.verdict
        assert verdict is not None
        if verdict is verdicts.SENT:
            self._pace.taken()
        elif verdict == verdicts.BUSY and others:
            # The only connection's "not now" concerns everyone: then the post itself waits.
            self._pace.pushed_back()
            if self._once_more(left.parcel):
                return
        elif verdict == verdicts.DEFERRED:
            self._pace.deferred()
        self._settle(left.parcel, verdict)

    def _once_more(self, parcel: Parcel) -> bool:
        """Give a letter to another connection; False where that was done before."""
        if parcel.number in self._tried or self._shut:
            return False
        self._tried.add(parcel.number)
        self._back.append(parcel)
        return True

    def _settle(self, parcel: Parcel, verdict: Verdict) -> None:
        self._shut = self._shut or verdict.everyone
        self._settled.append((parcel.number, verdict))
        if self._shut:
            self._settled += [(waiting.number, verdict) for waiting in self._back]
            self._back.clear()
