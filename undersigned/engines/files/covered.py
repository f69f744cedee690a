"""Up to where a signed checkpoint covers a journal: written by the mill, read by the journal's writer."""

from __future__ import annotations

from pathlib import Path

__all__ = ["read_covered"]


def read_covered(file: Path) -> int:
    """Give the position in `<source>.covered`; 0 where it is missing or holds no plain number."""
    try:
        text = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return 0
    return int(text) if text.isdecimal() and len(text) < 19 else 0
