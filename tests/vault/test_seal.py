"""A sealed record opens with the campaign key and its slot, and with nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import apsw
import msgspec
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core.events import Epoch
from undersigned.core.person import Person
from undersigned.engines.sql import queries, script
from undersigned.vault.keys import WrongKey, make_campaign_key
from undersigned.vault.seal import SIZES, Sealed, Sealer, TooLong, padded, seal_letter
from undersigned.vault.unseal import Unreadable, identity, open_epoch, open_letter, open_record

KEY = make_campaign_key()
NOW = 1_800_000_000


def sealer(*recipients: str) -> Sealer:
    return Sealer(recipients or (KEY.recipient,), "library", os.urandom, NOW)


def epoch_of(sealed: Sealed) -> Epoch:
    assert sealed.new_epoch is not None
    return sealed.new_epoch


def opened(sealed: Sealed, epoch: Epoch, secret: str = KEY.secret) -> bytes:
    key = open_epoch(epoch.file, [identity(secret)])
    return open_record(key, sealed.record, sealed.slot, sealed.sealed)


@pytest.mark.parametrize("post_quantum", [False, True], ids=["x25519", "hybrid"])
def test_the_campaign_key_and_the_recovery_key_each_open_a_record(post_quantum: bool) -> None:
    campaign, recovery, eve = (make_campaign_key(post_quantum) for _ in range(3))
    sealed = sealer(campaign.recipient, recovery.recipient).seal(b"Amal", NOW)
    epoch = epoch_of(sealed)
    assert opened(sealed, epoch, campaign.secret) == opened(sealed, epoch, recovery.secret) == b"Amal"
    with pytest.raises(Unreadable) as refusal:
        opened(sealed, epoch, eve.secret)
    assert refusal.value.reason == "other key"


def test_an_erased_slot_leaves_the_record_unreadable_to_the_campaign_key_too() -> None:
    sealed = sealer().seal(b"Dana", NOW)
    key = open_epoch(epoch_of(sealed).file, [identity(KEY.secret)])
    for slot in (None, b"", bytes(48)):
        with pytest.raises(Unreadable) as refusal:
            open_record(key, sealed.record, slot, sealed.sealed)
        assert refusal.value.reason == "erased"
    with pytest.raises(Unreadable):
        open_record(key, sealed.record, os.urandom(48), sealed.sealed)


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_every_flipped_bit_of_record_slot_payload_and_epoch_key_is_refused() -> None:
    sealed = sealer().seal(b"Amal", NOW)
    key = open_epoch(epoch_of(sealed).file, [identity(KEY.secret)])
    whole = (key, sealed.record, sealed.slot, sealed.sealed)
    assert open_record(*whole) == b"Amal"
    for place, part in enumerate(whole):
        for changed in flips(part):
            with pytest.raises(Unreadable):
                open_record(*(*whole[:place], changed, *whole[place + 1 :]))


def test_a_slot_or_payload_of_another_record_does_not_fit() -> None:
    making = sealer()
    one, two = making.seal(b"Amal", NOW), making.seal(b"Ben", NOW)
    key = open_epoch(epoch_of(one).file, [identity(KEY.secret)])
    for record, slot, sealed in [
        (one.record, two.slot, one.sealed),
        (one.record, one.slot, two.sealed),
        (two.record, one.slot, one.sealed),
    ]:
        with pytest.raises(Unreadable):
            open_record(key, record, slot, sealed)


@pytest.mark.parametrize("size", [0, 15, 16, 100])
def test_pieces_too_short_to_be_anything_are_damaged_and_not_a_fault_of_the_program(size: int) -> None:
    sealed = sealer().seal(b"Amal", NOW)
    key = open_epoch(epoch_of(sealed).file, [identity(KEY.secret)])
    for slot, payload in ((sealed.slot[:size] or b"x", sealed.sealed), (sealed.slot, sealed.sealed[:size])):
        with pytest.raises(Unreadable):
            open_record(key, sealed.record, slot if size < 48 else sealed.slot + b"x", payload)
    with pytest.raises(Unreadable):
        open_letter(bytes(32), sealed.record, bytes(size))


def test_no_error_repeats_what_was_sealed() -> None:
    with pytest.raises(TooLong) as refusal:
        sealer().seal(b"Amal Unmistakable " * 3_000, NOW)
    assert "Amal" not in str(refusal.value)


# An epoch lasts 60 seconds, 1,024 records, one process, one set of recipients.


def test_records_of_one_minute_share_an_epoch_that_only_the_first_brings() -> None:
    making = sealer()
    first, *others = (making.seal(b"x", NOW + second) for second in (0, 1, 59))
    assert epoch_of(first) == Epoch("library", first.epoch, epoch_of(first).file, NOW)
    assert [(other.epoch, other.new_epoch) for other in others] == [(first.epoch, None)] * 2


@pytest.mark.parametrize("second", [60, 3600, -1])
def test_a_new_epoch_begins_after_a_minute_and_when_the_clock_goes_backward(second: int) -> None:
    making = sealer()
    first, later = making.seal(b"x", NOW), making.seal(b"x", NOW + second)
    assert epoch_of(later).epoch == later.epoch != first.epoch
    assert epoch_of(later).at == NOW + second


def test_a_new_epoch_begins_after_1024_records() -> None:
    making = sealer()
    names = [making.seal(b"x", NOW).epoch for _ in range(1025)]
    assert len(set(names[:1024])) == 1
    assert names[1024] != names[0]


def test_each_process_begins_an_epoch_of_its_own() -> None:
    assert sealer().seal(b"x", NOW).epoch != sealer().seal(b"x", NOW).epoch


def test_changed_recipients_begin_an_epoch_that_the_old_key_does_not_open() -> None:
    making, new = sealer(), make_campaign_key()
    first = making.seal(b"x", NOW)
    making.readdress([KEY.recipient])
    assert making.seal(b"x", NOW).epoch == first.epoch
    making.readdress([new.recipient])
    later = making.seal(b"for the new key", NOW)
    assert opened(later, epoch_of(later), new.secret) == b"for the new key"
    with pytest.raises(Unreadable):
        opened(later, epoch_of(later))


def test_recipients_that_cannot_be_used_leave_the_sealer_as_it_was() -> None:
    making = sealer()
    first = making.seal(b"x", NOW)
    for wrong in ([], ["age1nonsense"], [KEY.recipient, make_campaign_key(True).recipient]):
        with pytest.raises(WrongKey):
            making.readdress(wrong)
        with pytest.raises(WrongKey):
            Sealer(wrong, "library", os.urandom, NOW)
    assert making.seal(b"x", NOW).epoch == first.epoch


def test_an_epoch_that_did_not_reach_the_journal_is_never_named_again() -> None:
    making = sealer()
    lost = making.seal(b"x", NOW)
    making.abandon()
    again = making.seal(b"x", NOW)
    assert epoch_of(again).epoch == again.epoch != lost.epoch


def test_a_payload_that_is_too_long_takes_nothing_with_it() -> None:
    making = sealer()
    with pytest.raises(TooLong):
        making.seal(bytes(SIZES[-1] - 1), NOW)
    assert making.seal(bytes(SIZES[-1] - 2), NOW).new_epoch is not None


# Sizes tell almost nothing.


@given(payload=st.binary(max_size=1_100) | st.integers(0, SIZES[-1] - 2).map(bytes))
@settings(deadline=None)
def test_every_payload_comes_back_and_its_size_is_one_of_a_few(payload: bytes) -> None:
    making = sealer()
    sealed = making.seal(payload, NOW)
    assert opened(sealed, epoch_of(sealed)) == payload
    assert len(sealed.sealed) - 16 == min(size for size in SIZES if len(payload) + 2 <= size)
    assert (len(sealed.record), len(sealed.slot), len(sealed.epoch)) == (16, 48, 16)


@given(address=st.binary(max_size=510))
@settings(deadline=None)
def test_every_letter_has_540_bytes_and_opens_with_the_key_of_its_hour_only(address: bytes) -> None:
    key, record = os.urandom(32), os.urandom(16)
    blob = seal_letter(key, record, address, os.urandom)
    assert len(blob) == 540
    assert open_letter(key, record, blob) == address
    for other_key, other_record in ((os.urandom(32), record), (key, os.urandom(16))):
        with pytest.raises(Unreadable):
            open_letter(other_key, other_record, blob)


def test_every_flipped_bit_of_a_letter_is_refused_and_two_letters_never_look_alike() -> None:
    key, record = os.urandom(32), os.urandom(16)
    blob = seal_letter(key, record, b"amal@example.org", os.urandom)
    assert blob != seal_letter(key, record, b"amal@example.org", os.urandom)
    for changed in flips(blob):
        with pytest.raises(Unreadable):
            open_letter(key, record, changed)
    with pytest.raises(TooLong):
        seal_letter(key, record, bytes(511), os.urandom)


@pytest.mark.parametrize(
    "plaintext",
    [
        (300).to_bytes(2, "big") + bytes(254),  # a length beyond the end
        b"\0\1ab" + bytes(252),  # something in the padding
        padded(b"ab") + bytes(1),  # a size that is none of the eight
        b"",
    ],
)
def test_padding_has_one_form_only(plaintext: bytes) -> None:
    record, key, epoch_key = os.urandom(16), os.urandom(32), os.urandom(32)
    wrap = blake2b(record, digest_size=32, key=epoch_key).digest()
    slot = AESGCM(wrap).encrypt(bytes(12), key, record)
    with pytest.raises(Unreadable):
        open_record(epoch_key, record, slot, AESGCM(key).encrypt(bytes(12), plaintext, record))


def someone(name: str, comment: str) -> Person:
    return Person(
        campaign="library", name=name, email="a@example.org", canonical="a@example.org", country="KE",
        comment=comment, language="ar", text="A" * 43, consent="1", updates=False, day="2026-11-24",
        channel="e", signed=NOW, secret="B" * 22,
    )  # fmt: skip


@given(name=st.text(max_size=120), comment=st.text(max_size=300))
@settings(deadline=None)
def test_a_person_has_one_form_in_bytes_and_any_json_program_reads_it(name: str, comment: str) -> None:
    person = someone(name, comment)
    data = msgspec.json.encode(person)
    assert data == msgspec.json.encode(msgspec.json.decode(data, type=Person))
    assert list(json.loads(data)) == list(Person.__struct_fields__)
    assert json.loads(data)["name"] == name


# The promise: the data opens without this program.


def reader() -> str:
    """Give the program in docs/sealing.md, as a stranger would copy it."""
    text = (Path(__file__).parents[2] / "docs/sealing.md").read_text("utf-8")
    return text.split("```python\n")[1].split("```")[0]


def test_records_open_with_debians_age_and_the_twelve_lines_in_the_docs(age_program: str, tmp_path: Path) -> None:
    making = sealer()
    people = [someone(f"Amal {number}", "سلام") for number in range(5)]
    rows = [making.seal(msgspec.json.encode(who), NOW + 40 * at) for at, who in enumerate(people)]
    (tmp_path / "campaign.key").write_text(KEY.secret + "\n")
    (tmp_path / "epochs").mkdir()
    for row in rows:
        if row.new_epoch:
            command = [age_program, "-d", "-i", "campaign.key", "-o", f"epochs/{row.epoch.hex()}"]
            subprocess.run(command, input=row.new_epoch.file, cwd=tmp_path, check=True)
    assert len(list((tmp_path / "epochs").iterdir())) == 3
    plain = [{n: getattr(row, n).hex() for n in ("record", "slot", "sealed", "epoch")} for row in rows]
    (tmp_path / "records.jsonl").write_text("".join(json.dumps(row) + "\n" for row in plain))
    assert "undersigned" not in reader()
    assert len([line for line in reader().splitlines() if line]) <= 12
    command = [sys.executable, "-c", reader()]
    environment = {"PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, check=True, cwd=tmp_path, env=environment)
    assert [msgspec.json.decode(line, type=Person) for line in done.stdout.splitlines()] == people


def test_the_queries_in_the_docs_fit_the_tables(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs/sealing.md").read_text("utf-8")
    attach, *wanted = text.split("```sql\n")[1].split("```")[0].strip().split(";\n")
    apsw.Connection(str(tmp_path / "slots.db")).execute(queries("slots")["schema"])
    ledger = apsw.Connection(":memory:")
    ledger.execute(script("schema"))
    ledger.execute(attach.replace("slots.db", str(tmp_path / "slots.db")))
    ledger.create_scalar_function("writefile", lambda *_: None)  # the command sqlite3 has it
    assert len(wanted) == 2
    assert [ledger.execute(query).fetchall() for query in wanted] == [[], []]
