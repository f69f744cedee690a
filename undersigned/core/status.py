"""What is true of one signature, as far as the ledger knows."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

__all__ = ["Appeal", "State", "Status"]

State: TypeAlias = Literal[
    "waiting",  # not confirmed yet
    "expired",  # not confirmed within 72 hours
    "duplicate",  # another signature of the same address was confirmed
    "refused",  # the holder of the address said: it was not me
    "confirmed",  # confirmed, not yet in the log
    "counted",  # in the log, and standing
    "review",  # confirmed, under review, not in the headline
    "withdrawn",
    "erased",
    "struck",
]


Appeal: TypeAlias = Literal[
    "",
    "made",  # the signer has asked to have the striking out looked at again
    "upheld",
    "dismissed",
]


class Status(msgspec.Struct, frozen=True):
    """The state of the signature that a token belongs to.

    `as_of` is the second up to which the ledger has read the journal; `index` is the leaf's, if it has
    one; `code` is the reason where the state is `struck` or `review`; `appeal` is what became of an appeal.
    """

    campaign: str
    state: State
    as_of: int
    signed: int
    index: int | None = None
    commitment: bytes = b""
    code: str = ""
    appeal: Appeal = ""
