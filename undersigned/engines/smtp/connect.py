"""Opening a connection to a mail server: greeting, TLS, login. Here the standard library's client talks."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from ipaddress import ip_address

from undersigned.engines.smtp.server import Server
from undersigned.engines.smtp.verdicts import Trouble

__all__ = ["connect", "part"]

_GOODBYE = 2.0  # seconds that a server is given to answer QUIT


def connect(server: Server, hello: str, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    """Connect, greet with `hello`, turn TLS on and log in; no step may take longer than `timeout` seconds.

    Raises:
        Trouble: with a verdict that concerns everyone.
    """
    link = _open(server, hello, timeout, context)
    try:
        _greet(link)
        _protect(link, server, context)
        _log_in(link, server)
        assert link.sock is not None
        # Whole groups of commands are written at once: to hold the last one back would cost a round trip.
        link.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        link.close()
        raise
    return link


def part(link: smtplib.SMTP) -> None:
    """Say goodbye on a connection where nothing is outstanding, and close it."""
    with suppress(smtplib.SMTPException, OSError):
        if link.sock is not None:
            link.sock.settimeout(_GOODBYE)
        link.quit()
    link.close()


def _open(server: Server, hello: str, timeout: float, context: ssl.SSLContext) -> smtplib.SMTP:
    try:
        if server.tls:
            return smtplib.SMTP_SSL(server.host, server.port, hello, timeout=timeout, context=context)
        return smtplib.SMTP(server.host, server.port, hello, timeout=timeout)
    except ssl.SSLError:
        raise Trouble("tls-refused") from None
    except smtplib.SMTPException:
        raise Trouble("greeting") from None
    except (OSError, UnicodeError):
        raise Trouble("unreachable") from None


def _greet(link: smtplib.SMTP) -> None:
    try:
        link.ehlo_or_helo_if_needed()
    except (smtplib.SMTPException, OSError):
        raise Trouble("greeting") from None


def _protect(link: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    """Turn TLS on where the server offers it, and insist on it where a secret is to be sent."""
    if server.tls:
        return
    secret = bool(server.user)
    if not link.has_extn("starttls"):
        if secret and not _near(server.host):
            raise Trouble("tls-missing")
        return
    try:
        link.starttls(context=context if secret else _unchecked())
    except (smtplib.SMTPException, OSError, ValueError):
        raise Trouble("tls-refused") from None
    _greet(link)


def _log_in(link: smtplib.SMTP, server: Server) -> None:
    if not server.user:
        return
    try:
        link.login(server.user, server.secret)
    except (smtplib.SMTPException, OSError, UnicodeError):
        raise Trouble("login-refused") from None


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
