"""A statement is published at its hour and not before, in every language, and what was published stays."""

from __future__ import annotations

import gzip
import re
import shutil
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
SNAPSHOT = "c/ceasefire/at/1000218.json"
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
        later = files.text("en").replace("**No** government", "Only one government")
        made = [files.version(), *([files.version(2, facts=files.facts(2), en=later)] if corrected else [])]
        files.lay(self.source, made, files.record_toml(corrected, more))

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


def test_a_clock_set_back_after_a_correction_shows_the_corrected_version_still(world: World) -> None:
    world.release(corrected=True)
    world.publisher.step(LATER)
    before = {path: world.page(path) for path in ("en", "en/1", "ar")}
    assert world.publisher.step(LATER - 3600) == []
    assert {path: world.page(path) for path in before} == before
    assert [told.address for told in world.publisher.told("ceasefire", NOW - 1)] == ["/s/ceasefire/a-million/"]


def test_a_page_of_the_petition_never_names_what_the_last_turn_did_not_publish(world: World) -> None:
    world.release(corrected=True)
    world.publisher.step(NOW)
    assert world.publisher.told("ceasefire", LATER)[0].headlines == world.publisher.told("ceasefire", NOW)[0].headlines
    world.start()
    world.publisher.step(NOW - 1)
    assert world.publisher.told("ceasefire", LATER) == ()


def test_a_mill_that_dies_in_the_middle_goes_on_at_its_next_start(world: World) -> None:
    world.release()
    whole = World(world.public.parent / "other")
    whole.source = world.source
    whole.start()
    whole.files = world.files
    whole.publisher.step(NOW)
    for after in range(1, len(whole.names())):
        put = _Failing(PublicFolder(world.public), after)
        with pytest.raises(OSError, match="full"):
            StatementPublisher(put, world, world.files, Site("https://petitions.example")).step(NOW)
        shutil.rmtree(world.public)
    world.public.mkdir()
    with pytest.raises(OSError, match="full"):
        StatementPublisher(
            _Failing(PublicFolder(world.public), 5), world, world.files, Site("https://petitions.example")
        ).step(NOW)
    world.start()
    world.publisher.step(NOW + 30)
    assert world.names() == whole.names()


class _Failing:
    """A folder whose disk is full after so many files."""

    def __init__(self, folder: PublicFolder, after: int) -> None:
        self._folder, self._left = folder, after
        self.get, self.only, self.keep = folder.get, folder.only, folder.keep

    def put(self, path: str, data: bytes) -> bool:
        if not self._left:
            raise OSError("the disk is full")
        self._left -= 1
        return self._folder.put(path, data)


ADDED = "[[version]]\nnumber = 2\nreleased = 2026-12-03T10:00:00Z\n"


def _one_language(number: int, language: str) -> dict[str, bytes]:
    facts = files.facts(number).replace('languages = ["en", "ar"]', f'languages = ["{language}"]')
    return {
        name: data for name, data in files.version(number, facts=facts).items()
        if not name.endswith(".md") or name == f"{language}.md"
    }  # fmt: skip


def _release(world: World, *versions: dict[str, bytes]) -> None:
    files.lay(world.source, versions, files.record_toml(more=ADDED if len(versions) > 1 else ""))


def test_a_language_that_is_not_released_stands_in_no_form_and_is_no_correction_when_it_comes(world: World) -> None:
    _release(world, _one_language(1, "en"))
    world.publisher.step(NOW)
    assert not [name for name in world.names() if "/ar/" in name]
    assert 'hreflang="ar"' not in world.page("en")
    assert "workTranslation" not in world.page("en")
    _release(world, _one_language(1, "en"), files.version(2))
    world.publisher.step(LATER)
    assert 'hreflang="ar"' in world.page("en")
    assert "Corrected on" not in world.page("en")
    arabic = world.page("ar")
    assert "/ar/2/" in arabic
    assert not [path for path in ("/ar/1/", "/ar/1-2/") if path in arabic]
    assert "s/ceasefire/a-million/ar/1/index.html" not in world.names()


def test_a_source_stands_with_the_commas_of_the_page(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    lines = {language: _source_line(world.page(language)) for language in ("en", "ar")}
    assert lines["en"].count(",") >= 2
    assert "،" not in lines["en"]
    assert lines["ar"].count("،") == lines["en"].count(",")
    assert "," not in lines["ar"]


def _source_line(page: str) -> str:
    (line,) = re.findall(r'<dt id="figure-children">.*?(<a href="https.*?)\n', page, re.DOTALL)
    return re.sub("<[^>]*>", "", line)


def test_a_language_left_out_of_a_newer_version_says_so_and_leads_to_one_that_has_it(world: World) -> None:
    _release(world, files.version(), _one_language(2, "en"))
    world.publisher.step(LATER)
    arabic = world.page("ar")
    assert 'href="/s/ceasefire/a-million/en/"' in arabic
    assert 'content="noindex"' in arabic
    assert [name for name in world.names() if re.fullmatch("s/ceasefire/a-million/ar/[^/]+", name)] == [
        "s/ceasefire/a-million/ar/index.html"
    ]
    older = (world.public / "s/ceasefire/a-million/ar/1/statement.txt").read_text("utf-8")
    assert "https://petitions.example/s/ceasefire/a-million/en/" in older
    assert 'hreflang="ar"' not in world.page("en")


def test_a_reason_in_another_language_says_in_which(world: World) -> None:
    world.release()
    world.publisher.step(NOW)
    world.release(more=GONE.replace('ar = "كان رقم خاطئا."\n', ""))
    world.publisher.step(LATER + 10 * 86_400)
    assert '<p class="lede" lang="en" dir="ltr">A figure was wrong.</p>' in world.page("ar")


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


def test_the_root_beside_a_figure_leads_to_the_count_that_stays_and_where_none_was_kept_to_the_recount(
    world: World,
) -> None:
    world.release()
    world.publisher.step(NOW)
    for path in ("en/", "en/1/"):
        assert '<a href="/verify"><code dir="ltr">47DEQ' in world.page(path)
    (world.public / SNAPSHOT).parent.mkdir(parents=True)
    (world.public / SNAPSHOT).write_bytes(b"{}")
    world.start()
    world.publisher.step(NOW)
    for path in ("en/", "en/1/", "ar/"):
        assert f'<a href="/{SNAPSHOT}"><code dir="ltr">47DEQ' in world.page(path)
    assert not [
        name
        for name in world.names()
        if "/log/ceasefire/checkpoint" in (world.public / name).read_text("utf-8", "ignore")
    ]


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
