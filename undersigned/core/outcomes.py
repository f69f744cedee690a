"""What the sequencer is told and what it answers: values only.

`Wanted` names what has to be looked up for a batch of events, `Known` is what was found, `Outcome` is what
became of one event. An engine carries the changes of an outcome out; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from undersigned.core.events import DomainNamed, Epoch, LinkAsked, Signed
from undersigned.core.status import Appeal, State
from undersigned.core.velocity import Cohort, Pace

__all__ = [
    "DESTROYED",
    "SILENT",
    "STANDING",
    "Became",
    "Change",
    "ClaimMade",
    "CohortNamed",
    "Counted",
    "Entered",
    "EpochKept",
    "Kind",
    "Known",
    "LetterGone",
    "LetterQueued",
    "Linked",
    "Logged",
    "OpenLetter",
    "Outcome",
    "Release",
    "Released",
    "Row",
    "Verdict",
    "Wanted",
    "entered",
]

#: States in which a signature keeps every other one of its address out.
STANDING: frozenset[State] = frozenset({"confirmed", "counted", "review"})

#: States in which slot and sealed data are destroyed.
DESTROYED: frozenset[State] = frozenset({"refused", "expired", "erased"})

#: States in which letters that were not sent yet are not sent any more.
SILENT: frozenset[State] = frozenset({"withdrawn", "refused", "expired", "erased"})

#: What the log says of a row: nothing yet, live, struck out, taken back.
Logged: TypeAlias = Literal["", "s", "x", "w"]

#: Kinds of the funnel that are counted by day; `waiting` is computed and not counted.
Kind: TypeAlias = Literal[
    "started",
    "repeated",
    "confirmed",
    "duplicate",
    "review",
    "struck",
    "withdrawn",
    "erased",
    "refused",
    "bounced",
    "expired",
    "appealed",
    "upheld",
    "dismissed",
]

#: What became of an event, in one word; `nothing` where it had been decided before or speaks of nothing known.
Verdict: TypeAlias = Literal[
    "started",
    "repeated",
    "already",
    "confirmed",
    "duplicate",
    "review",
    "late",
    "refused",
    "withdrawn",
    "erased",
    "admitted",
    "struck",
    "reinstated",
    "released",
    "epoch",
    "sent",
    "bounced",
    "expired",
    "appealed",
    "upheld",
    "dismissed",
    "named",
    "claimed",
    "linked",
    "unlinked",
    "damaged",
    "nothing",
]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One signature as the sequencer sees it. Its sealed data never passes through here.

    `confirmed` with `logged` "" waits for its `s` line, with "x" for its `r` line. `struck` with `logged` "s"
    waits for its `x` line; `withdrawn` and `erased` with "s" for their `w` line. So a leaf never waits for
    more than one line.
    """

    record: bytes  # 16 bytes
    campaign: str
    tag: bytes  # 16 bytes; b"" once erased
    lookup: bytes  # 16 bytes
    state: State
    signed: int  # seconds since 1970
    review: str = ""  # reason code: doubtful
    code: str = ""  # reason code of the striking out or taking back
    letters: int = 1  # letters queued on account of this row
    lettered: int = 0  # when the last of them was queued, in seconds since 1970
    index: int | None = None  # of its `s` line
    logged: Logged = ""
    country: str = ""  # as claimed, of the page's language, and by which link or poster; "" once erased
    language: str = ""
    source: str = ""
    appeal: Appeal = ""


def entered(signed: Signed) -> Row:
    """Give the row of a form while nothing more has happened to it."""
    return Row(
        record=signed.record,
        campaign=signed.campaign,
        tag=signed.tag,
        lookup=signed.lookup,
        state="waiting",
        signed=signed.at,
        review=signed.review,
        lettered=signed.at,
        country=signed.country,
        language=signed.language,
        source=signed.source,
    )


