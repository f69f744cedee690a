"""`undersigned keys` and `undersigned open`: words, exit codes, files for their owner only."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from tests.stages.test_deliver import Shelf, someone
from undersigned.cli.keys import keys
from undersigned.cli.open import open_, write
from undersigned.stages.deliver.export import SPAN
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.vault.keys import drill_done, make_campaign_key, read_secret_key


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*words: str, expect: int = 0) -> Result:
    """Run `undersigned keys …` and check the exit code; 0 done, 1 refused or failed, 2 wrong usage."""
    done = CliRunner().invoke(keys, words)
    assert done.exit_code == expect, done.output
    assert "Traceback" not in done.output
    return done


@pytest.mark.parametrize("flags", [[], ["--post-quantum"]], ids=["x25519", "hybrid"])
def test_a_new_key_goes_to_a_file_for_its_owner_and_the_recipient_to_the_screen(flags: list[str]) -> None:
    done = run("new", "--out", "campaign.key", *flags)
    key = read_secret_key(Path("campaign.key").read_text())
    assert done.stdout == key.recipient + "\n"
    assert key.secret not in done.output
    assert stat.S_IMODE(Path("campaign.key").stat().st_mode) == 0o600
    assert key.post_quantum == bool(flags)


def test_a_key_file_is_never_overwritten() -> None:
    run("new")
    before = Path("campaign.key").read_bytes()
    done = run("new", expect=1)
    assert "is there already; nothing was changed" in done.stderr
    assert Path("campaign.key").read_bytes() == before


def test_facts_come_as_json_when_asked_for() -> None:
    facts = json.loads(run("new", "--json").stdout)
    assert facts == {"recipient": facts["recipient"], "kind": "x25519", "file": "campaign.key"}


def test_debians_age_takes_the_key_file_as_it_is(age_program: str) -> None:
    recipient = run("new").stdout.strip()
    command = [age_program, "-r", recipient]
    file = subprocess.run(command, input=b"hello", capture_output=True, check=True).stdout
    command = [age_program, "-d", "-i", "campaign.key"]
    assert subprocess.run(command, input=file, capture_output=True, check=True).stdout == b"hello"


@pytest.mark.parametrize("flags", [[], ["--post-quantum"]], ids=["x25519", "hybrid"])
def test_three_of_five_share_files_give_the_key_back_and_two_do_not(flags: list[str]) -> None:
    recipient = run("new", *flags).stdout.strip()
    assert json.loads(run("split", "--key", "campaign.key", "--json").stdout)["threshold"] == 3
    shares = [f"shares/share-{number}.txt" for number in (5, 2, 4)]
    done = run("join", *shares, "--recipient", recipient, "--out", "again.key")
    assert done.stdout.strip() == recipient
    again, first = (read_secret_key(Path(name).read_text()) for name in ("again.key", "campaign.key"))
    assert again == first
    done = run("join", *shares[:2], "--out", "two.key", expect=1)
    assert "do not join" in done.stderr
    assert not Path("two.key").exists()
    assert stat.S_IMODE(Path(shares[0]).stat().st_mode) == 0o600
    assert "already" in run("split", "--key", "campaign.key", expect=1).stderr


def test_words_typed_from_paper_join_when_the_kind_is_said() -> None:
    recipient = run("new").stdout.strip()
    run("split", "--key", "campaign.key", "--threshold", "2", "--shares", "2")
    for number in (1, 2):
        lines = Path(f"shares/share-{number}.txt").read_text().splitlines()
        Path(f"{number}.txt").write_text(lines[-1].replace(" ", "\n"))
    assert "--kind" in run("join", "1.txt", "2.txt", "--out", "b.key", expect=2).output
    assert run("join", "1.txt", "2.txt", "--kind", "x25519", "--out", "b.key").stdout.strip() == recipient
    done = run("join", "1.txt", "2.txt", "--kind", "post-quantum", "--recipient", recipient, expect=1)
    assert "another recipient" in done.stderr


@pytest.mark.parametrize(
    ("words", "expect"),
    [
        (["split", "--key", "absent.key"], 1),
        (["split", "--key", "nonsense.key"], 1),
        (["split", "--key", "binary.key"], 1),
        (["split", "--key", "good.key", "--threshold", "1"], 1),
        (["join", "absent.txt"], 1),
        (["join"], 2),
        (["split"], 2),
        (["drill", "--key", "good.key", "--campaign", "library"], 2),
        (["drill", "--key", "good.key", "--campaign", "library", "--out", "no/such/folder/drill.txt"], 1),
        (["nonsense"], 2),
    ],
)
def test_what_goes_wrong_is_said_in_words_with_the_right_exit_code(words: list[str], expect: int) -> None:
    run("new", "--out", "good.key")
    Path("nonsense.key").write_text("AGE-SECRET-KEY-1UNMISTAKABLE\n")
    Path("binary.key").write_bytes(b"\xff\xfe\x00")
    done = run(*words, expect=expect)
    assert done.stderr.strip()
    assert "UNMISTAKABLE" not in done.output
    assert done.stdout == ""


def test_a_drill_writes_the_proof_that_a_release_asks_for() -> None:
    recipient = run("new").stdout.strip()
    run("drill", "--key", "campaign.key", "--campaign", "library", "--out", "drill.txt")
    assert drill_done(Path("drill.txt").read_text(), [recipient])
    folder = Path("data/campaigns/library")
    folder.mkdir(parents=True)
    (folder / "campaign.toml").write_text(f'recipients = ["{make_campaign_key().recipient}"]\n')
    drill = ("drill", "--key", "campaign.key", "--campaign", "library", "--dir", "data")
    assert "none of the campaign's recipients" in run(*drill, expect=1).stderr
    (folder / "recipients.txt").write_text(recipient + "\n")
    assert json.loads(run(*drill, "--json").stdout)["opened_with"] == recipient
    assert drill_done((folder / "drill.txt").read_text(), [recipient])
    run(*drill)
    assert "Make its folder first" in run(*drill[:4], "absent", *drill[5:], expect=1).stderr


def test_every_command_has_help_with_an_example() -> None:
    for command in ("new", "split", "join", "drill"):
        assert f"undersigned keys {command}" in run(command, "--help").output
    assert "undersigned open --dir" in CliRunner().invoke(open_, ["--help"]).output


# open


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A store in memory in the place where the data folder's stores are chosen, and its key file."""
    recipient = run("new").stdout.strip()
    Path("data").mkdir()
    shelf = Shelf(recipient)
    stores = ModuleType("undersigned.assemble.stores")
    stores.__dict__["records"] = lambda settings: shelf
    monkeypatch.setitem(sys.modules, stores.__name__, stores)
    return shelf


