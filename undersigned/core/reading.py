"""From the files of a campaign to its card, or to every mistake in all of them at once.

The files are `campaign.toml`, one `<language>.md` for each language, and `recipients.txt` with the keys
that signatures are sealed to; and, where the campaign has a picture, its files under `photo/`.
docs/campaigns.md explains them key by key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, cast

from msgspec.structs import replace

from undersigned.core import answers, gatherings, origins, sources
from undersigned.core.campaign import Card, Consent, Text
from undersigned.core.countries import LANGUAGES
from undersigned.core.demands import addressees, check_id, demands, goal_changes
from undersigned.core.digits import digits
from undersigned.core.disposable import DISPOSABLE
from undersigned.core.normal import canonical
from undersigned.core.organisation import organisation
from undersigned.core.photo import Photo, photo
from undersigned.core.problems import Problem
from undersigned.core.sheet import Fault, Part, Sheet, nearest
from undersigned.core.texts import Wanted, read_text, utf8

__all__ = ["Fault", "read"]

_CAMPAIGN = "campaign.toml"
_RECIPIENTS = "recipients.txt"
_LEAST_GROUP = 10  # the smallest group that countries are ever released in

_KEYS = (
    "campaign", "organiser", "contact", "mode", "languages", "opens", "closes", "paused", "demonstration",
    "k", "milestones", "fields", "sources", "embed", "review", "demand", "addressee", "goal_change", "consent",
    "photo", "organisation", "digits",
)  # fmt: skip
_MODES = ("standard", "at-risk")
_FIELDS = ("comment",)
_REVIEWS = (DISPOSABLE,)
_PURPOSES = ("processing", "updates")

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")
_CLASSIC = re.compile(r"age1[02-9ac-hj-np-z]{58}")  # X25519
_HYBRID = re.compile(r"age1pq1[02-9ac-hj-np-z]{200,4000}")  # mlkem768x25519


def read(
    campaign_toml: bytes,
    texts: Mapping[str, bytes],
    recipients: bytes,
    previous: Card | None = None,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
    answers_toml: bytes = b"",
    gatherings_toml: bytes = b"",
) -> Card | tuple[Fault, ...]:
    """Read a campaign, or give every mistake of every file, sorted by file and line.

    `texts` are the Markdown files by language. `previous` is the card released before: a text that has
    changed since gets a new hash, and the old one goes to `earlier`, so that who still has the old page
    open is told that the text has changed. `pictures` are the files of the folder `photo`, by name, `answers_toml`
    what those addressed have answered (`core.answers`), where there is such a file, and `gatherings_toml` what is
    held for it (`core.gatherings`).
    """
    faults: list[Fault] = []
    keys = _recipients(recipients, faults)
    source = utf8(_CAMPAIGN, campaign_toml)
    sheet = Sheet(_CAMPAIGN, "" if isinstance(source, Fault) else source)
    sheet.broken = sheet.broken or isinstance(source, Fault)
    card = _card(sheet.top, keys, photo(sheet.top, pictures, faults), previous)
    faults += [source] if isinstance(source, Fault) else sheet.faults
    wanted = None if sheet.broken else _wanted(card)
    languages = tuple(texts) if sheet.broken else card.languages
    read_texts = _texts(languages, texts, wanted, faults)
    faults += _same_photo(read_texts) if card.photo else []
    faults += _same_campaign(card, previous) if not sheet.broken else []
    card = card if sheet.broken else _with_answers(card, answers_toml, faults)
    card = card if sheet.broken else _with_gatherings(card, gatherings_toml, faults)
    if faults:
        return tuple(sorted(faults, key=lambda fault: (fault.file, fault.line, fault.what)))
    return _complete(card, read_texts, previous)


# --- campaign.toml -------------------------------------------------------------------------------------


def _card(top: Part, keys: tuple[str, ...], picture: Photo | None, previous: Card | None) -> Card:
    """Read the campaign's own file into a card without texts."""
    top.only(_KEYS)
    opens, closes = top.moment("opens"), top.moment("closes")
    asked, milestones = demands(top), _milestones(top)
    languages = _languages(top)
    moved, released = (previous.goal_changes, previous.milestones) if previous else ((), None)
    if opens and closes and closes <= opens:
        top.fault("closes", "The campaign closes before it opens.", "Let “closes” be later than “opens”.")
    return Card(
        campaign=_id(top, "campaign", "the campaign"),
        organiser=top.text("organiser"),
        contact=_contact(top),
        mode=cast(Literal["standard", "at-risk"], _one_of(top, "mode", _MODES, "standard")),
        languages=languages,
        opens=opens,
        closes=closes,
        paused=top.flag("paused", False),
        demands=asked,
        consents=_consents(top),
        fields=_fields(top),
        milestones=milestones,
        recipients=keys,
        k=top.number("k", _LEAST_GROUP, _LEAST_GROUP),
        demonstration=top.flag("demonstration", False),
        texts={},
        sources=sources.listed(top),
        photo=picture,
        addressees=addressees(top, asked),
        goal_changes=goal_changes(top, milestones, moved, released, languages),
        embed=origins.listed(top),
        organisation=organisation(top),
        review=_reviews(top),
        digits=digits(top),
    )


