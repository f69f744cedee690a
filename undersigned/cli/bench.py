"""`undersigned bench`."""

from __future__ import annotations

import json
import sys

import click

__all__ = ["bench"]


@click.command()
@click.option("--only", "only", metavar="NAME", help="Run one measure.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a measure.")
def bench(only: str | None, as_json: bool) -> None:
    """Measure durable signatures a second beside the same server's empty 204, in one run, and check the books.

    Absolute figures say little on a shared machine; the ratio is what counts.

    \b
    Examples:
      undersigned bench
      undersigned bench --only sign-form-1 --json
    """
    from undersigned.assemble.bench.load import Absent
    from undersigned.assemble.bench.run import MEASURES, measure

    if only is not None and only not in MEASURES:
        raise click.BadParameter(f"there is no measure {only!r}; there are {', '.join(MEASURES)}", param_hint="--only")
    broken = False
    for name in [only] if only else MEASURES:
        try:
            line = measure(name)
        except Absent as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        broken = broken or not line["books"]
        click.echo(json.dumps(line) if as_json else _words(line))
    sys.exit(broken)


def _words(line: dict[str, object]) -> str:
    books = "books balance" if line["books"] else "BOOKS DO NOT BALANCE"
    return (
        f"{line['name']}: {line['value']} {line['unit']}, {line['ratio']} of the same server's empty 204"
        f" ({line['floor']}/s); p50 {line['p50_ms']} ms, p99 {line['p99_ms']} ms;"
        f" {line['server_us']} µs of CPU each; {line['peak_mb']} MB; {books}"
    )
