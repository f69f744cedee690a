"""The log grows in batches that anybody can verify, and a crash anywhere costs nothing."""

from __future__ import annotations

import copy
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.log_world import CAMPAIGN, HOST, NOON, REGIONS, Crash, Fuse, World
from undersigned.core import checkpoint as heads
from undersigned.core import leaves
from undersigned.core.leaves import Recount
from undersigned.stages.tlog.needs import Immutable, Moved, Refused
from undersigned.stages.tlog.run import step

DAY = 86_400


def opened(signatures: int = 0, country: str = "KE") -> World:
    """Give a log with its `g` line and so many signatures in it."""
    world = World()
    world.open()
    for _ in range(signatures):
        world.ledger.sign_up(country, signed=NOON)
    world.step()
    return world


def test_nothing_is_written_before_a_campaign_has_its_first_text() -> None:
    world = World()
    world.ledger.sign_up()
    assert world.step().size == 0
    assert world.get("checkpoint") is None
    assert not world.high_water.notes


def test_the_first_batch_opens_the_log_the_day_and_counts() -> None:
    world = opened(2)
    first, second, *rest = world.ledger.log.lines
    assert first.startswith(b"g {")
    assert second == b"d 2026-01-01"
    assert rest == sorted(rest)
    assert world.audit().standing == 2


def test_a_signature_stands_in_the_published_log_after_one_step_and_its_receipt_verifies() -> None:
    world = opened(1)
    assert world.step().entered == 0
    assert world.audit().standing == 1
    assert heads.body_of(world.note()).size == 3


def test_signatures_of_a_batch_are_sorted_so_that_their_order_says_nothing_about_time() -> None:
    world = opened(40)
    batch = world.ledger.log.lines[2:]
    assert batch == sorted(batch)
    assert batch != [leaves.signature(row.commitment) for row in world.ledger.log.rows]


def test_each_day_begins_once_and_before_its_first_line() -> None:
    world = opened(1)
    for day in range(3):
        world.now = NOON + day * DAY
        world.ledger.sign_up()
        world.step()
        world.ledger.sign_up()
        world.step()
    days = [line for line in world.ledger.log.lines if line[:1] == b"d"]
    assert days == [b"d 2026-01-01", b"d 2026-01-02", b"d 2026-01-03"]
    assert [day.collected for day in world.audit().days] == [3, 2, 2]


def test_a_day_without_anything_to_say_has_no_line() -> None:
    world = opened(1)
    world.now += 5 * DAY
    assert world.step().entered == 0


def test_withdrawals_strikes_and_their_undoing_reach_the_log() -> None:
    world = opened(4)
    first, second, third, _ = world.ledger.log.rows
    world.ledger.want(first, "w")
    world.ledger.want(second, "x", "fraud")
    world.ledger.want(third, "x", "court")
    world.step()
    world.ledger.want(third, "r")
    world.step()
    recount = world.audit()
    assert (recount.standing, recount.withdrawn, recount.struck) == (2, 1, 1)


def test_a_changed_text_is_a_v_line_and_comes_before_the_signatures_of_its_batch() -> None:
    world = opened(1)
    world.ledger.release_text('{"texts":{"en":"x"}}')
    world.ledger.sign_up()
    world.step()
    assert [line[:1] for line in world.ledger.log.lines] == [b"g", b"d", b"s", b"v", b"s"]


def test_a_text_that_cannot_stand_in_a_line_is_refused_in_words() -> None:
    world = World()
    world.ledger.release_text('{"é":1}')
    with pytest.raises(Refused, match="cannot be entered") as refused:
        world.step()
    assert refused.value.code == "text"


def test_two_signatures_with_one_leaf_are_refused() -> None:
    world = opened(1)
    world.ledger.sign_up().commitment = b"x" * 32
    world.ledger.sign_up().commitment = b"x" * 32
    with pytest.raises(Refused) as refused:
        world.step()
    assert refused.value.code == "twin"


def test_a_country_is_told_only_when_at_least_k_wait() -> None:
    world = opened(2)
    assert world.step().entered == 0
    assert world.audit().countries == {}
    world.ledger.sign_up()
    world.step()
    world.step()
    assert world.audit().countries == {"KE": 3}
    assert world.ledger.log.lines[-1] == b"t KE e 3"


