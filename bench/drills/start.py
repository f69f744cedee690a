"""From an empty folder to a page that can be signed, and to the first confirmed signature."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from bench.site import Site

__all__ = ["drill"]


def drill() -> dict[str, Any]:
    """Measure one start."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder) / "d") as site:
        site.until(lambda: site.get("/c/library/en/").status == 200, 30, "the page")
        page = time.monotonic() - began
        site.sign("first@example.org")
        site.confirm(site.token("first@example.org"))
        site.until(lambda: site.count()["count"] == 1, 30, "the count")
        counted = time.monotonic() - began
        return {"page_s": round(page, 1), "counted_s": round(counted, 1), "holds": counted < 60}
