"""Sealed records opened offline and written as CSV: `python -m bench.open open-export`.

RECORDS (1,000,000) people are really sealed to a campaign key by the door's own code, as dense as a million in
thirty days, so that every minute has its epoch; the ledger takes them in as confirmed. Then `undersigned open` runs
as a person would run it, in a process tree of its own, and what it wrote is read again: as many rows as records, in
order, each with the address that was sealed. JOBS gives it a number of worker processes other than its own choice;
CACHE names a folder in which the copy is kept, or found if it was kept before with the same number of records.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.handler import NOW, card_of, forms_of
from undersigned.assemble.bench.line import Line
from undersigned.assemble.bench.machine import family, peak_megabytes, resident_megabytes
from undersigned.assemble.chance import Chance
from undersigned.assemble.places import Places
from undersigned.assemble.serve import end_with_parent
from undersigned.core.campaign import Card
from undersigned.core.events import Epoch, Event, Signed
from undersigned.core.outcomes import Became, Change, Counted, Entered, EpochKept, Outcome, Row
from undersigned.core.rules import Checked, check
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.intake.form import Registrar
from undersigned.vault.keys import make_campaign_key
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.token import Tokens

__all__ = ["Copy", "measure"]

SECONDS = 60  #: that a million may take
MONTH, MILLION = 30 * 86_400, 1_000_000
BATCH = 10_000


class Copy:
    """The data folder of a campaign and its key file, as they would lie on a machine that is offline."""

    def __init__(self, folder: Path, records: int) -> None:
        """Seal so many records and let a ledger take them in, if that was not done there before."""
        self.folder, self.records = folder / f"copy-{records}", records
        self.key = self.folder / "campaign.key"
        if not self.key.exists():
            self._make(folder / "mail")

    def _make(self, mail: Path) -> None:
        self.folder.mkdir(parents=True)
        key = make_campaign_key()
        places = Places(self.folder)
        ledger = SqliteLedger(places.ledger, places.slots)
        for number, events in enumerate(_batches(card_of(key.recipient), mail, self.records), 1):
            ledger.commit([_outcome(event) for event in events], {"door-1": (number - 1, number)}, NOW)
        ledger.close()
        self.key.write_text(key.secret + "\n")  # when all of it is there

    def email(self, number: int) -> str:
        """Give the address that was sealed in that record."""
        return _email(number)


def _email(number: int) -> str:
    return f"signer{number}@mail.example.net"


def _batches(card: Card, mail: Path, records: int) -> Iterator[list[Event]]:
    """Give the events of so many signatures, as dense as a million in a month, in batches."""
    pepper = os.urandom(32)
    registrar = Registrar(Tokens(os.urandom(32)), MailKeys(mail, lambda: NOW), lambda _: pepper, Chance())
    forms = forms_of(card, min(records, 5_000))
    events: list[Event] = []
    for number in range(records):
        form = forms[number % len(forms)] | {"email": _email(number)}
        checked = check(form, card, NOW)
        assert isinstance(checked, Checked)
        events += registrar.sign(card, checked, "en", NOW - MONTH + number * MONTH // max(records, MILLION))
        if len(events) >= BATCH:
            yield events
            events = []
    if events:
        yield events


def _outcome(event: Event) -> Outcome:
    """Give what the sequencer decides of a signature that is confirmed at once, but for its letter."""
    if isinstance(event, Epoch):
        return Outcome("epoch", (EpochKept(event),))
    assert isinstance(event, Signed)
    row = Row(event.record, event.campaign, event.tag, event.lookup, "confirmed", event.at, lettered=event.at)
    counted = Counted(event.campaign, event.at // 86_400, "confirmed")
    changes: tuple[Change, ...] = (Entered(event), Became(row), counted)
    return Outcome("confirmed", changes)


class Watch:
    """The memory of a process tree while it runs, looked at ten times a second."""

    def __init__(self, pid: int) -> None:
        """Begin to watch."""
        self.peak = self.once = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid,))
        self._thread.start()

    def _look(self, pid: int) -> None:
        while not self._over.wait(0.1):
            self.peak = max(self.peak, peak_megabytes(pid))
            self.once = max(self.once, resident_megabytes(pid)[1])
            self.processes = len(family(pid))

    def stop(self) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()


class Run(msgspec.Struct):
    """What one run of `undersigned open` took."""

    seconds: float
    first_row: float
    cpu: float
    peak: float
    once: float
    report: dict[str, object]


def run(copy: Copy, out: Path, words: Sequence[str] = ("--format", "csv")) -> Run:
    """Open the copy into a file, through a pipe, so that the moment of the first row is seen."""
    given = ["--dir", str(copy.folder), "--key", str(copy.key), "--json", *words]
    command = [sys.executable, "-m", "undersigned", "open", *given]
    before, began = os.times(), time.perf_counter()
    with out.open("wb") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=end_with_parent)
        watch = Watch(process.pid)
        assert process.stdout
        assert process.stderr
        first, head = 0.0, b""
        while block := os.read(process.stdout.fileno(), 1 << 16):
            file.write(block)
            head = head if first else head + block
            first = first or (time.perf_counter() - began if head.count(b"\n") > 1 else 0.0)
        said = process.stderr.read()
        process.wait()
    seconds, after = time.perf_counter() - began, os.times()
    watch.stop()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, first, cpu, watch.peak, watch.once, msgspec.json.decode(said, type=dict[str, object]))


def balanced(copy: Copy, out: Path, done: Run) -> bool:
    """Tell whether every record came out, in order, with the address that was sealed, and was reported."""
    count = 0
    with out.open(encoding="utf-8-sig", newline="") as file:
        for count, row in enumerate(csv.DictReader(file), 1):
            if row["email"] != copy.email(count - 1):
                return False
    return count == copy.records == done.report["opened"] and not done.report["unopened"]


def measure(name: str, records: int) -> Line:
    """Make a copy with that many records, open it, and give the line."""
    words = ["--format", "csv", *(["--jobs", os.environ["JOBS"]] if "JOBS" in os.environ else [])]
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        copy = Copy(Path(os.environ.get("CACHE", folder)), records)
        out = Path(folder) / "names.csv"
        done = run(copy, out, words)
        allowed = SECONDS * records / MILLION
        return Line(
            name=name, value=round(done.seconds, 2), unit="s", floor=allowed, ratio=round(done.seconds / allowed, 3),
            against="the seconds it may take, 60 a million; less is better", goal=1, peak_mb=round(done.peak, 1),
            server_us=round(done.cpu / records * 1e6, 2), books=balanced(copy, out, done),
            also={
                "records": records, "first row s": round(done.first_row, 2), "wanted": "under 1 s and 200 MB",
                "MB with shared pages once": done.once, "records/s": round(records / done.seconds),
                "output MB": round(out.stat().st_size / 1e6, 1),
            },
        )  # fmt: skip


def main() -> None:
    """Print the line of one measure."""
    line = measure(sys.argv[1], int(os.environ.get("RECORDS", "1000000")))
    print(msgspec.json.encode(line.facts()).decode(), flush=True)


if __name__ == "__main__":
    main()
