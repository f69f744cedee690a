"""Cuts a picture into its crops and makes each small enough for a slow line.

Widths, formats and budgets are fixed. A file that does not fit is made with less quality; one that still does not is
softened first, for fine noise is what costs most and says least.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from PIL import Image, ImageFilter

from undersigned.core.photo import name

__all__ = ["CENTRE", "PLANS", "STATEMENT_PLANS", "TYPES", "Plan", "box", "crops"]

TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}  #: of the files made of a picture
CENTRE = 4  #: the middle one of nine cells, counted from the upper left one along the lines


class Plan(NamedTuple):
    """One file to make."""

    crop: str
    width: int
    height: int
    kind: str
    most: int  # bytes


_KB = 1024
#: A phone takes the page at 800 pixels: 40 KB at most (docs/desk.md).
PLANS = (
    *(Plan("page", w, h, kind, most) for kind in ("avif", "webp")
      for w, h, most in ((480, 320, 20 * _KB), (800, 533, 40 * _KB), (1200, 800, 90 * _KB))),
    Plan("page", 800, 533, "jpg", 60 * _KB),
    *(Plan("square", side, side, kind, most) for kind in ("avif", "webp")
      for side, most in ((120, 5 * _KB), (240, 10 * _KB))),
    Plan("square", 240, 240, "jpg", 14 * _KB),
    Plan("share", 1200, 630, "jpg", 220 * _KB),
)  # fmt: skip
#: A statement's picture is also printed by others, so its JPEG is as wide as the widest of the page; it is in no list.
STATEMENT_PLANS = (
    *(one for one in PLANS if one.crop == "page" and one.kind != "jpg"),
    Plan("page", 1200, 800, "jpg", 240 * _KB),
    PLANS[-1],
)
_FORMATS = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}
_QUALITIES = {"avif": (62, 52, 42, 32, 22), "webp": (80, 68, 56, 44, 30), "jpg": (84, 74, 62, 50, 36)}
_MORE: Mapping[str, dict[str, Any]] = {
    "avif": {"speed": 7}, "webp": {"method": 4}, "jpg": {"optimize": True, "progressive": True},
}  # fmt: skip
_SOFTER = (0.0, 0.8, 1.6, 3.2, 6.4)  # radius of a blur, in pixels


def box(width: int, height: int, ratio: float, focus: int = CENTRE) -> tuple[int, int, int, int]:
    """Give the largest part of a picture in that ratio of width to height, as near to the focus as there is room.

    `focus` is one of nine cells. The answer is left, upper, right, lower, in pixels, within the picture.
    """
    wide, high = min(width, round(height * ratio)), min(height, round(width / ratio))
    middle = (focus % 3 * 2 + 1) / 6, (focus // 3 * 2 + 1) / 6
    left = min(max(round(width * middle[0] - wide / 2), 0), width - wide)
    upper = min(max(round(height * middle[1] - high / 2), 0), height - high)
    return left, upper, left + wide, upper + high


def crops(image: Image.Image, focus: int = CENTRE, plans: Sequence[Plan] = PLANS) -> Iterator[tuple[str, bytes]]:
    """Make every file of a picture: the name of each, with the hash of its bytes, and the bytes."""
    for plan in plans:
        part = image.crop(box(image.width, image.height, plan.width / plan.height, focus))
        data = _fitting(part.resize((plan.width, plan.height), Image.Resampling.LANCZOS), plan)
        yield name(plan.crop, plan.width, plan.height, plan.kind, data), data


def _fitting(image: Image.Image, plan: Plan) -> bytes:
    data = b""
    for radius in _SOFTER:
        soft = image.filter(ImageFilter.GaussianBlur(radius)) if radius else image
        # Once softened, only the least quality is tried: the others were too large before.
        for quality in _QUALITIES[plan.kind] if not radius else _QUALITIES[plan.kind][-1:]:
            data = _encoded(soft, plan.kind, quality)
            if len(data) <= plan.most:
                return data
    return data


def _encoded(image: Image.Image, kind: str, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, _FORMATS[kind], quality=quality, **_MORE[kind])
    return out.getvalue()
