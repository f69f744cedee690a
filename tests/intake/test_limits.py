"""Limits by network: honest networks come through, nobody falls silently, and no address is kept."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.intake.guard import limits
from undersigned.intake.guard.limits import Limiter, client, prefix


def key(size: int) -> bytes:
    return b"k" * size


def test_a_burst_is_taken_and_then_the_rate() -> None:
    limiter = Limiter(60, 5, key)
    assert [limiter.take("192.0.2.1", 100.0) for _ in range(5)] == [0.0] * 5
    assert limiter.take("192.0.2.1", 100.0) == pytest.approx(1.0)
    assert limiter.take("192.0.2.1", 100.5) == pytest.approx(0.5)
    assert limiter.take("192.0.2.1", 101.0) == 0.0
    assert limiter.take("192.0.2.2", 101.0) == 0.0


def test_coming_back_when_told_to_always_succeeds() -> None:
    limiter = Limiter(7, 2, key)
    now = 0.0
    for _ in range(50):
        wait = limiter.take("192.0.2.1", now)
        if wait:
            now += wait + 1e-6
            assert limiter.take("192.0.2.1", now) == 0.0


def test_knocking_while_refused_does_not_prolong_the_wait() -> None:
    limiter = Limiter(60, 1, key)
    limiter.take("192.0.2.1", 0.0)
    for _ in range(1000):
        limiter.take("192.0.2.1", 0.5)
    assert limiter.take("192.0.2.1", 1.0) == 0.0


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    limiter = Limiter(60, 1, key)
    limiter.take("192.0.2.1", 1000.0)
    assert limiter.take("192.0.2.1", 0.0) > 0
    assert limiter.take("192.0.2.1", 1.1) == 0.0


def test_the_table_is_bounded_and_holds_no_address() -> None:
    limiter = Limiter(60, 5, key, most=100)
    for number in range(1000):
        limiter.take(str(ipaddress.ip_address(0xC0000200 + number)), 0.0)
    assert len(limiter) == 100
    assert b"192.0.2" not in repr(limiter._buckets).encode()


def test_two_processes_hash_one_network_differently() -> None:
    one, other = Limiter(60, 5, key), Limiter(60, 5, lambda size: b"o" * size)
    for limiter in (one, other):
        limiter.take("192.0.2.1", 0.0)
    assert set(one._buckets) != set(other._buckets)


@given(st.integers(0, 2**128 - 1), st.integers(0, 2**64 - 1))
def test_a_64_is_one_network(address: int, host: int) -> None:
    found = ipaddress.IPv6Address(address)
    if found.ipv4_mapped is not None:
        return
    neighbour = ipaddress.IPv6Address(address >> 64 << 64 | host)
    if neighbour.ipv4_mapped is None:
        assert prefix(str(found)) == prefix(str(neighbour))


def test_nothing_remembers_dana_s_address_once_she_is_let_through() -> None:
    address = "203.0.113.77"
    limiter = Limiter(60, 5, key)
    limiter.take(client("10.0.0.9", f"198.51.100.1, {address}", 1), 100.0)
    assert not any(hasattr(one, "cache_info") for one in vars(limits).values())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_prefixes(one: str, other: str, same: bool) -> None:
    assert (prefix(one) == prefix(other)) is same


@pytest.mark.parametrize(
    "text", ["", "nonsense", "1.2.3", "999.1.1.1", "1.2.3.04", "1.2.3.4\0", "::\ud800", "a" * 5000]
)
def test_what_is_no_address_has_no_prefix(text: str) -> None:
    assert prefix(text) == b""


@pytest.mark.parametrize(
    ("forwarded", "proxies", "expected"),
    [
        ("127.0.0.1", 0, "10.0.0.9"),  # row 46: without proxies nothing of it is believed
        ("", 1, "10.0.0.9"),
        ("198.51.100.7", 1, "198.51.100.7"),
        ("127.0.0.1, 198.51.100.7", 1, "198.51.100.7"),  # what the client wrote stands before
        ("127.0.0.1, 198.51.100.7, 10.0.0.8", 2, "198.51.100.7"),
        ("198.51.100.7", 2, "198.51.100.7"),
        ("junk", 1, "10.0.0.9"),
        (", ".join(["127.0.0.1"] * 100), 0, "10.0.0.9"),
        (", ".join(["127.0.0.1"] * 100 + ["198.51.100.7"]), 1, "198.51.100.7"),
        ("2001:db8::1", 1, "2001:db8::1"),
    ],
)
def test_only_our_own_proxies_say_who_asks(forwarded: str, proxies: int, expected: str) -> None:
    assert client("10.0.0.9", forwarded, proxies) == expected
