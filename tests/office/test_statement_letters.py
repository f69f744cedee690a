"""Whoever received a statement hears by letter that it was corrected or withdrawn, once; what became of it is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.office.test_preview_links import embargoed
from tests.office.test_statements import _BODY, Place, place
from undersigned.engines.maildir.transport import MaildirTransport
from undersigned.stages.mail.press import PressPost

__all__ = ["embargoed", "place"]
_LINKS = "/desk/campaigns/river/statements/fish/links/"
_NOW = int(datetime.now(UTC).timestamp())


class Desk:
    """The desk of an installation with a mail server, Ben signed in, and the post beside it."""

    def __init__(self, place: Place, made: Any, client: Any, mail: Path) -> None:
        self.place, self.made, self.client, self.mail = place, made, client, mail
        client.force_login(place.ben)

    def post(self) -> None:
        """Let the post turn once, and the desk take in what became of the letters."""
        from undersigned.office.statements import letters

        PressPost(letters.outbox(), MaildirTransport(self.mail), "petitions@petitions.example").step(_NOW)
        letters.collect()

    def arrived(self) -> list[EmailMessage]:
        """Give the letters that arrived, in their order."""
        files = sorted((self.mail / "new").glob("*")) if self.mail.exists() else []
        parser = BytesParser(policy=policy.default)
        return [one for file in files if isinstance(one := parser.parsebytes(file.read_bytes()), EmailMessage)]

    def told(self, subject: str) -> list[str]:
        """Give who got a letter with that in its subject."""
        return [str(one["To"]) for one in self.arrived() if subject in str(one["Subject"])]

    def invite(self, email: str = "news@planet.example", language: str = "en", name: str = "Daily Planet") -> Any:
        """Make a link with an address, on the page."""
        form = {"recipient": name, "email": email, "language": language, "days": 7}
        return self.client.post(_LINKS, form)

    def correct(self) -> None:
        """Release a correction through the page."""
        self.place.write(self.made, _BODY.replace("must", "should"))
        self.place.check(self.made)
        seen = self.place.sign(self.made)
        form = {"seen": seen, "why-en": "It is a wish.", "why-ar": "إنها أمنية."}
        answer = self.client.post("/desk/campaigns/river/statements/fish/release/", form)
        assert answer.status_code == 302, re.sub("<[^>]+>", "", answer.content.decode())
        self.made.refresh_from_db()

    def states(self) -> list[tuple[str, str]]:
        """Give kind and state of each letter, the oldest first."""
        return list(self.made.letters.order_by("id").values_list("kind", "state"))


@pytest.fixture
def with_mail(place: Place, tmp_path: Path) -> Iterator[Path]:
    """Set a way for letters to leave, and no need to sign in afresh."""
    import shutil

    from django.test import override_settings

    from undersigned.office.project.installed import installation

    shutil.rmtree(place.folder / "press-letters", ignore_errors=True)
    mail = tmp_path / "mail"
    settings = replace(installation(), mail=f"maildir:{mail}", demo=True)
    with override_settings(UNDERSIGNED=settings):
        yield mail


@pytest.fixture
def desk_(place: Place, embargoed: Any, client: Any, with_mail: Path) -> Desk:
    return Desk(place, embargoed, client, with_mail)


def test_a_preview_link_goes_by_letter_and_opens_the_copy(desk_: Desk) -> None:
    assert desk_.invite(language="ar").status_code == 200
    assert desk_.states() == [("preview", "waiting")]
    desk_.post()
    (letter,) = desk_.arrived()
    assert str(letter["To"]) == "news@planet.example"
    assert letter["Content-Language"] == "ar"
    (link,) = re.findall(r"https://\S+/desk/shared/\S+", letter.get_content())
    desk_.client.logout()
    assert desk_.client.get("/desk/" + link.partition("/desk/")[2]).status_code == 200
    assert desk_.states() == [("preview", "sent")]


def test_a_link_that_goes_by_letter_is_not_shown_and_its_secret_is_nowhere(desk_: Desk, place: Place) -> None:
    page = desk_.invite().content.decode()
    assert "/desk/shared/" not in page
    desk_.post()
    left = [one for one in (place.folder / "press-letters").rglob("*") if one.is_file()]
    assert left == []
    from undersigned.office.trail.models import Entry

    said = str(list(Entry.objects.values("facts", "subject")))
    assert "planet" not in said.lower()


def test_whoever_had_a_copy_hears_of_a_correction_once_in_their_language(desk_: Desk) -> None:
    from undersigned.office.statements import letters
    from undersigned.office.statements.models import Letter

    desk_.invite()
    desk_.invite("akhbar@news.example", "ar", "Akhbar")
    desk_.client.post("/desk/campaigns/river/statements/fish/recipients/", {
        "recipient": "Later", "email": "later@news.example", "language": "en",
    })  # fmt: skip
    desk_.post()
    desk_.correct()
    desk_.post()
    assert desk_.told("Corrections: The fish are back") == ["news@planet.example"]
    english = next(one for one in desk_.arrived() if "Corrections" in str(one["Subject"]))
    words = " ".join(english.get_content().split())
    assert "It said: The path must stay open." in words
    assert "It says now: The path should stay open." in words
    assert "It is a wish." in words
    assert "/s/river/fish/" not in words  # its hour has not come
    assert len([one for one in desk_.arrived() if str(one["To"]) == "akhbar@news.example"]) == 2
    assert [one for one in desk_.arrived() if str(one["To"]) == "later@news.example"] == []
    assert letters.tell(staff=desk_.place.ben, statement=desk_.made, kind=Letter.Kind.CORRECTION) == 0


def test_whoever_had_it_hears_that_it_was_withdrawn_and_why(desk_: Desk) -> None:
    desk_.invite()
    desk_.post()
    answer = desk_.client.post(
        "/desk/campaigns/river/statements/fish/withdraw/", {"why-en": "It was wrong.", "why-ar": "كان خطأ."}
    )
    assert answer.status_code == 302
    desk_.post()
    assert desk_.told("This statement was withdrawn") == ["news@planet.example"]
    assert "It was wrong." in desk_.arrived()[-1].get_content()


def test_the_statement_itself_goes_to_each_after_its_hour_and_not_before(desk_: Desk) -> None:
    add, send = (f"/desk/campaigns/river/statements/fish/{part}/" for part in ("recipients", "send"))
    desk_.client.post(add, {"recipient": "Planet", "email": "news@planet.example", "language": "en"})
    desk_.client.post(send)
    assert desk_.states() == []
    from undersigned.office.statements.models import Published

    hour = datetime.now(UTC) - timedelta(minutes=1)
    desk_.made.embargo = hour
    desk_.made.save()
    Published.objects.update(released=hour)
    for _ in range(2):
        desk_.client.post(send)
    desk_.post()
    assert desk_.told("The fish are back") == ["news@planet.example"]
    assert desk_.states() == [("statement", "sent")]


def test_what_did_not_arrive_is_shown_and_sent_again_on_request_only(desk_: Desk) -> None:
    from undersigned.office.statements.models import Letter

    desk_.invite()
    desk_.post()
    desk_.correct()
    letter = Letter.objects.get(kind="correction")
    from undersigned.office.statements import letters

    letters.outbox().begin(letter.name)  # the post died here
    desk_.post()
    assert desk_.states()[-1] == ("correction", "unknown")
    assert "not known whether it arrived" in desk_.client.get(_LINKS).content.decode()
    again = f"/desk/campaigns/river/statements/fish/letters/{letter.pk}/again/"
    for _ in range(2):
        desk_.client.post(again)
    desk_.post()
    assert desk_.told("Corrections") == ["news@planet.example"]
    assert desk_.states()[-1] == ("correction", "sent")


def test_a_letter_lost_with_a_disk_is_not_said_to_wait(desk_: Desk, place: Place) -> None:
    import shutil

    from undersigned.office.statements import letters
    from undersigned.office.statements.models import Letter

    desk_.invite()
    shutil.rmtree(place.folder / "press-letters")
    Letter.objects.update(made=datetime.now(UTC) - timedelta(minutes=2))
    letters.collect()
    assert list(Letter.objects.values_list("state", "code")) == [("unknown", "lost")]


def test_somebody_forgotten_gets_nothing_more_and_stands_nowhere(desk_: Desk, place: Place) -> None:
    from undersigned.office.statements.models import Letter, Recipient

    desk_.invite()
    one = Recipient.objects.get()
    desk_.client.post(f"/desk/campaigns/river/statements/fish/recipients/{one.pk}/forget/")
    desk_.post()
    assert (desk_.arrived(), Recipient.objects.count()) == ([], 0)
    assert list(Letter.objects.values_list("state", "code")) == [("failed", "called-back")]
    assert Letter.objects.get().recipient is None
    desk_.correct()
    desk_.post()
    assert desk_.arrived() == []
    assert "planet.example" not in desk_.client.get(_LINKS).content.decode()


def test_an_address_is_forgotten_a_year_after_its_last_letter(desk_: Desk) -> None:
    from undersigned.office.statements import letters
    from undersigned.office.statements.models import Letter, Recipient

    desk_.invite()
    desk_.post()
    now = datetime.now(UTC)
    Recipient.objects.update(made=now - letters.KEPT - timedelta(days=1))
    assert letters.forget_old(now) == 0
    Letter.objects.update(made=now - letters.KEPT - timedelta(hours=1))
    assert letters.forget_old(now) == 1
    assert Recipient.objects.count() == 0


def test_without_a_mail_server_nothing_is_written_and_the_words_stand_ready(
    place: Place, embargoed: Any, client: Any
) -> None:
    from django.test import override_settings

    from undersigned.office.project.installed import installation
    from undersigned.office.statements.models import Letter

    with override_settings(UNDERSIGNED=replace(installation(), mail="", demo=False)):
        from undersigned.office.statements import letters

        letters.add(staff=place.ben, statement=embargoed, name="Planet", email="a@planet.example", language="en")
        assert letters.tell(staff=place.ben, statement=embargoed, kind=Letter.Kind.STATEMENT) == 0
    assert Letter.objects.count() == 0
    place.write(embargoed, _BODY.replace("must", "should"))
    place.release(embargoed, why="It is a wish.")
    client.force_login(place.ben)
    page = client.get(_LINKS).content.decode()
    assert "No mail server is set" in page
    assert "It is a wish." in page
