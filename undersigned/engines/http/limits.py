"""The limits that a front keeps; those that measurements asked for (`docs/door.md`)."""

from __future__ import annotations

import msgspec

__all__ = ["LIMITS", "Limits"]


class Limits(msgspec.Struct, frozen=True):
    """What one worker bears. Times in seconds."""

    head_bytes: int = 16 * 1024
    head_seconds: float = 5.0  # from a request's first byte to the end of its head
    body_seconds: float = 5.0  # from there to the end of the body
    idle_seconds: float = 60.0  # kept alive without a request
    write_seconds: float = 20.0  # for a client to take in what fills the buffers
    linger_seconds: float = 2.0  # for what a client is still sending after a refusal that closes
    linger_bytes: int = 256 * 1024
    end_seconds: float = 8.0  # for what is in flight when the front is told to end
    connections: int = 8192
    pipelined: int = 64  # requests that wait behind one that is being answered


LIMITS = Limits()
