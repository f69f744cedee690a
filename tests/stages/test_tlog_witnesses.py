"""Witnesses cosign what grows, and what they answer otherwise never stops the log or passes unnoticed."""

from __future__ import annotations

import copy

import pytest

from tests.stages.log_world import CAMPAIGN, HOST, NOON, World
from tests.stages.witness import SECOND_SEED, TinyWitness
from undersigned.core import checkpoint as heads
from undersigned.core import merkle
from undersigned.stages.tlog.needs import Refused, WitnessAnswer
from undersigned.stages.tlog.run import Circle
from undersigned.stages.tlog.witnesses import merged
from undersigned.vault import notes


def world_with(*witnesses: TinyWitness) -> World:
    world = World(witnesses)
    world.open()
    return world


def seen(world: World) -> list[str]:
    """Give the names of the witnesses whose cosignatures the published checkpoint carries."""
    note = heads.parse_note(world.note())
    return [one.name for one in heads.cosignatures(note, world.circle.keys, notes.verify)]


def grow(world: World, after: int = 60) -> list[str]:
    """Let the log grow by one signature; give the codes of the alarms."""
    world.now += after
    world.ledger.sign_up()
    return [alarm.code for alarm in world.step().alarms]


def test_the_published_checkpoint_carries_the_cosignatures_of_all_witnesses() -> None:
    world = world_with(TinyWitness(), TinyWitness("second.example/w", SECOND_SEED))
    for _ in range(4):
        assert grow(world) == []
        assert seen(world) == ["witness.example/w", "second.example/w"]
    world.audit()
    assert heads.body_of(world.ledger.log.signed) == heads.body_of(world.note())


def test_a_witness_that_was_told_by_another_process_is_asked_again_from_where_it_stands() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    grow(world)
    world.circle = Circle([witness], notes.verify)  # a new process remembers nothing
    witness.statuses.clear()
    assert grow(world) == []
    assert witness.statuses == [409, 200]
    assert seen(world) == ["witness.example/w"]


def test_a_witness_that_lost_its_memory_is_told_everything_again() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    witness.size, witness.root = 0, merkle.EMPTY
    assert grow(world) == []
    assert seen(world) == ["witness.example/w"]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (WitnessAnswer(0, b""), "silent"),
        (WitnessAnswer(404, b""), "refused"),
        (WitnessAnswer(403, b""), "refused"),
        (WitnessAnswer(400, b""), "refused"),
        (WitnessAnswer(500, b""), "refused"),
        (WitnessAnswer(422, b""), "differs"),
        (WitnessAnswer(200, b""), "garbled"),
        (WitnessAnswer(200, b"\xff\xfe"), "garbled"),
        (WitnessAnswer(200, b"<html>welcome</html>"), "garbled"),
        (WitnessAnswer(200, "— somebody.example/else AAAAAAAA\n".encode()), "garbled"),
        (WitnessAnswer(409, b""), "garbled"),
        (WitnessAnswer(409, b"3"), "garbled"),
        (WitnessAnswer(409, b"03\n"), "garbled"),
        (WitnessAnswer(409, "３\n".encode()), "garbled"),
        (WitnessAnswer(409, b"999\n"), "ahead"),
        (WitnessAnswer(409, b"1\n"), "refused"),
    ],
)
def test_any_other_answer_is_no_cosignature_and_the_log_goes_on(answer: WitnessAnswer, code: str) -> None:
    witness = TinyWitness()
    world = world_with(witness)
    witness.always = answer
    assert grow(world) == [code]
    assert seen(world) == []
    assert world.audit().standing == 1
    witness.always = None
    assert grow(world, after=61) == []
    assert seen(world) == ["witness.example/w"]


