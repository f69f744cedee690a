"""A signer's receipt shows what became of the line it speaks of, and no forged one passes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.audit.made_log import MadeLog, a_month
from tests.audit.verdict import faults, verdict
from undersigned.audit.demands import read_demands
from undersigned.core import lines


def words(made: MadeLog, receipt: bytes) -> str:
    report = verdict(made, read_demands(receipt=receipt))
    return next(f"{check.state}: {check.words}" for check in report.checks if check.name == "receipt")


def index_of(made: MadeLog, kind: bytes) -> int:
    """Give the index that the first line of that kind names."""
    return int(next(line for line in made.lines if line[:2] == kind + b" ").split(b" ")[1])


def test_a_receipt_shows_that_its_line_stands(made: MadeLog) -> None:
    assert words(made, made.receipt(20)) == "ok: The receipt is good: line 20 of the log is a signature, and it stands."


@pytest.mark.parametrize(
    ("kind", "said"),
    [(b"w", "was taken back by its signer"), (b"x", "the organiser has struck out"), (b"r", "it stands")],
)
def test_a_receipt_shows_what_became_of_its_line(made: MadeLog, kind: bytes, said: str) -> None:
    assert said in words(made, made.receipt(index_of(made, kind)))


def test_a_receipt_of_a_line_that_is_no_signature_says_so(made: MadeLog) -> None:
    assert "line 0 of the log is no signature" in words(made, made.receipt(0))


def test_a_receipt_given_earlier_still_holds(made: MadeLog) -> None:
    receipt = made.receipt(20)
    made.sign(300)
    made.publish()
    assert words(made, receipt).startswith("ok")


def test_no_changed_byte_of_a_receipt_passes(made: MadeLog) -> None:
    chance = random.Random(3)
    receipt = made.receipt(20)
    for place in chance.sample(range(len(receipt)), 60):
        changed = receipt[:place] + bytes([receipt[place] ^ chance.randrange(1, 128)]) + receipt[place + 1 :]
        assert faults(made, read_demands(receipt=changed)), place


def test_a_log_cut_short_behind_a_receipt_is_found(made: MadeLog) -> None:
    receipt = made.receipt(700)
    del made.lines[600:]
    made.publish()
    assert "lines were taken away" in words(made, receipt)


def test_a_log_rewritten_under_a_receipt_is_found(made: MadeLog) -> None:
    receipt = made.receipt(20)
    made.lines[30] = lines.signature(bytes(32))
    made.publish()
    assert "the log was rewritten" in words(made, receipt)


def test_a_receipt_of_another_campaign_is_said_to_be_of_another_log(made: MadeLog, tmp_path: Path) -> None:
    other = a_month(tmp_path / "other", 120, "bridge")
    assert "it is of another log" in words(made, other.receipt(5))


@pytest.mark.parametrize("junk", [b"", b"\n\n", b"c2sp.org/tlog-proof@v1\nindex 1\n\nx", b"\xff" * 50])
def test_what_is_no_receipt_is_refused_in_words(made: MadeLog, junk: bytes) -> None:
    assert "The receipt cannot be read" in words(made, junk)
