"""What is written down while a simulation runs: the books' own side, and what the report draws. No clock, no disk."""

from __future__ import annotations

from collections import Counter

from undersigned.assemble.simulate.books import Sent
from undersigned.assemble.simulate.plan import Act, Person

__all__ = ["Diary"]


class Diary:
    """Counts what was acknowledged. Only people with more than one press left are remembered by number."""

    def __init__(self, start: int, days: int) -> None:
        """Begin at `start`, seconds since 1970 on a whole hour, for so many days."""
        self.sent = Sent()
        self.start = start
        self.signed = [0] * (days * 24)  #: forms acknowledged, by hour since the launch
        self.confirmed = [0] * (days * 24)  #: presses that count, by hour since the launch
        self.countries: Counter[str] = Counter()  #: people who signed, by the country they named
        self.languages: Counter[str] = Counter()
        self._pressed: set[int] = set()

    def form(self, at: float, person: Person, again: bool) -> None:
        """Write down a form that was acknowledged."""
        self._hour(self.signed, at)
        if again and is_twin(person):
            self.sent.seconds += 1
        elif again:
            self.sent.repeats += 1
        else:
            self.sent.forms += 1
            self.countries[person.country] += 1
            self.languages[person.language] += 1

    def slip(self, refused: bool) -> None:
        """Write down a wrong form, which had to be refused."""
        self.sent.slips += refused
        self.sent.wrong += not refused

    def letter(self, first: bool) -> None:
        """Write down a letter that arrived."""
        self.sent.letters += first
        self.sent.second_letters += not first

    def bounce(self) -> None:
        """Write down a letter that the mail server refused for good."""
        self.sent.bounces += 1

    def deed(self, at: float, act: Act, person: Person) -> None:
        """Write down a deed that was answered as it had to be."""
        sent = self.sent
        if act in ("confirm", "confirm-again"):
            self._press(at, person)
        elif act in ("scan-get", "scan-head"):
            sent.scans += 1
        elif act == "look":
            sent.looks += 1
        elif act == "late":
            sent.late += 1
        elif act == "not-me":
            sent.strangers += 1
        elif act == "withdraw":
            sent.withdrawn += 1
        elif act == "erase":
            sent.erased += 1

    def _press(self, at: float, person: Person) -> None:
        sent = self.sent
        if person.id in self._pressed:
            self._pressed.discard(person.id)
            sent.twins += is_twin(person)
            sent.doubled += not is_twin(person)
            return
        if sum(deed.act in ("confirm", "confirm-again") for deed in person.deeds) > 1:
            self._pressed.add(person.id)
        if person.fate == "review":
            sent.doubtful += 1
        else:
            sent.confirmed += 1
            self._hour(self.confirmed, at)

    def _hour(self, hours: list[int], at: float) -> None:
        hours[min(len(hours) - 1, max(0, int(at - self.start) // 3600))] += 1


def is_twin(person: Person) -> bool:
    """Tell whether that person presses the links of two letters."""
    return any(deed.act == "confirm-again" for deed in person.deeds)
