"""The demonstration's page of another site: the same petition by a link, a web component and a frame."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from undersigned.core.campaign import Card
from undersigned.pages import oembed
from undersigned.pages.render import page
from undersigned.pages.views import Site
from undersigned.pages.words import direction, words

__all__ = ["SCRIPT", "elsewhere"]

#: The web component's script, by its path on the petition's host.
SCRIPT = "/s/undersigned-petition.js"


def elsewhere(cards: Sequence[Card], here: str, site: Site, language: str) -> str:
    """Give the page. `here` is the origin it is shown on; the petition is the first that allows it, else the first.

    Raises:
        ValueError: there is no petition.
    """
    if not cards:
        raise ValueError("no petition to show")
    card = next((one for one in cards if here in one.embed), cards[0])
    text = card.texts[card.language(language)]
    address = f"{site.url}/c/{card.campaign}/{text.language}/"
    link = Markup('<a href="{}">{}</a>').format(address, text.title)
    return page(
        "elsewhere.html",
        words(language),
        site,
        here=here,
        there=site.url,
        allowed=here in card.embed,
        text={"language": text.language, "direction": direction(text.language)},
        link=link,
        script=Markup('<script type="module" src="{}" crossorigin></script>').format(site.url + SCRIPT),
        component=Markup("<undersigned-petition>{}</undersigned-petition>").format(link),
        frame=Markup(oembed.frame(address, text.title)),
    )
