"""The press in a process of its own, which ends when there is nothing more to draw.

Pillow, Typst and the fonts of every script take 60 MB, for seconds of work now and then; the mill runs for months.
What is asked goes in as a length (4 bytes, big-endian) and a pickle of (name of the method, arguments), what was made
comes out as a length and the bytes, none where nothing could be made. Nobody else has an end of these pipes.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from undersigned.assemble.press import OnDemand

if TYPE_CHECKING:
    from undersigned.pages.cover import Cover
    from undersigned.pages.drawing import Drawing

__all__ = ["REST", "PressApart"]

REST = 10.0  #: seconds without a request after which the process is ended
_LENGTH = 4  # bytes


class PressApart:
    """`stages.publish.needs.Press` and `ChartPress`. For one thread."""

    def __init__(self, fonts: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the folder of more fonts, "" for none, and a clock that goes on evenly, in seconds."""
        self._command = [sys.executable, "-m", __name__, fonts]
        self._process: subprocess.Popen[bytes] | None = None
        self._clock = clock
        self._used = 0.0

    def draw(self, cover: Cover) -> bytes | None:
        """Give the share image as a PNG."""
        return self._asked("draw", cover)

    def chart(self, drawing: Drawing, language: str) -> bytes | None:
        """Give a drawing as a PNG."""
        return self._asked("chart", drawing, language)

    def typeset(self, values: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes | None:
        """Give the PDF."""
        return self._asked("typeset", values, pictures)

    def rest(self) -> None:
        """End the process where nothing was asked of it for a while; to be called now and then."""
        if self._process is not None and self._clock() >= self._used + REST:
            self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None and process.stdout is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.stdout.close()
            process.wait()

    def _asked(self, method: str, *given: object) -> bytes | None:
        """Ask; once more where somebody has ended it, and then do without: no page fails for a picture."""
        request = pickle.dumps((method, given))
        for _ in range(2):
            try:
                return self._answered(request) or None
            except (BrokenPipeError, EOFError):
                self.close()
            finally:
                self._used = self._clock()
        print("undersigned mill: the press ended while it made a picture or PDF; there is none now", file=sys.stderr)
        return None

    def _answered(self, request: bytes) -> bytes:
        if self._process is None:
            self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        _write(self._process.stdin, request)
        return _read(self._process.stdout)


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes:
    """Read what the other end has written. Raises EOFError where it has ended."""
    head = pipe.read(_LENGTH)
    data = pipe.read(int.from_bytes(head, "big"))
    if len(head) < _LENGTH or len(data) < int.from_bytes(head, "big"):
        raise EOFError
    return data


def _serve(fonts: str) -> None:
    """Make what is asked for, until the other end is closed."""
    press = OnDemand(fonts)
    with suppress(EOFError, BrokenPipeError):
        while True:
            method, given = pickle.loads(_read(sys.stdin.buffer))
            _write(sys.stdout.buffer, getattr(press, method)(*given) or b"")


if __name__ == "__main__":
    _serve(sys.argv[1])
