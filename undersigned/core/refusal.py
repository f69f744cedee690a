"""Why a form is not taken."""

from __future__ import annotations

import msgspec

from undersigned.core.problems import Problem

__all__ = ["Refusal"]


class Refusal(msgspec.Struct, frozen=True):
    """One reason why a form is not taken. `field` is "" where the campaign itself is the reason."""

    field: str
    problem: Problem
    current: str = ""  # hash of the text now open for signature, with `text-outdated`
