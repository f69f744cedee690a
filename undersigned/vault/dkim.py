"""Signing letters: DKIM (RFC 6376) with RSA-2048 and SHA-256, and with Ed25519 (RFC 8463).

Canonicalization relaxed/simple: headers may be folded anew on the way, the body may not be touched. `From`, `To`
and `Subject` are listed once more than they stand there, so that nobody can add a second one.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from undersigned.vault.secret_files import Unusable, read_secret_text, write_once

__all__ = ["KINDS", "Record", "Signer", "make", "record"]

Kind = Literal["rsa", "ed25519"]
KINDS: tuple[Kind, ...] = ("rsa", "ed25519")
BITS = 2048
MOST = 16_384  # bytes of a key file

SIGNED = (
    "from", "to", "subject", "date", "message-id", "auto-submitted", "content-type", "content-transfer-encoding",
    "mime-version", "content-language",
)  # fmt: skip
_TWICE = (b"from", b"to", b"subject")  # one more of them than there is, and the signature breaks

_NAMES = tuple(name.encode() for name in SIGNED)
_PADDING, _HASH = padding.PKCS1v15(), hashes.SHA256()

_SPACE = re.compile(rb"[ \t\r\n]+")
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)\r\n")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")


class Record(msgspec.Struct, frozen=True):
    """What stands in the DNS: a TXT record."""

    name: str
    value: str


class _Key:
    """One key with its algorithm and its selector."""

    def __init__(self, private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey, selector: str) -> None:
        self._private = private
        self.kind: Kind = "rsa" if isinstance(private, rsa.RSAPrivateKey) else "ed25519"
        self.selector = selector_of(selector, self.kind)

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._private, rsa.RSAPrivateKey):
            return self._private.sign(data, _PADDING, _HASH)
        return self._private.sign(hashlib.sha256(data).digest())  # RFC 8463 3

    def public(self) -> str:
        public = self._private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            form = serialization.PublicFormat.SubjectPublicKeyInfo
            data = public.public_bytes(serialization.Encoding.DER, form)
        else:
            data = public.public_bytes_raw()
        return base64.b64encode(data).decode()


class Signer:
    """The signatures of one domain: one by every key in the folder."""

    def __init__(self, folder: Path, domain: str, selector: str) -> None:
        """Read the keys, `rsa.pem`, `ed25519.pem` or both, from `folder`.

        Raises:
            Unusable: there is no key, one cannot be read, or domain or selector is no name of the DNS.
        """
        _checked(domain, selector)
        self._domain = domain
        self._keys = [_Key(_read(folder / f"{kind}.pem"), selector) for kind in KINDS if _there(folder, kind)]
        if not self._keys:
            raise Unusable(f"{folder} holds no DKIM key. Make one with `undersigned keys dkim`, or empty dkim_domain.")

    def signed(self, message: bytes, now: int) -> bytes:
        """Give the message (CRLF line ends) with its signatures in front; `now` is in seconds since 1970."""
        head, _, body = message.partition(b"\r\n\r\n")
        names, lines = _headers(head + b"\r\n")
        bodyhash = base64.b64encode(hashlib.sha256(_simple(body)).digest()).decode()
        return b"".join(self._signature(key, names, lines, bodyhash, now) for key in self._keys) + message

    def _signature(self, key: _Key, names: str, lines: bytes, bodyhash: str, now: int) -> bytes:
        tags = (
            f"v=1; a={key.kind}-sha256; c=relaxed/simple; d={self._domain}; s={key.selector}; t={now};|"
            f"h={names};|bh={bodyhash};|b="
        )
        own = b"dkim-signature:" + tags.replace("|", " ").encode()
        value = base64.b64encode(key.sign(lines + own)).decode()
        folded = "\r\n\t".join(value[at : at + 72] for at in range(0, len(value), 72))
        return f"DKIM-Signature: {tags.replace('|', _FOLD)}{folded}\r\n".encode()


_FOLD = "\r\n\t"


def make(folder: Path, kind: Kind) -> bool:
    """Make a key in `folder`, for its owner only; False where there is one already, which stays."""
    made: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    made = rsa.generate_private_key(65537, BITS) if kind == "rsa" else ed25519.Ed25519PrivateKey.generate()
    data = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return write_once(folder / f"{kind}.pem", data)


def record(folder: Path, kind: Kind, domain: str, selector: str) -> Record:
    """Give the DNS record of a key.

    Raises:
        Unusable: there is no such key, or domain or selector is no name of the DNS.
    """
    _checked(domain, selector)
    key = _Key(_read(folder / f"{kind}.pem"), selector)
    return Record(f"{key.selector}._domainkey.{domain}", f"v=DKIM1; k={kind}; p={key.public()}")


def selector_of(selector: str, kind: Kind) -> str:
    """Give the selector of a kind of key: a record of the DNS holds one key."""
    return selector if kind == "rsa" else f"{selector}-{kind}"


def _checked(domain: str, selector: str) -> None:
    if not (_NAME.fullmatch(domain) and _NAME.fullmatch(selector)):
        raise Unusable("dkim_domain or dkim_selector is no name of the DNS. Write letters, digits, hyphens and dots.")


def _there(folder: Path, kind: Kind) -> bool:
    return (folder / f"{kind}.pem").exists()


def _read(file: Path) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    try:
        found = serialization.load_pem_private_key(read_secret_text(file, MOST), None)
    except FileNotFoundError:
        raise Unusable(f"{file} is not there. Make it with `undersigned keys dkim`.") from None
    except (ValueError, TypeError):
        raise Unusable(f"{file} holds no private key in PEM. Put it back from a backup.") from None
    if (isinstance(found, rsa.RSAPrivateKey) and found.key_size >= 1024) or isinstance(
        found, ed25519.Ed25519PrivateKey
    ):
        return found
    raise Unusable(f"{file} holds a key that DKIM cannot use. Use RSA of 2048 bits, or Ed25519.")


def _headers(head: bytes) -> tuple[str, bytes]:
    """Give the list of the signed headers, and their relaxed forms in that order (RFC 6376 3.4.2, 5.4.2)."""
    names: list[bytes] = []
    lines: list[bytes] = []
    found = {name.lower(): value for name, value in _FIELD.findall(head)}
    for name in _NAMES:
        if name in found:
            names.append(name)
            lines.append(name + b":" + _relaxed(found[name]) + b"\r\n")
    return _listed(names), b"".join(lines)


def _relaxed(value: bytes) -> bytes:
    """Give a header's value unfolded, with single spaces."""
    if b"  " in value or b"\t" in value or b"\r" in value:
        value = _SPACE.sub(b" ", value)
    return value.strip()


def _listed(names: Sequence[bytes]) -> str:
    return b":".join([*names, *_TWICE]).decode()


def _simple(body: bytes) -> bytes:
    """Give the body as it is signed: one line end at its end (RFC 6376 3.4.3)."""
    return body.rstrip(b"\r\n") + b"\r\n" if body.endswith(b"\r\n\r\n") or not body.endswith(b"\r\n") else body
