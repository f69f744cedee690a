"""Chooses engines by the settings. The one place that knows which store is behind which need.

An engine is loaded where it is chosen: a door that sends no letters holds no SMTP, and a post holds no tiles. What is
imported here at the top, every process keeps in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from undersigned.assemble.places import Places
from undersigned.core import disposable as disposable_domains
from undersigned.core.delay import LetterDelay, joined
from undersigned.core.note import open_note, parse_vkey
from undersigned.engines.files.cards import CardFiles
from undersigned.engines.sqlite.journal import SqliteJournal
from undersigned.engines.sqlite.shelf import SqliteShelf
from undersigned.pages.views import Site
from undersigned.settings import Settings, Wrong
from undersigned.vault.notes import verify
from undersigned.vault.secret_files import Unusable

if TYPE_CHECKING:
    from undersigned.assemble.needs import LedgerReader, MillLedger, ReviewReader, Watched
    from undersigned.engines.files.campaign_folder import FolderPictures
    from undersigned.engines.files.folder import PublicFolder
    from undersigned.engines.files.high_water import FileHighWater
    from undersigned.engines.files.press_outbox import PressFolder
    from undersigned.engines.files.statements import StatementFiles
    from undersigned.engines.files.tiles import FileTiles
    from undersigned.engines.witness.client import HttpWitness
    from undersigned.intake.needs import Statuses
    from undersigned.journal.needs import Journal, JournalReader, Shelf
    from undersigned.stages.mail.needs import Transport
    from undersigned.vault.dkim import Signer

__all__ = [
    "cards",
    "checksums",
    "disposable",
    "high_water",
    "journal",
    "journal_reader",
    "leaves",
    "ledger",
    "ledger_made",
    "letter_delay",
    "press_folder",
    "public",
    "reader",
    "records",
    "review",
    "shelf",
    "signer",
    "statuses",
    "tiles",
    "transport",
    "watched",
    "witnesses",
]  # fmt: skip


def _in_postgres(name: str, url: str) -> bool:
    """Tell where a store is to be kept; the driver is loaded only where it is PostgreSQL.

    Raises:
        Wrong: the URL names no engine that there is.
    """
    if url and urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise Wrong(f"the setting {name} names no store: write postgresql://ROLE@HOST/DATABASE, or nothing.")
    return bool(url)


def journal(settings: Settings, source: str, *, take_over: bool = False) -> Journal:
    """Open the journal of a source for writing.

    `take_over`: end a session that still writes it; for the mill, which holds the ledger by then.

    Raises:
        Away: the server that keeps it does not answer.
        Broken: its last segment is damaged.
        Unfit: another process writes it, or its store is unsafe.
    """
    if _in_postgres("journal", settings.journal):
        from undersigned.engines.postgres.journal import PostgresJournal

        return PostgresJournal(settings.journal, source, take_over=take_over)
    return SqliteJournal(Places(settings.path).journal(source))


def shelf(settings: Settings) -> Shelf:
    """Give all journals."""
    if _in_postgres("journal", settings.journal):
        from undersigned.engines.postgres.journal import PostgresShelf

        return PostgresShelf(settings.journal)
    return SqliteShelf(Places(settings.path).journals)


def journal_reader(settings: Settings, source: str) -> JournalReader:
    """Open the journal of a source for reading."""
    return shelf(settings).reader(source)


def ledger(settings: Settings, waiting: Callable[[], None] | None = None) -> MillLedger:
    """Open the ledger for writing; the mill only.

    `waiting` is called again and again while another mill holds a ledger that can be waited for: one in PostgreSQL.

    Raises:
        Unfit: another mill has it, or it cannot be used.
    """
    if _in_postgres("ledger", settings.ledger):
        from undersigned.engines.postgres.ledger import PostgresLedger

        return PostgresLedger(settings.ledger, waiting)
    from undersigned.engines.sqlite.ledger import SqliteLedger

    places = Places(settings.path)
    return SqliteLedger(places.ledger, places.slots)


def ledger_made(settings: Settings) -> bool:
    """Tell whether there is a ledger to read yet; one in a database can be read before it is made."""
    return bool(settings.ledger) or Places(settings.path).ledger.exists()


def reader(settings: Settings) -> LedgerReader:
    """Open the ledger for reading, without the slots where they are a file of their own."""
    if _in_postgres("ledger", settings.ledger):
        from undersigned.engines.postgres.ledger_reader import PostgresLedgerReader

        return PostgresLedgerReader(settings.ledger)
    from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader

    return SqliteLedgerReader(Places(settings.path).ledger)


def watched(settings: Settings) -> Watched:
    """Give how many signatures there are, for the desk."""
    if _in_postgres("ledger", settings.ledger):
        from undersigned.engines.postgres.watched import PostgresWatched

        return PostgresWatched(settings.ledger)
    from undersigned.engines.sqlite.watched import SqliteWatched

    return SqliteWatched(Places(settings.path).ledger)


def statuses(settings: Settings) -> Statuses:
    """Open the ledger for a door, which waits two seconds for an answer at most, and answers 503 without one."""
    if _in_postgres("ledger", settings.ledger):
        from undersigned.engines.postgres.ledger_reader import PostgresStatuses

        return PostgresStatuses(settings.ledger)
    return reader(settings)


def records(settings: Settings) -> LedgerReader:
    """Open the ledger with the slots, for opening sealed records offline."""
    if settings.ledger:
        return reader(settings)
    from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader

    places = Places(settings.path)
    return SqliteLedgerReader(places.ledger, places.slots)


def review(settings: Settings) -> ReviewReader:
    """Open the ledger for the desk, which sees groups, numbers and states of signatures."""
    if _in_postgres("ledger", settings.ledger):
        from undersigned.engines.postgres.review_reader import PostgresReviewReader

        return PostgresReviewReader(settings.ledger)
    from undersigned.engines.sqlite.review_reader import SqliteReviewReader

    return SqliteReviewReader(Places(settings.path).ledger)


def checksums(url: str) -> bool:
    """Look at the database server of a setting; tell whether it keeps checksums of its pages.

    Raises:
        Unfit: it does not answer, or may not be used.
    """
    from undersigned.engines.postgres.connection import connect

    _in_postgres("journal or ledger", url)
    link = connect(url)
    try:
        return link.rows("SHOW data_checksums") == [("on",)]
    finally:
        link.close()


def tiles(settings: Settings) -> FileTiles:
    """Give the published files of the logs."""
    from undersigned.engines.files.tiles import FileTiles

    return FileTiles(Places(settings.path).logs)


def high_water(settings: Settings) -> FileHighWater:
    """Give the high-water notes."""
    from undersigned.engines.files.high_water import FileHighWater

    places = Places(settings.path)
    return FileHighWater(Path(settings.high_water) if settings.high_water else places.high_water)


def witnesses(settings: Settings) -> list[HttpWitness]:
    """Give the witnesses of the settings.

    Raises:
        Wrong: one of them is not "VKEY URL".
    """
    from undersigned.engines.witness.client import HttpWitness

    found = []
    for entry in settings.witnesses:
        vkey, _, url = entry.partition(" ")
        if not url:
            raise Wrong(f"witness {entry!r} is not a verifier key, a space, and an address.")
        found.append(HttpWitness(vkey, url))
    return found


def cards(settings: Settings, fresh_seconds: float = 0.0) -> CardFiles:
    """Give the released cards, each checked against the published key of its log.

    The disk is asked again after `fresh_seconds`.
    """
    places = Places(settings.path)

    def opened(campaign: str, note: bytes) -> str:
        vkey = (places.logs / campaign / "vkey").read_text("ascii").strip()
        return open_note(note, [parse_vkey(vkey)], verify).text

    return CardFiles(places.cards, opened, monotonic, fresh_seconds)


def public(settings: Settings) -> PublicFolder:
    """Give the folder of published files."""
    from undersigned.engines.files.folder import PublicFolder

    return PublicFolder(Places(settings.path).public)


def pictures(settings: Settings) -> FolderPictures:
    """Give the pictures in the campaigns' folders."""
    from undersigned.engines.files.campaign_folder import FolderPictures

    return FolderPictures(Places(settings.path).campaigns)


