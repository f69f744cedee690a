"""What is missing before a campaign can open, in words, each with the page where it is mended."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from undersigned.core.campaign import Card
from undersigned.core.reading import Fault
from undersigned.office.campaigns import folder
from undersigned.office.campaigns.actions import facts_of
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.segments import stale
from undersigned.office.campaigns.templates import gaps
from undersigned.office.project.taken import NotOurs
from undersigned.vault.keys import drill_done

__all__ = ["Lack", "TextState", "done", "isolated", "missing", "next_step", "optional", "texts", "unseen"]


class Lack(msgspec.Struct, frozen=True):
    """One thing that is missing, and the address of the page where it is mended."""

    words: str
    address: str


class TextState(msgspec.Struct, frozen=True):
    """How the text of one language stands."""

    text: Text
    latest: Revision | None
    source: bool
    stale: tuple[str, ...]  # keys of segments that are missing or made from other words

    @property
    def name(self) -> str:
        """The language's own name."""
        return NAMES[self.text.language]

    @property
    def language(self) -> str:
        """The language's code."""
        return self.text.language


def texts(campaign: Campaign) -> list[TextState]:
    """Give how the texts stand, in the order of the campaign's languages."""
    by_language = {text.language: text for text in campaign.texts.prefetch_related("revisions")}
    latest = {language: next(iter(text.revisions.all()), None) for language, text in by_language.items()}
    source = latest.get(campaign.source)
    found = []
    for language in campaign.languages:
        made = latest[language]
        old = stale(source.segments, made.segments if made else []) if source and language != campaign.source else []
        found.append(TextState(by_language[language], made, language == campaign.source, tuple(old)))
    return found


