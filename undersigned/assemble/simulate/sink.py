"""The mailboxes of a simulation: a mail server on loopback that reads the link out of every letter and keeps none.

SMTP (RFC 5321) with PIPELINING (RFC 2920), 8BITMIME and SMTPUTF8, as far as a sender needs them. An address at a
domain without mailboxes is refused with 550. Nothing goes further than this process.
"""

from __future__ import annotations

import asyncio
import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Callable
from typing import cast

from undersigned.assemble.simulate.people import UNDELIVERABLE

__all__ = ["Sink", "link_in"]

_HELLO = b"250-simulated\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 1000000\r\n"
_OK = b"250 2.0.0 Ok\r\n"
_END = b"\r\n.\r\n"
_ANSWERS = {b"EHLO": _HELLO, b"HELO": _OK, b"MAIL": _OK, b"RSET": _OK, b"NOOP": _OK, b"QUIT": b"221 2.0.0 Bye\r\n"}

#: Told of a letter: its recipient, `k` or `r` (where the link leads to), and the token of the link.
Arrived = Callable[[str, str, str], None]


def link_in(message: bytes, link: re.Pattern[bytes]) -> tuple[str, str] | None:
    """Give page and token of the link in a letter, however its body is encoded; None where there is none."""
    found = link.search(message)
    if found is None:
        head, _, body = message.partition(b"\r\n\r\n")
        encoded = head.lower()
        if b"base64" in encoded:
            found = link.search(a2b_base64(body))
        elif b"quoted-printable" in encoded:
            found = link.search(a2b_qp(body))
    return (found[1].decode(), found[2].decode()) if found is not None else None


class Sink:
    """Takes letters for one installation. One event loop."""

    def __init__(self, url: str, arrived: Arrived, bounced: Callable[[str], None]) -> None:
        """Take the address that links begin with, and who is told of letters and of refused recipients."""
        self.link = re.compile(re.escape(url.rstrip("/").encode()) + rb"/([kr])/([A-Za-z0-9_-]{43})")
        self.arrived = arrived
        self.bounced = bounced
        self.strange = 0  #: letters without a link
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; give the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Session(self), "127.0.0.1", port)
        number: int = self._server.sockets[0].getsockname()[1]
        return number

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    def take(self, recipient: str, message: bytes) -> None:
        """Read the link out of a letter."""
        found = link_in(message, self.link)
        if found is None:
            self.strange += 1
        else:
            self.arrived(recipient, *found)


class _Session(asyncio.Protocol):
    """One connection of the post."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self._in_letter = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is one in all but name
        self._transport.write(b"220 simulated ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while self._letter(answers) if self._in_letter else self._command(answers):
            pass
        if answers:
            self._transport.write(b"".join(answers))
            if answers[-1].startswith(b"221"):
                self._transport.close()

    def _command(self, answers: list[bytes]) -> bool:
        line, found, rest = self._buffer.partition(b"\r\n")
        if not found:
            return False
        self._buffer = rest
        verb = line[:4].upper()
        if verb == b"RCPT":
            answers.append(self._rcpt(line))
        elif verb == b"DATA" and self._recipient:
            self._in_letter = True
            self._buffer = b"\r\n" + self._buffer  # so that an empty letter ends like every other one
            answers.append(b"354 Go ahead\r\n")
        elif verb == b"DATA":
            answers.append(b"503 5.5.1 No recipient\r\n")
        else:
            self._recipient = ""
            answers.append(_ANSWERS.get(verb, b"502 5.5.2 Not here\r\n"))
        return True

    def _rcpt(self, line: bytes) -> bytes:
        address = line.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace")
        if address.rpartition("@")[2].lower() in UNDELIVERABLE:
            self._sink.bounced(address)
            return b"550 5.1.1 No such mailbox\r\n"
        self._recipient = address
        return _OK

    def _letter(self, answers: list[bytes]) -> bool:
        end = self._buffer.find(_END)
        if end < 0:
            return False
        message, self._buffer = self._buffer[2:end], self._buffer[end + len(_END) :]
        self._in_letter = False
        self._sink.take(self._recipient, message)
        self._recipient = ""
        answers.append(_OK)
        return True
