"""What draws and typesets statements, by the settings; loaded when there is something to draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from undersigned.settings import Settings

if TYPE_CHECKING:
    from undersigned.engines.press.chart_image import ChartImages
    from undersigned.engines.press.share_image import ShareImages
    from undersigned.pages.cover import Cover
    from undersigned.pages.drawing import Drawing

__all__ = ["press"]


def press(settings: Settings) -> OnDemand:
    """Give the press of an installation."""
    return OnDemand(settings.fonts)


class OnDemand:
    """Loads Pillow with the first picture, and Typst with the first statement: a mill without one never does."""

    def __init__(self, fonts: str) -> None:
        self._fonts = fonts
        self._images: ShareImages | None = None
        self._charts: ChartImages | None = None

    def draw(self, cover: Cover) -> bytes | None:
        if self._images is None:
            from undersigned.engines.press.fonts import Fonts
            from undersigned.engines.press.share_image import ShareImages

            self._images = ShareImages(Fonts(self._fonts))
        return self._images.draw(cover)

    def chart(self, drawing: Drawing, language: str) -> bytes | None:
        """Give a drawing as a PNG."""
        if self._charts is None:
            from undersigned.engines.press.chart_image import ChartImages
            from undersigned.engines.press.fonts import Fonts

            self._charts = ChartImages(Fonts(self._fonts))
        return self._charts.chart(drawing, language)

    def typeset(self, values: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes | None:
        from undersigned.engines.press.paper import Papers

        return Papers(self._fonts).typeset(values, pictures)
