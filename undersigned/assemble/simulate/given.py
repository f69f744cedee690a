"""The mill of `million_journal`: before each turn it takes letters and confirmations as given.

For every form that the doors have journaled it writes `LetterSent` and `Confirmed` into the post's journal, as
if the letter had come and its button been pressed at once. Only ever in a simulated folder, and only here.
Run as `python -m undersigned.assemble.simulate.given FOLDER` until SIGTERM.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from undersigned.assemble import stores
from undersigned.assemble.mill import LOOK, Mill
from undersigned.assemble.places import post_source
from undersigned.assemble.simulate.folder import Refused
from undersigned.core.events import Confirmed, LetterSent, Signed, decode, encode
from undersigned.journal.frames import pack, unpack
from undersigned.journal.needs import JournalReader
from undersigned.settings import Settings, read

__all__ = ["Given", "run"]

_CHUNK = 64  # segments read at once
_PACKED = 512  # events of one segment written


class Given:
    """Writes what is given for everything the doors have journaled. One thread, with the mill's turns."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings of a simulated folder.

        Raises:
            Refused: the folder is not simulated.
        """
        if not settings.simulated:
            raise Refused(f"{settings.dir} is a real installation. Nothing is ever taken as given there.")
        names = [f"door-{number}" for number in range(1, settings.workers + 1)]
        self._readers: dict[str, JournalReader] = {name: stores.journal_reader(settings, name) for name in names}
        self._after = dict.fromkeys(names, 0)
        self._journal = stores.journal(settings, post_source(1))

    def turn(self) -> None:
        """Give what is there. Everything is read before anything is decoded, while the doors still keep it."""
        segments: list[bytes] = []
        for name, reader in self._readers.items():
            while found := reader.read(self._after[name], _CHUNK):
                self._after[name] = found[-1][0]
                segments += [segment for _, segment in found]
        records: list[bytes] = []
        for segment in segments:
            for event in map(decode, unpack(segment)):
                if isinstance(event, Signed):
                    records += (encode(LetterSent(event.record, event.at)), encode(Confirmed(event.lookup, event.at)))
        for at in range(0, len(records), _PACKED):
            self._journal.append(pack(records[at : at + _PACKED]))

    def close(self) -> None:
        """Release the stores."""
        for reader in self._readers.values():
            reader.close()
        self._journal.close()


def run(folder: Path) -> int:
    """Turn until SIGTERM."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    settings = read(folder)
    given, mill = Given(settings), Mill(settings)
    mill.start()
    while not stopping.is_set():
        given.turn()
        if not mill.turn():
            stopping.wait(LOOK)
    given.close()
    mill.close()
    return 0


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
