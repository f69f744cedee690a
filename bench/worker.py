"""One worker of the door without its sockets and its disk: `python -m bench.worker [--signatures N] [--callgrind]`.

Bytes of requests go in by the protocol of the connections, in turns as from a crowd, and bytes of answers come out;
front, line, handler, seal, journal and its thread are those of the door, compiled where they are. Printed is CPU, in
microseconds a signature. Counted instructions say more on a machine that others use too, and are the same each time:

    valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file=out .venv/bin/python -m bench.worker --callgrind
    callgrind_annotate --inclusive=yes out
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import uvloop

from bench.handler import FORM, HOST, Bench, Cards
from undersigned.assemble.bench.installation import forms
from undersigned.assemble.collection import look_seldom
from undersigned.assemble.steady import SteadyClock
from undersigned.core.events import Event, encode
from undersigned.engines.http.connection import Connection
from undersigned.engines.http.front import Front
from undersigned.engines.memory.journal import MemoryJournal
from undersigned.intake.app import Door
from undersigned.intake.metrics import Counters
from undersigned.journal.commit import Committer

__all__ = ["Crowd", "main"]

CONNECTIONS = 128
WARM = 2_048  # signatures before any is measured


class _Transport(asyncio.Transport):
    """Takes answers, and tells when the last one of a round has come."""

    def __init__(self, answered: Callable[[bytes], None]) -> None:
        super().__init__()
        self._answered = answered

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._answered(bytes(data))

    def is_closing(self) -> bool:
        return False


class Crowd:
    """A worker, and connections that all ask in each round. To be made on a running loop."""

    def __init__(self, folder: Path) -> None:
        """Make the worker in that folder."""
        made, now, loop = Bench(folder, 1), int(time.time()), asyncio.get_running_loop()
        card = msgspec.structs.replace(made.card, opens=now - 86_400, closes=now + 86_400)
        made.world.cards = Cards(card)
        self._committer = Committer(MemoryJournal())
        self._door = Door(made.world, self._keep, Counters(), SteadyClock(folder), lambda call: _soon(loop, call))
        front = Front(self._door)
        self._connections = [self._connected(front.connection()) for _ in range(CONNECTIONS)]
        self._bodies = forms(card.texts["en"].hash)
        self._sent = self._open = 0
        self._done = loop.create_future()

    def _connected(self, connection: Connection) -> Connection:
        connection.connection_made(_Transport(self._answered))
        return connection

    def _keep(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        self._committer.submit(list(map(encode, events)), done)

    def _answered(self, answer: bytes) -> None:
        self._open -= 1
        if not answer.startswith(b"HTTP/1.1 303 "):
            self._done.set_exception(ValueError("the door refused"))
        elif not self._open:
            self._done.set_result(None)

    def requests(self, count: int) -> list[bytes]:
        """Give that many requests, no two with the same address."""
        return [self._request(number) for number in range(self._sent, self._sent + count)]

    def _request(self, number: int) -> bytes:
        body = self._bodies[number % len(self._bodies)].replace("\0", f"{number:011d}").encode()
        head = f"POST /c/well/en/sign HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: {FORM}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    async def sign(self, requests: Sequence[bytes]) -> None:
        """Send these requests and return when all are answered.

        Raises:
            ValueError: one was refused.
        """
        for at in range(0, len(requests), CONNECTIONS):
            asked = requests[at : at + CONNECTIONS]
            self._open, self._done = len(asked), asyncio.get_running_loop().create_future()
            for connection, request in zip(self._connections, asked, strict=False):
                connection.data_received(request)
            await self._done
            self._sent += len(asked)


def _soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    loop.call_soon(call)


def _instrument(state: str) -> None:
    subprocess.run(["callgrind_control", "-i", state, str(os.getpid())], check=True, stdout=subprocess.DEVNULL)


async def measure(folder: Path, signatures: int, callgrind: bool) -> float:
    """Give the microseconds of CPU a signature; with `callgrind`, have the instructions of just these counted."""
    crowd = Crowd(folder)
    look_seldom()
    await crowd.sign(crowd.requests(WARM))
    requests = crowd.requests(signatures)
    if callgrind:
        _instrument("on")
    began = time.process_time()
    await crowd.sign(requests)
    spent = time.process_time() - began
    if callgrind:
        _instrument("off")
    return spent / signatures * 1e6


def main() -> None:
    """Print the cost of a signature."""
    parser = argparse.ArgumentParser(description="What one signature costs a worker, without sockets and disk.")
    parser.add_argument("--signatures", type=int, default=8_192)
    parser.add_argument("--callgrind", action="store_true", help="count instructions; only under valgrind")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        cost = runner.run(measure(Path(folder), asked.signatures, asked.callgrind))
    print(f"{cost:.1f} us of CPU a signature")


if __name__ == "__main__":
    main()
