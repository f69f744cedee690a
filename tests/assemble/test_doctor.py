"""Frida asks what is wrong, and is told in words, with what to do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.site import free_port
from tests.postgres import sample, server
from undersigned.assemble.demo import Occupied, prepare
from undersigned.assemble.doctor import examine
from undersigned.cli.main import group
from undersigned.settings import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a demonstration that nobody started yet."""
    prepare(tmp_path / "d", free_port())
    return tmp_path / "d"


def codes(folder: Path) -> set[str]:
    return {finding.code for finding in examine(read(folder, {})) if finding.grave}


def test_a_whole_installation_gets_a_clean_bill(folder: Path) -> None:
    assert codes(folder) == set()


def setting(line: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        file = folder / "undersigned.toml"
        name = line.split(" ")[0]
        kept = [one for one in file.read_text().splitlines() if not one.startswith(name + " ")]
        file.write_text("\n".join([*kept, line]) + "\n")

    return plant


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def write(path: str, words: str) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(words)

    return plant


def dead() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


PLANTED = {
    "not-made": remove("undersigned.toml"),
    "url-malformed": setting('url = "petitions.example.org/here"'),
    "url-plain": setting('url = "http://petitions.example.org"'),
    "secret-open": lambda folder: (folder / "secrets" / "mail").chmod(0o755),
    "pepper-missing": write("cards/library.card", "a card"),
    "campaign-faulty": write("campaigns/library/en.md", "no front matter"),
    "drill-missing": remove("campaigns/library/drill.txt"),
    "mail-unreachable": setting(f'mail = "smtp://127.0.0.1:{free_port()}"'),
    "mail-malformed": setting('mail = "pigeon://coop"'),
    "door-down": write("run/door.pid", f"{dead()}\n"),
    "mill-down": write("run/mill.pid", f"{dead()}\n"),
}


@pytest.mark.parametrize("code", sorted(PLANTED))
def test_each_planted_fault_is_named_with_a_remedy(folder: Path, code: str) -> None:
    PLANTED[code](folder)
    found = [finding for finding in examine(read(folder, {})) if finding.code == code]
    assert found
    assert all(finding.what and finding.remedy and finding.grave for finding in found)


@pytest.mark.parametrize("name", ["journal", "ledger"])
def test_a_database_that_does_not_answer_is_named_with_a_remedy(folder: Path, name: str) -> None:
    setting(f'{name} = "postgresql://postgres@127.0.0.1:{free_port()}/test"')(folder)
    (found,) = [finding for finding in examine(read(folder, {})) if finding.code == f"{name}-database"]
    assert found.grave
    assert "docs/postgres.md" in found.remedy


@pytest.mark.services
def test_a_database_that_would_lose_commits_is_named(folder: Path) -> None:
    url = f"{server()}?options=-csynchronous_commit%3Doff"
    setting(f'ledger = "{url}"')(folder)
    (found,) = [finding for finding in examine(read(folder, {})) if finding.code == "ledger-database"]
    assert "synchronous_commit" in found.what


@pytest.mark.services
def test_a_database_is_named_where_it_keeps_no_checksums_and_only_there(folder: Path) -> None:
    with sample(server()) as connection:
        kept = connection.execute("SHOW data_checksums").fetchone() == ("on",)
    setting(f'ledger = "{server()}"')(folder)
    found = [finding for finding in examine(read(folder, {})) if finding.code.endswith(("-off", "-database"))]
    assert [(one.code, one.grave) for one in found] == ([] if kept else [("checksums-off", False)])


def test_the_command_ends_with_one_where_anything_is_grave(folder: Path) -> None:
    runner = CliRunner()
    assert runner.invoke(group, ["doctor", "--dir", str(folder)]).exit_code == 0
    (folder / "campaigns" / "library" / "drill.txt").unlink()
    done = runner.invoke(group, ["doctor", "--dir", str(folder), "--json"])
    assert done.exit_code == 1
    assert [one["code"] for one in json.loads(done.output) if one["grave"]] == ["drill-missing"]


def test_a_missing_folder_is_said_and_is_no_traceback(tmp_path: Path) -> None:
    done = CliRunner().invoke(group, ["doctor", "--dir", str(tmp_path / "nothing")])
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_a_port_that_is_taken_is_said(tmp_path: Path, folder: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Occupied) as refused:
            prepare(tmp_path / "other", taken.getsockname()[1])
    assert "--port" in str(refused.value.strerror)
    with pytest.raises(Occupied):  # a folder keeps its port: the log's name holds it
        prepare(folder, free_port())
