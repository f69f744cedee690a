"""The public ledger of removals: what was struck out and undone, by day and reason, from the log alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import leaves
from undersigned.core.counts import Removal
from undersigned.core.recount import Recount

CODES = ("court", "fraud")


def _log() -> list[bytes]:
    genesis = leaves.document("g", {"format": 1, "k": 10, "reasons": list(CODES)})
    return [genesis, leaves.day("2026-11-01"), *(leaves.signature(bytes([n] * 32)) for n in range(1, 5))]


def test_removals_stand_by_day_and_reason_and_an_undoing_under_the_reason_it_undoes() -> None:
    fold = Recount()
    fold.feed_all([*_log(), leaves.strike(2, "fraud"), leaves.strike(3, "court"), leaves.strike(4, "fraud")])
    fold.feed_all([leaves.day("2026-11-02"), leaves.reinstatement(4), leaves.reinstatement(3)])
    assert fold.removals == (
        Removal("2026-11-01", "court", 1, 0), Removal("2026-11-01", "fraud", 2, 0),
        Removal("2026-11-02", "court", 0, 1), Removal("2026-11-02", "fraud", 0, 1),
    )  # fmt: skip


@given(st.lists(st.tuples(st.integers(2, 5), st.sampled_from(CODES), st.booleans()), max_size=30))
def test_removals_add_up_to_what_is_out_whatever_is_decided_and_undone(decisions: list[tuple[int, str, bool]]) -> None:
    fold, out, day = Recount(), set[int](), 1
    fold.feed_all(_log())
    for index, code, next_day in decisions:
        if next_day:
            day += 1
            fold.feed_all([leaves.day(f"2026-12-{day:02d}")])
        fold.feed_all([leaves.reinstatement(index) if index in out else leaves.strike(index, code)])
        out ^= {index}
    assert sum(one.struck - one.reinstated for one in fold.removals) == fold.struck == len(out)
    assert fold.standing == 4 - len(out)
    for code in CODES:
        assert sum(one.struck - one.reinstated for one in fold.removals if one.reason == code) == fold.reasons[code]
