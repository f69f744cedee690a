"""Why a store cannot be used, whichever engine keeps it."""

from __future__ import annotations

__all__ = ["NoRoom", "Unfit", "Unreachable"]


class Unfit(Exception):
    """A database cannot be used; the message says which, why, and what to do."""


class Unreachable(Unfit):
    """The database server does not answer, or gave no certain answer. Open it anew later; nothing needs mending here.

    Whether the last transaction was kept is unknown. Whoever opens the store again reads what is durable and
    goes on from there.
    """


class NoRoom(Unreachable):
    """The server or the disk had no room, and what was begun is undone. There may be room again later."""
