"""S23: a published log is edited as a liar or a bad disk would, and `undersigned verify` finds every edit.

Half of the edits are made by somebody who holds no key; the other half by somebody who holds the log's key and makes
the whole log anew after the edit, so that only the published figures or an earlier checkpoint can betray it.
`TIMES` sets the number of edits.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.audit.made_log import FALSE_FIGURES, MadeLog, a_month
from tests.audit.verdict import verdict
from undersigned.audit.demands import read_demands
from undersigned.core import lines, merkle
from undersigned.core.checkpoint import format_body
from undersigned.core.note import format_note

__all__ = ["drill", "tamper"]

TIMES = 1000

_Edit = Callable[[MadeLog, random.Random], None]


def _files(made: MadeLog) -> list[Path]:
    return sorted(file for file in made.log.rglob("*") if file.is_file() and file.name != "vkey")


def _flipped(made: MadeLog, chance: random.Random) -> None:
    file = chance.choice(_files(made))
    data = bytearray(file.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data)


def _gone(made: MadeLog, chance: random.Random) -> None:
    chance.choice(_files(made)).unlink()


def _cut(made: MadeLog, chance: random.Random) -> None:
    file = chance.choice(_files(made))
    file.write_bytes(file.read_bytes()[: -chance.randrange(1, 30)])


def _swapped_files(made: MadeLog, chance: random.Random) -> None:
    tiles = [file for file in _files(made) if "tile" in file.parts]
    one, other = chance.sample(tiles, 2)
    if one.read_bytes() == other.read_bytes():
        _flipped(made, chance)
        return
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)


def _place(made: MadeLog, chance: random.Random) -> int:
    return chance.choice([at for at, line in enumerate(made.lines) if line.startswith(b"s ")])


def _removed(made: MadeLog, chance: random.Random) -> None:
    del made.lines[_place(made, chance)]


def _added(made: MadeLog, chance: random.Random) -> None:
    made.lines.insert(_place(made, chance), lines.signature(chance.randbytes(32)))


def _changed(made: MadeLog, chance: random.Random) -> None:
    made.lines[_place(made, chance)] = lines.signature(chance.randbytes(32))


def _doubled(made: MadeLog, chance: random.Random) -> None:
    made.lines.append(made.lines[_place(made, chance)])


def _moved(made: MadeLog, chance: random.Random) -> None:
    made.lines.append(made.lines.pop(_place(made, chance)))


def _without_key(edit: _Edit) -> _Edit:
    """Change the lines and the tiles, and leave the old checkpoint standing."""

    def edited(made: MadeLog, chance: random.Random) -> None:
        note = (made.log / "checkpoint").read_bytes()
        edit(made, chance)
        shutil.rmtree(made.log)
        made.publish_log()
        (made.log / "checkpoint").write_bytes(note)

    return edited


def _with_key(edit: _Edit) -> _Edit:
    """Change the lines, and sign and publish everything anew: a fork for whoever remembers a checkpoint."""

    def edited(made: MadeLog, chance: random.Random) -> None:
        edit(made, chance)
        shutil.rmtree(made.log)
        made.publish()

    return edited


def _lying_figure(made: MadeLog, chance: random.Random) -> None:
    file = made.page / "count.json"
    text = file.read_text("utf-8")
    count = made.recount().standing
    file.write_text(text.replace(f'"count":{count}', f'"count":{count + chance.randrange(1, 10**6)}'), "utf-8")


def _lying_country(made: MadeLog, chance: random.Random) -> None:
    file = made.page / "countries.csv"
    text = file.read_bytes().decode()
    released = str(made.recount().countries["KE"])
    lie = int(released) + chance.randrange(1, 999)
    file.write_text(text.replace(f",{released}\r\n", f",{lie}\r\n"), "utf-8", newline="")


def _other_key(made: MadeLog, chance: random.Random) -> None:
    stranger = MadeLog(made.public, seed=chance.randbytes(8), lines=made.lines)
    text = format_body(made.origin, len(made.lines), merkle.root_of(made.hashes()))
    (made.log / "checkpoint").write_bytes(format_note(text, [stranger.signer.sign(text)]))


def _lying_root(made: MadeLog, chance: random.Random) -> None:
    (made.log / "checkpoint").write_bytes(made.checkpoint(lying=chance.randbytes(32)))


def _old_checkpoint(made: MadeLog, chance: random.Random) -> None:
    size = chance.randrange(2, len(made.lines) - 1)
    text = format_body(made.origin, size, merkle.root_of(made.hashes()[:size]))
    (made.log / "checkpoint").write_bytes(format_note(text, [made.signer.sign(text)]))


def _stated_falsely(made: MadeLog, chance: random.Random) -> None:
    FALSE_FIGURES[chance.choice(list(FALSE_FIGURES))][1](made)


def _figure_moved(made: MadeLog, chance: random.Random) -> None:
    """State the number of one size with the root of another."""
    size = chance.randrange(4, len(made.lines))
    root = merkle.root_of(made.hashes()[: size - chance.randrange(1, 4)])
    made.state("signatures-standing", "exact", made.recount().at(size).standing, size, root)


EDITS: dict[str, _Edit] = {
    "bit flipped": _flipped,
    "file gone": _gone,
    "file cut": _cut,
    "tiles swapped": _swapped_files,
    "line removed": _without_key(_removed),
    "line added": _without_key(_added),
    "line changed": _without_key(_changed),
    "line moved": _without_key(_moved),
    "line removed, signed anew": _with_key(_removed),
    "line changed, signed anew": _with_key(_changed),
    "line added, signed anew": _with_key(_added),
    "line doubled, signed anew": _with_key(_doubled),
    "figure stated falsely, signed": _with_key(_stated_falsely),
    "figure stated at another root, signed": _with_key(_figure_moved),
    "figure changed": _lying_figure,
    "country changed": _lying_country,
    "other key": _other_key,
    "root changed, signed": _lying_root,
    "old checkpoint, signed": _old_checkpoint,
}


def tamper(folder: Path, times: int, seed: int = 23) -> Counter[str]:
    """Make that many edits, each of a fresh log; give the kinds of those that passed for whole."""
    chance = random.Random(seed)
    whole = a_month(folder / "whole", 300)
    demands = read_demands(key=whole.signer.vkey, heads=folder / "heads")
    if not verdict(whole, demands).holds:  # and its head is remembered
        raise AssertionError("the untouched log does not verify")
    remembered = (folder / "heads").read_bytes()
    passed: Counter[str] = Counter()
    kinds = list(EDITS)
    for number in range(times):
        kind = kinds[number % len(kinds)]
        public = folder / "edited"
        shutil.rmtree(public, ignore_errors=True)
        shutil.copytree(whole.public, public)
        made = MadeLog(public, lines=list(whole.lines), now=whole.now, milestones=whole.milestones)
        EDITS[kind](made, chance)
        passed[kind] += verdict(made, demands).holds
        (folder / "heads").write_bytes(remembered)
    return +passed


def drill() -> dict[str, Any]:
    """Edit and verify."""
    times = int(os.environ.get("TIMES", TIMES))
    with tempfile.TemporaryDirectory() as folder:
        passed = tamper(Path(folder), times)
    found = times - passed.total()
    return {"edits": times, "found": found, "kinds": len(EDITS), "holds": not passed, "full": times >= TIMES}
