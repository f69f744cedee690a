"""The folder of published files: replaced atomically, so that a reader sees the old file or the new one."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from undersigned.engines.files.marked import as_written, mark

__all__ = ["PublicFolder"]


class PublicFolder:
    """What publishing requires as `Folder`. One writer.

    Not fsynced: every file is made again from ledger and cards at the next start, and compared then.
    """

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made where it is absent."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, path: str, data: bytes) -> bool:
        """Replace the file at that path (no leading slash); True where its bytes changed.

        Raises:
            ValueError: the path would leave the folder.
        """
        file = self._place(path)
        try:
            if file.read_bytes() == data:
                if not as_written(file, data):
                    mark(file, data)
                return False
        except FileNotFoundError:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._replace(file, data)
        return True

    def keep(self, path: str, data: bytes) -> bool:
        """Write a file that is never replaced; False, and nothing done, where there is one already.

        A file that was damaged since is written anew: its bytes are made again as they were.

        Raises:
            ValueError: the path would leave the folder.
        """
        file = self._place(path)
        if self.get(path) is not None:
            return False
        file.parent.mkdir(parents=True, exist_ok=True)
        self._replace(file, data)
        return True

    def get(self, path: str) -> bytes | None:
        """Give a file's bytes as they were written, or None where there is none or they are damaged.

        Raises:
            ValueError: the path would leave the folder.
        """
        file = self._place(path)
        try:
            data = file.read_bytes()
            return None if as_written(file, data) is False else data
        except FileNotFoundError:
            return None

    def _replace(self, file: Path, data: bytes) -> None:
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        draft.write_bytes(data)
        mark(draft, data)
        draft.replace(file)

    def only(self, folder: str, names: Collection[str]) -> None:
        """Remove every file of a folder whose name is not among these; a folder that is absent stays so.

        Raises:
            ValueError: the path would leave the folder.
        """
        for file in self._place(folder).glob("*"):
            if file.name not in names and file.is_file():
                file.unlink(missing_ok=True)

    def _place(self, path: str) -> Path:
        if path.startswith("/") or ".." in path.split("/"):
            raise ValueError("a published path may not leave its folder")
        return self._folder / path
