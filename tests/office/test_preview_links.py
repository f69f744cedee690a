"""A recipient reads a statement before its hour by a link of their own, and only by that, while it is good."""

from __future__ import annotations

import io
import logging
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.core.campaign_files import card as made_card
from tests.office.test_statements import Place, place
from undersigned.assemble.places import Places
from undersigned.core.campaign import encode
from undersigned.vault.notes import LogKeys

__all__ = ["place"]


@pytest.fixture
def embargoed(place: Place) -> Any:
    """A statement released for the day after tomorrow, of a petition that is open."""
    from undersigned.office.project.installed import installation

    places, settings = Places(place.folder), installation()
    keys = LogKeys(places.secrets, settings.origin)
    keys.make("river", empty=True)
    (places.logs / "river").mkdir(parents=True, exist_ok=True)
    (places.logs / "river" / "vkey").write_text(keys.vkey("river") + "\n")
    card = replace(made_card(), campaign="river")
    (places.cards / "river.card").write_bytes(keys.sign("river", encode(card).decode() + "\n"))
    made = place.written()
    place.release(made, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    return made


def _link(place: Place, made: Any, recipient: str = "Daily Planet", days: int = 7) -> str:
    from undersigned.office.statements import previewing

    return previewing.give(staff=place.ben, statement=made, recipient=recipient, days=days)


def _get(client: Any, secret: str, part: str = "", language: str = "en") -> Any:
    return client.get(f"/desk/shared/{secret}/{language}/{part}")


def test_page_and_text_say_the_hour_in_two_zones_and_whose_copy_it_is(
    place: Place, embargoed: Any, client: Any
) -> None:
    secret = _link(place, embargoed)
    number = embargoed.previews.get().pk
    for part in ("", "statement.txt"):
        answer = _get(client, secret, part)
        words = answer.content.decode()
        assert answer.status_code == 200
        assert "The fish are back" in words
        assert f"Copy {number}, for Daily Planet." in words
        assert re.search(r"Embargoed until .* UTC \(\d\d:\d\d Nairobi\)", words)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert f"النسخة {number}" in _get(client, secret, language="ar").content.decode()


def test_once_it_is_public_a_copy_is_no_secret_any_more_and_leads_there(
    place: Place, embargoed: Any, client: Any
) -> None:
    secret = _link(place, embargoed)
    embargoed.embargo = datetime.now(UTC) - timedelta(minutes=1)
    embargoed.save()
    embargoed.versions.update(released=embargoed.embargo)
    page = _get(client, secret).content.decode()
    assert '<a href="https://petitions.example/s/river/fish/en/"' in page
    assert "Embargoed until" not in page
    assert "not to be passed on" not in page


def test_the_pdf_bears_the_recipient(place: Place, embargoed: Any, client: Any) -> None:
    pytest.importorskip("typst")
    answer = _get(client, _link(place, embargoed), "statement.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_each_opening_is_listed_and_nothing_of_who_opened(place: Place, embargoed: Any, client: Any) -> None:
    from undersigned.office.statements.models import Reading

    secret = _link(place, embargoed)
    _get(client, secret)
    _get(client, secret, "statement.txt", "ar")
    found = embargoed.previews.get().readings
    assert list(found.values_list("language", "form")) == [("ar", "txt"), ("en", "page")]
    assert {field.name for field in Reading._meta.fields} == {"id", "preview", "at", "language", "form"}


def test_a_link_that_ended_or_was_revoked_leads_nowhere(place: Place, embargoed: Any, client: Any) -> None:
    from undersigned.office.statements import actions, previewing

    ended, revoked, good = (_link(place, embargoed, one) for one in ("A", "B", "C"))
    embargoed.previews.filter(recipient="A").update(expires=datetime.now(UTC) - timedelta(seconds=1))
    previewing.revoke(staff=place.ben, preview=embargoed.previews.get(recipient="B"))
    nothing = _get(client, "A" * 43)
    for secret in (ended, revoked):
        answer = _get(client, secret)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert _get(client, good).status_code == 200
    actions.withdraw(staff=place.ben, statement=embargoed, why={"en": "Wrong."})
    assert _get(client, good).status_code == 404


def test_the_secret_is_not_kept_and_the_trail_names_no_recipient(place: Place, embargoed: Any) -> None:
    from undersigned.office.trail.models import Entry

    secret = _link(place, embargoed)
    assert secret not in str(list(embargoed.previews.values()))
    facts = str(list(Entry.objects.filter(act="statement.link-made").values("facts", "subject")))
    assert facts != "[]"
    assert "Daily Planet" not in facts


def test_nothing_is_shared_before_two_people_have_released_it(place: Place) -> None:
    from undersigned.office.statements.actions import NotReady

    with pytest.raises(NotReady):
        _link(place, place.written())


def test_the_list_names_recipients_and_shows_no_secret(place: Place, embargoed: Any, client: Any) -> None:
    from allauth.mfa.models import Authenticator

    _link(place, embargoed, "Daily Planet")
    Authenticator.objects.get_or_create(
        user=place.ben, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
    )
    client.force_login(place.ben)
    page = client.get("/desk/campaigns/river/statements/fish/links/").content.decode()
    assert "Daily Planet" in page
    assert "/desk/shared/" not in page


def test_the_desks_log_names_neither_the_secret_of_a_link_nor_a_statement(
    place: Place, embargoed: Any, client: Any
) -> None:
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    logging.getLogger("django").addHandler(handler)
    try:
        secret = _link(place, embargoed)
        assert _get(client, secret, language="fr").status_code == 404
        client.force_login(place.frida)
        assert client.get("/desk/campaigns/river/statements/fish/texts/fr/").status_code == 404
        assert client.get("/desk/fish/").status_code == 404
    finally:
        logging.getLogger("django").removeHandler(handler)
    lines = said.getvalue().splitlines()
    assert len(lines) == 3
    assert "shared/<str:secret>/<str:language>/" in lines[0]
    assert not [word for word in (secret, "fish", "river") if word in said.getvalue()]
