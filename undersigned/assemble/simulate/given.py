"""The mill of `million_journal`: it takes letters and confirmations as given.

For every form that the mill reads from a door's journal, `LetterSent` and `Confirmed` are written into the post's
journal, as if the letter had come and its button been pressed at once. The mill reads the post's journal after those of
the doors, so each batch finds its own confirmations. Only ever in a simulated folder, and only here.
Run as `python -m undersigned.assemble.simulate.given FOLDER` until SIGTERM.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from undersigned.assemble import stores
from undersigned.assemble.mill import Mill, turn_until
from undersigned.assemble.places import post_source
from undersigned.assemble.simulate.folder import Refused
from undersigned.core.events import Confirmed, LetterSent, Signed, decode, encode
from undersigned.journal.frames import pack, unpack
from undersigned.journal.needs import Journal, JournalReader
from undersigned.settings import Settings, read

__all__ = ["GivenMill", "run"]

_PACKED = 512  # events of one segment written


class _Giving:
    """Reads a door's journal, and gives what is to be given for each segment when it is first read."""

    def __init__(self, door: JournalReader, post: Journal) -> None:
        self._door = door
        self._post = post
        self._given = 0

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        found = self._door.read(after, limit)
        self._give([segment for position, segment in found if position > self._given])
        self._given = max([self._given, *(position for position, _ in found)])
        return found

    def _give(self, segments: list[bytes]) -> None:
        records: list[bytes] = []
        for segment in segments:
            for event in map(decode, unpack(segment)):
                if isinstance(event, Signed):
                    records += (encode(LetterSent(event.record, event.at)), encode(Confirmed(event.lookup, event.at)))
        for at in range(0, len(records), _PACKED):
            self._post.append(pack(records[at : at + _PACKED]))

    def dropped(self) -> int:
        return self._door.dropped()

    def close(self) -> None:
        self._door.close()


class GivenMill(Mill):
    """A mill whose doors' forms are written to and confirmed as soon as they are read."""

    def __init__(self, settings: Settings) -> None:
        """Open the stores, the post's journal too.

        Raises:
            Refused: the folder is not simulated.
        """
        if not settings.simulated:
            raise Refused(f"{settings.dir} is a real installation. Nothing is ever taken as given there.")
        super().__init__(settings)
        self._post = stores.journal(settings, post_source(1))

    def _sources(self) -> dict[str, JournalReader]:
        sources = super()._sources()
        for name, reader in sources.items():
            if name.startswith("door") and not isinstance(reader, _Giving):
                sources[name] = _Giving(reader, self._post)
        return sources

    def close(self) -> None:
        """Close the stores."""
        super().close()
        self._post.close()


def run(folder: Path) -> int:
    """Turn until SIGTERM."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    mill = GivenMill(read(folder))
    mill.start()
    turn_until(mill, stopping)
    mill.close()
    return 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
