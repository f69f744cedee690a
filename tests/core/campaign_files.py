"""A campaign's files for tests: whole, and easily broken at one place."""

from __future__ import annotations

from undersigned.core.campaign import Card
from undersigned.core.reading import Fault, read

RECIPIENT = b"age1" + b"q" * 58
OTHER_RECIPIENT = b"age1" + b"p" * 58
HYBRID_RECIPIENT = b"age1pq1" + b"q" * 1_900

CAMPAIGN = b"""\
campaign = "well"
organiser = "Friends of the Well"
contact = "well@example.org"
mode = "standard"
languages = ["en", "ar"]
opens = 2026-11-01T00:00:00Z
closes = 2026-12-01T00:00:00+03:00
milestones = [100, 1000]
fields = ["comment"]

[[demand]]
id = "dig"
addressees = ["council", "board"]

[[demand]]
id = "pump"
addressees = ["board"]

[[consent]]
purpose = "processing"
version = "1"
required = true

[[consent]]
purpose = "updates"
version = "1"
required = false
"""

ENGLISH = b"""\
+++
title = "A well for everybody"
summary = "Ours is dry."
organiser = "Friends of the Well"

[demands]
dig = "Dig a well."
pump = "Repair the pump."

[addressees]
council = "The council"
board = "The water board"

[consents]
processing = "I agree."
updates = "Write to me."
+++

# Why

Ours is dry.
"""

ARABIC = """\
+++
title = "بئر للجميع"
summary = "بئرنا جافة."
organiser = "أصدقاء البئر"

[demands]
dig = "احفروا بئرا."
pump = "أصلحوا المضخة."

[addressees]
council = "المجلس"
board = "هيئة المياه"

[consents]
processing = "أوافق."
updates = "اكتبوا إلي."
+++

بئرنا جافة.
""".encode()

TEXTS = {"en": ENGLISH, "ar": ARABIC}


def card(
    campaign: bytes = CAMPAIGN,
    texts: dict[str, bytes] | None = None,
    recipients: bytes = RECIPIENT,
    previous: Card | None = None,
) -> Card:
    """Read files that have no mistake."""
    answer = read(campaign, texts or TEXTS, recipients, previous)
    assert isinstance(answer, Card), answer
    return answer


def faults(
    campaign: bytes = CAMPAIGN, texts: dict[str, bytes] | None = None, recipients: bytes = RECIPIENT
) -> tuple[Fault, ...]:
    """Read files that have mistakes."""
    answer = read(campaign, TEXTS if texts is None else texts, recipients)
    assert not isinstance(answer, Card)
    return answer
