"""What is true of a campaign's processing, gathered from the declarations in the code, settings, and what staff said.

The page, the register entry (Art. 30 GDPR) and the impact assessment (Art. 35) are written from this alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from undersigned.assemble.kept import kept_rows
from undersigned.core.texts import text_hash
from undersigned.office.campaigns.files import text_file
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.segments import word_digest
from undersigned.office.protection.models import Particulars, months_after
from undersigned.pages.kept import Group, groups
from undersigned.pages.words import LANGUAGES, words
from undersigned.settings import Settings

__all__ = ["Consent", "Key", "Register", "consents", "gather"]


class Key(msgspec.Struct, frozen=True):
    """One key: what it protects, where it lies, who has it, and when it is destroyed."""

    name: str
    place: str
    holder: str
    life: str


class Register(msgspec.Struct, frozen=True):
    """One campaign's processing in words, each in the language of whoever reads."""

    campaign: str
    controller: str
    officer: str
    purposes: tuple[str, ...]
    basis: str
    subjects: str
    kept: tuple[Group, ...]
    recipients: tuple[str, ...]
    processors: tuple[str, ...]
    transfers: str
    opens: date | None
    closes: date | None
    erased_by: date | None  # the day by which everything has to be gone; None where no closing day is set
    keys: tuple[Key, ...]
    measures: tuple[str, ...]
    lacks: tuple[str, ...]  # what an officer has not said yet


def gather(campaign: Campaign, settings: Settings) -> Register:
    """Gather it all; words in the language that is active."""
    said = Particulars.objects.filter(campaign=campaign).first() or Particulars(campaign=campaign)
    closes = campaign.closes.date() if campaign.closes else None
    ends = months_after(closes, said.keep_months) if closes else None
    language = translation.get_language() or "en"
    return Register(
        campaign=campaign.name,
        controller=said.controller or campaign.organiser,
        officer=said.officer or campaign.contact,
        purposes=(
            _("To count each signature once, and to let anybody recount it"),
            _("To deliver the petition with its signatures to those it is addressed to"),
            _("To write to those who asked for news, if they gave the separate consent"),
        ),
        basis=" ".join(filter(None, (str(said.get_basis_display()), said.law))),
        subjects=_("Persons who sign, and persons whose address somebody typed without them"),
        kept=tuple(groups(kept_rows(), words(language if language in LANGUAGES else "en"))),
        recipients=_lines(said.recipients),
        processors=(_relay(settings), *_lines(said.processors)),
        transfers=said.transfers or _("None"),
        opens=campaign.opens.date() if campaign.opens else None,
        closes=closes,
        erased_by=ends,
        keys=_keys(campaign, said),
        measures=_measures(campaign),
        lacks=_lacks(campaign, said),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _relay(settings: Settings) -> str:
    """Say who carries letters; the setting can hold a secret, so only the host is named."""
    parts = urlsplit(settings.mail)
    if parts.scheme in ("smtp", "smtps"):
        return _("Mail relay: %(host)s (address and letter, while it is sent)") % {"host": parts.hostname or ""}
    return _("Mail relay: none; letters stay on this machine")


def _keys(campaign: Campaign, said: Particulars) -> tuple[Key, ...]:
    holders = ", ".join(_lines(said.holders)) or _("not said yet")
    number = sum(1 for line in campaign.recipients.splitlines() if line.startswith("age1"))
    return (
        Key(
            _("Campaign key (%(number)s)") % {"number": number},
            _("Offline, never on the server"),
            holders,
            _("Destroyed with all its shares by the day above: then no record can be opened by anybody"),
        ),
        Key(
            _("Pepper of the keyed numbers"),
            f"secrets/{campaign.name}/pepper",
            _("Those who run the server"),
            _("Destroyed after the time for disputes: then the numbers tell nothing"),
        ),
        Key(
            _("Keys of the letters"),
            "secrets/mail/",
            _("The server, while it sends"),
            _("One an hour, each destroyed after 72 hours"),
        ),
        Key(
            _("Key of the links in letters"),
            "secrets/token.key",
            _("Those who run the server"),
            _("As long as links shall work"),
        ),
    )


def _measures(campaign: Campaign) -> tuple[str, ...]:
    found = [
        _("Name, address and comment are sealed to the campaign key as the form arrives; the server cannot open them"),
        _("The address for the letter is encrypted under a key that is destroyed after 72 hours"),
        _("Every signature is confirmed by the holder of the address; nobody is signed up by others"),
        _("No answer, size or time tells whether an address has signed"),
        _("Signers see, withdraw and erase by the link in their letter; erasing destroys the key of the record"),
        _("No cookie, no network address kept, nothing loaded from another host"),
        _("Countries are shown in groups of at least %(number)s") % {"number": campaign.smallest_group},
        _("Staff sign in with a second factor; what they do stands in a chained trail; no role sees a name"),
    ]
    if campaign.at_risk:
        found.append(_("Signers may be in danger: letters and pages say less"))
    return tuple(found)


def _lacks(campaign: Campaign, said: Particulars) -> tuple[str, ...]:
    asked = (
        (said.controller, _("Name and postal address of the controller")),
        (said.recipients, _("Who receives the names")),
        (said.holders, _("Who holds a share of the campaign key")),
        (said.processors, _("Processors, such as the host of the server")),
        (campaign.closes, _("The day on which the campaign closes")),
    )
    return tuple(words for value, words in asked if not value)


class Consent(msgspec.Struct, frozen=True):
    """The words of one consent as they stood beside the box."""

    released: date
    version: str
    language: str
    purpose: str
    words: str
    hash: str  # of the words: SHA-256, the first 96 bits in base64url
    text: str  # name of the text version that they stood in, which every signature names


def consents(campaign: Campaign) -> Sequence[Consent]:
    """Give every wording of the consents that was ever released, the oldest first; the same words once."""
    found: dict[tuple[str, str, str, str], Consent] = {}
    for release in campaign.releases.order_by("id").prefetch_related("revisions__text"):
        for revision in sorted(release.revisions.all(), key=lambda one: one.text.language):
            name = text_hash(text_file(revision.segments))
            for one in revision.segments:
                if one["key"].startswith("consent.") and one["words"].strip():
                    made = Consent(
                        release.made.date(), str(release.facts["consent"]), revision.text.language, one["key"][8:],
                        one["words"], word_digest(one["words"]), name,
                    )  # fmt: skip
                    found.setdefault((made.version, made.language, made.purpose, made.text), made)
    return list(found.values())
