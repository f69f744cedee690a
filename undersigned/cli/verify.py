"""`undersigned verify`: recount and check a published log."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from undersigned.audit.demands import WrongKey, read_demands
from undersigned.audit.fetch import Unreadable, places
from undersigned.audit.report import Report
from undersigned.audit.verify import Progress, verify_place

__all__ = ["verify"]

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("address", metavar="URL|FOLDER")
@click.option("--receipt", type=_FILE, help="A .tlog-proof file: is it in this log, and does it still stand?")
@click.option("--key", metavar="VKEY", default="", help="The log's key as you know it from elsewhere (one line).")
@click.option("--witness", "witnesses", metavar="VKEY", multiple=True, help="Key of a witness; may be repeated.")
@click.option("--quorum", type=click.IntRange(min=0), default=None,
              help="How many of those witnesses must have signed; all, if not given.")  # fmt: skip
@click.option("--state", type=click.Path(path_type=Path, dir_okay=False),
              help="Small file that remembers what was verified; a log that goes back on it fails.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, one line a log.")
def verify(
    address: str,
    receipt: Path | None,
    key: str,
    witnesses: tuple[str, ...],
    quorum: int | None,
    state: Path | None,
    as_json: bool,
) -> None:
    """Recount a published log and check all that is published of it. Believes nothing the server says.

    URL|FOLDER is the log (http://host/log/NAME/), the petition's page (http://host/c/NAME/), or a folder:
    a copy of the log, or the published files. Exit code 0 only if everything holds, 1 if not, 2 for wrong usage.

    \b
    Examples:
      undersigned verify http://127.0.0.1:8000/c/library/
      undersigned verify https://host/log/library/ --key "host/log/library+1b2c3d4e+AQ…" --state heads.json
      undersigned verify data/demo/public/log/library --receipt mine.tlog-proof
      undersigned verify https://host/log/library/ --json
    """
    try:
        found = places(address)
        demands = read_demands(key, witnesses, quorum, receipt.read_bytes() if receipt else None, state)
    except (Unreadable, WrongKey) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"The receipt cannot be read: {error.strerror}.") from None
    if len(found) > 1 and (key or receipt):
        names = ", ".join(place.address for place in found)
        raise click.UsageError(f"A key or a receipt belongs to one log, and there are several: {names}. Name one.")
    reports = [verify_place(place, demands, _progress()) for place in found]
    for report in reports:
        click.echo(json.dumps(report.facts(), ensure_ascii=False) if as_json else report.text())
    sys.exit(_verdict(reports))


def _progress() -> Progress:
    """Show on a terminal how far the reading is; what is piped elsewhere stays clean."""
    shown = time.monotonic()

    def show(done: int, lines: int) -> None:
        nonlocal shown
        if sys.stderr.isatty() and (done == lines or time.monotonic() - shown > 0.2):
            shown = time.monotonic()
            click.echo(
                "\r" + " " * 60 + "\r" if done == lines else f"\r{done:,} of {lines:,} lines", nl=False, err=True
            )

    return show


def _verdict(reports: list[Report]) -> int:
    """Give the exit code, and say on the error stream what to do where something failed."""
    failed = [report for report in reports if not report.holds]
    for report in failed:
        click.echo(
            f"{report.address} does not hold: {report.faults[0].words if report.faults else 'nothing was checked'} "
            "Keep a copy of the files as they are now, and ask the organiser; docs/verify.md says what each "
            "check means.",
            err=True,
        )
    return 1 if failed else 0
