"""The delivery gives every person who stands, unchanged, and says what could not be opened and why."""

from __future__ import annotations

import csv
import io
import json
import os
import traceback
from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core.person import Person
from undersigned.core.status import State
from undersigned.stages.deliver.drill import drill, recipients_in
from undersigned.stages.deliver.lines import CSV_COLUMNS, FORMS, csv_rows, json_rows, safe_cell
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.stages.deliver.open import STATES, Opening, identity
from undersigned.vault.keys import drill_done, make_campaign_key
from undersigned.vault.seal import Sealer

KEY = make_campaign_key()
NOW = 1_800_000_000
NAMES = ["Amal عامل", "Ben O’Hara", "陈", "=cmd|' /C calc'!A0", 'Zoë, "the"\nsecond', "N", "null", "🙂" * 20]


def someone(name: str = "Amal", campaign: str = "library", comment: str = "") -> Person:
    return Person(
        campaign=campaign, name=name, email="amal@example.org", canonical="amal@example.org",
        country="NA", comment=comment, language="ar", text="A" * 43, consent="1", updates=True,
        day="2026-11-24", channel="e", signed=NOW, secret="B" * 22,
    )  # fmt: skip


class Shelf:
    """A store in memory, filled by the real sealer."""

    def __init__(self, *recipients: str, campaign: str = "library") -> None:
        self.campaign = campaign
        self.sealer = Sealer(recipients or (KEY.recipient,), campaign, os.urandom, NOW)
        self.files: list[tuple[bytes, bytes]] = []
        self.rows: list[SealedRecord] = []

    def sign(self, person: Person, state: State = "counted", now: int = NOW) -> int:
        """Seal a person and give the place of the row."""
        sealed = self.sealer.seal(msgspec.json.encode(person), now)
        if sealed.new_epoch:
            self.files.append((sealed.epoch, sealed.new_epoch.file))
        self.rows.append((sealed.record, sealed.sealed, sealed.slot, sealed.epoch, state))
        return len(self.rows) - 1

    def erase(self, place: int) -> None:
        record, sealed, _, epoch, state = self.rows[place]
        self.rows[place] = (record, sealed, None, epoch, state)

    def campaigns(self) -> Sequence[str]:
        return [self.campaign] if self.rows else []

    def end(self) -> int:
        return len(self.rows)

    def epochs(self, campaign: str, names: Collection[bytes] | None = None) -> Iterable[tuple[bytes, bytes]]:
        own = self.files if campaign == self.campaign else []
        return [entry for entry in own if names is None or entry[0] in names]

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        return iter(self.rows[first:end] if campaign == self.campaign else [])

    def close(self) -> None:
        """Nothing is open."""


def opening(shelf: Shelf, *secrets: str, states: Sequence[State] = ("confirmed", "counted")) -> Opening:
    return Opening(shelf, "library", [identity(secret) for secret in secrets or (KEY.secret,)], states)


def csv_text(shelf: Shelf) -> str:
    return (FORMS["csv"].head + csv_rows(opening(shelf))).decode()


def test_every_name_comes_out_as_it_was_signed_over_many_epochs() -> None:
    shelf = Shelf()
    people = [someone(name) for name in NAMES]
    for minute, person in enumerate(people):
        shelf.sign(person, now=NOW + minute * 30)
    assert len(shelf.files) == 4
    found = opening(shelf)
    rows = list(found)
    assert [row.person for row in rows] == people
    assert [row.record for row in rows] == [row[0] for row in shelf.rows]
    assert (found.opened, found.complete, dict(found.unopened)) == (len(NAMES), True, {})


def test_only_those_who_stand_are_given_and_the_others_are_counted() -> None:
    shelf = Shelf()
    for state in STATES:
        shelf.sign(someone(state), state)
    found = opening(shelf)
    assert [row.person.name for row in found] == ["confirmed", "counted"]
    assert dict(found.passed_over) == dict.fromkeys(set(STATES) - {"confirmed", "counted"}, 1)
    assert [row.state for row in opening(shelf, states=["withdrawn"])] == ["withdrawn"]


def test_an_erased_person_stays_closed_and_that_is_no_failure() -> None:
    shelf = Shelf()
    shelf.sign(someone("Amal"))
    shelf.erase(shelf.sign(someone("Dana"), "withdrawn"))
    found = opening(shelf, states=["counted", "withdrawn"])
    assert [row.person.name for row in found] == ["Amal"]
    assert dict(found.unopened) == {"erased": 1}
    assert found.complete


def test_each_reason_for_which_a_record_stays_closed_is_counted_and_nothing_else_is_lost() -> None:
    shelf = Shelf()
    damaged, lost, strange = (shelf.sign(someone("Dana"), now=NOW + 100 * at) for at in range(3))
    shelf.sign(someone("Amal"), now=NOW + 200)
    record, sealed, slot, epoch, state = shelf.rows[damaged]
    shelf.rows[damaged] = (record, sealed[:-1], slot, epoch, state)
    shelf.files = [entry for entry in shelf.files if entry[0] != shelf.rows[lost][3]]
    shelf.files.append((b"another epoch!!!", b"age-encryption.org/v1\nnonsense"))
    record, sealed, slot, epoch, state = shelf.rows[strange]
    shelf.rows[strange] = (record, sealed, slot, b"another epoch!!!", state)
    shelf.sign(someone("Eve", campaign="ceasefire"), now=NOW + 200)
    found = opening(shelf)
    assert [row.person.name for row in found] == ["Amal"]
    assert dict(found.unopened) == {"damaged": 2, "no epoch": 1, "another campaign": 1}
    assert not found.complete


