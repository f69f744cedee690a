"""S18: 20,000 signatures a minute with 2,000 page views a second, letters going out, on the machine that sends them.

The measure `surge` of the benchmark, an open loop: a latency counts from the moment at which a request was due.
`MINUTES` (10) makes it shorter.
"""

from __future__ import annotations

import os
from typing import Any

from undersigned.assemble.bench.whole import MINUTES, SIGNATURES_A_MINUTE, VIEWS_A_SECOND, surge

__all__ = ["drill"]

P99 = 1000.0  # milliseconds
KEPT = 0.99  # of the pace that was asked for


def drill() -> dict[str, Any]:
    """Sign and view at that pace; give the line of the scoreboard."""
    minutes = float(os.environ.get("MINUTES", MINUTES))
    line = surge("surge", minutes)
    kept_pace = line.value >= KEPT * SIGNATURES_A_MINUTE and line.also["views a second"] >= KEPT * VIEWS_A_SECOND
    return {
        "minutes": minutes,
        "signatures_a_minute": line.value,
        "views_a_second": line.also["views a second"],
        "sign_p50_ms": line.p50_ms,
        "sign_p99_ms": line.p99_ms,
        "page_p99_ms": line.also["page p99 ms"],
        "lost": line.also["lost"],
        "failed": line.also["failed"],
        "server_us": line.server_us,
        "peak_mb": line.peak_mb,
        "holds": bool(line.books) and not line.also["lost"] and (line.p99_ms or P99) < P99 and kept_pace,
        "full": minutes >= MINUTES,
    }
