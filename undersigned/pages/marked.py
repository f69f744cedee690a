"""That a petition is a demonstration, or that its signatures are simulated: said by every page and every other form.

In data it is a field that is true; where the petition is a real one, there is no such field, and no byte is different.
"""

from __future__ import annotations

from undersigned.core.campaign import Card
from undersigned.pages.views import Site
from undersigned.pages.words import Words

__all__ = ["Marks", "marks", "sentence"]

Marks = dict[str, bool]


def marks(card: Card, site: Site) -> Marks:
    """Give the fields of data: `demonstration` and `simulated`, each only where it is so."""
    said = {"demonstration": card.demonstration or site.demo, "simulated": site.simulated}
    return {name: True for name, true in said.items() if true}


def sentence(card: Card, site: Site, said: Words) -> str:
    """Give the same in words, "" for a real petition."""
    found = marks(card, site)
    words = (
        said.gettext("This is a demonstration. Nothing signed here counts.") if "demonstration" in found else "",
        said.gettext("The signatures shown here are simulated.") if "simulated" in found else "",
    )
    return " ".join(filter(None, words))
