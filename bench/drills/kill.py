"""S1: SIGKILL of each process at random moments under load; nothing acknowledged is lost or counted twice."""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.site import Site

__all__ = ["drill"]

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
            time.sleep(0.01)

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


def drill(times: int = int(os.environ.get("TIMES", "50")), seed: int = 7) -> dict[str, Any]:
    """Kill each kind of process `times` times."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder) / "d", rate=10**9, burst=10**9) as site:
        crowd = Crowd(site, 4)
        crowd.run()
        kills = [kind for kind in KINDS for _ in range(times)]
        chance.shuffle(kills)
        for kind, which in kills:
            time.sleep(chance.uniform(0.05, 0.6))
            try:
                site.kill(kind, which)
            except (OSError, IndexError):
                continue
        time.sleep(2)
        crowd.stop()
        return {**_books(site, crowd), "kills": len(kills)}


def _books(site: Site, crowd: Crowd) -> dict[str, Any]:
    """Let everything settle, then compare what signers were told with what is public."""
    site.until(site.ready, 30, "the door")
    written: set[str] = set()

    def all_written() -> bool:
        written.update(recipient for recipient, _ in site.letters())
        return crowd.signed <= written

    lost = 0
    try:
        site.until(all_written, 60, "every letter")
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
        "holds": lost == 0 and count == expected,
    }
