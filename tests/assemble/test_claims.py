"""A figure of the petition's own goes into the log when the statement that gives it can be read, and not before."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from tests.core import statement_files as files
from undersigned.assemble.claims import claim, stating
from undersigned.core import lines
from undersigned.core.events import Claimed, decode
from undersigned.core.outcomes import ClaimMade, Known
from undersigned.core.sequencing import decide
from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.journal.frames import unpack

RECORD = files.record()


def _events(journal: MemoryJournal) -> Sequence[Claimed]:
    segments = MemoryJournalReader(journal).read(0, 100)
    events = [decode(record) for _, segment in segments for record in unpack(segment)]
    return [one for one in events if isinstance(one, Claimed)]


def test_only_counts_of_the_log_itself_are_entered_each_once() -> None:
    journal = MemoryJournal()
    stated = stating(journal)
    for _ in range(3):
        stated(RECORD, RECORD.versions[0], files.EMBARGO)
    (made,) = _events(journal)
    facts = json.loads(made.line)
    assert (facts["statement"], facts["qualifier"], facts["value"]) == ("ceasefire/a-million", "more_than", "1000000")
    assert facts["size"] == 1_000_218
    children = RECORD.versions[0].statement.figure("children")
    with pytest.raises(ValueError, match="log itself"):
        claim(RECORD, 1, children)


def test_a_claim_becomes_a_line_of_the_log() -> None:
    journal = MemoryJournal()
    stating(journal)(RECORD, RECORD.versions[0], files.EMBARGO)
    (outcome,) = decide(Known(), _events(journal))
    (change,) = outcome.changes
    assert isinstance(change, ClaimMade)
    read = lines.parse(lines.document("c", change.line))
    assert isinstance(read, lines.Document)
    assert (read.kind, read.facts["measure"]) == ("c", "signatures-standing")


def test_what_is_no_json_never_reaches_the_log() -> None:
    (outcome,) = decide(Known(), [Claimed("bees", b"no json", 1)])
    assert (outcome.verdict, outcome.changes) == ("damaged", ())
