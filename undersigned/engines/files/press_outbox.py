"""The outbox of letters to the press: a file a letter in a folder for its owner only, and a file for what became of it.

`waiting/` the desk has written it; `begun/` it may have been handed over; `done/` what became of it, without a word of
it or of whom it was for. A letter is overwritten and unlinked when it is settled.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from undersigned.stages.mail.press import PressLetter, State
from undersigned.vault.secret_files import destroy, sync_folder, write_once

__all__ = ["PressFolder", "Settled"]


class Settled(msgspec.Struct, frozen=True):
    """What became of a letter; `at` in seconds since 1970."""

    name: str
    state: State
    code: str
    at: int


class PressFolder:
    """`stages.mail.press.PressOutbox` in a folder, and the desk's side of it."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made (0700) with the first letter."""
        self._folder = folder

    def put(self, letter: PressLetter) -> None:
        """Leave a letter, durable when this returns.

        Raises:
            OSError: the disk refuses.
        """
        write_once(self._file("waiting", letter.name), msgspec.json.encode(letter))

    def known(self, name: str) -> bool:
        """Tell whether the letter, or what became of it, is here."""
        return any(self._file(part, name).exists() for part in ("waiting", "begun", "done"))

    def settled(self) -> Sequence[Settled]:
        """Give what became of letters and was not taken yet."""
        return [msgspec.json.decode(file.read_bytes(), type=Settled) for file in self._files("done")]

    def take(self, name: str) -> None:
        """Forget what became of a letter: the desk knows it."""
        self._file("done", name).unlink(missing_ok=True)

    def call_back(self, name: str) -> bool:
        """Destroy a letter that waits; False where it does not wait any more."""
        return destroy(self._file("waiting", name))

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Tell whether no other process of this machine hands letters over from here, until the end of the block."""
        if not self._folder.is_dir():
            yield False
            return
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
        finally:
            os.close(descriptor)

    def waiting(self) -> Sequence[PressLetter]:
        """Give the letters that wait, in order of their time."""
        found = [msgspec.json.decode(file.read_bytes(), type=PressLetter) for file in self._files("waiting")]
        return sorted(found, key=lambda one: (one.at, one.name))

    def begun(self) -> Sequence[str]:
        """Give the names of letters that were begun, and of which nothing else is known."""
        return [file.stem for file in self._files("begun")]

    def begin(self, name: str) -> None:
        """Note, durably, that a letter may be handed over from now on."""
        self._move(name, "waiting", "begun")

    def again(self, name: str) -> None:
        """Let a letter that was begun wait again."""
        self._move(name, "begun", "waiting")

    def settle(self, name: str, state: State, code: str, at: int) -> None:
        """Write down what became of a letter, and destroy it."""
        write_once(self._file("done", name), msgspec.json.encode(Settled(name, state, code, at)))
        for part in ("begun", "waiting"):
            if self._file(part, name).exists():
                destroy(self._file(part, name))

    def _file(self, part: str, name: str) -> Path:
        return self._folder / part / f"{name}.json"

    def _files(self, part: str) -> list[Path]:
        return sorted((self._folder / part).glob("[!.]*.json"))

    def _move(self, name: str, one: str, other: str) -> None:
        self._file(other, name).parent.mkdir(mode=0o700, exist_ok=True)
        self._file(one, name).rename(self._file(other, name))
        for part in (other, one):
            sync_folder(self._folder / part)
