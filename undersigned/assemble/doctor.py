"""Looks at an installation and says in words what is wrong and what to do."""

from __future__ import annotations

import resource
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from undersigned.assemble import doctor_desk, doctor_machine, doctor_stores, stores
from undersigned.assemble.claims import CountedLog, published, untrue
from undersigned.assemble.doctor_machine import alive
from undersigned.assemble.finding import Check, Finding
from undersigned.assemble.places import Places
from undersigned.assemble.serve import processes
from undersigned.core import stated
from undersigned.core.campaign import Card
from undersigned.core.reading import read as read_campaign
from undersigned.core.statement import Record
from undersigned.engines.files.campaign_folder import sources
from undersigned.engines.files.statements import folder_of
from undersigned.engines.unfit import Unfit
from undersigned.settings import Settings
from undersigned.vault.keys import drill_done

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> list[Finding]:
    """Give every finding, the grave ones first. An empty list is a clean bill."""
    found = [
        finding
        for check in (*CHECKS, *doctor_machine.CHECKS, *doctor_desk.CHECKS, *doctor_stores.CHECKS)
        for finding in check(settings, Places(settings.path))
    ]
    return sorted(found, key=lambda finding: not finding.grave)


def _folder(settings: Settings, places: Places) -> Iterator[Finding]:
    if not (places.folder / "undersigned.toml").exists():
        yield Finding(
            "not-made",
            True,
            "this folder is no installation: it has no undersigned.toml",
            f"Run `undersigned init {places.folder}`.",
        )


def _address(settings: Settings, places: Places) -> Iterator[Finding]:
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        yield Finding(
            "url-malformed",
            True,
            f"the setting url is {settings.url!r}",
            "Write the public address without a path, as in https://petitions.example.org.",
        )
    elif parts.scheme == "http" and not _loopback(parts.hostname or ""):
        yield Finding(
            "url-plain",
            True,
            "the public address is http: names would cross the network in the clear",
            "Put a proxy with TLS in front and write https:// in the setting url.",
        )


def _loopback(host: str) -> bool:
    return host in ("localhost", "127.0.0.1", "::1")


def _secrets(settings: Settings, places: Places) -> Iterator[Finding]:
    if not places.secrets.exists():
        return
    for file in [places.secrets, *places.secrets.rglob("*")]:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(
                "secret-open",
                True,
                f"{file.relative_to(places.folder)} can be read by other users",
                f"chmod go= {file}",
            )


def _peppers(settings: Settings, places: Places) -> Iterator[Finding]:
    for card in places.cards.glob("*.card") if places.cards.exists() else ():
        if not places.pepper(card.stem).exists():
            yield Finding(
                "pepper-missing",
                True,
                f"the pepper of {card.stem} is missing",
                "Put back secrets/ from its own backup. Never make a new one: addresses would be counted twice.",
            )


def _campaigns(settings: Settings, places: Places) -> Iterator[Finding]:
    folders = sorted(places.campaigns.glob("*/campaign.toml")) if places.campaigns.exists() else []
    if not folders:
        yield Finding(
            "no-campaign",
            False,
            "there is no campaign yet",
            "Begin one at the desk (`undersigned desk --dir … --login-link` prints a way in) and release it, or write "
            f"a folder in {places.campaigns}; docs/campaigns.md says how.",
        )
    for file in folders:
        yield from _campaign(file.parent)


def _campaign(folder: Path) -> Iterator[Finding]:
    found = sources(folder)
    card = read_campaign(
        found.campaign, found.texts, found.recipients, None, found.pictures, found.answers, found.gatherings
    )
    if not isinstance(card, Card):
        for fault in card:
            yield Finding(
                "campaign-faulty", True, f"{folder.name}/{fault.file}, line {fault.line}: {fault.what}", fault.remedy
            )
        return
    proof = folder / "drill.txt"
    if not proof.exists() or not drill_done(proof.read_text("utf-8"), card.recipients):
        yield Finding(
            "drill-missing",
            True,
            f"{folder.name}: no test record was opened with the campaign key",
            "Run `undersigned keys drill` where the key is, and put drill.txt into the folder.",
        )


