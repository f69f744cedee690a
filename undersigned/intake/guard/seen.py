"""What one form tells about how many come from its domain."""

from __future__ import annotations

import msgspec

__all__ = ["Seen"]


class Seen(msgspec.Struct, frozen=True, gc=False):
    """`fast`: more than usual within an hour. `named`: this is the k-th form, so that the name may be told now."""

    fast: bool
    named: bool
