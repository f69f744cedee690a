"""What the door will ask of tickets. Nothing keeps this yet: the place for it is here.

A ticket shapes how fast one machine can sign; it says nothing about who does. The door would check it
where it takes a token from a bucket: a network that asks too often is given a way on, not a closed door.
A ticket is bound to a campaign, expires after ten minutes, and is used once: the event of the signature
would carry its nonce, and the sequencer would refuse the second (a door process sees only its own).
Whoever has no script gets one that ripens after some seconds.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Tickets"]


class Tickets(Protocol):
    """Issues and checks tickets."""

    def issue(self, campaign: str, now: float) -> str:
        """Give a fresh ticket for the form of that campaign."""
        ...

    def check(self, ticket: str, campaign: str, now: float) -> bytes | None:
        """Give the nonce of a ticket that is ripe, not expired and of this campaign, or None."""
        ...
