"""Letters by SMTP (RFC 5321), over one connection that is kept and made anew when it drops.

Codes, stable, in `Verdict.code`:

again, everyone: `unreachable` `greeting` `tls-refused` `tls-missing` `login-refused` `sender-refused` `busy`
again, this one: `deferred` (4xx) `dropped` (no answer after the message; the letter may have arrived)
failed:          `address-refused` `message-refused` (5xx) `address-not-supported` (needs SMTPUTF8)
                 `address-malformed` `message-malformed` (ours; a bug, or an attack that got this far)
"""

from __future__ import annotations

import re
import smtplib
import ssl
from contextlib import suppress
from ipaddress import ip_address

from undersigned.engines.smtp.server import Server, parse
from undersigned.stages.mail.needs import Verdict

__all__ = ["SmtpTransport"]

TIMEOUT = 20.0  # seconds without a byte from the server
PATIENCE = 120.0  # the same once the message is over; to give up then may repeat it (RFC 5321 4.5.3.2.6)
SENT = Verdict("sent")

_ADDRESS = re.compile(r"[^\x00-\x20\x7f<>,;]+@[A-Za-z0-9.-]+")


class _Trouble(Exception):
    """Carries the verdict out of the conversation."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


class _Stale(Exception):
    """The kept connection was closed by the server while nothing was said."""


class SmtpTransport:
    """`stages.mail.needs.Transport` by SMTP."""

    def __init__(
        self,
        url: str,
        hello: str = "localhost",
        timeout: float = TIMEOUT,
        patience: float = PATIENCE,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take the server as `server.parse` reads it, and the name to greet it with. Connects later.

        `context` replaces the system's list of trusted authorities where certificates are checked.

        Raises:
            Wrong: the address of the server cannot be used.
        """
        self._server = parse(url)
        self._hello = hello
        self._timeout = timeout
        self._patience = patience
        self._context = context or ssl.create_default_context()
        self._link: smtplib.SMTP | None = None

    def send(self, sender: str, recipient: str, message: bytes) -> Verdict:
        """Hand over one letter of complete RFC 5322 bytes with CRLF line ends; never raises for the network."""
        if not _ADDRESS.fullmatch(recipient) or not _ADDRESS.fullmatch(sender):
            return Verdict("failed", "address-malformed")
        # A bare CR or LF is read as the end of the message by some servers ("SMTP smuggling").
        if message.count(b"\r\n") != message.count(b"\n") or message.count(b"\r\n") != message.count(b"\r"):
            return Verdict("failed", "message-malformed")
        try:
            try:
                return self._hand_over(sender, recipient, message)
            except _Stale:
                return self._hand_over(sender, recipient, message)
        except _Trouble as trouble:
            if trouble.verdict.outcome == "again":
                self._drop()
            else:
                self._reset()
            return trouble.verdict

    def close(self) -> None:
        """Say goodbye and close the connection."""
        link, self._link = self._link, None
        if link is not None:
            with suppress(smtplib.SMTPException, OSError):
                link.quit()
            link.close()

    def _hand_over(self, sender: str, recipient: str, message: bytes) -> Verdict:
        kept = self._link is not None
        link = self._link or self._connect()
        self._link = link
        options = _options(link, recipient)
        self._mail(link, sender, options, kept)
        self._rcpt(link, recipient)
        return self._data(link, message)

    def _mail(self, link: smtplib.SMTP, sender: str, options: list[str], kept: bool) -> None:
        try:
            code, _ = link.mail(sender, options)
        except (smtplib.SMTPException, OSError):
            code = 421
        if code == 250:
            return
        if kept and code == 421:
            self._drop()
            raise _Stale
        raise _Trouble(Verdict("again", "busy" if code < 500 else "sender-refused", everyone=True))

    def _rcpt(self, link: smtplib.SMTP, recipient: str) -> None:
        try:
            code, _ = link.rcpt(recipient)
        except (smtplib.SMTPException, OSError):
            raise _Trouble(Verdict("again", "deferred")) from None
        if code not in (250, 251):
            raise _Trouble(_refusal(code, "address-refused"))

    def _data(self, link: smtplib.SMTP, message: bytes) -> Verdict:
        """Send the message and wait for the answer, with more patience than elsewhere."""
        try:
            code, _ = link.docmd("data")
            if code != 354:
                raise _Trouble(_refusal(code, "message-refused"))
            link.send(_dotted(message))
        except (smtplib.SMTPException, OSError):
            # The end of the message did not go out whole, so the server cannot have taken it.
            raise _Trouble(Verdict("again", "deferred")) from None
        try:
            _wait(link, self._patience)
            code, _ = link.getreply()
            _wait(link, self._timeout)
        except (smtplib.SMTPException, OSError):
            raise _Trouble(Verdict("again", "dropped", doubtful=True)) from None
        if code != 250:
            raise _Trouble(_refusal(code, "message-refused"))
        return SENT

    def _connect(self) -> smtplib.SMTP:
        """Connect, greet, turn TLS on and log in.

        Raises:
            _Trouble: with a verdict that concerns everyone.
        """
        link = _open(self._server, self._hello, self._timeout, self._context)
        try:
            _greet(link)
            self._protect(link)
            self._log_in(link)
        except BaseException:
            link.close()
            raise
        return link

    def _protect(self, link: smtplib.SMTP) -> None:
        """Turn TLS on where the server offers it, and insist on it where a secret is to be sent."""
        if self._server.tls:
            return
        secret = bool(self._server.user)
        if not link.has_extn("starttls"):
            if secret and not _near(self._server.host):
                raise _Trouble(Verdict("again", "tls-missing", everyone=True))
            return
        try:
            link.starttls(context=self._context if secret else _unchecked())
        except (smtplib.SMTPException, OSError, ValueError):
            raise _Trouble(Verdict("again", "tls-refused", everyone=True)) from None
        _greet(link)

    def _log_in(self, link: smtplib.SMTP) -> None:
        if not self._server.user:
            return
        try:
            link.login(self._server.user, self._server.secret)
        except (smtplib.SMTPException, OSError, UnicodeError):
            raise _Trouble(Verdict("again", "login-refused", everyone=True)) from None

    def _reset(self) -> None:
        """Make the connection ready for the next letter after a refusal."""
        if self._link is None:
            return
        try:
            self._link.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()