def test_few_signatures_are_told_as_a_world_region_after_a_day() -> None:
    world = opened(2, "UG")
    world.ledger.sign_up("TZ", signed=NOON)
    world.ledger.sign_up("FR", signed=NOON)
    world.step()
    world.step()
    assert world.audit().countries == {}
    world.now += DAY + 1
    world.step()
    assert world.audit().countries == {"014": 3}
    assert world.ledger.log.lines[-2:] == [b"d 2026-01-02", b"t 014 e 3"]


def test_what_is_left_at_closing_is_told_as_from_nowhere_if_it_reaches_k() -> None:
    world = opened(1, "UG")
    world.ledger.sign_up("FR", signed=NOON)
    world.step()
    world.step(closed=True)
    assert world.audit().countries == {}
    world.ledger.sign_up("XK", signed=NOON)
    world.step()
    world.step(closed=True)
    assert world.audit().countries == {"ZZ": 3}


def test_the_smallest_group_is_never_less_than_the_log_has_promised() -> None:
    world = opened(2)
    world.k = 1
    world.step()
    assert world.audit().countries == {}


def test_the_logs_time_never_runs_backwards() -> None:
    world = opened(1)
    world.now += 3 * DAY
    world.ledger.sign_up()
    world.step()
    world.now -= 10 * DAY
    world.ledger.sign_up()
    world.step()
    assert [line for line in world.ledger.log.lines if line[:1] == b"d"] == [b"d 2026-01-01", b"d 2026-01-04"]
    assert world.ledger.log.signed_at == NOON + 3 * DAY
    world.audit()


def test_many_batches_over_tile_bounds_leave_every_published_head_provable() -> None:
    world = opened()
    for portion in (1, 253, 1, 1, 300, 210, 2):
        for number in range(portion):
            world.ledger.sign_up("KE" if number % 2 else "UG", signed=world.now)
        world.step()
    recount = world.audit()
    assert recount.standing == 768
    assert len(world.published) == 8
    assert not any("000.p/" in path for _, path in world.tiles.files if path.startswith("tile/0/"))


def test_a_batch_takes_no_more_than_its_limit_and_the_next_goes_on() -> None:
    world = opened()
    for _ in range(25):
        world.ledger.sign_up()
    sizes = []
    for _ in range(4):
        done = step(
            world.ledger, world.tiles, world.keys, world.high_water, world.circle, CAMPAIGN, 3, NOON, HOST,
            regions=REGIONS, limit=10,
        )  # fmt: skip
        world.remember()
        sizes.append(world.audit().collected)
        assert done.size == len(world.ledger.log.lines)
    assert sizes == [10, 20, 25, 25]


class _Told:
    """Writes down what happens at stores, in order; of files that are begun also when they are finished."""

    def __init__(self, store: object, done: list[str]) -> None:
        self._store, self._done = store, done

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._store, name)

        def telling(*given: Any) -> Any:
            self._done.append(name)
            result = call(*given)
            return _Told(result, self._done).finish if name == "begin" else result

        return telling

    def finish(self) -> None:
        self._done.append("finish")
        cast(Any, self._store)()


def test_each_batch_is_whole_on_disk_before_it_is_signed_and_published_before_the_next_is_entered() -> None:
    world, done = opened(), list[str]()
    for _ in range(30):
        world.ledger.sign_up()
    ledger, tiles, keys, high_water = (
        cast(Any, _Told(store, done)) for store in (world.ledger, world.tiles, world.keys, world.high_water)
    )
    step(
        ledger, tiles, keys, high_water, world.circle, CAMPAIGN, 3, NOON, HOST,
        regions=REGIONS, limit=10, batches=3,
    )  # fmt: skip
    order = [name for name in done if name in ("waiting", "append", "begin", "finish", "sign", "put", "replace")]
    batch = ["append", "begin", "waiting", "finish", "sign", "sign", "put", "replace"]  # the key signs, then the ledger
    assert order == ["put", "waiting", *batch, *batch, *[name for name in batch if name != "waiting"]]
    world.remember()
    assert world.audit().collected == 30


