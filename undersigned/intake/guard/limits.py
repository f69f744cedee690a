"""How often one network may ask. Token buckets in memory, by prefix; no address is kept or logged.

The prefix is the whole IPv4 address or the /64 of an IPv6 address, because a /64 is what one line gets.
Its key is a hash under a random key of this process, so that memory holds no address in the clear.
Whoever is refused is told so and when to come back (429); nobody is dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from socket import AF_INET, AF_INET6, inet_pton
from typing import Final

__all__ = ["Limiter", "client", "prefix"]

_MAPPED: Final = bytes(10) + b"\xff\xff"  # ::ffff:0:0/96, IPv4 in IPv6 (RFC 4291, 2.5.5.2)
MOST: Final = 65_536  # prefixes remembered at once; whoever falls out starts with a full bucket


def prefix(address: str) -> bytes:
    """Give the bytes that stand for the network of an address: IPv4 /32, IPv6 /64; b"" where it is none.

    Nothing is remembered between calls: a cache would hold addresses.
    """
    bare = address.partition("%")[0]
    try:
        if ":" not in bare:
            return inet_pton(AF_INET, bare)
        found = inet_pton(AF_INET6, bare)
    except (OSError, ValueError):  # no address; a NUL or half a character in it
        return b""
    return found[12:] if found.startswith(_MAPPED) else found[:8]


def client(peer: str, forwarded: str, proxies: int) -> str:
    """Give the address of the client.

    `forwarded` is X-Forwarded-For as it came. Each of our `proxies` has added the address that connected
    to it at the end, so the entry that many places from the end is the client's; what stands before it
    was written by the client and is not believed. Without proxies nothing of it is.
    """
    if not proxies or not forwarded:
        return peer
    hops = forwarded.rsplit(",", proxies)
    found = hops[-proxies].strip() if len(hops) >= proxies else hops[0].strip()
    return found if prefix(found) else peer


class Limiter:
    """Token buckets: `burst` at once, `rate` a minute for ever. One event loop; times in seconds."""

    def __init__(self, rate: int, burst: int, random: Callable[[int], bytes], most: int = MOST) -> None:
        """Take the limits; `random` makes the key under which prefixes are hashed."""
        self._rate = rate / 60
        self._burst = float(burst)
        self._hash = blake2b(key=random(32), digest_size=8)
        self._most = most
        self._buckets: dict[bytes, tuple[float, float]] = {}  # key -> (tokens left, at)

    def take(self, address: str, now: float) -> float:
        """Take one token; give 0, or the seconds until there is one again. A refused request costs nothing."""
        hashed = self._hash.copy()
        hashed.update(prefix(address))
        key = hashed.digest()
        left, at = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + max(0.0, now - at) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate if self._rate else 3600.0
        self._buckets[key] = (left - 1 if not wait else left, now)
        if len(self._buckets) > self._most:
            del self._buckets[next(iter(self._buckets))]  # the one not seen for longest
        return wait

    def __len__(self) -> int:
        """How many prefixes are remembered."""
        return len(self._buckets)
