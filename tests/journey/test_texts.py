"""Ben changes a sentence: the log learns of the new version, and a broken file changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.site import Site
from undersigned.core import tiles


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site whose texts this file may change."""
    with Site(tmp_path_factory.mktemp("texts") / "d", rate=100000, burst=100000) as running:
        yield running


def lines(site: Site) -> list[bytes]:
    size = int(site.get("/log/library/checkpoint").text.split("\n")[1])
    bundle = site.get("/log/library/" + tiles.bundle_path(0, size)).body
    return tiles.entries_of(bundle, size)


def test_a_changed_text_is_a_new_version_in_the_log_and_old_forms_are_told(site: Site) -> None:
    old = site.text_hash("library", "en")
    file = site.folder / "campaigns" / "library" / "en.md"
    file.write_text(file.read_text("utf-8") + "\nOne more sentence.\n", "utf-8")
    site.until(lambda: site.text_hash("library", "en") != old, 20, "the new text")
    new = site.text_hash("library", "en")
    site.until(lambda: any(line.startswith(b"v ") for line in lines(site)), 20, "the v line")
    (line,) = [line for line in lines(site) if line.startswith(b"v ")]
    assert new.encode() in line
    assert lines(site)[0].startswith(b"g ")
    assert old.encode() in lines(site)[0]
    assert site.sign("late-form@example.org", text=old).status == 409
    assert site.sign("new-form@example.org", text=new).status == 303
    assert old in site.get("/c/library.json").json()["texts"]["en"]["earlier"]
    assert site.get(f"/c/library/en/text/{old}.md").status == 200


def test_a_broken_folder_keeps_the_old_card_and_says_every_problem(site: Site) -> None:
    good = site.text_hash("library", "en")
    file = site.folder / "campaigns" / "library" / "campaign.toml"
    whole = file.read_text("utf-8")
    file.write_text(whole.replace("required = true", "required = false") + "\nnonsense = 1\n", "utf-8")
    log = site.folder / "processes.log"
    site.until(lambda: "campaign.toml, line" in log.read_text("utf-8"), 20, "the faults to be said")
    assert site.sign("still-open@example.org", text=good).status == 303
    assert log.read_text("utf-8").count("campaign.toml, line") >= 2
    file.write_text(whole, "utf-8")
