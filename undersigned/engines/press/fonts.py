"""Fonts of the machine for what is drawn: for each stretch of a text the first face that has its signs, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

__all__ = ["FOLDERS", "Face", "Fonts", "opened"]

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")

#: In this order; a bold face and a plain one of each. Noto (SIL OFL 1.1) and DejaVu are free; none is bundled.
_FACES: Sequence[tuple[str, str]] = (
    ("NotoSans-Bold.ttf", "NotoSans-Regular.ttf"),
    ("NotoSansArabic-Bold.ttf", "NotoSansArabic-Regular.ttf"),
    ("NotoSansHebrew-Bold.ttf", "NotoSansHebrew-Regular.ttf"),
    ("NotoSansDevanagari-Bold.ttf", "NotoSansDevanagari-Regular.ttf"),
    ("NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"),
    ("DejaVuSans-Bold.ttf", "DejaVuSans.ttf"),
)
#: The face whose letters fit the language best, taken first.
_OWN = {"ar": "NotoSansArabic", "he": "NotoSansHebrew", "hi": "NotoSansDevanagari", "zh": "NotoSansCJK"}
_INDEX = {"zh": 2}  # which of the faces in a collection has the forms of the language
_PROBE = 40  # pixels at which signs are compared with the one that stands for what is missing
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069"

#: A font file and the place in it.
Face = tuple[Path, int]


class Fonts:
    """The fonts that were found in some folders; looked for once."""

    def __init__(self, more: str = "", folders: Sequence[str] = FOLDERS) -> None:
        """Take the well-known folders, and one more before them where it is given."""
        self._folders = ([more] if more else []) + list(folders)
        self._files: Mapping[str, Path] | None = None

    def runs(self, words: str, language: str, bold: bool, whole: bool) -> Sequence[tuple[str, Face]] | None:
        """Cut words into stretches, each with the face that has all its signs; None where a sign is in no face.

        With `whole` only a face that has all of them will do: in a line that runs both ways stretches change places.
        """
        faces = self._faces(language, bold)
        one = next((face for face in faces if all(_has(face, sign) for sign in words)), None)
        if one is not None:
            return [(words, one)]
        if whole:
            return None
        found: list[tuple[str, Face]] = []
        for sign in words:
            kept = found[-1][1] if found and (sign.isspace() or _has(found[-1][1], sign)) else None
            face = kept or next((face for face in faces if _has(face, sign)), None)
            if face is None:
                return None
            if found and found[-1][1] == face:
                found[-1] = (found[-1][0] + sign, face)
            else:
                found.append((sign, face))
        return found

    def _faces(self, language: str, bold: bool) -> list[Face]:
        own = _OWN.get(language, "NotoSans-")
        names = (faces[0 if bold else 1] for faces in sorted(_FACES, key=lambda one: not one[0].startswith(own)))
        files = (self._found()[name] for name in names if name in self._found())
        return [(file, _INDEX.get(language, 0) if file.suffix == ".ttc" else 0) for file in files]

    def _found(self) -> Mapping[str, Path]:
        if self._files is None:
            wanted = {name for faces in _FACES for name in faces}
            files: dict[str, Path] = {}
            for top in self._folders:
                for folder, _, names in os.walk(top):
                    for name in wanted.intersection(names):
                        files.setdefault(name, Path(folder) / name)
            self._files = files
        return self._files


@lru_cache(maxsize=128)
def opened(face: Face, size: int) -> FreeTypeFont:
    """Open a face at a size in pixels."""
    return ImageFont.truetype(str(face[0]), size, index=face[1])


@lru_cache(maxsize=16384)
def _has(face: Face, sign: str) -> bool:
    """Tell whether a face has a sign: it draws another shape than for a character that there is not."""
    if sign.isspace() or sign in _UNSEEN:
        return True
    return _shape(face, sign) != _missing(face)


@lru_cache(maxsize=32)
def _missing(face: Face) -> bytes:
    return _shape(face, "\U0010fffe")


def _shape(face: Face, sign: str) -> bytes:
    return bytes(opened(face, _PROBE).getmask(sign))
