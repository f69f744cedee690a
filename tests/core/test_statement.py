"""A statement is what its files say: hidden before its hour, unchanged after it, its mistakes found at once."""

from __future__ import annotations

import pytest

from tests.core import statement_files as files
from undersigned.core.statement import Record, Statement, corrections, current, moments, pieces, state, visible
from undersigned.core.statement import since as told
from undersigned.core.statement_reading import read, read_version

NOW = files.EMBARGO
EN = files.text("en")


def test_nothing_is_seen_before_the_embargo_and_the_statement_from_its_second_on() -> None:
    record = files.record()
    assert state(record, NOW - 1) == "hidden"
    assert (current(record, NOW - 1), list(visible(record, NOW - 1))) == (None, [])
    assert state(record, NOW) == "released"
    assert current(record, NOW) == record.versions[0]


def test_a_version_released_before_the_embargo_waits_for_it() -> None:
    early = files.record_toml().replace(b"released = 2026-12-01", b"released = 2026-11-01")
    record = read(early, {1: files.version()})
    assert isinstance(record, Record)
    assert state(record, NOW - 1) == "hidden"
    assert moments(record) == [NOW]


def test_a_correction_is_seen_from_its_time_on_and_the_first_version_stays() -> None:
    record = files.record(corrected=True)
    assert [one.statement.number for one in visible(record, files.SECOND - 1)] == [1]
    assert state(record, files.SECOND) == "corrected"
    assert [one.statement.number for one in visible(record, files.SECOND)] == [1, 2]
    assert moments(record) == [NOW, files.SECOND]


def test_a_withdrawn_statement_stands_no_more() -> None:
    record = files.record(more='[withdrawn]\nat = 2026-12-05T00:00:00Z\nby = "Press desk"\nen = "It was wrong."\n')
    assert record.withdrawn is not None
    assert state(record, record.withdrawn.at - 1) == "released"
    assert state(record, record.withdrawn.at) == "withdrawn"
    assert current(record, record.withdrawn.at) is None


EARLY = "[[version]]\nnumber = 2\nreleased = 2026-12-01T10:00:00Z\n"
RIGHTED = """
[[correction]]
version = 2
language = "en"
said = "a name"
says = "no name"
why = "It puts somebody at risk."
by = "Press desk"
at = 2026-11-30T10:00:00Z
"""


def test_what_was_put_right_before_the_hour_is_never_public_and_no_correction() -> None:
    record = read(files.record_toml(more=EARLY + RIGHTED), {1: files.version(), 2: files.version(2)})
    assert isinstance(record, Record)
    assert [one.statement.number for one in visible(record, NOW)] == [2]
    assert (state(record, NOW), list(corrections(record, "en", NOW + 9))) == ("released", [])
    assert moments(record) == [NOW]


def test_what_was_withdrawn_before_its_hour_is_never_seen_not_even_as_withdrawn() -> None:
    gone = '[withdrawn]\nat = 2026-12-01T09:59:59Z\nby = "Press desk"\nen = "It was wrong."\n'
    record = files.record(more=gone)
    for now in (NOW - 1, NOW, NOW + 86_400):
        assert (state(record, now), list(visible(record, now))) == ("hidden", [])
    assert moments(record) == []
    at_the_second = files.record(more=gone.replace("09:59:59", "10:00:00"))
    assert state(at_the_second, NOW) == "withdrawn"


def test_a_correction_is_not_told_before_the_version_that_makes_it() -> None:
    early = files.record_toml(corrected=True).replace(b"at = 2026-12-03", b"at = 2026-12-02")
    record = read(early, {1: files.version(), 2: files.version(2)})
    assert isinstance(record, Record)
    assert list(corrections(record, "en", files.SECOND - 1)) == []
    assert [one.why for one in corrections(record, "en", files.SECOND)] == ["The source counts children only."]
    assert state(record, files.SECOND - 1) == "released"


def test_a_figure_superseded_later_changes_nothing_of_a_version() -> None:
    since = """
[[since]]
id = "children-later"
supersedes = "children"
measure = "children-killed"
qualifier = "at_least"
value = 9000
status = "reported"
as_of = "2024-01-08"
organisation = "A health ministry"
label = "Children killed"
"""
    assert files.record(more=since).versions == files.record().versions
    later = files.record(
        more=since.replace('id = "children-later"', 'id = "children-later"\ntold = 2026-12-02T00:00:00Z')
    )
    assert [len(told(later, now)) for now in (NOW, NOW + 14 * 3600 - 1, NOW + 14 * 3600)] == [0, 0, 1]
    assert moments(later) == [NOW, NOW + 14 * 3600]
    assert [one.figure.supersedes for one in files.record(more=since).since] == ["children"]


