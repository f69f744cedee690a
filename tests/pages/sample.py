"""A made-up petition in every language, its counts, and a signature in every state."""

from __future__ import annotations

from undersigned.core.campaign import Card, Consent, Demand, Text
from undersigned.core.counts import Counts, Milestone
from undersigned.core.status import State, Status
from undersigned.pages.views import Kept, Site
from undersigned.pages.words import LANGUAGES

__all__ = ["AS_OF", "SITE", "TOKEN", "card", "counts", "kept_rows", "status", "text"]

AS_OF = 1_795_493_580  # 2026-11-24T04:13:00Z
TOKEN = "Wq3v" + "A1b2-C3d4_" * 3 + "E5f6G7h8I"
SITE = Site("https://petitions.example", demo=True)

TITLES = {
    "en": "Keep the town library open in the evening",
    "fr": "Pour que la bibliothèque reste ouverte le soir",
    "es": "Que la biblioteca siga abierta por la tarde",
    "ar": "لتبقَ مكتبة المدينة مفتوحة في المساء",
    "he": "להשאיר את ספריית העיר פתוחה בערב",
    "ru": "Пусть городская библиотека работает вечером",
    "zh": "让市图书馆晚间继续开放",
    "sw": "Maktaba ya mji ibaki wazi jioni",
    "hi": "नगर पुस्तकालय शाम को खुला रहे",
}
SUMMARIES = {
    "en": "The town wants to close the library at five. People who work or go to school could no longer use it.",
    "fr": "La ville veut fermer la bibliothèque à cinq heures. Qui travaille ou étudie ne pourrait plus y aller.",
    "es": "El ayuntamiento quiere cerrar la biblioteca a las cinco. Quien trabaja o estudia ya no podría usarla.",
    "ar": "تريد المدينة إغلاق المكتبة في الخامسة، فلا يستطيع من يعمل أو يدرس أن يستفيد منها.",
    "he": "העירייה רוצה לסגור את הספרייה בחמש. מי שעובד או לומד לא יוכל עוד להשתמש בה.",
    "ru": "Город хочет закрывать библиотеку в пять часов. Те, кто работает или учится, не смогут в неё ходить.",
    "zh": "市政府打算让图书馆五点关门,上班和上学的人将无法再使用它。",
    "sw": "Mji unataka kufunga maktaba saa kumi na moja. Wanaofanya kazi au kusoma hawataweza kuitumia.",
    "hi": "नगर पालिका पुस्तकालय को पाँच बजे बंद करना चाहती है। काम करने या पढ़ने वाले लोग फिर उसका उपयोग नहीं कर पाएँगे।",
}
BODY = """{summary}

# {title}

{summary} {summary}

> {summary}

* [{title}](https://elsewhere.example/report)
* {summary}

### {title}

{summary}
"""


def text(language: str, **changes: object) -> Text:
    """Give the petition's text in a language."""
    title, summary = TITLES[language], SUMMARIES[language]
    fields: dict[str, object] = {
        "language": language,
        "hash": "k" * 42 + "A",
        "source": "+++",
        "title": title,
        "summary": summary,
        "body": BODY.format(title=title, summary=summary),
        "organiser": "Friends of the Library",
        "demands": {"hours": title, "money": summary},
        "addressees": {"council": "The town council", "mayor": "The mayor"},
        "consents": {"processing": summary, "updates": title},
    }
    return Text(**{**fields, **changes})  # type: ignore[arg-type]


def card(texts: dict[str, Text] | None = None, **changes: object) -> Card:
    """Give the card, with changes."""
    texts = texts or {language: text(language) for language in LANGUAGES}
    fields: dict[str, object] = {
        "campaign": "library",
        "organiser": "Friends of the Library",
        "contact": "data@library.example",
        "mode": "standard",
        "languages": tuple(texts),
        "opens": AS_OF - 86_400 * 20,
        "closes": AS_OF + 86_400 * 20,
        "paused": False,
        "demands": (Demand("hours", ("council", "mayor")), Demand("money", ("council",))),
        "consents": (Consent("processing", "1", True), Consent("updates", "1", False)),
        "fields": ("comment",),
        "milestones": (1000,),
        "recipients": ("age1example",),
        "k": 10,
        "demonstration": True,
        "texts": texts,
    }
    return Card(**{**fields, **changes})  # type: ignore[arg-type]


def counts(standing: int = 1_002_417, **changes: object) -> Counts:
    """Give counts at one checkpoint."""
    fields: dict[str, object] = {
        "campaign": "library",
        "standing": standing,
        "collected": standing + 1893,
        "withdrawn": 1802,
        "struck": 91,
        "as_of": AS_OF,
        "size": standing + 7003,
        "root": "3Yk9q1Zr8mX0bQv4cN7tLw2sHdGf5jKpUe6RaTyOiE4=",
        "countries": {"EG": standing // 3, "KE": standing // 5, "BR": standing // 9, "015": 41, "NA": 10}
        if standing > 500
        else {},
        "days": (),
        "milestones": (Milestone(1000, AS_OF - 86_400 * 15, 1010), Milestone(1_000_000, AS_OF - 7200, 1_006_000)),
        "funnel": {},
    }
    return Counts(**{**fields, **changes})  # type: ignore[arg-type]


def status(state: State, **changes: object) -> Status:
    """Give a signature in that state."""
    fields: dict[str, object] = {
        "campaign": "library",
        "state": state,
        "as_of": AS_OF + 5,
        "signed": AS_OF - 90_000,
        "index": 41_216 if state in ("counted", "withdrawn", "erased", "struck") else None,
        "code": {"review": "mixed-script", "struck": "fraud"}.get(state, ""),
    }
    return Status(**{**fields, **changes})  # type: ignore[arg-type]


def kept_rows() -> tuple[Kept, ...]:
    """Give rows as the declarations of a person make them."""
    return (
        Kept("name", "delivery of the petition", "sealed record", "until the retention date", "holders of the key"),
        Kept("token", "the link of the letter", "outbox, encrypted", "72 hours at most", "nobody by hand"),
    )
