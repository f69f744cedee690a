"""The files that are the same on every installation, as they are published."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

__all__ = ["fixed"]

_KINDS = ("css", "js", "svg")
_PAPER, _SHEET = "paper.css", "style.css"


def fixed() -> Iterator[tuple[str, bytes]]:
    """Give name and content of each. The sheet begins with the paper, so that a page asks for one file only."""
    source = resources.files(__package__) / "static"
    for file in source.iterdir():
        if file.name == _SHEET:
            yield file.name, (source / _PAPER).read_bytes() + file.read_bytes()
        elif file.name != _PAPER and file.name.rsplit(".", 1)[-1] in _KINDS:
            yield file.name, file.read_bytes()