def _open(server: Server, hello: str, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    try:
        if server.tls:
            return smtplib.SMTP_SSL(server.host, server.port, hello, timeout=timeout, context=context)
        return smtplib.SMTP(server.host, server.port, hello, timeout=timeout)
    except ssl.SSLError:
        raise _Trouble(Verdict("again", "tls-refused", everyone=True)) from None
    except smtplib.SMTPException:
        raise _Trouble(Verdict("again", "greeting", everyone=True)) from None
    except (OSError, UnicodeError):
        raise _Trouble(Verdict("again", "unreachable", everyone=True)) from None


def _greet(link: smtplib.SMTP) -> None:
    try:
        link.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError):
        raise _Trouble(Verdict("again", "greeting", everyone=True)) from None


def _options(link: smtplib.SMTP, recipient: str) -> list[str]:
    """Give the parameters of MAIL FROM: SMTPUTF8 (RFC 6531) for an address beyond ASCII."""
    if recipient.isascii():
        return []
    if not link.has_extn("smtputf8"):
        raise _Trouble(Verdict("failed", "address-not-supported"))
    return ["BODY=8BITMIME", "SMTPUTF8"]


def _wait(link: smtplib.SMTP, seconds: float) -> None:
    if link.sock is not None:
        link.sock.settimeout(seconds)


def _dotted(message: bytes) -> bytes:
    """Double the dots that begin a line and end the message (RFC 5321 4.5.2)."""
    ended = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _refusal(code: int, final: str) -> Verdict:
    """Sort the server's answer to a letter."""
    if code == 421:
        return Verdict("again", "busy", everyone=True)
    if code in (530, 535, 538):  # a login is asked for: ours to mend, not the signer's loss
        return Verdict("again", "login-refused", everyone=True)
    if 500 <= code <= 599:
        return Verdict("failed", final)
    return Verdict("again", "deferred")


def _near(host: str) -> bool:
    """Say whether the server is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
