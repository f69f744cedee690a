"""What a simulation ended with, as one value: `report.json`, and what the page of the report is drawn from."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from undersigned.assemble.simulate.books import Book, Found, Sent, balance
from undersigned.assemble.simulate.diary import Diary
from undersigned.assemble.simulate.folder import CAMPAIGN
from undersigned.audit.fetch import Unreadable, places
from undersigned.audit.report import Check, Report
from undersigned.audit.verify import verify_place

__all__ = ["Line", "Outcome", "conclude", "recount"]


class Line(msgspec.Struct, frozen=True):
    """One book as it is reported."""

    name: str
    words: str
    sent: int
    found: int
    tolerance: int
    balances: bool


class Outcome(msgspec.Struct, frozen=True):
    """One simulation. Times in seconds of this machine, but for `start`, seconds since 1970 in simulated time."""

    simulated: bool
    mode: str  # "fast" or "http"
    seed: int
    signatures: int
    days: int
    start: int
    finished: bool  # False where it was ended early
    seconds: float
    per_second: float
    sent: Sent
    books: tuple[Line, ...]
    funnel: Mapping[str, int]
    signed: tuple[int, ...]  # by hour since the launch
    confirmed: tuple[int, ...]
    countries: Mapping[str, int]
    languages: Mapping[str, int]
    latencies: Mapping[str, Mapping[str, float]]  # what -> percentile -> milliseconds
    statuses: Mapping[str, int]  # answers other than those that had to come
    standing: int
    size: int
    root: str
    checks: tuple[Check, ...]
    date: str  # UTC, when it ended

    @property
    def balances(self) -> bool:
        """Whether every book balances."""
        return all(line.balances for line in self.books)


def recount(folder: Path) -> Report:
    """Verify the log of a simulation as anybody could."""
    try:
        found = [place for place in places(str(folder)) if place.campaign == CAMPAIGN]
    except Unreadable:
        found = []
    return verify_place(found[0]) if found else Report(str(folder))


def conclude(
    diary: Diary,
    funnel: Mapping[str, int],
    published: int,
    report: Report,
    *,
    mode: str,
    seed: int,
    signatures: int,
    days: int,
    seconds: float,
    finished: bool,
    overdue: bool = True,
    latencies: Mapping[str, Mapping[str, float]] | None = None,
    statuses: Mapping[str, int] | None = None,
) -> Outcome:
    """Balance the books and put everything together."""
    found = Found(funnel, published, report.standing or 0, report.holds, overdue)
    acknowledged = diary.sent.acknowledged
    return Outcome(
        simulated=True,
        mode=mode,
        seed=seed,
        signatures=signatures,
        days=days,
        start=diary.start,
        finished=finished,
        seconds=round(seconds, 1),
        per_second=round(acknowledged / seconds, 1) if seconds else 0.0,
        sent=diary.sent,
        books=tuple(map(_line, _settled(balance(diary.sent, found), finished))),
        funnel=dict(sorted(funnel.items())),
        signed=tuple(diary.signed),
        confirmed=tuple(diary.confirmed),
        countries=dict(diary.countries.most_common()),
        languages=dict(diary.languages.most_common()),
        latencies=latencies or {},
        statuses=statuses or {},
        standing=report.standing or 0,
        size=report.size or 0,
        root=report.root,
        checks=report.checks,
        date=time.strftime("%Y-%m-%d %H:%M", time.gmtime()),
    )


def _settled(books: Sequence[Book], finished: bool) -> list[Book]:
    """Leave out what is still under way where a simulation was ended early."""
    return [book for book in books if finished or book.name not in ("letters", "bounced", "expired")]


def _line(book: Book) -> Line:
    return Line(book.name, book.words, book.sent, book.found, book.tolerance, book.balances)
