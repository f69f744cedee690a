"""The log on real stores: the ledger of every engine, files on disk, a key in its file."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.contract.opened import MemoryLedgers, OpenedLedgers, SqliteLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, released, signed
from undersigned.core import checkpoint as heads
from undersigned.core import tiles as layout
from undersigned.core.events import Confirmed, Erased, Event, Reinstated, Signed, StruckOut, Withdrawn
from undersigned.core.leaves import Recount
from undersigned.engines.files.high_water import FileHighWater
from undersigned.engines.files.tiles import FileTiles
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.stages.tlog.needs import Refused
from undersigned.stages.tlog.run import Circle, Step, check_start, step
from undersigned.vault.notes import LogKeys, verify

HOST = "petitions.example"
REGIONS = {"KE": "014", "UG": "014", "FR": "155"}
COUNTRIES = ("KE", "UG", "FR", "XK")


class Mill:
    """The log's part of the mill on one data folder."""

    def __init__(self, folder: Path, ledgers: OpenedLedgers, k: int = 3) -> None:
        self.ledgers = ledgers
        self.folder = folder
        self.keys = LogKeys(folder / "secrets", HOST)
        self.circle = Circle([], verify)
        self.k = k
        self.now = NOON
        self.sizes: list[int] = []
        self.people: list[Signed] = []
        self.keys.make(CAMPAIGN, empty=True)
        genesis = b'{"campaign":"ceasefire","format":1,"k":%d}' % k
        ledgers.take(replace(released(), genesis=genesis), source="staff")
        self.open_files()

    def open_files(self) -> None:
        """Open the files as a process does when it starts."""
        self.tiles = FileTiles(self.folder / "public" / "log")
        self.high_water = FileHighWater(self.folder / "elsewhere")

    def sign_up(self, country: str) -> Signed:
        """Let one more person sign and confirm."""
        person = signed(f"person {len(self.people)}", at=self.now, country=country)
        self.people.append(person)
        self.ledgers.take(person, Confirmed(person.lookup, self.now + HOUR))
        return person

    def step(self, closed: bool = False) -> Step:
        done = step(
            self.ledgers.ledger, self.tiles, self.keys, self.high_water, self.circle, CAMPAIGN, self.k, self.now, HOST,
            regions=REGIONS, closed=closed,
        )  # fmt: skip
        self.sizes.append(done.size)
        return done

    def start(self) -> None:
        check_start(
            self.ledgers.ledger, self.tiles, self.keys, self.high_water, self.circle, CAMPAIGN, HOST, verify
        )  # fmt: skip

    def published(self) -> int:
        """Give the size that is published."""
        return heads.body_of(self.tiles.get(CAMPAIGN, "checkpoint") or b"").size

    def needed(self, note: bytes) -> set[str]:
        """Give the files that must last before this checkpoint is published."""
        log = self.folder / "public" / "log" / CAMPAIGN
        paths = layout.paths(heads.body_of(note).size)
        return {str(self.folder / "elsewhere" / CAMPAIGN), *(str(log / one) for one in paths)}

    def recount(self) -> Recount:
        """Verify and recount what is published, batch by batch, from the files alone."""

        def get(path: str) -> bytes | None:
            return self.tiles.get(CAMPAIGN, path)

        key = heads.parse_vkey((get("vkey") or b"").decode().removesuffix("\n"))
        head = heads.open_checkpoint(get("checkpoint") or b"", key, verify)
        read = layout.Reader(head.size, get)
        assert read.root() == head.root
        lines = [line for index in range(-(-head.size // 256)) for line in read.bundle(index)]
        recount = Recount()
        for size in self.sizes:
            recount.batch(lines[recount.size : size])
        return recount


@contextmanager
def mill(engine: str, k: int = 3) -> Iterator[Mill]:
    with tempfile.TemporaryDirectory() as name:
        ledgers = MemoryLedgers() if engine == "memory" else SqliteLedgers(Path(name))
        yield Mill(Path(name), ledgers, k)
        ledgers.done()


ENGINES = pytest.mark.parametrize("engine", ["memory", "sqlite"])


@ENGINES
def test_a_signature_is_counted_with_its_index_and_the_published_files_recount_to_it(engine: str) -> None:
    with mill(engine) as world:
        amal = world.sign_up("KE")
        world.step()
        status = world.ledgers.reader.status(amal.lookup)
        assert (status.state, status.index) == ("counted", 2)
        assert world.recount().standing == 1


@ENGINES
def test_restarting_between_steps_changes_nothing(engine: str) -> None:
    with mill(engine) as world:
        for number in range(12):
            world.sign_up(COUNTRIES[number % 2])
            world.step()
            world.ledgers.reopen()
            world.start()
        assert world.recount().standing == 12
        assert sum(world.recount().countries.values()) >= 9


class Disk:
    """Follows what lasts: files that were flushed, and then the folder of their name. Refuses one flush."""

    def __init__(self, world: Mill, error: int) -> None:
        self._world, self._flush, self._error = world, os.fsync, error
        self._flushed: set[str] = set()
        self._lasting: set[str] = set()
        self.missing: set[str] = set()  # what did not last when a checkpoint that needs it was about to get its name
        self.refuse, self.calls = 0, 0  # the number of the flush to refuse, and how many there were

    def fsync(self, descriptor: int) -> None:
        """In place of `os.fsync`."""
        self.calls += 1
        if self.calls == self.refuse:
            raise OSError(self._error, "the disk refuses")
        self._flush(descriptor)
        path = os.readlink(f"/proc/self/fd/{descriptor}")
        if path.endswith(".new"):
            file = path.removesuffix(".new").replace("/.", "/")
            self._flushed.add(file)
            self._lasting.discard(file)
            if file.endswith("/checkpoint"):
                self.missing |= self._world.needed(Path(path).read_bytes()) - self._lasting
        self._lasting |= {file for file in self._flushed if os.path.dirname(file) == path and os.path.exists(file)}


@pytest.mark.parametrize(("error", "restarted"), [(errno.EIO, True), (errno.ENOSPC, False)])
def test_whichever_flush_is_refused_what_is_published_lasts_and_the_next_step_goes_on(
    error: int, restarted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tiles, their folders, high-water note, checkpoint: each flush of a step in turn, until a step has no more."""
    with mill("memory") as world:
        disk, refused, calls = Disk(world, error), 0, 1
        monkeypatch.setattr(os, "fsync", disk.fsync)
        world.step()
        while refused <= calls:
            refused, before, disk.calls = refused + 1, world.published(), 0
            disk.refuse = refused
            world.sign_up("KE")
            with suppress(OSError):
                world.step()
            disk.refuse, calls = 0, disk.calls
            if restarted:
                world.open_files()
                world.start()
            world.step()
            assert world.published() > before
    assert disk.missing == set()
    assert refused > 8


def test_frida_restores_last_nights_database_and_is_refused(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    world = Mill(tmp_path, ledgers)
    world.sign_up("KE")
    world.step()
    ledgers.ledger.close()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "last-night.db")
    ledgers.ledger = SqliteLedger(*ledgers.paths)
    world.sign_up("KE")
    world.step()
    published = world.tiles.get(CAMPAIGN, "checkpoint")
    ledgers.ledger.close()
    for file in tmp_path.glob("ledger.db*"):
        file.unlink()
    shutil.copy(tmp_path / "last-night.db", tmp_path / "ledger.db")
    ledgers.ledger = SqliteLedger(*ledgers.paths)
    with pytest.raises(Refused) as refused:
        world.start()
    assert refused.value.code == "ledger-behind"
    world.sign_up("FR")
    with pytest.raises(Refused):
        world.step()
    assert world.tiles.get(CAMPAIGN, "checkpoint") == published
    ledgers.done()


@ENGINES
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_made_up_life_of_a_campaign_breaks_no_rule_on_real_stores(engine: str, data: st.DataObject) -> None:
    with mill(engine, k=data.draw(st.sampled_from([1, 3, 5]))) as world:
        for _ in range(data.draw(st.integers(1, 6))):
            for country in data.draw(st.lists(st.sampled_from(COUNTRIES), max_size=12)):
                world.sign_up(country)
            _change(world, data)
            world.now += data.draw(st.sampled_from([2, HOUR, DAY + HOUR]))
            world.step(closed=data.draw(st.booleans()))
        groups = world.ledgers.ledger.groups(CAMPAIGN)
        recount = world.recount()
        assert recount.standing == sum(group.live + group.covered for group in groups)
        assert recount.released == sum(group.released for group in groups)
        assert all(group.released == 0 or group.released >= world.k for group in groups)


def _change(world: Mill, data: st.DataObject) -> None:
    """Let some people leave or be struck out, and some strikes be undone."""
    for person in data.draw(st.lists(st.sampled_from(world.people), max_size=12) if world.people else st.just([])):
        events: list[Event] = [
            Withdrawn(person.lookup, world.now),
            Erased(person.lookup, world.now),
            StruckOut(person.record, "fraud", world.now),
            Reinstated(person.record, world.now),
        ]
        world.ledgers.take(data.draw(st.sampled_from(events)))