def test_a_batch_is_published_even_if_the_next_one_is_refused() -> None:
    world = opened()
    for _ in range(15):
        world.ledger.sign_up()
    world.ledger.log.rows[13].commitment = world.ledger.log.rows[12].commitment
    with pytest.raises(Refused) as refused:
        world.step(limit=10, batches=5)
    assert refused.value.code == "twin"
    assert heads.body_of(world.note()).size == 12


def test_a_step_takes_no_more_batches_than_it_may_and_none_behind_one_that_is_not_full() -> None:
    world = opened()
    for _ in range(35):
        world.ledger.sign_up()
    world.step(limit=10, batches=2)
    assert world.audit().collected == 20
    world.step(limit=10, batches=9)
    assert (world.audit().collected, world.audit().countries) == (35, {"KE": 30}), "the last five wait for a step"
    assert world.step(limit=10, batches=9).entered == 1
    assert world.audit().countries == {"KE": 35}


def test_a_full_batch_ends_where_a_tile_does_and_nobody_waits_for_ever() -> None:
    world = opened()
    for _ in range(3000):
        world.ledger.sign_up("XK")
    assert [world.step(limit=1024).size for _ in range(2)] == [1024, 2048]
    world.step(limit=1024)
    assert world.audit().collected == 3000
    assert not any(".p/" in path for _, path in world.tiles.files if path.startswith(("tile/0/000", "tile/0/003")))


def _busy() -> World:
    """Give a log in which the next step has everything to do: every kind of line, a new day, a full tile."""
    world = opened(252)
    world.step()
    rows = world.ledger.log.rows
    world.ledger.want(rows[5], "x", "fraud")
    world.step()
    world.now += DAY + 5
    world.ledger.release_text('{"texts":{}}')
    world.ledger.want(rows[5], "r")
    world.ledger.want(rows[6], "w")
    world.ledger.want(rows[7], "x", "court")
    for number in range(9):
        world.ledger.sign_up(["KE", "FR", "XK"][number % 3], signed=world.now)
    return world


def _calls() -> int:
    fuse = Fuse(-1, after=False)
    _busy().step(fuse=fuse)
    return fuse.calls


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_of_any_store_leaves_a_log_that_the_next_step_completes(after: bool) -> None:
    begun = _busy()
    undisturbed = copy.deepcopy(begun)
    undisturbed.step()
    calls = _calls()
    assert calls > 30
    for at in range(calls):
        world = copy.deepcopy(begun)
        with pytest.raises(Crash):
            world.step(fuse=Fuse(at, after))
        world.remember()
        world.start()  # what a restarted process does first
        world.step()
        world.step()
        assert world.audit().standing == 259
        assert world.ledger.log.lines[: len(undisturbed.ledger.log.lines)] == undisturbed.ledger.log.lines
        assert world.get("checkpoint") == world.high_water.get(CAMPAIGN) == world.ledger.log.signed


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_in_a_run_of_batches_costs_nothing(after: bool) -> None:
    begun = opened()
    for number in range(35):
        begun.ledger.sign_up(["KE", "FR"][number % 2])
    undisturbed, fuse = copy.deepcopy(begun), Fuse(-1, after)
    undisturbed.step(fuse=fuse, limit=10, batches=5)
    for at in range(fuse.calls):
        world = copy.deepcopy(begun)
        with pytest.raises(Crash):
            world.step(fuse=Fuse(at, after), limit=10, batches=5)
        world.remember()
        world.start()
        world.step(limit=10, batches=5)
        assert world.audit().collected == 35
        assert world.ledger.log.lines[:12] == undisturbed.ledger.log.lines[:12]
        assert world.get("checkpoint") == world.high_water.get(CAMPAIGN) == world.ledger.log.signed


def test_two_crashes_in_a_row_are_no_worse_than_one() -> None:
    begun = _busy()
    calls = _calls()
    for first in range(0, calls, 3):
        for second in range(1, 40, 7):
            world = copy.deepcopy(begun)
            for at in (first, second):
                try:
                    world.step(fuse=Fuse(at, after=bool(at % 2)))
                except Crash:
                    world.remember()
            world.start()
            world.step()
            world.step()
            assert world.audit().standing == 259


