"""Opening one more connection while the others carry letters: a server may take its time to greet."""

from __future__ import annotations

import smtplib
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from undersigned.engines.smtp.connect import part

__all__ = ["Opening"]


class Opening:
    """One connection being opened on a thread of its own, which ends with it.

    `bell` becomes readable when it is over, for a selector. The thread alone writes the result and then rings;
    whoever waits reads the result only after the bell, and `_lock` decides who closes a connection given up.
    """

    def __init__(self, connect: Callable[[], smtplib.SMTP]) -> None:
        """Begin; `connect` opens the connection, or raises where there is none to be had."""
        self.bell, self._ring = socket.socketpair()
        self._connect = connect
        self._found: smtplib.SMTP | None = None
        self._lock = threading.Lock()
        self._given_up = False
        threading.Thread(target=self._run, name="smtp-opening", daemon=True).start()

    def result(self) -> smtplib.SMTP | None:
        """Wait until it is over; give the connection, or None where there is none to be had."""
        with suppress(OSError):
            self.bell.recv(1)
        self.bell.close()
        return self._found

    def give_up(self) -> None:
        """Want it no more: the connection is closed as soon as it is there."""
        with self._lock:
            self._given_up = True
            found = self._found
        self.bell.close()
        if found is not None:
            part(found)

    def _run(self) -> None:
        try:
            found = self._connect()
        except Exception:  # printed by nobody: its words are the server's
            found = None
        with self._lock:
            unwanted = self._given_up
            self._found = None if unwanted else found
        self._ring.close()  # the end of the stream is the bell
        if unwanted and found is not None:
            part(found)
