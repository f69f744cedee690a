"""`undersigned open`: open sealed records, offline, with the campaign key."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click
import msgspec

from undersigned.cli.keys import fail, worded
from undersigned.cli.struck_out import write_letters

if TYPE_CHECKING:
    from undersigned.stages.deliver.export import Block
    from undersigned.stages.deliver.needs import Records
    from undersigned.stages.deliver.open import Identity

__all__ = ["open_", "write"]

_KEPT = ("waiting", "duplicate", "confirmed", "counted", "review", "struck", "withdrawn")  # sealed data is there
_STATES = ("review", "struck", "withdrawn")  # the others were never confirmed by the holder of the address
_REASONS = {
    "erased": "erased by the signer, as promised",
    "other key": "sealed to another key; give that key with a second --key",
    "damaged": "damaged; try a backup",
    "no epoch": "without their epoch key; this copy of the data is not whole",
    "another campaign": "sealed for another campaign than the one they stand under",
}


class Report(msgspec.Struct):
    """What became of the records."""

    campaigns: list[str] = []
    opened: int = 0
    unopened: dict[str, int] = {}
    passed_over: dict[str, int] = {}

    def add(self, block: Block) -> None:
        """Add what became of the records of a block."""
        self.opened += block.opened
        self.unopened = dict(Counter(self.unopened) + Counter(block.unopened))
        self.passed_over = dict(Counter(self.passed_over) + Counter(block.passed_over))

    @property
    def complete(self) -> bool:
        """Whether nothing but erased records stayed closed."""
        return not set(self.unopened) - {"erased"}

    def words(self) -> str:
        """Say it in words."""
        lines = [f"{self.opened} opened"]
        lines += [f"{count} {_REASONS[reason]}" for reason, count in sorted(self.unopened.items())]
        if self.passed_over:
            states = ", ".join(f"{count} {state}" for state, count in sorted(self.passed_over.items()))
            lines.append(f"not asked for: {states}")
        return "\n".join(lines)


@click.command("open")
@click.option("--dir", "folder", required=True, type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Data folder, or a copy of it.")  # fmt: skip
@click.option("--key", "files", required=True, multiple=True,
              type=click.Path(path_type=Path, dir_okay=False), help="Key file; may be given again.")  # fmt: skip
@click.option("--campaign", help="One campaign only; without it, all.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="New file; without it, stdout.")
@click.option("--with-withdrawn", is_flag=True, help="Also those who withdrew and did not erase.")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES), help="Also those in this state.")
@click.option("--jobs", type=click.IntRange(1, 64),
              help="Processes that open records.  [default: a core each, at most 4]")  # fmt: skip
@click.option(
    "--address-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True),
    help="Only the records of the one e-mail address in this file (-: stdin), in every state.",
)
@click.option(
    "--struck-out",
    "letters",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write a letter to everybody struck out and not written to yet, into this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def open_(
    folder: Path,
    files: tuple[Path, ...],
    campaign: str | None,
    form: str,
    out: Path | None,
    with_withdrawn: bool,
    states: tuple[str, ...],
    jobs: int | None,
    address_file: Path | None,
    letters: Path | None,
    as_json: bool,
) -> None:
    """Open sealed records with the campaign key, as JSON lines or CSV. Use a machine that is offline.

    Given are the signatures that stand: confirmed, not withdrawn, not struck out. JSON lines hold every
    field as it was signed. In CSV a cell that a spreadsheet would take for a formula gets an apostrophe
    in front, and the signer's secret is left out. The report goes to stdout with --out, else to stderr;
    the exit code is 1 if anything but an erased record stayed closed. Until it is whole, the new file is
    called FILE.unfinished.

    With --address-file only the records of one address are given, in every state in which anything is kept of it: what
    a person who asks for it is entitled to. The address stands in a file, or comes by stdin (-), never on the command
    line, which other users of the machine can read.

    With --struck-out only signatures that were struck out are opened, of signers who were not written to yet. Each gets
    a letter in their own language, a file DIRECTORY/CAMPAIGN/RECORD.eml, with the reason and the way to appeal; send
    them with your own mail program. written.txt beside them keeps anybody from being written to twice: leave it
    there, and give it to the desk, which then knows how many wait. Whoever was reinstated since is taken off it, and
    their letter, if it still lies there, away.

    \b
    Examples:
      undersigned open --dir copy --key campaign.key --campaign library --out names.jsonl
      undersigned open --dir copy --key campaign.key --format csv --with-withdrawn --out names.csv --json
      undersigned open --dir copy --key campaign.key --address-file address.txt --out person.jsonl
      undersigned open --dir copy --key campaign.key --campaign library --struck-out letters
    """
    if letters is not None and (out or states or with_withdrawn or address_file or form != "jsonl"):
        raise click.UsageError("--struck-out writes letters only. Leave out the options of another output.")
    records = _records(folder)
    report = Report()
    wanted = {*states, *(["withdrawn"] if with_withdrawn else [])}
    address = "" if address_file is None else _address(address_file)
    if address:
        wanted = set(_KEPT)
    with worded(files[0]), _fit():
        identities = [_identity(file) for file in files]
        if letters is not None:
            write_letters(folder, records, [campaign] if campaign else None, identities, letters, as_json)
        campaigns = [campaign] if campaign else list(records.campaigns())
        with _output(out) as stream:
            for rows in _rows(records, campaigns, identities, wanted, form, jobs, report, address):
                write(stream, rows, out)
    _tell(report, campaigns, out is None, as_json)


def _records(folder: Path) -> Records:
    from undersigned.assemble.stores import records
    from undersigned.settings import Wrong, read

    try:
        return records(read(folder))
    except (Wrong, OSError) as error:
        fail(f"{folder} cannot be read: {error}")


@contextmanager
def _fit() -> Iterator[None]:
    """Turn what is wrong with a database or a worker into words and exit code 1."""
    from undersigned.engines.unfit import Unfit
    from undersigned.stages.deliver.workers import Died

    try:
        yield
    except Unfit as error:
        fail(str(error))
    except Died as error:
        fail(f"The records were not all opened: {error} What was written is not whole; do it again.")


def _address(file: Path) -> str:
    """Give the canonical form of the one address in a file, or on stdin where the file is "-"."""
    from undersigned.core.normal import Canonical, canonical

    text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    found = canonical(text.strip())
    if not isinstance(found, Canonical):
        fail("There is no e-mail address in the file, or more than one. Write one address and nothing else into it.")
    return found.address


def _identity(file: Path) -> Identity:
    from undersigned.stages.deliver.open import identity

    return identity(file.read_text("utf-8"))


def _rows(
    records: Records,
    campaigns: list[str],
    identities: list[Identity],
    wanted: set[str],
    form: str,
    jobs: int | None,
    report: Report,
    address: str = "",
) -> Iterator[bytes]:
    from undersigned.engines.unfit import Unfit
    from undersigned.stages.deliver.export import export
    from undersigned.stages.deliver.lines import FORMS
    from undersigned.stages.deliver.open import STANDING, STATES
    from undersigned.stages.deliver.workers import sensible

    states = {state for state in STATES if state in STANDING or state in wanted}
    yield FORMS[form].head
    for campaign in campaigns:
        report.campaigns.append(campaign)
        for block in export(records, campaign, identities, states, form, jobs or sensible(), (Unfit,), address):
            report.add(block)
            yield block.rows


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    """Give stdout, or a new file for its owner only, which has another name until it is whole and on disk; one that
    could not be finished is removed.
    """
    if out is None:
        yield sys.stdout.buffer
        return
    _must_be_new(out)
    unfinished = out.with_name(f"{out.name}.unfinished")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(descriptor)
        _must_be_new(out)
        unfinished.rename(out)
    except BaseException:
        unfinished.unlink()
        raise


def write(stream: BinaryIO, rows: bytes, out: Path | None) -> None:
    """Write rows at once.

    Raises:
        OSError: it cannot be done; the error names what was written to, not the key.
    """
    try:
        stream.write(rows)
        stream.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(out or "stdout")) from None


def _must_be_new(out: Path) -> None:
    if os.path.lexists(out):
        raise FileExistsError(errno.EEXIST, "is there already", str(out))


def _tell(report: Report, campaigns: list[str], aside: bool, as_json: bool) -> None:
    click.echo(msgspec.json.encode(report).decode() if as_json else report.words(), err=aside)
    if not campaigns:
        fail("There is no campaign with records in this folder. Is it the right one, and whole?")
    sys.exit(0 if report.complete else 1)
