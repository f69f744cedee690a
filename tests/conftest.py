"""What every test shares: the network is blocked but for loopback, and a missing service is said aloud."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
# The machine of a test may stall for any time: how long one example takes is no property of the program.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

REQUIRED = os.environ.get("UNDERSIGNED_REQUIRE_SERVICES") == "1"


def absent(what: str) -> None:
    """Skip with a line that says what is absent; fail instead where services are required."""
    if REQUIRED:
        pytest.fail(f"{what} is absent, and UNDERSIGNED_REQUIRE_SERVICES=1 asks for it")
    pytest.skip(f"{what} is absent")


@pytest.fixture
def age_program() -> str:
    """Give the path of Debian's `age`."""
    found = shutil.which("age")
    if found is None:
        absent("the program age")
    return str(found)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the system's chromium, kept from asking its maker's hosts."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        absent("chromium")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=found, args=list(QUIET))
        yield running
        running.close()


def _loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a socket of the file system
    host = str(address[0]).split("%")[0]
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not _loopback(address):
            raise PermissionError("a test tried to leave the machine")
        return connect(self, address)

    socket.socket.connect = guarded  # type: ignore[assignment, method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]
