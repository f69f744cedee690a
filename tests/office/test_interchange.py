"""Translators' files: what goes out comes in again without loss, and a wrong file changes nothing."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import absent
from tests.office.test_campaigns import _TEXT, _begun, _complete, _write
from undersigned.office.campaigns.interchange import (
    FORMATS,
    LARGEST,
    Entry,
    Exchange,
    Unreadable,
    lost,
    merge,
    read,
    write,
)
from undersigned.office.campaigns.segments import Segment, word_digest

_letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.just(
    "\n"
)
_words = st.text(_letters, max_size=80).map(str.strip)
_source = _words.filter(bool)
_notes = _words.map(lambda note: " ".join(note.split()))


@st.composite
def _files(draw: st.DrawFn) -> Exchange:
    keys = draw(st.lists(st.from_regex(r"[a-z]{1,8}\.[0-9a-z]{1,6}", fullmatch=True), unique=True, max_size=6))
    entries = []
    for key in keys:
        words = draw(_words)
        unsure = bool(words) and draw(st.booleans())
        entries.append(Entry(key, draw(_source), words, unsure, draw(_notes)))
    return Exchange(
        "river", "en", draw(st.sampled_from(["ar", "sw", "zh", "he"])), draw(st.integers(0, 9)), (*entries,)
    )


@pytest.mark.parametrize("form", FORMATS)
@given(file=_files())
def test_any_text_comes_in_as_it_went_out(form: str, file: Exchange) -> None:
    assert read(write(file, form), form) == file


@pytest.mark.parametrize("form", FORMATS)
@given(file=_files())
def test_a_file_read_and_written_again_has_the_same_bytes(form: str, file: Exchange) -> None:
    once = write(file, form)
    assert write(read(once, form), form) == once


@given(st.text(_letters | st.characters(codec="utf-8", categories=["Cc"]), min_size=1))
def test_control_characters_pass_through_po(words: str) -> None:
    file = Exchange("river", "en", "ar", 0, (Entry("title", "a" + words, words),))
    assert read(write(file, "po"), "po") == file


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xliff>&b;</xliff>',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff>&a;</xliff>',
        b"<xliff/>", b"", b"<", b'<?xml version="1.0" encoding="none"?><xliff/>',
        b'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file/><file/></xliff>',
    ],
)  # fmt: skip
def test_hostile_xml_is_not_read(data: bytes) -> None:
    with pytest.raises(Unreadable, match="format"):
        read(data, "xlf")


@given(st.binary(max_size=200))
@pytest.mark.parametrize("form", FORMATS)
def test_any_bytes_are_read_or_refused(form: str, data: bytes) -> None:
    with suppress(Unreadable):
        read(data, form)


def test_an_entry_of_other_source_words_is_told_and_not_taken() -> None:
    source: list[Segment] = [{"key": "title", "words": "Keep it open"}, {"key": "body.1", "words": "One."}]
    file = Exchange("r", "en", "ar", 0, (Entry("title", "Keep it shut", "x"), Entry("body.1", "One.", "y")))
    merged = merge(file, source, [])
    assert (merged.changed, merged.words) == (("title",), {"title": "", "body.1": "y"})


def test_an_entry_marked_as_fuzzy_stays_stale_and_one_unmarked_becomes_right() -> None:
    source: list[Segment] = [{"key": "a", "words": "A"}, {"key": "b", "words": "B"}]
    made: list[Segment] = [{"key": "a", "words": "x", "of": word_digest("A")}, {"key": "b", "words": "y", "of": ""}]
    merged = merge(Exchange("r", "en", "ar", 0, (Entry("a", "A", "x", True), Entry("b", "B", "y"))), source, made)
    assert (merged.unsure, merged.still) == (frozenset({"a"}), frozenset({"b"}))


def test_an_empty_translation_takes_nothing_away() -> None:
    source: list[Segment] = [{"key": "a", "words": "A"}]
    made: list[Segment] = [{"key": "a", "words": "x", "of": word_digest("A")}]
    assert merge(Exchange("r", "en", "ar", 0, (Entry("a", "A", ""),)), source, made).words == {"a": "x"}


@pytest.mark.parametrize(
    ("source", "words", "missing"),
    [
        ("More than 1,200 people in 2026", "أكثر من ١٢٠٠ شخص في ٢٠٢٦", []),
        ("More than 1,200 people", "أكثر من 1300 شخص", ["1200"]),
        ("See https://river.example/a.", "انظر", ["https://river.example/a"]),
        ("{figure:standing} signed", "وقع {figure:standing}", []),
        ("{figure:standing} signed", "وقع كثيرون", ["{figure:standing}"]),
    ],
)
def test_a_lost_number_link_or_figure_is_found(source: str, words: str, missing: list[str]) -> None:
    assert lost(source, words) == missing


def _translated(client: Any) -> tuple[Any, Any]:
    ben, campaign = _begun()
    _complete(ben, campaign)
    client.force_login(ben)
    return ben, campaign.texts.get(language="ar")


def _send(client: Any, data: bytes, name: str = "river.ar.po", language: str = "ar") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(f"/desk/campaigns/river/texts/{language}/files/", {"file": SimpleUploadedFile(name, data)})


def _fetch(client: Any, form: str = "po") -> bytes:
    return bytes(client.get(f"/desk/campaigns/river/texts/ar/text.{form}").content)


@pytest.fixture
def gettext() -> str:
    """Give the folder of GNU gettext's programs."""
    found = shutil.which("msgcat")
    if found is None or shutil.which("msgfmt") is None:
        absent("GNU gettext")
    return str(Path(str(found)).parent)


