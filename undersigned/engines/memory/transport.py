"""Letters into a list, for tests: the strictest transport of all. It refuses what any server might."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import Parser

import msgspec

from undersigned.stages.mail.needs import Parcel, Settled, Verdict

__all__ = ["Handed", "MemoryTransport"]

ONCE = ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Auto-Submitted")


class Handed(msgspec.Struct, frozen=True):
    """One letter that was handed over."""

    sender: str
    recipient: str
    message: bytes

    def parsed(self) -> EmailMessage:
        """Give the letter as the standard library reads it; headers may be in UTF-8 (RFC 6532)."""
        found = Parser(policy=policy.default).parsestr(self.message.decode("utf-8"))
        assert isinstance(found, EmailMessage)
        return found


class MemoryTransport:
    """`stages.mail.needs.Transport` that keeps every letter taken and checks each against RFC 5322.

    `answers` gives the verdict for the n-th attempt (from 0) and its recipient; by default all are taken.
    """

    def __init__(self, answers: Callable[[int, str], Verdict] = lambda n, recipient: Verdict("sent")) -> None:
        self._answers = answers
        self.attempts: list[Handed] = []
        self.taken: list[Handed] = []
        self.closed = False

    def hand_over(self, sender: str, parcels: Iterator[Parcel]) -> Iterator[Settled]:
        """Take one letter after the other; each verdict comes by itself, before the next letter is asked for.

        Raises:
            AssertionError: a letter breaks a rule. Its words name the rule only.
        """
        for parcel in parcels:
            verdict = self._take(Handed(sender, parcel.recipient, parcel.message))
            yield [(parcel.number, verdict)]
            if verdict.everyone:
                return

    def _take(self, handed: Handed) -> Verdict:
        assert not self.closed, "sent after close"
        check(handed)
        verdict = self._answers(len(self.attempts), handed.recipient)
        self.attempts.append(handed)
        if verdict.outcome == "sent" or verdict.doubtful:
            self.taken.append(handed)
        return verdict

    def close(self) -> None:
        """Refuse everything from now on."""
        self.closed = True


def check(handed: Handed) -> None:
    """Check a letter against RFC 5322, 5321 and our own rules.

    Raises:
        AssertionError: it breaks one.
    """
    message = handed.message
    assert message.endswith(b"\r\n"), "no line end at the end"
    assert message.count(b"\r\n") == message.count(b"\n") == message.count(b"\r"), "bare CR or LF"
    assert b"\0" not in message, "NUL"
    assert all(len(line) <= 998 for line in message.split(b"\r\n")), "line of more than 998 octets"
    assert message.isascii() or not handed.recipient.isascii(), "octets beyond ASCII without SMTPUTF8"
    parsed = handed.parsed()
    assert not parsed.defects, "defects"
    for name in ONCE:
        assert len(parsed.get_all(name, [])) == 1, f"not exactly one {name}"
    assert not {"Cc", "Bcc", "Reply-To", "Sender"} & set(parsed.keys()), "a header that has no place here"
    addresses = parsed["To"].addresses
    assert len(addresses) == 1, "not exactly one address in To"
    assert str(addresses[0].addr_spec) == handed.recipient, "To is not the recipient"
    assert parsed["From"].addresses[0].addr_spec == handed.sender, "From is not the sender"
    assert parsed.get_content_type() == "text/plain", "not plain text"
