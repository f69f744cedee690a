"""Letters to the press leave once: through a real folder and a Maildir, with what became of each told to the desk."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest

from undersigned.engines.files.press_outbox import PressFolder
from undersigned.engines.maildir.transport import MaildirTransport
from undersigned.stages.mail.needs import Parcel, Settled, Transport, Verdict
from undersigned.stages.mail.press import PATIENCE, PressLetter, PressPost

NOW = 1_795_500_000
SENDER = "petitions@petitions.example"


class Answering:
    """A way out that gives the next verdict of a row to each letter."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.taken: list[Parcel] = []

    def hand_over(self, sender: str, parcels: Iterator[Parcel]) -> Iterator[Settled]:
        """Take every letter."""
        for parcel in parcels:
            self.taken.append(parcel)
            verdict = self.verdicts.pop(0)
            yield [(parcel.number, verdict)]
            if verdict.everyone:
                return

    def close(self) -> None:
        """Nothing is open."""


def letter(number: int = 1, to: str = "desk@planet.example") -> PressLetter:
    return PressLetter(f"{number:032x}", to, "ar", "تصحيح: Fish", "كانت 4,200\n\nhttps://p.example/x\n", NOW)


@pytest.fixture
def outbox(tmp_path: Path) -> PressFolder:
    return PressFolder(tmp_path / "press-letters")


def _post(outbox: PressFolder, transport: Transport) -> PressPost:
    return PressPost(outbox, transport, SENDER)


def _states(outbox: PressFolder) -> list[tuple[str, str]]:
    return [(one.state, one.code) for one in outbox.settled()]


def test_a_letter_arrives_once_and_nothing_of_it_is_left(outbox: PressFolder, tmp_path: Path) -> None:
    outbox.put(letter())
    file = next((tmp_path / "press-letters" / "waiting").iterdir())
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    post = _post(outbox, MaildirTransport(tmp_path / "mail"))
    assert (post.step(NOW), post.step(NOW + 1)) == (1, 0)
    (arrived,) = (tmp_path / "mail" / "new").iterdir()
    message = BytesParser(policy=policy.default).parsebytes(arrived.read_bytes())
    assert (message["To"], message["From"], message["Subject"]) == ("desk@planet.example", SENDER, "تصحيح: Fish")
    assert message["Content-Language"] == "ar"
    assert _states(outbox) == [("sent", "")]
    left = b"".join(one.read_bytes() for one in (tmp_path / "press-letters").rglob("*.json"))
    assert b"planet" not in left
    outbox.take(letter().name)
    assert not outbox.known(letter().name)


def test_what_is_refused_is_told_with_our_code_and_not_tried_again(outbox: PressFolder) -> None:
    outbox.put(letter())
    way = Answering(Verdict("failed", "address-refused"))
    post = _post(outbox, way)
    assert (post.step(NOW), post.step(NOW + 10_000)) == (0, 0)
    assert (len(way.taken), _states(outbox)) == (1, [("failed", "address-refused")])


def test_where_the_way_is_shut_it_waits_and_goes_later(outbox: PressFolder) -> None:
    outbox.put(letter())
    way = Answering(Verdict("again", "unreachable", everyone=True), Verdict("sent"))
    post = _post(outbox, way)
    assert (post.step(NOW), post.step(NOW + 59), post.step(NOW + 60)) == (0, 0, 1)
    assert _states(outbox) == [("sent", "")]


def test_after_three_days_without_a_way_it_is_given_up(outbox: PressFolder) -> None:
    outbox.put(letter())
    post = _post(outbox, Answering(Verdict("again", "unreachable", everyone=True)))
    post.step(NOW + PATIENCE)
    assert _states(outbox) == [("failed", "unreachable")]


def test_one_that_may_have_arrived_is_never_repeated_by_itself(outbox: PressFolder) -> None:
    outbox.put(letter(1))
    outbox.put(letter(2))
    post = _post(outbox, Answering(Verdict("again", "unanswered", doubtful=True), Verdict("sent")))
    post.step(NOW)
    assert sorted(_states(outbox)) == [("sent", ""), ("unknown", "unanswered")]
    assert post.step(NOW + 100_000) == 0


def test_a_post_that_died_with_a_letter_on_its_way_does_not_send_it_again(outbox: PressFolder) -> None:
    outbox.put(letter())
    outbox.begin(letter().name)  # handed over or not: the process died here
    way = Answering()
    assert _post(outbox, way).step(NOW) == 0
    assert (way.taken, _states(outbox)) == ([], [("unknown", "interrupted")])


def test_an_address_that_is_none_fails_without_being_named(outbox: PressFolder) -> None:
    outbox.put(letter(to="desk@planet.example>\r\nBcc: eve@example.org"))
    _post(outbox, Answering()).step(NOW)
    assert _states(outbox) == [("failed", "address-malformed")]


def test_a_letter_that_waits_can_be_called_back_and_one_that_left_cannot(outbox: PressFolder) -> None:
    outbox.put(letter())
    assert outbox.call_back(letter().name)
    assert not outbox.call_back(letter().name)
    assert outbox.waiting() == []


def test_of_two_posts_of_a_machine_one_hands_over(outbox: PressFolder) -> None:
    with outbox.alone() as nothing_there:
        assert not nothing_there
    outbox.put(letter())
    with outbox.alone() as first, outbox.alone() as second:
        assert (first, second) == (True, False)
    with outbox.alone() as after:
        assert after
