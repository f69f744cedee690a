"""What a verification found: a value that prints as words for a person or as JSON for a program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, TypeAlias

import msgspec

__all__ = ["Check", "Findings", "Report", "State", "Stop"]

State: TypeAlias = Literal["ok", "bad", "note"]


class Check(msgspec.Struct, frozen=True):
    """One thing looked at. `name` is stable for programs; `words` is a sentence for a person.

    `ok`: it holds. `bad`: it does not, and the log or what is published of it must not be believed.
    `note`: it could not be checked, or holds only under a condition that the sentence names.
    """

    name: str
    state: State
    words: str


class Report(msgspec.Struct, frozen=True):
    """The whole finding. Numbers are those of the recount, never those that the server claims."""

    address: str
    campaign: str = ""
    standing: int | None = None
    collected: int | None = None
    as_of: str = ""  # the time the server gives to the checkpoint, RFC 3339, or the log's last UTC day
    size: int | None = None
    root: str = ""  # base64
    countries: dict[str, int] = {}
    checks: tuple[Check, ...] = ()

    @property
    def holds(self) -> bool:
        """True where at least one thing was checked and nothing failed."""
        return any(check.state == "ok" for check in self.checks) and not self.faults

    @property
    def faults(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.state == "bad")

    def facts(self) -> dict[str, Any]:
        """Give the report as plain values for JSON; `holds` is the verdict."""
        return {"holds": self.holds, **msgspec.to_builtins(self)}

    def text(self) -> str:
        """Give the report as plain text, the number first."""
        lines = [self._headline(), ""]
        lines += [f"  {_MARKS[check.state]} {check.words}" for check in self.checks]
        return "\n".join([*lines, "", self._verdict()])

    def _headline(self) -> str:
        if self.standing is None:
            return f"No number can be given for {self.address}."
        when = f" as of {self.as_of}" if self.as_of else ""
        verb = "signature stands" if self.standing == 1 else "signatures stand"
        source = f"recounted from {self.size:,} lines of the log of {self.campaign}"
        return f"{self.standing:,} {verb}{when} — {source}."

    def _verdict(self) -> str:
        if self.holds:
            return "Everything that was checked holds."
        return f"{len(self.faults)} of {len(self.checks)} checks failed: do not rely on this number."


_MARKS: dict[State, str] = {"ok": "ok  ", "bad": "BAD ", "note": "note"}


class Stop(Exception):
    """What follows cannot be checked; the findings say why."""


class Findings:
    """Gathers a report check by check."""

    def __init__(self, address: str, campaign: str) -> None:
        self.report = Report(address, campaign)

    def add(self, name: str, state: State, words: str) -> None:
        """Add one check."""
        self.extend([Check(name, state, words)])

    def extend(self, checks: Iterable[Check]) -> None:
        """Add checks. What a server wrote may be in their words, so nothing but printable text is let through."""
        plain = tuple(msgspec.structs.replace(check, words=_plain(check.words)) for check in checks)
        self.tell(checks=(*self.report.checks, *plain))

    def tell(self, **facts: Any) -> None:
        """Set fields of the report."""
        shown = {name: _plain(value) if isinstance(value, str) else value for name, value in facts.items()}
        self.report = msgspec.structs.replace(self.report, **shown)

    def stop(self, name: str, words: str) -> Stop:
        """Add a failed check and give the exception to raise after it."""
        self.add(name, "bad", words)
        return Stop()


def _plain(text: str) -> str:
    """Give the text without what could steer a terminal or turn its direction."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
