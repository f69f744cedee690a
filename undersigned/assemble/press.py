"""What draws and typesets statements, by the settings; loaded when there is something to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from undersigned.pages.cover import Cover
from undersigned.settings import Settings
from undersigned.stages.publish.needs import Press

if TYPE_CHECKING:
    from undersigned.engines.press.share_image import ShareImages

__all__ = ["press"]


def press(settings: Settings) -> Press:
    """Give the press of an installation."""
    return _OnDemand(settings.fonts)


class _OnDemand:
    """Loads Pillow and Typst with the first statement: a mill without one never does."""

    def __init__(self, fonts: str) -> None:
        self._fonts = fonts
        self._images: ShareImages | None = None

    def draw(self, cover: Cover) -> bytes | None:
        if self._images is None:
            from undersigned.engines.press.fonts import Fonts
            from undersigned.engines.press.share_image import ShareImages

            self._images = ShareImages(Fonts(self._fonts))
        return self._images.draw(cover)

    def typeset(self, values: dict[str, Any]) -> bytes | None:
        from undersigned.engines.press.paper import Papers

        return Papers(self._fonts).typeset(values)
