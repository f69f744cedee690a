"""A statement on paper: read by other people's programs in every script, and marked up for those who do not see it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from tests.core import statement_files as files
from tests.pages import sample
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.press.fonts import Fonts
from undersigned.engines.press.paper import Papers, installed
from undersigned.engines.press.share_image import ShareImages
from undersigned.pages.cover import HEIGHT, WIDTH, Cover, cover, name
from undersigned.pages.paper import paper
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.pages.words import LANGUAGES
from undersigned.stages.publish.forms import on_paper, prepared

typeset = pytest.mark.skipif(not installed(), reason="typst is not installed: pip install -r requirements/press.txt")
drawn = pytest.mark.skipif(
    Fonts().runs("नहीं 不 لا לא No", "en", False, False) is None, reason="Noto fonts are not installed"
)


def shown(language: str = "en", headline: str = "") -> Shown:
    record = files.record(corrected=True)
    version = record.versions[-1]
    edition = replace(version.statement.edition(language), language=language)
    edition = replace(edition, headline=headline) if headline else edition
    made = replace(version.statement, editions={language: edition}, languages=(language,))
    version = replace(version, statement=made)
    return Shown(
        replace(record, versions=(version,)), version, language, sample.card(), Site("https://p.example"), 9**10
    )


class Counting:
    """Counts how often something is drawn or set."""

    def __init__(self) -> None:
        self.made = 0

    def draw(self, wanted: Cover) -> bytes | None:
        self.made += 1
        return b"picture"

    def typeset(self, values: dict[str, object], pictures: object = None) -> bytes | None:
        self.made += 1
        return str(values["mark"]).encode()


@typeset
@pytest.mark.parametrize("language", ["en", "ar"])
def test_other_peoples_programs_read_the_pdf(language: str, tmp_path: Path) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    data = Papers().typeset(paper(shown(language)))
    assert data is not None
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.Root.Lang) == language
        assert bool(pdf.Root.MarkInfo.Marked)
        with pdf.open_metadata() as known:
            assert known["pdfuaid:part"] == "1"
            assert known["dc:title"] == shown(language).headline
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "it.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", str(tmp_path / "it.pdf"), "-"], capture_output=True, text=True, check=True)
    words = " ".join(done.stdout.split())
    assert ("Nobody should have to count the dead." in words) if language == "en" else ("جنيف" in words)


@typeset
def test_a_pdf_of_the_same_words_is_the_same_bytes_and_bears_its_mark() -> None:
    values = paper(shown())
    assert Papers().typeset(values) == Papers().typeset(json.loads(json.dumps(values)))
    assert values["mark"].encode() in (Papers().typeset(values) or b"")


@typeset
def test_a_copy_says_on_every_page_whose_it_is(tmp_path: Path) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    long = {**paper(shown(), copy="Copy 7, Ben"), "sections": [{"heading": "More", "parts": ["Words. " * 300] * 4}]}
    data = Papers().typeset(long)
    assert data is not None
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
    assert pages > 1
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    (tmp_path / "it.pdf").write_bytes(data)
    done = subprocess.run(["pdftotext", str(tmp_path / "it.pdf"), "-"], capture_output=True, text=True, check=True)
    assert done.stdout.count("Copy 7, Ben") == pages


@typeset
def test_a_picture_stands_in_the_pdf_with_its_words_and_one_that_cannot_be_read_leaves_its_caption() -> None:
    pikepdf = pytest.importorskip("pikepdf")
    values, drawn_ = paper(shown()), io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(drawn_, "PNG")
    found = []
    for data in (drawn_.getvalue(), b"no picture"):
        made = Papers().typeset(values, {"crowd.png": data})
        assert made is not None
        with pikepdf.open(io.BytesIO(made)) as pdf:
            alts = [str(one.Alt) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
            found.append((sum(len(page.images) for page in pdf.pages), alts))
    assert found == [(1, ["Many people with candles in a square"]), (0, [])]


@typeset
def test_a_picture_that_somebody_may_not_want_to_see_is_not_printed() -> None:
    whole = shown()
    edition = whole.edition
    warned = replace(edition, tables={**edition.tables, "warnings": {"crowd": "Shows a crowd"}})
    statement = replace(whole.statement, editions={"en": warned})
    version = replace(whole.version, statement=statement)
    blocks = paper(replace(whole, version=version))["blocks"]
    assert [one["file"] for one in blocks if one["kind"] == "photo"] == [""]
    assert any("Shows a crowd" in one.get("words", "") for one in blocks)


@typeset
def test_the_paper_of_an_older_version_says_which_is_the_newest(tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    record = files.record(corrected=True)
    card = replace(sample.card(), campaign="ceasefire")
    old = Shown(record, record.versions[0], "en", card, Site("https://p.example"), files.SECOND)
    (tmp_path / "it.pdf").write_bytes(Papers().typeset(paper(old)) or b"")
    done = subprocess.run(["pdftotext", str(tmp_path / "it.pdf"), "-"], capture_output=True, text=True, check=True)
    told = "".join(done.stdout.split())
    assert "Thisisnotthenewestversion.Readthenewestone:https://p.example/s/ceasefire/a-million/en/" in told


def test_a_version_that_stands_is_set_once_for_both_of_its_addresses(tmp_path: Path) -> None:
    press, folder = Counting(), PublicFolder(tmp_path)
    prepared(shown(), "s/a/b/en", folder, press)
    assert on_paper(shown(), "s/a/b/en/2", folder, press, "s/a/b/en").paper
    assert press.made == 2
    assert folder.get("s/a/b/en/2/statement.pdf") == folder.get("s/a/b/en/statement.pdf")


def test_words_that_no_font_can_write_make_no_pdf_and_no_picture() -> None:
    unwritten = shown(headline="\U0010fffd\U0010fffd")
    assert ShareImages(Fonts()).draw(cover(unwritten)) is None
    if installed():
        assert Papers().typeset(paper(unwritten)) is None


def test_a_machine_without_fonts_draws_nothing(tmp_path: Path) -> None:
    assert ShareImages(Fonts(folders=[str(tmp_path)])).draw(cover(shown())) is None


@drawn
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_share_image_is_drawn_in_every_language(language: str) -> None:
    from PIL import Image

    wanted = cover(shown(language, sample.TITLES[language] if language != "en" else ""))
    data = ShareImages(Fonts()).draw(wanted)
    assert data is not None
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == (WIDTH, HEIGHT)
    assert len(data) < 300_000


def test_other_words_make_another_name_of_the_picture() -> None:
    assert name(cover(shown())) == name(cover(shown()))
    assert name(cover(shown())) != name(cover(shown(headline="Other words")))


def test_a_mill_that_starts_again_draws_and_sets_nothing_twice(tmp_path: Path) -> None:
    press, folder = Counting(), PublicFolder(tmp_path)
    first = prepared(shown(), "s/a/b/en", folder, press)
    assert (press.made, first.paper, bool(first.image)) == (2, True, True)
    assert prepared(shown(), "s/a/b/en", folder, press) == first
    assert press.made == 2
    prepared(shown(headline="Other words"), "s/a/b/en", folder, press)
    assert press.made == 4
