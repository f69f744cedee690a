"""Folds the lines of a log into the count, and enforces every rule of the log on the way.

The rules, by the names `Broken.rule` carries:

| rule | what must hold |
|---|---|
| `order` | lines are fed in order of their indices, from 0, none left out |
| `line` | the line is of a known kind and spelled exactly |
| `genesis` | index 0 is `g`, of format 1 with a `k` of at least 1, and no other line is |
| `day` | days rise; a day has begun before any line but `g` |
| `live` | `w` and `x` name an `s` line before them that stands |
| `struck` | `r` names an `s` line that is struck out |
| `sorted` | the `s` lines of one batch rise strictly (only where the batch's bounds are known) |
| `group` | no `t` line is smaller than k |
| `negative` | the sum of a code's and channel's `t` lines is never below zero |
| `above` | the sum of all `t` lines is never above standing |

**Batches.** A batch is what lies between two checkpoints the log has signed. The lines alone do not show
its bounds: two batches side by side look like one. So `batch` checks the order, for whoever knows the bounds (the
log itself, a monitor that has kept every checkpoint), and `feed` does not. Everybody can still see how
sorted a log is: `runs` is the least number of batches the order of its `s` lines allows, and a log that kept no order
would show about one run for every two signatures.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import groupby, islice, pairwise
from operator import le
from typing import Any

from undersigned.core import lines
from undersigned.core.counts import AtSize, Day, Removal

__all__ = ["Broken", "Recount"]

_LIVE, _STRUCK, _TAKEN_BACK = 1, 2, 3


class Broken(ValueError):
    """The log breaks a rule: it must not be believed from `index` on."""

    def __init__(self, index: int, rule: str, what: str) -> None:
        super().__init__(f"line {index} breaks the rule '{rule}': {what}")
        self.index = index
        self.rule = rule
        self.what = what


class Recount:
    """The count after the lines fed so far. After a `Broken` the object must not be used any more."""

    def __init__(self) -> None:
        """Start with an empty log."""
        self.size = 0
        self.collected = 0
        self.withdrawn = 0
        self.struck = 0  # struck out and not reinstated
        self.runs = 0
        self.day = ""
        self.genesis: dict[str, Any] = {}
        self.reasons: Counter[str] = Counter()  # codes of `w` and `x` lines; an `r` takes its `x` back
        self.released = 0  # sum of all `t` lines
        self._k = 1
        self._groups: Counter[tuple[str, str]] = Counter()  # (geo, channel) -> sum of `t` lines
        self._days: dict[str, list[int]] = {}
        self._removals: dict[tuple[str, str], list[int]] = {}  # (day, code) -> struck out, reinstated
        self._today = [0, 0, 0, 0]
        self._states = bytearray()  # by index: 0 for a line that is no `s`
        self._codes: dict[int, str] = {}  # index of an `s` line struck out -> its code
        self._prints = array("q")  # 64-bit fingerprint of every `s` line, in order
        self._fell, self._rose = array("q"), array("q")  # indices of `w` and `x` lines, and of `r` lines
        self._places: Counter[str] = Counter()  # country or territory -> sum of its `t` lines
        self._named = array("q"), array("q")  # indices of `t` lines that changed how many are named; how many then
        self._last = b""

    @property
    def standing(self) -> int:
        """Signatures that stand: the headline."""
        return self.collected - self.withdrawn - self.struck

    @property
    def countries(self) -> dict[str, int]:
        """Released signatures by country, region or ZZ, all channels together, without zeroes."""
        return self._summed(0)

    @property
    def channels(self) -> dict[str, int]:
        """Released signatures by channel (`e`, `p`, `m`), without zeroes."""
        return self._summed(1)

    def _summed(self, place: int) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for group, number in self._groups.items():
            sums[group[place]] += number
        return {name: sums[name] for name in sorted(sums) if sums[name]}

    @property
    def days(self) -> tuple[Day, ...]:
        """Every day that has begun, in order."""
        return tuple(Day(day, *numbers) for day, numbers in self._days.items())

    @property
    def removals(self) -> tuple[Removal, ...]:
        """What was struck out and reinstated, by day and reason, in order."""
        return tuple(Removal(day, code, *numbers) for (day, code), numbers in sorted(self._removals.items()))

    def is_live(self, index: int) -> bool:
        """Say whether an `s` line stands at that index that was neither taken back nor struck out."""
        return 0 <= index < self.size and self._states[index] == _LIVE

    def at(self, size: int) -> AtSize:
        """Give what the first `size` lines count, none of them later than the last one fed.

        Raises:
            ValueError: so many lines were not fed.
        """
        if not 0 <= size <= self.size:
            raise ValueError(f"{self.size} lines were fed")
        collected = size - self._states.count(0, 0, size)  # what was an `s` line has a state for ever
        fallen = bisect_left(self._fell, size) - bisect_left(self._rose, size)
        named = bisect_left(self._named[0], size)
        return AtSize(collected - fallen, collected, self._named[1][named - 1] if named else 0)

    def repeated(self) -> int:
        """Give how many `s` lines hold a commitment that stands before; takes a moment on a large log.

        Two signers cannot hold the same leaf, so this is 0 in an honest log. Lines are compared by 64-bit
        fingerprints.
        """
        return len(self._prints) - len(set(self._prints))

    def feed(self, index: int, line: bytes) -> None:
        """Take the line at `index`, which must be the next one.

        Raises:
            Broken: it breaks a rule.
        """
        if index != self.size:
            raise Broken(index, "order", f"line {self.size} comes next")
        self._take(line)

    def feed_all(self, taken: Sequence[bytes]) -> None:
        """Take the next lines.

        Raises:
            Broken: one of them breaks a rule.
        """
        if self.day and lines.are_signatures(taken):
            self._run(taken)
            return
        for signatures, alike in groupby(taken, _is_s):
            run = list(alike)
            if signatures and self.day and lines.are_signatures(run):
                self._run(run)
            else:
                for line in run:
                    self._take(line)

    def batch(self, taken: Sequence[bytes]) -> None:
        """Take the lines of exactly one batch, whose `s` lines must rise strictly.

        Raises:
            Broken: one of them breaks a rule.
        """
        signatures = [(place, line) for place, line in enumerate(taken) if line[:2] == b"s "]
        for (_, before), (place, line) in pairwise(signatures):
            if line <= before:
                raise Broken(self.size + place, "sorted", "the signatures of one batch are not in order")
        self.feed_all(taken)

    def _take(self, line: bytes) -> None:
        if line[:2] == b"s ":
            self._signature(line)
        else:
            try:
                fields = lines.parse(line)
            except lines.Malformed as error:
                raise self._broken("line", str(error)) from None
            self._other(fields)
            self._states.append(0)
            self._last = b""
        self.size += 1

    def _run(self, run: Sequence[bytes]) -> None:
        """Take well-formed `s` lines in a row, as `_signature` does with each."""
        self._states += bytes((_LIVE,)) * len(run)
        self._prints.extend(map(hash, run))
        self._today[0] += len(run)
        self.collected += len(run)
        self.runs += (not self._last or run[0] <= self._last) + sum(map(le, islice(run, 1, None), run))
        self._last = run[-1]
        self.size += len(run)

    def _signature(self, line: bytes) -> None:
        if not lines.is_signature(line):
            raise self._broken("line", "a malformed s line")
        if not self.day:
            raise self._broken("day" if self.size else "genesis", "the log is not open yet")
        self._states.append(_LIVE)
        self._prints.append(hash(line))
        self._today[0] += 1
        self.collected += 1
        if line <= self._last or not self._last:
            self.runs += 1
        self._last = line

    def _other(self, fields: lines.Line) -> None:
        if not self.size:
            self._open(fields)
        elif isinstance(fields, lines.DayBegins):
            self._dawn(fields.day)
        elif not self.day:
            raise self._broken("day", "no day has begun")
        elif isinstance(fields, lines.Tally):
            self._tally(fields)
        elif isinstance(fields, lines.Document):
            if fields.kind == "g":
                raise self._broken("genesis", "a second g line")
        else:
            self._change(fields)

    def _open(self, fields: lines.Line) -> None:
        if not isinstance(fields, lines.Document) or fields.kind != "g":
            raise self._broken("genesis", "the log does not begin with a g line")
        k = fields.facts.get("k")
        if fields.facts.get("format") != 1:
            raise self._broken("genesis", "a format this program does not know")
        if type(k) is not int or k < 1:
            raise self._broken("genesis", "no smallest group k")
        self.genesis, self._k = fields.facts, k

    def _dawn(self, day: str) -> None:
        if day <= self.day:
            raise self._broken("day", "days must rise")
        self.day = day
        self._today = self._days[day] = [0, 0, 0, 0]

    def _change(self, fields: lines.Line) -> None:
        if isinstance(fields, lines.Reinstated):
            self._move(fields.index, _STRUCK, _LIVE, "struck")
            self._rose.append(self.size)
            self.struck -= 1
            self._today[3] += 1
            code = self._codes.pop(fields.index)
            self.reasons[code] -= 1
            self._removals.setdefault((self.day, code), [0, 0])[1] += 1
        elif isinstance(fields, lines.Struck):
            self._move(fields.index, _LIVE, _STRUCK, "live")
            self._fell.append(self.size)
            self.struck += 1
            self._today[2] += 1
            self.reasons[fields.code] += 1
            self._codes[fields.index] = fields.code
            self._removals.setdefault((self.day, fields.code), [0, 0])[0] += 1
        elif isinstance(fields, lines.TakenBack):
            self._move(fields.index, _LIVE, _TAKEN_BACK, "live")
            self._fell.append(self.size)
            self.withdrawn += 1
            self._today[1] += 1
            self.reasons[fields.code] += 1
        self._covered()

    def _move(self, index: int, before: int, after: int, rule: str) -> None:
        if index >= self.size or self._states[index] != before:
            raise self._broken(rule, f"line {index} is not what this line takes it for")
        self._states[index] = after

    def _tally(self, fields: lines.Tally) -> None:
        if abs(fields.n) < self._k:
            raise self._broken("group", f"a group of {abs(fields.n)}, smaller than {self._k}")
        self._groups[fields.geo, fields.channel] += fields.n
        self.released += fields.n
        if self._groups[fields.geo, fields.channel] < 0:
            raise self._broken("negative", f"{fields.geo} falls below zero")
        if len(fields.geo) == 2 and fields.geo != "ZZ":
            self._name(fields.geo, fields.n)
        self._covered()

    def _name(self, country: str, n: int) -> None:
        before = self._places[country] > 0
        self._places[country] += n
        after = self._places[country] > 0
        if before != after:
            held = self._named[1][-1] if self._named[1] else 0
            self._named[0].append(self.size)
            self._named[1].append(held + after - before)

    def _covered(self) -> None:
        if self.released > self.standing:
            raise self._broken("above", f"{self.released} released by country, {self.standing} stand")

    def _broken(self, rule: str, what: str) -> Broken:
        return Broken(self.size, rule, what)


def _is_s(line: bytes) -> bool:
    return line[:2] == b"s "
