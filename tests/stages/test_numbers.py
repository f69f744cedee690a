"""Counts that keep their address: the same bytes for ever, found again, and few enough to keep."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core.campaign_files import card as made_card
from tests.stages.test_publish import DAY, Shelf, published
from undersigned.core.counts import Milestone
from undersigned.engines.files.folder import PublicFolder
from undersigned.stages.publish.numbers import KEPT_EVERY, PAGE_EVERY, snapshot_json


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(made_card())


def grow(shelf: Shelf, by: int, seconds: int) -> int:
    """Let the count grow; give the time."""
    was = shelf.counted
    shelf.counted = replace(
        was, standing=was.standing + by, collected=was.collected + by, size=was.size + by, as_of=was.as_of + seconds
    )
    return shelf.counted.as_of


def kept(folder: Path, shelf: Shelf) -> set[str]:
    return {file.stem for file in (folder / "c" / shelf.card.campaign / "at").glob("[0-9]*.json")}


def index(folder: Path, shelf: Shelf) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads((folder / "c" / shelf.card.campaign / "at" / "index.json").read_bytes())[
        "snapshots"
    ]
    return rows


def test_what_was_quoted_keeps_its_bytes_whatever_is_counted_later(tmp_path: Path, shelf: Shelf) -> None:
    publisher, folder = published(tmp_path, shelf, shelf.counted.as_of)
    file = folder / "c" / shelf.card.campaign / "at" / "1400.json"
    before = file.read_bytes()
    assert before == snapshot_json(shelf.counted, shelf.card.k)
    for _ in range(5):
        publisher.step(grow(shelf, 10, 90))
    assert file.read_bytes() == before
    assert json.loads(before)["checkpoint"]["size"] == 1400


def test_a_crowd_leaves_one_snapshot_a_minute_and_the_last_count_has_one(tmp_path: Path, shelf: Shelf) -> None:
    publisher, folder = published(tmp_path, shelf, shelf.counted.as_of)
    for _ in range(240):
        now = grow(shelf, 7, 1)
        publisher.step(now)
    assert len(kept(folder, shelf)) == 1 + 240 // KEPT_EVERY
    publisher.step(now + KEPT_EVERY)
    assert str(shelf.counted.size) in kept(folder, shelf)


def test_a_milestone_has_its_snapshot_however_soon_it_comes(tmp_path: Path, shelf: Shelf) -> None:
    publisher, folder = published(tmp_path, shelf, shelf.counted.as_of)
    now = grow(shelf, 3, 1)
    shelf.counted = replace(shelf.counted, milestones=(Milestone(1237, now, shelf.counted.size),))
    publisher.step(now)
    assert str(shelf.counted.size) in kept(folder, shelf)


def test_the_index_names_the_last_of_each_day_and_survives_a_start(tmp_path: Path, shelf: Shelf) -> None:
    publisher, folder = published(tmp_path, shelf, shelf.counted.as_of)
    sizes = []
    for _ in range(3):
        for _ in range(4):
            publisher.step(grow(shelf, 10, 600))
        sizes.append(shelf.counted.size)
        shelf.counted = replace(shelf.counted, as_of=shelf.counted.as_of // DAY * DAY + DAY)
    publisher, _ = published(tmp_path, shelf, shelf.counted.as_of)
    publisher.step(grow(shelf, 1, 0))
    found = [row["size"] for row in index(folder, shelf)]
    assert set(sizes[:-1]) <= set(found)
    assert len(found) <= 5
    assert len(kept(folder, shelf)) > len(found)


def test_a_damaged_snapshot_is_written_again_and_an_undamaged_one_never(tmp_path: Path) -> None:
    folder = PublicFolder(tmp_path)
    assert folder.keep("c/x/at/1.json", b"first")
    assert not folder.keep("c/x/at/1.json", b"second")
    assert folder.get("c/x/at/1.json") == b"first"
    with pytest.raises(ValueError, match="leave its folder"):
        folder.keep("../x", b"")


def test_the_page_of_numbers_quotes_the_snapshot_and_follows_the_count(tmp_path: Path, shelf: Shelf) -> None:
    publisher, folder = published(tmp_path, shelf, shelf.counted.as_of)
    page = folder / "c" / shelf.card.campaign / shelf.card.languages[0] / "numbers" / "index.html"
    assert f"/c/{shelf.card.campaign}/at/1400.json" in page.read_text("utf-8")
    publisher.step(grow(shelf, 1, PAGE_EVERY))
    shown = page.read_text("utf-8")
    assert "1,235" in shown
    assert "/at/1400.json" in shown


def test_the_petitions_json_of_the_uk_shows_the_same_number_and_countries(tmp_path: Path, shelf: Shelf) -> None:
    _, folder = published(tmp_path, shelf, shelf.counted.as_of)
    one = json.loads((folder / "c" / shelf.card.campaign / "petition.json").read_bytes())["data"]
    assert one["attributes"]["signature_count"] == shelf.counted.standing
    assert one["attributes"]["signatures_by_country"] == [{"name": "Kenya", "code": "KE", "signature_count": 700}]
    every = json.loads((folder / "petitions.json").read_bytes())
    assert [petition["id"] for petition in every["data"]] == [shelf.card.campaign]


def test_the_data_package_describes_the_columns_that_are_there_and_keeps_namibia(tmp_path: Path, shelf: Shelf) -> None:
    _, folder = published(tmp_path, shelf, shelf.counted.as_of)
    base = folder / "c" / shelf.card.campaign
    package = json.loads((base / "datapackage.json").read_bytes())
    for resource in package["resources"]:
        header = next(csv.reader(io.StringIO((base / resource["path"]).read_text("utf-8"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert resource["schema"]["missingValues"] == [""]