class Release(msgspec.Struct, frozen=True, gc=False):
    """One release of a campaign's texts: (language, SHA-256 of the version), sorted by language."""

    at: int
    texts: tuple[tuple[str, bytes], ...]


class OpenLetter(msgspec.Struct, frozen=True, gc=False):
    """A letter in the outbox; `of` is the record of the signature that it speaks of."""

    campaign: str
    of: bytes


class Wanted(msgspec.Struct, frozen=True):
    """What a batch of events speaks of."""

    tags: frozenset[tuple[str, bytes]]  # (campaign, tag)
    lookups: frozenset[bytes]
    records: frozenset[bytes]
    letters: frozenset[bytes]  # records whose letter may stand in the outbox
    campaigns: frozenset[str]  # whose releases of texts are wanted
    cohorts: frozenset[Cohort] = frozenset()  # named in this batch, and no provider's


class Known(msgspec.Struct, frozen=True):
    """What the ledger knows of it.

    `rows`: every row with a wanted lookup, link or record, every row of a wanted tag, and every row that
    has a tag in common with one of these. `links`: wanted lookups that are no row's own: the record of the
    row they lead to, b"" where they lead nowhere.
    """

    rows: tuple[Row, ...] = ()
    links: dict[bytes, bytes] = {}
    letters: dict[bytes, OpenLetter] = {}
    releases: dict[str, tuple[Release, ...]] = {}  # campaign -> oldest first
    paces: Mapping[Cohort, Pace] = {}  # of cohorts that are named and no provider's


class Entered(msgspec.Struct, frozen=True, gc=False):
    """A new waiting row with its sealed data and its slot."""

    signed: Signed


class Linked(msgspec.Struct, frozen=True, gc=False):
    """A lookup that leads to another record's row (`to`), or nowhere (b""): seen, and never to be a row."""

    lookup: bytes
    to: bytes


class LetterQueued(msgspec.Struct, frozen=True, gc=False):
    """A letter for the outbox: that of `signed`, a form or a question for a link, about the row `of`."""

    signed: Signed | LinkAsked
    kind: Literal["confirm", "already"]
    of: bytes


class LetterGone(msgspec.Struct, frozen=True, gc=False):
    """The letter of this record leaves the outbox.

    Where it asked to confirm and was handed over: in that campaign and hour since 1970, `took` seconds after its form.
    """

    letter: bytes
    campaign: str = ""
    hour: int = 0
    took: int = -1


class Became(msgspec.Struct, frozen=True, gc=False):
    """A row as it is from now on. Its state says what is destroyed (`DESTROYED`) and silenced (`SILENT`).

    Where it is `erased`, country, language, consent and commitment go with slot, sealed data and tag.
    """

    row: Row


class Counted(msgspec.Struct, frozen=True, gc=False):
    """One more in the funnel. `hour` is whole hours since 1970-01-01T00Z."""

    campaign: str
    hour: int
    kind: Kind


class EpochKept(msgspec.Struct, frozen=True):
    """An epoch file; where one of that name is kept already, the first stays."""

    epoch: Epoch


class Released(msgspec.Struct, frozen=True):
    """A release of texts; `line` is the JSON that waits for the log as `g` or `v`, "" where nothing changed."""

    campaign: str
    release: Release
    kind: Literal["g", "v", ""]
    line: str


class ClaimMade(msgspec.Struct, frozen=True):
    """A figure stated in public; `line` is the JSON that waits for the log as `c`. The same one waits once."""

    campaign: str
    line: str


class CohortNamed(msgspec.Struct, frozen=True):
    """The domain of a cohort; where it is named already, the first name stays."""

    named: DomainNamed


Change: TypeAlias = (
    Entered | Linked | LetterQueued | LetterGone | Became | Counted | EpochKept | Released | ClaimMade | CohortNamed
)


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of one event, and what has to be written."""

    verdict: Verdict
    changes: tuple[Change, ...] = ()