def _id(part: Part, key: str, whose: str) -> str:
    value = part.text(key)
    check_id(part, key, value, whose)
    return value


def _contact(top: Part) -> str:
    value = top.text("contact", 254)
    if value and isinstance(canonical(value), Problem):
        remedy = "Write an e-mail address that answers questions about personal data."
        top.fault("contact", "“contact” is not an e-mail address.", remedy)
    return value


def _one_of(part: Part, key: str, known: tuple[str, ...], default: str = "") -> str:
    """Read one word out of `known`; without a default it is required."""
    value = part.values.get(key, default)
    if value in known:
        return str(value)
    if not value:
        part.fault("", f"“{key}” is missing.", f'Add a line: {key} = "{known[0]}"')
    else:
        remedy = nearest(str(value), known) or f"Write one of: {', '.join(known)}."
        part.fault(key, f"“{value}” is no {key}.", remedy)
    return default or known[0]


def _known_words(part: Part, key: str, words: tuple[str, ...], known: tuple[str, ...]) -> None:
    for word in words:
        if word not in known:
            remedy = nearest(word, known) or f"Known are: {', '.join(known)}."
            part.fault(key, f"“{word}” is not known in “{key}”.", remedy)


def _languages(top: Part) -> tuple[str, ...]:
    languages = top.words("languages", required=True)
    _known_words(top, "languages", languages, LANGUAGES)
    return languages


def _fields(top: Part) -> tuple[str, ...]:
    fields = top.words("fields", required=False)
    _known_words(top, "fields", fields, _FIELDS)
    return fields


def _reviews(top: Part) -> tuple[str, ...]:
    reasons = top.words("review", required=False)
    _known_words(top, "review", reasons, _REVIEWS)
    return reasons


def _milestones(top: Part) -> tuple[int, ...]:
    numbers = top.numbers("milestones")
    for before, after in zip((0, *numbers), numbers, strict=False):
        if after <= before:
            what = f"The milestone {after} does not rise above {before}."
            top.fault("milestones", what, "Write them from the smallest to the largest, above 0.")
    return numbers


def _consents(top: Part) -> tuple[Consent, ...]:
    consents: list[Consent] = []
    for part in top.parts("consent"):
        consent = _consent(part)
        if consent.purpose in [other.purpose for other in consents]:
            what = f"The consent to “{consent.purpose}” is asked twice."
            part.fault("purpose", what, "Keep one; a new version takes the place of the old one.")
        consents.append(consent)
    if "processing" not in [consent.purpose for consent in consents]:
        remedy = 'Add [[consent]] with purpose = "processing", a version, and required = true.'
        top.fault("", "The consent to the processing of personal data is missing.", remedy)
    return tuple(consents)


def _consent(part: Part) -> Consent:
    part.only(("purpose", "version", "required"))
    purpose = _one_of(part, "purpose", _PURPOSES)
    version, required = part.text("version"), part.flag("required")
    if version and not _VERSION.fullmatch(version):
        part.fault("version", "This cannot be the version of a consent.", "Write it like “2026-11” or “1.2”.")
    if purpose == "processing" and not required and "required" in part.values:
        remedy = "Write required = true: nobody can sign without their data being processed."
        part.fault("required", "The consent to the processing is not required.", remedy)
    if purpose == "updates" and required:
        remedy = "Write required = false: a signature must not cost a subscription."
        part.fault("required", "The consent to updates is required.", remedy)
    return Consent(cast(Literal["processing", "updates"], purpose), version, required)


# --- answers.toml, gatherings.toml ---------------------------------------------------------------------


def _with_answers(card: Card, data: bytes, faults: list[Fault]) -> Card:
    source = utf8(answers.FILE, data)
    if isinstance(source, Fault):
        faults.append(source)
        return card
    found = answers.read(source, card.demands, card.languages)
    given = tuple(one for one in found if isinstance(one, answers.Answer))
    faults += [one for one in found if isinstance(one, Fault)]
    return replace(card, answers=given)


def _with_gatherings(card: Card, data: bytes, faults: list[Fault]) -> Card:
    source = utf8(gatherings.FILE, data)
    if isinstance(source, Fault):
        faults.append(source)
        return card
    found = gatherings.read(source, card.languages)
    faults += [one for one in found if isinstance(one, Fault)]
    return replace(card, gatherings=tuple(one for one in found if isinstance(one, gatherings.Gathering)))


