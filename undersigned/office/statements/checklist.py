"""What is missing before a statement can be signed off and released, in words, each with where it is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import msgspec
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from undersigned.core.claims import typed_numbers
from undersigned.core.figures import traceable
from undersigned.core.statement_reading import read_version
from undersigned.office.campaigns.checklist import Lack, isolated
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Revision
from undersigned.office.campaigns.segments import stale
from undersigned.office.statements.assembling import (
    Part,
    content_hash,
    files_of,
    from_facts,
    latest,
    meaning,
    part_digest,
    parts,
    pictures_of,
    shown_photos,
)
from undersigned.office.statements.models import Figure, Published, Statement

__all__ = ["SIGNERS", "Whole", "whole"]

SIGNERS = 2  #: different people who must stand for a statement before it is released

Stage: TypeAlias = Literal["draft", "checked", "signed", "embargoed", "released", "corrected", "withdrawn"]
_LINTED = ("headline", "summary", "dateline", "body", "note", "label", "caveat", "demand", "caption")


class Whole(msgspec.Struct, frozen=True):
    """A statement with everything that follows from it now."""

    statement: Statement
    texts: dict[str, Revision | None]
    included: dict[str, Revision | None]  # of the texts, those that would be released
    waiting: list[Lack]  # what keeps the other languages out
    parts: list[Part]
    files: dict[str, str]
    hash: str
    number: int  # of the version that would be released next
    lacks: list[Lack]
    signed: list[str]  # names of who stands for exactly this
    changed: bool  # since the last release
    stage: Stage

    @property
    def ready(self) -> bool:
        """Tell whether it may be released."""
        return not self.lacks and len(self.signed) >= SIGNERS and self.changed and self.stage != "withdrawn"


def whole(statement: Statement) -> Whole:
    """Look at everything of a statement."""
    texts = latest(statement)
    source = texts.get(statement.source)
    found = parts(source.segments) if source else []
    last = statement.versions.first()
    number = last.number + 1 if last else 1
    waiting = _waiting(statement, texts, last)
    included = {language: made for language, made in texts.items() if language not in waiting}
    files = files_of(statement, included, number)
    lacks = [
        *_texts(statement, included),
        *_numbers(statement, included),
        *_facts(statement, found),
        *_photos(statement, source),
        *_read(statement, included, files),
    ]
    name = content_hash(files)
    signed = [one.staff.name for one in statement.sign_offs.select_related("staff") if one.hash == name]
    changed = last is None or _changed(statement, included, last)
    stage = _stage(statement, lacks, signed, number)
    return Whole(
        statement, texts, included, list(waiting.values()), found, files, name, number, lacks, signed, changed, stage
    )


def _changed(statement: Statement, texts: Mapping[str, Revision | None], last: Published) -> bool:
    """Tell whether a release would say anything else than the last one; one that was adopted is written differently."""
    now = files_of(statement, texts, last.number)
    if now == last.files:
        return False
    return meaning(now, pictures_of(statement, texts)) != meaning(last.files, last.pictures)


def _waiting(statement: Statement, texts: Mapping[str, Revision | None], last: Published | None) -> dict[str, Lack]:
    """Give the languages that stay out, each with what it lacks.

    One that was released before does not: its readers would go on reading what was corrected.
    """
    source = texts.get(statement.source)
    if source is None:
        return {}
    found = {}
    for language, made in texts.items():
        lack = _unfinished(statement, source, language, made)
        if lack and language != statement.source and (last is None or f"{language}.md" not in last.files):
            found[language] = lack
    return found


def _stage(statement: Statement, lacks: list[Lack], signed: list[str], number: int) -> Stage:
    if statement.withdrawn:
        return "withdrawn"
    if number > 1:
        if statement.embargo and statement.embargo > timezone.now():
            return "embargoed"
        return "corrected" if any(one.corrections for one in statement.versions.all()) else "released"
    if lacks:
        return "draft"
    return "signed" if len(signed) >= SIGNERS else "checked"


def _at(statement: Statement, route: str, *more: str) -> str:
    return reverse(route, args=[statement.campaign.name, statement.slug, *more])


def _texts(statement: Statement, texts: Mapping[str, Revision | None]) -> Iterator[Lack]:
    source = texts.get(statement.source)
    if source is None:
        yield Lack(_("Write the text."), _at(statement, "statement-write"))
        return
    if not _said(source, "dateline"):
        yield Lack(_("Say from which place the statement speaks."), f"{_at(statement, 'statement-write')}#id_dateline")
    if not _said(source, "contact"):
        yield Lack(_("Say whom the press can ask."), f"{_at(statement, 'statement-write')}#id_contact")
    for language, made in texts.items():
        lack = _unfinished(statement, source, language, made)
        if lack:
            yield lack


def _unfinished(statement: Statement, source: Revision, language: str, made: Revision | None) -> Lack | None:
    """Say what a language lacks of being translated whole and approved."""
    name = {"language": isolated(NAMES[language])}
    missing = stale(source.segments, made.segments if made else []) if language != statement.source else []
    if missing:
        words = ngettext("%(language)s: %(n)d part is to be translated.",
                         "%(language)s: %(n)d parts are to be translated.", len(missing))  # fmt: skip
        return Lack(words % {**name, "n": len(missing)}, _at(statement, "statement-translate", language))
    if made is not None and made.state != "approved":
        words = _("%(language)s: the text is not approved.")
        return Lack(words % name, _at(statement, "statement-review", language))
    return None


def _said(made: Revision | None, key: str) -> bool:
    return made is not None and any(one["key"] == key and one["words"].strip() for one in made.segments)


def _numbers(statement: Statement, texts: Mapping[str, Revision | None]) -> Iterator[Lack]:
    """Find numbers that were typed where a figure belongs; what was released before, by hand, may stand as it is."""
    last = statement.versions.first()
    stood = {
        (one.text.language, part["key"], part["words"])
        for one in (last.revisions.select_related("text") if last else ())
        for part in one.segments
    }
    for language, made in texts.items():
        for one in made.segments if made else []:
            if one["key"].partition(".")[0] not in _LINTED or (language, one["key"], one["words"]) in stood:
                continue
            found = typed_numbers(one["words"], language)
            if found:
                words = _(
                    "%(language)s: “%(numbers)s” is typed by hand. Make it a figure with its source, or say it without."
                )
                route = "statement-write" if language == statement.source else "statement-translate"
                more = () if language == statement.source else (language,)
                named = {"language": isolated(NAMES[language]), "numbers": isolated(", ".join(found))}
                yield Lack(words % named, _at(statement, route, *more))


def _facts(statement: Statement, found: list[Part]) -> Iterator[Lack]:
    known = {one.key: one for one in Figure.objects.filter(campaign=statement.campaign)}
    last = statement.versions.first()
    stood = last.files["facts.toml"] if last else ""  # no correction waits for what was released as it is
    figures = reverse("figures", args=[statement.campaign.name])
    for key in dict.fromkeys(key for part in found for key in part.figures):
        if key not in known:
            yield Lack(_("There is no figure “%(key)s”.") % {"key": key}, figures)
        elif not traceable(from_facts(known[key])) and f'id = "{key}"' not in stood:
            words = _("The figure “%(key)s” names no title or address, or no day. Give one that does in its place.")
            yield Lack(words % {"key": key}, figures)
    unchecked = [one for one in found if not _is_checked(statement, one)]
    if unchecked:
        words = ngettext("%(n)d part is not checked against its sources.",
                         "%(n)d parts are not checked against their sources.", len(unchecked))  # fmt: skip
        first = found.index(unchecked[0]) + 1
        yield Lack(words % {"n": len(unchecked)}, f"{_at(statement, 'statement-check')}#p{first}")


def _is_checked(statement: Statement, part: Part) -> bool:
    check = statement.checks.get(part.key) or {"digest": ""}
    return bool(check.get("name") and check["digest"] == part_digest(part, statement.claims))


def _photos(statement: Statement, source: Revision | None) -> Iterator[Lack]:
    """Find what is not said of a picture that the text shows; what is not translated stands with the texts."""
    segments = source.segments if source else []
    words = {one["key"]: one["words"].strip() for one in segments}
    for one in shown_photos(statement, segments):
        found = (
            (words.get(f"alt.{one['id']}"), _("The picture “%(key)s” has no alternative text.")),
            (words.get(f"credit.{one['id']}"), _("The picture “%(key)s” has no credit.")),
            (words.get(f"caption.{one['id']}"), _("The picture “%(key)s” has no caption.")),
            (one.get("licence"), _("It is not said under which licence the picture “%(key)s” is used.")),
            (one.get("people"), _("It is not said whether the people shown in the picture “%(key)s” agreed.")),
        )
        address = f"{_at(statement, 'statement-photo')}?photo={one['id']}"
        yield from (Lack(sentence % {"key": one["id"]}, address) for said, sentence in found if not said)


def _read(statement: Statement, texts: Mapping[str, Revision | None], files: Mapping[str, str]) -> Iterator[Lack]:
    """Ask the very reader that the mill uses; of what is not written yet the other lists speak."""
    source = texts.get(statement.source)
    told = source.segments if source else []
    unwritten = any(stale(told, made.segments if made else []) for made in texts.values() if made != source)
    if (
        len(files) <= len(texts)
        or unwritten
        or not all(_said(made, key) for made in texts.values() for key in ("dateline", "contact"))
        or any(_photos(statement, source))
    ):
        return
    pictures = dict.fromkeys(pictures_of(statement, texts), b"")
    made = read_version(pictures | {name: content.encode() for name, content in files.items()})
    if isinstance(made, tuple):
        for fault in made:
            yield Lack(f"{fault.file}: {fault.what} {fault.remedy}", _at(statement, "statement-write"))
