"""A picture comes into a statement at the desk, with its words in every language, and leaves it when it must."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.office.test_people import _editor
from tests.office.test_pictures import drawn, photographed, saved
from tests.office.test_preview_links import embargoed
from tests.office.test_statements import Place, place
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.statements import StatementFiles
from undersigned.pages.views import Site
from undersigned.stages.publish.statements import StatementPublisher

__all__ = ["embargoed", "place"]
_ADDRESS = "/desk/campaigns/river/statements/fish/photo/"
_WHOLE = {
    "key": "river", "alt": "A fence by a river", "caption": "The fence", "credit": "Amal", "licence": "CC BY 4.0",
    "people": "nobody", "place": "Kisumu", "taken": "2026-10-04",
}  # fmt: skip


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    """Give a picture that says of itself who made it, and where."""
    return photographed()


class Desk(Place):
    """The place, with Ben signed in, and the public pages as the mill would write them."""

    def __init__(self, folder: Path, client: Any) -> None:
        super().__init__(folder)
        self.client = client
        client.force_login(self.ben)
        self.statement = self.written()

    def send(self, data: bytes | None, where: str = "", **fields: Any) -> Any:
        """Send the form of a picture."""
        self.statement.refresh_from_db()
        form = {"after": "after-body.1", "version": self.statement.version, **fields}
        if data is not None:
            form["picture"] = SimpleUploadedFile("river.jpg", data, "image/jpeg")
        answer = self.client.post(_ADDRESS + where, form)
        self.statement.refresh_from_db()
        return answer

    def translated(self) -> None:
        """Translate what is new into Arabic, and approve both."""
        from undersigned.office.campaigns import actions as campaigns

        source = self.statement.texts.get(language="en").revisions.first()
        arabic = self.statement.texts.get(language="ar")
        before = arabic.revisions.first()
        told = {one["key"]: one["words"] if "{" in one["words"] else "نص" for one in source.segments if one["words"]}
        made = campaigns.translate(
            staff=self.frida, text=arabic, before=before.pk, source=source.segments, words=told, still=frozenset(told)
        )
        for revision in (source, made):
            campaigns.decide(staff=self.frida, revision=revision, approved=True)

    def words(self) -> dict[str, str]:
        """Give the source words by key."""
        revision = self.statement.texts.get(language="en").revisions.first()
        return {one["key"]: one["words"] for one in revision.segments}

    def body(self) -> list[str]:
        """Give the paragraphs."""
        return [words for key, words in self.words().items() if key.startswith("body.")]

    def public(self, now: int) -> set[str]:
        """Let the mill publish at a time; give the pictures that can be fetched."""
        from tests.core.campaign_files import card

        class Cards:
            def all(self) -> Any:
                from msgspec.structs import replace

                return [replace(card(), campaign="river")]

        public = self.folder / "published"
        shelf = StatementFiles(self.folder / "statements")
        StatementPublisher(PublicFolder(public), Cards(), shelf, Site("https://petitions.example")).step(now)
        assert shelf.faults == {"river/fish": ()}
        return {one.name for one in (public / "s" / "river" / "fish").glob("*.*")}


@pytest.fixture
def desk_(desk: Path, client: Any) -> Any:
    """Give a desk with a statement that could be released."""
    import shutil

    from undersigned.assemble.places import Places

    for name in ("statements", "media", "published"):
        shutil.rmtree(desk / name, ignore_errors=True)
    Places(desk).make()
    return Desk(desk, client)


def test_what_the_picture_says_of_itself_fills_what_was_left_empty_and_it_stands_where_it_was_put(
    desk_: Desk, jpeg: bytes
) -> None:
    assert desk_.send(jpeg, key="river", caption="Our own words").status_code == 302
    words = desk_.words()
    assert words["alt.river"] == "A fence by a river"
    assert words["caption.river"] == "Our own words"
    assert words["credit.river"] == "Amal Otieno / River Agency"
    (photo,) = desk_.statement.photos
    assert (photo["licence"], photo["taken"]) == ("CC BY 4.0", "2026-10-04")
    assert desk_.body()[1] == "{photo:river}"
    desk_.send(None, "?photo=river", **{**_WHOLE, "after": "after-"})
    assert desk_.body()[0] == "{photo:river}"
    assert desk_.body().count("{photo:river}") == 1
    desk_.send(None, "?photo=river", **{**_WHOLE, "after": "keep", "caption": "Other words"})
    assert (desk_.body()[0], desk_.words()["caption.river"]) == ("{photo:river}", "Other words")


def test_writing_the_text_again_keeps_the_pictures_words(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **_WHOLE)
    desk_.write(desk_.statement, "{figure:fish} fish.\n\n{photo:river}\n\n{quote:amal}\n\n{demands}")
    assert desk_.words()["alt.river"] == "A fence by a river"


def test_nothing_is_released_without_alternative_text_credit_caption_licence_and_consent(desk_: Desk) -> None:
    from undersigned.office.statements.checklist import whole

    desk_.send(saved(drawn()), key="river")
    lacks = " ".join(desk_.lacks(desk_.statement))
    for words in ("no alternative text", "no credit", "no caption", "under which licence", "people shown"):
        assert words in lacks
    desk_.send(None, "?photo=river", **{**_WHOLE, "after": "keep"})
    lacks = " ".join(desk_.lacks(desk_.statement))
    assert "picture" not in lacks
    assert list(whole(desk_.statement).included) == ["en"]  # Arabic waits for what is said of the picture
    desk_.translated()
    desk_.check(desk_.statement)
    assert desk_.lacks(desk_.statement) == [], desk_.lacks(desk_.statement)
    assert list(whole(desk_.statement).included) == ["en", "ar"]


def test_its_caption_is_checked_like_any_other_part(desk_: Desk, jpeg: bytes) -> None:
    from undersigned.office.statements.checklist import whole

    desk_.send(jpeg, **{**_WHOLE, "caption": "5,000 people at the fence"})
    assert "caption.river" in {one.key for one in whole(desk_.statement).parts}
    assert any("5,000" in one for one in desk_.lacks(desk_.statement))


def test_before_the_hour_no_address_has_it_and_after_it_every_form_and_language(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **{**_WHOLE, "warning": "Shows a fence"})
    desk_.translated()
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    desk_.release(desk_.statement, embargo=hour)
    assert desk_.public(int(hour.timestamp()) - 1) == set()
    names = desk_.public(int(hour.timestamp()))
    assert len(names) == 8
    assert all(name.startswith(("1-page-", "1-share-")) for name in names)
    record = desk_.record()
    photo = record.versions[0].statement.photo("river")
    assert (photo.people, photo.licence, photo.place, photo.width) == ("nobody", "CC BY 4.0", "Kisumu", 1200)
    public = desk_.folder / "published" / "s" / "river" / "fish"
    assert not any(b"Exif" in one.read_bytes() or b"adobe" in one.read_bytes() for one in public.glob("1-*"))
    for language in ("en", "ar"):
        page = (public / language / "index.html").read_text("utf-8")
        assert f"/s/river/fish/1-{photo.file}" in page
        assert "image/avif" in page
        assert page.index("<details>") < page.index("<picture>")
        assert photo.file in (public / language / "statement.txt").read_text("utf-8")
        assert photo.file in (public / language / "statement.jsonld").read_text("utf-8")
        assert photo.file in (public / language / "ninjs.json").read_text("utf-8")
    assert 'property="og:image"' not in (public / "en" / "index.html").read_text("utf-8")


def test_without_a_warning_it_is_shown_where_the_statement_is_shared(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **_WHOLE)
    desk_.translated()
    desk_.release(desk_.statement)
    desk_.public(int(datetime.now(UTC).timestamp()) + 1)
    page = (desk_.folder / "published/s/river/fish/en/index.html").read_text("utf-8")
    assert 'property="og:image" content="https://petitions.example/s/river/fish/1-share-1200x630-' in page
    assert "<details>\n<summary>Show the picture" not in page


def test_who_takes_their_consent_back_is_gone_from_every_version_at_once(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **_WHOLE)
    desk_.translated()
    desk_.release(desk_.statement)
    now = int(datetime.now(UTC).timestamp()) + 1
    assert len(desk_.public(now)) == 8
    desk_.statement.refresh_from_db()
    answer = desk_.client.post(_ADDRESS + "?photo=river", {"remove": "1", "version": desk_.statement.version})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]  # it weighs: a fresh sign-in is asked for
    from undersigned.office.statements import photo_actions

    photo_actions.remove_photo(staff=desk_.ben, statement=desk_.statement, version=desk_.statement.version, key="river")
    assert desk_.public(now + 1) == set()
    page = (desk_.folder / "published/s/river/fish/en/1/index.html").read_text("utf-8")
    assert "<picture>" not in page
    assert "A fence by a river" not in page
    assert "The path must stay open" in page
    assert list((desk_.folder / "statements/river/fish/1").glob("*.jpg")) == []
    assert [one for one in (desk_.folder / "media/statements").rglob("*") if one.is_file()] == []


def test_a_picture_of_a_draft_is_destroyed_with_its_original(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **_WHOLE)
    kept = desk_.folder / "media/statements/pictures/river/fish"
    assert [one for one in kept.iterdir() if one.read_bytes() == jpeg]
    answer = desk_.client.post(_ADDRESS + "?photo=river", {"remove": "1", "version": desk_.statement.version})
    assert answer.status_code == 302
    desk_.statement.refresh_from_db()
    assert (desk_.statement.photos, list(kept.iterdir())) == ([], [])
    assert "{photo:river}" not in desk_.body()
    assert "alt.river" not in desk_.words()


def test_the_original_is_for_nobody_and_the_rest_for_the_section_only(desk_: Desk, jpeg: bytes) -> None:
    desk_.send(jpeg, **_WHOLE)
    (photo,) = desk_.statement.photos
    original = desk_.folder / "media/statements/pictures/river/fish" / photo["original"]
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
    assert desk_.client.get(_ADDRESS + photo["original"]).status_code == 404
    assert desk_.client.get(_ADDRESS + photo["whole"]).status_code == 200
    desk_.translated()
    preview = desk_.client.get("/desk/campaigns/river/statements/fish/texts/en/preview/").content.decode()
    assert "{photo" not in preview
    assert 'alt="A fence by a river"' in preview
    eve, _ = _editor("norway")
    desk_.client.force_login(eve)
    assert desk_.client.get(_ADDRESS + photo["whole"]).status_code == 404


@pytest.mark.parametrize(("data", "status"), [(b"no picture", 400), (b"", 200)])
def test_what_is_no_picture_is_refused_and_nothing_is_kept(desk_: Desk, data: bytes, status: int) -> None:
    answer = desk_.send(data, **_WHOLE)
    assert answer.status_code == status
    assert 'class="errors"' in answer.content.decode()
    assert desk_.statement.photos == []


def test_a_correction_that_adds_a_picture_tells_its_words_and_no_placeholder(desk_: Desk, jpeg: bytes) -> None:
    desk_.release(desk_.statement)
    first = {one.name: one.read_bytes() for one in (desk_.folder / "statements/river/fish/1").iterdir()}
    desk_.send(jpeg, **_WHOLE)
    desk_.translated()
    desk_.release(desk_.statement, why="It shows the place.")
    (english,) = [one for one in desk_.record().corrections if one.language == "en"]
    assert english.says == "A fence by a river / Amal / The fence"
    assert {one.name: one.read_bytes() for one in (desk_.folder / "statements/river/fish/1").iterdir()} == first


def test_a_recipient_sees_the_picture_by_the_link_alone(desk_: Desk, jpeg: bytes) -> None:
    from undersigned.office.statements import previewing

    desk_.send(jpeg, **_WHOLE)
    desk_.translated()
    desk_.release(desk_.statement, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(days=1))
    secret = previewing.give(staff=desk_.ben, statement=desk_.statement, recipient="Daily Planet", days=3)
    desk_.client.logout()
    (photo,) = desk_.statement.photos
    file = next(one for one in photo["files"] if one.endswith(".jpg"))
    answer = desk_.client.get(f"/desk/shared/{secret}/picture/{file}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.headers["Cache-Control"] == "no-store"
    for other in (photo["original"], photo["whole"], "record.toml"):
        assert desk_.client.get(f"/desk/shared/{secret}/picture/{other}").status_code == 404
    assert desk_.client.get(f"/desk/shared/{'A' * 43}/picture/{file}").status_code == 404
    previewing.revoke(staff=desk_.ben, preview=desk_.statement.previews.get())
    assert desk_.client.get(f"/desk/shared/{secret}/picture/{file}").status_code == 404
