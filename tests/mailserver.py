"""Mail servers of the tests: a real one on loopback that can be told to fail, and a scripted one."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

import msgspec
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from undersigned.stages.mail.needs import Parcel, Transport, Verdict

__all__ = ["Faults", "Mail", "Mute", "Relay", "Scripted", "free_port", "send"]


class Mail(msgspec.Struct, frozen=True):
    """One letter that the server has taken."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes


class Faults:
    """What the server does wrong, by stage; each gives an answer line, or "" for yes."""

    def __init__(self, **stages: Callable[[str], str]) -> None:
        self.stages = stages

    def at(self, stage: str, who: str) -> str:
        fault = self.stages.get(stage)
        return fault(who) if fault else ""


class _Handler:
    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.taken: list[Mail] = []
        self.sessions: set[int] = set()

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = self.faults.at("mail", address)
        if refusal:
            return refusal
        self.sessions.add(id(session))
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        refusal = self.faults.at("rcpt", address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        who = envelope.rcpt_tos[0]
        answer = self.faults.at("data", who)
        if not answer or answer.startswith("take"):
            self.taken.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if answer.endswith("drop"):
            server.transport.abort()
            await asyncio.sleep(3600)
        if answer.endswith("silence"):
            await asyncio.sleep(3600)
        return answer or "250 OK"


class Relay:
    """A real SMTP server (aiosmtpd) on a free port of the loopback."""

    def __init__(
        self,
        faults: Faults | None = None,
        utf8: bool = True,
        starttls: ssl.SSLContext | None = None,
        tls: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.handler = _Handler(faults or Faults())
        self.port = free_port()
        more: dict[str, Any] = {"tls_context": starttls, "timeout": 30}
        if login is not None:
            more |= {"authenticator": _authenticator(*login), "auth_required": True}
            more |= {"auth_require_tls": starttls is not None}
        self._controller = Controller(
            self.handler, "127.0.0.1", self.port, enable_SMTPUTF8=utf8, ssl_context=tls, **more
        )

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def taken(self) -> list[Mail]:
        return self.handler.taken

    def __enter__(self) -> Relay:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _authenticator(user: str, secret: str) -> Callable[..., AuthResult]:
    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (user.encode(), secret.encode()))

    return check


class Scripted:
    """A server that says the lines of a script, one after each line it hears; `None` means silence."""

    def __init__(self, lines: Sequence[bytes | None]) -> None:
        self._lines = lines
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._open: list[socket.socket] = []

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        for one in self._open:
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(client)
            try:
                self._talk(client)
            except OSError:
                continue

    def _talk(self, client: socket.socket) -> None:
        with client.makefile("rb") as heard:
            for number, line in enumerate(self._lines):
                if number and not heard.readline():
                    return
                if line is None:
                    return
                client.sendall(line)
        client.close()


class Mute:
    """In front of a server: carries the first connection to it, takes every further one and says no word."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self._socket.getsockname()[1]}"
        self.held: list[socket.socket] = []
        self._ends: list[socket.socket] = []

    def __enter__(self) -> Mute:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._socket, *self.held, *self._ends):
            one.close()

    def _serve(self) -> None:
        self._join(self._socket.accept()[0])
        with suppress(OSError):
            while True:
                self.held.append(self._socket.accept()[0])

    def speak(self) -> None:
        """Carry those that were taken without a word, too."""
        for one in self.held:
            self._join(one)

    def _join(self, one: socket.socket) -> None:
        there = socket.create_connection(("127.0.0.1", self._port))
        self._ends += [one, there]
        for source, target in ((one, there), (there, one)):
            threading.Thread(target=self._carry, args=(source, target), daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def free_port() -> int:
    """Give a port of the loopback that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def send(transport: Transport, sender: str, recipient: str, message: bytes) -> Verdict:
    """Hand one letter over and give what became of it."""
    found = [one for some in transport.hand_over(sender, iter([Parcel(7, recipient, message)])) for one in some]
    assert [number for number, _ in found] == [7]
    return found[0][1]
