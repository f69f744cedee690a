"""One measure: what it says, and how the figure is made from slices of load."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

import msgspec

from undersigned.assemble.bench.load import Slice

__all__ = ["Line", "ratio"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The line that `undersigned bench --json` prints of a measure.

    `value` is a rate, or a time, in `unit`; `floor` is what it is held against, measured in the same minutes;
    `ratio` is the median of the ratios of neighbouring slices. `also` holds further figures by name.
    """

    name: str
    value: float
    unit: str
    floor: float
    ratio: float
    against: str
    goal: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    server_us: float | None = None
    peak_mb: float | None = None
    books: bool = True
    also: dict[str, Any] = {}

    def facts(self) -> dict[str, Any]:
        """Give the line as it is printed in JSON."""
        return dict(msgspec.to_builtins(self))

    @property
    def words(self) -> str:
        """The line for people."""
        books = "" if self.books else " BOOKS DO NOT BALANCE."
        goal = "" if self.goal is None else f" (wanted {self.goal})"
        facts = [f"{self.name}: {self.value:,} {self.unit}, {self.ratio} of {self.against} ({self.floor:,}){goal}"]
        for words, figure in (
            ("p50 {} ms", self.p50_ms), ("p99 {} ms", self.p99_ms), ("{} µs of CPU each", self.server_us),
            ("{} MB", self.peak_mb),
        ):  # fmt: skip
            facts += [words.format(figure)] if figure is not None else []
        facts += [f"{name} {figure}" for name, figure in self.also.items()]
        return "; ".join(facts) + "." + books


def ratio(ours: Sequence[Slice], floors: Sequence[Slice]) -> float:
    """Give the median ratio of slices that were run side by side."""
    return round(statistics.median(one.rate / floor.rate for one, floor in zip(ours, floors, strict=True)), 3)
