"""Counters of the door. They hold route templates, statuses and durations: no person, path or address.

Text format of Prometheus 0.0.4, served on a listener of its own that the public cannot reach.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Final

from undersigned.core.delay import Told

__all__ = ["BUCKETS", "Counters", "letters_text", "serve_metrics"]

#: Upper ends of the durations told apart, in seconds.
BUCKETS: Final[Sequence[float]] = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Counted:
    """The answers of one route."""

    __slots__ = ("buckets", "seconds", "statuses")

    def __init__(self) -> None:
        self.statuses: dict[int, int] = {}
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.seconds = 0.0


class Counters:
    """How many answers of each status each route gave, and how long they took."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._routes: dict[str, _Counted] = {}

    def count(self, template: str, status: int, seconds: float) -> None:
        """Count one answer."""
        route = self._routes.get(template)
        if route is None:
            route = self._routes[template] = _Counted()
        route.statuses[status] = route.statuses.get(status, 0) + 1
        route.buckets[bisect_left(BUCKETS, seconds)] += 1
        route.seconds += seconds

    def text(self) -> str:
        """Give all counters in the text format."""
        lines = [
            "# HELP undersigned_answers_total Answers by route and status.",
            "# TYPE undersigned_answers_total counter",
        ]
        for template, route in sorted(self._routes.items()):
            for status, number in sorted(route.statuses.items()):
                lines.append(f'undersigned_answers_total{{route="{template}",status="{status}"}} {number}')
        lines.append("# HELP undersigned_answer_seconds How long answers took.")
        lines.append("# TYPE undersigned_answer_seconds histogram")
        for template, route in sorted(self._routes.items()):
            lines += self._histogram(template, route)
        return "\n".join(lines) + "\n"

    def _histogram(self, template: str, route: _Counted) -> list[str]:
        lines, total = [], 0
        for end, number in zip((*map(str, BUCKETS), "+Inf"), route.buckets, strict=True):
            total += number
            lines.append(f'undersigned_answer_seconds_bucket{{route="{template}",le="{end}"}} {total}')
        lines.append(f'undersigned_answer_seconds_sum{{route="{template}"}} {route.seconds:.6f}')
        lines.append(f'undersigned_answer_seconds_count{{route="{template}"}} {total}')
        return lines


def letters_text(told: Told | None) -> str:
    """Give how long letters take in the text format, "" where nobody knows: half, nine in ten, longest waiting."""
    if told is None:
        return ""
    lines = [
        "# HELP undersigned_letters_delay_seconds Ages of letters: handed over lately, or waiting. Rounded up.",
        "# TYPE undersigned_letters_delay_seconds gauge",
    ]
    ages = {
        "half_within": told.half_within,
        "nine_in_ten_within": told.nine_in_ten_within,
        "oldest_waiting": told.oldest_waiting,
        "oldest_untried": told.oldest_untried,
    }
    lines += [f'undersigned_letters_delay_seconds{{of="{of}"}} {age}' for of, age in ages.items() if age is not None]
    return "\n".join(lines) + "\n"


async def serve_metrics(port: int, text: Callable[[], str], host: str = "127.0.0.1") -> asyncio.Server:
    """Answer `GET /metrics` on a listener of its own.

    Raises:
        OSError: the port is taken.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(5):
                head = await reader.readuntil(b"\r\n\r\n")
                found = head.startswith((b"GET /metrics ", b"GET /metrics?"))
                writer.write(_response(text() if found else "", found))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    return await asyncio.start_server(answer, host, port, limit=8192)


def _response(text: str, found: bool) -> bytes:
    body = text.encode()
    status = "200 OK" if found else "404 Not Found"
    head = (
        f"HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4; charset=utf-8\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
