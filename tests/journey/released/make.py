"""Makes the data folder that a release leaves behind, for `test_upgrade.py`.

Run it once at the commit of a release: `python -m tests.journey.released.make v0.2`. It stops in the middle of
the work: letters sent and not sent, confirmations and signatures in the journal that the ledger has not seen.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from tests.journey.door import RealDoor
from undersigned.core.events import Signed

HERE = Path(__file__).parent
SIGNERS = 30
# What the mill writes anew, and what a running process only uses.
LEFT_OUT = r"(mail|run|public/(c|s|verify)|.*ceasefire/text)/|.*(\.lock|\.log|-shm)$"
CONFIRMED, WITHDRAWN, ERASED = range(20), range(2), range(2, 4)
LATE_CONFIRMED, STILL_WAITING, LATE = range(20, 23), range(23, SIGNERS), range(SIGNERS, SIGNERS + 3)


def main(name: str) -> None:
    """Make `<name>.tar.xz` and `<name>.json`, the facts that the test compares with."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "d"
        facts = _live(folder)
        _pack(folder, HERE / f"{name}.tar.xz")
    (HERE / f"{name}.json").write_text(json.dumps(facts, indent=1) + "\n")


def _live(folder: Path) -> dict[str, object]:
    door = RealDoor(folder)
    try:
        tokens = [_sign(door, number) for number in range(SIGNERS)]
        door.turn()
        _send_letters(door, SIGNERS)
        for number in CONFIRMED:
            assert door.press(f"/k/{tokens[number]}").status == 303
        door.turn()
        for number in WITHDRAWN:
            assert door.press(f"/w/{tokens[number]}", act="withdraw").status == 303
        for number in ERASED:
            assert door.press(f"/w/{tokens[number]}", act="erase").status == 303
        door.turn()
        for number in LATE_CONFIRMED:
            assert door.press(f"/k/{tokens[number]}").status == 303
        tokens += [_sign(door, number) for number in LATE]
        checkpoint = (folder / "public/log/library/checkpoint").read_text()
    finally:
        door.close()
    return {"at": int(time.time()), "tokens": tokens, "checkpoint": checkpoint, "port": door.port}


def _sign(door: RealDoor, number: int) -> str:
    assert door.sign(email=f"signer{number}@example.org", country=("KE", "EG", "BR")[number % 3]).status == 303
    return door.token_of(next(event for event in reversed(door.kept()) if isinstance(event, Signed)))


def _send_letters(door: RealDoor, number: int) -> None:
    post = subprocess.Popen([sys.executable, "-m", "undersigned", "post", "--dir", str(door.folder)])
    door.until(lambda: len(list((door.folder / "mail/new").glob("*"))) == number, "the letters")
    time.sleep(1)  # the last letter's event follows the letter
    post.send_signal(signal.SIGTERM)
    post.wait(20)


def _pack(folder: Path, file: Path) -> None:
    with tarfile.open(file, "w:xz", preset=9) as archive:
        for name in sorted(path for path in folder.rglob("*") if path.is_file()):
            kept = name.relative_to(folder)
            if not re.match(LEFT_OUT, str(kept)):
                archive.add(name, str(kept), filter=_plain)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main(sys.argv[1])
