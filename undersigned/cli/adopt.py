"""`undersigned adopt`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

__all__ = ["adopt"]


@click.command()
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Data folder.",
)
@click.option("--section", required=True, help="Short name of the section whose campaign it becomes.")
@click.option("--json", "as_json", is_flag=True, help="Print facts as JSON.")
def adopt(name: str, folder: Path, section: str, as_json: bool) -> None:
    """Bring a campaign that was made by hand to the desk, with its statements, as what is released now.

    Nothing public changes: the next release of the desk makes the same petition, until somebody changes something.

    \b
    Examples:
      undersigned adopt bridge --dir /srv/petitions --section kenya
    """
    from undersigned.office import process
    from undersigned.settings import Wrong, read

    try:
        settings = read(folder)
    except Wrong as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    process.prepare(settings)
    from undersigned.office.adopting import adopted
    from undersigned.office.campaigns.adopting import NotAdopted

    try:
        campaign, statements = adopted(settings, name, section)
    except NotAdopted as error:
        click.echo(f"{name} was not adopted ({error.code}). {error.what} {error.remedy}", err=True)
        sys.exit(1)
    facts = {"campaign": name, "section": section, "languages": campaign.languages, "statements": statements}
    if as_json:
        click.echo(json.dumps(facts))
        return
    told = f", with the statements {', '.join(statements)}" if statements else ""
    click.echo(f"{name} is at the desk now, in the section {section}{told}. Its files are the desk's from here on.")
