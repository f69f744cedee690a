"""A data folder as the door and the mill leave it opens with our command, and without any of our code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import urlsafe_b64encode
from pathlib import Path

import apsw
import msgspec
import pytest
from click.testing import CliRunner

from undersigned.assemble import stores
from undersigned.assemble.places import Places
from undersigned.cli.open import open_
from undersigned.core import leaves
from undersigned.core.events import Confirmed, Erased, Event, Signed, Withdrawn, encode
from undersigned.core.person import Address, Person
from undersigned.engines.sqlite.connection import checksums
from undersigned.journal.frames import pack
from undersigned.settings import Settings, read
from undersigned.stages.sequencer.run import step
from undersigned.vault.keys import key_file, make_campaign_key
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.seal import Sealer, seal_letter
from undersigned.vault.tag import Tagger
from undersigned.vault.token import Tokens, blinder, lookup

KEY = make_campaign_key()
NOW = 1_800_000_000
TEXT = "A" * 43
NAMES = ["Amal عامل", "Ben", "Chidi", "Dana Gone", "=Eve()", "Frida Waits"]


def signatures(folder: Path) -> list[Event]:
    """Make the events of six people as the door makes them: one new epoch a minute, one person each half."""
    sealer = Sealer([KEY.recipient], "library", os.urandom, NOW)
    tagger, tokens = Tagger(os.urandom(32), "library"), Tokens(os.urandom(32))
    hour, mail_key = MailKeys(folder, lambda: NOW).current()
    events: list[Event] = []
    for number, name in enumerate(NAMES):
        at, secret, email = NOW + 30 * number, os.urandom(16), f"signer{number}@example.org"
        person = Person(
            campaign="library", name=name, email=email, canonical=email, country="KE", comment="",
            language="ar", text=TEXT, consent="1", updates=False, day="2027-01-15", channel="e", signed=at,
            secret=urlsafe_b64encode(secret).decode().rstrip("="),
        )  # fmt: skip
        sealed = sealer.seal(msgspec.json.encode(person), at)
        address = Address(email=email, token=tokens.make(secret, "library", at, "ar"))
        recorded = leaves.record("library", TEXT, email, name, "KE", "e", person.day)
        if sealed.new_epoch:
            events.append(sealed.new_epoch)
        events.append(
            Signed(
                campaign="library",
                record=sealed.record,
                at=at,
                tag=tagger.tag(email),
                lookup=lookup(secret),
                commitment=leaves.commitment(blinder(secret), recorded),
                country="KE",
                language="ar",
                text=bytes(32),
                consent="1",
                updates=False,
                epoch=sealed.epoch,
                sealed=sealed.sealed,
                letter=seal_letter(mail_key, sealed.record, msgspec.json.encode(address), os.urandom),
                hour=hour,
                review="",
                slot=sealed.slot,
            )
        )
    links = [event.lookup for event in events if isinstance(event, Signed)]
    events += [Confirmed(link, NOW + 300) for link in links[:5]]
    return [*events, Withdrawn(links[2], NOW + 400), Erased(links[3], NOW + 400)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a data folder into which the mill has taken those events, and the key file beside it."""
    settings: Settings = read(tmp_path / "data")
    places = Places(settings.path)
    places.make()
    journal = stores.journal(settings, "door-1")
    journal.append(pack([encode(event) for event in signatures(places.mail_keys)]))
    journal.close()
    ledger = stores.ledger(settings)
    step(ledger, {"door-1": stores.journal_reader(settings, "door-1")}, 10)
    ledger.close()
    (tmp_path / "campaign.key").write_text(key_file(KEY, NOW))
    return settings.path


def names(lines: str | bytes) -> list[str]:
    return [json.loads(line)["name"] for line in lines.splitlines()]


def test_the_command_gives_those_who_stand_and_the_withdrawn_when_asked(folder: Path) -> None:
    words = ["--dir", str(folder), "--key", str(folder.parent / "campaign.key")]
    done = CliRunner().invoke(open_, words)
    assert done.exit_code == 0, done.output
    assert names(done.stdout) == ["Amal عامل", "Ben", "=Eve()"]
    assert "1 erased" in done.stderr
    assert "1 waiting" in done.stderr
    assert names(CliRunner().invoke(open_, [*words, "--with-withdrawn"]).stdout)[2] == "Chidi"
    (folder / "slots.db").unlink()
    done = CliRunner().invoke(open_, words)
    assert done.exit_code == 1
    assert "slots.db is not there" in done.stderr


def test_a_folder_with_nothing_in_it_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "campaign.key").write_text(key_file(KEY, NOW))
    done = CliRunner().invoke(open_, ["--dir", str(tmp_path), "--key", str(tmp_path / "campaign.key")])
    assert done.exit_code == 1
    assert "no campaign with records" in done.stderr
    assert "Traceback" not in done.output


def test_the_folder_opens_by_the_page_on_sealing_alone(folder: Path, age_program: str) -> None:
    """SQLite, Debian's age, and the twelve lines of docs/sealing.md."""
    page = (Path(__file__).parents[2] / "docs/sealing.md").read_text("utf-8")
    queries = page.split("```sql\n")[1].split("```")[0].strip().split(";\n")
    program = page.split("```python\n")[1].split("```")[0]
    work = folder.parent
    (work / "epochs").mkdir()
    ledger = apsw.Connection(str(folder / "ledger.db"), vfs=checksums())
    ledger.create_scalar_function("writefile", lambda *cells: (work / str(cells[0])).write_bytes(_blob(cells[1])))
    ledger.execute(queries[0].replace("slots.db", str(folder / "slots.db")))
    ledger.execute(queries[1]).fetchall()
    rows = [str(line) for (line,) in ledger.execute(queries[2])]
    ledger.close()
    (work / "records.jsonl").write_text("\n".join(rows))
    for file in list((work / "epochs").iterdir()):
        command = [age_program, "-d", "-i", "campaign.key", "-o", f"epochs/{file.stem}", f"epochs/{file.name}"]
        subprocess.run(command, cwd=work, check=True)
    assert len(list((work / "epochs").glob("*.age"))) == 3
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=work, capture_output=True, check=True, env={"PYTHONUTF8": "1"})
    assert sorted(names(done.stdout)) == sorted(["Amal عامل", "Ben", "=Eve()"])


def _blob(cell: object) -> bytes:
    assert isinstance(cell, bytes)
    return cell
