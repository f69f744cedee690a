"""At the desk: the second that an hour means, what is released with it, and who may know of it before."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.office.test_statements import _BODY, Place, place
from undersigned.core.statement import since, state, visible
from undersigned.office.statements.wall_clock import instants

__all__ = ["place"]


@pytest.mark.parametrize(
    ("shown", "zone", "meant"),
    [
        ("2026-12-01 10:00", "UTC", ["2026-12-01 10:00"]),
        ("2026-03-29 01:59", "Europe/Berlin", ["2026-03-29 00:59"]),
        ("2026-03-29 02:00", "Europe/Berlin", []),  # put forward from 2 to 3
        ("2026-03-29 02:59", "Europe/Berlin", []),
        ("2026-03-29 03:00", "Europe/Berlin", ["2026-03-29 01:00"]),
        ("2026-10-25 01:59", "Europe/Berlin", ["2026-10-24 23:59"]),
        ("2026-10-25 02:00", "Europe/Berlin", ["2026-10-25 00:00", "2026-10-25 01:00"]),  # put back from 3 to 2
        ("2026-10-25 03:00", "Europe/Berlin", ["2026-10-25 02:00"]),
        ("2026-07-01 12:00", "Asia/Kolkata", ["2026-07-01 06:30"]),
        ("2026-01-01 12:00", "America/St_Johns", ["2026-01-01 15:30"]),
        ("2026-07-01 12:00", "America/St_Johns", ["2026-07-01 14:30"]),
        ("2026-03-29 02:30", "Africa/Nairobi", ["2026-03-28 23:30"]),  # no summer time
        ("2026-10-04 02:15", "Australia/Lord_Howe", []),  # half an hour forward
        ("2026-04-05 01:45", "Australia/Lord_Howe", ["2026-04-04 14:45", "2026-04-04 15:15"]),
        ("2011-12-30 12:00", "Pacific/Apia", []),  # a day that never was
    ],
)
def test_a_clock_on_the_wall_means_one_second_none_or_two(shown: str, zone: str, meant: list[str]) -> None:
    found = instants(datetime.fromisoformat(shown), zone)
    assert [f"{at:%Y-%m-%d %H:%M}" for at in found] == meant
    assert all(at.tzinfo is UTC for at in found)


def _next(month: int, day: str) -> str:
    """Give a day in a year to come: the last Sunday of that month where clocks change, else the 15th."""
    year = datetime.now(UTC).year + 1
    last = datetime(year, month + 1, 1, tzinfo=UTC) - timedelta(days=1)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    return f"{(sunday if day == 'change' else last.replace(day=15)):%Y-%m-%d}"


def _ready(place: Place) -> Any:
    made = place.written()
    place.check(made)
    place.sign(made)
    return made


def _fresh(client: Any, staff: Any) -> None:
    """Sign somebody in with a second factor, just now."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(user=staff, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
    client.force_login(staff)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()


def _release(client: Any, place: Place, **fields: str) -> Any:
    from undersigned.office.statements.checklist import whole
    from undersigned.office.statements.models import Statement

    _fresh(client, place.ben)
    seen = whole(Statement.objects.get(slug="fish")).hash
    return client.post("/desk/campaigns/river/statements/fish/release/", {"seen": seen, **fields})


def test_an_hour_of_a_zone_is_kept_as_its_second_and_shown_in_two(place: Place, client: Any) -> None:
    _ready(place)
    day = _next(7, "any")
    answer = _release(client, place, embargo=f"{day}T09:00", zone="America/St_Johns", zones="Asia/Kolkata")
    assert answer.status_code == 302
    record = place.record()
    assert datetime.fromtimestamp(record.embargo, UTC).isoformat() == f"{day}T11:30:00+00:00"
    assert record.zones == ("America/St_Johns", "Asia/Kolkata")
    page = client.get("/desk/campaigns/river/statements/fish/").content.decode()
    assert "11:30 UTC (09:00 St John’s · 17:00 Kolkata)" in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"embargo": f"{_next(3, 'change')}T02:30", "zone": "Europe/Berlin"}, "put forward over this time"),
        ({"embargo": f"{_next(10, 'change')}T02:30", "zone": "Europe/Berlin"}, "at 00:30 and at 01:30 UTC"),
        ({"embargo": "2020-01-01T10:00"}, "This hour is over"),
        ({"embargo": f"{_next(7, 'any')}T10:00", "zone": "Mars/Olympus"}, "is no time zone"),
        ({"embargo": f"{_next(7, 'any')}T10:00", "zones": "Berlin"}, "is no time zone"),
    ],
)
def test_an_hour_that_is_none_two_or_over_releases_nothing(
    place: Place, client: Any, fields: dict[str, str], told: str
) -> None:
    made = _ready(place)
    answer = _release(client, place, **fields)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not made.versions.exists()
    assert not (place.folder / "statements/river/fish").exists()


