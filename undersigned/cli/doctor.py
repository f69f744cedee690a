"""`undersigned doctor`."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

__all__ = ["doctor"]


@click.command()
@click.option("--dir", "folder", required=True, type=click.Path(path_type=Path, file_okay=False), help="Data folder.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(folder: Path, as_json: bool) -> None:
    """Say what is wrong with an installation, in words, and what to do. Exit code 1 if anything is grave.

    It changes nothing, and may run beside everything else: folder, secrets, clock, ports, mail relay, public address
    and certificate, databases, cards, published files, the processes, and the desk's trail.

    \b
    Examples:
      undersigned doctor --dir /srv/petitions
      undersigned doctor --dir /srv/petitions --json
    """
    from undersigned.assemble.doctor import examine
    from undersigned.office.examination import examine as examine_desk
    from undersigned.settings import Wrong, read

    try:
        settings = read(folder)
        found = [*examine(settings), *examine_desk(settings)]
        findings = sorted(found, key=lambda finding: not finding.grave)
    except Wrong as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except FileNotFoundError:
        click.echo(f"There is no folder {folder}. Run `undersigned init {folder}`.", err=True)
        sys.exit(1)
    if as_json:
        click.echo(msgspec.json.encode(findings).decode())
    else:
        for finding in findings:
            mark = "wrong" if finding.grave else "note "
            click.echo(f"{mark}  {finding.what}\n       {finding.remedy}  [{finding.code}]")
        if not findings:
            click.echo("Nothing is wrong.")
    sys.exit(any(finding.grave for finding in findings))
