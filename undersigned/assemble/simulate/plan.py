"""The plan of a simulation: from a seed to people with everything that each of them will do, and when. Pure.

The same seed, numbers and world give the same people in the same order, on any machine: only `random.random`
is used, whose sequence Python keeps. People come one after the other in the order in which they sign, so that
a million of them need no memory. Nobody in a plan exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Literal, TypeAlias

import msgspec

from undersigned.assemble.simulate.curve import Curve
from undersigned.assemble.simulate.people import Sketcher
from undersigned.assemble.simulate.world import World

__all__ = ["AFTER", "Act", "Deed", "Fate", "Person", "people", "repeaters"]

HOUR = 3600.0
DAY = 24 * HOUR
AFTER = 6  #: days after the last signature in which everything comes to its end

#: What somebody does after signing. `confirm-again` presses the link of the second letter; `late` presses the
#: first after 72 hours; the scans are made by programs that follow links, before anybody has read the letter.
Act: TypeAlias = Literal[
    "again", "scan-get", "scan-head", "look", "confirm", "confirm-again", "late", "not-me", "withdraw", "erase"
]

#: What becomes of a person in the end. `bounced`: the address has a slip, and no letter arrives. `silent`: it
#: arrives and nobody answers. `stranger`: it was somebody else's address, who says so.
Fate: TypeAlias = Literal["counted", "review", "withdrawn", "erased", "late", "silent", "stranger", "bounced"]

# Of a thousand people who sign, in this order; the others confirm and stand.
_FATES: tuple[tuple[float, Fate], ...] = (
    (115, "silent"), (15, "bounced"), (6, "stranger"), (14, "late"), (4, "review"), (7, "withdrawn"), (3, "erased"),
)  # fmt: skip
REPEATED = 0.03  # of all forms: somebody who has signed before, spelled otherwise
TWINS = 0.002  # of all forms: somebody who signs again a day later, because the first letter was overlooked
SCANNED = 0.13  # of all letters: a program follows the link first
LOOKING = 0.10  # of those who press: seen to open the page before
TWICE = 0.02  # of those who press: press twice
SLIPS = 0.02  # of all people: their first form is refused, and they mend it
COMMENTS = 0.12


class Deed(msgspec.Struct, frozen=True, gc=False):
    """One thing somebody does, so many seconds after signing."""

    after: float
    act: Act


class Person(msgspec.Struct, frozen=True, gc=False):
    """Somebody who signs at `at` (seconds since 1970), and what follows, in order of time.

    `again` is the spelling of the address with which they sign a second time, "" for most. `slip` says that
    the first form they send is wrong. `hidden` fills in the field that people do not see.
    """

    id: int
    at: float
    country: str
    language: str
    name: str
    email: str
    again: str
    comment: str
    updates: bool
    hidden: str
    slip: bool
    fate: Fate
    deeds: tuple[Deed, ...]


def repeaters(signatures: int) -> tuple[int, int, int]:
    """Give, of that many forms: people, those of them who sign twice, and those who do because of a lost letter."""
    again, twins = round(signatures * REPEATED), round(signatures * TWINS)
    return signatures - again - twins, again, twins


def people(seed: int, world: World, signatures: int, start: int, days: int) -> Iterator[Person]:
    """Give everybody, in the order of signing. The forms they send, second ones included, are `signatures`.

    `start` is the launch in seconds since 1970, on a whole hour.
    """
    chance = Random(f"undersigned/plan/1/{seed}")
    sketch = Sketcher(world, chance)
    curve = Curve(world.places, start, days)
    total, again, twins = repeaters(signatures)
    number = 0
    for hour, count in enumerate(curve.counts(total)):
        weights = curve.weights(hour)
        for at in sorted(chance.random() for _ in range(count)):
            when = start + hour * HOUR + at * HOUR
            left = start + (days + 2) * DAY - when
            course = _course(number, total, again, twins, left, chance)
            yield _person(number, when, weights, course, sketch, chance)
            number += 1


class _Course(msgspec.Struct, frozen=True, gc=False):
    fate: Fate
    deeds: tuple[Deed, ...]
    repeats: bool


def _turn(number: int, total: int, chosen: int) -> bool:
    """Tell whether that one is among `chosen` of `total`, spread evenly."""
    return (number + 1) * chosen // total > number * chosen // total


def _course(number: int, total: int, again: int, twins: int, left: float, chance: Random) -> _Course:
    if _turn(number, total, again):
        return _Course("counted", _repeated(left, chance), True)
    if _turn(total - 1 - number, total, twins):
        return _Course("counted", _twin(chance), True)
    fate = _fate(chance.random() * 1000)
    return _Course(fate, tuple(_ALONE[fate](left, chance)), False)


def _fate(drawn: float) -> Fate:
    for share, fate in _FATES:
        if drawn < share:
            return fate
        drawn -= share
    return "counted"


def _reading(chance: Random) -> float:
    """Give the seconds from signing to the press: most at once, some in the evening, some the day after."""
    drawn, part = chance.random(), chance.random()
    if drawn < 0.55:
        return 40 + part * 600
    return 640 + part * 4 * HOUR if drawn < 0.87 else 4 * HOUR + part * 26 * HOUR


def _scans(chance: Random) -> list[Deed]:
    drawn = chance.random()
    if drawn >= SCANNED:
        return []
    return [Deed(20.0, "scan-head" if drawn < SCANNED / 3 else "scan-get")]


def _pressed(left: float, chance: Random) -> list[Deed]:
    press = _reading(chance)
    deeds = _scans(chance)
    deeds += [Deed(press - 5, "look")] if chance.random() < LOOKING else []
    return [*deeds, *[Deed(press, "confirm")] * (2 if chance.random() < TWICE else 1)]


def _left(act: Literal["withdraw", "erase"], left: float, chance: Random) -> list[Deed]:
    deeds = _pressed(left, chance)
    least = deeds[-1].after + 14 * HOUR
    return [*deeds, Deed(least + chance.random() * max(HOUR, left - least), act)]


_ALONE: Mapping[Fate, Callable[[float, Random], list[Deed]]] = {
    "counted": _pressed,
    "review": _pressed,
    "withdrawn": lambda left, chance: _left("withdraw", left, chance),
    "erased": lambda left, chance: _left("erase", left, chance),
    "late": lambda left, chance: [*_scans(chance), Deed((82 + 12 * chance.random()) * HOUR, "late")],
    "silent": lambda left, chance: _scans(chance),
    "stranger": lambda left, chance: [Deed(_reading(chance), "not-me")],
    "bounced": lambda left, chance: [],
}


def _repeated(left: float, chance: Random) -> tuple[Deed, ...]:
    """Sign again: within the hours in which no second letter leaves, or days later, when one says "already"."""
    deeds = _pressed(left, chance)
    soon = chance.random() < 0.5
    gap = (2 + 8 * chance.random()) * HOUR if soon else 49 * HOUR + chance.random() * max(HOUR, left - 49 * HOUR)
    return tuple(sorted([*deeds, Deed(gap, "again")], key=lambda deed: deed.after))


def _twin(chance: Random) -> tuple[Deed, ...]:
    """Overlook the first letter, sign again when a second one may leave, find both, press both."""
    second = (34 + 4 * chance.random()) * HOUR
    return (Deed(second, "again"), Deed(second + 4 * HOUR, "confirm-again"), Deed(second + 12 * HOUR, "confirm"))


def _person(number: int, at: float, weights: list[float], course: _Course, sketch: Sketcher, chance: Random) -> Person:
    place = sketch.place(weights)
    language = sketch.language(place)
    email, again = sketch.address(number, course.fate, course.repeats)
    doubtful = course.fate == "review" and email.isascii()
    return Person(
        id=number,
        at=at,
        country=place.code,
        language=language,
        name=sketch.name(place, language),
        email=email,
        again=again,
        comment=sketch.comment(language) if chance.random() < COMMENTS else "",
        updates=chance.random() < 0.4,
        hidden="https://shop.example" if doubtful else "",
        slip=chance.random() < SLIPS,
        fate=course.fate,
        deeds=course.deeds,
    )
