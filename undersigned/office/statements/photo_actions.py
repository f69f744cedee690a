"""What is done with the pictures of a statement. Their words are parts of its text, translated as all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from undersigned.office.campaigns.revising import Overtaken, revise
from undersigned.office.campaigns.segments import Segment
from undersigned.office.people.models import Staff
from undersigned.office.pictures.crops import STATEMENT_PLANS
from undersigned.office.pictures.opened import Refused
from undersigned.office.project.installed import statement_shelf
from undersigned.office.statements import folder
from undersigned.office.statements.actions import told, touch
from undersigned.office.statements.models import Statement

__all__ = ["WORDS", "remove_photo", "set_photo"]

WORDS = ("alt", "credit", "caption", "warning")  #: what a text says of a picture; all but the last always


@transaction.atomic
def set_photo(
    *, staff: Staff, statement: Statement, version: int, key: str, picture: bytes | None, focus: int,
    facts: Mapping[str, str], words: Mapping[str, str], after: str | None,
) -> None:  # fmt: skip
    """Add a picture, or change the one of that key; without `picture` its bytes stay.

    `facts` are `licence`, `people`, `taken` and `place`; `words` those of `WORDS`, in the first language. `after` is
    the key of the paragraph behind which it stands, "" for the beginning, None to leave it where it is.

    Raises:
        Overtaken: somebody else has changed the statement since.
        Refused: the picture is not taken.
    """
    touch(statement, version)
    before = next((one for one in statement.photos if one["id"] == key), {})
    developed = _developed(statement, before, picture, focus)
    past = [*before.get("past", []), *(one for one in _files(before) if one not in _files(developed))]
    made = {"id": key, **developed, **facts, "focus": focus, "past": past}
    statement.photos = [*(one for one in statement.photos if one["id"] != key), made]
    statement.save(update_fields=["photos"])
    said = [{"key": f"{kind}.{key}", "words": " ".join(words.get(kind, "").split())} for kind in WORDS]
    text = statement.texts.get(language=statement.source)
    latest = text.revisions.first()
    others = _without(latest.segments if latest else [], key, place=after is not None)
    told(staff, statement, "statement.photo-set", photo=key, original=made["original"], new=picture is not None)
    revise(staff, text, [*(others if after is None else _placed(others, key, after)), *said])


def _developed(statement: Statement, before: Mapping[str, Any], picture: bytes | None, focus: int) -> dict[str, Any]:
    """Make the files anew where the picture or its focus is new; no row may ever name one that is not there."""
    shelf, place = statement_shelf(), folder.shelved(statement)
    if picture is None and before and before["focus"] == focus:
        return {key: before[key] for key in ("original", "whole", "files")}
    data = picture if picture is not None else shelf.read(place, before.get("original", ""))
    if data is None:
        raise Refused("broken")
    return dict(msgspec.to_builtins(shelf.develop(place, data, focus, STATEMENT_PLANS)))


def _files(photo: Mapping[str, Any]) -> list[str]:
    return [photo["original"], photo["whole"], *photo["files"]] if photo else []


def _without(segments: Sequence[Segment], key: str, place: bool) -> list[Segment]:
    """Leave out the words of a picture; with `place` also the paragraph that shows it."""
    gone = {f"{kind}.{key}" for kind in WORDS}
    shown = f"{{photo:{key}}}"
    return [one for one in segments if one["key"] not in gone and not (place and one["words"].strip() == shown)]


def _placed(segments: Sequence[Segment], key: str, after: str) -> list[Segment]:
    """Put the paragraph that shows a picture behind another one; a number that was used is used no more."""
    bodies = [one["key"] for one in segments if one["key"].startswith("body.")]
    if after and after not in bodies:
        raise Overtaken
    number = max((int(one.rpartition(".")[2]) for one in bodies), default=0) + 1
    own = {"key": f"body.{number}", "words": f"{{photo:{key}}}"}
    place = next((n for n, one in enumerate(segments) if one["key"] == (after or (bodies or [""])[0])), len(segments))
    place += bool(after)
    return [*segments[:place], own, *segments[place:]]


@transaction.atomic
def remove_photo(*, staff: Staff, statement: Statement, version: int, key: str) -> None:
    """Take a picture away and destroy it, original and all, out of every released version too.

    Somebody shown who takes their consent back can wait for no second signature. The record says that it was removed.

    Raises:
        Overtaken: somebody else has changed the statement since, or it has no such picture.
    """
    touch(statement, version)
    gone = next((one for one in statement.photos if one["id"] == key), None)
    if gone is None:
        raise Overtaken
    statement.photos = [one for one in statement.photos if one["id"] != key]
    kept = {file for one in statement.photos for file in (*_files(one), *one["past"])}
    lost = [one for one in (*_files(gone), *gone["past"]) if one not in kept]
    released = {file for one in statement.versions.all() for file in one.pictures}
    statement.removed = sorted({*statement.removed, *(file for file in lost if file in released)})
    statement.save(update_fields=["photos", "removed"])
    text = statement.texts.get(language=statement.source)
    latest = text.revisions.first()
    told(staff, statement, "statement.photo-removed", photo=key, original=gone["original"])
    revise(staff, text, _without(latest.segments if latest else [], key, place=True))
    transaction.on_commit(lambda: _destroy(statement, lost))


def _destroy(statement: Statement, files: Sequence[str]) -> None:
    statement_shelf().drop(folder.shelved(statement), files)
    if statement.versions.exists():
        folder.write(statement)
