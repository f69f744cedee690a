"""A published page, with the code of the link or poster by which its reader came put where it has room for one.

Pages are files and the same for everybody. This is the one thing in which a page as it is asked for can differ
from its file; it is done in memory, without a cookie or a script.
"""

from __future__ import annotations

import re

from undersigned.core.sources import PARAMETER

__all__ = ["page_with_source", "with_source"]

_ROOM = b'<input type="hidden" name="source" value="">'
_SWITCH = re.compile(rb'<a href="(/c/[a-z0-9-]{1,40}/[A-Za-z0-9-]{2,11}/)" lang=')


def with_source(path: str, source: str) -> str:
    """Give a path of this host with a code behind it; as it is without one."""
    return f"{path}?{PARAMETER}={source}" if source else path


def page_with_source(page: bytes, source: str) -> bytes:
    """Give the page with the code in its form and in the links to its other languages."""
    page = page.replace(_ROOM, _ROOM.replace(b'value=""', b'value="%s"' % source.encode()), 1)
    return _SWITCH.sub(rb'<a href="\1?%s=%s" lang=' % (PARAMETER.encode(), source.encode()), page)
