"""A model of a power cut for whatever a process writes: its system calls, recorded by strace, and cut anywhere.

Harder than most file systems. A file holds what was written up to its last fsync; of later writes each 512-byte sector
may be there or not. A name that was made, moved or removed holds only after an fsync of its folder; before that each
such change may be there or not, whatever the others. `power.py` is the older model for SQLite alone.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from tests.failure.power import SECTOR

__all__ = ["Operation", "Power", "recorded", "whole"]

CALLS = (
    "openat,write,pwrite64,fsync,fdatasync,rename,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,ftruncate,close,"
    "lseek,execve"
)
_LINE = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_CUT = re.compile(r"(.*) <unfinished \.\.\.>$")  # another thread was heard before the call came back
_RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)")
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Operation(msgspec.Struct, frozen=True):
    """One call that matters: `kind`, the path in the folder, and what it takes.

    `say` (data: the words), `make` (a new empty file), `write` (place, data), `truncate` (place), `sync`, `move` (to),
    `link` (to), `remove`, `folder` (a new one), `sync-folder`.
    """

    kind: str
    path: str
    place: int = 0
    data: bytes = b""
    to: str = ""


def recorded(command: Sequence[str], folder: Path, trace: Path) -> list[Operation]:
    """Run a command under strace; give what it did in the folder, and what it said on its standard output.

    Raises:
        RuntimeError: the command failed.
    """
    words = ["strace", "-f", "-xx", "-s", str(1 << 22), "-e", f"trace={CALLS}", "-o", str(trace), *command]
    done = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    with trace.open("r", encoding="ascii") as lines:
        return list(_Reader(os.path.realpath(folder)).read(lines))


class _Reader:
    """Turns lines of strace into operations, each at the moment at which it came back.

    Of several threads, which share their descriptors; of one process. Calls that change names or bytes come from one
    thread, or their order would not be known.
    """

    def __init__(self, root: str) -> None:
        self._root = root + "/"
        self._open: dict[int, str] = {}  # descriptor -> path
        self._at: dict[int, int] = {}  # descriptor -> place of the next write()
        self._files: set[str] = set()

    def read(self, lines: Iterable[str]) -> Iterable[Operation]:
        for line in whole(lines):
            found = _LINE.match(line)
            if found is None or int(found[3]) < 0:
                continue
            strings = [bytes.fromhex(text.replace("\\x", "")) for text in _STRING.findall(found[2])]
            rest = _STRING.sub('""', found[2])
            yield from self._call(found[1], strings, [part.strip() for part in rest.split(",")], int(found[3]))

    def _call(self, name: str, strings: list[bytes], words: list[str], result: int) -> Iterable[Operation]:
        if name == "openat":
            yield from self._opened(os.path.realpath(strings[0].decode()), words, result)
        elif name in ("rename", "renameat2", "link", "linkat"):
            old, new = (self._inside(one.decode()) for one in strings)
            if old and new:
                yield Operation("move" if name.startswith("rename") else "link", old, to=new)
        elif name in ("unlink", "unlinkat", "mkdir", "mkdirat"):
            path = self._inside(strings[0].decode())
            if path:
                yield Operation("remove" if name.startswith("unlink") else "folder", path)
        elif name != "execve":
            yield from self._on(name, int(words[0]), strings, words, result)

    def _inside(self, path: str) -> str:
        full = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        return full.removeprefix(self._root) if full.startswith(self._root) else ""

    def _opened(self, full: str, words: list[str], descriptor: int) -> Iterable[Operation]:
        if not (full + "/").startswith(self._root):
            self._open.pop(descriptor, None)
            return
        path = full.removeprefix(self._root) if full + "/" != self._root else "."
        self._open[descriptor], self._at[descriptor] = path, 0
        if "O_CREAT" in words[2]:
            yield Operation("make", path)
        if "O_TRUNC" in words[2]:
            yield Operation("truncate", path)

    def _on(
        self, name: str, descriptor: int, strings: list[bytes], words: list[str], result: int
    ) -> Iterable[Operation]:
        if name == "write" and descriptor == 1:
            yield Operation("say", "", data=strings[0])
        path = self._open.get(descriptor)
        if path is None:
            return
        if name == "close":
            del self._open[descriptor]
        elif name == "lseek":
            self._at[descriptor] = result
        elif name == "ftruncate":
            yield Operation("truncate", path, int(words[1]))
        elif name in ("fsync", "fdatasync"):
            yield Operation("sync", path)
        elif name == "pwrite64":
            yield Operation("write", path, int(words[3]), strings[0][:result])
        elif name == "write":
            yield Operation("write", path, self._at[descriptor], strings[0][:result])
            self._at[descriptor] += result


def whole(lines: Iterable[str]) -> Iterable[str]:
    """Give the calls of all threads, each where it came back."""
    begun: dict[str, str] = {}
    for line in lines:
        thread, _, call = line.rstrip("\n").partition(" ")
        call = call.lstrip()
        if cut := _CUT.match(call):
            begun[thread] = cut[1]
        elif resumed := _RESUMED.match(call):
            yield begun.pop(thread, "") + resumed[1]
        else:
            yield call


class _File:
    """The bytes of one file: those on the disk, and what is on its way there."""

    def __init__(self, content: bytes = b"") -> None:
        self.durable = bytearray(content)
        self.pending: list[Operation] = []

    def sync(self) -> None:
        for one in self.pending:
            _write(self.durable, one)
        self.pending.clear()

    def after(self, keep: float, chance: random.Random) -> bytes:
        """Give what may be on the disk."""
        content = bytearray(self.durable)
        for one in self.pending:
            for part in _sectors(one):
                if chance.random() < keep:
                    _write(content, part)
        return bytes(content)


class Power:
    """The state of a folder, followed operation by operation, that can be cut at any of them."""

    def __init__(self, base: Path) -> None:
        """Take the folder as it was, all of it durable."""
        files = [file for file in base.rglob("*") if file.is_file()]
        self._now = {str(file.relative_to(base)): _File(file.read_bytes()) for file in files}
        self._disk = dict(self._now)
        self._folders = {str(place.relative_to(base)) for place in base.rglob("*") if place.is_dir()}
        self._loose: dict[str, list[tuple[str, _File | None]]] = {}  # folder -> changes of names not yet durable

    def follow(self, one: Operation) -> None:
        """Let one operation happen."""
        if one.kind == "make" and one.path not in self._now:
            self._now[one.path] = _File()
            self._name(one.path, self._now[one.path])
        elif one.kind in ("move", "link"):
            self._now[one.to] = self._now[one.path]
            self._name(one.to, self._now[one.path])
        if one.kind in ("move", "remove"):
            self._now.pop(one.path, None)
            self._name(one.path, None)
        elif one.kind in ("write", "truncate") and one.path in self._now:
            self._now[one.path].pending.append(one)
        elif one.kind == "sync":
            if one.path in self._now:
                self._now[one.path].sync()
            else:
                self._sync_folder("" if one.path == "." else one.path)

    def _name(self, path: str, file: _File | None) -> None:
        self._loose.setdefault(os.path.dirname(path), []).append((path, file))

    def _sync_folder(self, folder: str) -> None:
        for path, file in self._loose.pop(folder, []):
            _rename(self._disk, path, file)

    def cut(self, to: Path, chance: random.Random) -> None:
        """Write to `to` what the disk may hold if the power goes now."""
        keep = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        names = dict(self._disk)
        for changes in self._loose.values():
            for path, file in changes:
                if chance.random() < keep:
                    _rename(names, path, file)
        contents: dict[int, bytes] = {}  # two names of one file have the same bytes
        for path, file in names.items():
            if path.endswith(("-shm", ".lock")):
                continue  # memory of processes that are gone
            content = contents.setdefault(id(file), file.after(keep, chance))
            place = to / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            if path.startswith("secrets/"):
                place.chmod(0o600)


def _rename(names: dict[str, _File], path: str, file: _File | None) -> None:
    if file is None:
        names.pop(path, None)
    else:
        names[path] = file


def _sectors(one: Operation) -> list[Operation]:
    if one.kind == "truncate":
        return [one]
    starts = [0, *range(SECTOR - one.place % SECTOR, len(one.data), SECTOR)]
    stops = [*starts[1:], len(one.data)]
    return [
        Operation("write", one.path, one.place + a, one.data[a:b]) for a, b in zip(starts, stops, strict=True) if a < b
    ]


def _write(content: bytearray, one: Operation) -> None:
    if one.kind == "truncate":
        content.extend(bytes(max(0, one.place - len(content))))
        del content[one.place :]
        return
    content.extend(bytes(max(0, one.place - len(content))))
    content[one.place : one.place + len(one.data)] = one.data
