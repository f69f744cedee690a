"""The officer of data protection: what is kept, on what basis, until when; requests answered in time, naming nobody."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.test_campaigns import _begun, _complete

pytestmark = pytest.mark.usefixtures("desk")
CANARY = "canary.person@example.org"


def _signed_in(client: Any, campaign: Any) -> Any:
    """Sign in as the section's officer of data protection, just now."""
    from allauth.mfa.models import Authenticator

    from undersigned.office.people.models import Membership, Staff

    staff = Staff.objects.create_user("officer@petitions.example", "Olu")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Membership.objects.create(staff=staff, section=campaign.section, role="protection")
    client.force_login(staff)
    from allauth.account.internal.flows import login

    session = client.session
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(staff.pk)
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "password", "reauthenticated": True, "at": datetime.now(UTC).timestamp()}
    ]
    session.save()
    return staff


@pytest.fixture
def river() -> Any:
    ben, campaign = _begun("river")
    _complete(ben, campaign)
    return campaign


def _address(name: str, *rest: str) -> str:
    return f"/desk/campaigns/{name}/" + "".join(f"{one}/" for one in rest)


def test_the_page_names_every_declared_field_its_place_its_life_and_its_reader(client: Any, river: Any) -> None:
    from undersigned.assemble.kept import kept_rows
    from undersigned.pages.kept import FIELDS

    _signed_in(client, river)
    words = client.get(_address("river", "protection")).content.decode()
    assert kept_rows()
    for row in kept_rows():
        assert FIELDS[row.field] in words.replace("&#x27;", "'"), row.field
        for told in (row.purpose, row.place, row.life):
            assert told in words.replace("&#x27;", "'"), row.field


def test_the_day_on_which_all_is_gone_follows_from_the_closing_day_and_what_the_officer_said(
    client: Any, river: Any
) -> None:
    from undersigned.office.campaigns.models import Campaign

    Campaign.objects.filter(pk=river.pk).update(closes=datetime(2027, 8, 31, 12, tzinfo=UTC))
    _signed_in(client, river)
    assert "2028-08-31" in client.get(_address("river", "protection")).content.decode()
    said = {"controller": "House, 1 Street", "basis": "consent", "keep_months": "6", "recipients": "The council"}
    assert client.post(_address("river", "protection", "edit"), said).status_code == 302
    words = client.get(_address("river", "protection")).content.decode()
    assert "2028-02-29" in words
    assert "The council" in words


def test_what_the_officer_has_not_said_is_asked_for(client: Any, river: Any) -> None:
    _signed_in(client, river)
    assert "Who holds a share" in client.get(_address("river", "protection")).content.decode()


def test_the_relay_is_named_by_its_host_and_never_with_its_secret(river: Any) -> None:
    from undersigned.office.protection.register import gather
    from undersigned.settings import Settings

    settings = Settings(dir="x", mail="smtp://user:sesame@relay.example.org:587")
    found = gather(river, settings)
    assert "relay.example.org" in found.processors[0]
    assert "sesame" not in repr(found)


@pytest.mark.parametrize("form", ["csv", "html", "md"])
def test_the_entry_of_the_register_has_all_that_article_30_asks_for(client: Any, river: Any, form: str) -> None:
    _signed_in(client, river)
    answer = client.get(f"/desk/campaigns/river/protection/register.{form}")
    assert answer.status_code == 200
    words = answer.content.decode()
    for part in ("Controller", "Purposes", "Whose data", "What is kept", "Recipients", "Transfers", "Kept until"):
        assert part in words
    if form == "csv":
        rows = list(csv.reader(io.StringIO(words.removeprefix("\ufeff"))))
        assert rows[0] == ["part", "words"]
        assert {len(row) for row in rows} == {2}


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_assessment_is_filled_in_and_says_what_is_left_to_write(client: Any, river: Any, form: str) -> None:
    _signed_in(client, river)
    words = client.get(f"/desk/campaigns/river/protection/assessment.{form}").content.decode()
    assert "Art. 35" in words
    assert "probability …" in words


