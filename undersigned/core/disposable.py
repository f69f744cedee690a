"""Services that give anybody a mailbox for some minutes: `disposable.toml`, and a longer list of the operator's."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Set
from importlib import resources

__all__ = ["DISPOSABLE", "is_disposable", "read"]

DISPOSABLE = "disposable"  #: review code: the mailbox is of such a service
_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def _domains() -> frozenset[str]:
    source = resources.files(__package__).joinpath("disposable.toml").read_text("utf-8")
    return frozenset(domain for service in tomllib.loads(source)["service"] for domain in service["domains"])


_DOMAINS = _domains()


def is_disposable(domain: str, more: Set[str] = frozenset()) -> bool:
    """Tell whether a domain (an A-label, as of a canonical address) or one above it is in the list or in `more`."""
    while domain:
        if domain in _DOMAINS or domain in more:
            return True
        domain = domain.partition(".")[2]
    return False


def read(text: str) -> frozenset[str]:
    """Read a longer list: one domain a line, as an A-label; empty lines and those from # on are passed over.

    Raises:
        ValueError: a line holds something else; the message names its number.
    """
    found = set()
    for number, line in enumerate(text.splitlines(), start=1):
        domain = line.partition("#")[0].strip().lower()
        if domain and not _DOMAIN.fullmatch(domain):
            raise ValueError(f"line {number} is no domain")
        found.add(domain)
    return frozenset(found - {""})
