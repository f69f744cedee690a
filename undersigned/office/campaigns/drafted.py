"""The card of what is written now: what a release would write, by the mill's own reader, though not approved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from undersigned.core.campaign import Card
from undersigned.core.reading import Fault
from undersigned.office.campaigns import checklist, folder
from undersigned.office.campaigns.actions import facts_of
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.segments import Segment

__all__ = ["drafted"]

#: The page shows no key, so that it can be looked at before there is one. To this one nothing can be sealed.
_NO_KEY = f"age1{'q' * 58}\n"


def drafted(campaign: Campaign, language: str) -> Card | tuple[Fault, ...]:
    """Give the card of the newest texts, or what keeps this language from being shown.

    A language that cannot be read is left out where another is asked for.
    """
    texts = {one.language: one.latest.segments for one in checklist.texts(campaign) if one.latest is not None}
    found = _read(campaign, texts)
    if isinstance(found, Card):
        return found
    broken = {fault.file for fault in found}
    whole = {key: segments for key, segments in texts.items() if f"{key}.md" not in broken}
    if language in whole and len(whole) < len(texts):
        found = _read(campaign, whole)
    return found if isinstance(found, Card) else _of(found, language)


def _read(campaign: Campaign, texts: Mapping[str, Sequence[Segment]]) -> Card | tuple[Fault, ...]:
    facts = {**facts_of(campaign), "languages": list(texts)}
    facts["recipients"] = campaign.recipients.strip() or _NO_KEY
    return folder.examine(facts, texts)


def _of(faults: Sequence[Fault], language: str) -> tuple[Fault, ...]:
    """Keep what is wrong with the campaign and with this language."""
    return tuple(one for one in faults if not one.file.endswith(".md") or one.file == f"{language}.md")
