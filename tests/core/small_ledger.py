"""The smallest ledger there is: carries outcomes out in dictionaries, so that decisions can be seen."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from undersigned.core.events import Event, Signed
from undersigned.core.outcomes import (
    SILENT,
    Became,
    Counted,
    Entered,
    Known,
    LetterGone,
    LetterQueued,
    Linked,
    OpenLetter,
    Outcome,
    Released,
    Row,
    entered,
)
from undersigned.core.sequencing import decide, expire

__all__ = ["SmallLedger"]


class SmallLedger:
    """Rows, letters, links, releases, funnel, and the lines of the log as (kind, index)."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.rows: dict[bytes, Row] = {}
        self.links: dict[bytes, bytes] = {}
        self.letters: dict[bytes, tuple[str, bytes]] = {}
        self.releases: list[Released] = []
        self.funnel: Counter[str] = Counter()
        self.lines: list[tuple[str, int]] = []

    def take(self, *events: Event) -> str:
        """Take events in as one batch; give the verdict on the last."""
        outcomes = decide(self.known(), events)
        assert len(outcomes) == len(events)
        self._carry_out(outcomes)
        return outcomes[-1].verdict

    def expire(self) -> None:
        """Let the time of every waiting row run out."""
        self._carry_out(expire(self.rows.values()))

    def known(self) -> Known:
        """Give everything; a real ledger gives what is wanted."""
        releases: dict[str, tuple[object, ...]] = {}
        for one in self.releases:
            releases[one.campaign] = (*releases.get(one.campaign, ()), one.release)
        letters = {record: OpenLetter(self.rows[of].campaign, of) for record, (_, of) in self.letters.items()}
        return Known(tuple(self.rows.values()), dict(self.links), letters, releases)  # type: ignore[arg-type]

    def state(self, signed: Signed) -> str:
        """Give the state of the row of a form."""
        return self.rows[signed.record].state

    def log(self) -> None:
        """Enter everything that waits, as the log would."""
        for record, row in self.rows.items():
            if row.state == "confirmed" and row.logged == "":
                self.rows[record] = replace(row, state="counted", logged="s", index=len(self.lines))
                self.lines.append(("s", len(self.lines)))
            elif row.index is not None and (kind := _waits_for(row)):
                state = "counted" if kind == "r" else row.state
                logged = "s" if kind == "r" else kind
                self.rows[record] = replace(row, state=state, logged=logged)
                self.lines.append((kind, row.index))

    def _carry_out(self, outcomes: list[Outcome]) -> None:
        for change in (change for outcome in outcomes for change in outcome.changes):
            match change:
                case Entered(signed):
                    self.rows[signed.record] = entered(signed)
                case Became(row):
                    self.rows[row.record] = row
                    if row.state in SILENT:
                        self.letters = {k: v for k, v in self.letters.items() if v[1] != row.record}
                case Linked(lookup, to):
                    self.links[lookup] = to
                case LetterQueued(signed, kind, of):
                    self.letters[signed.record] = (kind, of)
                case LetterGone(letter):
                    del self.letters[letter]
                case Counted(_, _, counted):
                    self.funnel[counted] += 1
                case Released():
                    self.releases.append(change)


def _waits_for(row: Row) -> str:
    if row.logged == "s" and row.state in ("withdrawn", "erased"):
        return "w"
    if row.logged == "s" and row.state == "struck":
        return "x"
    return "r" if row.logged == "x" and row.state == "confirmed" else ""
