"""Published files at the door: the best language, never stale beyond what is said, open where data is."""

from __future__ import annotations

import gzip
import json

import brotli
import pytest

from tests.intake.house import House
from undersigned.engines.files.folder import PublicFolder
from undersigned.intake.languages import best

OFFERED = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")


def test_the_list_comes_in_the_language_the_reader_likes_best(house: House) -> None:
    for accepted, language in (("ar-EG,en;q=0.5", "ar"), ("pt, fr;q=0.3", "fr"), ("", "en"), ("xx", "en")):
        answer = house.get("/", accept_language=accepted)
        assert answer.status == 200
        assert f'<html lang="{language}"' in answer.body.decode()
        assert "accept-language" in (answer.header("vary") or "")


def test_verify_comes_in_the_best_language_too(house: House) -> None:
    assert '<html lang="he"' in house.get("/verify", accept_language="he").body.decode()


def test_a_campaign_without_a_language_leads_to_the_best_one(house: House) -> None:
    for accepted, language in (("ar", "ar"), ("fr", "en"), ("fr, ar;q=0.1", "ar"), ("en;q=0.1, ar;q=0", "en")):
        answer = house.get("/c/well/", accept_language=accepted)
        assert (answer.status, answer.header("location")) == (303, f"/c/well/{language}/")
    assert house.get("/c/nowhere/").status == 404


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("zh-Hant-TW", "zh"), ("*", "en"), ("fr;q=0", "en"), ("sw;q=nan", "en"), ("SW", "sw"), ("hi;q=2", "hi"),
        ("ru ; q=0.9 , ar;q=1.0", "ar"), ("," * 1000, "en"), ("x" * 10_000, "en"), ("fr;q=", "en"),
    ],
)  # fmt: skip
def test_any_header_of_languages_gives_a_language(accepted: str, language: str) -> None:
    assert best(accepted, OFFERED) == language


def test_the_count_is_open_to_other_sites_and_soon_fresh(house: House) -> None:
    answer = house.get("/c/well/count.json")
    assert answer.header("access-control-allow-origin") == "*"
    assert answer.header("cross-origin-resource-policy") == "cross-origin"
    assert answer.header("cache-control") == "public, max-age=60, s-maxage=3"
    assert json.loads(answer.body)["count"] == 0


@pytest.mark.parametrize(
    ("path", "kind", "life"),
    [
        ("/c/well.json", "application/json", "max-age=5"),
        ("/c/well/countries.csv", "text/csv; charset=utf-8; header=present", "max-age=5"),
        ("/c/well/countries.csv-metadata.json", "application/csvm+json", "max-age=5"),
        ("/c/well/en/kept/", "text/html; charset=utf-8", "max-age=5"),
        ("/log/well/checkpoint", "text/plain; charset=utf-8", "max-age=2"),
        ("/log/well/vkey", "text/plain; charset=utf-8", "max-age=300"),
        ("/s/style.css", "text/css; charset=utf-8", "max-age=300"),
    ],
)
def test_kinds_and_lives(house: House, path: str, kind: str, life: str) -> None:
    answer = house.get(path)
    assert answer.status == 200
    assert answer.header("content-type") == kind
    assert life in (answer.header("cache-control") or "")


def test_tiles_and_texts_never_change(house: House) -> None:
    size = int(house.get("/log/well/checkpoint").body.split(b"\n")[1])
    for path in (f"/log/well/tile/0/000.p/{size}", f"/c/well/en/text/{house.card.texts['en'].hash}.md"):
        answer = house.get(path)
        assert answer.status == 200
        assert "immutable" in (answer.header("cache-control") or "")
        assert answer.header("access-control-allow-origin") == "*"


def test_what_is_known_is_not_sent_again(house: House) -> None:
    answer = house.get("/c/well/en/")
    tag = answer.header("etag") or ""
    for sent in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        again = house.get("/c/well/en/", if_none_match=sent)
        assert (again.status, again.body) == (304, b"")
        assert again.header("etag") == tag
    assert house.get("/c/well/en/", if_none_match='"x"').status == 200


def test_a_new_count_is_a_new_page(house: House) -> None:
    tag = house.get("/c/well/en/").header("etag") or ""
    house.sign()
    house.press(f"/k/{house.token()}")
    house.turn()
    assert house.get("/c/well/en/", if_none_match=tag).status == 200
    assert json.loads(house.get("/c/well/count.json").body)["count"] == 1


