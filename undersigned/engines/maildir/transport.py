"""Letters into a Maildir: the demonstration's post office. Delivery is durable, as Maildir lays down.

https://cr.yp.to/proto/maildir.html: write into `tmp`, fsync, move into `new`.
The folder itself is made durable once a batch.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from undersigned.stages.mail.needs import Parcel, Settled, Verdict

__all__ = ["MaildirTransport"]

BATCH = 32  # letters at most that are in the clear at once
_SENT = Verdict("sent")
_FULL = Verdict("again", "maildir", everyone=True)


class MaildirTransport:
    """`stages.mail.needs.Transport` into a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the Maildir; it is made, for its owner only (0700), where it is absent."""
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in ("tmp", "new", "cur"):
            (folder / part).mkdir(mode=0o700, exist_ok=True)

    def hand_over(self, sender: str, parcels: Iterator[Parcel]) -> Iterator[Settled]:
        """Deliver letters in batches; those of a batch are on disk, names and all, when it is given as `sent`.

        Lines end in LF, as in every Maildir. Of a batch that fails nothing is left behind.
        """
        while batch := list(islice(parcels, BATCH)):
            drafts = [self._draft() for _ in batch]
            try:
                self._deliver(batch, drafts)
            except OSError:
                for draft in drafts:
                    _remove(draft, self._folder / "new" / draft.name)
                yield [(parcel.number, _FULL) for parcel in batch]
                return
            yield [(parcel.number, _SENT) for parcel in batch]

    def _draft(self) -> Path:
        return self._folder / "tmp" / f"{time.time_ns():020d}.{secrets.token_hex(8)}.undersigned"

    def _deliver(self, batch: Sequence[Parcel], drafts: Sequence[Path]) -> None:
        """Write all, make each durable, then give them their names and make those durable together."""
        for parcel, draft in zip(batch, drafts, strict=True):
            _write(draft, parcel.message.replace(b"\r\n", b"\n"))
        for draft in drafts:
            _sync(draft)
        for draft in drafts:
            draft.rename(self._folder / "new" / draft.name)
        _sync(self._folder / "new")

    def close(self) -> None:
        """Nothing is held open."""


def _write(file: Path, data: bytes) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(*files: Path) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink(missing_ok=True)
