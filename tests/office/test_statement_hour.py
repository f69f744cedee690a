"""The hour of an embargo can be moved before it has come, in one act that readers hear of; a link can be sent again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.office.test_statement_letters import Desk, desk_, embargoed, with_mail
from tests.office.test_statements import _FISH, Place, place
from undersigned.core.statement import state

__all__ = ["desk_", "embargoed", "place", "with_mail"]
_HOUR = f"{_FISH}hour/"


def _in(hours: int) -> datetime:
    return (datetime.now(UTC) + timedelta(hours=hours)).replace(second=0, microsecond=0)


def _move(desk_: Desk, to: datetime, zone: str = "UTC", zones: str = "Africa/Nairobi") -> Any:
    return desk_.client.post(_HOUR, {"embargo": f"{to:%Y-%m-%dT%H:%M}", "zone": zone, "zones": zones})


def test_the_hour_is_moved_in_one_act_and_every_reader_of_a_preview_hears_of_it_each_time(
    desk_: Desk, place: Place
) -> None:
    from undersigned.office.trail.models import Entry

    desk_.invite()
    desk_.invite("akhbar@news.example", "ar", "Akhbar")
    desk_.post()
    signed = [one.hash for one in desk_.made.sign_offs.all()]
    before, folder = place.record(), place.folder / "statements/river/fish"
    files = {file.name: file.read_bytes() for file in (folder / "1").iterdir()}
    page = desk_.client.get(_HOUR).content.decode()
    assert f'value="{datetime.fromtimestamp(before.embargo, UTC).astimezone().year}-' in page
    for hours in (5, 9):
        assert _move(desk_, _in(hours)).status_code == 302
        record, hour = place.record(), int(_in(hours).timestamp())
        assert (record.embargo, record.versions[0].released) == (hour, hour)
        assert [state(record, at) for at in (hour - 1, hour)] == ["hidden", "released"]
        desk_.post()
    told = [one for one in desk_.arrived() if "Another hour for the embargo" in str(one["Subject"])]
    assert [str(one["To"]) for one in told] == ["news@planet.example"] * 2
    assert f"{_in(9):%H:%M} UTC ({_in(9) + timedelta(hours=3):%H:%M} Nairobi)" in told[-1].get_content()
    assert len([one for one in desk_.arrived() if str(one["To"]) == "akhbar@news.example"]) == 3
    assert {file.name: file.read_bytes() for file in (folder / "1").iterdir()} == files
    assert [one.hash for one in desk_.made.sign_offs.all()] == signed
    moved = Entry.objects.filter(subject="statement:river/fish", act="statement.hour-moved")
    assert [one.facts["before"] for one in moved.order_by("pk")] == [before.embargo, int(_in(5).timestamp())]


def test_an_hour_is_moved_earlier_too_and_a_correction_before_it_goes_with_it(desk_: Desk, place: Place) -> None:
    desk_.correct()
    assert _move(desk_, _in(1), zone="Asia/Kolkata").status_code == 200  # over, on clocks there
    assert _move(desk_, _in(1)).status_code == 302
    record = place.record()
    assert {one.released for one in record.versions} == {record.embargo}
    assert {one.at for one in record.corrections} == {record.embargo}


@pytest.mark.parametrize("seconds", [-1, 50])
def test_an_hour_that_has_come_or_is_at_hand_is_moved_no_more_and_the_page_says_why(
    desk_: Desk, place: Place, seconds: int
) -> None:
    from undersigned.office.statements import actions

    desk_.made.embargo = datetime.now(UTC) + timedelta(seconds=seconds)
    desk_.made.save()
    with pytest.raises(actions.TooLate):
        actions.move_hour(staff=place.ben, statement=desk_.made, embargo=_in(3), zones=[])
    page = _move(desk_, _in(3)).content.decode()
    assert "cannot be made unread" in page if seconds < 0 else "less than a minute away" in page
    desk_.made.refresh_from_db()
    assert desk_.made.embargo < _in(1)


def test_an_empty_hour_releases_nothing_and_one_that_is_not_released_has_none_to_move(
    desk_: Desk, place: Place
) -> None:
    before = place.record().embargo
    assert "required" in desk_.client.post(_HOUR, {"embargo": ""}).content.decode()
    assert place.record().embargo == before
    desk_.made.versions.all()[0].revisions.clear()
    desk_.made.versions.all().delete()
    assert "not released yet" in _move(desk_, _in(3)).content.decode()


def test_a_link_that_did_not_arrive_goes_again_as_a_new_one_in_one_act(desk_: Desk) -> None:
    from undersigned.office.statements.models import Letter, Preview

    desk_.invite(language="ar")
    letter = Letter.objects.get()
    old = letter.preview
    assert old is not None
    again = f"{_FISH}letters/{letter.pk}/again/"
    desk_.client.post(again)
    assert Preview.objects.count() == 1  # it waits: nothing is sent twice
    desk_.post()
    Letter.objects.update(state="failed", code="mailbox-full")
    links = f"{_FISH}links/"
    assert f'action="{again}"' in desk_.client.get(links).content.decode()
    for _ in range(2):
        desk_.client.post(again)
    desk_.post()
    (new,) = Preview.objects.exclude(pk=old.pk)
    assert abs((new.expires - new.made) - (old.expires - old.made)) < timedelta(minutes=1)
    assert new.recipient == old.recipient
    first, second = (re.findall(r"/desk/shared/\S+", one.get_content())[0] for one in desk_.arrived())
    assert first != second
    desk_.client.logout()
    assert [desk_.client.get(one).status_code for one in (first, second)] == [404, 200]
    assert desk_.states() == [("preview", "failed"), ("preview", "sent")]
    assert str(desk_.arrived()[-1]["Content-Language"]) == "ar"
