"""Epoch files are ordinary age files: every age program opens ours, ours opens theirs, and no bit may change."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import zlib
from base64 import b64decode
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from undersigned.vault import age
from undersigned.vault.keys import SecretKey, WrongKey, make_campaign_key, read_secret_key
from undersigned.vault.recipients import read_recipient
from undersigned.vault.stanza import Stanza, check_mac, decode64, derive, encode64, read_header, write_header
from undersigned.vault.unseal import Identity, identity

KINDS = pytest.mark.parametrize("post_quantum", [False, True], ids=["x25519", "hybrid"])
SIZES = [0, 1, 32, 65_535, 65_536, 65_537, 131_072, 3_000_000]


def sealed_to(*keys: SecretKey, plaintext: bytes = b"thirty-two bytes of an epoch key") -> bytes:
    return age.write(plaintext, [read_recipient(key.recipient) for key in keys], os.urandom)


def opened(file: bytes, *keys: SecretKey) -> bytes:
    identities: list[Identity] = [identity(key.secret) for key in keys]
    return age.read(file, identities)


@KINDS
@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens_whatever_its_size(post_quantum: bool, size: int) -> None:
    key, plaintext = make_campaign_key(post_quantum), os.urandom(size)
    assert opened(sealed_to(key, plaintext=plaintext), key) == plaintext


@KINDS
def test_each_of_several_recipients_opens_the_file_alone(post_quantum: bool) -> None:
    campaign, recovery, eve = (make_campaign_key(post_quantum) for _ in range(3))
    file = sealed_to(campaign, recovery)
    assert opened(file, campaign) == opened(file, recovery) == opened(file, eve, recovery)
    with pytest.raises(age.NoMatch):
        opened(file, eve)


@pytest.mark.parametrize("size", SIZES)
def test_another_age_library_opens_ours_and_we_open_theirs(size: int) -> None:
    key, plaintext = make_campaign_key(), os.urandom(size)
    theirs = pyrage.x25519.Identity.from_str(key.secret)
    assert str(theirs.to_public()) == key.recipient
    assert pyrage.decrypt(sealed_to(key, plaintext=plaintext), [theirs]) == plaintext
    assert opened(pyrage.encrypt(plaintext, [theirs.to_public()]), key) == plaintext


def test_debians_age_opens_ours_and_we_open_what_it_writes(age_program: str, tmp_path: Path) -> None:
    key, other = make_campaign_key(), make_campaign_key()
    keyfile = tmp_path / "campaign.key"
    keyfile.write_text(key.secret + "\n")
    (tmp_path / "ours.age").write_bytes(sealed_to(other, key))
    command = [age_program, "-d", "-i", str(keyfile), str(tmp_path / "ours.age")]
    assert subprocess.run(command, capture_output=True, check=True).stdout == opened(sealed_to(key), key)
    command = [age_program, "-r", other.recipient, "-r", key.recipient]
    theirs = subprocess.run(command, input=b"from outside", capture_output=True, check=True).stdout
    assert opened(theirs, key) == b"from outside"


@KINDS
def test_every_flipped_bit_of_a_file_is_refused(post_quantum: bool) -> None:
    key = make_campaign_key(post_quantum)
    file = sealed_to(key)
    who = [identity(key.secret)]
    step = 7 if post_quantum else 1  # 7 is prime to 8, so every bit of a byte has its turn
    for bit in range(0, len(file) * 8, step):
        changed = bytearray(file)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((age.Damaged, age.NoMatch)):
            age.read(bytes(changed), who)


def test_every_shortened_or_lengthened_file_is_refused() -> None:
    key = make_campaign_key()
    file = sealed_to(key)
    who = [identity(key.secret)]
    for changed in [*(file[:size] for size in range(len(file))), file + b"\0", file + file]:
        with pytest.raises((age.Damaged, age.NoMatch)):
            age.read(changed, who)


def test_chunks_cannot_be_moved_dropped_or_doubled() -> None:
    key = make_campaign_key()
    file = sealed_to(key, plaintext=os.urandom(3 * 65_536))
    start = read_header(file).end + 16
    chunk = 65_536 + 16
    one, two, three = (file[start + n * chunk : start + (n + 1) * chunk] for n in range(3))
    for parts in [(one, two), (two, one, three), (one, three), (one, two, three, three), (one, two, two)]:
        with pytest.raises(age.Damaged):
            opened(file[:start] + b"".join(parts), key)


def test_an_empty_last_chunk_behind_full_ones_is_refused() -> None:
    key = make_campaign_key()
    file = sealed_to(key)
    header = read_header(file)
    file_key = identity(key.secret).unwrap(header.stanzas[0])
    assert file_key is not None
    nonce = file[header.end : header.end + 16]
    cipher = ChaCha20Poly1305(derive(file_key, nonce, b"payload"))
    chunks = cipher.encrypt(bytes(12), bytes(65_536), None)
    chunks += cipher.encrypt(bytes(10) + b"\1\1", b"", None)
    with pytest.raises(age.Damaged):
        opened(file[: header.end + 16] + chunks, key)


def test_a_header_changed_by_a_recipient_who_knows_the_file_key_only_opens_if_signed_anew() -> None:
    key = make_campaign_key()
    file = sealed_to(key)
    header = read_header(file)
    file_key = identity(key.secret).unwrap(header.stanzas[0])
    assert file_key is not None
    grease = Stanza("example.org/grease", ("a", "b"), os.urandom(48))
    greased = write_header([grease, *header.stanzas], file_key) + file[header.end :]
    assert opened(greased, key) == opened(file, key)  # unknown stanzas are passed over
    with pytest.raises(age.Damaged):
        opened(file.replace(b"\n---", b"\n-> grease\n\n---"), key)


def test_post_quantum_recipients_are_not_weakened_by_others() -> None:
    with pytest.raises(WrongKey, match="post-quantum"):
        sealed_to(make_campaign_key(True), make_campaign_key())
    with pytest.raises(WrongKey, match="nobody"):
        sealed_to()


# Facts of the specification (C2SP age): the example keys and what belongs to them.
X25519_SECRET = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
X25519_PUBLIC = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"
HYBRID_SECRET = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
HYBRID_PUBLIC_SHA256 = "a091dd7e0ee9d62b75173dcc98441a0424baa941e66a8776e570a4ae60ff61ea"


def test_secret_keys_have_the_recipients_that_the_specification_gives() -> None:
    assert read_secret_key(X25519_SECRET).recipient == X25519_PUBLIC
    hybrid = read_secret_key(HYBRID_SECRET).recipient
    assert hashlib.sha256(hybrid.encode()).hexdigest() == HYBRID_PUBLIC_SHA256
    assert len(X25519_PUBLIC) == 62
    assert len(hybrid) == 1959


def _expand(prk: bytes, suite: bytes, label: bytes, info: bytes, size: int) -> bytes:
    return HKDFExpand(SHA256(), size, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info).derive(prk)


def _extract(salt: bytes, suite: bytes, label: bytes, ikm: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def by_hand(seed: bytes, stanza: Stanza) -> bytes:
    """Open a hybrid stanza from the papers: X-Wing (KEM 0x647a) and RFC 9180, without the library's HPKE."""
    expanded = hashlib.shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    enc = decode64(stanza.arguments[0])
    public = x25519.public_key().public_bytes_raw()
    exchanged = x25519.exchange(X25519PublicKey.from_public_bytes(enc[1088:]))
    shared = hashlib.sha3_256(
        mlkem.decapsulate(enc[:1088]) + exchanged + enc[1088:] + public + bytes.fromhex("5c2e2f2f5e5c")
    ).digest()
    suite = b"HPKE" + bytes.fromhex("647a00010003")
    context = b"\0" + _extract(b"", suite, b"psk_id_hash", b"")
    context += _extract(b"", suite, b"info_hash", b"age-encryption.org/mlkem768x25519")
    secret = _extract(shared, suite, b"secret", b"")
    key = _expand(secret, suite, b"key", context, 32)
    nonce = _expand(secret, suite, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, stanza.body, None)


