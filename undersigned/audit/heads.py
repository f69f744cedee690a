"""The heads verified before, kept in a small JSON file: what a log may never go back on."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from undersigned.audit.fetch import Unreadable

__all__ = ["Head", "Heads"]


class Head(msgspec.Struct, frozen=True):
    """A verified head: tree size, base64 root, and the key that signed it (a vkey line)."""

    size: int
    root: str
    key: str


class Heads:
    """A file of verified heads, one an origin: `{"<origin>": {"size", "root", "key"}}`."""

    def __init__(self, file: Path) -> None:
        """Read the file; an absent one holds no head.

        Raises:
            Unreadable: it cannot be read, or is no such file.
        """
        self.file = file
        try:
            data = file.read_bytes()
        except FileNotFoundError:
            data = b"{}"
        except OSError as error:
            raise Unreadable(f"{file} cannot be read: {error.strerror}. Choose another --state.") from None
        try:
            self._heads = msgspec.json.decode(data, type=dict[str, Head])
        except msgspec.DecodeError:
            raise Unreadable(
                f"{file} holds no remembered heads. Choose another --state; do not delete a file you rely on."
            ) from None

    def get(self, origin: str) -> Head | None:
        """Give the head verified last."""
        return self._heads.get(origin)

    def keep(self, origin: str, head: Head) -> None:
        """Remember a head, replacing the file as a whole.

        Raises:
            Unreadable: it cannot be written.
        """
        self._heads[origin] = head
        beside = self.file.with_name(self.file.name + ".new")
        try:
            beside.write_bytes(msgspec.json.format(msgspec.json.encode(self._heads), indent=1) + b"\n")
            os.replace(beside, self.file)
        except OSError as error:
            raise Unreadable(f"{self.file} cannot be written: {error.strerror}. Choose another --state.") from None
