"""What is compared before a process signs anything: a restored backup must never sign a fork."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from undersigned.stages.tlog.needs import Head, HighWater, LogLedger, Notes, Refused, Tiles
from undersigned.stages.tlog.publication import CHECKPOINT, VKEY, behind, damaged, differs, read_back
from undersigned.stages.tlog.witnesses import Circle

__all__ = ["check_start"]

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
    """Compare the ledger with everything that says how far this log has gone. Reads the whole ledger log once.

    Seconds for a million lines. `origin` is the public host.

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
    _compare(ledger, campaign, head, seen)
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


def _compare(ledger: LogLedger, campaign: str, head: Head, seen: Mapping[str, Checkpoint | None]) -> None:
    """Hash the ledger's log from its first line, and compare roots at the head and at every size seen."""
    for what, checkpoint in seen.items():
        if checkpoint and checkpoint.size > head.size:
            raise behind(campaign, head.size, checkpoint.size, what)
    sizes = {checkpoint.size for checkpoint in seen.values() if checkpoint}
    roots = _roots(ledger, campaign, sorted({0, *sizes, head.size}))
    for what, checkpoint in seen.items():
        if checkpoint and roots.get(checkpoint.size) != checkpoint.root:
            raise differs(campaign, checkpoint.size, what)
    if roots.get(head.size) != head.root:
        raise damaged(campaign)


def _roots(ledger: LogLedger, campaign: str, sizes: Sequence[int]) -> dict[int, bytes]:
    """Give the root of the ledger's lines at each of these rising sizes, as far as the lines reach."""
    size = 0
    edge: merkle.Edge = ()
    roots: dict[int, bytes] = {}
    for wanted in sizes:
        while size < wanted:
            lines = ledger.entries(campaign, size, min(size + _PART, wanted))
            if not lines:
                return roots
            size, edge = merkle.extend(size, edge, merkle.leaves(lines))
        roots[wanted] = merkle.root(size, edge)
    return roots


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
