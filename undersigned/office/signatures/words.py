"""What pages call reasons, states and groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy

from undersigned.core.review import By
from undersigned.core.status import State

__all__ = ["CODES", "GROUPINGS", "STATES", "bucket", "reason"]

#: Reasons of striking out that a log's first line offers to moderators.
CODES: Sequence[tuple[str, object]] = (
    ("fraud", gettext_lazy("Made up")),
    ("bounce", gettext_lazy("Letters come back")),
    ("under-age", gettext_lazy("Younger than the petition allows")),
    ("duplicate-person", gettext_lazy("The same person has signed with another address")),
    ("court", gettext_lazy("A court has ordered it")),
)
_ISOLATED = "\u2066%s\u2069"  # left to right, whatever the words around it are
_REVIEWS: Mapping[str, object] = {
    "honeypot": gettext_lazy("A field that people do not see was filled in"),
    "mixed-script": gettext_lazy("Letters of different scripts that look alike in the address"),
    "struck-before": gettext_lazy("Another signature of the same address was struck out"),
    "disposable": gettext_lazy("A mailbox of a service that gives anybody one for some minutes"),
    "velocity": gettext_lazy("Very many signatures of one domain within an hour"),
}

STATES: Mapping[State, object] = {
    "waiting": gettext_lazy("not confirmed yet"),
    "expired": gettext_lazy("not confirmed in time"),
    "duplicate": gettext_lazy("duplicate of another signature"),
    "refused": gettext_lazy("refused by the holder of the address"),
    "confirmed": gettext_lazy("confirmed, on the way into the log"),
    "counted": gettext_lazy("counted"),
    "review": gettext_lazy("under review"),
    "withdrawn": gettext_lazy("withdrawn"),
    "erased": gettext_lazy("erased"),
    "struck": gettext_lazy("struck out"),
}

GROUPINGS: Mapping[By, object] = {
    "reason": gettext_lazy("Reason"),
    "cohort": gettext_lazy("Domain"),
    "source": gettext_lazy("Link or poster"),
    "hour": gettext_lazy("Hour"),
    "minute": gettext_lazy("Minute"),
}


def reason(code: str) -> str:
    """Give the words of a reason; a code that is not known stands as it is."""
    known = {**_REVIEWS, **dict(CODES)}
    return str(known.get(code, code))


def bucket(seconds: int, width: int) -> str:
    """Give the words of a minute, an hour or a day in UTC that begins at `seconds` since 1970."""
    moment = datetime.fromtimestamp(seconds, UTC)
    form = {60: "%Y-%m-%d %H:%M", 3600: "%Y-%m-%d %H h"}.get(width, "%Y-%m-%d")
    return _ISOLATED % moment.strftime(f"{form} UTC")
