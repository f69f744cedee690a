"""Before its hour nothing of a statement can be found or guessed: an installation without it answers the same bytes."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.core import statement_files as files
from tests.intake.house import House
from undersigned.core.organisation import Organisation
from undersigned.core.statement import Record
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.files.statements import StatementFiles
from undersigned.engines.press.fonts import Fonts
from undersigned.engines.press.share_image import ShareImages
from undersigned.intake.request import Answer
from undersigned.intake.routes import TEMPLATES
from undersigned.pages import cover
from undersigned.pages.cover import Cover
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.stages.publish.listings import Listings
from undersigned.stages.publish.needs import Press
from undersigned.stages.publish.statements import StatementPublisher

CAMPAIGN = "well"
FORMS = ("statement.txt", "statement.jsonld", "statement.pdf", "ninjs.json", "cite.txt", "cite.bib", "cite.json")
ENCODINGS = ("", "gzip", "br")


class Drawn:
    """Draws, and typesets the headline."""

    def __init__(self) -> None:
        self._images = ShareImages(Fonts())

    def draw(self, wanted: Cover) -> bytes | None:
        return self._images.draw(wanted)

    def typeset(self, values: dict[str, Any], pictures: Any = None) -> bytes | None:
        return f"a PDF of {values['headline']}".encode()


class Installation:
    """A house with a mill that publishes statements; with a statement under embargo, or without."""

    def __init__(self, house: House, folder: Path, secret: bool, press: Press | None = None) -> None:
        self.house = house
        self.source = folder / "statements"
        self.public = folder / "public"
        shutil.copytree(house.folder / "public", self.public)
        if secret:
            self._write()
        public, shelf = PublicFolder(self.public), StatementFiles(self.source)
        site = Site(house.world.site.url)
        self.shelf = shelf
        self.pages = StatementPublisher(public, house.cards, shelf, site, press or Drawn())
        self.lists = Listings(public, house.cards, shelf, house.ledger, site)

    def _write(self) -> None:
        files.lay(self.source / CAMPAIGN / "a-million", [files.version()], files.record_toml(), CAMPAIGN)

    def turn(self, now: int) -> None:
        """Let a turn of the mill go by at that time."""
        self.pages.step(now)
        self.lists.step(now)

    def record(self) -> Record:
        """Give the statement."""
        return self.shelf.statements()[0].record

    def answers(
        self, addresses: list[str]
    ) -> dict[tuple[str, str, str], tuple[int, tuple[tuple[str, str], ...], bytes]]:
        """Ask for every address, in each coding and by each method."""
        self.house.rebuild(published=PublishedFiles(self.public))
        asked = {
            (address, coding, method): self.house.ask(method, address, accept_encoding=coding)
            for address in addresses
            for coding in ENCODINGS
            for method in ("GET", "HEAD")
        }
        for address in addresses:
            for kind in ("application/json", "application/activity+json", "image/*"):
                asked[address, kind, "GET"] = self.house.ask("GET", address, accept=kind, accept_language="ar")
            for method in ("OPTIONS", "POST", "DELETE") if address.startswith(("/s/", "/press/")) else ():
                asked[address, "", method] = self.house.ask(method, address)
        return {which: _told(answer) for which, answer in asked.items()}

    def files(self) -> dict[str, bytes]:
        """Give every published file, and every folder, hidden ones too."""
        found = self.public.rglob("*")
        return {str(one.relative_to(self.public)): one.read_bytes() if one.is_file() else b"" for one in found}


def _told(answer: Answer) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    return answer.status, tuple(sorted(answer.headers)), answer.body


def guesses(picture: str) -> list[str]:
    """Give every address of the door there is, and all that somebody who knows the names could guess."""
    base = f"/s/{CAMPAIGN}/a-million"
    example = {
        "<campaign>": CAMPAIGN, "<lang>": "en", "<token>": "A" * 43, "<hash>": "h" * 43, "<path>": "0/001",
        "<file>": "1-crowd.png", "<slug>": "a-million", "<versions>": "1", "<version>": "1", "<code>": "qr.svg",
        "<organisation>": "wells", "<section>": "kenya", "<table>": "days",
        "<drawing>": "curve.svg",
        "<snapshot>": "1000218", "<form>": picture, "<feed>": "statements.atom",
    }  # fmt: skip
    known = []
    for template in TEMPLATES:
        for name, value in example.items():
            template = template.replace(name, value)
        known.append(template)
    pages = [
        f"{base}/{language}/{part}"
        for language in ("en", "ar", "fr")
        for part in ("", "1/", "2/", "1-2/", *FORMS, *(f"1/{form}" for form in FORMS))
    ]
    languages = ("en", "ar")
    folders = [f"/{where}/{language}" for where in (f"c/{CAMPAIGN}", "press", "o/wells") for language in languages]
    folders += [f"/o/wells/{language}/kenya" for language in languages]
    lists = [f"{folder}/statements.{kind}" for folder in folders for kind in ("atom", "json")]
    lists += [f"/o/wells/{language}/{part}" for language in languages for part in ("", "kenya/")]
    more = [f"{base}/withdrawn.en.html", f"{base}/record.toml", "/statements/well/a-million/record.toml", "/press/ar/"]
    return [path for path in (*known, *pages, *lists, *more) if path not in ("/_mailbox",)]


@pytest.fixture
def two(tmp_path: Path) -> tuple[Installation, Installation]:
    house = House(tmp_path / "house", organisation=Organisation("wells", "Wells", "kenya", "Wells Kenya"))
    return Installation(house, tmp_path / "with", True), Installation(house, tmp_path / "without", False)


def test_before_the_hour_every_address_answers_as_where_there_is_no_statement(
    two: tuple[Installation, Installation],
) -> None:
    holding, empty = two
    record = holding.record()
    shown = Shown(record, record.versions[0], "en", holding.house.card, Site(holding.house.world.site.url), 0)
    addresses = guesses(cover.name(cover.cover(shown)))
    for now in (files.EMBARGO - 86_400, files.EMBARGO - 1):
        for one in two:
            one.turn(now)
        assert holding.files() == empty.files()
        told, untold = holding.answers(addresses), empty.answers(addresses)
        assert [address for address in told if told[address] != untold[address]] == []
    holding.turn(files.EMBARGO)
    found = {address for (address, _, _), answer in holding.answers(addresses).items() if answer[0] == 200}
    assert set(addresses[-4:]) - found == set(addresses[-4:-1])  # the guesses were good ones
    assert any(address.endswith(".png") and "share-" in address for address in found)


def test_at_the_hour_every_form_in_every_language_stands_after_one_turn(two: tuple[Installation, Installation]) -> None:
    holding, _ = two
    holding.turn(files.EMBARGO - 1)
    before = set(holding.files())
    holding.turn(files.EMBARGO)
    made = set(holding.files()) - before
    for language in ("en", "ar"):
        base = f"s/{CAMPAIGN}/a-million/{language}"
        assert {f"{base}/{part}{form}" for part in ("", "1/") for form in ("index.html", *FORMS)} <= made
        pages = (f"/press/{language}/", f"/o/wells/{language}/", f"/o/wells/{language}/kenya/")
        for kind in ("atom", "json"):
            for page in (f"/c/{CAMPAIGN}/{language}/", *pages):
                assert f"a-million/{language}/" in _words(holding, f"{page}statements.{kind}")
        for page in pages:
            assert f"a-million/{language}/" in _words(holding, page)
        assert f"a-million/{language}/" in _words(holding, "/sitemap.xml")


def test_a_clock_that_is_set_back_after_the_hour_tells_nobody_anything_new(
    two: tuple[Installation, Installation],
) -> None:
    holding, empty = two
    holding.turn(files.EMBARGO - 7200)
    holding.turn(files.EMBARGO - 3600)
    empty.turn(files.EMBARGO - 3600)
    assert holding.files() == empty.files()


def _words(one: Installation, path: str) -> str:
    one.house.rebuild(published=PublishedFiles(one.public))
    answer = one.house.ask("GET", path)
    assert answer.status == 200, path
    return answer.body.decode()
