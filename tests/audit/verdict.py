"""Verifies a made-up log without waiting for published files to settle. Tests only."""

from __future__ import annotations

from tests.audit.made_log import MadeLog
from undersigned.audit.demands import Demands
from undersigned.audit.fetch import Folder, Place
from undersigned.audit.report import Report
from undersigned.audit.verify import verify_place

__all__ = ["faults", "place", "verdict"]


def place(made: MadeLog) -> Place:
    """Give the place of a made-up log, whatever is left of it."""
    return Place(str(made.public), made.campaign, Folder(made.log), Folder(made.public))


def verdict(made: MadeLog, demands: Demands | None = None) -> Report:
    """Give the findings."""
    return verify_place(place(made), demands, pause=lambda seconds: None)


def faults(made: MadeLog, demands: Demands | None = None) -> str:
    """Give the names and words of the failed checks, a line each; "" where everything holds."""
    return "\n".join(f"{check.name}: {check.words}" for check in verdict(made, demands).faults)
