"""What was just pressed, laid over what the ledger said, must agree with what the ledger will say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.made import CAMPAIGN, NOON, released, segment, signed
from undersigned.core.events import Confirmed, Erased, Event, NotMe, Withdrawn
from undersigned.core.status import Status
from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.engines.memory.ledger import MemoryLedger
from undersigned.intake.recent import KEPT, MOST, Recent, overlaid
from undersigned.stages.sequencer.run import step

DEEDS = (Confirmed, NotMe, Withdrawn, Erased)


@given(st.lists(st.sampled_from(DEEDS), max_size=6), st.integers(0, 6))
def test_the_door_says_what_the_ledger_will_say(deeds: list[type], read: int) -> None:
    """The ledger has read some of a signer's deeds; with the door's memory of all, the page shows them all."""
    form = signed("amal")
    events: list[Event] = [kind(form.lookup, NOON + 1) for kind in deeds]
    behind, ahead = ledger([form, *events[:read]]), ledger([form, *events])
    recent = Recent()
    recent.note(events, NOON + 1)
    known, truth = behind.status(form.lookup), ahead.status(form.lookup)
    assert known is not None
    assert truth is not None
    assert overlaid(known, recent.deeds(form.lookup)).state == truth.state


def ledger(events: list[Event]) -> MemoryLedger:
    journal = MemoryJournal()
    journal.append(segment([released(), *events]))
    found = MemoryLedger()
    step(found, {"door-1": MemoryJournalReader(journal)}, 100)
    return found


def test_a_ledger_that_has_read_on_is_believed() -> None:
    status = Status(CAMPAIGN, "waiting", as_of=NOON + 60, signed=NOON)
    assert overlaid(status, [("confirmed", NOON)]) == status


def test_as_of_moves_with_what_was_done() -> None:
    status = Status(CAMPAIGN, "waiting", as_of=NOON, signed=NOON)
    assert overlaid(status, [("confirmed", NOON + 3)]).as_of == NOON + 3


def test_deeds_are_forgotten_after_ten_minutes_and_never_pile_up() -> None:
    recent = Recent()
    recent.note([Confirmed(b"a" * 16, NOON)], NOON)
    recent.note([], NOON + KEPT + 1)
    assert recent.deeds(b"a" * 16) == []
    for number in range(MOST + 10):
        recent.note([Confirmed(number.to_bytes(16, "big"), NOON)], NOON)
    assert recent.deeds(bytes(16)) == []
    for _ in range(100):
        recent.note([Withdrawn(b"b" * 16, NOON)], NOON)
    assert len(recent.deeds(b"b" * 16)) <= 8


def test_a_form_leaves_nothing_in_memory() -> None:
    recent = Recent()
    form = signed("amal")
    recent.note([form], NOON)
    assert recent.deeds(form.lookup) == []
