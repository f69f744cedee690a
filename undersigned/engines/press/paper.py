"""Sets a statement on paper with Typst: PDF/UA-1, so that a screen reader reads it; the extra `press`.

Typst refuses where a font lacks a sign; then there is no PDF, rather than one with boxes.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
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

    def typeset(self, values: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes | None:
        """Give the PDF of these values (`pages.paper`): the same bytes for the same values; None where it fails.

        `pictures` are those that the values name, by file. Where one cannot be read, all are left out; captions stay.
        """
        if not installed():
            return None
        if pictures:
            made = self._set(_pictured(values, pictures), pictures)
            if made is not None:
                return made
        return self._set(values, {})

    def _set(self, values: dict[str, Any], pictures: Mapping[str, bytes]) -> bytes | None:
        import typst

        said = json.dumps({**values, "fonts": FONTS})
        with tempfile.TemporaryDirectory() as folder:  # the owner's only: it may be under embargo
            template = Path(folder) / "statement.typ"
            template.write_bytes(Path(__file__).with_name("statement.typ").read_bytes())
            for name, data in pictures.items():
                (Path(folder) / name).write_bytes(data)
            try:
                made = typst.compile(
                    str(template), root=folder, format="pdf", font_paths=self._fonts, sys_inputs={"said": said},
                    pdf_standards="ua-1",
                )  # fmt: skip
            except typst.TypstError:
                return None
        return bytes(made)


def _pictured(values: dict[str, Any], pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Name in each block the picture that is there for it."""
    blocks = [{**one, "picture": one["file"]} if one.get("file") in pictures else one for one in values["blocks"]]
    return {**values, "blocks": blocks}
