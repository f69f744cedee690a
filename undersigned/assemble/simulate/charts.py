"""Charts as SVG, drawn here: no script, no picture from elsewhere, colours from the page's own style. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate

__all__ = ["bars_by_hour", "cumulative", "world_bars"]

WIDTH, HEIGHT = 880, 240
LEFT, RIGHT, TOP, BOTTOM = 62, 8, 10, 26


def bars_by_hour(signed: Sequence[int], confirmed: Sequence[int], start: int) -> str:
    """Draw what was signed in each hour as an area, and what was confirmed over it as a line."""
    top = _round_up(max([1, *signed, *confirmed]))
    return _svg(
        _grid(top),
        _days(len(signed), start),
        f'<path class="area" d="{_path(signed, top)}L{_x(1, 1):.1f} {_y(0, 1):.1f}L{LEFT} {_y(0, 1):.1f}Z"/>',
        f'<path class="line" d="{_path(confirmed, top)}"/>',
        label="Forms and confirmations in each simulated hour",
    )


def cumulative(signed: Sequence[int], confirmed: Sequence[int], start: int) -> str:
    """Draw the running sums of both."""
    sums = list(accumulate(signed))
    top = _round_up(max(1, sums[-1]))
    end_y = _y(sums[-1], top)
    return _svg(
        _grid(top),
        _days(len(signed), start),
        f'<path class="soft" d="{_path(sums, top)}"/>',
        f'<path class="line" d="{_path(list(accumulate(confirmed)), top)}"/>',
        f'<circle class="dot" cx="{_x(len(sums), len(sums)):.1f}" cy="{end_y:.1f}" r="3"/>',
        label="Forms and confirmations so far",
    )


def world_bars(part: float) -> str:
    """Draw one bar of a table, `part` (0 to 1) of the longest one."""
    wide = max(0.4, round(100 * part, 2))
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{wide}" height="8"/></svg>'
    )


def _svg(*parts: str, label: str) -> str:
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">'
    return "".join((head, *parts, "</svg>"))


def _x(place: float, of: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * place / max(1, of)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _path(values: Sequence[int], top: float) -> str:
    points = [f"{_x(place + 0.5, len(values)):.1f} {_y(value, top):.1f}" for place, value in enumerate(values)]
    return f"M{_x(0, len(values)):.1f} {_y(values[0], top):.1f}L" + "L".join(points)


def _grid(top: float) -> str:
    lines = []
    for quarter in range(5):
        at = _y(top * quarter / 4, top)
        lines.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{WIDTH - RIGHT}"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{_short(top * quarter / 4)}</text>')
    return "".join(lines)


def _days(hours: int, start: int) -> str:
    """Mark midnights, as many as there is room for."""
    days = hours / 24
    step = next(step for step in (1, 2, 5, 7, 14, 30, 90, 365) if days / step <= 10 or step == 365)
    first = (86_400 - start % 86_400) // 3600
    marks = []
    for hour in range(first, round(hours * 0.96), 24 * step):
        day = datetime.fromtimestamp(start + hour * 3600, UTC)
        marks.append(f'<text x="{_x(hour, hours):.1f}" y="{HEIGHT - 6}">{day.day} {day:%b}</text>')
        marks.append(f'<path class="tick" d="M{_x(hour, hours):.1f} {HEIGHT - BOTTOM}v5"/>')
    return "".join(marks)


def _round_up(value: float) -> float:
    """Give the next number that divides well into quarters."""
    unit = 10 ** math.floor(math.log10(value))
    return float(next(unit * step for step in (1, 2, 4, 8, 10) if unit * step >= value))


def _short(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"
