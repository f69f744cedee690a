"""Whatever is published of a demonstration says so, in every form and language; of a real petition nothing does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.core import statement_files as files
from tests.pages import gathered, sample
from tests.stages.test_publish_statements import GONE
from tests.stages.test_statement_forms import Press
from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.statements import StatementFiles
from undersigned.engines.parquet import ParquetTables
from undersigned.pages import cover, numbers, oembed, paper, words
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.stages.publish.listings import Listings
from undersigned.stages.publish.run import Publisher
from undersigned.stages.publish.statements import StatementPublisher

MARKS = ("demonstration", "simulated")
SENTENCES = {
    "demonstration": "This is a demonstration. Nothing signed here counts.",
    "simulated": "The signatures shown here are simulated.",
}
# Pictures without words, tables (what lies beside them says it) and the text that is signed, whose hash is in the log.
WORDLESS = {".csv", ".md", ".png", ".avif", ".webp", ".jpg", ".gz", ".br"}
QR, FEEDS = "qr.svg", ("statements.atom", "statements.json")


class Whole(Press):
    """A mill that publishes a petition with gatherings and a statement, and the lists of both."""

    def __init__(self, folder: Path, mark: str, installation: bool) -> None:
        self.mark, self.installation = mark, installation
        self.site = Site(
            "https://petitions.example", demo=installation and mark == MARKS[0], simulated=mark == MARKS[1]
        )
        super().__init__(folder)

    def all(self) -> Sequence[Card]:
        own = self.mark == MARKS[0] and not self.installation
        gatherings = gathered.card().gatherings
        return [replace(sample.card(), campaign="ceasefire", embed=True, demonstration=own, gatherings=gatherings)]

    @property
    def card(self) -> Card:
        return self.all()[0]

    def counts(self, campaign: str) -> Counts | None:
        return replace(sample.counts(), campaign="ceasefire")

    def start(self) -> None:
        self.files = StatementFiles(self.source.parent.parent)
        folder = PublicFolder(self.public)
        self.publisher = StatementPublisher(folder, self, self.files, self.site)
        self.pages = Publisher(
            folder, self, self, self.site, (), statements=self.publisher.told, tables=ParquetTables()
        )
        self.listings = Listings(folder, self, self.files, self, self.site)

    def step(self, now: int) -> None:
        super().step(now)
        self.pages.step(now)

    def forms(self) -> Iterator[tuple[str, str, bytes]]:
        """Give everything that is published of the petition: where, in which language, and the bytes."""
        for file in sorted(self.public.rglob("*")):
            name = str(file.relative_to(self.public))
            of_it = name.startswith(("c/", "s/ceasefire/", "press/")) or name == "petitions.json"
            if not file.is_file() or not of_it or file.suffix in WORDLESS or file.name == QR:
                continue
            data = file.read_bytes()
            if file.name not in FEEDS or b"/a-million/" in data:  # a feed of a language without a statement is empty
                yield name, _language(name), data
        yield from self._answers()

    def _answers(self) -> Iterator[tuple[str, str, bytes]]:
        """Give what is no file of text: answers of the door, and the words that are drawn or set."""
        record, counted = self.files.statements()[0].record, self.counts("ceasefire")
        assert counted is not None
        for language in ("en", "ar"):
            facts = oembed.described(self.card, language, self.site)
            yield "oembed.json", language, json.dumps(facts).encode()
            yield "oembed.xml", language, oembed.xml(facts)
            shown = Shown(record, record.versions[0], language, self.card, self.site, files.SECOND)
            yield "share image", language, cover.cover(shown).warning.encode()
            yield "statement.pdf", language, paper.paper(shown)["warning"].encode()
            for one in numbers.captioned(self.card, language, counted, self.site):
                yield "drawing.png", language, repr(one).encode()


def _language(name: str) -> str:
    parts = {part for one in name.split("/") for part in one.split(".")}
    return next((one for one in words.LANGUAGES if one in parts), "en")


def _marked(data: bytes, mark: str, language: str) -> bool:
    """Say whether a form says it: in the words of its language, or as a field or term of data."""
    said = words.words(language).gettext(SENTENCES[mark])
    unfolded = data.decode("utf-8", "replace").replace("\r\n ", "").replace("\n", " ").replace("\\,", ",")
    terms = (f'"{mark}": true', f'"{mark}":true', f"<{mark}>true<", f'term="{mark}"', f"{{{mark}: ", SENTENCES[mark])
    return said in unfolded or any(term in unfolded for term in terms)


@pytest.fixture(
    params=[("demonstration", False), ("demonstration", True), ("simulated", True)],
    ids=["petition", "installation", "simulated"],
)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Whole:
    made = Whole(tmp_path, *request.param)
    made.release(corrected=True)
    made.step(files.SECOND)
    return made


def test_every_form_of_what_is_no_real_petition_says_so(world: Whole) -> None:
    forms = list(world.forms())
    kinds = {name.rpartition("/")[2] for name, _, _ in forms}
    assert kinds >= {
        "count.json", "index.json", "ceasefire.json", "petition.json", "petitions.json", "datapackage.json", "cite.txt",
        "cite.bib", "cite.json", "statement.txt", "statement.jsonld", "ninjs.json", "statements.atom",
        "statements.json", "curve.svg", "countries.svg", "days.csv-metadata.json", "gatherings.ics", "gatherings.atom",
        "oembed.xml",
    }  # fmt: skip
    assert not [name for name, language, data in forms if not _marked(data, world.mark, language)]
    (world.source / "record.toml").write_bytes(files.record_toml(True, GONE))
    world.step(files.SECOND + 10**6)
    assert not [name for name, language, data in world.forms() if not _marked(data, world.mark, language)]


def test_of_a_real_petition_no_form_does_and_its_snapshots_are_what_they_were(tmp_path: Path) -> None:
    real = Whole(tmp_path, "", False)
    real.release(corrected=True)
    real.step(files.SECOND)
    for name, language, data in real.forms():
        assert not [mark for mark in MARKS if _marked(data, mark, language)], name
        if not name.endswith(("ceasefire.json", ".html")):
            assert b"emonstration" not in data.replace(b"Made by us for this demonstration", b""), name
    counted = real.counts("ceasefire")
    assert counted is not None
    kept = json.loads((real.public / f"c/ceasefire/at/{counted.size}.json").read_bytes())
    assert list(kept) == [
        "format", "campaign", "count", "collected", "withdrawn", "struck_out", "as_of", "checkpoint", "countries",
    ]  # fmt: skip
