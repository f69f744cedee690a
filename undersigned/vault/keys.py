"""Campaign keys, and the secrets that a server must have. Nothing here can open anything.

A campaign key is an age key: 32 secret bytes, written as `AGE-SECRET-KEY-1…` (X25519) or
`AGE-SECRET-KEY-PQ-1…` (post-quantum), and its recipient `age1…` or `age1pq1…`, which is public.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from undersigned.vault import bech32
from undersigned.vault.recipients import HybridRecipient, Random, WrongKey, X25519Recipient, hybrid_halves
from undersigned.vault.secret_files import Unusable, read_secret, write_secret

__all__ = [
    "SecretKey",
    "Unusable",
    "WrongKey",
    "drill_done",
    "drill_proof",
    "ensure_secret",
    "key_file",
    "make_campaign_key",
    "read_secret_key",
    "recipient_of",
]

_CLASSICAL = "AGE-SECRET-KEY-"
_POST_QUANTUM = "AGE-SECRET-KEY-PQ-"
_DRILL = "undersigned drill v1"


class SecretKey(msgspec.Struct, frozen=True):
    """A campaign key. Its representation does not show it."""

    raw: bytes  # 32 bytes
    post_quantum: bool

    def __repr__(self) -> str:
        """Name the kind only."""
        return f"SecretKey(post_quantum={self.post_quantum})"

    @property
    def secret(self) -> str:
        """The key as it is written; for the key file only."""
        prefix = _POST_QUANTUM if self.post_quantum else _CLASSICAL
        return bech32.encode(prefix.lower(), self.raw).upper()

    @property
    def recipient(self) -> str:
        """The public half as it is written."""
        if not self.post_quantum:
            key = X25519PrivateKey.from_private_bytes(self.raw)
            return str(X25519Recipient(key.public_key().public_bytes_raw()))
        mlkem, x25519 = hybrid_halves(self.raw)
        public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return str(HybridRecipient(public))


def make_campaign_key(post_quantum: bool = False, random: Random = os.urandom) -> SecretKey:
    """Make a campaign key. Do this offline."""
    return SecretKey(random(32), post_quantum)


def read_secret_key(text: str) -> SecretKey:
    """Read a key file (lines that begin with `#` are passed over) or the bare line of the key.

    Raises:
        WrongKey: not exactly one line with a key, or one that cannot be used.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if len(lines) != 1:
        raise WrongKey("a key file has exactly one line that begins with AGE-SECRET-KEY-")
    try:
        prefix, secret = bech32.decode(lines[0])
    except bech32.Malformed as error:
        raise WrongKey(f"the secret key cannot be used: {error}. Copy it again, whole.") from None
    kinds = {_CLASSICAL.lower(): False, _POST_QUANTUM.lower(): True}
    if prefix not in kinds or len(secret) != 32:
        raise WrongKey("a secret key begins with AGE-SECRET-KEY-1 or AGE-SECRET-KEY-PQ-1")
    return SecretKey(secret, kinds[prefix])


def recipient_of(secret: str) -> str:
    """Give the recipient that belongs to a secret key.

    Raises:
        WrongKey: see `read_secret_key`.
    """
    return read_secret_key(secret).recipient


def _written(now: int) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def key_file(key: SecretKey, now: int) -> str:
    """Give the text of a key file as `age-keygen` writes it, so that `age -d -i FILE` takes it."""
    return f"# created: {_written(now)}\n# public key: {key.recipient}\n{key.secret}\n"


def ensure_secret(path: Path, size: int = 32, exists: bool = False, random: Random = os.urandom) -> bytes:
    """Give the secret in a file; made there, durable and for its owner only, where it may be made.

    `exists` says that the secret is in use already (for a pepper: the campaign has signatures). Then it
    is never made again: a second pepper would count everybody twice.

    Raises:
        Unusable: it is in use and missing, has another size, or others may read it.
        OSError: the disk refuses.
    """
    if exists and not path.exists():
        raise Unusable(
            f"{path} is missing, and what it protects is in use. A new one would not fit: "
            "put it back from where you keep it. Nothing was changed."
        )
    if not path.exists():
        write_secret(path, random(size))
    return read_secret(path, size)


def drill_proof(campaign: str, recipient: str, now: int, test: bytes) -> str:
    """Give the text of `drill.txt`: which key opened a test record, and when.

    Only words: `stages.deliver.drill.drill` is what opens the record first, and what callers want. The
    file is a note that the people of the campaign make for themselves, not a proof to others: whoever can
    write it can make it up. The sum at its end catches a copy that was cut or edited.
    """
    lines = [
        _DRILL,
        f"campaign {campaign}",
        f"opened-with {recipient}",
        f"opened-at {_written(now)}",
        f"record {hashlib.sha256(test).hexdigest()}",
    ]
    text = "".join(line + "\n" for line in lines)
    return text + f"sum {hashlib.sha256(text.encode()).hexdigest()}\n"


def drill_done(text: str, recipients: Sequence[str]) -> bool:
    """Say whether a `drill.txt` is whole and one of these recipients' keys opened its test record."""
    head, mark, total = text.rpartition("sum ")
    if not mark or total.strip() != hashlib.sha256(head.encode()).hexdigest():
        return False
    lines = head.splitlines()
    named = [line.removeprefix("opened-with ") for line in lines if line.startswith("opened-with ")]
    return lines[:1] == [_DRILL] and len(named) == 1 and named[0] in recipients
