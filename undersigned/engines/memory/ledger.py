"""The ledger in memory, the strictest of all: what another engine lets pass fails a test here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice

from undersigned.core.cells import difference
from undersigned.core.counts import Counts
from undersigned.core.delay import LETTER, within
from undersigned.core.outcomes import (
    SILENT,
    STANDING,
    Became,
    ClaimMade,
    CohortNamed,
    Counted,
    Entered,
    EpochKept,
    Known,
    LetterGone,
    LetterQueued,
    Linked,
    OpenLetter,
    Outcome,
    Released,
    Row,
    Wanted,
    entered,
)
from undersigned.core.status import Status
from undersigned.engines.batch import Batch
from undersigned.engines.memory.journal import Misuse
from undersigned.engines.memory.ledger_log import LogPart
from undersigned.engines.memory.rows import Campaign, Signature
from undersigned.engines.memory.watched import WatchedPart
from undersigned.engines.paces import Paces
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.stages.mail.needs import Due
from undersigned.stages.sequencer.needs import Moved

__all__ = ["MemoryLedger"]


class MemoryLedger(WatchedPart, LogPart):
    """Everything the SQLite ledger and its reader are, in one object."""

    def __init__(self) -> None:
        """Make an empty ledger."""
        super().__init__()
        self._positions: dict[str, int] = {}
        self._seen = 0
        self._letters: dict[int, tuple[LetterQueued, bytes]] = {}  # id -> letter, record it speaks of
        self._next_letter = 1
        self._links: dict[bytes, bytes] = {}
        self._epochs: dict[bytes, tuple[str, bytes]] = {}
        self._domains: dict[tuple[str, bytes], str] = {}
        self._paces = Paces((), ())

    # Sequencer

    def positions(self) -> Mapping[str, int]:
        """Give the position of every source."""
        return dict(self._positions)

    def position(self, source: str) -> int:
        """Give the position of a source; 0 at first."""
        return self._positions.get(source, 0)

    def as_of(self) -> int:
        """Give the latest time of an event taken in."""
        return self._seen

    def known(self, wanted: Wanted) -> Known:
        """Give what the ledger knows of a batch."""
        self._refuse_if_closed()
        links = {one: self._links[one] for one in wanted.lookups if one in self._links}
        records = wanted.records | set(links.values())
        found = [s.row for s in self._signatures.values() if _speaks_of(s.row, wanted.lookups, records)]
        tags = wanted.tags | {(row.campaign, row.tag) for row in found if row.tag}
        rows = {row.record: row for row in found}
        rows |= {s.row.record: s.row for s in self._signatures.values() if (s.row.campaign, s.row.tag) in tags}
        letters = {
            letter.signed.record: OpenLetter(letter.signed.campaign, of)
            for letter, of in self._letters.values()
            if letter.signed.record in wanted.letters
        }
        releases = {
            name: tuple(one.release for one in self._campaigns[name].releases)
            for name in wanted.campaigns
            if name in self._campaigns
        }
        return Known(tuple(rows.values()), links, letters, releases, self._paces.known(wanted.cohorts))

    def overdue(self, before: int, limit: int) -> Sequence[Row]:
        """Give up to `limit` waiting rows signed before that second."""
        rows = [s.row for s in self._signatures.values()]
        return [row for row in rows if row.state == "waiting" and row.signed < before][:limit]

    def commit(self, outcomes: Sequence[Outcome], positions: Mapping[str, tuple[int, int]], as_of: int) -> None:
        """Write outcomes and positions.

        Raises:
            Moved: a position is not the one the batch started from.
            Misuse: a position or the time goes back, or an outcome does not fit the rows.
        """
        self._refuse_if_closed()
        for source, (before, after) in positions.items():
            if self.position(source) != before:
                raise Moved(f"{source} is at another position")
            if after <= before:
                raise Misuse("a position must rise")
        if as_of < self._seen:
            raise Misuse("time must not go back")
        self._seen = as_of
        self._forget(as_of)
        self._positions |= {source: after for source, (_, after) in positions.items()}
        for outcome in outcomes:
            for change in outcome.changes:
                self._apply(change)
        self._check_standing()
        batch = Batch(outcomes)
        self._paces.remember(batch.entered.values(), batch.domains)

    def prove(self, limit: int) -> bool:
        """Prove that no address stands twice; the whole ledger at once."""
        self._check_standing()
        return True

    def settled(self) -> bool:
        """Tell whether every log has everything that was decided, under its last signed checkpoint."""
        waits = any(
            s.row.state == "confirmed" or (s.row.logged == "s" and s.row.state != "counted")
            for s in self._signatures.values()
        )
        logs = self._campaigns.values()
        return not waits and not any(one.texts or one.claims or one.note_size != one.head.size for one in logs)

    def _apply(self, change: object) -> None:
        match change:
            case Entered():
                self._enter(change)
            case Became(row):
                self._become(row)
            case LetterQueued():
                self._queue(change)
            case LetterGone(letter):
                if change.took >= 0:
                    self._happen(change.campaign, change.hour, f"{LETTER}{within(change.took)}")
                self._remove_letters(lambda queued, _: queued.signed.record == letter)
            case Linked(lookup, to):
                self._link(lookup, to)
            case Counted(campaign, hour, kind):
                self._campaign(campaign).funnel[hour // 24, kind] += 1
                self._happen(campaign, hour, kind)
            case EpochKept(epoch):
                self._campaign(epoch.campaign)
                self._epochs.setdefault(epoch.epoch, (epoch.campaign, epoch.file))
            case Released():
                self._release(change)
            case ClaimMade(campaign, line):
                self._claim(campaign, line)
            case CohortNamed(named):
                self._domains.setdefault((named.campaign, named.cohort), named.domain)
            case _:
                raise Misuse("an outcome has a change that is not known")

    def _enter(self, change: Entered) -> None:
        signed = change.signed
        self._campaign(signed.campaign)
        if signed.record in self._signatures or signed.lookup in self._lookups():
            raise Misuse("a record or lookup is entered twice")
        self._signatures[signed.record] = Signature(
            id=len(self._signatures) + 1,
            row=entered(signed),
            signed=signed,
            country=signed.country,
            channel=signed.channel,
            commitment=signed.commitment,
            language=signed.language,
            sealed=signed.sealed,
            slot=signed.slot,
            epoch=signed.epoch,
            source=signed.source,
            cohort=signed.cohort,
        )

    def _become(self, row: Row) -> None:
        signature = self._signatures[row.record]
        before = signature.row
        if (before.index, before.logged, before.lookup) != (row.index, row.logged, row.lookup):
            raise Misuse("the sequencer changes what the log alone decides")
        if before.state == "erased":
            raise Misuse("an erased row changes")
        self._count(difference([(before, row)]))
        signature.become(row)
        if row.state in SILENT:
            self._remove_letters(lambda _, of: of == row.record)

    def _queue(self, letter: LetterQueued) -> None:
        if self._signatures[letter.of].row.state in SILENT:
            raise Misuse("a letter is queued about a silent row")
        self._letters[self._next_letter] = (letter, letter.of)
        self._next_letter += 1

    def _remove_letters(self, leaves: Callable[[LetterQueued, bytes], bool]) -> None:
        self._letters = {number: one for number, one in self._letters.items() if not leaves(*one)}

    def _link(self, lookup: bytes, to: bytes) -> None:
        if lookup in self._lookups() or (to and to not in self._signatures):
            raise Misuse("a link is made twice, or leads to no row")
        self._links[lookup] = to

    def _release(self, released: Released) -> None:
        campaign = self._campaign(released.campaign)
        if (released.kind == "g") != (not campaign.releases):
            raise Misuse("the first release, and no other, is the genesis")
        campaign.releases.append(released)
        if released.kind:
            self._next_text += 1
            campaign.texts[self._next_text] = released

    def _claim(self, name: str, line: str) -> None:
        campaign = self._campaign(name)
        if line not in campaign.claimed:
            campaign.claimed.add(line)
            self._next_text += 1
            campaign.claims[self._next_text] = line

    def _lookups(self) -> set[bytes]:
        return {s.row.lookup for s in self._signatures.values()} | set(self._links)

    def _check_standing(self) -> None:
        rows = [s.row for s in self._signatures.values() if s.row.state in STANDING]
        if len({(row.campaign, row.tag) for row in rows}) != len(rows):
            raise Misuse("two signatures of one address stand")

    def _campaign(self, name: str) -> Campaign:
        return self._campaigns.setdefault(name, Campaign())

    # Tally and publishing

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days; `waiting` and `review` as they are now."""
        if campaign not in self._campaigns:
            return {}
        funnel: Counter[str] = Counter()
        for (_, kind), n in self._campaigns[campaign].funnel.items():
            funnel[kind] += n
        states = Counter(s.row.state for s in self._signatures.values() if s.row.campaign == campaign)
        return {**funnel, "waiting": states["waiting"], "review": states["review"]}

    def funnel_days(self, campaign: str) -> Mapping[int, Mapping[str, int]]:
        """Give what was counted each day, by kind."""
        days: dict[int, dict[str, int]] = {}
        for (day, kind), n in sorted(self._campaigns[campaign].funnel.items()):
            days.setdefault(day, {})[kind] = n
        return days

    def counts(self, campaign: str) -> Counts | None:
        """Give what the tally saved last."""
        return self._campaigns[campaign].counts if campaign in self._campaigns else None

    def save(self, counts: Counts) -> None:
        """Keep the counts; they never go back."""
        before = self._campaigns[counts.campaign].counts
        if before is not None and (counts.size, counts.collected) < (before.size, before.collected):
            raise Misuse("counts go back")
        self._campaigns[counts.campaign].counts = counts

    # Reading

    def status(self, lookup: bytes, signed: int | None = None) -> Status | None:
        """Give what the ledger knows of the signature that a token's lookup leads to; `signed` within its minute."""
        own = (s for s in self._signatures.values() if s.row.lookup == lookup and _is_of_minute(s.row, signed))
        found = next(own, None) or self._signatures.get(self._links.get(lookup, b""))
        if found is None:
            return None
        row = found.row
        code = row.review if row.state == "review" else row.code
        return Status(row.campaign, row.state, self._seen, row.signed, row.index, found.commitment, code, row.appeal)

    def due(self, after: int, limit: int) -> Sequence[Due]:
        """Give up to `limit` letters with an id above `after`, in order."""
        asked = {one.row.record: one.row.lettered for one in self._signatures.values()}
        found = [_due(number, letter, asked[of]) for number, (letter, of) in self._letters.items() if number > after]
        return found[:limit]

    def end(self) -> int:
        """Give how many records of all campaigns there are: the places are 0, 1, 2 …"""
        return len(self._signatures)

    def epochs(self, campaign: str, names: Collection[bytes] | None = None) -> Sequence[tuple[bytes, bytes]]:
        """Give (name, age file) of every epoch key, the oldest first, or of those with these names."""
        own = ((name, file) for name, (of, file) in self._epochs.items() if of == campaign)
        return [(name, file) for name, file in own if names is None or name in names]

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        """Give the records in the order of taking in."""
        for one in islice(self._signatures.values(), first, end):
            if one.row.campaign == campaign:
                yield one.row.record, one.sealed, one.slot, one.epoch, one.row.state

    def signatures(self, campaign: str) -> list[Signature]:
        """Give everything kept of a campaign, for `memory.review`."""
        return [one for one in self._signatures.values() if one.row.campaign == campaign]

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts of a campaign whose domain is known."""
        return {cohort: domain for (of, cohort), domain in self._domains.items() if of == campaign}

    def close(self) -> None:
        """Release nothing: what is in memory is read as before."""


def _is_of_minute(row: Row, signed: int | None) -> bool:
    return signed is None or row.signed // 60 == signed // 60


def _speaks_of(row: Row, lookups: frozenset[bytes], records: set[bytes] | frozenset[bytes]) -> bool:
    return row.lookup in lookups or row.record in records


def _due(number: int, letter: LetterQueued, at: int) -> Due:
    signed = letter.signed
    place = (number, signed.record, signed.campaign, signed.language)
    return Due(*place, letter.kind, signed.hour, signed.letter, at)
