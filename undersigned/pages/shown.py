"""One version of a statement in one language at one time: what every form of it is made from."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from undersigned.core.campaign import Card, Text
from undersigned.core.digits import Digits
from undersigned.core.figures import Figure
from undersigned.core.statement import Correction, Edition, Record, Statement, Version, corrections, since, visible
from undersigned.pages.bidi import isolated
from undersigned.pages.marked import sentence
from undersigned.pages.statement_words import plain
from undersigned.pages.views import Site
from undersigned.pages.words import Words, words_of

__all__ = ["Shown"]


class Shown(msgspec.Struct, frozen=True):
    """What is shown of a statement. Addresses are whole; times are seconds since 1970."""

    record: Record
    version: Version
    language: str
    card: Card
    site: Site
    now: int
    image: str = ""  # file name of the share image beside the page; "" where none could be made
    paper: bool = False  # whether the PDF lies beside the page
    snapshots: frozenset[str] = frozenset()  # paths of the counts its own figures are frozen from, of those published

    @property
    def statement(self) -> Statement:
        """The version itself."""
        return self.version.statement

    @property
    def edition(self) -> Edition:
        """Its words."""
        return self.statement.edition(self.language)

    @property
    def said(self) -> Words:
        """The interface's words in that language."""
        return words_of(self.card, self.language)

    @property
    def digits(self) -> Digits:
        """In which its campaign has figures written."""
        return self.card.digits_of(self.language)

    @property
    def text(self) -> Text:
        """The petition's text that goes with it."""
        return self.card.texts[self.card.language(self.language)]

    @property
    def headline(self) -> str:
        """The headline with its figures."""
        return self.plain(self.edition.headline)

    @property
    def summary(self) -> str:
        """The summary with its figures."""
        return self.plain(self.edition.summary)

    @property
    def root(self) -> str:
        """The address of the statement in all its languages, with a slash."""
        return f"{self.site.url}/s/{self.record.campaign}/{self.record.slug}/"

    @property
    def address(self) -> str:
        """The address of its page."""
        return f"{self.root}{self.language}/"

    @property
    def permanent(self) -> str:
        """The address under which this version stays for ever."""
        return f"{self.address}{self.statement.number}/"

    @property
    def superseded(self) -> bool:
        """Whether a newer version can be seen."""
        seen = visible(self.record, self.now)
        return bool(seen) and seen[-1].statement.number > self.statement.number

    @property
    def newest(self) -> str:
        """The address of the newest version: in this language, or where that has none, in its first."""
        statement = visible(self.record, self.now)[-1].statement
        return f"{self.root}{self.language if self.language in statement.editions else statement.languages[0]}/"

    @property
    def place(self) -> str:
        """The address at which this is found: its own for ever where a newer version took its place."""
        return self.permanent if self.superseded else self.address

    @property
    def warning(self) -> str:
        """What is said first of a version that is not the newest, with the address of that one; else ""."""
        if not self.superseded:
            return ""
        said, newest = self.said, isolated(self.newest, self.said.direction)
        return f"{said.gettext('This is not the newest version.')} {said.gettext('Read the newest one')}: {newest}"

    @property
    def mark(self) -> str:
        """That it is of a demonstration, or counts what is simulated; else ""."""
        return sentence(self.card, self.site, self.said)

    @property
    def warnings(self) -> str:
        """All that has to be known before it is read or quoted; "" where there is nothing."""
        return " ".join(filter(None, (self.mark, self.warning)))

    @property
    def petition(self) -> str:
        """The address of the petition."""
        return f"{self.site.url}/c/{self.card.campaign}/{self.text.language}/"

    @property
    def published(self) -> int:
        """When the first version was released."""
        return max(self.record.embargo, self.record.versions[0].released)

    @property
    def modified(self) -> int:
        """When it changed last: a newer version, or a correction told. A version that was superseded does not."""
        if self.superseded:
            return max(self.record.embargo, self.version.released)
        told = [one.at for one in self.corrections]
        return max([self.published, *told, *(one.released for one in visible(self.record, self.now))])

    @property
    def corrections(self) -> Sequence[Correction]:
        """The corrections told by now in this language, the newest first."""
        return corrections(self.record, self.language, self.now)

    @property
    def since(self) -> Sequence[tuple[Figure, Figure]]:
        """The figures of this version that have been superseded, in this language's words, each with the newer one."""
        known = {one.id: one for one in self.statement.figures}
        later = [one for one in since(self.record, self.now) if one.supersedes in known]
        return [(self.edition.figure(known[one.supersedes]), one) for one in later]

    @property
    def own(self) -> Figure | None:
        """The first figure that is a count of the petition itself."""
        return next((one for one in self.statement.figures if one.checkpoint is not None), None)

    def plain(self, words: str) -> str:
        """Put figures into words."""
        return plain(words, self.statement, self.edition, self.digits)

    def figure(self, name: str) -> Figure:
        """Give a figure with the words of this language. Raises KeyError where there is none."""
        return self.edition.figure(self.statement.figure(name))

    def photo(self, file: str) -> str:
        """Give the address of a picture of this version."""
        return f"{self.root}{self.statement.number}-{file}"
