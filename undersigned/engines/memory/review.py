"""What moderators see, read from the ledger in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from undersigned.core.review import By, Chosen, Group, Selection
from undersigned.engines.grouped import grouped
from undersigned.engines.memory.ledger import MemoryLedger
from undersigned.engines.memory.rows import Signature

__all__ = ["MemoryReviewReader"]


class MemoryReviewReader:
    """`assemble.needs.ReviewReader`."""

    def __init__(self, ledger: MemoryLedger) -> None:
        """Take the ledger."""
        self._ledger = ledger

    def groups(self, selection: Selection, by: By, limit: int) -> Sequence[Group]:
        """Give up to `limit` groups of a selection, the largest first."""
        rows = ((_what(one, selection, by), one.row.state, 1) for one in self._found(selection))
        return grouped(rows, limit)

    def chosen(self, selection: Selection, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures of a selection, the oldest first."""
        review = selection.pool == "review"
        found = [_chosen(one, one.row.review if review else one.row.code) for one in self._found(selection)]
        return _ordered(found)[:limit]

    def recorded(self, campaign: str, records: Collection[bytes]) -> Sequence[Chosen]:
        """Give these signatures of a campaign as they are now, the oldest first."""
        return _ordered([
            _chosen(one, one.row.review if one.row.state == "review" else one.row.code)
            for one in self._ledger.signatures(campaign) if one.row.record in records
        ])  # fmt: skip

    def appealed(self, campaign: str, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures whose signer waits for the answer to an appeal, the oldest first."""
        found = [
            _chosen(one, one.row.code)
            for one in self._ledger.signatures(campaign)
            if one.row.state == "struck" and one.row.appeal == "made"
        ]
        return _ordered(found)[:limit]

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts whose domain is known, and its name."""
        return self._ledger.domains(campaign)

    def close(self) -> None:
        """Release nothing."""

    def _found(self, wanted: Selection) -> Iterator[Signature]:
        for one in self._ledger.signatures(wanted.campaign):
            if (
                _in_pool(one, wanted)
                and wanted.reason in ("", _reason(one, wanted))
                and wanted.cohort in (b"", one.cohort)
                and wanted.source in ("", one.source)
                and wanted.since <= one.row.signed < wanted.until
            ):
                yield one


def _in_pool(one: Signature, wanted: Selection) -> bool:
    if wanted.pool == "review":
        return bool(one.row.review) and one.row.state != "erased"
    return one.row.state in (("struck",) if wanted.pool == "struck" else ("confirmed", "counted"))


def _reason(one: Signature, wanted: Selection) -> str:
    return one.row.code if wanted.pool == "struck" else one.row.review


def _what(one: Signature, wanted: Selection, by: By) -> str:
    if by in ("hour", "minute"):
        width = 3600 if by == "hour" else 60
        return str(one.row.signed // width * width)
    return {"reason": _reason(one, wanted), "cohort": one.cohort.hex(), "source": one.source}[by]


def _chosen(one: Signature, code: str) -> Chosen:
    return Chosen(one.row.record, one.row.state, one.row.appeal, code, one.row.signed)


def _ordered(found: list[Chosen]) -> list[Chosen]:
    return sorted(found, key=lambda one: (one.signed, one.record))
