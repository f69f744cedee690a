"""From the ledger's head to the published checkpoint: tiles, signature, publication, witnesses, clean-up.

Every part looks at what is there and does what is missing, so all of it can be run again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from undersigned.core import merkle
from undersigned.core.checkpoint import Checkpoint, Malformed, body_of, format_body, origin_of, parse_note
from undersigned.core.growth import Growth, tiles_for
from undersigned.core.tiles import Missing, Reader
from undersigned.stages.tlog.needs import Head, HighWater, LogLedger, Notes, Refused, Tiles
from undersigned.stages.tlog.witnesses import Asked, Circle, merged

__all__ = ["CHECKPOINT", "VKEY", "Publication", "behind", "damaged", "differs", "read_back", "rotten"]

CHECKPOINT = "checkpoint"
VKEY = "vkey"

_FILES = 256  # tiles and bundles written at once


class Publication:
    """Brings one log's published files up to its ledger."""

    def __init__(
        self,
        ledger: LogLedger,
        tiles: Tiles,
        notes: Notes,
        high_water: HighWater,
        circle: Circle,
        campaign: str,
        host: str,
    ) -> None:
        """Take the stores; `host` is what the log's origin begins with."""
        self._ledger = ledger
        self._tiles = tiles
        self._notes = notes
        self._high_water = high_water
        self._circle = circle
        self._campaign = campaign
        self._origin = origin_of(host, campaign)
        self._begun: tuple[Head, Sequence[Callable[[], None]]] | None = None
        self._keyed = False  # whether the verifier key is known to be published
        self._written = 0  # size of the tree whose files were read or written last

    def catch_up(self, now: int) -> None:
        """Write, sign and publish whatever is missing, in the writing order; nothing where the log is empty.

        Raises:
            Refused: the ledger is behind what was signed or published, or differs from it, or is damaged.
            Moved: somebody else signs this log.
            Immutable: a published file would have to change.
        """
        self.begin()
        self.finish(now)

    def begin(self, growth: Growth | None = None) -> None:
        """Begin to write the tiles that the ledger's head has and the published one has not.

        Nothing is signed before `finish`; what is done in between goes on while these files are flushed. `growth` is
        what the ledger has just been grown with from the published head on; it spares reading and hashing those
        lines again.

        Raises:
            Refused: the ledger is behind what was signed or published, or differs from it, or is damaged.
            Immutable: a published file would have to change.
        """
        head = self._ledger.head(self._campaign)
        self._compare(head)
        if head.size:
            self._begun = head, self._begin_tiles(head, growth)

    def finish(self, now: int) -> None:
        """Wait for what was begun, then sign and publish it; nothing where nothing was.

        Raises:
            Refused: there is no key.
            Moved: somebody else signs this log.
            OSError: a file could not be written; nothing was signed.
        """
        if self._begun is None:
            return
        (head, files), self._begun = self._begun, None
        for wait in files:
            wait()
            self._written = head.size
        try:
            note = self._sign(head, now)
            self._publish(note, head.size)
        except LookupError as error:
            raise Refused("no-key", str(error)) from None

    def ask(self, now: int) -> Asked:
        """Ask the witnesses about the published checkpoint, and publish the cosignatures that come."""
        published = self._get(CHECKPOINT)
        if published is None or not self._circle.missing(published):
            return Asked()
        size = body_of(published).size
        read = Reader(size, self._get)
        asked = self._circle.ask(published, lambda old: merkle.consistency(old, size, read), now)
        if asked.signatures:
            self._tiles.replace(self._campaign, CHECKPOINT, merged(published, asked.signatures))
        return asked

    def _get(self, path: str) -> bytes | None:
        return self._tiles.get(self._campaign, path)

    def _published(self) -> Checkpoint | None:
        return read_back(self._get(CHECKPOINT), "published checkpoint")

    def _compare(self, head: Head) -> None:
        """Refuse where anything signed before is not what the ledger's head continues."""
        seen = {
            "signed": read_back(self._ledger.signed(self._campaign), "signed checkpoint"),
            "published": self._published(),
            "noted as high water": read_back(self._high_water.get(self._campaign), "high-water note"),
        }
        for what, checkpoint in seen.items():
            if checkpoint and checkpoint.size > head.size:
                raise behind(self._campaign, head.size, checkpoint.size, what)
            if checkpoint and checkpoint.size == head.size and checkpoint.root != head.root:
                raise differs(self._campaign, checkpoint.size, what)

    def _begin_tiles(self, head: Head, growth: Growth | None) -> Sequence[Callable[[], None]]:
        """Begin to write the tiles between the published size and the head; all of them where they were lost.

        Nothing is written that could not be unwritten before the new tiles have the root of the ledger's head.
        """
        published = self._published()
        if published and published.size == head.size:
            return []
        size = published.size if published and self._is_written(published) else 0
        try:
            files = dict(tiles_for(size, head.size, self._entries, self._get, growth))
            root = Reader(head.size, lambda path: files.get(path) or self._get(path)).root()
        except (Missing, Malformed, ValueError):
            raise damaged(self._campaign) from None
        if root != head.root:
            raise damaged(self._campaign)
        *many, last = _batched(files.items(), _FILES)
        for some in many:
            self._tiles.begin(self._campaign, some)()
        return [self._tiles.begin(self._campaign, last)]

    def _entries(self, start: int, stop: int) -> Sequence[bytes]:
        return self._ledger.entries(self._campaign, start, stop)

    def _is_written(self, published: Checkpoint) -> bool:
        """Tell whether the tiles on disk have the published root; not asked again of what was just written."""
        if published.size == self._written:
            return True
        try:
            return Reader(published.size, self._get).root() == published.root
        except (Missing, Malformed):
            return False

    def _sign(self, head: Head, now: int) -> bytes:
        stored = self._ledger.signed(self._campaign)
        if stored and body_of(stored).size == head.size:
            return stored
        note = self._notes.sign(self._campaign, format_body(self._origin, head.size, head.root))
        at = max(now, self._ledger.signed_at(self._campaign))
        self._ledger.sign(self._campaign, stored, note, at)
        return note

    def _publish(self, note: bytes, size: int) -> None:
        """The high-water note first: nothing is ever published that it does not cover."""
        self._high_water.put(self._campaign, note)
        if not self._keyed:
            self._publish_key()
        published = self._get(CHECKPOINT)
        if published is None or parse_note(published).text != parse_note(note).text:
            self._tiles.replace(self._campaign, CHECKPOINT, note)
            self._tiles.drop_partials(self._campaign, size)

    def _publish_key(self) -> None:
        vkey = self._notes.vkey(self._campaign).encode() + b"\n"
        if self._get(VKEY) != vkey:
            self._tiles.replace(self._campaign, VKEY, vkey)
        self._keyed = True


