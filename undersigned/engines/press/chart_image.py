"""Draws a drawing of `pages.drawing` as a PNG, every script shaped as it is written (Raqm).

Two pixels a unit, dark on white, in the looks of the SVG. Where no font of the machine has all signs, or Pillow came
without Raqm, there is no picture rather than a wrong one. The words for those who do not see it stand in the file as
the text `Description` (PNG, iTXt).
"""

from __future__ import annotations

import io
import unicodedata

from PIL import Image, ImageColor, ImageDraw, features
from PIL.PngImagePlugin import PngInfo

from undersigned.engines.press.fonts import Fonts, opened
from undersigned.pages.drawing import LOOKS, Circle, Drawing, Line, Words

__all__ = ["ChartImages"]

_SCALE = 2  # pixels a unit
_FINE = 2  # times as large are shapes drawn, and then made smaller: Pillow draws no soft edges
_EDGE = 28  # units between drawing and edge
_GROUND = "#ffffff"
_RIGHT_TO_LEFT = ("R", "AL")


class ChartImages:
    """Draws, with the fonts that it finds."""

    def __init__(self, fonts: Fonts) -> None:
        """Take the fonts."""
        self._fonts = fonts

    def chart(self, drawing: Drawing, language: str) -> bytes | None:
        """Give the picture as a PNG, or None where it cannot be drawn rightly."""
        if not features.check("raqm"):
            return None
        size = (drawing.width + 2 * _EDGE, drawing.height + 2 * _EDGE)
        large = Image.new("RGB", (size[0] * _SCALE * _FINE, size[1] * _SCALE * _FINE), _GROUND)
        pen = ImageDraw.Draw(large, "RGBA")
        for shape in drawing.shapes:
            if not isinstance(shape, Words):
                _shape(pen, shape)
        picture = large.reduce(_FINE)
        try:
            self._write(ImageDraw.Draw(picture), drawing, language)
        except LookupError:
            return None
        told, data = PngInfo(), io.BytesIO()
        told.add_itxt("Description", drawing.title, lang=language)
        picture.save(data, "PNG", compress_level=6, pnginfo=told)
        return data.getvalue()

    def _write(self, pen: ImageDraw.ImageDraw, drawing: Drawing, language: str) -> None:
        """Write the words. Raises LookupError where there is no font for a sign."""
        for shape in drawing.shapes:
            if isinstance(shape, Words):
                self._words(pen, shape, language, drawing.width * _SCALE)

    def _words(self, pen: ImageDraw.ImageDraw, words: Words, language: str, most: float) -> None:
        look, side = LOOKS[words.kind], _direction(words.text)
        size, bold = round(float(look["font-size"]) * _SCALE), look.get("font-weight") == "bold"
        text, runs, length = words.text, self._runs(words.text, language, size, bold, side), 0.0
        while (length := sum(width for _, _, width in runs)) > most and len(text) > 1:
            text = f"{text.removesuffix('…')[:-1].rstrip()}…"
            runs = self._runs(text, language, size, bold, side)
        x = _place(words.x) / _FINE - {"start": 0.0, "middle": length / 2, "end": length}[words.anchor]
        for part, face, width in runs:
            pen.text(
                (x, _place(words.y) / _FINE), part, fill=look["fill"], font=opened(face, size), anchor="ls",
                direction=side, language=language,
            )  # fmt: skip
            x += width

    def _runs(
        self, text: str, language: str, size: int, bold: bool, side: str
    ) -> list[tuple[str, tuple[object, int], float]]:
        runs = self._fonts.runs(text, language, bold, whole=side == "rtl")
        if runs is None:
            raise LookupError("no font has every sign")
        return [
            (part, face, float(opened(face, size).getlength(part, direction=side, language=language)))
            for part, face in runs
        ]


def _direction(text: str) -> str:
    """Give the direction of the first sign that has one, as `unicode-bidi: plaintext` does."""
    found = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in found if kind in ("L", *_RIGHT_TO_LEFT)), "L")
    return "rtl" if first in _RIGHT_TO_LEFT else "ltr"


def _place(units: float) -> float:
    return (units + _EDGE) * _SCALE * _FINE


def _shape(pen: ImageDraw.ImageDraw, shape: Line | Circle) -> None:
    look = LOOKS[shape.kind]
    fill, stroke = _colour(look.get("fill", "none"), look.get("fill-opacity", "1")), _colour(look.get("stroke", "none"))
    width = round(float(look.get("stroke-width", "0")) * _SCALE * _FINE)
    if isinstance(shape, Circle):
        radius = shape.radius * _SCALE * _FINE
        x, y = _place(shape.x), _place(shape.y)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=stroke, width=width)
        return
    points = [(_place(x), _place(y)) for x, y in shape.points]
    if fill is not None and len(points) > 2:
        pen.polygon(points, fill=fill)
    if stroke is not None and width:
        pen.line([*points, points[0]] if shape.closed else points, fill=stroke, width=width, joint="curve")


def _colour(name: str, opacity: str = "1") -> tuple[int, int, int, int] | None:
    if name == "none":
        return None
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue, round(255 * float(opacity))
