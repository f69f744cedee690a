"""S4: each volume is filled to the last byte and emptied again; nothing acknowledged is lost, and all goes on alone.

Journal, ledger, public files, high water and letters each lie on a small tmpfs of their own while signing goes on.
A full journal must answer 503 with Retry-After; behind any other full volume signing must go on. Needs the right
to mount. `SECONDS` says how long each stays full.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.site import Site

__all__ = ["VOLUMES", "Volumes", "allowed", "drill", "fill", "fill_and_free", "volume"]

SECONDS = 15.0
LETTERS = 400.0  # the post waits up to five minutes before it tries a way again that was shut
#: The volumes by their folder in the data folder, with their sizes: pages in nine languages need more room.
VOLUMES = {"journal": "4m", "ledger": "4m", "public": "16m", "high-water": "4m", "mail": "4m"}
FILES = ("ledger.db", "slots.db")  # these lie in the folder `ledger` here, by links


def allowed() -> bool:
    """Tell whether this process may mount."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True)
        if done.returncode == 0:
            subprocess.run(["umount", folder], check=True)
    return done.returncode == 0


class Volumes(Site):
    """A site each of whose volumes is a tmpfs."""

    def __init__(self, folder: Path, names: tuple[str, ...]) -> None:
        """Mount before the processes start."""
        self.names = names
        self.mounted: list[Path] = []
        super().__init__(folder, rate=10**9, burst=10**9)

    def start(self) -> None:
        """Mount at the first start."""
        for name in self.names if not self.mounted else ():
            place = self.folder / name
            place.mkdir(exist_ok=True)
            size = VOLUMES[name]
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
            self.mounted.append(place)
            if name == "ledger":
                for file in FILES:
                    (self.folder / file).symlink_to(place / file)
        super().start()

    def stop(self) -> None:
        """Stop and unmount."""
        super().stop()
        for place in self.mounted:
            subprocess.run(["umount", "-l", str(place)], check=False)


@contextmanager
def volume(place: Path, size: str) -> Iterator[Path]:
    """Mount a small volume at a new folder for a while."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def fill(place: Path) -> Path:
    """Take all the room of a volume; give the file that does."""
    filler = place / ".filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 4096, 512, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


class Signers:
    """Those who try to sign, and what they were told."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.signed: list[str] = []
        self.answers: Counter[int] = Counter()
        self.without_time = 0  # refusals that do not say when to come back
        self.text = site.text_hash("library", "en")

    def one(self) -> int:
        """Let one more sign; give the status, 0 where there was no answer."""
        address = f"full{self.answers.total()}@example.org"
        form = {"name": "A Signer", "email": address, "country": "KE", "consent": "yes", "text": self.text}
        try:
            answer = self.site.post_form("/c/library/en/sign", form)
        except OSError:
            self.answers[0] += 1
            return 0
        self.answers[answer.status] += 1
        if answer.status == 303:
            self.signed.append(address)
        elif answer.status == 503:
            self.without_time += "retry-after" not in answer.headers
        return answer.status

    def for_(self, seconds: float) -> None:
        """Let people sign for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.one()
            time.sleep(0.05)


def fill_and_free(folder: Path, volume: str, seconds: float) -> dict[str, Any]:
    """Fill one volume of a new site for a while; give what was seen."""
    with Volumes(folder, (volume,)) as site:
        signers = Signers(site)
        signers.for_(1)
        before = signers.answers[503] + signers.answers[0]
        filler = fill(site.folder / volume)
        signers.for_(seconds)
        refused = signers.answers[503] + signers.answers[0] - before
        filler.unlink()
        began = time.monotonic()
        site.until(lambda: signers.one() == 303, 60, "signing to go on")
        written: set[str] = set()

        def all_written() -> bool:
            written.update(recipient for recipient, _ in site.letters())
            return set(signers.signed) <= written

        try:
            site.until(all_written, LETTERS, "every letter")
            token = site.token(signers.signed[-1])
            site.until(lambda: site.confirm(token).status == 303, 30, "the confirmation")
            site.until(lambda: site.count()["count"] == 1, 60, "the count")
            alone = True
        except TimeoutError as error:
            print(volume, error)
            alone = False
        back = time.monotonic() - began
    lost = len(set(signers.signed) - written)
    closed = refused > 0 if volume == "journal" else refused == 0
    good = alone and lost == 0 and closed and not signers.without_time and not signers.answers[0]
    return {
        "acknowledged": len(signers.signed),
        "refused": refused,
        "lost": lost,
        "back_s": round(back, 1),
        "good": good,
    }


def drill() -> dict[str, Any]:
    """Fill each volume in turn."""
    seconds = float(os.environ.get("SECONDS", SECONDS))
    if not allowed():
        return {"skipped": "this process may not mount", "holds": False, "full": False}
    facts: dict[str, Any] = {}
    for volume in VOLUMES:
        with tempfile.TemporaryDirectory() as folder:
            facts[volume] = fill_and_free(Path(folder) / "d", volume, seconds)
    return {
        "volumes": len(facts),
        "acknowledged": sum(one["acknowledged"] for one in facts.values()),
        "refused_behind_a_full_journal": facts["journal"]["refused"],
        "lost": sum(one["lost"] for one in facts.values()),
        "slowest_back_s": max(one["back_s"] for one in facts.values()),
        **{f"{name}": "good" if one["good"] else "bad" for name, one in facts.items()},
        "holds": all(one["good"] for one in facts.values()),
        "full": seconds >= SECONDS,
    }
