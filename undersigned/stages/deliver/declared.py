"""The declarations of personal fields, for whoever tells people about them and may not see a person."""

from __future__ import annotations

import typing
from collections.abc import Iterator

import msgspec

from undersigned.core.person import Address, Person, Personal

__all__ = ["declarations"]


def declarations() -> Iterator[tuple[str, Personal]]:
    """Give (field, declaration) for every field of a signer that is personal, sealed record first."""
    for kind in (Person, Address):
        hints = typing.get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            declared = typing.get_args(hints[field.name])[1]
            if isinstance(declared, Personal):
                yield field.name, declared
