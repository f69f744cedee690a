"""The floor of the sign measure: the same server, the same POST, an empty 204 and nothing done."""

from __future__ import annotations

from typing import Any

__all__ = ["app"]


async def app(scope: Any, protocol: Any) -> None:
    """Read the body and answer 204 (RSGI)."""
    await protocol()
    protocol.response_empty(204, [])
