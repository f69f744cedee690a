"""`undersigned verify`: the number first, exit code 0 only if everything holds, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.audit.made_log import MadeLog, Signer, a_month
from undersigned.cli.verify import verify


def run(*words: object) -> Result:
    """Run the command; any exception but the exit is an error of ours."""
    result = CliRunner().invoke(verify, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_number_stands_first(made: MadeLog, served: str) -> None:
    result = run(f"{served}/c/library/")
    assert result.exit_code == 0
    assert result.stdout.startswith("698 signatures stand as of 2026-01-02T12:00:00Z — recounted from 714 lines")
    assert result.stdout.rstrip().endswith("Everything that was checked holds.")
    assert result.stderr == ""


def test_a_lie_gives_exit_code_one_and_says_what_to_do(made: MadeLog) -> None:
    (made.page / "count.json").write_bytes((made.page / "count.json").read_bytes().replace(b"698", b"699"))
    result = run(made.public)
    assert result.exit_code == 1
    assert "BAD  library/count.json does not agree with the log: it says 699 standing" in result.stdout
    assert "1 of 14 checks failed" in result.stdout
    assert "Keep a copy of the files" in result.stderr


def test_the_findings_come_as_json(made: MadeLog) -> None:
    facts = json.loads(run(made.public, "--json").stdout)
    assert facts["holds"] is True
    assert (facts["standing"], facts["collected"], facts["countries"]["KE"]) == (698, 700, 360)
    assert {check["name"] for check in facts["checks"]} >= {"signature", "root", "tiles", "rules", "library/count.json"}


def test_a_receipt_a_key_and_a_memory_are_heeded(made: MadeLog, tmp_path: Path) -> None:
    receipt = tmp_path / "mine.tlog-proof"
    receipt.write_bytes(made.receipt(30))
    words = (made.log, "--receipt", receipt, "--key", made.signer.vkey, "--state", tmp_path / "heads.json")
    first, second = run(*words), run(*words)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "line 30 of the log is a signature, and it stands" in first.stdout
    assert "The 714 lines verified last time stand unchanged" in second.stdout


def test_a_witness_who_has_not_signed_gives_exit_code_one(made: MadeLog) -> None:
    result = run(made.log, "--witness", Signer("w.example", b"w", 4).vkey)
    assert result.exit_code == 1
    assert "0 of 1 witnesses" in result.stdout


def test_several_logs_are_all_verified(made: MadeLog) -> None:
    a_month(made.public, 120, "bridge")
    result = run(made.public, "--json")
    assert [json.loads(line)["campaign"] for line in result.stdout.splitlines()] == ["bridge", "library"]
    assert result.exit_code == 0
    assert run(made.public, "--key", made.signer.vkey).exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Missing argument"),
        (["nowhere"], "is no folder"),
        (["http://127.0.0.1/"], "names no campaign"),
        ([".", "--receipt", "absent"], "does not exist"),
        ([".", "--quorum", "1"], "holds no log"),
    ],
)
def test_wrong_usage_gives_exit_code_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_wrong_key_is_wrong_usage(made: MadeLog) -> None:
    result = run(made.log, "--key", "nonsense")
    assert result.exit_code == 2
    assert "The key of the log cannot be used" in result.stderr


def test_a_server_that_is_not_there_fails_in_words() -> None:
    result = run("http://127.0.0.1:9/log/library/")
    assert result.exit_code == 1
    assert result.stdout.startswith("No number can be given for http://127.0.0.1:9/log/library/.")
    assert "Check address and network" in result.stderr


def test_the_help_shows_examples() -> None:
    assert "undersigned verify http://127.0.0.1:8000/c/library/" in run("--help").stdout
