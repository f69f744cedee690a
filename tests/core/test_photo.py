"""No picture of a campaign is shown without its words, in every language, nor where its bytes are not its own."""

from __future__ import annotations

from tests.core.campaign_files import CAMPAIGN, RECIPIENT, TEXTS
from tests.core.photo_files import WITH_PHOTO, card, pictures, read_photo, texts
from undersigned.core.campaign import Card, decode, encode
from undersigned.core.photo import rendition
from undersigned.core.reading import read
from undersigned.core.sheet import Fault


def _said(answer: Card | tuple[Fault, ...]) -> str:
    assert not isinstance(answer, Card)
    return "\n".join(f"{fault.file}: {fault.what}" for fault in answer)


def test_a_campaign_has_its_picture_with_licence_day_and_words_in_every_language() -> None:
    found = card()
    assert found.photo is not None
    assert (found.photo.licence, found.photo.people, found.photo.taken) == ("CC BY 4.0", "nobody", "2026-10-04")
    assert {one.name for one in found.photo.renditions} == set(pictures())
    assert found.texts["ar"].photo == {"alt": "بئر جافة", "credit": "أمل"}
    assert decode(encode(found)) == found


def test_a_card_from_before_there_were_pictures_is_read() -> None:
    plain = read(CAMPAIGN, TEXTS, RECIPIENT)
    assert isinstance(plain, Card)
    old = encode(plain).replace(b',"photo":null', b"").replace(b',"photo":{}', b"")
    assert b"photo" not in old
    assert decode(old) == plain


def test_a_picture_without_alternative_text_or_credit_is_refused() -> None:
    said = texts()
    said["en"] = said["en"].replace(b'alt = "A dry well"\n', b"")
    assert "“alt” is missing" in _said(read_photo(words=said))


def test_a_warning_in_one_language_must_stand_in_all() -> None:
    assert "ar.md: “warning” of the photo is missing." in _said(read_photo(words=texts('warning = "Thirst"\n')))
    assert isinstance(read_photo(words=texts('warning = "Thirst"\n', 'warning = "عطش"\n')), Card)


def test_nobody_shown_is_passed_over_in_silence() -> None:
    assert "people" in _said(read_photo(WITH_PHOTO.replace(b'people = "nobody"\n', b"")))


def test_a_picture_whose_bytes_are_not_its_own_is_refused() -> None:
    files = pictures()
    first = next(iter(files))
    files[first] += b"!"
    assert f"photo/{first}" in _said(read_photo(files=files))
    assert isinstance(rendition("holiday.jpg", b""), Fault)


def test_what_a_page_cannot_do_without_is_missed() -> None:
    assert "no “page” picture" in _said(read_photo(files={}))


def test_a_text_that_speaks_of_a_picture_there_is_not_is_refused() -> None:
    assert "has no photo" in _said(read_photo(CAMPAIGN))
