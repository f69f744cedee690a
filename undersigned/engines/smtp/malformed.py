"""What must not be said to a mail server: more than one letter to one address."""

from __future__ import annotations

import re
from functools import lru_cache

from undersigned.engines.smtp import verdicts
from undersigned.stages.mail.needs import Parcel, Verdict

__all__ = ["why_malformed"]

_ADDRESS = re.compile(r"[^\x00-\x20\x7f<>,;]+@[A-Za-z0-9.-]+")


def why_malformed(sender: str, parcel: Parcel) -> Verdict | None:
    """Refuse what would say more than one letter: more addresses, or an end before the end."""
    if not _ADDRESS.fullmatch(parcel.recipient) or not _is_address(sender):
        return verdicts.MALFORMED_ADDRESS
    # A bare CR or LF is read as the end of the message by some servers ("SMTP smuggling").
    message = parcel.message
    whole = message.count(b"\r\n")
    return None if message.count(b"\n") == whole == message.count(b"\r") else verdicts.MALFORMED_MESSAGE


@lru_cache(maxsize=4)
def _is_address(sender: str) -> bool:
    """Say it once for the one sender of an installation; no recipient is remembered."""
    return _ADDRESS.fullmatch(sender) is not None