# --- recipients.txt ------------------------------------------------------------------------------------


def _recipients(data: bytes, faults: list[Fault]) -> tuple[str, ...]:
    """Read the age recipients; only their form is checked here, the vault reads them."""
    source = utf8(_RECIPIENTS, data)
    if isinstance(source, Fault):
        faults.append(source)
        return ()
    found: dict[str, int] = {}
    for number, line in enumerate(source.split("\n"), start=1):
        word = line.strip()
        if word and not word.startswith("#"):
            fault = _recipient_fault(word, number, found)
            faults.extend([fault] if fault else [])
            found.setdefault(word, number)
    if not found:
        remedy = "Make the campaign's key offline with “undersigned keys new” and put its recipient here."
        faults.append(Fault(_RECIPIENTS, 0, "There is no key to seal the signatures to.", remedy))
    return tuple(found)


def _recipient_fault(word: str, line: int, before: Mapping[str, int]) -> Fault | None:
    if word.upper().startswith("AGE-SECRET-KEY-"):
        what = "This is a secret key. It must never lie on the server."
        return Fault(_RECIPIENTS, line, what, "Put its recipient here (age1…), and make a new key if this was copied.")
    if word in before:
        return Fault(_RECIPIENTS, line, f"This key stands in line {before[word]} too.", "Keep one of the two.")
    if not (_CLASSIC.fullmatch(word) or _HYBRID.fullmatch(word)):
        what = "This is not an age recipient."
        return Fault(_RECIPIENTS, line, what, "Write one recipient a line, age1… or age1pq1…, as “keys new” prints it.")
    if any(bool(_HYBRID.fullmatch(word)) != bool(_HYBRID.fullmatch(other)) for other in before):
        what = "Keys with and without protection against quantum computers stand together."
        return Fault(_RECIPIENTS, line, what, "Use age1pq1… for all of them, or age1… for all; age refuses a mixture.")
    return None


# --- the whole -----------------------------------------------------------------------------------------


def _wanted(card: Card) -> Wanted:
    addressees = dict.fromkeys(addressee for demand in card.demands for addressee in demand.addressees)
    return Wanted(
        tuple(demand.id for demand in card.demands if demand.id),
        tuple(addressees),
        tuple(dict.fromkeys(consent.purpose for consent in card.consents)),
        card.photo is not None,
    )


def _texts(
    languages: tuple[str, ...], files: Mapping[str, bytes], wanted: Wanted | None, faults: list[Fault]
) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for language in dict.fromkeys((*languages, *files)):
        if language not in files:
            what = f"The text in “{language}” is missing."
            faults.append(
                Fault(f"{language}.md", 0, what, "Write the file, or take the language out of campaign.toml.")
            )
            continue
        if language not in languages:
            what = f"campaign.toml does not name the language “{language}”."
            faults.append(Fault(f"{language}.md", 0, what, "Add it to “languages”, or take the file away."))
            continue
        text = read_text(language, files[language], wanted)
        if isinstance(text, Text):
            found[language] = text
        else:
            faults.extend(text)
    return found


def _same_photo(texts: Mapping[str, Text]) -> list[Fault]:
    """Find what one language says of the picture and another does not: a warning in one must be in all."""
    said = dict.fromkeys(key for text in texts.values() for key in text.photo)
    return [
        Fault(f"{language}.md", 1, f"“{key}” of the photo is missing.", f'Add to [photo]: {key} = "…"')
        for language, text in texts.items()
        for key in said
        if key not in text.photo
    ]


def _same_campaign(card: Card, previous: Card | None) -> list[Fault]:
    if previous is None or previous.campaign == card.campaign:
        return []
    what = f"This campaign was released as “{previous.campaign}”."
    return [Fault(_CAMPAIGN, 1, what, "Write that id again; a campaign of another id needs a folder of its own.")]


def _complete(card: Card, texts: dict[str, Text], previous: Card | None) -> Card:
    """Put the texts in, and remember the hashes of the versions before them."""
    earlier: dict[str, tuple[str, ...]] = {}
    for language in dict.fromkeys(
        (*texts, *(previous.texts if previous else ()), *(previous.earlier if previous else ()))
    ):
        hashes = list(previous.earlier.get(language, ())) if previous else []
        if previous and language in previous.texts:
            hashes.append(previous.texts[language].hash)
        now = texts[language].hash if language in texts else ""
        kept = tuple(version for version in dict.fromkeys(hashes) if version != now)
        if kept:
            earlier[language] = kept
    values = {name: getattr(card, name) for name in card.__struct_fields__}
    return Card(**values | {"texts": texts, "earlier": earlier})