def opened(*words: str, expect: int = 0) -> Result:
    done = CliRunner().invoke(open_, ["--dir", "data", "--key", "campaign.key", *words])
    assert done.exit_code == expect, done.output
    assert "Traceback" not in done.output
    return done


def test_names_go_to_a_new_file_for_its_owner_and_the_report_to_the_screen(shelf: Shelf) -> None:
    shelf.sign(someone("Amal عامل"))
    shelf.sign(someone("Ben"), "withdrawn")
    shelf.erase(shelf.sign(someone("Dana"), "withdrawn"))
    done = opened("--out", "names.jsonl", "--json")
    report = json.loads(done.stdout)
    assert report == {
        "campaigns": ["library"], "opened": 1, "unopened": {}, "passed_over": {"withdrawn": 2},
    }  # fmt: skip
    assert json.loads(Path("names.jsonl").read_text("utf-8"))["name"] == "Amal عامل"
    assert stat.S_IMODE(Path("names.jsonl").stat().st_mode) == 0o600
    assert "already" in opened("--out", "names.jsonl", expect=1).stderr
    done = opened("--out", "all.csv", "--format", "csv", "--with-withdrawn", "--campaign", "library")
    assert Path("all.csv").read_bytes().count(b"\r\n") == 3
    assert "2 opened\n1 erased by the signer, as promised" in done.stdout


def test_without_a_file_names_go_to_stdout_and_the_report_aside(shelf: Shelf) -> None:
    shelf.sign(someone("Amal"))
    done = opened()
    assert json.loads(done.stdout)["name"] == "Amal"
    assert done.stderr == "1 opened\n"


