"""A restored backup must never sign a fork: what Frida is told when the stores do not fit together."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import pytest

from tests.stages.log_ledger import Ledger
from tests.stages.log_world import CAMPAIGN, HOST, Keys, World
from undersigned.core import checkpoint as heads
from undersigned.core import leaves, merkle
from undersigned.stages.tlog.needs import Refused
from undersigned.stages.tlog.run import prove
from undersigned.vault import notes


def grown(signatures: int = 5) -> World:
    world = World()
    world.open()
    world.step()
    for _ in range(signatures):
        world.ledger.sign_up()
        world.step()
    return world


def refused(world: World, also: bool = True) -> Refused:
    """Check that both the start and, where `also`, a step that nobody checked before refuse and sign nothing."""
    before = (world.ledger.log.signed, dict(world.tiles.files), dict(world.high_water.notes))
    with pytest.raises(Refused) as start:
        world.start()
    if also:
        with pytest.raises(Refused):
            world.step()
    assert (world.ledger.log.signed, world.tiles.files, world.high_water.notes) == before
    assert str(start.value).endswith(".")
    return start.value


def test_a_log_that_has_not_begun_starts_without_a_key() -> None:
    world = World()
    world.keys.missing = True
    world.start()


def test_a_log_that_fits_starts_again_and_again() -> None:
    world = grown()
    for _ in range(3):
        world.start()
        world.ledger.sign_up()
        world.step()
    world.audit()


def test_a_swapped_in_old_database_refuses_and_says_what_to_do() -> None:
    world = grown()
    old = copy.deepcopy(world.ledger)
    world.ledger.sign_up()
    world.step()
    world.ledger = old
    world.ledger.sign_up()
    words = refused(world)
    assert words.code == "ledger-behind"
    assert "newest copy" in str(words)


@pytest.mark.parametrize("lost", ["published", "high water"])
def test_either_the_published_checkpoint_or_the_high_water_note_is_enough_to_refuse(lost: str) -> None:
    world = grown()
    old = copy.deepcopy(world.ledger)
    world.ledger.sign_up()
    world.step()
    if lost == "published":
        world.tiles.files.clear()
    else:
        world.high_water.notes.clear()
    world.ledger = old
    assert refused(world).code == "ledger-behind"


def test_an_empty_ledger_beside_a_published_log_refuses() -> None:
    world = grown()
    world.ledger = World().ledger
    world.ledger.release_text('{"format":1,"k":3}')
    world.ledger.sign_up()
    assert refused(world).code == "ledger-behind"


def test_an_old_database_that_has_grown_past_the_published_size_refuses_for_its_other_lines() -> None:
    world = grown()
    other = copy.deepcopy(world)
    world.ledger.sign_up()
    world.step()
    other.high_water.notes.clear()
    for _ in range(3):
        other.ledger.sign_up().commitment = b"another signer's leaf of 32 bytes"[:32]
        other.ledger.log.rows[-1].commitment = leaves.commitment(bytes(32), b"%d" % len(other.ledger.log.rows))
        other.step()
    world.ledger = other.ledger
    words = refused(world, also=False)
    assert words.code == "ledger-differs"
    assert "fork" in str(words)


def test_a_changed_line_in_the_ledger_refuses() -> None:
    world = grown()
    world.ledger.log.lines[3] = leaves.signature(bytes(32))
    assert refused(world, also=False).code in ("ledger-differs", "damaged")


def test_a_changed_line_that_nothing_was_signed_about_yet_is_damage() -> None:
    world = grown()
    for store in (world.tiles.files, world.high_water.notes):
        store.clear()
    world.ledger.log.signed = b""
    world.ledger.log.lines[3] = leaves.signature(bytes(32))
    assert refused(world).code == "damaged"


def test_lines_missing_from_the_ledger_are_damage() -> None:
    world = grown()
    for store in (world.tiles.files, world.high_water.notes):
        store.clear()
    world.ledger.log.signed = b""
    root, edge = world.ledger.log.root, world.ledger.log.edge
    del world.ledger.log.lines[-1]
    assert (root, edge) == (world.ledger.log.root, world.ledger.log.edge)
    assert refused(world).code == "damaged"


def test_a_head_that_does_not_fit_its_edge_is_never_built_upon() -> None:
    world = grown()
    world.ledger.log.edge = (bytes(32), *world.ledger.log.edge[1:])
    world.ledger.sign_up()
    with pytest.raises(Refused) as words:
        world.step()
    assert words.value.code == "damaged"


def test_a_missing_key_refuses_and_no_second_one_is_made() -> None:
    world = grown()
    world.keys.missing = True
    world.ledger.sign_up()
    with pytest.raises(Refused) as words:
        world.start()
    assert words.value.code == "no-key"
    with pytest.raises(Refused):
        world.step()


def test_another_key_than_the_published_one_refuses() -> None:
    world = grown()
    world.keys = Keys(bytes(32))
    assert refused(world, also=False).code == "other-key"
    del world.tiles.files[CAMPAIGN, "vkey"]
    assert refused(world, also=False).code == "other-key"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda note: b"",
        lambda note: note[:-1],
        lambda note: note.replace(b"\n8\n", b"\n08\n"),
        lambda note: b"a page of the hosting company, not a checkpoint\n",
    ],
)
def test_a_published_checkpoint_that_cannot_be_read_refuses(spoil: Callable[[bytes], bytes]) -> None:
    world = grown()
    spoilt = spoil(world.note())
    if spoilt:
        world.tiles.files[CAMPAIGN, "checkpoint"] = spoilt
        assert refused(world).code == "unreadable"
    world.high_water.notes[CAMPAIGN] = b"garbage"
    assert refused(world).code == "unreadable"


def test_a_published_checkpoint_that_nobody_signed_refuses() -> None:
    world = grown()
    body = heads.format_body(heads.origin_of(HOST, CAMPAIGN), 3, merkle.leaf(b""))
    world.tiles.files[CAMPAIGN, "checkpoint"] = notes.sign_note(bytes(32), "somebody.example/else", body)
    assert refused(world, also=False).code == "other-key"


def test_a_ledger_ahead_of_what_was_published_is_what_a_crash_leaves_and_starts() -> None:
    world = grown()
    old = dict(world.tiles.files)
    high = dict(world.high_water.notes)
    world.ledger.sign_up()
    world.step()
    world.tiles.files, world.high_water.notes = old, high
    world.start()
    world.step()
    world.audit()


class Counted:
    """A ledger that says which of its lines were read."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.read: set[int] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(self._ledger, name)

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        self.read.update(range(start, stop))
        return self._ledger.entries(campaign, start, stop)


