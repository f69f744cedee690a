"""The sites that may show a campaign's form in a frame, named by their origins (RFC 6454)."""

from __future__ import annotations

import re

from undersigned.core.sheet import Part

__all__ = ["MOST", "ORIGIN", "listed"]

MOST = 50  #: sites of one campaign: they all stand in a header of the frame

_HOST = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
#: https, a host in small letters, a port perhaps; a machine of one's own may do without TLS.
ORIGIN = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?|http://(?:127\.0\.0\.1|localhost)(?::[0-9]{{1,5}})?")


def listed(top: Part) -> tuple[str, ...]:
    """Read the origins of a campaign's file, noting mistakes."""
    origins = top.words("embed", required=False)
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            remedy = (
                "Write origins such as “https://www.example.org”: https, a host in small letters, nothing after it."
            )
            top.fault("embed", f"“{origin}” is no origin that a form may be shown on.", remedy)
    if len(origins) > MOST:
        top.fault("embed", f"There are more than {MOST} sites.", "Take away those that are out of use.")
    return origins
