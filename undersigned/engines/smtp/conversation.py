"""What is said on one connection once it is open (RFC 5321), without a socket: bytes in, bytes out.

Where the server knows PIPELINING (RFC 2920), the envelope of a letter goes out as one group, together with the
message of the letter before it, so that a letter costs one round trip:

    client:  MAIL RCPT DATA           message . MAIL RCPT DATA           message .
    server:                 250 250 354                       250 250 250 354     250

DATA ends a group, since whether the message may follow is known only from its answer. So at most one letter
of a connection is out whole and unanswered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from undersigned.engines.smtp import verdicts
from undersigned.engines.smtp.verdicts import CLOSING
from undersigned.stages.mail.needs import Parcel, Verdict

__all__ = ["Conversation", "Left", "Nonsense"]

LONGEST_REPLY = 65_536  # bytes of one reply, all its lines together

#: How a line of a reply begins -> its code, or -1 where more lines of the reply follow.
_CODES = {
    b"%03d%b" % (code, mark): -1 if mark == b"-" else code for code in range(1000) for mark in (b" ", b"-", b"\r", b"")
}


class Nonsense(Exception):
    """What the server says is no SMTP."""


class Left:
    """One letter on its way through a connection, and what is known of it."""

    __slots__ = ("end", "out", "parcel", "stage", "verdict")

    def __init__(self, parcel: Parcel) -> None:
        """Begin before the envelope."""
        self.parcel = parcel
        self.stage = "mail"  # what the server has not answered yet
        self.verdict: Verdict | None = None
        self.end: int | None = None  # where in the stream its message ends
        self.out = False  # the message has left whole


class Conversation:
    """The client's side. `out` is what the socket is to send next; tell `sent` how much of it went."""

    def __init__(self, pipelining: bool, utf8: bool) -> None:
        """Take what the server offers: PIPELINING, and SMTPUTF8 with 8BITMIME (RFC 6531)."""
        self.out = bytearray()
        self.utf8 = utf8
        self.closing = False  # the server has said that it ends the conversation
        self.taken = 0  # letters the server took
        self._pipelining = pipelining
        self._heard = b""
        self._gone = 0  # bytes of the stream that have left
        self._expected: deque[tuple[str, Left | None]] = deque()
        self._unsaid: deque[tuple[str, Left | None, bytes]] = deque()
        self._envelope: Left | None = None  # the letter whose DATA is not answered yet
        self._untidy = False  # a transaction stands open on the server

    @property
    def hungry(self) -> bool:
        """True where the next letter may begin."""
        return self._envelope is None and not self.closing and (self._pipelining or not self._expected)

    @property
    def idle(self) -> bool:
        """True where no answer is waited for."""
        return not self._expected

    @property
    def patient(self) -> bool:
        """True where the next answer is that to a message, which may take long (RFC 5321 4.5.3.2.6)."""
        return bool(self._expected) and self._expected[0][0] == "end"

    def begin(self, sender: str, parcel: Parcel) -> None:
        """Say the envelope of a letter, or as much of it as may be said now."""
        left = self._envelope = Left(parcel)
        options = "" if parcel.recipient.isascii() else " BODY=8BITMIME SMTPUTF8"
        mail, rcpt = f"MAIL FROM:<{sender}>{options}\r\n", f"RCPT TO:<{parcel.recipient}>\r\n"
        if self._pipelining and not self._untidy:
            self._expected += (("mail", left), ("rcpt", left), ("data", left))
            self.out += f"{mail}{rcpt}DATA\r\n".encode()
            return
        if self._untidy:
            self._unsaid.append(("rset", None, b"RSET\r\n"))
            self._untidy = False
        self._unsaid.append(("mail", left, mail.encode()))
        self._unsaid.append(("rcpt", left, rcpt.encode()))
        self._unsaid.append(("data", left, b"DATA\r\n"))
        self._say()

    def sent(self, count: int) -> None:
        """Note that so many bytes of `out` have left."""
        del self.out[:count]
        self._gone += count

    def hear(self, data: bytes) -> Iterator[Left]:
        """Take what the server says; give the letters whose verdict is known now, each before the next reply.

        Of a reply of several lines the last one counts.

        Raises:
            Nonsense: it is no SMTP, or an answer to nothing.
        """
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            code = _CODES.get(line[:4])
            if code is None:
                raise Nonsense
            if code < 0:
                continue
            left = self._answer(code)
            if self._unsaid:
                self._say()
            if left is not None:
                yield left
        if len(self._heard) > LONGEST_REPLY:
            raise Nonsense

    def abandon(self) -> list[Left]:
        """Give every letter that is left when the connection has ended, with `out` where its message left whole."""
        waiting = {id(left): left for _, left in self._expected if left is not None}
        if self._envelope is not None:
            waiting[id(self._envelope)] = self._envelope
        for left in waiting.values():
            left.out = left.end is not None and self._gone >= left.end
        self._expected.clear()
        self._envelope = None
        return list(waiting.values())

    def _say(self) -> None:
        while self._unsaid and (self._pipelining or not self._expected):
            stage, left, line = self._unsaid.popleft()
            self._expected.append((stage, left))
            self.out += line

    def _answer(self, code: int) -> Left | None:
        """Take one reply; give the letter that it settles."""
        self.closing = self.closing or code == CLOSING
        if not self._expected:
            if code == CLOSING:
                return None
            raise Nonsense
        stage, left = self._expected.popleft()
        if left is None:
            return None
        if stage == "mail":
            left.stage = "rcpt"
            return None if code == 250 else self._refused(left, verdicts.of_mail(code))
        if stage == "rcpt":
            left.stage = "data"
            return None if code in (250, 251) else self._refused(left, verdicts.of_refusal(code, "address-refused"))
        return self._of_data(left, code) if stage == "data" else self._of_message(left, code)

    def _refused(self, left: Left, verdict: Verdict | None) -> Left | None:
        """Note a refusal. Settled at once where the rest of the envelope was not said; else DATA's answer comes."""
        left.verdict = left.verdict or verdict
        if verdict is None or not self._unsaid:
            return None
        self._unsaid.clear()
        return self._over(left)

    def _of_data(self, left: Left, code: int) -> Left | None:
        if code != 354:
            left.verdict = left.verdict or verdicts.of_refusal(code, "message-refused")
            return self._over(left)
        self._envelope = None
        # RFC 2920 3.1: a server may ask for the message though it refused everybody; then it gets an empty one.
        self._expected.append(("end", left))
        self.out += b".\r\n" if left.verdict else _dotted(left.parcel.message)
        left.stage = "end"
        left.end = self._gone + len(self.out)
        return None

    def _of_message(self, left: Left, code: int) -> Left:
        if left.verdict is None:
            yes = 200 <= code <= 299
            self.taken += yes
            left.verdict = verdicts.SENT if yes else verdicts.of_refusal(code, "message-refused")
        return left

    def _over(self, left: Left) -> Left:
        self._envelope = None
        self._untidy = True
        return left


def _dotted(message: bytes) -> bytes:
    """Double the dots that begin a line and end the message (RFC 5321 4.5.2); lines end in CRLF already."""
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    doubled = ended.replace(b"\r\n.", b"\r\n..")
    return (b"." if doubled.startswith(b".") else b"") + doubled + b".\r\n"
