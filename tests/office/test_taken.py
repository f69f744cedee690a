"""What lies in the data folder and is not the desk's is neither overwritten nor deleted by any release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from tests.office.test_embargo import _fresh
from tests.office.test_people import _editor
from tests.office.test_starting import _form
from tests.office.test_statements import Place

pytestmark = pytest.mark.usefixtures("desk")


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def _by_hand(desk: Path, name: str = "river") -> Path:
    folder = desk / "campaigns" / name
    folder.mkdir()
    for file in ("campaign.toml", "en.md", "sw.md", "recipients.txt"):
        (folder / file).write_text(f"{file} of another section\n")
    return folder


@pytest.mark.parametrize("lies", ["campaigns/brook", "cards/brook.card", "public/log/brook", "public/c/brook.json"])
def test_a_short_name_that_anything_on_disk_has_can_neither_be_begun_nor_copied(
    client: Any, desk: Path, lies: str
) -> None:
    ben, home = _editor("lakes")
    client.force_login(ben)
    other = _form(home, "", name="creek")
    assert client.post("/desk/campaigns/begin/", other).status_code == 302
    place = desk / lies
    if place.suffix:
        place.parent.mkdir(exist_ok=True)
        place.write_text("{}")
    else:
        place.mkdir()
    for start in ("", "template:one", "copy:creek"):
        page = client.post("/desk/campaigns/begin/", _form(home, start))
        assert page.status_code == 200
        assert "This short name cannot be used." in page.content.decode()
    made = client.post("/desk/campaigns/begin/", _form(home, "", name="", title="Brook"))
    assert made.headers["Location"] == "/desk/campaigns/brook-2/write/"  # of the title, past what is taken


def test_a_release_stops_before_another_sections_petition_and_leaves_every_byte(client: Any, desk: Path) -> None:
    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    folder = _by_hand(desk)
    before = _bytes(folder)
    _fresh(client, ben)
    page = client.get("/desk/campaigns/river/").content.decode()
    assert "campaigns/river/sw.md" in page
    assert "folder-not-ours" in page
    client.post("/desk/campaigns/river/release/")
    from undersigned.office.campaigns import actions
    from undersigned.office.project.taken import NotOurs

    with pytest.raises(NotOurs) as stopped:
        actions.release(staff=ben, campaign=campaign, revisions=revisions)
    assert stopped.value.files == tuple(
        f"campaigns/river/{name}" for name in ("campaign.toml", "en.md", "recipients.txt", "sw.md")
    )
    assert campaign.releases.count() == 0
    assert _bytes(folder) == before


def test_a_card_without_a_folder_is_another_petition_too(desk: Path) -> None:
    from undersigned.office.campaigns import actions
    from undersigned.office.project.taken import NotOurs

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    (desk / "cards" / "river.card").write_text("{}")
    with pytest.raises(NotOurs, match=r"cards/river\.card"):
        actions.release(staff=ben, campaign=campaign, revisions=revisions)


def test_the_desk_goes_on_over_its_own_files_and_stops_at_one_that_was_changed_by_hand(client: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    _fresh(client, ben)
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    (desk / "cards" / "river.card").write_text("{}")  # of this very release
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    assert client.post("/desk/campaigns/river/undo/").status_code == 302
    folder = desk / "campaigns" / "river"
    changed = (folder / "en.md").read_bytes() + b"By hand.\n"
    (folder / "en.md").write_bytes(changed)
    for act in ("pause", "undo"):
        page = client.post(f"/desk/campaigns/river/{act}/")
        assert page.status_code == 409
        assert "campaigns/river/en.md" in page.content.decode()
        assert "folder-not-ours" in page.content.decode()
    campaign.refresh_from_db()
    assert not campaign.paused
    assert campaign.releases.count() == 3
    assert (folder / "en.md").read_bytes() == changed
    (folder / "en.md").unlink()
    (folder / "notes.txt").write_text("of the operator; the desk neither writes nor deletes such a file")
    assert client.post("/desk/campaigns/river/pause/").status_code == 302
    assert (folder / "en.md").exists()


def test_a_slug_on_disk_is_taken_and_what_is_released_is_what_two_people_signed(client: Any, desk: Path) -> None:
    from undersigned.office.project.taken import NotOurs

    place = Place(desk)
    client.force_login(place.ben)
    there = desk / "statements" / "river" / "fish"
    (there / "1").mkdir(parents=True)
    form = {"slug": "fish", "headline": "Fish", "languages": ["en"]}
    page = client.post("/desk/campaigns/river/begin-statement/", form)
    assert "There is a statement of this name already." in page.content.decode()
    made = place.written()  # begun before the other came
    (there / "record.toml").write_text("old")
    (there / "1" / "en.md").write_text("old words")
    before = _bytes(there)
    with pytest.raises(NotOurs, match=r"statements/river/fish/1/en\.md"):
        place.release(made)
    assert not made.versions.exists()
    assert _bytes(there) == before


def test_a_released_version_that_was_changed_by_hand_stops_the_correction(desk: Path) -> None:
    from undersigned.office.project.taken import NotOurs

    place = Place(desk)
    made = place.written()
    place.release(made)
    place.write(made, "{figure:fish} fish came back.\n\n{quote:amal}\n\nIt stays open.\n\n{demands}")
    file = desk / "statements" / "river" / "fish" / "1" / "ar.md"
    file.write_text("أخرى", "utf-8")
    with pytest.raises(NotOurs, match=r"fish/1/ar\.md"):
        place.release(made, why="It was wrong.")
    assert made.versions.count() == 1
