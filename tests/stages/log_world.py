"""A whole log for tests: ledger, files, key, high water, witnesses; and a store whose calls can fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from tests.stages.log_ledger import Ledger, genesis
from undersigned.core import checkpoint as heads
from undersigned.core import tiles as layout
from undersigned.core.leaves import Recount
from undersigned.engines.memory.tiles import MemoryHighWater, MemoryTiles
from undersigned.stages.tlog.needs import Witness
from undersigned.stages.tlog.run import Circle, Step, check_start, step
from undersigned.vault import notes

__all__ = ["CAMPAIGN", "HOST", "NOON", "Crash", "Fuse", "Keys", "Unsteady", "World"]

CAMPAIGN = "peace"
HOST = "petitions.example"
NOON = 1_767_268_800  # 2026-01-01T12:00:00Z
REGIONS = {"KE": "014", "UG": "014", "TZ": "014", "FR": "155", "DE": "155"}


class Keys:
    """`Notes` with one fixed key; `missing` hides it."""

    def __init__(self, seed: bytes = bytes(range(32))) -> None:
        self.seed = seed
        self.missing = False

    def vkey(self, campaign: str) -> str:
        if self.missing:
            raise notes.NoKey("log.key is missing; put it back")
        return heads.format_vkey(heads.origin_of(HOST, campaign), heads.ED25519, notes.public_key(self.seed))

    def sign(self, campaign: str, text: str) -> bytes:
        if self.missing:
            raise notes.NoKey("log.key is missing; put it back")
        return notes.sign_note(self.seed, heads.origin_of(HOST, campaign), text)


class Crash(Exception):
    """The process dies here."""


class Fuse:
    """Counts calls over all stores and says when it is the one to die at; -1 for never."""

    def __init__(self, at: int, after: bool) -> None:
        self.at = at
        self.after = after
        self.calls = 0

    def burn(self) -> bool:
        self.calls += 1
        return self.calls - 1 == self.at


class Unsteady:
    """A store in front of another that dies at one call: before it has had its effect, or after."""

    def __init__(self, store: Any, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call = getattr(self._store, name)

        def unsteady(*given: Any) -> Any:
            burnt = self._fuse.burn()
            if burnt and not self._fuse.after:
                raise Crash(name)
            done = call(*given)
            if burnt:
                raise Crash(name)
            return Unsteady(done, self._fuse).__call__ if name == "begin" else done

        return unsteady


class World:
    """Everything one log needs, in memory."""

    def __init__(self, witnesses: tuple[Witness, ...] = (), k: int = 3) -> None:
        self.ledger = Ledger(CAMPAIGN)
        self.tiles = MemoryTiles()
        self.keys = Keys()
        self.high_water = MemoryHighWater()
        self.circle = Circle(witnesses, notes.verify)
        self.k = k
        self.now = NOON
        self.published: list[heads.Checkpoint] = []

    def open(self) -> None:
        """Let the `g` line wait."""
        self.ledger.release_text(genesis(self.k))

    def step(self, *, closed: bool = False, fuse: Fuse | None = None, limit: int = 5000, batches: int = 1) -> Step:
        """Run one step, perhaps on stores that fail."""
        ledger, tiles, keys, high_water = self.ledger, self.tiles, self.keys, self.high_water
        if fuse:
            ledger, tiles, keys, high_water = (
                cast(Any, Unsteady(store, fuse)) for store in (ledger, tiles, keys, high_water)
            )
        done = step(
            ledger, tiles, keys, high_water, self.circle, CAMPAIGN, self.k, self.now, HOST,
            regions=REGIONS, closed=closed, limit=limit, batches=batches,
        )  # fmt: skip
        self.remember()
        return done

    def start(self) -> None:
        """Compare everything, as a process does when it starts."""
        check_start(
            self.ledger, self.tiles, self.keys, self.high_water, self.circle, CAMPAIGN, HOST, notes.verify
        )  # fmt: skip

    def remember(self) -> None:
        """Keep the published checkpoint, as a monitor would."""
        note = self.tiles.get(CAMPAIGN, "checkpoint")
        if note and (not self.published or heads.body_of(note) != self.published[-1]):
            self.published.append(heads.body_of(note))

    def note(self) -> bytes:
        """Give the published checkpoint."""
        note = self.tiles.get(CAMPAIGN, "checkpoint")
        assert note is not None
        return note

    def get(self, path: str) -> bytes | None:
        """Give a published file."""
        return self.tiles.get(CAMPAIGN, path)

    def audit(self) -> Recount:
        """Verify what is published from the files alone, and every head ever published; recount it."""
        key = heads.parse_vkey((self.get("vkey") or b"").decode().removesuffix("\n"))
        head = heads.open_checkpoint(self.note(), key, notes.verify, heads.origin_of(HOST, CAMPAIGN))
        read = layout.Reader(head.size, self.get)
        assert read.root() == head.root
        lines = [line for index in range(-(-head.size // 256)) for line in read.bundle(index)]
        assert lines == self.ledger.log.lines[: head.size]
        for earlier in self.published:
            assert layout.Reader(earlier.size, self.get).root() == earlier.root
        recount = Recount()
        recount.feed_all(lines)
        return recount
