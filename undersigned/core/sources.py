"""Source codes: by which link or poster somebody came to a petition, and never who came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl

from undersigned.core.sheet import Part

__all__ = ["CODE", "MOST", "PARAMETER", "asked", "known", "listed"]

PARAMETER = "s"  #: of a page's address: `?s=CODE`
CODE = re.compile(r"[a-z0-9-]{1,16}", re.ASCII)
MOST = 100  #: codes of one campaign, so that nobody is handed a code of their own


def known(code: str, sources: Sequence[str]) -> str:
    """Give the code if the campaign has it, in small letters, else ""."""
    if not code or not sources:
        return ""
    code = code.strip().lower()
    return code if code in sources else ""


def asked(query: str, sources: Sequence[str]) -> str:
    """Give the code that the query of an address names, if the campaign has it, else ""."""
    if not query or not sources:
        return ""
    pairs = parse_qsl(query, max_num_fields=64) if query.count("&") < 64 else []
    return known(next((value for name, value in pairs if name == PARAMETER), ""), sources)


def listed(top: Part) -> tuple[str, ...]:
    """Read the codes of a campaign's file, noting mistakes."""
    codes = top.words("sources", required=False)
    for code in codes:
        if not CODE.fullmatch(code):
            remedy = "Use 1 to 16 small letters, digits and hyphens; never a person’s name or number."
            top.fault("sources", f"“{code}” cannot be the code of a link or poster.", remedy)
    if len(codes) > MOST:
        top.fault("sources", f"There are more than {MOST} codes.", "Take away those that are out of use.")
    return codes
