"""A statement is published at its hour and not before, in every language, and what was published stays."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core import statement_files as files
from tests.pages import sample
from undersigned.core.campaign import Card
from undersigned.core.statement import Record
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.statements import FiledStatement, StatementFiles
from undersigned.pages.views import Site
from undersigned.stages.publish.statements import StatementPublisher

NOW, LATER = files.EMBARGO, files.SECOND
GONE = '[withdrawn]\nat = 2026-12-05T00:00:00Z\nby = "Press desk"\nen = "A figure was wrong."\nar = "كان رقم خاطئا."\n'
NEWER = """
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


class World:
    """The statement's folder, the published folder, and a mill that can be started again."""

    def __init__(self, folder: Path) -> None:
        self.source = folder / "statements" / "ceasefire" / "a-million"
        self.public = folder / "public"
        self.start()

    def all(self) -> Sequence[Card]:
        card = sample.card()
        return [replace(card, campaign="ceasefire", texts=card.texts, languages=card.languages)]

    def start(self) -> None:
        """Begin again, as after a crash."""
        self.files = StatementFiles(self.source.parent.parent)
        site = Site("https://petitions.example")
        self.publisher = StatementPublisher(PublicFolder(self.public), self, self.files, site)

    def release(self, corrected: bool = False, more: str = "") -> None:
        """Write the statement's folder."""
        for number in (1, 2) if corrected else (1,):
            (self.source / str(number)).mkdir(parents=True, exist_ok=True)
            changed = (
                {"en": files.text("en").replace("**No** government", "Only one government")} if number == 2 else {}
            )
            for name, data in (
                files.version(number, facts=files.facts(number)) | files.version(number, **changed)
            ).items():
                (self.source / str(number) / name).write_bytes(data)
        (self.source / "record.toml").write_bytes(files.record_toml(corrected, more))

    def names(self) -> set[str]:
        """Give the paths of all published files."""
        return {str(file.relative_to(self.public)) for file in self.public.rglob("*") if file.is_file()}

    def page(self, path: str) -> str:
        """Give a published page."""
        return (self.public / "s/ceasefire/a-million" / path / "index.html").read_text("utf-8")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_nothing_is_published_before_the_hour_and_every_language_at_it(world: World) -> None:
    world.release()
    assert world.publisher.step(NOW - 1) == []
    assert world.names() == set()
    world.publisher.step(NOW)
    base = "s/ceasefire/a-million"
    pages = {name for name in world.names() if name.endswith((".html", ".png"))}
    assert pages == {
        f"{base}/en/index.html", f"{base}/ar/index.html", f"{base}/en/1/index.html", f"{base}/ar/1/index.html",
        f"{base}/1-crowd.png",
    }  # fmt: skip


def test_a_mill_that_was_away_at_the_hour_publishes_at_its_next_turn(world: World) -> None:
    world.release()
    world.publisher.step(NOW - 1)
    world.start()
    assert [record.slug for record in world.publisher.step(NOW + 3600)] == ["a-million"]
    assert "More than a million" in world.page("en")


def test_a_clock_that_jumps_back_takes_nothing_away_and_shows_nothing_else(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    before = world.page("en")
    world.publisher.step(NOW - 3600)
    assert world.page("en") == before


def test_nothing_is_written_twice(world: World) -> None:
    world.release()
    assert world.publisher.step(NOW)
    assert world.publisher.step(NOW + 1) == []


def test_the_page_says_every_figure_with_its_source_and_the_quote_with_its_original(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    english, arabic = world.page("en"), world.page("ar")
    assert 'href="#figure-signatures">More than a million</a> people have signed' in english
    assert 'id="figure-children"' in english
    assert "according to a health ministry" in english
    assert "SHA-256" in english
    assert '<blockquote lang="ar" dir="rtl"><p>لا ينبغي لأحد أن يعدّ القتلى.' in english
    assert "لا ينبغي لأحد أن يعدّ القتلى." in arabic
    assert 'href="#figure-signatures">أكثر من مليون</a>' in arabic
    assert "12:00 Jerusalem · 05:00 New York" in english
    assert "Foreign ministries" in english
    assert "{" not in re.sub(r"<script.*?</script>|<[^>]*>", "", english)


def test_a_correction_leaves_the_first_version_as_it_was_said(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    world.release(corrected=True)
    world.publisher.step(LATER - 1)
    assert "Only one government" not in "".join(world.page(path) for path in ("en", "en/1"))
    world.publisher.step(LATER)
    assert "Only one government" in world.page("en")
    assert "Only one government" not in world.page("en/1")
    assert "This is not the newest version" in world.page("en/1")
    assert "The source counts children only." in world.page("en")
    assert "<ins>Only one</ins>" in world.page("en/1-2")


def test_a_withdrawn_statement_shows_its_reason_everywhere(world: World) -> None:
    world.release(corrected=True)
    world.publisher.step(LATER)
    world.release(corrected=True, more=GONE)
    world.publisher.step(LATER + 10 * 86_400)
    for path in ("en", "en/1", "en/2", "en/1-2"):
        assert "A figure was wrong." in world.page(path)
        assert "million" not in world.page(path)
    assert "كان رقم خاطئا." in world.page("ar/1")
    assert "s/ceasefire/a-million/withdrawn.en.html" in world.names()


def test_a_figure_superseded_later_is_told_beside_the_one_that_was_said(world: World) -> None:
    world.release(more=NEWER)
    world.publisher.step(NOW)
    page = world.page("en")
    assert "at least 4,200" in page
    assert "Since then" in page
    assert "at least 9,000" in page


def test_a_broken_folder_leaves_what_was_published_and_says_what_is_wrong(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    (world.source / "1" / "en.md").write_text("broken", "utf-8")
    assert world.publisher.step(NOW + 1) == []
    assert [fault.file for fault in world.files.faults["ceasefire/a-million"]] == ["1/en.md"]
    assert world.files.news == ["ceasefire/a-million"]
    assert isinstance(world.files.statements()[0], FiledStatement)
    assert isinstance(world.files.statements()[0].record, Record)


def test_a_page_is_at_most_twenty_kilobytes_compressed(world: World) -> None:
    world.release(corrected=True)
    world.publisher.step(LATER)
    for language in ("en", "ar"):
        assert len(gzip.compress(world.page(language).encode(), 9, mtime=0)) <= 20_000


def test_the_figures_of_a_statement_are_told_to_the_log_at_the_hour_and_not_before(world: World) -> None:
    told: list[tuple[int, int]] = []
    site = Site("https://petitions.example")
    publisher = StatementPublisher(
        PublicFolder(world.public), world, world.files, site,
        stated=lambda _record, version, now: told.append((version.statement.number, now)),
    )  # fmt: skip
    world.release()
    publisher.step(NOW - 1)
    assert told == []
    publisher.step(NOW)
    assert told == [(1, NOW)]
