"""Runs a simulation from the folder to the outcome. Ended early (Ctrl-C), it concludes with what there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from undersigned.assemble.simulate.fast import Fast
from undersigned.assemble.simulate.folder import CAMPAIGN, Refused, make
from undersigned.assemble.simulate.outcome import Outcome, conclude, recount
from undersigned.assemble.simulate.statement import MILESTONE

__all__ = ["Progress", "Refused", "straight"]

#: Told how many forms were acknowledged, and the simulated time in seconds since 1970.
Progress = Callable[[int, float], None]


def straight(
    folder: Path, signatures: int, days: int, seed: int, port: int, progress: Progress, milestone: int = MILESTONE
) -> Outcome:
    """Run the fast mode in a fresh folder; the same seed, numbers and port give the same log.

    The example's statement is released when the count reaches `milestone`.

    Raises:
        Refused: the folder is not fresh, or is somebody's real installation.
    """
    fast = Fast(make(folder, days, port, seed), seed, signatures, days, milestone)
    began, finished = time.monotonic(), True
    try:
        fast.run(progress)
    except KeyboardInterrupt:
        finished = False
        fast.take_in()
    seconds = time.monotonic() - began
    funnel, counts = fast.mill.ledger.funnel(CAMPAIGN), fast.mill.ledger.counts(CAMPAIGN)
    fast.close()
    return conclude(
        fast.diary, funnel, counts.standing if counts else 0, recount(folder),
        mode="fast", seed=seed, signatures=signatures, days=days, seconds=seconds, finished=finished, overdue=finished,
    )  # fmt: skip