def read_back(note: bytes | None, what: str) -> Checkpoint | None:
    """Read a note out of one of the log's own stores; None where there is none.

    Raises:
        Refused: it cannot be read.
    """
    if not note:
        return None
    try:
        return body_of(note)
    except Malformed as error:
        raise Refused(
            "unreadable",
            f"The {what} cannot be read: {error}. Nothing was signed. Put the file back from a mirror or a"
            " backup; do not delete it, it says how far the log has gone.",
        ) from None


def _batched(files: Iterable[tuple[str, bytes]], number: int) -> Iterator[list[tuple[str, bytes]]]:
    left = iter(files)
    while some := list(islice(left, number)):
        yield some


def behind(campaign: str, size: int, seen: int, what: str) -> Refused:
    """Give the refusal for a ledger that has fewer lines than were signed already."""
    return Refused(
        "ledger-behind",
        f"The ledger holds {size} lines of the log of {campaign}, but {seen} were {what}. An old copy of the"
        " ledger has been put in its place, or the wrong data folder is in use. Signing from here would fork the"
        " log, and witnesses would make that final; nothing was signed. Put the newest copy of the ledger"
        " back. If there is none, the missing lines stand in the published bundles, and the journal holds what"
        " no checkpoint covers yet.",
    )


def differs(campaign: str, size: int, what: str) -> Refused:
    """Give the refusal for a ledger that holds another tree than was signed already."""
    return Refused(
        "ledger-differs",
        f"The first {size} lines of the log of {campaign} in the ledger are not the ones that were {what}."
        " Two copies of the ledger have gone apart, or lines were changed. Signing from here would fork the"
        " log; nothing was signed. Find the copy whose lines agree with the published log and put it back.",
    )


def damaged(campaign: str) -> Refused:
    """Give the refusal for a ledger whose lines do not have the root it names."""
    return Refused(
        "damaged",
        f"The lines of the log of {campaign} in the ledger do not have the root the ledger names. The ledger is"
        " damaged; nothing was signed. Restore the newest whole copy of it, and compare with the published log"
        " before starting again.",
    )


def rotten(campaign: str, tile: int) -> Refused:
    """Give the refusal for a tile that is not what the ledger's lines give."""
    return Refused(
        "damaged",
        f"Tile {tile} of the log of {campaign} and the 256 lines of it in the ledger do not agree: one of them"
        " was changed where it is kept. Nothing more was signed. Verify the published log (undersigned verify): if it"
        " holds, restore the newest whole copy of the ledger; if not, put the file back from a mirror.",
    )