def _through(gettext: str, program: str, data: bytes) -> bytes:
    words = [f"{gettext}/{program}", "--output-file=-", "-"]
    return subprocess.run(words, input=data, capture_output=True, check=True, timeout=20).stdout


def test_gettexts_own_programs_read_the_file_and_its_bytes_stay_as_they_are(gettext: str) -> None:
    entries = (
        Entry("title", "Keep the river open", "أبقوا النهر مفتوحا", note="ask Amal"),
        Entry("body.1", 'It was **fenced** in March.\nIn "two" days.', 'سُيّج في مارس.\nفي "يومين".', unsure=True),
        Entry("body.2", "A long paragraph. " * 30, ""),
    )
    ours = write(Exchange("river", "en", "ar", 7, entries), "po")
    assert read(_through(gettext, "msgcat", ours), "po") == read(ours, "po")
    again = write(read(_through(gettext, "msgcat", ours), "po"), "po")
    for program in ("msgcat", "msgfmt"):
        assert _through(gettext, program, again) == _through(gettext, program, ours)


def test_a_file_of_xliff_2_says_so_and_refuses_what_would_be_lost() -> None:
    file = Exchange("river", "en", "ar", 7, (Entry("title", "Open", "مفتوح"),))
    data = write(file, "xlf2")
    assert b'version="2.0"' in data
    for wrong in (
        data.replace(b"Open", b"<pc id=\"1\">Open</pc>"), data.replace(b"<segment", b"<segment/><segment", 1),
        data.replace(b"</xliff>", b'<file id="b"/></xliff>'),
    ):  # fmt: skip
        with pytest.raises(Unreadable):
            read(wrong, "xlf2")
    assert read(data.replace(b">7<", b">x<"), "xlf2").before == -1


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_sent_back_as_it_was_makes_no_revision(client: Any, form: str) -> None:
    ben, text = _translated(client)
    _write(ben, text.campaign, _TEXT.replace("March", "April"))  # one part is stale, and goes out as unsure
    before = list(text.revisions.values())
    assert _send(client, _fetch(client, form), f"river.{form}").status_code == 200
    assert list(text.revisions.values()) == before


