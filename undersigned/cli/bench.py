"""`undersigned bench`."""

from __future__ import annotations

import json
import sys

import click

__all__ = ["bench"]


@click.command()
@click.option("--only", "only", metavar="NAME", multiple=True, help="Run this measure; may be given more than once.")
@click.option("--desk", "desk", is_flag=True, help="Measure every screen of the desk at a million signatures.")
@click.option("--list", "listed", is_flag=True, help="Name the measures and run none.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a measure.")
def bench(only: tuple[str, ...], desk: bool, listed: bool, as_json: bool) -> None:
    """Measure signing, confirming, pages, the mill, letters and the whole, each beside a floor, and check the books.

    Absolute figures say little on a shared machine; the ratio to the floor, taken in the same minutes, is what
    counts. `bench/README.md` says what each measure is and what it should reach.

    \b
    Examples:
      undersigned bench
      undersigned bench --only sign-form-1 --only page --json
      undersigned bench --desk --json
      undersigned bench --list
    """
    from undersigned.assemble.bench.load import Absent
    from undersigned.assemble.bench.measures import LONG, MEASURES, measure, screens

    unknown = sorted(set(only) - set(MEASURES))
    if unknown:
        known = ", ".join(MEASURES)
        raise click.BadParameter(f"there is no measure {unknown[0]!r}; there are {known}", param_hint="--only")
    if listed:
        click.echo("\n".join(MEASURES))
        return
    failed = False
    if desk:
        try:
            for line in screens():
                failed = failed or (line.goal is not None and line.ratio > line.goal)
                click.echo(json.dumps(line.facts()) if as_json else line.words)
        except Absent as error:
            click.echo(f"desk: {error}", err=True)
            failed = True
        sys.exit(failed)
    for name in only or [one for one in MEASURES if one not in LONG]:
        try:
            line = measure(name)
        except (Absent, TimeoutError) as error:
            click.echo(f"{name}: {error}", err=True)
            failed = True
            continue
        failed = failed or not line.books
        click.echo(json.dumps(line.facts()) if as_json else line.words)
    sys.exit(failed)
