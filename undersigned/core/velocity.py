"""How many forms of one domain come within an hour, over all doors and restarts: whether that is a reason to look.

A domain is known by its cohort. Whether it is a provider's, a cohort does not tell; so only one is doubted whose name a
door has told (`DomainNamed`, from k forms on) and that is none. Nothing rests on the order of the doors' events but
which of a flood's forms are the first ones.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

__all__ = ["HOURLY", "VELOCITY", "Cohort", "Pace", "counted", "fast"]

VELOCITY = "velocity"  #: review code: more forms of one domain within an hour than an organisation usually sends
HOURLY = 60  #: forms of one domain in an hour that are no reason to doubt
_HOUR = 3600

#: (campaign, cohort: 8 bytes)
Cohort: TypeAlias = tuple[str, bytes]


class Pace(msgspec.Struct, frozen=True, gc=False):
    """Forms of one cohort: in an hour, counted from 1970, and in the hour before it."""

    hour: int = 0
    forms: int = 0
    before: int = 0


def counted(pace: Pace, at: int, forms: int = 1) -> Pace:
    """Give the pace with forms more, filled in at `at`, in seconds since 1970; those of an older hour are left out."""
    hour = at // _HOUR
    if hour == pace.hour:
        return Pace(hour, pace.forms + forms, pace.before)
    if hour == pace.hour + 1:
        return Pace(hour, forms, pace.forms)
    if hour > pace.hour:
        return Pace(hour, forms)
    return Pace(pace.hour, pace.forms, pace.before + forms) if hour == pace.hour - 1 else pace


def fast(pace: Pace, at: int) -> bool:
    """Tell whether more than `HOURLY` forms came within the hour before `at`, as far as two numbers can tell.

    Of the hour before, the part counts that lies within the last hour, as if its forms had come evenly.
    """
    if at // _HOUR != pace.hour:
        return False
    return pace.forms + pace.before * (_HOUR - at % _HOUR) / _HOUR > HOURLY
