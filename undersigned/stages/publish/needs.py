"""What publishing requires of the world."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.core.photo import Rendition
from undersigned.core.statement import Record, Version
from undersigned.pages.cover import Cover
from undersigned.pages.drawing import Drawing

__all__ = ["CardShelf", "ChartPress", "CountsShelf", "Filed", "Folder", "Pictures", "Press", "StatementShelf", "Tables"]


class CountsShelf(Protocol):
    """Where the tally keeps its counts."""

    def counts(self, campaign: str) -> Counts | None:
        """Give the counts of that campaign at its last checkpoint."""
        ...


class CardShelf(Protocol):
    """The released cards."""

    def all(self) -> Sequence[Card]:
        """Give every card."""
        ...


class Pictures(Protocol):
    """The pictures of the campaigns, as their folders hold them."""

    def get(self, campaign: str, rendition: Rendition) -> bytes | None:
        """Give the bytes of a picture, or None where they are not there."""
        ...


class Filed(Protocol):
    """A statement with its pictures."""

    @property
    def record(self) -> Record:
        """The statement."""
        ...

    def picture(self, version: Version, file: str) -> bytes:
        """Give the bytes of a picture of that version."""
        ...


class StatementShelf(Protocol):
    """The released statements, those under embargo among them."""

    def statements(self) -> Sequence[Filed]:
        """Give every statement that can be read without a mistake."""
        ...


class Press(Protocol):
    """What draws and typesets; None where the machine cannot do it rightly."""

    def draw(self, cover: Cover) -> bytes | None:
        """Give a share image, a PNG of 1200 x 630 pixels."""
        ...

    def typeset(self, values: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes | None:
        """Give a statement as a PDF; the values are those of `pages.paper`, the pictures those they name, by file."""
        ...


class ChartPress(Protocol):
    """What draws charts; None where the machine cannot do it rightly."""

    def chart(self, drawing: Drawing, language: str) -> bytes | None:
        """Give a drawing as a PNG; its words are written as that language writes them."""
        ...


class Tables(Protocol):
    """What writes tables in another form; None where the machine has not what it takes."""

    def parquet(self, table: bytes, columns: Sequence[Mapping[str, Any]], source: str) -> bytes | None:
        """Give a CSV table as Parquet; `columns` are as CSVW describes them, `source` is kept in the file."""
        ...


class Folder(Protocol):
    """The folder of published files; paths without a leading slash."""

    def put(self, path: str, data: bytes) -> bool:
        """Replace a file atomically; True where its bytes changed."""
        ...

    def only(self, folder: str, names: Collection[str]) -> None:
        """Remove every file of a folder whose name is not among these."""
        ...

    def keep(self, path: str, data: bytes) -> bool:
        """Write a file that is never replaced; False, and nothing done, where there is one already."""
        ...

    def get(self, path: str) -> bytes | None:
        """Give a file's bytes as they were written, or None where there is none or they are damaged."""
        ...
