"""The whole process tree of `serve`, idle, its desk waiting to be opened: at most 250 MB resident."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.site import Site

__all__ = ["drill"]

LIMIT = 250


def drill() -> dict[str, Any]:
    """Measure after one whole journey, so that nothing is still to be loaded."""
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder) / "d", desk=True) as site:
        site.sign("memory@example.org")
        site.confirm(site.token("memory@example.org"))
        site.until(lambda: site.count()["count"] == 1, 30, "the count")
        time.sleep(5)
        proportional, resident = (round(size / 1e6) for size in site.resident())
        return {"mb": proportional, "mb_with_shared_counted_again": resident, "holds": resident <= LIMIT}
