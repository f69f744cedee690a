"""Draws the share image of a statement: 1200 x 630, every script shaped as it is written (Raqm).

Where no font of the machine has all signs, or Pillow came without Raqm, there is no picture rather than a wrong one.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, features
from PIL.ImageFont import FreeTypeFont

from undersigned.engines.press.fonts import Fonts, opened
from undersigned.pages.cover import HEIGHT, WIDTH, Cover
from undersigned.pages.phrases import phrases

__all__ = ["ShareImages"]

_EDGE = 76  # pixels between the words and the edge
_GROUND, _INK, _QUIET, _ACCENT = "#fdfdfb", "#17191e", "#4a4e57", "#1d3f97"
_SIZES = (84, 76, 68, 60, 54, 48, 42)  # of the headline, in pixels; the first at which it fits
_TOP, _BOTTOM = 150, 496  # where the headline may stand
_FOOT, _WARNING = 574, 528  # heights of the last lines
_CLOSE = ("zh",)  # written without spaces: a line ends between words all the same
_TALL = ("ar", "hi")  # with signs far above and below the line


class ShareImages:
    """Draws, with the fonts that it finds."""

    def __init__(self, fonts: Fonts) -> None:
        """Take the fonts."""
        self._fonts = fonts

    def draw(self, cover: Cover) -> bytes | None:
        """Give the picture as a PNG, or None where it cannot be drawn rightly."""
        if not features.check("raqm"):
            return None
        picture = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
        page = _Page(ImageDraw.Draw(picture), cover, self._fonts)
        try:
            page.fill()
        except LookupError:
            return None
        data = io.BytesIO()
        picture.save(data, "PNG", compress_level=6)
        return data.getvalue()


class _Page:
    """A picture being drawn, from the side on which its language begins."""

    def __init__(self, pen: ImageDraw.ImageDraw, cover: Cover, fonts: Fonts) -> None:
        self._pen = pen
        self._cover = cover
        self._fonts = fonts
        self._rtl = cover.direction == "rtl"

    def fill(self) -> None:
        """Write all of it. Raises LookupError where there is no font for a sign."""
        cover, most = self._cover, WIDTH - 2 * _EDGE
        left = WIDTH - 20 if self._rtl else 0
        self._pen.rectangle((left, 0, left + 20, HEIGHT), fill=_ACCENT)
        self._line(92, cover.kicker, _Type(32, True, _ACCENT), most)
        self._block(cover.headline)
        self._line(_WARNING, cover.warning, _Type(24, False, _ACCENT), most)
        self._line(_FOOT, cover.foot, _Type(28, False, _QUIET), most * 0.6)
        self._line(_FOOT, cover.host, _Type(26, False, _QUIET), most * 0.38, end=True)

    def _line(self, y: int, words: str, type_: _Type, most: float, end: bool = False) -> None:
        """Write a line around that height, where lines begin or `end`. Too long a line ends in dots."""
        shown = words
        while len(shown) > 1 and self._length(shown, type_) > most:
            shown = f"{shown.removesuffix('…')[:-1].rstrip()}…"
        length = self._length(shown, type_)
        self._write(WIDTH - _EDGE - length if self._rtl != end else _EDGE, y, shown, type_)

    def _block(self, words: str) -> None:
        """Write the headline in the largest size in which all of it fits."""
        most, lines, type_ = WIDTH - 2 * _EDGE, [words], _Type(_SIZES[0], True, _INK)
        for size in _SIZES:
            type_ = _Type(size, True, _INK)
            lines = self._lines(words, type_, most)
            if (
                len(lines) * self._step(size) <= _BOTTOM - _TOP
                and max(self._length(one, type_) for one in lines) <= most
            ):
                break
        fits = int((_BOTTOM - _TOP) // self._step(type_.size))
        shown = lines if len(lines) <= fits else [*lines[: fits - 1], " ".join(lines[fits - 1 :])]
        for place, line in enumerate(shown):
            self._line(_TOP + int((place + 0.5) * self._step(type_.size)), line, type_, most)

    def _step(self, size: int) -> float:
        return size * (1.42 if self._cover.language in _TALL else 1.2)

    def _lines(self, words: str, type_: _Type, most: float) -> list[str]:
        lines, line = [], ""
        for part in _parts(words, self._cover.language):
            if line and self._length((line + part).rstrip(), type_) > most:
                lines.append(line.strip())
                line = ""
            line += part
        return [*lines, line.strip()]

    def _runs(self, words: str, type_: _Type) -> Sequence[tuple[str, FreeTypeFont]]:
        runs = self._fonts.runs(words, self._cover.language, type_.bold, whole=self._rtl)
        if runs is None:
            raise LookupError("no font has every sign")
        return [(part, opened(face, type_.size)) for part, face in runs]

    def _length(self, words: str, type_: _Type) -> float:
        return sum(self._width(part, font) for part, font in self._runs(words, type_))

    def _width(self, part: str, font: FreeTypeFont) -> float:
        return float(font.getlength(part, direction=self._cover.direction, language=self._cover.language))

    def _write(self, x: float, y: int, words: str, type_: _Type) -> None:
        """Write from the left edge of the words on; `y` is the middle of the line."""
        base = y + type_.size * 0.35
        for part, font in self._runs(words, type_):
            self._pen.text(
                (x, base), part, fill=type_.ink, font=font, anchor="ls",
                direction=self._cover.direction, language=self._cover.language,
            )  # fmt: skip
            x += self._width(part, font)


class _Type:
    """How words are set: size in pixels, weight, colour."""

    def __init__(self, size: int, bold: bool, ink: str) -> None:
        self.size = size
        self.bold = bold
        self.ink = ink


def _parts(words: str, language: str) -> list[str]:
    """Cut words where a line may end."""
    if language not in _CLOSE:
        return [f"{word} " for word in words.split()]
    return list(phrases(words, language))
