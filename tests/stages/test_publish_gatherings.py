"""The mill writes gatherings once, again when one is over, and takes away the calendar of one that is no more."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.pages import sample
from tests.pages.gathered import AFTER, card
from undersigned.engines.files.folder import PublicFolder
from undersigned.stages.publish.gatherings import GatheringPages


def test_it_is_written_when_something_changes_and_only_then(tmp_path: Path) -> None:
    pages = GatheringPages(PublicFolder(tmp_path), sample.SITE)
    assert pages.step(card(), AFTER.ends - 1)
    assert not pages.step(card(), AFTER.ends - 1)
    before = (tmp_path / "c/library/en/gatherings/index.html").read_text("utf-8")
    assert pages.step(card(), AFTER.ends)
    assert (tmp_path / "c/library/en/gatherings/index.html").read_text("utf-8") != before
    assert (tmp_path / "c/library/ar/gatherings.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_gathering_that_is_no_more_leaves_nothing(tmp_path: Path) -> None:
    pages = GatheringPages(PublicFolder(tmp_path), sample.SITE)
    pages.step(card(), AFTER.starts)
    assert (tmp_path / "c/library/en/gatherings/vigil.ics").exists()
    pages.step(replace(card(), gatherings=()), AFTER.starts)
    assert not (tmp_path / "c/library/en/gatherings/vigil.ics").exists()
    assert b"VEVENT" not in (tmp_path / "c/library/en/gatherings.ics").read_bytes()
