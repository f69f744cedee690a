"""What two texts differ in, word by word."""

from __future__ import annotations

from difflib import SequenceMatcher

__all__ = ["pieces"]


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Compare word by word: ("same" | "gone" | "new", words) in order."""
    before, after = old.split(" "), new.split(" ")
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(("same", " ".join(before[a:b])))
            continue
        found += [("gone", " ".join(before[a:b]))] if b > a and " ".join(before[a:b]) else []
        found += [("new", " ".join(after[c:d]))] if d > c and " ".join(after[c:d]) else []
    return found
