"""An installation to be measured: a demonstration folder with its processes started one by one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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

    def drain(self, also: str = "", patience: float = 5.0) -> Any:
        """Let the mill, and another process, run until the facts have stopped changing; give them."""
        before, facts = None, self.facts()
        with ExitStack() as running:
            running.enter_context(self.running("mill"))
            if also:
                running.enter_context(self.running(also))
            while before != (facts["funnel"], facts["count"]):
                before = facts["funnel"], facts["count"]
                changed = self._file(f"c/{CAMPAIGN}.json").stat().st_mtime_ns
                self._wait_for_change(changed, patience)
                facts = self.facts()
        return facts

    def _wait_for_change(self, since: int, patience: float) -> None:
        try:
            until(lambda: self._file(f"c/{CAMPAIGN}.json").stat().st_mtime_ns != since, patience, "a change")
        except TimeoutError:
            return

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
