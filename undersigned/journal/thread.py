"""One thread that does what it is given, one thing after the other, and tells the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeAlias

__all__ = ["OneThread"]

_Told: TypeAlias = Callable[[BaseException | None], None]
_Item: TypeAlias = tuple[asyncio.AbstractEventLoop, Callable[..., object], tuple[Any, ...], _Told]


class OneThread:
    """Begins with the first call, so that it may be made before a fork. Used from one event loop."""

    def __init__(self, name: str) -> None:
        """Take the name that the thread is listed under."""
        self._name = name
        self._items: SimpleQueue[_Item | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def call(self, work: Callable[..., object], arguments: tuple[Any, ...], told: _Told) -> None:
        """Have `work(*arguments)` done; `told` is called on this event loop with what it raised, or None.

        Raises:
            RuntimeError: the system gives no thread; nothing was begun.
        """
        if self._thread is None:
            # A daemon: an interpreter that ends without `end` must not wait for it. What it has not flushed
            # was told to nobody.
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            thread.start()  # where there is no room for one, the next call tries again
            self._thread = thread
        self._items.put((asyncio.get_running_loop(), work, arguments, told))

    async def result(self, work: Callable[..., object], *arguments: Any) -> None:
        """Return when `work(*arguments)` is done; what it raises is raised here."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def told(error: BaseException | None) -> None:
            if done.done():
                return
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self.call(work, arguments, told)
        await done

    def end(self) -> None:
        """Let the thread end when everything given so far is done."""
        if self._thread is not None:
            self._items.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (item := self._items.get()) is not None:
            loop, work, arguments, told = item
            error: BaseException | None = None
            try:
                work(*arguments)
            except BaseException as raised:
                error = raised
            try:
                loop.call_soon_threadsafe(told, error)
            except RuntimeError:  # the loop is closed: nobody is left to tell
                return
