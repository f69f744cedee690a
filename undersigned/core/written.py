"""The list of signers who need no letter about their signature having been struck out: written to, or they know.

    # undersigned struck-out/1 <campaign>
    # further lines for whoever reads it
    <record id, 32 hexadecimal digits> <reason code>

A record id is random and sealed to nobody, so the list tells of no person. It goes from where the campaign key is to
the desk. Whoever is reinstated leaves it, and is written to if struck out again; so is who is struck out for another
reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["FILE", "NoList", "read", "write"]

FILE = "written.txt"
_HEAD = re.compile(r"# undersigned struck-out/1 ([a-z0-9-]{1,40})")
_LINE = re.compile(r"([0-9a-f]{32}) ([a-z][a-z0-9-]{0,31})")
_NOTES = (
    "# Who stands here is written to no more. Keep this file with the letters, and give it to the desk.",
    "# It holds random numbers, and neither a name nor an address.",
)


class NoList(ValueError):
    """The text is no such list, or is damaged."""


def write(campaign: str, reasons: Mapping[bytes, str]) -> str:
    """Give the list of these records (16 bytes) and the reason codes they were written to about."""
    lines = sorted(f"{record.hex()} {code}" for record, code in reasons.items())
    return "\n".join([f"# undersigned struck-out/1 {campaign}", *_NOTES, *lines, ""])


def read(text: str) -> tuple[str, dict[bytes, str]]:
    """Give the campaign and the reason code by record.

    Raises:
        NoList: it is none.
    """
    first, *others = text.lstrip("\ufeff").splitlines() or [""]
    head = _HEAD.fullmatch(first.strip())
    lines = [_LINE.fullmatch(line.strip()) for line in others if line.strip() and not line.startswith("#")]
    found = {bytes.fromhex(line[1]): line[2] for line in lines if line}
    if head is None or len(found) != len(lines):
        raise NoList
    return head[1], found
