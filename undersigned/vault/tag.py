"""The dedup tag: says that two addresses are the same, and nothing else, to whoever lacks the pepper."""

from __future__ import annotations

from undersigned.vault.keyed import Keyed

__all__ = ["Tagger"]


class Tagger:
    """Makes the tags of one campaign. Whoever holds one can test guessed addresses: keep it at the door."""

    __slots__ = ("_cohorts", "_keyed")

    def __init__(self, pepper: bytes, campaign: str) -> None:
        """Take the campaign's pepper (32 bytes) and its id.

        Raises:
            ValueError: the pepper has another length.
        """
        if len(pepper) != 32:
            raise ValueError("a pepper has 32 bytes")
        self._keyed = Keyed(pepper, b"undersigned/tag/v1\n" + campaign.encode() + b"\n")
        self._cohorts = Keyed(pepper, b"undersigned/cohort/v1\n" + campaign.encode() + b"\n")

    def tag(self, canonical: str) -> bytes:
        """Give the tag of a canonical address (`core.normal`): 16 bytes of HMAC-SHA-256."""
        return self._keyed.digest(canonical.encode())[:16]

    def cohort(self, domain: str) -> bytes:
        """Give what the signatures of one domain share: 8 bytes of HMAC-SHA-256."""
        return self._cohorts.digest(domain.encode())[:8]
