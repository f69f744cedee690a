"""Bech32, as age writes its keys: BIP 173 without the limit on length.

A string is `prefix + "1" + data in groups of 5 bits + 6 characters of checksum`, all in one case.
"""

from __future__ import annotations

__all__ = ["Malformed", "decode", "encode"]

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM = 6


class Malformed(ValueError):
    """The text is no Bech32. The message never repeats the text: it may be a secret key."""


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            if top >> bit & 1:
                check ^= generator
    return check


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _regroup(values: bytes | list[int], size: int, wanted: int) -> tuple[list[int], int, int]:
    """Cut numbers of `size` bits into numbers of `wanted` bits; give them, the rest and its bits."""
    held, bits, groups = 0, 0, []
    for value in values:
        held = held << size | value
        bits += size
        while bits >= wanted:
            bits -= wanted
            groups.append(held >> bits)
            held &= (1 << bits) - 1
    return groups, held, bits


def encode(prefix: str, data: bytes) -> str:
    """Write bytes under a lower-case prefix."""
    groups, rest, bits = _regroup(data, 8, 5)
    if bits:
        groups.append(rest << (5 - bits))
    check = _polymod(_expanded(prefix) + groups + [0] * _CHECKSUM) ^ 1
    groups += [check >> 5 * (_CHECKSUM - 1 - place) & 31 for place in range(_CHECKSUM)]
    return prefix + "1" + "".join(_ALPHABET[group] for group in groups)


def decode(text: str) -> tuple[str, bytes]:
    """Read a Bech32 string, all lower or all upper case; give its prefix in lower case and the bytes.

    Raises:
        Malformed: mixed case, a character outside the alphabet, a wrong checksum, or bits left over.
    """
    if text not in (text.lower(), text.upper()):
        raise Malformed("a key mixes capitals and small letters")
    prefix, _, tail = text.lower().rpartition("1")
    if not prefix or not all("!" <= c <= "~" for c in prefix) or len(tail) < _CHECKSUM:
        raise Malformed("a key is cut off, or is no key")
    try:
        groups = [_VALUES[character] for character in tail]
    except KeyError:
        raise Malformed("a key holds a character that no key has") from None
    if _polymod(_expanded(prefix) + groups) != 1:
        raise Malformed("a key has a typing mistake: its checksum does not fit")
    data, rest, bits = _regroup(groups[:-_CHECKSUM], 5, 8)
    if bits > 4 or rest:
        raise Malformed("a key has the wrong length")
    return prefix, bytes(data)
