"""S16: the folder of every earlier release goes on under this program, while people are already trying to sign.

The folders are those of `tests/journey/released`, each stopped in the middle of its work. The old program itself is
not run: what is measured is how long the new one takes from its start to the first signature it keeps.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.site import Site, free_port
from tests.journey.test_upgrade import RELEASES, Left

__all__ = ["LIMIT", "drill", "upgrade"]

LIMIT = 30.0  # seconds not writable
SIGNERS = 40


class Upgraded(Site):
    """A site at whose door people stand before it opens."""

    def start(self) -> None:
        """Let them try from the first moment."""
        self.signed: list[str] = []
        self.began = time.monotonic()
        self.writable: float | None = None
        self.crowd = threading.Thread(target=self._sign)
        self.crowd.start()
        super().start()

    def _sign(self) -> None:
        number = 0
        while len(self.signed) < SIGNERS and time.monotonic() < self.began + 60:
            number += 1
            try:
                answer = self.sign(address := f"upgrade{number}@example.org")
            except (OSError, ValueError, KeyError):
                time.sleep(0.02)
                continue
            if answer.status == 303:
                self.signed.append(address)
                if self.writable is None:
                    self.writable = time.monotonic() - self.began


def upgrade(release: str, folder: Path) -> dict[str, Any]:
    """Start this program on what a release left; give how long nobody could sign, and what is missing then."""
    left = Left(release, folder)
    with Upgraded(left.folder, left.moved(free_port())) as site:
        site.crowd.join()
        for address in site.signed:
            site.confirm(site.token(address, 60))
        site.until(lambda: site.count()["collected"] >= 23 + len(site.signed), 60, "the count")
        collected = site.count()["collected"]
        verified = left.verify(f"http://127.0.0.1:{site.port}/c/library/").returncode == 0
    closed = 60.0 if site.writable is None else site.writable
    return {"closed_s": round(closed, 1), "lost": 23 + len(site.signed) - collected, "verified": verified}


def drill() -> dict[str, Any]:
    """Upgrade from every release."""
    found = []
    for release in RELEASES:
        with tempfile.TemporaryDirectory() as folder:
            found.append(upgrade(release, Path(folder)))
    return {
        "releases": len(found),
        "signed_meanwhile": SIGNERS * len(found),
        "closed_max_s": max(one["closed_s"] for one in found),
        "lost": sum(abs(one["lost"]) for one in found),
        "holds": all(one["closed_s"] <= LIMIT and one["lost"] == 0 and one["verified"] for one in found),
    }