def test_a_form_of_file_that_does_not_exist_answers_404(client: Any, river: Any) -> None:
    _signed_in(client, river)
    assert client.get("/desk/campaigns/river/protection/register.exe").status_code == 404


def test_consents_have_versions_and_the_hashes_that_signatures_name(client: Any, river: Any) -> None:
    from undersigned.core.texts import text_hash
    from undersigned.office.campaigns import actions
    from undersigned.office.campaigns.files import text_file

    revisions = [text.revisions.first() for text in river.texts.all()]
    release = actions.release(staff=revisions[0].author, campaign=river, revisions=revisions)
    actions.release(staff=revisions[0].author, campaign=river, revisions=revisions)  # the same words, kept once
    _signed_in(client, river)
    file = client.get("/desk/campaigns/river/protection/consents.csv").content.decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(file)))
    public = {one.text.language: text_hash(text_file(one.segments)) for one in release.revisions.all()}
    assert {(row["language"], row["text_hash"]) for row in rows} == set(public.items())
    assert len({(row["language"], row["purpose"]) for row in rows}) == len(rows)


def test_a_request_is_due_in_a_month_is_answered_once_and_names_nobody(client: Any, river: Any) -> None:
    from undersigned.office.protection.models import PersonRequest
    from undersigned.office.trail.models import Entry

    _signed_in(client, river)
    asked = {"kind": "access", "received": "2026-01-31", "name": CANARY, "email": CANARY}
    answer = client.post(_address("river", "requests"), asked)
    assert answer.headers["Location"] == _address("river", "requests", "1")
    one = PersonRequest.objects.get()
    assert (one.reference, one.due) == ("river-1", date(2026, 2, 28))
    page = client.get(_address("river", "requests", "1")).content.decode()
    assert "/c/river/en/link" in page
    assert "--address-file" in page
    done = {"way": "link", "answered": "2026-02-03"}
    assert client.post(_address("river", "requests", "1"), done).status_code == 302
    assert client.post(_address("river", "requests", "1"), {**done, "way": "refused"}).status_code == 302
    assert PersonRequest.objects.get().way == "link"
    told = [entry for entry in Entry.objects.all() if entry.act.startswith("protection.")]
    assert [entry.act for entry in told] == ["protection.request-received", "protection.request-answered"]
    assert CANARY not in repr([(one.facts, one.subject) for one in Entry.objects.all()])


def test_two_months_more_are_taken_once(client: Any, river: Any) -> None:
    from undersigned.office.protection.models import PersonRequest

    _signed_in(client, river)
    client.post(_address("river", "requests"), {"kind": "erasure", "received": "2026-01-15"})
    for _ in range(2):
        client.post(_address("river", "requests", "1"), {"extend": "1"})
    assert PersonRequest.objects.get().due == date(2026, 4, 15)


def test_a_day_to_come_is_refused(client: Any, river: Any) -> None:
    _signed_in(client, river)
    answer = client.post(_address("river", "requests"), {"kind": "access", "received": "2999-01-01"})
    assert answer.status_code == 200
    assert "still to come" in answer.content.decode()


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_so_many_months_later_is_in_that_month_and_never_skips_one(day: date, months: int) -> None:
    from undersigned.office.protection.models import months_after

    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and later.day >= 28)


def test_a_person_reads_and_takes_along_what_the_trail_holds_of_them(client: Any, river: Any) -> None:
    from undersigned.office.protection import actions

    staff = _signed_in(client, river)
    actions.receive(staff=staff, campaign=river, kind="access", received=date(2026, 1, 1))
    file = b"".join(client.get("/desk/profile/trail.csv")).decode()
    rows = list(csv.DictReader(io.StringIO(file)))
    assert [row["act"] for row in rows] == ["account.signed-in", "protection.request-received"]


def test_the_desk_says_whether_the_chain_holds(client: Any, river: Any) -> None:
    from undersigned.office.trail.models import Entry

    _signed_in(client, river)
    address = f"/desk/sections/{river.section.slug}/trail/check/"
    assert "It holds" in client.get(address).content.decode()
    first = Entry.objects.first()
    assert first is not None
    Entry.objects.filter(pk=first.pk).update(act="people.nothing")
    assert "broken" in client.get(address).content.decode()
