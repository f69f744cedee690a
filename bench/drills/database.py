"""S5: the database of the ledger goes away and comes back in the peak; doors go on acknowledging all the while.

`STOPS` (50) times a PostgreSQL of its own is stopped for up to `LONGEST` (60) seconds, at once as by a crash every
other time. Doors keep their journals in files. Afterwards the backlog has to drain and the books to be equal.
"""

from __future__ import annotations

import os
import pwd
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.drills.kill import Crowd, _books
from bench.site import Site, free_port
from undersigned.settings import Settings

__all__ = ["drill"]

STOPS, LONGEST = 50, 60.0
DRAINED = 600.0  # seconds by which every letter of the backlog has to be there
PROGRAMS = Path("/usr/lib/postgresql/15/bin")


class Database:
    """One PostgreSQL in a folder, on a port of its own, owned by the account `postgres` where this is root."""

    def __init__(self, folder: Path) -> None:
        """Make and start it."""
        self._folder, self.port = folder / "data", free_port()
        folder.chmod(0o711)
        self._folder.mkdir(mode=0o700)
        self._log = folder / "postgres.log"
        self._log.touch()
        self._as: list[str] = []
        if os.geteuid() == 0:
            account = pwd.getpwnam("postgres")
            self._as = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]
            for path in (self._folder, self._log):
                shutil.chown(path, "postgres", "postgres")
        self._do("initdb", "-D", str(self._folder), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--data-checksums")
        self.start()
        self._do("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "undersigned")

    @property
    def url(self) -> str:
        """Its address."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/undersigned"

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._do("pg_ctl", "-D", str(self._folder), "-l", str(self._log), "-o", options, "-w", "-t", "120", "start")

    def stop(self, how: str = "fast") -> None:
        """Stop it; `immediate` is as a crash."""
        self._do("pg_ctl", "-D", str(self._folder), "-w", "-m", how, "stop")

    def _do(self, program: str, *words: str) -> None:
        command = [*self._as, str(PROGRAMS / program), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")


def drill(seed: int = 7) -> dict[str, Any]:
    """Stop it again and again under load; give the line of the scoreboard."""
    stops, longest = int(os.environ.get("STOPS", STOPS)), float(os.environ.get("LONGEST", LONGEST))
    if "ledger" not in Settings.__struct_fields__ or not (PROGRAMS / "pg_ctl").exists():
        return {"holds": False, "why": "no ledger in PostgreSQL, or no PostgreSQL 15", "full": False}
    with _folder() as folder:
        database = Database(folder)
        try:
            with Site(folder / "site", rate=10**9, burst=10**9, workers=2, ledger=database.url) as site:
                return _run(site, database, stops, longest, random.Random(seed))
        finally:
            database.stop("immediate")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="undersigned-database-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _run(site: Site, database: Database, stops: int, longest: float, chance: random.Random) -> dict[str, Any]:
    crowd = Crowd(site, 3)
    crowd.run()
    meanwhile: list[int] = []
    silent = 0
    try:
        site.until(lambda: crowd.confirmed, 60, "the first signatures")
        for number in range(stops):
            database.stop("immediate" if number % 2 else "fast")
            before = len(crowd.signed)
            # The square lets most stops be short: the mean is a third of the longest.
            time.sleep(1 + (longest - 1) * chance.random() ** 2)
            meanwhile.append(len(crowd.signed) - before)
            silent += meanwhile[-1] == 0
            database.start()
            time.sleep(chance.uniform(0.5, 2))
    finally:
        crowd.stop()
    began = time.monotonic()
    facts = _books(site, crowd, DRAINED)
    return {
        "stops": stops,
        **facts,
        "acknowledged_meanwhile": sum(meanwhile),
        "stops_without_a_signature": silent,
        "drained_s": round(time.monotonic() - began, 1),
        "holds": bool(facts["holds"]) and silent == 0,
        "full": stops >= STOPS and longest >= LONGEST,
    }
