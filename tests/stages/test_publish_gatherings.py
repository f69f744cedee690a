"""The mill writes gatherings once, again when one is over, and takes away the calendar of one that is no more."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
from msgspec.structs import replace

from tests.pages import sample
from tests.pages.gathered import AFTER, BEFORE, card
from undersigned.core.figures import Source
from undersigned.core.gatherings import attended
from undersigned.engines.files.folder import PublicFolder
from undersigned.stages.publish import data
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


def facts() -> dict[str, Any]:
    """Give the public facts of a campaign with gatherings, held against their description."""
    ranged = attended("between", (None, 300, 400), Source(organisation="Police"), "2026-10-24", "estimated")
    gathered = replace(card(), gatherings=(*card().gatherings, replace(BEFORE, id="march", attendance=ranged)))
    found: dict[str, Any] = json.loads(data.facts_json(gathered, sample.counts(), sample.SITE.url))
    described = json.loads((resources.files("undersigned.pages") / "openapi.json").read_bytes())
    jsonschema.Draft202012Validator({**described, "$ref": "#/components/schemas/Facts"}).validate(found)
    return found


def test_programs_read_every_gathering_and_how_many_came() -> None:
    stall, vigil, off, march = facts()["gatherings"]
    assert (stall["starts"], stall["zone"]) == ("2026-10-24T16:00:00Z", "Europe/Berlin")
    assert stall["place"] == {"en": "Market, by the well", "ar": "السوق"}
    assert stall["attendance"]["source"]["organisation"] == "Town Post"
    assert march["attendance"] == {
        "qualifier": "between", "least": 300, "most": 400, "status": "estimated", "as_of": "2026-10-24",
        "source": {"organisation": "Police", "title": None, "address": None},
    }  # fmt: skip
    assert off["called_off"] == {"en": "The hall is shut."}
    assert vigil["attendance"] is None


def test_a_place_told_on_request_stands_in_no_public_file_of_data() -> None:
    assert facts()["gatherings"][1]["place"] is None
