"""An installation to be measured: a demonstration folder with its processes started one by one."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

from undersigned.assemble.bench.processes import answers, free_port, process, until
from undersigned.assemble.demo import prepare

__all__ = ["CAMPAIGN", "FORM", "JSON", "Installation", "forms", "received"]

CAMPAIGN = "library"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
_LINK = re.compile(r"/k/([A-Za-z0-9_-]{43})")
_PEOPLE = (
    ("Amal Haddad", "EG"), ("أمل حداد", "EG"), ("Ben O'Connor", "IE"), ("Chidi Okonkwo", "NG"), ("Дана Иванова", "KZ"),
    ("王小明", "CN"), ("María José García Fernández", "ES"), ("नेहा शर्मा", "IN"), ("Jürgen Müller-Lüdenscheidt", "DE"),
    ("Wanjirũ Kamau", "KE"), ("Nguyễn Thị Minh Khai", "VN"), ("דנה כהן", "IL"), ("Åsa Öberg", "SE"), ("Li", "SG"),
    ("Siti Nurhaliza binti Tarudin", "MY"), ("Jean-Baptiste Mbeki", "CD"),
)  # fmt: skip
_COMMENTS = ("", "", "", "Because reading belongs to everyone.", "", "", "من أجل الأطفال", "")


def forms(text: str, as_json: bool = False) -> list[str]:
    """Give sixteen bodies of different people; the NUL in the address is for the load to replace."""
    bodies = []
    for number, (name, country) in enumerate(_PEOPLE):
        fields = {
            "name": name, "email": "signer.\0@example.org", "country": country,
            "comment": _COMMENTS[number % len(_COMMENTS)], "consent": "yes", "text": text, "website": "",
        }  # fmt: skip
        if as_json:
            bodies.append(json.dumps(fields, ensure_ascii=False).replace("\\u0000", "\0"))
        else:
            bodies.append(
                "&".join(f"{key}={quote(value, safe='').replace('%00', chr(0))}" for key, value in fields.items())
            )
    return bodies


class Installation:
    """One data folder. Nothing runs in it but what is asked for."""

    def __init__(self, folder: Path, **settings: object) -> None:
        """Make the folder, and release its cards by letting the mill run once."""
        self.folder = folder / "data"
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"
        self.log = folder / "processes.log"
        prepare(self.folder, self.port)
        with (self.folder / "undersigned.toml").open("a") as file:
            for name, value in {"rate": 10**9, "burst": 10**9, **settings}.items():
                file.write(f"{name} = {json.dumps(value)}\n")
        with self.running("mill"):
            until(lambda: self._file(f"c/{CAMPAIGN}.json").exists(), 60, "the first pages")

    @contextmanager
    def running(self, name: str) -> Iterator[int]:
        """Run one process of it behind the block's back; give its process id."""
        with process("undersigned", name, "--dir", str(self.folder), log=self.log) as running:
            if name == "door":
                until(lambda: answers(self.port), 30, "the door")
            yield running.pid

    def text(self) -> str:
        """Give the hash of the text that is open for signature."""
        return str(self.facts()["texts"]["en"]["hash"])

    def facts(self) -> Any:
        """Give the published facts of the campaign."""
        return json.loads(self._file(f"c/{CAMPAIGN}.json").read_bytes())

    def drain(self, least: int = 0, letters: int = 0, patience: float = 5.0) -> Any:
        """Let the mill run, and the post where `letters` are wanted; give the facts once nothing changes any more.

        `least`: so many forms must have reached the ledger before, where they do so within some minutes.
        """
        with ExitStack() as running:
            running.enter_context(self.running("mill"))
            if letters:
                running.enter_context(self.running("post"))
            self._patiently(lambda: received(self.facts()) >= least)
            self._patiently(lambda: len(self._letters()) >= letters)
            before, facts = None, self.facts()
            while before != facts["funnel"] | {"count": facts["count"]}:
                before = facts["funnel"] | {"count": facts["count"]}
                time.sleep(patience)
                facts = self.facts()
        return facts

    def _patiently(self, holds: Callable[[], bool]) -> None:
        """Wait; what does not come shows in the books."""
        with suppress(TimeoutError):
            until(holds, 240, "the ledger")

    def _letters(self) -> list[str]:
        folder = self.folder / "mail" / "new"
        return os.listdir(folder) if folder.exists() else []

    def tokens(self, most: int) -> list[str]:
        """Give the links of the letters written so far, at most so many."""
        found = []
        for file in sorted((self.folder / "mail" / "new").iterdir())[:most]:
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            link = _LINK.search(str(message.get_content()))
            found += [link.group(1)] if link else []
        return found

    def _file(self, path: str) -> Path:
        return self.folder / "public" / path


def received(facts: Any) -> int:
    """Give how many forms the ledger has seen."""
    return int(facts["funnel"].get("started", 0) + facts["funnel"].get("repeated", 0))
