"""What lies in the data folder that the desk has not written: names are taken, and files never overwritten."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.office.project.installed import installation

__all__ = ["NotOurs", "digests", "is_taken", "strangers"]


class NotOurs(Exception):
    """Files lie where a release would write, and the desk has not written them. Nothing was done."""

    code = "folder-not-ours"

    def __init__(self, files: Sequence[str]) -> None:
        """Take the names of those files, from the data folder on."""
        super().__init__(f"{self.code}: the desk has not written {', '.join(files)}")
        self.files = tuple(files)


def is_taken(name: str) -> bool:
    """Tell whether something in the data folder belongs to a campaign of this short name, whoever has made it."""
    places = Places(installation().path)
    own = (places.campaigns, places.statements, places.logs, places.public / "c")
    files = (places.cards / f"{name}.card", places.public / "c" / f"{name}.json")
    return any(place.exists() for place in (*(folder / name for folder in own), *files))


def digests(files: Mapping[str, bytes]) -> dict[str, str]:
    """Give the SHA-256 of each file, in hexadecimal digits, by its name."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def strangers(folder: Path, names: Collection[str], known: Mapping[str, Collection[str]]) -> list[str]:
    """Give the names of those files that lie in a folder and are none of the `known` ones, digests by name."""
    lying = {name: (folder / name).read_bytes() for name in sorted(names) if (folder / name).is_file()}
    return [name for name, digest in digests(lying).items() if digest not in known.get(name, ())]
