"""The declarations of personal fields, for whoever tells people about them and may not see a person."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import msgspec

from undersigned.core.person import JOURNALED, Address, Person, Personal

__all__ = ["declarations"]


def declarations() -> Iterator[tuple[str, Personal]]:
    """Give (field, declaration) of every personal field: sealed record, letter, then journal and ledger."""
    for kind in (Person, Address):
        hints = typing.get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            declared = typing.get_args(hints[field.name])[1]
            if isinstance(declared, Personal):
                yield field.name, declared
    for name, kept in JOURNALED.items():
        if isinstance(kept, Personal):
            yield name, kept
