"""One open connection: its socket, without waiting, and the conversation on it."""

from __future__ import annotations

import selectors
import smtplib
import ssl

from undersigned.engines.smtp.conversation import Conversation

__all__ = ["Link"]

CHUNK = 65_536  # bytes read at once


class Link:
    """One open connection."""

    def __init__(self, smtp: smtplib.SMTP, now: float) -> None:
        """Take a connection that is greeted and logged in; `now` in seconds of the transport's clock."""
        assert smtp.sock is not None
        self.smtp = smtp
        self.open = True
        self.socket = smtp.sock
        self.socket.setblocking(False)
        utf8 = smtp.has_extn("smtputf8") and smtp.has_extn("8bitmime")
        self.talk = Conversation(smtp.has_extn("pipelining"), utf8)
        self.heard = now  # when the server spoke last, or was first owed an answer
        self.events = selectors.EVENT_READ

    def read(self) -> bytes:
        """Give what has come, b"" where nothing has.

        Raises:
            OSError: the connection has ended.
        """
        data = b""
        try:
            while True:
                more = self.socket.recv(CHUNK)
                if not more and not data:
                    raise ConnectionResetError
                data += more
                # TLS may hold a record's rest that no selector sees.
                if not more or not (isinstance(self.socket, ssl.SSLSocket) and self.socket.pending()):
                    return data
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return data

    def write(self) -> None:
        """Send as much as the socket takes.

        Raises:
            OSError: the connection has ended.
        """
        try:
            while self.talk.out:
                self.talk.sent(self.socket.send(self.talk.out))
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
