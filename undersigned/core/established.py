"""Domains that many people share who have nothing to do with each other: `established.toml` and `providers.toml`."""

from __future__ import annotations

import tomllib
from importlib import resources

from undersigned.core.normal import PROVIDERS

__all__ = ["is_established"]


def _domains() -> frozenset[str]:
    source = resources.files(__package__).joinpath("established.toml").read_text("utf-8")
    return frozenset(tomllib.loads(source)["domains"])


_DOMAINS = _domains()
_RESERVED = (".example", ".example.com", ".example.net", ".example.org")  # RFC 2606: nobody has a mailbox there


def is_established(domain: str) -> bool:
    """Tell whether a domain (an A-label, as of a canonical address) is a provider's, or reserved for examples."""
    return domain in PROVIDERS or domain in _DOMAINS or domain.endswith(_RESERVED)
