"""Gathers every sentence of the desk's own pages, and brings its catalogues up to date.

`python -m undersigned.office.catalogue` does it, as `undersigned.pages.catalogue` does for the public pages: new
sentences appear without a translation, sentences that nobody says any more go, and what is translated stays.
allauth's and Django's own sentences come from their own catalogues.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.conf import settings as django_settings
from django.utils.translation.template import templatize

from undersigned.pages.catalogue import brought_up, opened, written

__all__ = ["LANGUAGES", "gathered", "main", "path", "read", "updated"]

LANGUAGES = ("ar",)  #: of the desk's words, besides English
_FOLDER = Path(__file__).parent
_KEYWORDS: dict[str, Any] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip


def gathered() -> Catalog:
    """Give every sentence of the desk's code and templates, untranslated."""
    catalog = Catalog(project="Undersigned", charset="utf-8", fuzzy=False)
    for file, source in _sources():
        for _line, message, _comments, context in extract("python", io.BytesIO(source), keywords=_KEYWORDS):
            catalog.add(message, locations=[(file, 0)], context=context)
    return catalog


def path(language: str) -> Path:
    """Give the file of a language's catalogue."""
    return _FOLDER / "locale" / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Read a language's catalogue; an empty one where there is no file yet."""
    return opened(path(language), language)


def updated(language: str) -> Catalog:
    """Give a language's catalogue with exactly the sentences of today."""
    return brought_up(read(language), gathered())


def main() -> None:
    """Bring every catalogue up to date, and say what is not translated yet."""
    for language in LANGUAGES:
        print(written(path(language), updated(language), language, "the desk"), file=sys.stderr)


def _sources() -> Iterator[tuple[str, bytes]]:
    """Give the code as it is, and each template as Python in which only its sentences are left."""
    if not django_settings.configured:
        django_settings.configure()  # the template language asks it for nothing but its defaults
    for file in sorted(_FOLDER.rglob("*.py")):
        yield file.relative_to(_FOLDER).as_posix(), file.read_bytes()
    for file in sorted((_FOLDER / "templates").rglob("*.html")):
        name = file.relative_to(_FOLDER).as_posix()
        code = templatize(file.read_text("utf-8"), origin=name)
        yield name, "\n".join(line.strip() for line in code.splitlines()).encode()  # an indent would be Python's


if __name__ == "__main__":
    main()