def _statements(settings: Settings, places: Places) -> Iterator[Finding]:
    """What is wrong with a statement is told here only: before its hour no log of a process may name it."""
    if not places.statements.exists():
        return
    if places.statements.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(
            "statements-open", True, "statements can be read by other users, those under embargo among them",
            f"chmod go= {places.statements}",
        )  # fmt: skip
    log = lru_cache(partial(_log, settings))  # recounted only where a statement speaks of it
    for file in sorted(places.statements.glob("*/*/record.toml")):
        found = folder_of(file.parent)
        if isinstance(found, Record):
            yield from _untrue(found, file.parent.relative_to(places.folder), log)
            continue
        for fault in found:
            where = file.parent.relative_to(places.folder) / fault.file
            yield Finding("statement-faulty", True, f"{where}, line {fault.line}: {fault.what}", fault.remedy)


def _untrue(record: Record, folder: Path, log: Callable[[str], CountedLog | None]) -> Iterator[Finding]:
    for one in untrue(record, log):
        where = folder / (f"{one.version}/facts.toml" if one.version else "record.toml")
        yield Finding("statement-untrue", True, f"{where}, figure {one.figure.id}: {_UNTRUE[one.fault]}", _TRUE)


_UNTRUE: Mapping[stated.Fault, str] = {
    "form": "it names a log, and a log cannot count that; the statement is held back",
    "size": "it names more lines than the log has; the statement is held back",
    "root": "it names another root than the log has at that size; the statement is held back",
    "value": "it says more than the log gives at that size; the statement is held back",
}
_TRUE = (
    "Let the desk make the figure (a milestone), or take measure, value, size and root from one"
    " `/c/<campaign>/at/<size>.json`; a figure of somebody else has a source, and no `log`, `size` and `root`."
)


def _log(settings: Settings, campaign: str) -> CountedLog | None:
    try:
        return published(partial(stores.tiles(settings).get, campaign))
    except (LookupError, ValueError):  # told by other checks
        return None


def _disk(settings: Settings, places: Places) -> Iterator[Finding]:
    free = shutil.disk_usage(places.folder).free
    if free < 1 << 30:
        yield Finding(
            "disk-full",
            free < 100 << 20,
            f"{free >> 20} MB are free where the journal is",
            "Make room. A full disk stops signing (503), it loses nothing.",
        )


def _descriptors(settings: Settings, places: Places) -> Iterator[Finding]:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit < 8192:
        yield Finding(
            "few-descriptors",
            False,
            f"a process may hold {limit} open files; the door uses up to 8,192",
            "Raise LimitNOFILE in the unit, or run `ulimit -n 16384` before starting.",
        )


def _processes(settings: Settings, places: Places) -> Iterator[Finding]:
    for name in processes(settings.posts):
        file = places.run / f"{name}.pid"
        if file.exists() and not alive(file):
            yield Finding(
                f"{name}-down",
                True,
                f"the {name} is not running",
                "Start `undersigned serve` again and read its last words.",
            )


def _mail(settings: Settings, places: Places) -> Iterator[Finding]:
    parts = urlsplit(settings.mail)
    if parts.scheme not in ("", "maildir", "smtp", "smtps"):
        yield Finding(
            "mail-malformed",
            True,
            f"the setting mail has the unknown scheme {parts.scheme!r}",
            "Write maildir:PATH, smtp://HOST:PORT or smtps://HOST:PORT.",
        )
    elif parts.scheme in ("", "maildir") and not settings.demo:
        yield Finding(
            "mail-local",
            False,
            "letters go to a Maildir on this machine: no signer gets one",
            "Write smtp://HOST:PORT into the setting mail.",
        )


def _databases(settings: Settings, places: Places) -> Iterator[Finding]:
    for name, url in (("journal", settings.journal), ("ledger", settings.ledger)):
        if not url:
            continue
        try:
            checksums = stores.checksums(url)
        except Unfit as error:
            yield Finding(f"{name}-database", True, str(error), f"Check the setting {name} and docs/postgres.md.")
            continue
        if not checksums:
            yield Finding(
                "checksums-off",
                False,
                f"the database server of the {name} keeps no checksums of its pages: a flipped bit may be met late",
                "Stop it and run `pg_checksums --enable`, or make it anew with `initdb --data-checksums`.",
            )


CHECKS: tuple[Check, ...] = (
    _folder,
    _address,
    _secrets,
    _peppers,
    _campaigns,
    _statements,
    _disk,
    _descriptors,
    _processes,
    _mail,
    _databases,
)
