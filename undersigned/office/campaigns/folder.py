"""The campaign folder: what a release writes, and what is wrong with it, by the very reader that the mill uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from undersigned.assemble.places import Places
from undersigned.core import answers, gatherings
from undersigned.core.campaign import Card, Text
from undersigned.core.reading import Fault, read
from undersigned.core.texts import read_text
from undersigned.engines.files.campaign_folder import PICTURES, Sources
from undersigned.engines.files.durable import replace
from undersigned.office.campaigns.files import campaign_file, one_line, text_file
from undersigned.office.campaigns.goals import with_reasons
from undersigned.office.campaigns.models import Campaign, Release, Revision
from undersigned.office.campaigns.segments import Segment, paragraphs
from undersigned.office.project.installed import installation, shelf
from undersigned.office.project.taken import NotOurs, digests, strangers

__all__ = ["as_sources", "contents", "examine", "keep", "lying", "ours", "strangers_in", "text_of"]

_NAMES = ("recipients.txt", "drill.txt", answers.FILE, gatherings.FILE, "campaign.toml")


def examine(facts: Mapping[str, Any], texts: Mapping[str, Sequence[Segment]]) -> Card | tuple[Fault, ...]:
    """Read what a release would write; give the card, or everything that is wrong."""
    photo = facts.get("photo") or {}
    facts = {**facts, "goal_changes": with_reasons(facts.get("goal_changes", ()), facts["languages"], texts)}
    files = {language: text_file(segments, bool(photo)).encode() for language, segments in texts.items()}
    pictures = shelf().all(facts["name"], photo.get("files", ()))
    answered, gathered = _told(facts)
    recipients = facts["recipients"].encode()
    return read(campaign_file(facts).encode(), files, recipients, None, pictures, answered, gathered)


def _told(facts: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Give both files; there were none in what was released before there were any."""
    return facts.get("answers", "").encode(), facts.get("gatherings", "").encode()


def ours(campaign: Campaign) -> None:
    """Look whether all that a release may overwrite or delete was written by the desk, or adopted as it lay there.

    Raises:
        NotOurs: something was not.
    """
    found = strangers_in(campaign)
    if found:
        raise NotOurs(found)


def strangers_in(campaign: Campaign) -> list[str]:
    """Give the files, from the data folder on, that a release may touch and that no release of the desk has written.

    Before its first release a card or a log of its name is a stranger too: they are another campaign's.
    """
    places = Places(installation().path)
    target = places.campaigns / campaign.name
    written = list(campaign.releases.values_list("written", flat=True))
    if written and not written[0]:  # by a desk that did not keep it yet
        return []
    known: dict[str, set[str]] = {}
    for name, digest in (pair for one in written for pair in one.items()):
        known.setdefault(name, set()).add(digest)
    found = [target / name for name in strangers(target, _at_stake(target), known)]
    others = () if written else (places.cards / f"{campaign.name}.card", places.logs / campaign.name)
    return [str(one.relative_to(places.folder)) for one in (*found, *others) if one.exists()]


def _at_stake(target: Path) -> set[str]:
    """Give the names of all files that a release writes or takes away."""
    texts = {file.name for file in target.glob("*.md")}
    pictures = {f"{PICTURES}/{file.name}" for file in (target / PICTURES).glob("[!.]*")}
    return {*_NAMES, *texts, *pictures}


def lying(name: str) -> dict[str, bytes]:
    """Give the files that lie in a campaign's folder and that a release would write or take away."""
    target = Places(installation().path).campaigns / name
    return {one: (target / one).read_bytes() for one in sorted(_at_stake(target)) if (target / one).is_file()}


def keep(release: Release) -> None:
    """Keep what a release writes, and write it once the release is committed."""
    files = contents(release)
    release.written = digests(files)
    release.save(update_fields=["written"])
    transaction.on_commit(lambda: _write(release.campaign, files))


def contents(release: Release) -> dict[str, bytes]:
    """Give the files of a release by name, in the order in which they are written.

    Texts come first: the mill reads `campaign.toml` last of all. A folder that it meets half-written is broken in a
    way its reader finds, and the old card stands until the next look, less than a second later.
    """
    facts, pictures = _pictured(release.facts)
    answered, gathered = _told(release.facts)
    return {
        **{f"{PICTURES}/{name}": data for name, data in pictures.items()},
        **{f"{one.text.language}.md": text_of(one, bool(pictures)) for one in release.revisions.select_related("text")},
        "recipients.txt": release.facts["recipients"].encode(),
        "drill.txt": release.facts["drill"].encode(),
        answers.FILE: answered,
        gatherings.FILE: gathered,
        "campaign.toml": campaign_file(facts).encode(),
    }


def as_sources(files: Mapping[str, bytes]) -> Sources:
    """Give the files of a release as the mill's reader takes them."""
    place = f"{PICTURES}/"
    return Sources(
        campaign=files["campaign.toml"],
        texts={name.removesuffix(".md"): data for name, data in files.items() if name.endswith(".md")},
        recipients=files["recipients.txt"],
        pictures={name.removeprefix(place): data for name, data in files.items() if name.startswith(place)},
        answers=files[answers.FILE],
        gatherings=files[gatherings.FILE],
    )


def text_of(revision: Revision, photo: bool) -> bytes:
    """Give the file of a text: the one it was taken from where that says the same, for its hash names the text."""
    own = text_file(revision.segments, photo).encode()
    came = revision.file.encode()
    return came if came and _same(revision.text.language, came, own) else own


def _same(language: str, one: bytes, other: bytes) -> bool:
    """Tell whether two files are cut into the same segments; line ends and spaces between them are none."""
    found = [read_text(language, data, None) for data in (one, other)]
    meant = [_meant(text) for text in found if isinstance(text, Text)]
    return len(meant) == len(found) and meant[0] == meant[1]


def _meant(text: Text) -> list[object]:
    tables = (text.demands, text.addressees, text.consents, text.photo)
    words = [{key: one_line(said) for key, said in table.items()} for table in tables]
    return [*map(one_line, (text.title, text.summary, text.organiser)), *words, paragraphs(text.body)]


def _write(campaign: Campaign, files: Mapping[str, bytes]) -> None:
    target = Places(installation().path).campaigns / campaign.name
    (target / PICTURES).mkdir(parents=True, exist_ok=True)
    gone = _at_stake(target) - set(files)
    for name, data in files.items():
        replace(target / name, data)
    for name in gone:
        (target / name).unlink(missing_ok=True)


def _pictured(facts: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """Give the files of a release's picture; where it was destroyed since, the facts without it."""
    names = (facts.get("photo") or {}).get("files", ())
    found = shelf().all(facts["name"], names)
    return (facts, found) if len(found) == len(names) else ({**facts, "photo": {}}, {})