def test_a_witness_that_holds_another_root_of_the_same_size_raises_the_alarm_whichever_code_it_uses() -> None:
    for status in (422, 409):
        witness = TinyWitness(differing=status)
        world = world_with(witness)
        grow(world)
        witness.root = bytes(32)
        world.circle = Circle([witness], notes.verify)
        world.now += 60
        published = heads.parse_note(world.note())
        world.tiles.files[CAMPAIGN, "checkpoint"] = heads.format_note(published.text, published.signatures[:1])
        done = world.step()
        assert [alarm.code for alarm in done.alarms] == ["differs"]
        assert done.alarms[0].grave


def test_a_forged_cosignature_is_never_published() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    other = heads.format_body(heads.origin_of(HOST, CAMPAIGN), 5, bytes(32))
    forged = heads.signature_line(notes.cosign(witness.seed, witness.name, other, NOON))
    witness.always = WitnessAnswer(200, forged.encode())
    assert grow(world) == ["garbled"]
    assert seen(world) == []


def test_lines_of_strangers_in_an_answer_are_left_out() -> None:
    witness = TinyWitness()
    witness.extra = "— somebody.example/else AAAAAAAAAAAA\n"
    world = world_with(witness)
    assert grow(world) == []
    assert seen(world) == ["witness.example/w"]
    assert b"somebody" not in world.note()


def test_a_silent_witness_is_left_alone_for_a_while_and_then_asked_again() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    witness.always = WitnessAnswer(0, b"")
    grow(world)
    for _ in range(5):
        assert grow(world, after=2) == []
    assert witness.asked == 1
    grow(world, after=60)
    assert witness.asked == 2


def test_a_busy_log_asks_no_witness_more_often_than_agreed_and_the_last_head_is_cosigned_when_idle() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    for _ in range(5):
        grow(world, after=2)
    assert witness.asked == 1
    assert seen(world) == []
    world.now += 10
    world.step()
    assert seen(world) == ["witness.example/w"]
    world.now += 100
    world.step()
    assert witness.asked == 2, "a checkpoint that carries its cosignature is not shown again"


def test_a_newer_cosignature_takes_the_place_of_the_older_one() -> None:
    world = world_with(TinyWitness())
    grow(world)
    first = heads.parse_note(world.note())
    again = notes.cosign(TinyWitness().seed, "witness.example/w", first.text, NOON + 500)
    note = heads.parse_note(merged(world.note(), [again]))
    assert [line.name for line in note.signatures] == [f"{HOST}/log/{CAMPAIGN}", "witness.example/w"]
    assert heads.cosignatures(note, world.circle.keys, notes.verify)[0].at == NOON + 500


def test_a_restored_old_database_is_caught_by_a_witness_when_every_other_trace_is_gone() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    old = copy.deepcopy(world.ledger)
    grow(world)
    world.ledger = old
    world.tiles.files.clear()
    world.high_water.notes.clear()
    with pytest.raises(Refused) as words:
        world.start()
    assert words.value.code == "witness-ahead"
    assert witness.name in str(words.value)


def test_an_empty_ledger_is_caught_by_a_witness_that_has_seen_the_log() -> None:
    witness = TinyWitness()
    grow(world_with(witness))
    fresh = world_with(witness)
    with pytest.raises(Refused) as words:
        fresh.start()
    assert words.value.code == "witness-ahead"


def test_a_witness_with_another_root_refuses_the_start() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    witness.root = bytes(32)
    with pytest.raises(Refused) as words:
        world.start()
    assert words.value.code == "witness-differs"


@pytest.mark.parametrize("status", [0, 404, 403, 500])
def test_a_witness_that_is_away_does_not_keep_a_log_from_starting(status: int) -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    witness.always = WitnessAnswer(status, b"")
    world.start()


def test_a_witness_that_is_behind_is_no_alarm_and_is_told_the_rest() -> None:
    witness = TinyWitness()
    world = world_with(witness)
    grow(world)
    grow(world, after=2)
    world.circle = Circle([witness], notes.verify)
    world.start()
    assert grow(world) == []
    assert seen(world) == ["witness.example/w"]
