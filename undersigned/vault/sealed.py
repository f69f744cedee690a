"""A record as it leaves the seal."""

from __future__ import annotations

import msgspec

from undersigned.core.events import Epoch

__all__ = ["Sealed"]


class Sealed(msgspec.Struct, frozen=True, gc=False):
    """One sealed record. Where `new_epoch` is given, it stands in the journal before the record."""

    record: bytes  # 16 bytes: the second of sealing (4), then random ones; the record's name
    sealed: bytes
    slot: bytes  # 48 bytes
    epoch: bytes  # 16 bytes: the name of the epoch whose key wraps the slot
    new_epoch: Epoch | None = None
