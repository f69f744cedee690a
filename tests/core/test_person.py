"""Every field that holds something about a person says why it is kept, where and how long."""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
import pytest

from undersigned.core import leaves
from undersigned.core.events import Signed
from undersigned.core.person import JOURNALED, Person, Personal
from undersigned.vault.token import Tokens, blinder


def test_every_field_that_the_journal_holds_of_a_signature_is_declared() -> None:
    assert tuple(JOURNALED) == Signed.__struct_fields__
    for name, declared in JOURNALED.items():
        assert declared == "not personal" or isinstance(declared, Personal), name
        if isinstance(declared, Personal):
            assert all((declared.purpose, declared.place, declared.life)), name


def test_neither_name_nor_address_nor_comment_has_a_field_in_the_journal() -> None:
    assert not {"name", "email", "canonical", "comment", "secret"} & set(Signed.__struct_fields__)


@pytest.mark.parametrize("field", ["name", "email", "canonical", "comment", "secret"])
def test_a_person_without_one_of_the_fields_cannot_be_made(field: str) -> None:
    whole = {"campaign": "library", **dict.fromkeys(Person.__struct_fields__, ""), "updates": True, "signed": 1}
    del whole[field]
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert(whole, Person)


def test_what_was_opened_gives_the_leaf_again() -> None:
    """The auditor's check: the person and the secret inside the seal, and the log, and nothing else."""
    secret = os.urandom(16)
    token = Tokens(bytes(32)).make(secret, "library", 1_800_000_000, "ar")
    hidden = blinder(Tokens(bytes(32)).read(token).secret)
    recorded = leaves.record("library", "A" * 43, "amal@example.org", "Amal", "KE", "e", "2026-11-24")
    leaf = leaves.commitment(hidden, recorded)
    person = Person(
        campaign="library", name="Amal", email="Amal@Example.org", canonical="amal@example.org", country="KE",
        comment="", language="ar", text="A" * 43, consent="1", updates=False, day="2026-11-24", channel="e",
        signed=1_800_000_000, secret=urlsafe_b64encode(secret).decode().rstrip("="),
    )  # fmt: skip
    again = msgspec.json.decode(msgspec.json.encode(person), type=Person)
    opened = leaves.record(
        again.campaign, again.text, again.canonical, again.name, again.country, again.channel, again.day
    )
    assert leaves.commitment(blinder(urlsafe_b64decode(again.secret + "==")), opened) == leaf