@pytest.mark.parametrize("payload", [b"", b"{}", b"[]", b'{"name": 7}', b"\xff", b'{"name": "Dana"'])
def test_what_opens_but_is_no_person_is_damaged(payload: bytes) -> None:
    shelf = Shelf()
    sealed = shelf.sealer.seal(payload, NOW)
    assert sealed.new_epoch
    shelf.files.append((sealed.epoch, sealed.new_epoch.file))
    shelf.rows.append((sealed.record, sealed.sealed, sealed.slot, sealed.epoch, "counted"))
    found = opening(shelf)
    assert list(found) == []
    assert dict(found.unopened) == {"damaged": 1}


def test_a_wrong_key_opens_nothing_and_says_so() -> None:
    shelf = Shelf()
    shelf.sign(someone())
    found = opening(shelf, make_campaign_key().secret, make_campaign_key(True).secret)
    assert list(found) == []
    assert dict(found.unopened) == {"other key": 1}


def test_after_a_change_of_keys_both_together_open_everything() -> None:
    shelf, new = Shelf(), make_campaign_key(True)
    shelf.sign(someone("Amal"))
    shelf.sealer.readdress([new.recipient])
    shelf.sign(someone("Ben"))
    assert [row.person.name for row in opening(shelf, new.secret)] == ["Ben"]
    assert [row.person.name for row in opening(shelf, new.secret, KEY.secret)] == ["Amal", "Ben"]


def test_no_exception_on_the_way_holds_anything_about_a_person() -> None:
    shelf = Shelf()
    person = someone("Dana Unmistakable")
    broken = msgspec.json.encode(person).replace(b'"updates":true', b'"updates":"Dana Unmistakable"')
    sealed = shelf.sealer.seal(broken, NOW)
    assert sealed.new_epoch
    shelf.files.append((sealed.epoch, sealed.new_epoch.file))
    shelf.rows.append((sealed.record, sealed.sealed, sealed.slot, sealed.epoch, "counted"))
    try:
        found = opening(shelf)
        list(found)
    except Exception:  # pragma: no cover
        assert "Unmistakable" not in traceback.format_exc()
        raise
    assert "Unmistakable" not in repr(found.unopened)


# JSON lines and CSV


@given(names=st.lists(st.text(max_size=100), min_size=1, max_size=4), comment=st.text(max_size=300))
@settings(deadline=None, max_examples=40)
def test_json_lines_change_nothing_whatever_the_name(names: list[str], comment: str) -> None:
    shelf = Shelf()
    for name in names:
        shelf.sign(someone(name, comment=comment))
    lines = json_rows(opening(shelf)).decode().split("\n")
    assert lines.pop() == ""
    found = [json.loads(line) for line in lines]
    assert [row["name"] for row in found] == names
    assert all(row["comment"] == comment and row["secret"] == "B" * 22 for row in found)
    assert list(found[0]) == ["record", "state", *Person.__struct_fields__]


@given(name=st.text(alphabet=st.characters(exclude_characters="\r\0", codec="utf-8"), max_size=60))
@settings(deadline=None, max_examples=60)
def test_no_cell_of_a_csv_begins_a_formula_and_the_rest_is_unchanged(name: str) -> None:
    shelf = Shelf()
    shelf.sign(someone(name))
    text = csv_text(shelf)
    assert text.startswith("\ufeff" + ",".join(CSV_COLUMNS) + "\r\n")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert len(rows) == 1
    cell = rows[0]["name"]
    assert cell in (name, "'" + name)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert rows[0]["signed"] == "2027-01-15T08:00:00Z"
    assert rows[0]["country"] == "NA"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_every_start_of_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_cell(start + "1+1") == "'" + start + "1+1"


@pytest.mark.parametrize("cell", ["", "Amal", "a=b", " =1", "'=1", "O’Hara", "ʻOkina"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_csv_holds_neither_the_secret_nor_more_than_its_header_when_nobody_signed() -> None:
    shelf = Shelf()
    assert csv_text(shelf).count("\r\n") == 1
    shelf.sign(someone())
    assert "B" * 22 not in csv_text(shelf)


# The drill


def test_recipients_are_found_in_toml_and_in_lists_but_not_in_comments() -> None:
    one, two, hybrid = make_campaign_key(), make_campaign_key(), make_campaign_key(True)
    texts = [
        f'# was {make_campaign_key().recipient}\nrecipients = ["{one.recipient}", "{hybrid.recipient}"]\n',
        f"  # note\n{two.recipient}\n{one.recipient}\nage1 is no key\n",
    ]
    assert recipients_in(texts) == [one.recipient, hybrid.recipient, two.recipient]


def test_a_drill_with_the_campaign_key_counts_for_the_campaigns_recipients() -> None:
    recovery = make_campaign_key()
    proof = drill(KEY.secret, [KEY.recipient, recovery.recipient], "library", NOW)
    assert drill_done(proof, [recovery.recipient, KEY.recipient])
    assert not drill_done(proof, [recovery.recipient])
