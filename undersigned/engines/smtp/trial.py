"""Whether a mail server would take letters from us, tried without handing one over."""

from __future__ import annotations

import smtplib
import ssl

from undersigned.engines.smtp.connect import connect, part
from undersigned.engines.smtp.server import parse
from undersigned.engines.smtp.verdicts import Trouble

__all__ = ["trial"]


def trial(url: str, hello: str, sender: str, timeout: float) -> str:
    """Connect, greet, log in and name the sender; give the code of what goes wrong (docs/letters.md), or "".

    Raises:
        Wrong: the setting cannot be read.
    """
    try:
        link = connect(parse(url), hello, timeout, ssl.create_default_context())
    except Trouble as trouble:
        return trouble.verdict.code
    try:
        status, _ = link.mail(sender)
        link.rset()
    except (smtplib.SMTPException, OSError):
        return "greeting"
    finally:
        part(link)
    return "" if status == 250 else "sender-refused" if status >= 500 else "busy"
