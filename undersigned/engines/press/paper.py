"""Sets a statement on paper with Typst: PDF/UA-1, so that a screen reader reads it; the extra `press`.

Typst refuses where a font lacks a sign; then there is no PDF, rather than one with boxes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["FONTS", "Papers", "installed"]

#: Families in the order in which a sign is looked for; those that the machine does not have are passed over.
FONTS = (
    "Noto Sans", "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans CJK SC", "DejaVu Sans",
)  # fmt: skip


def installed() -> bool:
    """Tell whether Typst is there."""
    try:
        import typst  # noqa: F401
    except ImportError:
        return False
    return True


class Papers:
    """Typesets, with the machine's fonts and those of one more folder."""

    def __init__(self, fonts: str = "") -> None:
        """Take the folder of more fonts, "" for none."""
        self._fonts = [fonts] if fonts else []

    def typeset(self, values: dict[str, Any]) -> bytes | None:
        """Give the PDF of these values (`pages.paper`): the same bytes for the same values; None where it fails."""
        if not installed():
            return None
        import typst

        template = str(Path(__file__).with_name("statement.typ"))
        said = json.dumps({**values, "fonts": FONTS})
        try:
            made = typst.compile(
                template, format="pdf", font_paths=self._fonts, sys_inputs={"said": said}, pdf_standards="ua-1"
            )
        except typst.TypstError:
            return None
        return bytes(made)
