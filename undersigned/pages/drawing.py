"""A drawing of lines, circles and words, written as SVG: for a page, in the page's colours, or as a file of its own.

Pure. Lengths are in units of the drawing; x grows to the right and y downwards. Each shape has a kind, and the
kind decides how it looks: in a page by the class of the same name in the stylesheet, in a file by `LOOKS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Literal, TypeAlias

import msgspec

__all__ = ["LOOKS", "Circle", "Drawing", "Kind", "Line", "Shape", "Words", "inline", "whole"]

Kind: TypeAlias = Literal["grid", "axis", "line", "area", "bubble", "dot", "bar", "soft", "label", "name", "heading"]

#: Kind -> (attribute, value) of a drawing that stands alone: dark on white, as for print.
LOOKS: Mapping[Kind, Mapping[str, str]] = {
    "grid": {"fill": "none", "stroke": "#d3d6da", "stroke-width": "1"},
    "axis": {"fill": "none", "stroke": "#565c66", "stroke-width": "1"},
    "line": {"fill": "none", "stroke": "#1d3f97", "stroke-width": "2.5", "stroke-linejoin": "round"},
    "soft": {"fill": "none", "stroke": "#767c87", "stroke-width": "1.5", "stroke-linejoin": "round"},
    "area": {"fill": "#1d3f97", "fill-opacity": "0.12"},
    "bubble": {"fill": "#1d3f97", "fill-opacity": "0.45", "stroke": "#1d3f97", "stroke-width": "1"},
    "dot": {"fill": "#1d3f97"},
    "bar": {"fill": "#1d3f97"},
    "label": {"fill": "#565c66", "font-family": "sans-serif", "font-size": "14", "unicode-bidi": "plaintext"},
    "name": {"fill": "#17191e", "font-family": "sans-serif", "font-size": "14", "font-weight": "bold"},
    "heading": {"fill": "#17191e", "font-family": "sans-serif", "font-size": "20", "font-weight": "bold"},
}


ABOVE, BELOW = 66, 28  #: units that captions take


class Line(msgspec.Struct, frozen=True):
    """A line through points; `closed` joins the last with the first."""

    kind: Kind
    points: tuple[tuple[float, float], ...]
    closed: bool = False


class Circle(msgspec.Struct, frozen=True):
    """A circle; `title` is said by whoever points at it."""

    kind: Kind
    x: float
    y: float
    radius: float
    title: str = ""


class Words(msgspec.Struct, frozen=True):
    """Words whose start, middle or end stands at a point."""

    kind: Kind
    x: float
    y: float
    text: str
    anchor: Literal["start", "middle", "end"] = "start"


Shape: TypeAlias = Line | Circle | Words


class Drawing(msgspec.Struct, frozen=True):
    """What is drawn, how large it is, and what it shows in one sentence, for those who do not see it."""

    width: int
    height: int
    title: str
    shapes: Sequence[Shape]

    def mirrored(self) -> Drawing:
        """Give the same drawing for readers from right to left."""
        return Drawing(self.width, self.height, self.title, [_mirrored(shape, self.width) for shape in self.shapes])

    def captioned(self, heading: str, above: str, below: str, right: bool) -> Drawing:
        """Give the same drawing with a heading and a line above it, and a line below; `right` says where they begin."""
        circles = [shape for shape in self.shapes if isinstance(shape, Circle)]
        top = min([0.0, *(one.y - one.radius for one in circles)])
        height = ABOVE + round(max([self.height, *(one.y + one.radius for one in circles)]) - top) + BELOW
        x = self.width if right else 0
        anchor: Literal["start", "end"] = "end" if right else "start"
        words = (
            Words("heading", x, 20, heading, anchor),
            Words("label", x, 46, above, anchor),
            Words("label", x, height - 6, below, anchor),
        )
        moved = [_moved(shape, ABOVE - top) for shape in self.shapes]
        return Drawing(self.width, height, self.title, [*moved, *words])

    def noted(self, note: str, right: bool) -> Drawing:
        """Give the same drawing with a line below it, which its title says too; `right` says where it begins."""
        circles = [shape for shape in self.shapes if isinstance(shape, Circle)]
        height = round(max([self.height, *(one.y + one.radius for one in circles)])) + BELOW
        words = Words("label", self.width if right else 0, height - 6, note, "end" if right else "start")
        return Drawing(self.width, height, f"{self.title} · {note}", [*self.shapes, words])


def inline(drawing: Drawing) -> str:
    """Give the drawing as an element of a page: colours are those of the classes `chart` and of each kind."""
    head = (
        f'<svg class="chart" viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-label="{_said(drawing)}">'
    )
    return head + "".join(_element(shape, f'class="{shape.kind}"') for shape in drawing.shapes) + "</svg>"


def whole(drawing: Drawing) -> bytes:
    """Give the drawing as a file (SVG 1.1, UTF-8) that needs no stylesheet and no font of ours."""
    size = f'width="{drawing.width}" height="{drawing.height}" viewBox="0 0 {drawing.width} {drawing.height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{_said(drawing)}</title>'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    body = "".join(_element(shape, _attributes(LOOKS[shape.kind])) for shape in drawing.shapes)
    return f"{head}{ground}{body}</svg>\n".encode()


def _said(drawing: Drawing) -> str:
    return escape(drawing.title, quote=True)


def _attributes(look: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in look.items())


def _element(shape: Shape, look: str) -> str:
    if isinstance(shape, Line):
        points = "L".join(f"{_short(x)} {_short(y)}" for x, y in shape.points)
        return f'<path {look} d="M{points}{"Z" if shape.closed else ""}"/>'
    if isinstance(shape, Circle):
        head = f'<circle {look} cx="{_short(shape.x)}" cy="{_short(shape.y)}" r="{_short(shape.radius)}"'
        return f"{head}><title>{escape(shape.title)}</title></circle>" if shape.title else f"{head}/>"
    place = f'x="{_short(shape.x)}" y="{_short(shape.y)}" text-anchor="{shape.anchor}"'
    return f"<text {look} {place}>{escape(shape.text)}</text>"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


_OTHER: Mapping[str, Literal["start", "middle", "end"]] = {"start": "end", "middle": "middle", "end": "start"}


def _moved(shape: Shape, down: float) -> Shape:
    if isinstance(shape, Line):
        return Line(shape.kind, tuple((x, y + down) for x, y in shape.points), shape.closed)
    if isinstance(shape, Circle):
        return Circle(shape.kind, shape.x, shape.y + down, shape.radius, shape.title)
    return Words(shape.kind, shape.x, shape.y + down, shape.text, shape.anchor)


def _mirrored(shape: Shape, width: int) -> Shape:
    if isinstance(shape, Line):
        return Line(shape.kind, tuple((width - x, y) for x, y in shape.points), shape.closed)
    if isinstance(shape, Circle):
        return Circle(shape.kind, width - shape.x, shape.y, shape.radius, shape.title)
    return Words(shape.kind, width - shape.x, shape.y, shape.text, _OTHER[shape.anchor])
