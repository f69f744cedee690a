"""Every public file comes from one count, and says what is true at the time."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from tests.core.campaign_files import card as made_card
from undersigned.core.campaign import Card
from undersigned.core.counts import Counts, Day
from undersigned.engines.files.folder import PublicFolder
from undersigned.pages.views import Site
from undersigned.stages.publish.run import Publisher

DAY = 86_400


class Shelf:
    """Cards and counts that a test puts there."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self.counted = Counts(
            card.campaign, 1234, 1300, 60, 6, card.opens + DAY, 1400, "cm9vdA==", {"KE": 700, "002": 12, "ZZ": 20},
            (Day("2026-11-01", 1000, 10, 0, 0), Day("2026-11-02", 300, 50, 6, 0)), (), {"started": 2000},
        )  # fmt: skip

    def all(self) -> Sequence[Card]:
        return [self.card]

    def counts(self, campaign: str) -> Counts | None:
        return self.counted


def published(tmp_path: Path, shelf: Shelf, now: int) -> tuple[Publisher, Path]:
    publisher = Publisher(PublicFolder(tmp_path), shelf, shelf, Site("http://127.0.0.1:8000"), ())
    publisher.step(now)
    return publisher, tmp_path


def test_page_json_and_tables_show_one_number(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    _, folder = published(tmp_path, shelf, shelf.card.opens + DAY)
    base = folder / "c" / shelf.card.campaign
    count = json.loads((base / "count.json").read_bytes())
    facts = json.loads(base.with_suffix(".json").read_bytes())
    days = (base / "days.csv").read_text().splitlines()
    page = (base / shelf.card.languages[0] / "index.html").read_text("utf-8")
    assert count["count"] == facts["count"] == 1234 == int(days[-1].rsplit(",", 1)[1])
    assert re.search(r'id="count"[^>]*>\s*1,234', page)
    assert count["as_of"] == facts["as_of"]


def test_count_json_stays_under_three_hundred_bytes_for_any_count(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    _, folder = published(tmp_path, shelf, shelf.card.opens + DAY)
    assert len((folder / "c" / shelf.card.campaign / "count.json").read_bytes()) <= 250


def test_nothing_is_written_twice_where_nothing_changed(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    publisher, folder = published(tmp_path, shelf, shelf.card.opens + DAY)
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}
    assert publisher.step(shelf.card.opens + DAY + 1) == []
    assert before == {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_a_new_count_writes_only_what_shows_the_count(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    publisher, folder = published(tmp_path, shelf, shelf.card.opens + DAY)
    before = {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}
    for file in folder.rglob("*"):
        if file.is_file() and (file.parent.name in ("kept", "text", "verify")):
            file.unlink()
    shelf.counted = replace(shelf.counted, standing=1235)
    assert publisher.step(shelf.card.opens + DAY + 1) == [shelf.card.campaign]
    left = {file for file in before if file.exists()}
    assert not any(file.parent.name in ("kept", "text", "verify") for file in left)
    assert json.loads((folder / "c" / shelf.card.campaign / "count.json").read_bytes())["count"] == 1235
    shelf.card = replace(shelf.card, organiser="Somebody else")
    publisher.step(shelf.card.opens + DAY + 2)
    assert {file for file in before if not file.exists()} == set()


def test_the_form_is_on_the_page_only_while_the_petition_is_open(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    card = shelf.card
    page = tmp_path / "c" / card.campaign / card.languages[0] / "index.html"
    publisher, _ = published(tmp_path, shelf, card.opens - 10)
    assert 'name="email"' not in page.read_text("utf-8")
    publisher.step(card.opens + 10)
    assert 'name="email"' in page.read_text("utf-8")
    publisher.step(card.closes + 10)
    assert 'name="email"' not in page.read_text("utf-8")


def test_no_draft_is_left_and_no_path_leaves_the_folder(tmp_path: Path) -> None:
    shelf = Shelf(made_card())
    _, folder = published(tmp_path, shelf, shelf.card.opens + DAY)
    assert not [file for file in folder.rglob(".*") if file.is_file()]
    for path in ("../x", "/x", "c/../../x"):
        try:
            PublicFolder(folder).put(path, b"x")
        except ValueError:
            continue
        raise AssertionError(path)
