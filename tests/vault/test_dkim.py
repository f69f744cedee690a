"""Letters signed by DKIM: another program's verifier accepts them, and nothing that was changed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import dkim
import pytest
from click.testing import CliRunner
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from undersigned.assemble import stores
from undersigned.cli.main import group
from undersigned.settings import read
from undersigned.vault import dkim as signing
from undersigned.vault.dkim import Kind, Signer
from undersigned.vault.secret_files import Unusable

NOW = 1_795_500_000
LETTER = (
    b"From: petitions@undersigned.example\r\nTo: amal@mail.example\r\n"
    b"Subject: =?utf-8?b?2LPZhNin2YU=?=\r\n =?utf-8?b?2LPZhNin2YU=?=\r\nDate: Tue, 24 Nov 2026 06:00:00 +0000\r\n"
    b"Message-ID: <1@undersigned.example>\r\nAuto-Submitted: auto-generated\r\n"
    b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 7bit\r\nMIME-Version: 1.0\r\n'
    b"Content-Language: ar\r\n\r\nHello  there\r\n\r\nhttps://petitions.example/k/token\r\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place: Path = tmp_path_factory.mktemp("secrets") / "dkim"
    for kind in signing.KINDS:
        assert signing.make(place, kind)
    return place


@pytest.fixture(scope="module")
def signer(folder: Path) -> Signer:
    return Signer(folder, "undersigned.example", "s1")


class _Curve:
    """The one thing that the verifier leaves to a library that is not installed: the curve itself."""

    def __init__(self, key: bytes, encoder: object) -> None:
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))

    def verify(self, data: bytes, signature: bytes) -> None:
        self._key.verify(signature, data)


@pytest.fixture(scope="module", autouse=True)
def _curve() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        errors = SimpleNamespace(BadSignatureError=InvalidSignature, ValueError=ValueError)
        parts = {"signing": SimpleNamespace(VerifyKey=_Curve), "encoding": SimpleNamespace(Base64Encoder=None)}
        patch.setattr(dkim, "nacl", SimpleNamespace(exceptions=errors, **parts), raising=False)
        yield


def dns(folder: Path) -> Callable[..., bytes]:
    records = [signing.record(folder, kind, "undersigned.example", "s1") for kind in signing.KINDS]
    known = {f"{one.name}.".encode(): one.value.encode() for one in records}
    return lambda name, timeout=5: known[name]


def holds(folder: Path, message: bytes) -> list[bool]:
    """Tell of every signature whether it holds."""
    count = message.count(b"DKIM-Signature:")
    checked = dkim.DKIM(message)
    return [bool(_verified(checked, number, dns(folder))) for number in range(count)]


def _verified(checked: dkim.DKIM, number: int, lookup: Callable[..., bytes]) -> bool:
    try:
        return bool(checked.verify(number, dnsfunc=lookup))
    except dkim.DKIMException:
        return False


def test_another_programs_verifier_accepts_both_signatures(folder: Path, signer: Signer) -> None:
    signed = signer.signed(LETTER, NOW)
    assert signed.endswith(LETTER)
    assert holds(folder, signed) == [True, True]
    assert all(len(line) <= 998 for line in signed.split(b"\r\n"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From: petitions@", b"From: petition@"),
        (b"To: amal@", b"To: eve@"),
        (b"Subject: ", b"Subject: x"),
        (b"/k/token", b"/k/other"),
        (b"From: petitions", b"From: eve@evil.example\r\nFrom: petitions"),
        (b"Subject: ", b"Subject: other\r\nSubject: "),
        (b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit"),
        (b"t=1795500000", b"t=1795500001"),
    ],
)
def test_whatever_is_changed_breaks_both_signatures(folder: Path, signer: Signer, old: bytes, new: bytes) -> None:
    signed = signer.signed(LETTER, NOW).replace(old, new)
    assert not any(holds(folder, signed))


def test_headers_may_be_folded_anew_on_the_way(folder: Path, signer: Signer) -> None:
    signed = signer.signed(LETTER, NOW).replace(b"\r\nTo: amal", b"\r\nTo:\r\n\t amal")
    assert holds(folder, signed) == [True, True]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60), max_size=6))
def test_every_body_verifies(folder: Path, signer: Signer, lines: list[str]) -> None:
    body = "".join(f"{line}\r\n" for line in lines).encode()
    message = LETTER.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body
    assert holds(folder, signer.signed(message, NOW)) == [True, True]


def test_one_key_gives_one_signature(tmp_path: Path) -> None:
    assert signing.make(tmp_path / "dkim", "ed25519")
    signed = Signer(tmp_path / "dkim", "undersigned.example", "s1").signed(LETTER, NOW)
    assert signed.count(b"DKIM-Signature:") == 1
    assert b"s=s1-ed25519;" in signed


def test_a_key_that_is_there_stays(folder: Path) -> None:
    before = (folder / "rsa.pem").read_bytes()
    assert not signing.make(folder, "rsa")
    assert (folder / "rsa.pem").read_bytes() == before
    assert (folder / "rsa.pem").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("kind", signing.KINDS)
def test_the_record_holds_the_public_key_alone(folder: Path, kind: Kind) -> None:
    found = signing.record(folder, kind, "undersigned.example", "s1")
    assert found.value.startswith(f"v=DKIM1; k={kind}; p=")
    size = {"rsa": 294, "ed25519": 32}[kind]
    assert len(base64.b64decode(found.value.rpartition("p=")[2])) == size


def test_without_a_usable_key_nothing_is_signed(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no DKIM key"):
        Signer(tmp_path, "undersigned.example", "s1")
    (tmp_path / "rsa.pem").write_text("hush")
    (tmp_path / "rsa.pem").chmod(0o600)
    with pytest.raises(Unusable) as refusal:
        Signer(tmp_path, "undersigned.example", "s1")
    assert "hush" not in str(refusal.value)
    (tmp_path / "rsa.pem").chmod(0o644)
    with pytest.raises(Unusable, match="chmod 600"):
        Signer(tmp_path, "undersigned.example", "s1")


@pytest.mark.parametrize(("domain", "selector"), [("a b", "s1"), ("", "s1"), ("x.example", "s;d=y"), ("x.example", "")])
def test_a_name_that_is_none_cannot_enter_a_signature(folder: Path, domain: str, selector: str) -> None:
    with pytest.raises(Unusable, match="no name of the DNS"):
        Signer(folder, domain, selector)


def test_the_command_makes_keys_that_the_post_signs_with_and_prints_the_records(tmp_path: Path) -> None:
    command = ["keys", "dkim", "--dir", str(tmp_path)]
    refused = CliRunner().invoke(group, command)
    assert refused.exit_code == 1
    assert "dkim_domain" in refused.output
    config = 'dkim_domain = "undersigned.example"\ndkim_selector = "s1"\nsender = "p@undersigned.example"\n'
    (tmp_path / "undersigned.toml").write_text(config)
    done = CliRunner().invoke(group, command)
    assert done.exit_code == 0, done.output
    place = tmp_path / "secrets" / "dkim"
    for kind in signing.KINDS:
        one = signing.record(place, kind, "undersigned.example", "s1")
        assert f'{one.name}. IN TXT "{one.value}"' in done.output
    signer = stores.signer(read(tmp_path, {}))
    assert signer is not None
    assert holds(place, signer.signed(LETTER, NOW)) == [True, True]


def test_a_domain_that_the_sender_does_not_belong_to_signs_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="sender"):
        stores.signer(read(tmp_path, {}, dkim_domain="evil.example", sender="p@undersigned.example"))
    assert stores.signer(read(tmp_path, {})) is None
