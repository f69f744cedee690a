"""A page read as a browser would, as far as the tests ask: elements, their attributes and their text."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

__all__ = ["Element", "Page"]

_VOID = frozenset({"base", "meta", "link", "input", "br", "hr", "img", "source", "wbr"})


class Element:
    """One element; `text` is all text inside it."""

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the tag and its attributes; an attribute without a value has the value ""."""
        self.tag = tag
        self.attributes = attributes
        self.text = ""

    def get(self, name: str) -> str:
        """Give an attribute, or ""."""
        return self.attributes.get(name, "")


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        """Parse the page."""
        super().__init__()
        self.html = html
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element; every element is closed in order."""
        assert self._open, tag
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Add text to whatever is open."""
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Give the elements of that tag with those attributes."""
        return [
            one
            for one in self.elements
            if one.tag == tag and all(one.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """Give the only element of that tag with those attributes."""
        (found,) = self.all(tag, **attributes)
        return found

    def id(self, name: str) -> Element:
        """Give the only element with that id."""
        (found,) = [one for one in self.elements if one.get("id") == name]
        return found

    def field(self, name: str) -> Element:
        """Give the only field of a form with that name."""
        (found,) = [
            one for one in self.elements if one.get("name") == name and one.tag in ("input", "select", "textarea")
        ]
        return found

    def addresses(self) -> Iterator[tuple[Element, str]]:
        """Give every address on the page with its element."""
        for element in self.elements:
            for name in ("href", "src", "action", "poster", "data", "srcset", "formaction"):
                if name in element.attributes:
                    yield element, element.attributes[name]

    @property
    def title(self) -> str:
        """The title of the window."""
        return self.one("title").text