def test_a_record_that_stays_closed_ends_with_code_1_and_a_reason(shelf: Shelf) -> None:
    shelf.sign(someone("Amal"))
    Path("campaign.key").unlink()
    run("new")
    done = opened("--out", "names.jsonl", expect=1)
    assert "1 sealed to another key; give that key with a second --key" in done.stdout
    assert Path("names.jsonl").read_text() == ""


def test_a_state_can_be_asked_for_but_not_one_that_nobody_confirmed(shelf: Shelf) -> None:
    shelf.sign(someone("Chidi"), "review")
    shelf.sign(someone("Dana"), "waiting")
    assert json.loads(opened("--state", "review").stdout)["name"] == "Chidi"
    assert "waiting" in opened("--state", "waiting", expect=2).stderr


@pytest.mark.usefixtures("shelf")
def test_an_empty_folder_and_a_wrong_key_file_are_said_in_words() -> None:
    assert "no campaign with records" in opened(expect=1).stderr
    Path("campaign.key").write_text("nonsense")
    assert "key" in opened(expect=1).stderr
    Path("data/undersigned.toml").write_text("nonsense")
    assert "undersigned.toml" in opened(expect=1).stderr


def test_a_file_that_is_not_whole_never_has_the_name_of_one_that_is(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker is killed at its second block: the rows before it were written, and go."""
    shelf.sign(someone("Amal"))
    shelf.rows *= 3 * SPAN
    read = shelf.records

    def records(campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        if first == 2 * SPAN:
            os.kill(os.getpid(), signal.SIGKILL)
        assert not Path("names.csv").exists()
        return read(campaign, first, end)

    monkeypatch.setattr(shelf, "records", records)
    done = opened("--out", "names.csv", "--format", "csv", "--jobs", "2", expect=1)
    assert "not all opened: a worker process was killed by signal 9" in done.stderr
    assert "Amal" not in done.output
    assert not list(Path().glob("names.csv*"))


def test_what_a_killed_run_left_is_said_and_not_overwritten(shelf: Shelf) -> None:
    shelf.sign(someone("Amal"))
    Path("names.jsonl.unfinished").write_text("half of a na")
    assert "names.jsonl.unfinished is there already" in opened("--out", "names.jsonl", expect=1).stderr
    assert Path("names.jsonl.unfinished").read_text() == "half of a na"
    assert not Path("names.jsonl").exists()


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_number_of_processes_changes_neither_the_names_nor_the_report(shelf: Shelf, form: str) -> None:
    for number in range(5):
        shelf.sign(someone(f"Amal {number}"), ("counted", "waiting")[number % 2])
    shelf.rows *= SPAN
    files = [Path(f"{jobs}.txt") for jobs in (1, 2)]
    said = [opened("--out", str(file), "--format", form, "--jobs", file.stem, "--json").stdout for file in files]
    assert said[0] == said[1]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().count(b"Amal") == 3 * SPAN


def test_a_full_disk_is_blamed_on_the_file_that_was_written_and_not_on_the_key() -> None:
    with open("/dev/full", "wb") as full, pytest.raises(OSError, match=r"names\.csv") as caught:
        write(full, b"names" * 5000, Path("names.csv"))
    assert caught.value.strerror == "No space left on device"


def test_one_persons_records_are_given_in_every_state_and_nobody_elses(shelf: Shelf) -> None:
    """Dana asks what is kept of her; the address comes by a file, in any of its spellings."""
    for name, address, state in (
        ("Dana", "dana@example.org", "waiting"), ("Dana B", "dana@example.org", "withdrawn"),
        ("Amal", "amal@example.org", "counted"),
    ):  # fmt: skip
        shelf.sign(replace(someone(name), email=address, canonical=address), state)  # type: ignore[arg-type]
    Path("address.txt").write_text(" DANA@Example.org\n")
    done = opened("--address-file", "address.txt", "--out", "dana.jsonl", "--json")
    found = [json.loads(line) for line in Path("dana.jsonl").read_text("utf-8").splitlines()]
    assert [(one["name"], one["state"]) for one in found] == [("Dana", "waiting"), ("Dana B", "withdrawn")]
    assert json.loads(done.stdout)["opened"] == 2
    assert "dana@" not in done.output
    Path("address.txt").write_text("dana@example.org, amal@example.org")
    refused = opened("--address-file", "address.txt", expect=1)
    assert "more than one" in refused.stderr
    assert "dana@" not in refused.output
