"""Letters into a Maildir: the demonstration's post office. Delivery is durable, as Maildir lays down.

https://cr.yp.to/proto/maildir.html: write into `tmp`, fsync, move into `new`.
"""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from undersigned.stages.mail.needs import Verdict

__all__ = ["MaildirTransport"]


class MaildirTransport:
    """`stages.mail.needs.Transport` into a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the Maildir; it is made, for its owner only (0700), where it is absent."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(mode=0o700, exist_ok=True)

    def send(self, sender: str, recipient: str, message: bytes) -> Verdict:
        """Deliver one letter; it is on disk when this returns `sent`. Lines end in LF, as in every Maildir."""
        name = f"{time.time_ns():020d}.{secrets.token_hex(8)}.undersigned"
        draft = self._folder / "tmp" / name
        try:
            _write(draft, message.replace(b"\r\n", b"\n"))
            draft.rename(self._folder / "new" / name)
            _sync(self._folder / "new")
        except OSError:
            draft.unlink(missing_ok=True)
            return Verdict("again", "maildir", everyone=True)
        return Verdict("sent")

    def close(self) -> None:
        """Nothing is held open."""


def _write(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