@pytest.mark.usefixtures("desk")
def test_changed_words_and_notes_come_in_as_a_revision_by_their_translator(client: Any) -> None:
    ben, text = _translated(client)
    file = read(_fetch(client), "po")
    first, *rest = file.entries
    changed = msgspec.structs.replace(first, words="نهر", note="ask Amal")
    assert _send(client, write(msgspec.structs.replace(file, entries=(changed, *rest)), "po")).status_code == 200
    latest = text.revisions.first()
    assert (latest.author, latest.segments[0]["words"], latest.segments[0]["note"]) == (ben, "نهر", "ask Amal")
    assert read(_fetch(client), "po").entries[0] == changed


@pytest.mark.usefixtures("desk")
def test_the_second_of_two_files_is_told_and_overwrites_nothing(client: Any) -> None:
    _, text = _translated(client)
    file = read(_fetch(client), "po")
    for words, status in (("أول", 200), ("ثان", 409)):
        entries = (msgspec.structs.replace(file.entries[0], words=words), *file.entries[1:])
        assert _send(client, write(msgspec.structs.replace(file, entries=entries), "po")).status_code == status
    assert text.revisions.first().segments[0]["words"] == "أول"


@pytest.mark.usefixtures("desk")
def test_wrong_files_get_an_answer_and_change_nothing(client: Any) -> None:
    _, text = _translated(client)
    file = read(_fetch(client), "po")
    other = msgspec.structs.replace
    before = list(text.revisions.values())
    sent = [
        (write(other(file, campaign="lake"), "po"), 400), (write(other(file, language="he"), "po"), 400),
        (write(other(file, source_language="fr"), "po"), 400), (write(other(file, before=0), "po"), 409),
        ("é".encode("latin-1"), 400), (b"#" * (10 << 20), 413), (b"#" * (LARGEST + 1), 413), (b"", 400),
        (b"msgid", 400), (write(other(file, before=-1), "po"), 409),
    ]  # fmt: skip
    assert [_send(client, data).status_code for data, _ in sent] == [status for _, status in sent]
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]><xliff>&a;</xliff>'
    assert _send(client, bomb, "a.xlf").status_code == 400
    assert client.post("/desk/campaigns/river/texts/ar/files/").status_code == 400
    assert list(text.revisions.values()) == before


@pytest.mark.usefixtures("desk")
def test_one_changed_word_leaves_one_stale_paragraph_in_every_language() -> None:
    from undersigned.office.campaigns import actions, checklist

    ben, campaign = _begun()
    source, _ = _complete(ben, campaign)
    languages = {"languages": ["en", "ar", "sw"]}
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts=languages)
    words = {one["key"]: "sw " + one["key"] for one in source.segments}
    swahili = campaign.texts.get(language="sw")
    actions.translate(staff=ben, text=swahili, before=0, source=source.segments, words=words)
    _write(
        ben,
        campaign,
        "The bank was **fenced** in April.\n\nChildren used to swim here.\n\nWe ask the county to open it.",
    )
    assert {one.language: one.stale for one in checklist.texts(campaign)} == {
        "en": (), "ar": ("body.1",), "sw": ("body.1",),
    }  # fmt: skip


@pytest.mark.usefixtures("desk")
def test_the_history_names_every_revision_and_leads_to_any_two_compared(client: Any) -> None:
    ben, campaign = _begun()
    first = _write(ben, campaign)
    second = _write(ben, campaign, "Other words.")
    client.force_login(ben)
    page = client.get("/desk/campaigns/river/texts/en/history/").content.decode()
    assert all(one.hash[:10] in page for one in (first, second))
    answer = client.get("/desk/campaigns/river/texts/en/history/", {"one": first.pk, "other": second.pk})
    assert client.get(answer.headers["Location"]).status_code == 200
    assert client.get("/desk/campaigns/river/texts/en/history/", {"one": "x"}).status_code == 404
