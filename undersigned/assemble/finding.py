"""What an examination finds, and the shape of one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

from undersigned.assemble.places import Places
from undersigned.settings import Settings

__all__ = ["Check", "Finding", "grave", "note"]


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. `grave` findings make the examination fail."""

    code: str
    grave: bool
    what: str
    remedy: str


#: One check: it changes nothing, and holds no lock that a running process needs.
Check: TypeAlias = Callable[[Settings, Places], Iterator[Finding]]


def grave(code: str, what: str, remedy: str) -> Finding:
    """Give a finding that has to be mended."""
    return Finding(code, True, what, remedy)


def note(code: str, what: str, remedy: str) -> Finding:
    """Give a finding that somebody should know of."""
    return Finding(code, False, what, remedy)
