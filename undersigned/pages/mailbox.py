"""The demonstration's mailbox: letters cut into text and links to this very site."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from undersigned.pages.views import Mail

__all__ = ["shown"]


def shown(mail: Mail, url: str) -> Mapping[str, Any]:
    """Give what the page shows of a letter. Only links into this site can be followed."""
    return {
        "subject": mail.subject,
        "to": mail.to,
        "date": mail.date,
        "language": mail.language if re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", mail.language) else "",
        "pieces": _pieces(mail.body, url),
    }


def _pieces(body: str, url: str) -> Sequence[Mapping[str, str]]:
    link = re.compile(rf"({re.escape(url)}/[krw]/[A-Za-z0-9_-]{{43}})(?![A-Za-z0-9_-])")
    # `split` with one group gives text and links by turns.
    return [
        {"text": piece, "href": piece.removeprefix(url) if turn % 2 else ""}
        for turn, piece in enumerate(link.split(body))
        if piece
    ]
