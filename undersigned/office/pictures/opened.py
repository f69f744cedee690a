"""Opens a picture that somebody sent: only what is wanted, nothing that is larger than it looks.

The file is judged by its own bytes, never by its name or by what the sender calls it. Nothing is decoded before its
size in pixels is known to be bearable.
"""

from __future__ import annotations

import io
import warnings
from typing import Literal, TypeAlias

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

__all__ = ["FORMATS", "LEAST", "MOST_BYTES", "MOST_PIXELS", "Code", "Refused", "opened", "upright"]

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MOST_BYTES = 25 << 20
MOST_PIXELS = 60_000_000  #: a good camera's; decoded it takes 180 MB for a moment
LEAST = (1200, 800)  #: pixels, upright: nothing is ever made larger than it is
_WORKING = (2400, 2400)  # pixels: twice the widest picture that is made

Code: TypeAlias = Literal["large", "pixels", "type", "moving", "small", "broken"]


class Refused(Exception):
    """A file is not taken. `code` says why: `large`, `pixels`, `type`, `moving`, `small` or `broken`."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code = code


def opened(data: bytes) -> Image.Image:
    """Open a picture without decoding it.

    Raises:
        Refused: it is too large, of another kind, moving, or no picture at all.
    """
    if len(data) > MOST_BYTES:
        raise Refused("large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused("pixels") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Refused("type") from None
    if image.width * image.height > MOST_PIXELS:
        raise Refused("pixels")
    # A JPEG of a phone may hold a second picture for depth or a film of a second (MPO); its first one is the picture.
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        raise Refused("moving")
    return image


def upright(data: bytes) -> Image.Image:
    """Decode a picture: turned as it was taken, in sRGB, on white, small enough to work with, and with no metadata.

    Raises:
        Refused: as `opened` does; or it cannot be decoded, or is too small to be shown.
    """
    image = opened(data)
    try:
        width, height = _upright_size(image)
        if width < LEAST[0] or height < LEAST[1]:
            raise Refused("small")
        image.draft("RGB", _WORKING)  # a large JPEG is decoded at a half or a quarter of its size
        image.load()
        turned = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise Refused("broken") from None
    turned.thumbnail(_larger(turned.size), Image.Resampling.LANCZOS)
    return _plain(_coloured(turned))


def _upright_size(image: Image.Image) -> tuple[int, int]:
    lying = image.getexif().get(ExifTags.Base.Orientation, 1) in (5, 6, 7, 8)
    return (image.height, image.width) if lying else image.size


def _larger(size: tuple[int, int]) -> tuple[int, int]:
    """Give the size in which the shorter side is still long enough for every crop."""
    scale = max(_WORKING[0] / max(size), LEAST[0] / min(size))
    return (round(size[0] * min(scale, 1)), round(size[1] * min(scale, 1)))


def _coloured(image: Image.Image) -> Image.Image:
    """Bring the colours into sRGB: without their profile they would be shown as other colours."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            made = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"),
                outputMode="RGBA" if image.mode == "RGBA" else "RGB",
            )  # fmt: skip
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            return image
        return made if made is not None else image
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Lay it on white, and keep its pixels only."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(ground, layered)
    rgb = image.convert("RGB")
    return Image.frombytes("RGB", rgb.size, rgb.tobytes())
