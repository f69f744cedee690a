"""The published table of mail providers, and what an address comes to by it."""

from __future__ import annotations

import tomllib
from importlib import resources

import msgspec

__all__ = ["PROVIDERS", "VERSION", "Canonical", "Provider"]


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The rule of one provider; see `providers.toml` for the meaning of each field."""

    name: str
    domains: tuple[str, ...]
    source: tuple[str, ...]
    same: str = ""
    tag: str = ""
    ignored: str = ""
    alike: str = ""
    subdomain: bool = False

    def mailbox(self, local: str) -> str:
        """Give the spelling that stands for `local`; `local` itself where nothing would be left of it."""
        kept = local
        for sign in self.tag:
            kept = kept.partition(sign)[0]
        for sign in self.ignored:
            kept = kept.replace(sign, "")
        for sign in self.alike[1:]:
            kept = kept.replace(sign, self.alike[0])
        return kept or local


class Canonical(msgspec.Struct, frozen=True, gc=False):
    """An address that can be written to, and the form it is compared in."""

    address: str  # the canonical form; never written to, never shown
    typed: str  # as it was typed, in NFC: where the letter goes
    domain: str  # of the address as typed, lower-cased, as an A-label
    provider: str  # name of the provider whose rule was applied, or ""
    flags: tuple[str, ...] = ()  # reasons for a review: MIXED_SCRIPT


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    provider: tuple[Provider, ...]


def _table() -> _Table:
    source = resources.files(__package__).joinpath("providers.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(source), _Table)


_TABLE = _table()

#: The rule set, named in the genesis line of every log.
VERSION = f"addresses/{_TABLE.version}"

#: Every provider by its domain.
PROVIDERS: dict[str, Provider] = {domain: provider for provider in _TABLE.provider for domain in provider.domains}
