"""The public folder holds the pictures of today's card and no others."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from tests.core.photo_files import card as pictured
from tests.core.photo_files import pictures
from tests.stages.test_publish import DAY, Shelf
from undersigned.engines.files.campaign_folder import PICTURES, FolderPictures
from undersigned.engines.files.folder import PublicFolder
from undersigned.pages.views import Site
from undersigned.stages.publish.run import Publisher


def _folder(place: Path) -> Path:
    folder = place / "campaigns" / "well" / PICTURES
    folder.mkdir(parents=True)
    for name, data in pictures().items():
        (folder / name).write_bytes(data)
    return folder


def _publisher(place: Path, shelf: Shelf) -> Publisher:
    public = PublicFolder(place / "public")
    site = Site("http://127.0.0.1:8000")
    return Publisher(public, shelf, shelf, site, (), pictures=FolderPictures(place / "campaigns"))


def test_the_pictures_are_published_under_their_names(tmp_path: Path) -> None:
    _folder(tmp_path)
    shelf = Shelf(pictured())
    _publisher(tmp_path, shelf).step(shelf.card.opens + DAY)
    published = tmp_path / "public" / "c" / "well" / "photo"
    assert {file.name: file.read_bytes() for file in published.iterdir()} == pictures()


def test_a_picture_that_was_taken_away_is_not_public_any_more(tmp_path: Path) -> None:
    _folder(tmp_path)
    shelf = Shelf(pictured())
    publisher = _publisher(tmp_path, shelf)
    publisher.step(shelf.card.opens + DAY)
    shelf.card = replace(shelf.card, photo=None)
    publisher.step(shelf.card.opens + DAY + 1)
    assert list((tmp_path / "public" / "c" / "well" / "photo").iterdir()) == []


def test_a_picture_that_was_changed_in_its_folder_is_not_published(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    photo = pictured().photo
    assert photo is not None
    first = photo.renditions[0]
    (folder / first.name).write_bytes(b"something else")
    assert FolderPictures(tmp_path / "campaigns").get("well", first) is None