def test_recovery_gives_the_same_bytes_as_an_undisturbed_run() -> None:
    begun = _busy()
    undisturbed, disturbed = copy.deepcopy(begun), copy.deepcopy(begun)
    undisturbed.step()
    with pytest.raises(Crash):
        disturbed.step(fuse=Fuse(_calls() - 6, after=False))
    disturbed.ledger.log.texts.clear()
    disturbed.step()
    shared = set(undisturbed.tiles.files) & set(disturbed.tiles.files) - {(CAMPAIGN, "checkpoint")}
    assert len(shared) > 5
    assert all(undisturbed.tiles.files[name] == disturbed.tiles.files[name] for name in shared)


def test_published_files_that_were_lost_are_made_again_with_the_same_bytes() -> None:
    world = opened(600)
    world.step()
    before = dict(world.tiles.files)
    world.tiles.files.clear()
    del world.published[:-1]  # the partial tiles of earlier heads are gone with them
    world.start()
    world.step()
    assert {path: data for path, data in before.items() if ".p/" not in path[1]}.items() <= world.tiles.files.items()
    world.audit()


def test_a_damaged_tile_is_never_built_upon() -> None:
    world = opened(600)
    full = (CAMPAIGN, "tile/1/000.p/2")
    world.tiles.files[full] = bytes(64)
    world.ledger.sign_up()
    with pytest.raises(Immutable):
        world.step()
    assert heads.body_of(world.note()).size == 602, "the last good checkpoint stays"


def test_two_writers_cannot_both_write() -> None:
    world = opened(1)
    world.ledger.sign_up()

    class Rival:
        """Another process that writes between reading and writing."""

        def __init__(self) -> None:
            self.struck = False

        def __getattr__(self, name: str) -> object:
            if name == "append" and not self.struck:
                self.struck = True
                world.step()
            return getattr(world.ledger, name)

    with pytest.raises(Moved):
        step(
            cast(Any, Rival()), world.tiles, world.keys, world.high_water, world.circle, CAMPAIGN, 3, NOON, HOST,
            regions=REGIONS,
        )  # fmt: skip
    world.audit()


class _Play:
    """Lets a made-up campaign live for a while, checking the promises after every line."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.world = World(k=data.draw(st.sampled_from([1, 2, 3, 10])))
        self.world.open()
        self.world.step()

    def turn(self) -> None:
        rows = self.world.ledger.log.rows
        draw = self.data.draw
        for country in draw(st.lists(st.sampled_from(["KE", "UG", "FR", "XK", "ZZ"]), max_size=25)):
            self.world.ledger.sign_up(country, signed=self.world.now, channel=draw(st.sampled_from("eeep")))
        live = [row for row in rows if row.logged == "s" and not row.wants]
        leaving = draw(st.integers(0, len(live)))
        for row in live[:leaving] if draw(st.booleans()) else live[len(live) - leaving :]:
            self.world.ledger.want(row, draw(st.sampled_from("wx")))
        for row in [row for row in rows if row.logged == "x"][: draw(st.integers(0, 5))]:
            self.world.ledger.want(row, "r")
        self.world.now += draw(st.sampled_from([2, 3600, DAY]))
        self.world.step(closed=draw(st.booleans()))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_line_speaks_of_fewer_than_k_and_all_lines_never_of_more_than_stand(data: st.DataObject) -> None:
    play = _Play(data)
    for _ in range(data.draw(st.integers(1, 8))):
        play.turn()
    recount = Recount()  # enforces both after every line, by the rules `group` and `above`
    recount.feed_all(play.world.ledger.log.lines)
    standing = [row for row in play.world.ledger.log.rows if row.stands]
    assert recount.standing == len(standing)
    assert recount.released == sum(play.world.ledger.log.released.values())
    assert all(n == 0 or n >= play.world.k for n in play.world.ledger.log.released.values())
    play.world.audit()


def test_a_country_whose_signers_withdraw_is_told_less_and_later_again() -> None:
    world = opened(6)
    world.step()
    assert world.audit().countries == {"KE": 6}
    world.ledger.want(world.ledger.log.rows[0], "w")
    world.step()
    assert world.ledger.log.lines[-2:] == [b"t KE e -3", b"w %d withdrawn" % world.ledger.log.rows[0].index]
    assert world.audit().countries == {"KE": 3}
    world.now += DAY
    for _ in range(3):
        world.ledger.sign_up(signed=world.now)
        world.step()
        world.step()
    recount = world.audit()
    assert recount.standing == 8
    assert recount.countries["KE"] >= 6
