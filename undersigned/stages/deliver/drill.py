"""The opening drill: no campaign opens before one test record was opened with its key."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from undersigned.vault import unseal

__all__ = ["drill", "recipients_in"]

# Bech32 has no 1, b, i or o behind the prefix; "1" is in it for `age1pq1`.
_RECIPIENT = re.compile(r"\bage1[ac-hj-np-z02-9]+(?:1[ac-hj-np-z02-9]+)?\b")


def recipients_in(texts: Iterable[str]) -> list[str]:
    """Give the recipients that stand in the files of a campaign, in order, each once; comments are left out."""
    lines = (line for text in texts for line in text.splitlines() if not line.lstrip().startswith("#"))
    return list(dict.fromkeys(found for line in lines for found in _RECIPIENT.findall(line)))


def drill(secret: str, recipients: Sequence[str], campaign: str, now: int) -> str:
    """Seal a test record, open it with the secret key, and give the text of `drill.txt`.

    `secret` is the text of a key file, `now` seconds since 1970.

    Raises:
        WrongKey: a key cannot be used, belongs to none of the recipients, or did not open the record.
    """
    return unseal.drill(secret, recipients, campaign, now)