def test_a_hybrid_stanza_opens_by_the_papers_alone() -> None:
    key = make_campaign_key(True)
    header = read_header(sealed_to(key))
    file_key = by_hand(key.raw, header.stanzas[0])
    assert len(file_key) == 16
    check_mac(header, file_key)


# The file `x25519` of the common test vectors for age (C2SP CCTV), in base64.
VECTOR_SECRET = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
VECTOR_FILE = (
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FYTnlDVkpwTDdPdXdQZFZ3UEw3"
    "S1FFYkZET0NjCmhqYWJHWHdTTFE5YzNTNkx3MmkrUzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85"
    "Rk9aaDdnSmRoZXEyV0lKY3dIZ1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpSyPC8Dpks"
    "HoMx+2Y="
)
VECTOR_PAYLOAD_SHA256 = "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab"


def test_a_file_of_the_common_test_vectors_opens() -> None:
    payload = age.read(b64decode(VECTOR_FILE), [identity(VECTOR_SECRET)])
    assert hashlib.sha256(payload).hexdigest() == VECTOR_PAYLOAD_SHA256


def stanza_of(kind: str, argument: str, body: bytes) -> bytes:
    return write_header([Stanza(kind, (argument,), body)], bytes(16)) + bytes(32)


LOW_ORDER = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")


