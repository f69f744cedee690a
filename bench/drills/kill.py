"""S1: SIGKILL of each process at random moments under load; nothing acknowledged is lost or counted twice."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.site import Site

__all__ = ["drill"]

TIMES = 500  # of each kind
LIMIT = 5.0  # seconds until it works again
KINDS = (("door", -1), ("door", 0), ("mill", 0), ("post", 0))


class Crowd:
    """Signers who sign, read their letters and confirm, and remember what they were told."""

    def __init__(self, site: Site, number: int) -> None:
        self.site = site
        self.number = number
        self.signed: set[str] = set()  # got "check your e-mail"
        self.confirmed: set[str] = set()  # got the page behind the confirm button
        self.tried: set[str] = set()  # pressed the button, whatever came back
        self.stopping = threading.Event()
        self.text = site.text_hash("library", "en")
        self.threads = [threading.Thread(target=self._sign, args=(i,)) for i in range(number)]
        self.threads.append(threading.Thread(target=self._confirm))

    def run(self) -> None:
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _sign(self, number: int) -> None:
        count = 0
        while not self.stopping.is_set():
            count += 1
            address = f"signer-{number}-{count}@example.org"
            fields = {
                "name": "A Signer",
                "email": address,
                "country": "KE",
                "consent": "yes",
                "text": self.text,
            }
            try:
                if self.site.post_form("/c/library/en/sign", fields).status == 303:
                    self.signed.add(address)
            except OSError:
                time.sleep(0.05)  # the door is being started again
            except Exception as error:  # a half answer is no acknowledgement
                print(type(error).__name__, file=sys.stderr)
            time.sleep(0.05)

    def _confirm(self) -> None:
        seen: set[str] = set()
        while not self.stopping.is_set():
            self.confirm_new(seen)
            time.sleep(0.2)

    def confirm_new(self, seen: set[str]) -> None:
        """Press the button of every letter not yet seen; a failed press is tried again by the caller."""
        for address, token in self.new_letters(seen):
            self.tried.add(address)
            try:
                if self.site.confirm(token).status == 303:
                    self.confirmed.add(address)
                    seen.add(address)
            except Exception:
                continue

    def new_letters(self, seen: set[str]) -> list[tuple[str, str]]:
        found = []
        for recipient, body in self.site.letters():
            if recipient not in seen:
                start = body.index("/k/") + 3
                found.append((recipient, body[start : start + 43]))
        return found


class Killer(threading.Thread):
    """Kills one kind of process again and again, each time after it has come back, and measures how long that takes."""

    def __init__(self, site: Site, kind: str, which: int, times: int, chance: random.Random) -> None:
        super().__init__()
        self.site, self.kind, self.which, self.times, self.chance = site, kind, which, times, chance
        self.kills = 0
        self.away: list[float] = []  # seconds
        self.failures: list[str] = []

    def run(self) -> None:
        while self.kills < self.times and not self.failures:
            time.sleep(self.chance.uniform(0.02, 0.3))
            try:
                before = self.site.pids(self.kind)
                os.kill(before[self.which], signal.SIGKILL)
            except (OSError, IndexError):
                continue  # just dying, or just born
            self.kills += 1
            began = time.monotonic()
            try:
                self.site.until(lambda gone=before[self.which]: self._back(gone), 60, f"the {self.kind}")
            except TimeoutError as error:
                self.failures.append(
                    f"{self.kind} {self.which}: {error}; it was {before}, it is {self.site.pids(self.kind)}"
                )
                print(self.failures[-1], file=sys.stderr)
            self.away.append(time.monotonic() - began)

    def _back(self, gone: int) -> bool:
        """Tell whether another process does the work again."""
        pids = self.site.pids(self.kind)
        if not pids or gone in pids or (self.which == -1 and len(pids) < 2):
            return False
        return self.kind != "door" or self.site.get("/readyz").status == 200


def drill(seed: int = 7) -> dict[str, Any]:
    """Kill each kind of process `TIMES` times, all kinds at once."""
    times = int(os.environ.get("TIMES", TIMES))
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder) / "d", rate=10**9, burst=10**9) as site:
        crowd = Crowd(site, 3)
        crowd.run()
        killers = [Killer(site, kind, which, times, random.Random(seed + n)) for n, (kind, which) in enumerate(KINDS)]
        for killer in killers:
            killer.start()
        for killer in killers:
            killer.join()
        time.sleep(2)
        crowd.stop()
        facts = _books(site, crowd)
    slowest = max(max(killer.away, default=0.0) for killer in killers)
    usual = sorted(away for killer in killers for away in killer.away)
    return {
        "kills": sum(killer.kills for killer in killers),
        "restart_p50_s": round(usual[len(usual) // 2], 2),
        "restart_p99_s": round(usual[len(usual) * 99 // 100], 2),
        "restart_max_s": round(slowest, 2),
        "never_back": sum(len(killer.failures) for killer in killers),
        **facts,
        "holds": bool(facts["holds"]) and slowest <= LIMIT and not any(killer.failures for killer in killers),
        "full": times >= TIMES,
    }


def _books(site: Site, crowd: Crowd, patience: float = 60) -> dict[str, Any]:
    """Let everything settle, then compare what signers were told with what is public."""
    site.until(site.ready, 30, "the door")
    written: set[str] = set()

    def all_written() -> bool:
        written.update(recipient for recipient, _ in site.letters())
        return crowd.signed <= written

    lost = 0
    try:
        site.until(all_written, patience, "every letter")
    except TimeoutError:
        lost = len(crowd.signed - written)
    seen = set(crowd.confirmed)
    crowd.confirm_new(seen)
    expected = len(crowd.confirmed)
    site.until(lambda: site.count()["count"] >= expected, 60, "the count")
    time.sleep(3)
    count = site.count()["count"]
    letters = [recipient for recipient, _ in site.letters()]
    return {
        "acknowledged": len(crowd.signed),
        "confirmed": expected,
        "count": count,
        "lost": lost,
        "counted_twice": max(0, count - len(crowd.confirmed | crowd.tried)),
        "letters_repeated": len(letters) - len(set(letters)),
        "holds": lost == 0 and expected <= count <= len(crowd.confirmed | crowd.tried),
    }
