"""The network between the nodes: a namespace each, joined by a bridge; or plain loopback, which nothing can cut.

Addresses are those of RFC 2544, 198.18.0.0/15, which no real network uses. Nothing leaves the machine.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from itertools import count

__all__ = ["Wires"]

_NUMBERS = count(1)


class Wires:
    """One bridge and the namespaces on it. `cuttable` says whether there are any."""

    def __init__(self, nodes: int) -> None:
        """Make the namespaces; where that is not allowed, the nodes share loopback."""
        self._tag = f"us{os.getpid()}x{next(_NUMBERS)}"
        self._nodes = range(1, nodes + 1)
        self._subnet = ""
        self.cuttable = False
        try:
            _sweep()
            self._subnet = _free_subnet()
            self._build()
            self.cuttable = True
        except (OSError, subprocess.CalledProcessError):
            self.remove()

    def host(self, node: int) -> str:
        """Give the address of a node, counted from 1."""
        return f"{self._subnet}.{node}" if self.cuttable else "127.0.0.1"

    def network(self) -> str:
        """Give the network that the nodes and this process are in."""
        return f"{self._subnet}.0/24" if self.cuttable else "127.0.0.1/32"

    def command(self, node: int) -> list[str]:
        """Give what a command of a node begins with."""
        return ["ip", "netns", "exec", self._space(node)] if self.cuttable else []

    def cut(self, node: int) -> None:
        """Let every packet from and to a node be lost, silently, as a pulled cable does."""
        _ip("link", "set", self._plug(node), "nomaster")

    def join(self, node: int) -> None:
        """Put the cable back."""
        _ip("link", "set", self._plug(node), "master", self._tag)

    def remove(self) -> None:
        """Take everything away again."""
        for node in self._nodes:
            _ip("netns", "del", self._space(node), check=False)  # takes its end of the cable, and so the cable
        _ip("link", "del", self._tag, check=False)

    def _build(self) -> None:
        _ip("link", "add", self._tag, "type", "bridge")
        _ip("addr", "add", f"{self._subnet}.254/24", "dev", self._tag)
        _ip("link", "set", self._tag, "up")
        for node in self._nodes:
            space, plug = self._space(node), self._plug(node)
            _ip("netns", "add", space)
            _ip("link", "add", plug, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("link", "set", plug, "master", self._tag, "up")
            for words in (
                ("addr", "add", f"{self._subnet}.{node}/24", "dev", "eth0"),
                ("link", "set", "eth0", "up"),
                ("link", "set", "lo", "up"),
            ):
                _ip("-n", space, *words)

    def _space(self, node: int) -> str:
        return f"{self._tag}n{node}"

    def _plug(self, node: int) -> str:
        return f"{self._tag}v{node}"


def _sweep() -> None:
    """Remove what was left by a process that was killed before it could."""
    links = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout
    spaces = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, check=True).stdout
    for pattern, kind in ((r"^(us(\d+)x\d+n\d+)", "netns"), (r"^\d+: (us(\d+)x\d+):", "link")):
        for name, pid in re.findall(pattern, spaces if kind == "netns" else links, re.MULTILINE):
            if not os.path.exists(f"/proc/{pid}"):
                _ip(kind, "del", name, check=False)


def _free_subnet() -> str:
    taken = subprocess.run(["ip", "-o", "-4", "addr"], capture_output=True, text=True, check=True).stdout
    return next(subnet for number in range(1, 255) if (subnet := f"198.18.{number}") + "." not in taken)


def _ip(*words: str, check: bool = True) -> None:
    command: Sequence[str] = ("ip", *words)
    subprocess.run(command, check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
