"""Where the desk keeps pictures: the original as it was sent, and every file made of it, for nobody else to read."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from PIL import Image

from undersigned.office.pictures.crops import PLANS, Plan, crops
from undersigned.office.pictures.opened import upright
from undersigned.vault.secret_files import write_once

__all__ = ["Developed", "Shelf"]

_WHOLE = (960, 720)  # pixels of the uncut picture that an editor chooses the focus on


class Developed(msgspec.Struct, frozen=True):
    """The names of what was made of one picture."""

    original: str
    whole: str
    files: tuple[str, ...]


class Shelf:
    """A folder a campaign under `media/pictures`, each file 0600. A name is for one content for ever."""

    def __init__(self, media: Path) -> None:
        """Take the folder `media` of the data folder; nothing is touched."""
        self._folder = media / "pictures"

    def develop(self, campaign: str, data: bytes, focus: int, plans: Sequence[Plan] = PLANS) -> Developed:
        """Keep a picture and make its files.

        Raises:
            Refused: it is not taken; nothing was kept.
            OSError: the disk refuses.
        """
        image = upright(data)
        made = list(crops(image, focus, plans))
        whole = _whole(image)
        names = Developed(f"original-{_hash(data)}", f"whole-{_hash(whole)}.jpg", tuple(name for name, _ in made))
        for name, content in ((names.original, data), (names.whole, whole), *made):
            self.keep(campaign, name, content)
        return names

    def keep(self, campaign: str, name: str, data: bytes) -> None:
        """Keep one file, durable when this returns."""
        write_once(self._folder / campaign / name, data)

    def read(self, campaign: str, name: str) -> bytes | None:
        """Give a file; None where it is not there."""
        try:
            return (self._folder / campaign / name).read_bytes()
        except OSError:
            return None

    def all(self, campaign: str, names: Iterable[str]) -> dict[str, bytes]:
        """Give those of the files that are there, by name."""
        return {name: data for name in names if (data := self.read(campaign, name)) is not None}

    def drop(self, campaign: str, names: Iterable[str]) -> None:
        """Destroy these files, the original first of all."""
        for name in sorted(names, key=lambda one: not one.startswith("original-")):
            (self._folder / campaign / name).unlink(missing_ok=True)

    def forget(self, campaign: str) -> None:
        """Destroy every picture of a campaign, the original first of all."""
        folder = self._folder / campaign
        for file in sorted(folder.glob("original-*")):
            file.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def _whole(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail(_WHOLE, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=75)
    return out.getvalue()
