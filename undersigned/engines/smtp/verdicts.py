"""What each answer of a mail server, and each break, means for a letter. Codes are stable.

again, everyone: `unreachable` `greeting` `tls-refused` `tls-missing` `login-refused` `sender-refused` `busy`
again, this one: `deferred` (4xx) `dropped` (no answer after the message; the letter may have arrived)
failed:          `address-refused` `message-refused` (5xx) `address-not-supported` (needs SMTPUTF8)
                 `address-malformed` `message-malformed` (ours; a bug, or an attack that got this far)

| reply to | 2xx | 354 | 421 | 4xx | 530 535 538 | other 5xx | connection ends |
|---|---|---|---|---|---|---|---|
| greeting, EHLO | go on | | `greeting` | `greeting` | `greeting` | `greeting` | `greeting` |
| MAIL | go on | | `busy` | `busy` | `sender-refused` | `sender-refused` | another connection once, then `busy` |
| RCPT | go on | | `busy` | `deferred` | `login-refused` | `address-refused` | another once, then `deferred` |
| DATA | | go on | `busy` | `deferred` | `login-refused` | `message-refused` | another once, then `deferred` |
| message, not out whole | | | | | | | `deferred` |
| message | sent | | `busy` | `deferred` | `login-refused` | `message-refused` | `dropped`, doubtful |

`busy` on one of several connections closes that one and hands its letter to another, once; only the last
connection's trouble concerns everyone.
"""

from __future__ import annotations

from undersigned.stages.mail.needs import Verdict

__all__ = [
    "BUSY", "CLOSING", "DEFERRED", "DROPPED", "MALFORMED_ADDRESS", "MALFORMED_MESSAGE", "NOT_SUPPORTED", "SENT",
    "Trouble", "of_mail", "of_refusal",
]  # fmt: skip

CLOSING = 421
SENT = Verdict("sent")
BUSY = Verdict("again", "busy", everyone=True)
DEFERRED = Verdict("again", "deferred")
DROPPED = Verdict("again", "dropped", doubtful=True)
NOT_SUPPORTED = Verdict("failed", "address-not-supported")
MALFORMED_ADDRESS = Verdict("failed", "address-malformed")
MALFORMED_MESSAGE = Verdict("failed", "message-malformed")

_LOGIN = (530, 535, 538)  # a login is asked for: ours to mend, not the signer's loss


class Trouble(Exception):
    """No connection; `verdict` concerns everyone."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.verdict = Verdict("again", code, everyone=True)


def of_mail(code: int) -> Verdict | None:
    """Sort the answer to MAIL FROM; None where it is yes."""
    if code == 250:
        return None
    return BUSY if code < 500 else Verdict("again", "sender-refused", everyone=True)


def of_refusal(code: int, final: str) -> Verdict:
    """Sort a refusal of one letter; `final` is the code where it is for good."""
    if code == CLOSING:
        return BUSY
    if code in _LOGIN:
        return Verdict("again", "login-refused", everyone=True)
    return Verdict("failed", final) if 500 <= code <= 599 else DEFERRED