def statements(settings: Settings) -> StatementFiles:
    """Give the folders of statements."""
    from undersigned.engines.files.statements import StatementFiles

    return StatementFiles(Places(settings.path).statements)


def site(settings: Settings) -> Site:
    """Give what every page knows of the installation."""
    return Site(
        url=settings.url.rstrip("/"),
        demo=settings.demo,
        simulated=settings.simulated,
        source=settings.source,
        country_names=settings.country_names,
    )


def signer(settings: Settings) -> Signer | None:
    """Give who signs letters, or None where the relay does.

    Raises:
        Unusable: there is no key, or it cannot be used.
    """
    if not settings.dkim_domain:
        return None
    from undersigned.vault.dkim import Signer

    domain = settings.sender.rpartition("@")[2].lower()
    if not f".{domain}".endswith(f".{settings.dkim_domain.lower()}"):
        raise Unusable(f"dkim_domain is {settings.dkim_domain}, which is not the domain of sender, nor one above it.")
    return Signer(Places(settings.path).dkim, settings.dkim_domain, settings.dkim_selector)


def disposable(settings: Settings) -> frozenset[str]:
    """Give the domains of throw-away addresses that the operator's own list names.

    Raises:
        Wrong: the file cannot be read, or a line of it is no domain.
    """
    if not settings.disposable_domains:
        return frozenset()
    try:
        return disposable_domains.read(Path(settings.disposable_domains).read_text("utf-8"))
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise Wrong(
            f"the setting disposable_domains names {settings.disposable_domains}: {what}. Write one domain a line."
        ) from None


def letter_delay(settings: Settings, now: int) -> LetterDelay | None:
    """Give how long letters take, as the posts of this machine say; `now` is in seconds since 1970."""
    found = []
    for file in sorted(Places(settings.path).run.glob("post*.letters")):
        with suppress(OSError, msgspec.DecodeError):
            found.append(msgspec.json.decode(file.read_bytes(), type=LetterDelay))
    return joined(found, now)


def press_folder(settings: Settings) -> PressFolder:
    """Give the outbox of letters to the press."""
    from undersigned.engines.files.press_outbox import PressFolder

    return PressFolder(Places(settings.path).press_letters)


def leaves(settings: Settings) -> bool:
    """Tell whether letters reach anybody: by a mail server, or in a demonstration the mailbox page."""
    return settings.demo or settings.mail != ""


def transport(settings: Settings) -> Transport:
    """Give the way letters leave.

    Raises:
        Wrong: the setting `mail` names no way that exists.
    """
    scheme = settings.mail.partition(":")[0]
    if scheme in ("smtp", "smtps"):
        from undersigned.engines.smtp.transport import SmtpTransport

        return SmtpTransport(
            settings.mail,
            settings.origin.partition(":")[0],
            connections=settings.mail_connections,
            rate=settings.mail_rate,
        )
    if scheme == "maildir" or not settings.mail:
        from undersigned.engines.maildir.transport import MaildirTransport

        return MaildirTransport(Path(settings.mail.partition(":")[2]) if scheme else Places(settings.path).mail)
    raise Wrong(f"the setting mail is {settings.mail!r}: write maildir:PATH, smtp://HOST:PORT or smtps://HOST:PORT.")
