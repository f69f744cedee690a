"""Receipts: tlog-proof files (C2SP tlog-proof, as of ab17a74), verifiable without any network.

Lines: `c2sp.org/tlog-proof@v1`, perhaps `extra <base64>`, `index <n>`, the inclusion proof with the
leaf's sibling first, an empty line, and the checkpoint as it was published, cosignatures included.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from undersigned.core import merkle
from undersigned.core.checkpoint import (
    Checkpoint,
    Cosignature,
    VerifierKey,
    Verify,
    body_of,
    cosignatures,
    open_checkpoint,
    parse_note,
)
from undersigned.core.strict import Malformed, decimal, from_base64, to_base64
from undersigned.core.tiles import Get, Reader

__all__ = ["Proof", "Proven", "Quorum", "check", "format_proof", "parse_proof", "prove"]

_HEADER = "c2sp.org/tlog-proof@v1"
_MOST_HASHES = 63


class Quorum(ValueError):
    """Fewer witnesses have cosigned than were asked for."""


class Proof(msgspec.Struct, frozen=True):
    """A tlog-proof. `extra` is not authenticated by anything; `checkpoint` is a whole signed note."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


class Proven(msgspec.Struct, frozen=True):
    """What a proof has shown: the leaf stands at `index` in the tree of `checkpoint`, seen by these witnesses."""

    index: int
    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def format_proof(proof: Proof) -> bytes:
    """Write a proof as a file, to be named `*.tlog-proof`."""
    lines = [_HEADER]
    if proof.extra is not None:
        lines.append(f"extra {to_base64(proof.extra)}")
    lines.append(f"index {proof.index}")
    lines += map(to_base64, proof.hashes)
    return "\n".join([*lines, "", ""]).encode() + proof.checkpoint


def parse_proof(data: bytes) -> Proof:
    """Read a proof; nothing of it is verified yet.

    Raises:
        Malformed: another form, or a hash that is not 32 bytes.
    """
    head, gap, checkpoint = data.partition(b"\n\n")
    if not gap or not checkpoint:
        raise Malformed("the proof holds no checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise Malformed("the proof is not ASCII") from None
    if lines.pop(0) != _HEADER:
        raise Malformed("not a tlog-proof of version 1")
    extra = from_base64(lines.pop(0)[6:]) if lines and lines[0].startswith("extra ") else None
    if not lines or not lines[0].startswith("index "):
        raise Malformed("the proof has no index")
    index = decimal(lines.pop(0)[6:])
    return Proof(index, _hashes(lines), checkpoint, extra)


def _hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    hashes = tuple(map(from_base64, lines))
    if len(hashes) > _MOST_HASHES or any(len(item) != 32 for item in hashes):
        raise Malformed("the proof holds something else than hashes")
    return hashes


def prove(index: int, checkpoint: bytes, get: Get, extra: bytes | None = None) -> Proof:
    """Make the proof of one leaf under a published checkpoint, out of the log's files.

    Raises:
        ValueError: the checkpoint does not reach that far.
        tiles.Missing: a tile is not there.
    """
    size = body_of(checkpoint).size
    hashes = merkle.inclusion(index, size, Reader(size, get))
    return Proof(index, tuple(hashes), checkpoint, extra)


def check(
    proof: Proof,
    entry: bytes,
    key: VerifierKey,
    verify: Verify,
    witnesses: Sequence[VerifierKey] = (),
    quorum: int = 0,
) -> Proven:
    """Verify that the log with that key holds `entry` (the whole line) at the proof's index.

    Raises:
        Malformed: the checkpoint cannot be read.
        Forged: a signature fails, or the checkpoint is of another log.
        Quorum: fewer than `quorum` of the `witnesses` have cosigned.
        merkle.Wrong: the inclusion proof fails.
    """
    checkpoint = open_checkpoint(proof.checkpoint, key, verify)
    seen = cosignatures(parse_note(proof.checkpoint), witnesses, verify)
    if len(seen) < quorum:
        raise Quorum(f"{len(seen)} of the known witnesses have cosigned, {quorum} are asked for")
    merkle.check_inclusion(proof.index, checkpoint.size, merkle.leaf(entry), proof.hashes, checkpoint.root)
    return Proven(proof.index, checkpoint, tuple(seen))
