"""One kind of letter, encoded once: what the e-mail library takes 1.4 ms for, joined out of ready pieces.

A template is cut out of letters that `compose` itself has made, and is thrown away where it does not make the
same bytes for other letters. So there is one definition of a letter, and this is only its fast form. Addresses
that need more than a plain header line (beyond ASCII, unusual signs, long ones) take the slow path.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from functools import lru_cache

from undersigned.core import normal
from undersigned.pages.letters import Letter
from undersigned.stages.mail.compose import Ready, compose, dated, message_id

__all__ = ["Template"]

_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9.-]+", re.ASCII)
_LONGEST = 74  # characters of an address whose header line need not be folded
_TOKEN = 43  # characters of a link's token
_LINE = 76  # characters of a line of base64 (RFC 2045 6.8)

# Letters that a template is cut out of, and compared with: token, address, record, time.
_FIRST = ("A" * _TOKEN, "first@example.org", bytes(16), 0)
_SECOND = ("B" * _TOKEN, "second.two+three@mail.example.org", bytes(range(16)), 1_795_500_000)

Write = Callable[[str], Letter]  #: from a token to the words of the letter
_Token = Callable[[bytes], bytes]  # from a token to what stands for it in the encoded body


class _Different(Exception):
    """The letters are not what a template can be made of."""


class Template:
    """The letters of one kind, campaign and language."""

    def __init__(self, write: Write, language: str, sender: str) -> None:
        """Cut the template; `usable` tells whether it makes what `compose` makes.

        Raises:
            Unfit: no letter can be made of these words at all.
        """
        self._domain = sender.rpartition("@")[2]
        made = [_made(write, language, sender, *one) for one in (_FIRST, _SECOND)]
        try:
            self._cut(made[0], made[1])
            self.usable = [self.fill(*one) for one in (_FIRST, _SECOND)] == made
        except _Different:
            self.usable = False

    def fill(self, token: str, email: str, record: bytes, now: int) -> Ready | None:
        """Give the letter; None for an address that needs the slow path. `now` is in seconds since 1970."""
        if len(email) > _LONGEST or _PLAIN.fullmatch(email) is None:
            return None
        found = normal.canonical(email)
        if not isinstance(found, normal.Canonical) or not found.typed.isascii() or len(found.domain) > _LONGEST:
            return None
        recipient = f"{found.typed.rpartition('@')[0]}@{found.domain}"
        before, to, date, identity, body = self._pieces
        message = b"".join(
            (
                before, recipient.encode(), to, _date(now), date, message_id(record, self._domain).encode(), identity,
                self._token(token.encode()), body,
            )
        )  # fmt: skip
        return Ready(recipient, message)

    def _cut(self, first: Ready, second: Ready) -> None:
        head, _, body = first.message.partition(b"\r\n\r\n")
        to = b"\r\nTo: " + _FIRST[1].encode() + b"\r\n"
        before, head = _around(head, to)
        between, head = _around(head, _date(_FIRST[3]))
        date, identity = _around(head, message_id(_FIRST[2], self._domain).encode())
        start, self._token, end = _body(body, second.message.partition(b"\r\n\r\n")[2], head + identity)
        self._pieces = (before + b"\r\nTo: ", b"\r\n" + between, date, identity + b"\r\n\r\n" + start, end)


def _made(write: Write, language: str, sender: str, token: str, email: str, record: bytes, now: int) -> Ready:
    return compose(write(token), language, sender, email, record, now)


@lru_cache(maxsize=4)
def _date(now: int) -> bytes:
    return dated(now).encode()


def _around(data: bytes, mark: bytes) -> tuple[bytes, bytes]:
    """Give what stands before and after the one place of `mark`."""
    if data.count(mark) != 1:
        raise _Different
    before, _, after = data.partition(mark)
    return before, after


def _body(first: bytes, second: bytes, head: bytes) -> tuple[bytes, _Token, bytes]:
    """Give what stands before the token, how the token is written, and what stands behind it."""
    if b"Content-Transfer-Encoding: base64" in head:
        return _base64(first)
    return _plain(first, second)


def _plain(first: bytes, second: bytes) -> tuple[bytes, _Token, bytes]:
    """Cut a body of 7bit or quoted-printable, where a soft line break may stand within the token."""
    places = [at for at, (one, two) in enumerate(zip(first, second, strict=False)) if one != two]
    if len(first) != len(second) or len(places) != _TOKEN:
        raise _Different
    start, end = places[0], places[-1] + 1
    between = first[start:end].replace(b"A", b"")
    size = next((at for at in range(_TOKEN) if places[at] != start + at), _TOKEN)
    return first[:start], lambda token: token[:size] + between + token[size:], first[end:]


def _base64(body: bytes) -> tuple[bytes, _Token, bytes]:
    """Cut a body of base64: the groups of three bytes that the token touches are encoded anew."""
    text = binascii.a2b_base64(body)
    before, after = _around(text, _FIRST[0].encode())
    lead, tail = before[len(before) // 3 * 3 :], after[: -(len(before) + _TOKEN) % 3]
    start = len(before) // 3 * 4
    end = (len(before) + _TOKEN + len(tail) + 2) // 3 * 4
    room = _LINE - start % _LINE  # characters until the line ends

    def token(given: bytes) -> bytes:
        groups = binascii.b2a_base64(lead + given + tail, newline=False)
        return groups if room > len(groups) else groups[:room] + b"\r\n" + groups[room:]

    return body[: _place(start)], token, body[_place(end) :]


def _place(character: int) -> int:
    """Give where a character of base64 stands in a body of lines that end in CRLF."""
    return character + 2 * (character // _LINE)
