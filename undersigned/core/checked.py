"""What comes of checking a form: a person who may sign, or reasons why not."""

from __future__ import annotations

import msgspec

from undersigned.core.problems import Problem

__all__ = ["Checked", "Refusal"]


class Refusal(msgspec.Struct, frozen=True):
    """One reason why a form is not taken. `field` is "" where the campaign itself is the reason."""

    field: str
    problem: Problem
    current: str = ""  # hash of the text now open for signature, with `text-outdated`


class Checked(msgspec.Struct, frozen=True, gc=False):
    """What was sent, cleaned and complete. Holds a person's data: never log it."""

    name: str
    email: str  # as it was typed, NFC: where the letter goes
    canonical: str  # the form that is compared
    domain: str  # of the address as typed, an A-label
    country: str  # a code of core.countries
    comment: str
    consent: str  # version of the consent to the processing
    updates: bool
    text: str  # hash of the text version signed, 43 characters of base64url
    flags: tuple[str, ...]  # reasons to have it looked at before it counts; normally none
    source: str = ""  # code of the link or poster, one of the card's

    @property
    def review(self) -> str:
        """The reason code for the journal: the first flag, or ""."""
        return self.flags[0] if self.flags else ""
