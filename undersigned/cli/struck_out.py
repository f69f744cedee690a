"""`undersigned open --struck-out`: letters to signers who were struck out, written where the campaign key is.

The machine that sends letters forgets an address once the confirming letter is handed over (docs/adr/0025). So only
whoever holds the campaign key can write to a signer later, and sends the letters by another way.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click
import msgspec

from undersigned.cli.keys import fail

if TYPE_CHECKING:
    from undersigned.core.campaign import Card
    from undersigned.core.review import Chosen
    from undersigned.settings import Settings
    from undersigned.stages.deliver.needs import Records, SealedRecord
    from undersigned.stages.deliver.open import Identity, Opened
    from undersigned.vault.token import Tokens

__all__ = ["write_letters"]

_MOST = 1_000_000  # signatures struck out that are looked through


class Report(msgspec.Struct):
    """What became of the signers who are struck out."""

    campaigns: list[str] = []
    written: int = 0
    before: int = 0
    appealed: int = 0
    dropped: int = 0  # from the list: not struck out any more
    unopened: dict[str, int] = {}

    def words(self) -> str:
        """Say it in words."""
        lines = [f"{self.written} letters written", f"{self.before} written to before"]
        lines += [f"{self.appealed} have appealed already, and know"] if self.appealed else []
        lines += [f"{self.dropped} not struck out any more, taken off the list"] if self.dropped else []
        return "\n".join(lines + [f"{count} {reason}" for reason, count in sorted(self.unopened.items())])


def write_letters(
    folder: Path,
    records: Records,
    campaigns: Sequence[str] | None,
    identities: Sequence[Identity],
    target: Path,
    as_json: bool,
) -> NoReturn:
    """Write the letters of these campaigns, or of all, into `target`; print the report and end.

    Exit code 0 where everybody is written to, erased, or knows; 1 where a record stayed closed.
    """
    from undersigned.settings import read

    report, settings = Report(), read(folder)
    for campaign in campaigns if campaigns is not None else list(records.campaigns()):
        report.campaigns.append(campaign)
        _Campaign(settings, records, campaign, identities, target / campaign).write(report)
    click.echo(msgspec.json.encode(report).decode() if as_json else report.words())
    if not report.campaigns:
        fail("There is no campaign with records in this folder. Is it the right one, and whole?")
    sys.exit(1 if set(report.unopened) - {"erased"} else 0)


class _Campaign:
    """The letters of one campaign."""

    def __init__(
        self, settings: Settings, records: Records, name: str, identities: Sequence[Identity], target: Path
    ) -> None:
        self._settings = settings
        self._records = records
        self._name = name
        self._identities = identities
        self._target = target
        self._tokens = _tokens(settings)

    def write(self, report: Report) -> None:
        """Write what is due, and then the list: a letter that a killed run has left is written anew, the same."""
        from undersigned.core import written

        struck = self._struck()
        known = self._known()
        kept = {record: code for record, code in known.items() if record in struck and struck[record].code == code}
        told = {record: one.code for record, one in struck.items() if one.appeal and record not in kept}
        due = {record: one.code for record, one in struck.items() if record not in kept and record not in told}
        for record in known.keys() - struck.keys():
            self._file(record).unlink(missing_ok=True)
        done = self._write_due(due, report) if due else {}
        report.before += len(kept)
        report.appealed += len(told)
        report.dropped += len(known.keys() - struck.keys())
        if known or told or done:
            _make(self._target)
            _put(self._target / written.FILE, written.write(self._name, {**kept, **told, **done}).encode())

    def _struck(self) -> dict[bytes, Chosen]:
        from undersigned.assemble import stores
        from undersigned.core.review import Selection

        reader = stores.review(self._settings)
        try:
            return {one.record: one for one in reader.chosen(Selection(self._name, "struck"), _MOST)}
        finally:
            reader.close()

    def _known(self) -> dict[bytes, str]:
        """Give the list of the runs before this one."""
        from undersigned.core import written

        file = self._target / written.FILE
        if not file.exists():
            return {}
        try:
            campaign, found = written.read(file.read_text("utf-8"))
        except (written.NoList, UnicodeDecodeError):
            fail(
                f"{file} is damaged. Put back the one that this command wrote: without it people are written to twice."
            )
        if campaign != self._name:
            fail(f"{file} belongs to the campaign {campaign}. Name another folder.")
        return found

    def _write_due(self, due: dict[bytes, str], report: Report) -> dict[bytes, str]:
        """Write the letters; give those that were written."""
        from undersigned.stages.deliver.open import Opening
        from undersigned.stages.mail.compose import Unfit

        card = self._card()
        opening = Opening(_Only(self._records, due), self._name, self._identities, {"struck"})
        done = {}
        unfit = 0
        _make(self._target)
        for one in opening:
            try:
                _put(self._file(one.record), self._letter(card, one, due[one.record]))
            except Unfit:
                unfit += 1
                continue
            done[one.record] = due[one.record]
        report.written += len(done)
        closed = Counter(opening.unopened) + (
            Counter({"address that no letter reaches": unfit}) if unfit else Counter()
        )
        report.unopened = dict(Counter(report.unopened) + closed)
        return done

    def _card(self) -> Card:
        from undersigned.assemble import stores

        card = stores.cards(self._settings).get(self._name)
        if card is None:
            fail(f"The card of {self._name} is not in this folder. Copy cards/ and public/log/ as well.")
        return card

    def _letter(self, card: Card, one: Opened, code: str) -> bytes:
        from undersigned.pages.letters import struck_out
        from undersigned.stages.mail.compose import compose

        language, settings = card.language(one.person.language), self._settings
        link = self._link(card, one, language)
        words = struck_out(card, language, code, link, self._tokens is not None, settings.subject_neutral)
        name = one.record + code.encode()  # another letter than the one that asked to confirm
        return compose(words, language, settings.sender, one.person.email, name, int(time.time())).message

    def _link(self, card: Card, one: Opened, language: str) -> str:
        """Give the signature's own page where the copy has the key of links; else where its holder asks for it."""
        from base64 import urlsafe_b64decode

        url = self._settings.url.rstrip("/")
        if self._tokens is None:
            return f"{url}/c/{card.campaign}/{language}/link"
        secret = urlsafe_b64decode(one.person.secret + "==")
        return f"{url}/r/{self._tokens.make(secret, card.campaign, one.person.signed, language)}"

    def _file(self, record: bytes) -> Path:
        return self._target / f"{record.hex()}.eml"


class _Only:
    """`stages.deliver.needs.Records` with some records alone, so that no other one is opened."""

    def __init__(self, records: Records, wanted: Collection[bytes]) -> None:
        self._records = records
        self._wanted = wanted
        self.campaigns, self.end, self.epochs, self.close = (
            records.campaigns,
            records.end,
            records.epochs,
            records.close,
        )

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        """Give those of them that lie there."""
        return (row for row in self._records.records(campaign, first, end) if row[0] in self._wanted)


def _tokens(settings: Settings) -> Tokens | None:
    from undersigned.assemble.places import Places
    from undersigned.vault.secret_files import read_secret
    from undersigned.vault.token import Tokens

    file = Places(settings.path).token_key
    return Tokens(read_secret(file, 32)) if file.exists() else None


def _make(folder: Path) -> None:
    """Make the folder for its owner only: addresses stand in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _put(file: Path, data: bytes) -> None:
    """Write a file for its owner only, whole or not at all, in the place of the one before."""
    draft = file.with_name(f".{file.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(descriptor)
    draft.rename(file)
