"""Holds the figures that the log itself says were stated in public against its lines (`core.stated` has the rules)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from undersigned.audit.fetch import Source, Unreadable
from undersigned.audit.report import Check
from undersigned.audit.walk import Walk, bundles
from undersigned.core import lines, merkle, stated
from undersigned.core.strict import Malformed
from undersigned.core.tiles import WIDTH

__all__ = ["check_stated"]

_TOLD = 5  # false figures that are told one by one
_WORDS: Mapping[stated.Fault, str] = {
    "form": "it does not say what was counted, how many, and at which line and root",
    "size": "it speaks of lines that come after it",
    "root": "it names another root than the lines up to there give",
    "value": "it says more than the recount gives there",
}


def check_stated(log: Source, walk: Walk) -> list[Check]:
    """Check every `c` line of a log that was walked to its end; nothing where there is none.

    A line names a size that was passed before. Its count is known to the recount; for its root the one bundle in which
    that size lies is read once more, so no hash is kept of every line on the way.

    Raises:
        Unreadable: a bundle cannot be read again, or differs from what it was.
    """
    said = {index: _read(line) for index, line in walk.stated}
    sizes = {one.size for index, one in said.items() if one is not None and one.size <= index}
    roots = _roots(log, walk, sizes)
    faults = {
        index: "form" if one is None else stated.fault(one, index, roots.__getitem__, walk.recount.at)
        for index, one in said.items()
    }
    false = [(index, fault) for index, fault in faults.items() if fault]
    checks = [_false(index, said[index], fault) for index, fault in false[:_TOLD]]
    if false[_TOLD:]:
        checks.append(Check("stated", "bad", f"As false are {len(false) - _TOLD:,} more figures stated in the log."))
    if said and not false:
        words = f"Every figure that the log says was stated in public ({len(said):,}) is true at the line it names."
        checks.append(Check("stated", "ok", words))
    return checks


def _read(line: bytes) -> stated.Stated | None:
    try:
        fields = lines.parse(line)
        return stated.read(fields.facts) if isinstance(fields, lines.Document) else None
    except Malformed:
        return None


def _false(index: int, said: stated.Stated | None, fault: stated.Fault) -> Check:
    what = ""
    if said is not None:
        qualifier = said.qualifier.replace("_", " ")
        what = f" ({said.measure} {qualifier} {said.value:,} at {said.size:,} lines)"
    return Check("stated", "bad", f"The figure stated in line {index:,}{what} is false: {_WORDS[fault]}.")


def _roots(log: Source, walk: Walk, sizes: Collection[int]) -> dict[int, bytes]:
    """Give the root of the log at each of these sizes."""
    parted = sorted({size // WIDTH for size in sizes if size % WIDTH})
    again = zip(parted, bundles(log, walk.size, parted), strict=True)
    found: dict[int, bytes] = {}
    edge: merkle.Edge = ()
    hashes: list[bytes] = []
    whole, held = 0, -1  # bundles that the edge is over; the bundle whose hashes are at hand
    for size in sorted(sizes):
        index, rest = divmod(size, WIDTH)
        whole, edge = merkle.extend(whole, edge, walk.tops[whole:index])
        if rest and held != index:
            held, bundle = next(again)
            hashes = merkle.leaves(bundle)
            if merkle.root_of(hashes) != walk.tops[held]:
                raise Unreadable(f"The lines from {held * WIDTH:,} on are not the same when they are read again.")
        found[size] = _over(edge, hashes[:rest])
    return found


def _over(edge: merkle.Edge, hashes: Sequence[bytes]) -> bytes:
    parts = (*edge, merkle.root_of(hashes)) if hashes else edge
    return merkle.root(len(parts), parts)
