"""A public statement as released: frozen view models. Pages, feeds and data are made from them and nothing else.

A statement has versions that never change. A **record** says when each may be seen, what was corrected, whether the
statement was withdrawn, and which figures have been superseded since. Before the embargo there is nothing to see.
`core.statement_reading` makes these from the files that docs/statements.md explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, TypeVar

import msgspec

from undersigned.core.figures import Figure, Source
from undersigned.core.photo import Rendition

__all__ = [
    "PLACEHOLDER", "Block", "Claim", "Correction", "Edition", "Photo", "Piece", "Quote", "Record", "Since", "State",
    "Statement", "Version", "Withdrawal", "corrections", "current", "moments", "pieces", "since", "state", "visible",
]  # fmt: skip

#: `{figure:id}` number and qualifier; `{words:id}` the same with a round million in words; `{date:id}` its as-of;
#: `{attribution:id}` its "according to …".
PLACEHOLDER = re.compile(r"\{(figure|words|date|attribution):([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)\}")

State: TypeAlias = Literal["hidden", "released", "corrected", "withdrawn"]


class Block(msgspec.Struct, frozen=True):
    """One paragraph. `words` (Markdown with placeholders) of `text`; `id` of what the others show."""

    kind: Literal["text", "quote", "figure", "photo", "demands"]
    words: str = ""
    id: str = ""


class Piece(msgspec.Struct, frozen=True):
    """Part of a paragraph's words: plain words, or a placeholder of that kind for that figure."""

    kind: Literal["words", "figure", "spelled", "date", "attribution"]
    text: str  # the words, or the figure's id


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody said. The words of each language stand in its edition; `original` never changes."""

    id: str
    speaker: str
    spoken: str  # language tag of the original
    original: str  # the exact words, in the language spoken
    said: str = ""  # YYYY-MM-DD
    place: str = ""
    approved_by: str
    approved: str  # YYYY-MM-DD
    approved_how: str = ""


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture; caption, alternative text, credit and content warning stand in each edition."""

    id: str
    file: str  # name beside the texts of the version
    taken: str = ""  # YYYY-MM-DD
    place: str = ""
    licence: str = ""
    width: int = 0  # pixels
    height: int = 0
    people: str = ""  # of `core.photo.PEOPLE`; "" where it is not said
    renditions: tuple[Rendition, ...] = ()  # the same picture in other sizes and formats, and as it is shared

    @property
    def files(self) -> tuple[str, ...]:
        """Every file that belongs to it."""
        return (self.file, *(one.name for one in self.renditions if one.name != self.file))

    def of(self, crop: str, kind: str) -> tuple[Rendition, ...]:
        """Give the files of a crop in a format (`avif`, `webp`, `jpg`), the smallest first."""
        found = [one for one in self.renditions if (one.crop, one.type) == (crop, kind)]
        return tuple(sorted(found, key=lambda one: one.width))


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the fact sheet: what a paragraph says, and by which figure or source; or that it claims no fact."""

    paragraph: int  # number of the block in the body, from 1
    says: str  # in the first language
    figure: str = ""  # id
    source: Source | None = None
    retrieved: str = ""
    archived: str = ""  # SHA-256 of the archived copy
    opinion: bool = False  # a demand, a wish, a judgement: nothing that could be true or false
    checked_by: str
    checked: str  # YYYY-MM-DD


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A version in one language. Tables are id -> words; see docs/statements.md for their names."""

    language: str
    hash: str  # of the file: 43 characters of base64url
    headline: str
    summary: str
    dateline: str  # place, in words
    contact: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]  # paragraphs of Markdown with placeholders
    tables: dict[str, dict[str, str]] = {}  # quotes, roles, organisations, translators, captions, alts, …

    def word(self, table: str, name: str) -> str:
        """Give the words of one table under the id `name`, or ""."""
        return self.tables.get(table, {}).get(name, "")

    def figure(self, figure: Figure) -> Figure:
        """Give the figure with this edition's words."""
        names = (("label", "labels"), ("unit", "units"), ("population", "populations"), ("method", "methods"),
                 ("caveat", "caveats"), ("attribution", "attributions"))  # fmt: skip
        words = {name: self.word(table, figure.id) for name, table in names}
        return msgspec.structs.replace(figure, **{name: said for name, said in words.items() if said})


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a statement, in all its languages."""

    campaign: str
    slug: str
    number: int  # from 1
    languages: tuple[str, ...]  # the first is the one that was written first
    figures: tuple[Figure, ...] = ()  # with the words of the first language
    quotes: tuple[Quote, ...] = ()
    photos: tuple[Photo, ...] = ()
    claims: tuple[Claim, ...] = ()
    demands: tuple[str, ...] = ()  # ids, in order
    editions: dict[str, Edition]

    def edition(self, language: str) -> Edition:
        """Give the edition of a language, or of the first one where there is none."""
        return self.editions.get(language) or self.editions[self.languages[0]]

    def figure(self, name: str) -> Figure:
        """Give a figure by its id. Raises KeyError where there is none."""
        return _by_id(self.figures, name)

    def quote(self, name: str) -> Quote:
        """Give a quote by its id. Raises KeyError where there is none."""
        return _by_id(self.quotes, name)

    def photo(self, name: str) -> Photo:
        """Give a photo by its id. Raises KeyError where there is none."""
        return _by_id(self.photos, name)


_Item = TypeVar("_Item", Figure, Quote, Photo)


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What a version changed in the one before it, in one language."""

    version: int  # the version that says it right
    language: str
    said: str
    says: str
    why: str
    by: str  # name or office, as published
    at: int  # seconds since 1970


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """That and why a statement does not stand any more."""

    at: int
    by: str
    why: dict[str, str]  # language -> reason

    def reason(self, language: str, first: str) -> tuple[str, str]:
        """Give the reason and its language: the one asked for, else the one that was written first, else any."""
        found = next((one for one in (language, first) if one in self.why), next(iter(self.why)))
        return self.why[found], found


