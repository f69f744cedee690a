"""Shares of a campaign key: SLIP-39, three of five by default, 33 English words each.

The 32 bytes that are split are the secret key itself, with no passphrase and one group, so that any
program for SLIP-39 joins them. The words do not say which kind of key it was: write that down beside them.
Not hardened against side channels: use it on a machine that is offline.
"""

from __future__ import annotations

from collections.abc import Sequence

from shamir_mnemonic import MnemonicError, decode_mnemonics, generate_mnemonics, recover_ems

from undersigned.vault.keys import SecretKey

__all__ = ["WrongShares", "join", "split"]

_MOST = 16


class WrongShares(ValueError):
    """Shares cannot be made or joined so. The message repeats no word of them."""


def split(key: SecretKey, threshold: int = 3, count: int = 5) -> list[str]:
    """Give `count` shares of which any `threshold` give the key back.

    Raises:
        WrongShares: not 2 ≤ threshold ≤ count ≤ 16.
    """
    if not 2 <= threshold <= count <= _MOST:
        raise WrongShares(f"choose 2 to {_MOST} shares, and at least 2 of them to join")
    return list(generate_mnemonics(1, [(threshold, count)], key.raw)[0])


def join(shares: Sequence[str], post_quantum: bool = False) -> SecretKey:
    """Join shares, each as its words with spaces between; at least as many as are needed.

    Raises:
        WrongShares: too few, a mistyped word, or shares of different keys.
    """
    try:
        groups = decode_mnemonics(" ".join(share.lower().split()) for share in shares)
        enough = {index: group.get_minimal_group() for index, group in groups.items()}
        secret = recover_ems(enough).decrypt(b"")
    except (MnemonicError, ValueError, KeyError, StopIteration):
        raise WrongShares(
            "these shares do not join. Each has 33 words; give as many different shares of the same key "
            "as are needed, and compare every word with the paper."
        ) from None
    if len(secret) != 32:
        raise WrongShares("these shares belong to something else: a campaign key has 32 bytes")
    return SecretKey(secret, post_quantum)
