"""A campaign's folder, as staff or the desk wrote it: all its files read at once, and its pictures one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from undersigned.core import answers, gatherings
from undersigned.core.photo import Rendition

__all__ = ["PICTURES", "FolderPictures", "Sources", "sources", "stamp"]

PICTURES = "photo"  #: the folder of the pictures inside that of the campaign
_MOST = 4 << 20  # bytes of one picture; ours are a twentieth of that


class Sources(NamedTuple):
    """The bytes of every file that a card is made from."""

    campaign: bytes
    texts: Mapping[str, bytes]  # by language
    recipients: bytes
    pictures: Mapping[str, bytes]  # by name
    answers: bytes = b""  # `answers.toml`, where there is one
    gatherings: bytes = b""  # `gatherings.toml`, where there is one


def sources(folder: Path) -> Sources:
    """Read the folder of a campaign; recipients and pictures may be absent.

    Raises:
        OSError: a file that must be there cannot be read.
    """
    return Sources(
        campaign=(folder / "campaign.toml").read_bytes(),
        texts={file.stem: file.read_bytes() for file in sorted(folder.glob("*.md"))},
        recipients=_if_there(folder / "recipients.txt"),
        pictures={file.name: _bytes(file) for file in _pictures(folder)},
        answers=_if_there(folder / answers.FILE),
        gatherings=_if_there(folder / gatherings.FILE),
    )


def stamp(folder: Path) -> bytes:
    """Give a value that changes when a file of the folder does."""
    digest = hashlib.sha256()
    for file in (*sorted(folder.glob("*.*")), *_pictures(folder)):
        facts = file.stat()
        digest.update(f"{file.name} {facts.st_mtime_ns} {facts.st_size}\n".encode())
    return digest.digest()


def _if_there(file: Path) -> bytes:
    return file.read_bytes() if file.exists() else b""


def _pictures(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / PICTURES).glob("[!.]*") if file.is_file())


def _bytes(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(_MOST)


class FolderPictures:
    """What publishing requires as `Pictures`, over the campaigns' folders."""

    def __init__(self, campaigns: Path) -> None:
        """Take the folder in which the campaigns' folders lie."""
        self._campaigns = campaigns

    def get(self, campaign: str, rendition: Rendition) -> bytes | None:
        """Give the bytes of a picture; None where they are gone or are not those that its name was made for."""
        try:
            data = _bytes(self._campaigns / campaign / PICTURES / rendition.name)
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest().startswith(rendition.hash) else None