def missing(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """Give everything that is missing; nothing where the campaign can be released."""
    return [
        *_written(campaign, found),
        *_facts(campaign),
        *_photo(campaign, found),
        *_key(campaign),
        *_gaps(campaign, found),
        *_texts(campaign, found),
        *_read(campaign, found),
        *_folder(campaign),
    ]


def next_step(campaign: Campaign, found: list[TextState], lacks: list[Lack] | None = None) -> Lack | None:
    """Give what is to be done first of all that is missing (`lacks`, where they are known); None where nothing is.

    A picture is offered once the text is written, and before anybody approves it: its words are approved too.
    """
    lacks = missing(campaign, found) if lacks is None else lacks
    source = next((one.latest for one in found if one.source), None)
    open_yet = source is not None and source.state != "approved" and campaign.open_version is None
    answered = bool(campaign.photo) or campaign.without_picture
    if open_yet and not answered and not _written(campaign, found) and not _facts(campaign):
        return Lack(_("Add a picture, or go on without one."), reverse("photo", args=[campaign.name]))
    return lacks[0] if lacks else None


def done(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """Give what is there already, in the order in which it is usually done, so that the list shows how far one is."""
    steps = [
        (
            bool(campaign.demands) and not _written(campaign, found),
            _("The text is written, with what is demanded and of whom."),
            "write",
        ),
        (bool(campaign.opens and campaign.closes), _("It is said when it opens and closes."), "facts"),
        (not _key(campaign), _("The key is made, and a test record was opened with it."), "key"),
    ]
    there = [Lack(words, reverse(route, args=[campaign.name])) for is_done, words, route in steps if is_done]
    approved = [one for one in found if _text(campaign, one) is None]
    words = _("%(language)s: the text is approved.")
    return there + [
        Lack(words % {"language": isolated(one.name)}, reverse("preview", args=[campaign.name, one.language]))
        for one in approved
    ]


def optional(campaign: Campaign) -> list[Lack]:
    """Give what many want and none needs: best done before the texts are approved, since it has words of its own."""
    wishes = [
        (not campaign.photo, _("A picture, if there is to be one"), "photo"),
        (len(campaign.languages) == 1, _("Further languages, if it is to be read in them"), "facts"),
    ]
    return [Lack(words, reverse(route, args=[campaign.name])) for wished, words, route in wishes if wished]


def unseen(campaign: Campaign, language: str, faults: Iterable[Fault]) -> list[Lack]:
    """Say what keeps the public page of a language from being shown: in the desk's words, else in the reader's."""
    found = texts(campaign)
    stands = [one for one in found if one.language == language and one.stale]
    plain = [*_facts(campaign), *_photo(campaign, found), *(lack for one in stands if (lack := _text(campaign, one)))]
    return plain or [_lack(campaign, fault) for fault in faults]


def _written(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """What the source text cannot do without, so that nobody translates and approves it with a part that is empty."""
    source = next((one.latest for one in found if one.source and one.latest), None)
    said = {one["key"]: one["words"] for one in source.segments} if source else {}
    asked = (
        (said.get("summary", ""), _("Write the summary."), "summary"),
        (any(key.startswith("body.") and words.strip() for key, words in said.items()), _("Write the text."), "body"),
        (said.get("consent.processing", ""), _("Write what people consent to when they sign."), "processing"),
        (said.get("consent.updates", ""), _("Write what people consent to when they ask for news."), "updates"),
    )
    return [
        Lack(words, f"{reverse('write', args=[campaign.name])}#id_{field}")
        for there, words, field in asked
        if not there
    ]


def _facts(campaign: Campaign) -> list[Lack]:
    lacks = []
    if not campaign.demands:
        address = f"{reverse('write', args=[campaign.name])}#id_demand_1"
        lacks.append(Lack(_("Write at least one demand, and of whom it is asked."), address))
    if not (campaign.opens and campaign.closes):
        address = f"{reverse('facts', args=[campaign.name])}#id_opens"
        lacks.append(Lack(_("Say when it opens and closes."), address))
    return lacks


def _photo(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """No picture goes public without what there is to see, whose it is, and that who is shown may be shown."""
    if not campaign.photo:
        return []
    source = next((one.latest for one in found if one.source and one.latest), None)
    said = {one["key"] for one in source.segments if one["words"].strip()} if source else set()
    asked = (
        ("photo.alt" in said, _("The picture: say what there is to see (alternative text)."), "alt"),
        ("photo.credit" in said, _("The picture: say whose it is (credit)."), "credit"),
        (campaign.photo["licence"], _("The picture: say under which licence it is used."), "licence"),
        (campaign.photo["people"], _("The picture: say whether the people shown agreed."), "people"),
    )
    address = reverse("photo", args=[campaign.name])
    return [Lack(words, f"{address}#id_{field}") for there, words, field in asked if not there]


def _key(campaign: Campaign) -> list[Lack]:
    address = reverse("key", args=[campaign.name])
    if not campaign.recipients.strip():
        return [Lack(_("Make the campaign’s key where it is safe, and paste its public part."), address)]
    if not drill_done(campaign.drill, campaign.recipients.split()):
        return [Lack(_("Open one test record with the key, and paste the proof."), address)]
    return []


def _texts(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    return [lack for one in found if (lack := _text(campaign, one)) is not None]


def _gaps(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """What a template has left to be filled, one line a language."""
    lacks = []
    for one in found:
        left = [gap for part in (one.latest.segments if one.latest else ()) for gap in gaps(part["words"])]
        if left:
            words = ngettext(
                "%(language)s: %(number)s gap is still to be filled: %(first)s",
                "%(language)s: %(number)s gaps are still to be filled, first of all %(first)s",
                len(left),
            )
            facts = {"language": isolated(one.name), "number": len(left), "first": isolated(left[0])}
            arguments = [campaign.name] if one.source else [campaign.name, one.language]
            lacks.append(Lack(words % facts, reverse("write" if one.source else "translate", args=arguments)))
    return lacks


def _text(campaign: Campaign, one: TextState) -> Lack | None:
    if one.stale:
        number = len(one.stale)
        words = ngettext(
            "%(language)s: %(number)s part is missing or out of date.",
            "%(language)s: %(number)s parts are missing or out of date.",
            number,
        )
        address = reverse("translate", args=[campaign.name, one.language])
        return Lack(words % {"language": isolated(one.name), "number": number}, address)
    if one.latest is None or one.latest.state != "approved":
        words = _("%(language)s: the text is to be read through and approved.")
        return Lack(words % {"language": isolated(one.name)}, reverse("review", args=[campaign.name, one.language]))
    return None


def isolated(name: str) -> str:
    """Give a name between marks that keep its direction from its neighbours (Unicode UAX 9: FSI, PDI)."""
    return f"\u2068{name}\u2069"


def _read(campaign: Campaign, found: list[TextState]) -> list[Lack]:
    """What the mill's own reader finds wrong, once everything is there."""
    if not (campaign.opens and campaign.closes and campaign.demands and campaign.recipients.strip()):
        return []
    whole = {one.language: one.latest.segments for one in found if one.latest is not None and not one.stale}
    if len(whole) < len(found):
        return []
    result = folder.examine(facts_of(campaign), whole)
    return [] if isinstance(result, Card) else [_lack(campaign, fault) for fault in result]


def _folder(campaign: Campaign) -> list[Lack]:
    """What lies where a release would write, and is not the desk's: it is never overwritten."""
    files = folder.strangers_in(campaign)
    if not files:
        return []
    words = _("The desk has not written %(files)s and overwrites nothing of others: ask the operator (%(code)s).")
    said = words % {"files": isolated(", ".join(files)), "code": NotOurs.code}
    return [Lack(said, reverse("campaign", args=[campaign.name]))]


def _lack(campaign: Campaign, fault: Fault) -> Lack:
    language = fault.file.removesuffix(".md")
    if fault.file.startswith("photo/"):
        address = reverse("photo", args=[campaign.name])
    elif fault.file == "recipients.txt":
        address = reverse("key", args=[campaign.name])
    elif fault.file.endswith(".md") and language != campaign.source:
        address = reverse("translate", args=[campaign.name, language])
    else:
        address = reverse("write" if fault.file.endswith(".md") else "facts", args=[campaign.name])
    return Lack(f"{fault.file}: {fault.what} {fault.remedy}", address)