@pytest.mark.parametrize(
    "file",
    [
        stanza_of("X25519", encode64(bytes(32)), bytes(32)),
        stanza_of("X25519", encode64(LOW_ORDER), bytes(32)),
        stanza_of("X25519", encode64(bytes(33)), bytes(32)),
        stanza_of("X25519", encode64(bytes(31)), bytes(32)),
        stanza_of("X25519", encode64(bytes(32))[:-1] + "B", bytes(32)),
        stanza_of("X25519", encode64(bytes(31) + b"\1"), bytes(33)),
        stanza_of("X25519", encode64(bytes(31) + b"\1") + " more", bytes(32)),
        write_header([Stanza("scrypt", ("a", "10"), b""), Stanza("X25519", ("b",), b"")], bytes(16)),
        b"age-encryption.org/v2\n-> X25519 a\n\n---" + b" " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\r\n-> X25519 a\r\n\r\n--- " + b"A" * 43 + b"\r\n",
        b"age-encryption.org/v1\n->  X25519\n\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> X25519 a \n\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> X25519 a\nAA==\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> X25519 a\n" + b"A" * 65 + b"\n\n--- " + b"A" * 43 + b"\n",
        b"age-encryption.org/v1\n-> X25519 a\n" + b"A" * 64 + b"\n--- " + b"A" * 43 + b"\n",
        b"",
    ],
    ids=range(17),
)
def test_a_malformed_header_is_refused_as_damaged(file: bytes) -> None:
    with pytest.raises(age.Damaged):
        age.read(file, [identity(X25519_SECRET), identity(HYBRID_SECRET)])


def test_a_hybrid_stanza_with_a_point_of_low_order_is_damaged() -> None:
    for point in (bytes(32), LOW_ORDER):
        file = stanza_of("mlkem768x25519", encode64(bytes(1088) + point), bytes(32))
        with pytest.raises(age.Damaged, match="low order"):
            age.read(file, [identity(HYBRID_SECRET)])


@pytest.mark.skipif("UNDERSIGNED_AGE_VECTORS" not in os.environ, reason="names no folder of age vectors")
def test_all_common_test_vectors_hold() -> None:
    """Run over a local copy of the `age/testdata` folder of C2SP CCTV, which is not part of this repository."""
    tried = 0
    for path in sorted(Path(os.environ["UNDERSIGNED_AGE_VECTORS"]).iterdir()):
        head, _, file = path.read_bytes().partition(b"\n\n")
        pairs = [line.split(": ", 1) for line in head.decode().split("\n")]
        facts = {pair[0]: pair[1] for pair in pairs}
        if "passphrase" in facts or "armored" in facts:
            continue
        file = zlib.decompress(file) if "compressed" in facts else file
        who = [identity(value) for name, value in pairs if name == "identity"]
        assert _outcome(file, who, facts["payload"] if facts["expect"] == "success" else "") == {
            "success": "success",
            "no match": "no match",
        }.get(facts["expect"], "damaged"), path.name
        tried += 1
    assert tried > 80


def _outcome(file: bytes, who: list[Identity], payload: str) -> str:
    try:
        found = hashlib.sha256(age.read(file, who)).hexdigest()
    except age.NoMatch:
        return "no match"
    except age.Damaged:
        return "damaged"
    return "success" if found == payload else "another payload"
