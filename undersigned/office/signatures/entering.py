"""From a decided act to the journal. The desk has a journal of its own, `desk`, opened only while it writes.

Decisions are entered in their order. One that stands in the journal twice, because the process died in between, changes
nothing the second time: no later decision is written before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache

from django.utils import timezone

from undersigned.assemble import stores
from undersigned.assemble.clock import clock
from undersigned.core.events import Admitted, AppealAnswered, Event, Reinstated, StruckOut, encode
from undersigned.engines.unfit import Unfit
from undersigned.journal.frames import pack
from undersigned.journal.needs import Broken
from undersigned.office.project.installed import installation
from undersigned.office.signatures.models import Act, Kind

__all__ = ["SOURCE", "enter_owed", "seconds"]

SOURCE = "desk"  #: the journal that only the desk writes
_SEGMENT = 5_000  # events of one segment


def enter_owed() -> bool:
    """Write what was decided and is not in the journal yet; False where that has to be tried again."""
    owed = Act.objects.owed()
    if not owed.exists():
        return True
    settings = installation()
    try:
        journal = stores.journal(settings, SOURCE)
    except (Broken, Unfit, OSError):
        return False
    try:
        for act in owed:
            for segment in _segments(act):
                journal.append(segment)
            Act.objects.filter(pk=act.pk).update(entered=timezone.now())
        _drop_covered(journal.drop)
    except Broken:
        return False
    finally:
        journal.close()
    return True


def seconds() -> int:
    """Give the time that events of the desk bear, in seconds since 1970."""
    return int(_clock()())


@cache
def _clock() -> Callable[[], float]:
    return clock(installation())


def _drop_covered(drop: Callable[[int], None]) -> None:
    shelf = stores.shelf(installation())
    try:
        drop(shelf.covered(SOURCE))
    finally:
        shelf.close()


def _segments(act: Act) -> Iterator[bytes]:
    events = [encode(_event(act, record)) for record in act.records]
    for at in range(0, len(events), _SEGMENT):
        yield pack(_part(events, at))


def _part(events: Sequence[bytes], at: int) -> Sequence[bytes]:
    return events[at : at + _SEGMENT]


def _event(act: Act, record: bytes) -> Event:
    match act.kind:
        case Kind.ADMIT:
            return Admitted(record, act.at)
        case Kind.STRIKE:
            return StruckOut(record, act.code, act.at)
        case Kind.REINSTATE:
            return Reinstated(record, act.at)
    return AppealAnswered(record, act.kind == Kind.UPHOLD, act.at)
