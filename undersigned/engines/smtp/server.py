"""How a mail server is named in the settings: `UNDERSIGNED_MAIL`, or `mail` in `undersigned.toml`.

``smtp://relay.example.org``          port 25; STARTTLS where the server offers it
``smtp://user:secret@relay.example.org:587``   with a login: STARTTLS required and the certificate checked
``smtps://user:secret@relay.example.org``      port 465; TLS from the start, the certificate checked

User and secret are percent-encoded (`@` is `%40`, `:` is `%3A`). Without a login and with `smtp`, TLS is
taken where it is offered and its certificate is not checked, as between mail servers everywhere: whoever
could forge it could as well take the offer away. Where that matters, write `smtps`, or send through a
relay on the same machine.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import msgspec

from undersigned.settings import Wrong

__all__ = ["Server", "parse"]

_EXAMPLE = "Write smtp://HOST:PORT or smtps://USER:SECRET@HOST:PORT (percent-encode @ and : in the secret)."


class Server(msgspec.Struct, frozen=True):
    """One mail server. Never printed: it holds a secret."""

    host: str
    port: int
    tls: bool  # TLS from the first byte
    user: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


def parse(url: str) -> Server:
    """Read the address of a mail server.

    Raises:
        Wrong: it cannot be used; the message repeats nothing of it, since it may hold a secret.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Wrong(f"The setting `mail` cannot be read. {_EXAMPLE}") from None
    if parts.scheme not in ("smtp", "smtps"):
        raise Wrong(f"The setting `mail` is neither smtp nor smtps. {_EXAMPLE}")
    if not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise Wrong(f"The setting `mail` must name a host, and nothing behind it. {_EXAMPLE}")
    if (parts.username is None) != (parts.password is None):
        raise Wrong(f"The setting `mail` has a user without a secret. {_EXAMPLE}")
    tls = parts.scheme == "smtps"
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    return Server(host, port or (465 if tls else 25), tls, user, secret)
