"""Reading a Maildir for the demonstration's mailbox page. What lies in it is taken for hostile."""

from __future__ import annotations

import heapq
import os
import re
import unicodedata
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import msgspec

__all__ = ["Mailbox", "Received"]

LARGEST = 65_536  # bytes read of a letter
LONGEST_HEADER = 500  # characters shown of a header

_LINK = re.compile(r"https?://[A-Za-z0-9._:\[\]-]{1,255}/[A-Za-z0-9/_.~%#?=&+-]{0,500}")


class Received(msgspec.Struct, frozen=True):
    """One letter as text. Still a stranger's words: whoever shows it must escape it."""

    id: str  # the name of its file
    subject: str
    to: str
    date: str
    language: str  # of Content-Language, or ""
    body: str
    links: tuple[str, ...]  # http and https links in the body, each once, in order


class Mailbox:
    """The letters of one Maildir."""

    def __init__(self, folder: Path) -> None:
        """Take the Maildir, which may not exist yet."""
        self._folder = folder

    def letters(self, limit: int = 100) -> Sequence[Received]:
        """Give up to `limit` letters, the newest first. What cannot be read is left out."""
        newest = heapq.nlargest(limit, self._files(), key=lambda file: file.name)
        found = (_read(file) for file in newest)
        return [one for one in found if one is not None]

    def _files(self) -> list[Path]:
        """Give the ordinary files of `new` and `cur`; a link could lead anywhere and is none."""
        files: list[Path] = []
        for part in ("new", "cur"):
            inner = self._folder / part
            if inner.is_symlink() or not inner.is_dir():
                continue
            entries = list(os.scandir(inner))
            files += [Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False)]
        return files


def _read(file: Path) -> Received | None:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read(LARGEST)
        return _letter(file.name.partition(":")[0], data)
    except Exception:
        # The parser of the standard library has raised nearly everything on broken letters.
        return None


def _letter(name: str, data: bytes) -> Received:
    message = BytesParser(policy=policy.default).parsebytes(data)
    assert isinstance(message, EmailMessage)
    body = _body(message)
    return Received(
        id=name,
        subject=_header(message, "Subject"),
        to=_header(message, "To"),
        date=_header(message, "Date"),
        language=_header(message, "Content-Language"),
        body=body,
        links=tuple(dict.fromkeys(link.rstrip(".") for link in _LINK.findall(body))),
    )


def _body(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    content = part.get_content() if part is not None else ""
    return _clean(content if isinstance(content, str) else "", "\n\t").strip("\n")


def _header(message: EmailMessage, name: str) -> str:
    """Give a header as text: encoded words (RFC 2047), or plain UTF-8 (RFC 6532)."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if raw.isascii():
        return _clean(str(message.get(name, "")), "")[:LONGEST_HEADER]
    plain = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _clean(plain, "")[:LONGEST_HEADER]


def _clean(text: str, kept: str) -> str:
    """Take out what is no character to look at: controls and lone surrogates."""
    lines = text.replace("\r\n", "\n")
    return "".join(sign for sign in lines if sign in kept or unicodedata.category(sign) not in ("Cc", "Cs"))