def test_each_edition_says_a_figure_and_a_quote_in_its_own_words() -> None:
    statement = files.record().versions[0].statement
    english, arabic = statement.edition("en"), statement.edition("ar")
    assert statement.figure("children").label == "Children killed"
    assert arabic.figure(statement.figure("children")).label == "أطفال قُتلوا"
    assert arabic.word("quotes", "haddad") == statement.quote("haddad").original
    assert [block.kind for block in english.blocks] == ["text", "quote", "figure", "photo", "demands"]
    assert english.notes == ("The petition opened in October.",)


def test_words_are_cut_at_their_placeholders() -> None:
    cut = [(one.kind, one.text) for one in pieces("Yes, {words:a} of {figure:b}.")]
    assert cut == [("words", "Yes, "), ("spelled", "a"), ("words", " of "), ("figure", "b"), ("words", ".")]


@pytest.mark.parametrize(
    ("change", "file", "what"),
    [
        ({"en": EN.replace("{words:signatures}", "{words:nobody}")}, "en.md", "nothing that {words:nobody}"),
        ({"en": EN.replace("{quote:haddad}", "{quote:nobody}")}, "en.md", "nothing that {quote:nobody}"),
        ({"ar": files.text("ar").replace("{demands}", "")}, "ar.md", "not those of en.md"),
        ({"ar": files.text("ar").replace("القتلى.\"", "الموتى.\"")}, "ar.md", "not those of its original"),
        ({"en": EN.replace("[translators]\nhaddad = \"Press desk\"\n", "")}, "en.md", "“haddad” is missing"),
        ({"en": EN.replace("children = \"according", "childrn = \"according")}, "en.md", "“childrn”"),
        ({"facts": files.facts().replace('"at_least"', '"at_leats"')}, "facts.toml", "“at_leats” is no qualifier"),
        ({"facts": files.facts().replace("value = 4200\n", "")}, "facts.toml", "The number is missing"),
        ({"facts": files.facts().replace('organisation = "A health ministry"\n', "")}, "facts.toml", "has no source"),
        ({"facts": files.facts().replace('figure = "signatures"\n', "")}, "facts.toml", "one ground"),
        ({"facts": files.facts().replace("crowd.png", "other.png")}, "facts.toml", "There is no file other.png"),
        ({"facts": "campaign = "}, "facts.toml", "This is not TOML"),
    ],
)  # fmt: skip
def test_every_mistake_is_named_with_its_file_and_what_to_do(change: dict[str, str], file: str, what: str) -> None:
    found = read_version(files.version(1, **change))
    assert not isinstance(found, Statement)
    named = [fault for fault in found if fault.file == file and what in fault.what]
    assert named, found
    assert all(fault.line > 0 for fault in named)
    assert all(fault.remedy for fault in found)


def test_a_record_must_name_every_version_in_order() -> None:
    found = read(files.record_toml(), {1: files.version(), 3: files.version(3)})
    assert isinstance(found, tuple)
    assert "The record does not name version 3." in [fault.what for fault in found]
    found = read(files.record_toml(corrected=True), {1: files.version()})
    assert isinstance(found, tuple)
    assert "There is no folder 2." in [fault.what for fault in found]


def test_a_picture_that_was_removed_is_gone_from_every_version_with_every_word_about_it() -> None:
    record = files.record_toml(corrected=True).replace(b"zones", b'removed = ["crowd.png"]\nzones', 1)
    left = {name: data for name, data in files.version(2).items() if name != "crowd.png"}
    found = read(record, {1: files.version(1), 2: left})
    assert isinstance(found, Record), found
    for version in found.versions:
        for edition in version.statement.editions.values():
            assert "photo" not in [one.kind for one in edition.blocks]
            assert [words for table in ("captions", "alts", "credits") for words in edition.tables[table]] == []
        assert version.statement.photos == ()


def test_a_picture_in_several_sizes_names_each_of_its_files() -> None:
    page = "page-480x320-0123456789abcdef.avif"
    told = files.facts().replace(
        'file = "crowd.png"', f'file = "crowd.png"\npeople = "agreed"\nrenditions = ["{page}"]'
    )
    made = read_version({**files.version(facts=told), page: b"picture"})
    assert isinstance(made, Statement), made
    assert made.photo("crowd").files == ("crowd.png", page)
    assert [one.width for one in made.photo("crowd").of("page", "avif")] == [480]
    missing = read_version(files.version(facts=told))
    assert "There is no file" in str(missing)
    strange = read_version(files.version(facts=told.replace(page, "crowd.png")))
    assert "does not say what it is" in str(strange)
