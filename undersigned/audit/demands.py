"""What the user asks of a verification besides the log itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from undersigned.core import note
from undersigned.core.strict import Malformed

__all__ = ["Demands", "WrongKey", "read_demands"]


class WrongKey(ValueError):
    """A key given by the user is no key; the message says which and what one looks like."""


class Demands(msgspec.Struct, frozen=True):
    """The log's key as known from elsewhere, witnesses of whom `quorum` must have signed, a receipt
    (the bytes of a tlog-proof file), and the file of verified heads."""

    key: note.VerifierKey | None = None
    witnesses: tuple[note.VerifierKey, ...] = ()
    quorum: int = 0
    receipt: bytes | None = None
    heads: Path | None = None


def read_demands(
    key: str = "",
    witnesses: Sequence[str] = (),
    quorum: int | None = None,
    receipt: bytes | None = None,
    heads: Path | None = None,
) -> Demands:
    """Read the user's words; keys are vkey lines. Without a quorum all the witnesses are needed.

    Raises:
        WrongKey: a key is malformed, or the quorum is larger than the number of witnesses.
    """
    known = tuple(_key(text, note.COSIGNATURE, "witness") for text in witnesses)
    needed = len(known) if quorum is None else quorum
    if needed > len(known):
        raise WrongKey(f"{needed} witnesses are asked for and {len(known)} named. Name more with --witness.")
    return Demands(_key(key, note.ED25519, "log") if key else None, known, needed, receipt, heads)


def _key(text: str, kind: int, whose: str) -> note.VerifierKey:
    try:
        key = note.parse_vkey(text.strip())
    except Malformed as error:
        raise WrongKey(
            f"The key of the {whose} cannot be used: {error}. A key is one line: name+8 hex digits+base64."
        ) from None
    if key.type != kind:
        raise WrongKey(f"That is not the key of a {whose}: its type is {key.type}, not {kind}.")
    return key
