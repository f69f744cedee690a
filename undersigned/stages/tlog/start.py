"""What is compared before a process signs anything: a restored backup must never sign a fork."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from undersigned.core import merkle
from undersigned.core.checkpoint import (
    Checkpoint,
    Forged,
    VerifierKey,
    Verify,
    format_body,
    open_checkpoint,
    origin_of,
    parse_vkey,
)
from undersigned.core.strict import Malformed
from undersigned.core.tiles import WIDTH, Missing, Reader, tile_path
from undersigned.stages.tlog.needs import Head, HighWater, LogLedger, Notes, Refused, Tiles
from undersigned.stages.tlog.publication import CHECKPOINT, VKEY, behind, damaged, differs, read_back, rotten
from undersigned.stages.tlog.witnesses import Circle

__all__ = ["check_start", "prove"]

_PART = 4096


def check_start(
    ledger: LogLedger,
    tiles: Tiles,
    notes: Notes,
    high_water: HighWater,
    witnesses: Circle,
    campaign: str,
    origin: str,
    verify: Verify,
) -> None:
    """Compare the ledger with everything that says how far this log has gone. `origin` is the public host.

    Where the published tiles lead from the lines behind them to every root, nothing else is read. Where they do
    not, the whole log in the ledger is: seconds for a million lines. What stands left of the last tile is then
    proven in rounds (`prove`).

    Raises:
        Refused: `no-key`, `other-key`, `unreadable`, `damaged`, `ledger-behind`, `ledger-differs`,
            `witness-ahead` or `witness-differs`; the message says what happened and what to do.
    """
    head = ledger.head(campaign)
    found = {
        "signed": ledger.signed(campaign) or None,
        "published": tiles.get(campaign, CHECKPOINT),
        "noted as high water": high_water.get(campaign),
    }
    if not head.size and not any(found.values()) and not _has_key(notes, campaign):
        return
    key = _key(notes, tiles, campaign)
    seen = {what: _opened(note, key, verify, origin_of(origin, campaign), what) for what, note in found.items()}
    _compare(ledger, tiles, campaign, head, seen)
    _ask(witnesses, campaign, _largest(found, seen) or _nothing(notes, campaign, key.name))


def _has_key(notes: Notes, campaign: str) -> bool:
    try:
        return bool(notes.vkey(campaign))
    except LookupError:
        return False


def _key(notes: Notes, tiles: Tiles, campaign: str) -> VerifierKey:
    try:
        vkey = notes.vkey(campaign)
    except LookupError as error:
        raise Refused("no-key", str(error)) from None
    published = tiles.get(campaign, VKEY)
    if published is not None and published != vkey.encode() + b"\n":
        raise _other_key(campaign, "published key")
    return parse_vkey(vkey)


def _other_key(campaign: str, what: str) -> Refused:
    return Refused(
        "other-key",
        f"The {what} of the log of {campaign} is not of the key in the secrets, or not of this address."
        " Everybody who knows the log would see a forgery; nothing was signed. Put the right log.key back, or"
        " set the public address (url) to what it was when the log began.",
    )


def _opened(note: bytes | None, key: VerifierKey, verify: Verify, origin: str, what: str) -> Checkpoint | None:
    if read_back(note, f"checkpoint that was {what}") is None or note is None:
        return None
    try:
        return open_checkpoint(note, key, verify, origin)
    except Forged:
        raise _other_key(origin, f"checkpoint that was {what}") from None


def _compare(ledger: LogLedger, tiles: Tiles, campaign: str, head: Head, seen: Mapping[str, Checkpoint | None]) -> None:
    """Compare roots at the head and at every size seen; from the first line on, unless the tiles lead there."""
    for what, checkpoint in seen.items():
        if checkpoint and checkpoint.size > head.size:
            raise behind(campaign, head.size, checkpoint.size, what)
    found = [checkpoint for checkpoint in seen.values() if checkpoint]
    sizes = sorted({head.size, *(checkpoint.size for checkpoint in found)})
    if found and _lead(_roots(ledger, campaign, sizes, *_near(tiles, campaign, sizes[0])), head, found):
        return
    roots = _roots(ledger, campaign, sizes, 0, ())
    for what, checkpoint in seen.items():
        if checkpoint and roots.get(checkpoint.size) != checkpoint.root:
            raise differs(campaign, checkpoint.size, what)
    if roots.get(head.size) != head.root:
        raise damaged(campaign)


def _near(tiles: Tiles, campaign: str, size: int) -> tuple[int, merkle.Edge]:
    """Give size and edge of the full tiles of a published tree; not believed until lines lead from them to its root."""
    whole = size - size % WIDTH
    try:
        return whole, merkle.edge(whole, Reader(size, partial(tiles.get, campaign)))
    except (Missing, Malformed):
        return 0, ()


def _lead(roots: Mapping[int, bytes], head: Head, found: Sequence[Checkpoint]) -> bool:
    return roots.get(head.size) == head.root and all(roots.get(one.size) == one.root for one in found)


def _roots(ledger: LogLedger, campaign: str, sizes: Sequence[int], size: int, edge: merkle.Edge) -> dict[int, bytes]:
    """Give the root at each of these rising sizes, as far as the lines reach that stand behind `size` and `edge`."""
    roots: dict[int, bytes] = {}
    for wanted in sizes:
        while size < wanted:
            lines = ledger.entries(campaign, size, min(size + _PART, wanted))
            if not lines:
                return roots
            size, edge = merkle.extend(size, edge, merkle.leaves(lines))
        roots[wanted] = merkle.root(size, edge)
    return roots


def prove(ledger: LogLedger, tiles: Tiles, campaign: str, tile: int, number: int) -> int:
    """Prove of the next full tiles, `number` of them from `tile` on, that they are what the ledger's lines give.

    Gives the tile to go on with: 0 behind the last one, for what was whole at one time may rot at another.

    Raises:
        Refused: `damaged`: a line or a tile was changed at rest.
    """
    published = read_back(tiles.get(campaign, CHECKPOINT), "published checkpoint")
    size = published.size if published else 0
    read = Reader(size, partial(tiles.get, campaign))
    stop = min(size // WIDTH, tile + number)
    for index in range(tile, stop):
        hashes = merkle.leaves(ledger.entries(campaign, index * WIDTH, (index + 1) * WIDTH))
        if tiles.get(campaign, tile_path(0, index)) != b"".join(hashes) or _above(read, index) != merkle.root_of(
            hashes
        ):
            raise rotten(campaign, index)
    return stop if stop < size // WIDTH else 0


def _above(read: Reader, index: int) -> bytes:
    """Give what the level above holds of a full tile; nothing where it cannot be read."""
    try:
        return read(8, index)
    except (Missing, Malformed):
        return b""


def _largest(found: Mapping[str, bytes | None], seen: Mapping[str, Checkpoint | None]) -> bytes | None:
    sizes = {what: checkpoint.size for what, checkpoint in seen.items() if checkpoint}
    return found[max(sizes, key=lambda what: sizes[what])] if sizes else None


def _nothing(notes: Notes, campaign: str, origin: str) -> bytes:
    """Sign the empty tree, which every tree grows from: it asks a witness what it has seen and commits to nothing."""
    return notes.sign(campaign, format_body(origin, 0, merkle.EMPTY))


def _ask(circle: Circle, campaign: str, checkpoint: bytes) -> None:
    for alarm in circle.compare(checkpoint):
        if alarm.grave:
            raise Refused(
                f"witness-{alarm.code}",
                f"The witness {alarm.witness} disagrees about the log of {campaign}: {alarm.message}. Something"
                " was signed with this log's key that this ledger does not know; nothing more was signed. Look for"
                " a newer copy of the ledger, or for another machine that signs. If you are sure that the witness is"
                " wrong, take it out of the settings and say so in public.",
            )
