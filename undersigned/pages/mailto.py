"""Addresses for e-mail in a line that somebody wrote, as links."""

from __future__ import annotations

import re
from urllib.parse import quote

from markupsafe import Markup, escape

__all__ = ["mailto"]

_ADDRESS = re.compile(r"[\w.!#$%*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")


def mailto(line: str) -> Markup:
    """Give the line escaped, each address in it a link (RFC 6068); all else stays as it was written."""
    shown, end = Markup(""), 0
    for found in _ADDRESS.finditer(line):
        link = Markup('<a href="mailto:{}" dir="ltr">{}</a>').format(quote(found[0], safe="@"), found[0])
        shown, end = shown + escape(line[end : found.start()]) + link, found.end()
    return shown + escape(line[end:])
