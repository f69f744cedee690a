"""`undersigned simulate`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from undersigned.assemble.simulate.outcome import Outcome

__all__ = ["bar", "simulate"]


@click.command()
@click.option("--signatures", default=10_000, show_default=True, type=click.IntRange(1, 50_000_000),
              help="Forms that are sent.")  # fmt: skip
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 365), help="Simulated days.")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False),
              help="New data folder; without it, a temporary one that is removed.")  # fmt: skip
@click.option("--report", "reports", type=click.Path(path_type=Path, file_okay=False),
              help="Where report.html and report.json go.  [default: the data folder, or simulation/]")  # fmt: skip
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same people.")
@click.option("--fast", is_flag=True, help="Straight into the journal: no HTTP, letters taken as given.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535),
              help="With --fast: port in the log's name, where the folder can be served later.")  # fmt: skip
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Door processes.")
def simulate(
    signatures: int,
    days: int,
    folder: Path | None,
    reports: Path | None,
    seed: int,
    fast: bool,
    port: int,
    workers: int,
) -> None:
    """Let the world sign for a month, in minutes: by HTTP, with letters and confirmations. Then balance the books.

    Makes a data folder that says on every page and in its log that it is simulated, runs `serve` in it, signs
    as people of 240 countries and territories would by day and night, answers the letters, and ends with a
    report on one page. Exit code 0 only if every book balances. With --fast the same seed gives the same log.

    \b
    Examples:
      undersigned simulate --signatures 10000 --days 30 --dir month
      undersigned simulate --signatures 1000000 --fast --dir million
    """
    from undersigned.assemble.simulate.http import over_http
    from undersigned.assemble.simulate.report import write
    from undersigned.assemble.simulate.run import Refused, straight

    with tempfile.TemporaryDirectory() as spare, bar(signatures) as progress:
        place = folder or Path(spare) / "month"
        try:
            if fast:
                outcome = straight(place, signatures, days, seed, port, progress)
            else:
                outcome = over_http(place, signatures, days, seed, workers, progress)
        except Refused as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        file = write(outcome, reports or folder or Path("simulation"))
    _tell(outcome, file)
    sys.exit(0 if outcome.balances and outcome.finished else 1)


@contextmanager
def bar(signatures: int) -> Iterator[Callable[[int, float], None]]:
    """Show on a terminal how far it is, how fast, and how long it still takes."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Task as Shown
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Shown) -> Text:
            return Text(f"{task.speed or 0:,.0f}/s")

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.fields[day]}"), BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f}"), Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=not console.is_terminal) as shown:
        task = shown.add_task("", total=signatures, day="")

        def show(forms: int, now: float) -> None:
            shown.update(task, completed=forms, day=datetime.fromtimestamp(now, UTC).strftime("%d %b %H:%M"))

        yield show


def _tell(outcome: Outcome, file: Path) -> None:
    click.echo(
        f"{outcome.sent.acknowledged:,} forms in {outcome.seconds:,.1f} s ({outcome.per_second:,.0f}/s), "
        f"{outcome.standing:,} stand in the log."
    )
    wrong = [book for book in outcome.books if not book.balances]
    for book in wrong:
        click.echo(f"DOES NOT BALANCE  {book.words}: sent {book.sent:,}, found {book.found:,}", err=True)
    if not wrong:
        click.echo(f"All {len(outcome.books)} books balance.")
    if not outcome.finished:
        click.echo("Ended early; the report tells what had happened by then.", err=True)
    click.echo(f"Report: {file}")