class Since(msgspec.Struct, frozen=True):
    """A figure that supersedes one of a version (`supersedes`), and from when it is told; first language's words."""

    figure: Figure
    at: int = 0  # seconds since 1970; told with the statement where it is earlier


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """A version, and from when it is seen: never before the record's embargo."""

    released: int  # seconds since 1970
    statement: Statement


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A statement through its life."""

    campaign: str
    slug: str
    embargo: int  # seconds since 1970: nothing is seen before
    zones: tuple[str, ...]  # IANA names of the zones its hour is shown in, beside UTC
    versions: tuple[Version, ...]  # rising; at least one
    corrections: tuple[Correction, ...] = ()
    withdrawn: Withdrawal | None = None
    since: tuple[Since, ...] = ()


def state(record: Record, now: int) -> State:
    """Say what can be seen of a statement at a time in seconds since 1970.

    One that was withdrawn before its hour was never public: nothing of it is ever seen, not even that it was withdrawn.
    """
    if not visible(record, now):
        return "hidden"
    if record.withdrawn is not None and record.withdrawn.at <= now:
        return "withdrawn"
    told = any(corrections(record, one.language, now) for one in record.corrections)
    return "corrected" if told else "released"


def visible(record: Record, now: int) -> Sequence[Version]:
    """Give the versions that may be seen at that time, rising; none before the embargo."""
    if now < record.embargo:
        return ()
    return [version for version in _public(record) if version.released <= now]


def _public(record: Record) -> Sequence[Version]:
    """Give the versions that are seen some time. One that another took the place of before the hour never is."""
    if record.withdrawn is not None and record.withdrawn.at < record.embargo:
        return ()
    early = [version for version in record.versions if version.released <= record.embargo]
    return [*early[-1:], *(version for version in record.versions if version.released > record.embargo)]


def current(record: Record, now: int) -> Version | None:
    """Give the version that stands at that time; None while it is hidden or after it was withdrawn."""
    if state(record, now) not in ("released", "corrected"):
        return None
    return visible(record, now)[-1]


def corrections(record: Record, language: str, now: int) -> Sequence[Correction]:
    """Give the corrections of a language that are told at that time, the newest first.

    What was put right before anybody could read it is no correction, nor is one told before the version that makes it.
    """
    later = {version.statement.number for version in visible(record, now)[1:]}
    own = (one for one in record.corrections if one.language == language and one.version in later and one.at <= now)
    return sorted(own, key=lambda one: -one.at)


def since(record: Record, now: int) -> Sequence[Figure]:
    """Give the figures that are told at that time to have superseded one of a version; of each the last."""
    told = {one.figure.supersedes: one.figure for one in record.since if one.at <= now}
    return list(told.values())


def moments(record: Record) -> Sequence[int]:
    """Give every time at which what is seen changes, rising; none where nothing ever is."""
    public = _public(record)
    if not public:
        return []
    later = {version.statement.number for version in public[1:]}
    times = [version.released for version in public]
    times += [one.at for one in record.corrections if one.version in later]
    times += [one.at for one in record.since]
    times += [record.withdrawn.at] if record.withdrawn else []
    return sorted({max(at, record.embargo) for at in times})


def pieces(words: str) -> Iterator[Piece]:
    """Cut words at their placeholders."""
    place = 0
    for found in PLACEHOLDER.finditer(words):
        if found.start() > place:
            yield Piece("words", words[place : found.start()])
        yield Piece(_KINDS[found[1]], found[2])
        place = found.end()
    if place < len(words):
        yield Piece("words", words[place:])


_KINDS: dict[str, Literal["figure", "spelled", "date", "attribution"]] = {
    "figure": "figure", "words": "spelled", "date": "date", "attribution": "attribution",
}  # fmt: skip


def _by_id(items: Sequence[_Item], name: str) -> _Item:
    for item in items:
        if item.id == name:
            return item
    raise KeyError(name)
