"""Mail keys: one an hour, for the addresses in the outbox, destroyed after 72 hours.

Hour H is `seconds since 1970 // 3600`. Its key serves letters of that hour and is gone from hour H + 72
on, so that no address outlives 72 hours, in backups neither. Files `<H>.key` of 32 bytes and their sum
(`secret_files`) in one folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from undersigned.vault.recipients import Random
from undersigned.vault.seal import LetterSealer
from undersigned.vault.secret_files import destroy, read_secret, write_secret

__all__ = ["HOURS", "MailKeys", "hour_of"]

HOURS: Final = 72
_KEY: Final = 32


def hour_of(now: float) -> int:
    """Give the hour since 1970 of a time in seconds."""
    return int(now // 3600)


class MailKeys:
    """The mail keys of a data folder. Several processes may use the folder at once."""

    def __init__(self, folder: Path, now: Callable[[], float], random: Random = os.urandom) -> None:
        """Take the folder and the clock (seconds since 1970); nothing is touched yet."""
        self._folder = folder
        self._now = now
        self._random = random
        self._held: dict[int, bytes] = {}
        self._sealing: tuple[int, LetterSealer] | None = None

    def current(self) -> tuple[int, bytes]:
        """Give the present hour and its key, made where nobody has made it yet.

        Raises:
            Unusable, OSError: the file cannot be read or written; take no signature then.
        """
        hour = hour_of(self._now())
        return hour, self._made(hour)

    def _made(self, hour: int) -> bytes:
        key = self._held.get(hour)
        if key is None:
            file = self._file(hour)
            if not file.exists():
                write_secret(file, self._random(_KEY))
            key = read_secret(file, _KEY)
            self._held = {hour: key}  # the door needs no other, and keeps none in memory
        return key

    def sealer(self, now: float) -> tuple[int, LetterSealer]:
        """Give the hour of `now`, the present in seconds since 1970, and what encrypts letters under its key.

        Raises:
            Unusable, OSError: see `current`.
        """
        hour = hour_of(now)
        if self._sealing is None or self._sealing[0] != hour:
            self._sealing = hour, LetterSealer(self._made(hour))
        return self._sealing

    def key(self, hour: int) -> bytes | None:
        """Give the key of that hour, or None: older than 72 hours, destroyed, or never made.

        Raises:
            Unusable: the file is there and cannot be used.
        """
        present = hour_of(self._now())
        self._forget(present)
        if present >= hour + HOURS:
            return None
        if hour not in self._held:
            try:
                self._held[hour] = read_secret(self._file(hour), _KEY)
            except FileNotFoundError:
                return None
        return self._held[hour]

    def destroy(self, now: float) -> int:
        """Destroy the keys that are 72 hours old at `now`, seconds since 1970; give how many there were."""
        present = hour_of(now)
        self._forget(present)
        return sum(destroy(file) for hour, file in self._files() if present >= hour + HOURS)

    def _file(self, hour: int) -> Path:
        return self._folder / f"{hour}.key"

    def _files(self) -> Iterator[tuple[int, Path]]:
        if not self._folder.is_dir():
            return
        for file in sorted(self._folder.iterdir()):
            # A draft that a killed process left is named .<hour>.key.<random>.
            number = file.name.lstrip(".").split(".")[0]
            if ".key" in file.name and number.isdecimal():
                yield int(number), file

    def _forget(self, present: int) -> None:
        for hour in [hour for hour in self._held if present >= hour + HOURS]:
            del self._held[hour]
        if self._sealing is not None and present >= self._sealing[0] + HOURS:
            self._sealing = None
