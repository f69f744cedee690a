"""The desk leads through a statement: to the second signature, its public pages, a correction and a withdrawal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.office.test_embargo import _fresh
from tests.office.test_statements import _BODY, _FISH, Place, place

__all__ = ["place"]


def test_the_fact_sheet_reads_as_released_and_leads_to_the_field_that_is_wrong(place: Place, client: Any) -> None:
    place.written()
    client.force_login(place.ben)
    page = client.get(f"{_FISH}check/").content.decode()
    assert "At least 4,200 fish came back." in page
    wrong = {"part": "body.3", "version": "0", "says": "The path is open.", "address": "https://example.org/path"}
    page = client.post(f"{_FISH}check/", wrong).content.decode()
    assert '<a href="#body.3-organisation">' in page
    assert page.count('id="body.3-organisation"') == 1
    assert 'value="https://example.org/path"' in page


def test_whoever_stands_alone_is_led_to_a_second_person_and_that_one_to_the_statement(
    place: Place, client: Any
) -> None:
    from undersigned.office.people.models import Membership
    from undersigned.office.statements import actions
    from undersigned.office.statements.checklist import whole

    made = place.written()
    place.check(made)
    held = Membership.objects.filter(staff=place.frida, role__in=("press", "reviewer", "coordinator"))
    kept = list(held.values("staff_id", "section_id", "role"))
    held.delete()
    actions.sign(staff=place.ben, statement=made, seen=whole(made).hash)
    client.force_login(place.ben)
    page = client.get(_FISH).content.decode()
    invite = f"/desk/sections/{place.campaign.section.slug}/people/invite/?role=press"
    assert "Nobody else in your section may sign." in page
    assert invite in page
    assert re.search(r'value="press"[^>]* checked', client.get(invite).content.decode())
    assert "Waits for your signature" not in client.get("/desk/").content.decode()
    Membership.objects.bulk_create(Membership(**one) for one in kept)
    assert "May sign too: Frida." in client.get(_FISH).content.decode()
    client.force_login(place.frida)
    for first in ("/desk/", f"/desk/sections/{place.campaign.section.slug}/"):
        page = client.get(first).content.decode()
        assert "Waits for your signature" in page
        assert f'href="{_FISH}"' in page
    assert f'href="{_FISH}texts/ar/preview/"' in client.get(_FISH).content.decode()
    place.write(made, _BODY.replace("must", "should"))
    assert "Waits for your signature" not in client.get("/desk/").content.decode()


def test_the_desk_leads_to_the_public_pages_once_there_are_some_and_to_a_correction(place: Place, client: Any) -> None:
    made = place.written()
    client.force_login(place.ben)
    place.release(made, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2))
    assert "/s/river/fish/" not in client.get(_FISH).content.decode()
    made.embargo = datetime.now(UTC) - timedelta(minutes=1)
    made.save()
    made.versions.update(released=made.embargo)
    page = client.get(_FISH).content.decode()
    for language in ("en", "ar"):
        assert f'<a href="https://petitions.example/s/river/fish/{language}/"' in page
    assert "Correct the statement" in page


def test_what_was_never_released_in_a_language_is_neither_withdrawn_nor_previewed_in_it(
    place: Place, client: Any
) -> None:
    made = place.written()
    arabic = made.texts.get(language="ar").revisions.first()
    arabic.state = "draft"
    arabic.save()
    place.release(made)
    _fresh(client, place.ben)
    assert '<option value="ar"' not in client.get(f"{_FISH}links/").content.decode()
    assert "why-ar" not in client.get(f"{_FISH}withdraw/").content.decode()
    assert client.post(f"{_FISH}withdraw/", {"why-en": "It was wrong."}).status_code == 302
    gone = place.record().withdrawn
    assert gone is not None
    assert gone.why == {"en": "It was wrong."}


def test_a_withdrawal_in_a_hurry_gives_its_reason_in_the_first_language_alone(place: Place, client: Any) -> None:
    place.release(place.written())
    _fresh(client, place.ben)
    assert client.post(f"{_FISH}withdraw/", {"why-ar": "كان خطأ."}).status_code == 200
    assert client.post(f"{_FISH}withdraw/", {"why-en": "It was wrong."}).status_code == 302
    gone = place.record().withdrawn
    assert gone is not None
    assert gone.reason("ar", "en") == ("It was wrong.", "en")


def test_a_correction_begins_at_the_text_and_shows_each_signer_what_changes(place: Place, client: Any) -> None:
    made = place.written()
    place.release(made)
    _fresh(client, place.ben)
    write = f'href="{_FISH}write/">Correct the statement</a>'
    assert write in client.get(_FISH).content.decode()
    assert re.search(r'<textarea name="body"[^>]* autofocus', client.get(f"{_FISH}write/").content.decode())
    place.write(made, _BODY.replace("must", "should"))
    place.check(made)
    page = client.get(_FISH).content.decode()
    assert write not in page
    assert "<del>The path must stay open.</del>" in page
    assert "<ins>The path should stay open.</ins>" in page
    place.sign(made)
    assert re.search(r'<textarea name="why-en"[^>]* autofocus', client.get(f"{_FISH}release/").content.decode())
