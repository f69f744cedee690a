"""Signing and confirming in w3m: no script, no style, no pictures, only the keyboard."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
from pathlib import Path

import pytest

from bench.site import Site
from tests.conftest import absent

pytestmark = pytest.mark.browser


class Terminal:
    """A w3m of its own, on a terminal of 100 by 40."""

    def __init__(self, url: str, home: Path) -> None:
        found = shutil.which("w3m")
        if found is None:
            absent("the text browser w3m")
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="vt100", HOME=str(home), LC_ALL="C.UTF-8", COLUMNS="100", LINES="40")
            os.execv(str(found), ["w3m", "-cols", "100", url])
        self.read()

    def read(self, quiet: float = 0.5) -> str:
        """Give what it writes until it falls quiet."""
        written = b""
        while select.select([self.screen], [], [], quiet)[0]:
            try:
                written += os.read(self.screen, 65536)
            except OSError:
                break
        return re.sub(r"\x1b[\[(][0-9;?]*[A-Za-z]?", " ", written.decode("utf-8", "replace"))

    def type(self, keys: str) -> str:
        """Press keys and give what it writes."""
        os.write(self.screen, keys.encode())
        return self.read()

    def close(self) -> None:
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.screen)


def fill(terminal: Terminal, word: str) -> None:
    """Go to the next field and write into it."""
    terminal.type("\t")
    terminal.type("\r")
    terminal.type(word + "\r")


def test_dana_signs_and_confirms_in_w3m(site: Site, tmp_path: Path) -> None:
    terminal = Terminal(f"http://127.0.0.1:{site.port}/c/library/en/", tmp_path)
    try:
        terminal.type("/The way you write\r")
        fill(terminal, "Dana Example")
        fill(terminal, "dana@example.org")
        terminal.type("\t")  # the country, a menu
        terminal.type("\r")
        terminal.type("/Kenya\r")
        terminal.type("\r")
        terminal.type("/I agree\r")
        terminal.type("\x1b\t")  # back to the box in front of the sentence
        terminal.type("\r")
        terminal.type("\t")  # past the box for updates, to the button
        terminal.type("\t")
        terminal.type("\r")
        site.until(lambda: site.tokens("dana@example.org"), 15, "the letter")
    finally:
        terminal.close()
    token = site.token("dana@example.org")
    terminal = Terminal(f"http://127.0.0.1:{site.port}/k/{token}", tmp_path)
    try:
        terminal.type("/nothing has happened\r")
        terminal.type("\t")
        terminal.type("\r")
        site.until(lambda: 'data-state="counted"' in site.get(f"/r/{token}").text, 15, "the confirmation")
    finally:
        terminal.close()
