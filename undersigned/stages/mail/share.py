"""The share of one post in the outbox, where several posts carry the letters."""

from __future__ import annotations

from collections.abc import Sequence

from undersigned.stages.mail.needs import Due, Outbox

__all__ = ["Share"]

_MOST = 4096  # letters of all posts looked through at once


class Share:
    """`needs.Outbox` with the letters of one post only.

    A record's name is 16 random bytes, so its remainder deals the letters out evenly, and every post comes to
    the same split without asking another. All letters of one record are one post's.
    """

    def __init__(self, outbox: Outbox, number: int, posts: int) -> None:
        """Take the whole outbox; this is post `number` of `posts`, counted from 1."""
        self._outbox = outbox
        self._rest = number - 1
        self._posts = posts

    def due(self, after: int, limit: int) -> Sequence[Due]:
        """Give up to `limit` letters of this share with an id above `after`, in order of id; none only where none is.

        As many are read as hold `limit` of this share on the average, and more only where they hold none.
        """
        if self._posts == 1:
            return self._outbox.due(after, limit)
        size = limit * self._posts
        while chunk := self._outbox.due(after, min(size, _MOST)):
            if found := [one for one in chunk if self._is_ours(one.record)]:
                return found[:limit]
            after, size = chunk[-1].id, size * 4
        return []

    def _is_ours(self, record: bytes) -> bool:
        return int.from_bytes(record[:8], "big") % self._posts == self._rest