def test_compressed_pages_are_the_same_pages_under_another_tag(house: House) -> None:
    plain, packed = house.get("/c/well/en/"), house.get("/c/well/en/", accept_encoding="gzip;q=0.5")
    assert packed.header("content-encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.header("etag") != plain.header("etag")
    assert "accept-encoding" in (packed.header("vary") or "")
    for refused in ("gzip;q=0, br;q=0", "identity", "zstd"):
        assert house.get("/c/well/en/", accept_encoding=refused).header("content-encoding") is None
    assert house.get("/c/well/en/", accept_encoding="gzip", if_none_match=packed.header("etag") or "").status == 304


def test_brotli_is_given_to_whoever_takes_it_and_is_the_same_page(house: House) -> None:
    plain, gzipped = house.get("/c/well/en/"), house.get("/c/well/en/", accept_encoding="gzip")
    packed = house.get("/c/well/en/", accept_encoding="gzip, deflate, br")
    assert packed.header("content-encoding") == "br"
    assert brotli.decompress(packed.body) == plain.body
    assert len(packed.body) < len(gzipped.body)
    assert len({answer.header("etag") for answer in (plain, gzipped, packed)}) == 3
    tag = packed.header("etag") or ""
    assert house.get("/c/well/en/", accept_encoding="br", if_none_match=tag).status == 304
    assert house.get("/c/well/en/", accept_encoding="br;q=0, gzip").header("content-encoding") == "gzip"


def test_an_answer_is_made_once_as_long_as_the_file_stands(house: House) -> None:
    first = house.get("/c/well/en/")
    assert house.get("/c/well/en/") is first
    house.sign()
    house.press(f"/k/{house.token()}")
    house.turn()
    assert house.get("/c/well/en/").body != first.body


def test_a_form_shown_again_has_the_count_of_the_published_facts(house: House) -> None:
    house.sign()
    house.press(f"/k/{house.token()}")
    house.turn()
    page = house.sign(name="").body.decode()
    assert '<b id="count">1</b>' in page
    assert "As of" in page


def test_without_published_facts_a_form_shows_no_number(house: House) -> None:
    (house.folder / "public" / "c" / "well.json").write_text("{")
    answer = house.sign(name="")
    assert answer.status == 422
    assert 'id="count"' not in answer.body.decode()


def test_a_statement_is_found_in_the_best_language_once_it_is_published(house: House) -> None:
    assert house.get("/s/well/a-million/").status == 404
    assert house.get("/s/well/a-million/en/").status == 404
    folder = PublicFolder(house.folder / "public")
    for language in ("en", "ar"):
        folder.put(f"s/well/a-million/{language}/index.html", b"<h1>A statement</h1>")
        folder.put(f"s/well/a-million/{language}/1/index.html", b"<h1>A statement</h1>")
    assert house.get("/s/well/a-million/", accept_language="ar").header("location") == "/s/well/a-million/ar/"
    assert house.get("/s/well/a-million/", accept_language="fr").header("location") == "/s/well/a-million/en/"
    for path in ("en/", "ar/", "en/1/"):
        answer = house.get(f"/s/well/a-million/{path}")
        assert (answer.status, answer.header("content-type")) == (200, "text/html; charset=utf-8")
    assert house.get("/s/well/a-million/en/2/").status == 404


def test_a_withdrawn_statement_is_gone_with_its_reason_whatever_is_asked_for(house: House) -> None:
    folder = PublicFolder(house.folder / "public")
    folder.put("s/well/a-million/en/1/index.html", b"<h1>A statement</h1>")
    folder.put("s/well/a-million/1-crowd.png", b"picture")
    folder.put("s/well/a-million/withdrawn.en.html", b"<h1>It was wrong</h1>")
    for path in ("en/", "en/1/", "ar/", "1-crowd.png", "feed.xml"):
        answer = house.get(f"/s/well/a-million/{path}")
        assert (answer.status, answer.body) == (410, b"<h1>It was wrong</h1>")
        assert house.get(f"/s/well/a-million/{path}", if_none_match="*").status == 410
    for ending in ("txt", "json"):
        folder.put(f"s/well/a-million/withdrawn.en.{ending}", ending.encode())
    for form, told in (("statement.txt", b"txt"), ("ninjs.json", b"json"), ("cite.bib", b"txt")):
        answer = house.get(f"/s/well/a-million/en/1/{form}")
        assert (answer.status, answer.body) == (410, told)
