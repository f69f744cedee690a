"""From an address and a page's words to the bytes of a letter (RFC 5322).

Every value that reaches a header is checked here against its own narrow grammar and not left to the
library alone: `EmailMessage` refuses CR and LF, but takes NUL and a list of addresses in `To`. No error
of this module says what it was given, for that is a person's address.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

import msgspec

from undersigned.core import normal
from undersigned.core.problems import Problem
from undersigned.pages.letters import Letter

__all__ = ["Ready", "Unfit", "compose", "dated", "message_id"]

LONGEST_LOCAL = 64  # octets, RFC 5321 4.5.3.1.1
LONGEST_ADDRESS = 254  # octets, RFC 5321 4.5.3.1.3 less the angle brackets
LONGEST_LINE = 998  # octets, RFC 5322 2.1.1

_LOCAL = re.compile(r"[^\x00-\x20\x7f()<>@,;:\\\".\[\]]+(?:\.[^\x00-\x20\x7f()<>@,;:\\\".\[\]]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*")


class Unfit(ValueError):
    """No letter can be made of this; `code` is stable and says what is wrong, never what was given."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ready(msgspec.Struct, frozen=True):
    """A letter that can be handed over: the address of the envelope, and the bytes with CRLF line ends."""

    recipient: str
    message: bytes


def compose(letter: Letter, language: str, sender: str, email: str, record: bytes, now: int) -> Ready:
    """Build one letter to one address.

    The domain is written as its A-label, so that only a local part beyond ASCII asks for SMTPUTF8.
    `now` is in seconds since 1970 and becomes `Date`; `record` gives the letter its `Message-ID`.

    Raises:
        Unfit: `address-malformed`, `sender-malformed` or `letter-malformed`.
    """
    to = _address(email)
    origin = _sender(sender)
    message = EmailMessage(policy=policy.SMTPUTF8 if not to.username.isascii() else policy.SMTP)
    message["From"] = origin
    message["To"] = to
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = dated(now)
    message["Message-ID"] = message_id(record, origin.domain)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    body = _body(letter.body)
    message.set_content(body, charset="utf-8", cte=_encoding(body))
    message["Content-Language"] = _one_line(language)
    return Ready(f"{to.username}@{to.domain}", _bytes(message))


def dated(now: int) -> str:
    """Write seconds since 1970 as in `Date` (RFC 5322 3.3)."""
    return format_datetime(datetime.fromtimestamp(now, UTC))


def message_id(record: bytes, domain: str) -> str:
    """Give the `Message-ID` of a record's letter.

    The same for every attempt, so that a mailbox can fold a letter handed over twice; it names neither
    the person nor the record (a hash of the record's random name).
    """
    return f"<{sha256(b'undersigned/message/v1' + record).hexdigest()[:32]}@{domain}>"


def _address(email: str) -> Address:
    """Check an address of a person, by the door's own rules and by the header's."""
    found = normal.canonical(email)
    if isinstance(found, Problem):
        raise Unfit("address-malformed")
    local = found.typed.rpartition("@")[0]
    if not _fit(local, found.domain):
        raise Unfit("address-malformed")
    return Address(username=local, domain=found.domain)


def _sender(sender: str) -> Address:
    """Check the address of the settings, which need not have a public domain."""
    local, _, domain = sender.rpartition("@")
    if not sender.isascii() or not _fit(local, domain):
        raise Unfit("sender-malformed")
    return Address(username=local, domain=domain)


def _fit(local: str, domain: str) -> bool:
    """Say whether this is one address and nothing else."""
    octets = len(local.encode("utf-8", "replace"))
    return (
        _LOCAL.fullmatch(local) is not None
        and _DOMAIN.fullmatch(domain) is not None
        and octets <= LONGEST_LOCAL
        and octets + 1 + len(domain) <= LONGEST_ADDRESS
        and all(unicodedata.category(character)[0] not in "CZ" for character in local)
    )


def _one_line(text: str) -> str:
    """Give a header's value back if it is one line without control characters."""
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise Unfit("letter-malformed")
    return text


def _body(text: str) -> str:
    """Give the body with LF line ends; the policy writes them as CRLF."""
    lines = text.replace("\r\n", "\n").split("\n")
    for line in lines:
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in line):
            raise Unfit("letter-malformed")
    return "\n".join(lines).rstrip("\n") + "\n"


def _encoding(body: str) -> str:
    """Choose the encoding that stays readable in the raw letter, as far as there is one."""
    foreign = sum(not character.isascii() for character in body)
    if not foreign and all(len(line) <= LONGEST_LINE for line in body.split("\n")):
        return "7bit"
    return "quoted-printable" if foreign * 6 < len(body) else "base64"


def _bytes(message: EmailMessage) -> bytes:
    data = message.as_bytes()
    if data.count(b"\n") != data.count(b"\r\n") or data.count(b"\r") != data.count(b"\r\n"):
        raise Unfit("letter-malformed")
    return data