def test_an_hour_that_comes_twice_can_be_given_in_utc(place: Place, client: Any) -> None:
    _ready(place)
    day = _next(10, "change")
    assert _release(client, place, embargo=f"{day}T01:30", zones="Europe/Berlin").status_code == 302
    assert datetime.fromtimestamp(place.record().embargo, UTC).isoformat() == f"{day}T01:30:00+00:00"


# What is released with it.


def _unapproved(place: Place) -> Any:
    """Give a statement whose Arabic is translated and not approved."""
    made = place.written()
    arabic = made.texts.get(language="ar").revisions.first()
    arabic.state = "draft"
    arabic.save()
    return made


def _approve(place: Place, made: Any) -> None:
    from undersigned.office.campaigns import actions

    actions.decide(staff=place.frida, revision=made.texts.get(language="ar").revisions.first(), approved=True)


def test_approved_languages_are_released_together_and_the_others_stay_out(place: Place, client: Any) -> None:
    made = _unapproved(place)
    assert [one for one in place.lacks(made) if "Arabic" in one or "العربية" in one] == []
    _fresh(client, place.ben)
    page = client.get("/desk/campaigns/river/statements/fish/").content.decode()
    assert "Stays out until it is approved" in page
    place.release(made)
    statement = place.record().versions[0].statement
    assert (statement.languages, set(statement.editions)) == (("en",), {"en"})
    assert not (place.folder / "statements/river/fish/1/ar.md").exists()


def test_a_language_that_is_approved_later_follows_as_a_version_that_corrects_nothing(place: Place) -> None:
    from undersigned.office.statements.checklist import whole

    made = _unapproved(place)
    place.release(made)
    assert not whole(made).changed
    _approve(place, made)
    made.refresh_from_db()
    assert whole(made).changed
    place.release(made)
    record = place.record()
    assert [one.statement.languages for one in record.versions] == [("en",), ("en", "ar")]
    assert record.corrections == ()
    assert state(record, record.versions[1].released) == "released"
    assert whole(made).stage == "released"


def test_a_language_that_was_released_is_corrected_with_the_others_or_nothing_is(place: Place) -> None:
    from undersigned.office.statements import actions

    made = place.written()
    place.release(made)
    words = {"headline": "The fish are back", "summary": "They are.", "dateline": "Kisumu", "contact": "Ben"}
    body = _BODY.replace("must", "should")
    demands = [("d", "Open.")]
    source = actions.write(
        staff=place.ben, statement=made, version=made.version, words=words, body=body, notes="", demands=demands
    )
    from undersigned.office.campaigns import actions as campaigns

    campaigns.decide(staff=place.frida, revision=source, approved=True)
    assert any("to be translated" in one for one in place.lacks(made))


def test_what_two_people_stand_for_names_the_languages(place: Place) -> None:
    from undersigned.office.campaigns.revising import Overtaken
    from undersigned.office.statements import actions

    made = _unapproved(place)
    place.check(made)
    seen = place.sign(made)
    _approve(place, made)
    with pytest.raises(Overtaken):
        actions.release(staff=place.ben, statement=made, seen=seen, embargo=None, zones=[], why={})


# A figure that would tell of a statement under embargo.


def _newer(place: Place, key: str, value: int, of: str, held: bool) -> None:
    from undersigned.office.statements.models import Figure

    place.figure(key, value, supersedes=Figure.objects.get(key=of), held=held)


def _second(place: Place, key: str, embargo: datetime | None) -> Any:
    """Release another statement, which gives that figure."""
    from undersigned.office.campaigns import actions as campaigns
    from undersigned.office.statements import actions
    from undersigned.office.statements.checklist import whole

    made = actions.begin(staff=place.ben, campaign=place.campaign, slug="more", languages=["en"], headline="More fish")
    words = {"headline": "More fish", "summary": "More.", "dateline": "Kisumu", "contact": "Ben"}
    source = actions.write(
        staff=place.ben, statement=made, version=made.version, words=words, body=f"{{figure:{key}}} fish.", notes="",
        demands=[],
    )  # fmt: skip
    campaigns.decide(staff=place.frida, revision=source, approved=True)
    place.check(made)
    seen = place.sign(made)
    actions.release(staff=place.ben, statement=made, seen=seen, embargo=embargo, zones=[], why={})
    assert whole(made).number == 2
    return made


def test_a_figure_that_is_held_is_told_from_the_hour_of_the_statement_that_gives_it(place: Place) -> None:
    from undersigned.office.statements import actions

    place.release(place.written())
    _newer(place, "later", 9000, "fish", held=True)
    assert place.record().since == ()
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    made = _second(place, "later", hour)
    record, at = place.record(), int(hour.timestamp())
    assert since(record, at - 1) == []
    assert [int(one.value or 0) for one in since(record, at)] == [9000]
    assert "9000" not in str(visible(record, at - 1))
    actions.withdraw(staff=place.ben, statement=made, why={"en": "No."})
    assert place.record().since == ()


