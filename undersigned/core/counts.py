"""The count as one value: what tally folds from the log and every page, file and feed shows."""

from __future__ import annotations

import msgspec

__all__ = ["AtSize", "Counts", "Day", "Milestone", "Removal"]


class Day(msgspec.Struct, frozen=True):
    """One UTC day of the log."""

    day: str  # YYYY-MM-DD
    collected: int  # `s` lines of the day
    withdrawn: int  # `w` lines
    struck: int  # `x` lines
    reinstated: int  # `r` lines


class Removal(msgspec.Struct, frozen=True):
    """What was struck out and reinstated on one day for one reason: the ledger of removals."""

    day: str  # YYYY-MM-DD, of the log
    reason: str  # code of the `x` line; of an `r` line, that of the `x` it undoes
    struck: int
    reinstated: int


class Milestone(msgspec.Struct, frozen=True):
    """A number that standing has reached."""

    number: int
    at: int  # seconds since 1970: the checkpoint's time
    size: int  # tree size at which it was seen first


class AtSize(msgspec.Struct, frozen=True):
    """What the first so many lines of a log count: what a figure of our own can be frozen from."""

    standing: int
    collected: int
    places: int  # countries and territories that signatures are released of by name: others may be behind a region


class Counts(msgspec.Struct, frozen=True):
    """The count of one campaign at one checkpoint. `countries` holds released groups only."""

    campaign: str
    standing: int
    collected: int
    withdrawn: int
    struck: int
    as_of: int  # seconds since 1970: when the checkpoint was signed
    size: int  # tree size
    root: str  # base64 of the 32-byte root
    countries: dict[str, int]  # country code, world region (three digits) or ZZ -> signatures
    days: tuple[Day, ...]
    milestones: tuple[Milestone, ...]
    funnel: dict[str, int]  # started, waiting, confirmed, duplicate, review, withdrawn, erased, bounced …
    removals: tuple[Removal, ...] = ()  # in order of day and reason