def long(signatures: int = 800) -> World:
    world = World()
    world.open()
    for _ in range(signatures):
        world.ledger.sign_up()
    world.step()
    return world


def test_a_start_reads_only_the_lines_behind_the_last_full_tile() -> None:
    world = long()
    size, ledger = len(world.ledger.log.lines), world.ledger
    world.ledger = counted = Counted(ledger)  # type: ignore[assignment]
    world.start()
    assert counted.read == set(range(size - size % 256, size))
    ledger.sign_up()
    old = dict(world.tiles.files)
    world.step()
    world.tiles.files = old
    counted.read.clear()
    world.start()  # the ledger is ahead of what is published
    assert min(counted.read) == size - size % 256


def test_a_start_whose_tiles_were_lost_reads_every_line() -> None:
    world = long()
    for path in [path for path in world.tiles.files if path[1].startswith("tile/")]:
        del world.tiles.files[path]
    world.ledger = counted = Counted(world.ledger)  # type: ignore[assignment]
    world.start()
    assert counted.read == set(range(len(world.ledger.log.lines)))


@pytest.mark.parametrize("path", ["tile/1/000.p/3", "tile/0/002"])
def test_a_changed_tile_is_never_the_base_of_a_signature(path: str) -> None:
    world = long()
    spoilt = bytearray(world.tiles.files[CAMPAIGN, path])
    spoilt[5] ^= 1
    world.tiles.files[CAMPAIGN, path] = bytes(spoilt)
    world.start()  # the ledger is whole: it reads all of it instead
    with pytest.raises(Refused) as words:
        rounds(world)
    assert words.value.code == "damaged"


@pytest.mark.parametrize("line", [0, 1, 300, 767])
def test_a_changed_line_left_of_the_last_tile_is_found_within_one_round(line: int) -> None:
    world = long()
    assert rounds(world) == 2
    world.ledger.log.lines[line] = leaves.signature(bytes(32))
    with pytest.raises(Refused) as words:
        rounds(world)
    assert words.value.code == "damaged"
    assert "restore" in str(words.value)


def rounds(world: World) -> int:
    """Prove all tiles, two at once; give the number of calls."""
    tile, calls = 0, 0
    while tile or not calls:
        tile, calls = prove(world.ledger, world.tiles, CAMPAIGN, tile, 2), calls + 1
    return calls