def test_of_several_newer_figures_the_last_that_is_told_stands(place: Place) -> None:
    place.release(place.written())
    _newer(place, "second", 5000, "fish", held=False)
    _newer(place, "third", 6000, "second", held=True)
    now = int(datetime.now(UTC).timestamp())
    assert [int(one.value or 0) for one in since(place.record(), now)] == [5000]
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=3)
    _second(place, "third", hour)
    assert [int(one.value or 0) for one in since(place.record(), now)] == [5000]
    assert [int(one.value or 0) for one in since(place.record(), int(hour.timestamp()))] == [6000]


def test_a_record_asks_no_more_the_more_figures_have_followed(place: Place) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from undersigned.office.statements import folder

    made = place.written()
    place.release(made)
    folder.record(made)  # what belongs to the statement is known from here on
    asked: list[int] = []
    for key, of in (("second", "fish"), ("third", "second"), ("fourth", "third")):
        _newer(place, key, 5000 + len(asked), of, held=True)
        with CaptureQueriesContext(connection) as queries:
            folder.record(made)
        asked.append(len(queries))
    assert len(set(asked)) == 1, asked


def test_who_adds_a_newer_figure_says_when_it_is_told(place: Place, client: Any) -> None:
    _fresh(client, place.ben)
    place.figure()
    fields = {
        "key": "later", "label": "Fish", "measure": "fish", "qualifier": "at_least", "value": "9000",
        "status": "reported", "as_of": "2026-11-01", "organisation": "County fisheries", "supersedes": "fish",
        "title": "Fish count", "published": "2026-11",
    }  # fmt: skip
    answer = client.post("/desk/campaigns/river/figures/", fields)
    assert "Say when" in answer.content.decode()
    assert client.post("/desk/campaigns/river/figures/", {**fields, "told": "statement"}).status_code == 302
    assert place.campaign.figures.get(key="later").held


# Who may know of it before.


def test_nobody_outside_the_section_finds_a_statement_under_embargo_anywhere_at_the_desk(
    place: Place, client: Any
) -> None:
    from tests.office.test_people import _section
    from undersigned.office.people.models import Membership, Staff
    from undersigned.office.people.roles import Role

    made = place.written()
    place.release(made, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    outsider = Staff.objects.create_user("eve@petitions.example", "Eve")
    section = _section("elsewhere", outsider)
    for role in Role:
        Membership.objects.get_or_create(staff=outsider, section=section, role=role)
    _fresh(client, outsider)
    _crawl(client, made)


def test_a_translator_of_one_language_reads_that_language_and_finds_nothing_else(place: Place, client: Any) -> None:
    from undersigned.office.people.models import Membership, Staff
    from undersigned.office.people.roles import Role

    made = place.written()
    place.release(made, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    amal = Staff.objects.create_user("amal@petitions.example", "Amal")
    Membership.objects.create(staff=amal, section=place.campaign.section, role=Role.TRANSLATOR, language="ar")
    _fresh(client, amal)
    base = "/desk/campaigns/river/statements/fish/"
    for part in ("", "check/", "release/", "links/", "withdraw/", "write/", "quote/", "texts/en/", "texts/en/preview/"):
        answer = client.get(base + part)
        assert answer.status_code in (403, 404), part
        assert "The fish are back" not in answer.content.decode(), part


def _crawl(client: Any, made: Any) -> None:
    """Follow every link of the desk from its home, and try every address of the statement; nothing may name it."""
    words = ("The fish are back", made.slug, "river", "fisheries")
    waiting, seen = ["/desk/"], set()
    while waiting:
        address = waiting.pop()
        answer = client.get(address, follow=True)
        seen.add(address)
        page = b"".join(answer) if answer.streaming else answer.content
        text = page.decode("utf-8", "replace")
        assert not [word for word in words if word in text], address
        found = set(re.findall(r'(?:href|src)="(/desk/[^"#]*)"', text))
        waiting += [one for one in found if one not in seen and one not in waiting and "logout" not in one]
    assert len(seen) > 5
    base = f"/desk/campaigns/{made.campaign.name}/statements/{made.slug}/"
    nothing = "/desk/campaigns/nowhere/statements/none/"
    for part in ("", "check/", "release/", "links/", "withdraw/", "texts/en/", "texts/en/preview/", "texts/en/text.po"):
        told, untold = _answer(client, base, part), _answer(client, nothing, part)
        assert told == untold, part
    for part in ("figures/", "figures/table.csv", "statements/", "milestone/", "begin-statement/"):
        assert client.get(f"/desk/campaigns/{made.campaign.name}/{part}").status_code in (404, 405), part


def _answer(client: Any, base: str, part: str) -> tuple[int, str]:
    """Give what an address answers, without what was asked for and what is drawn by lot."""
    answer = client.get(base + part)
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return answer.status_code, text.replace(base, "/asked/")
