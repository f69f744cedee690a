"""`undersigned desk`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

__all__ = ["desk"]

NICENESS = (
    10  # `serve` asks for the first link while mill and door begin, and it takes as long as both: pages come first
)


@click.command()
@click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Data folder.",
)
@click.option("--login-link", "login_link", is_flag=True, help="Print a link that signs the operator in once, and end.")
@click.option("--only-first", is_flag=True, help="With --login-link: only where the operator has never signed in.")
@click.option("--socket", "number", type=int, help="Listening socket that was handed over, as `serve` does it.")
def desk(folder: Path, login_link: bool, only_first: bool, number: int | None) -> None:
    """Run the desk only: where staff make, translate, check and watch campaigns.

    At its first start it prints a link that signs the operator in, once; there is no default password.

    \b
    Examples:
      undersigned desk --dir /srv/petitions
      undersigned desk --dir /srv/petitions --login-link
    """
    if only_first:
        os.nice(NICENESS)
    from django.db import OperationalError

    from undersigned.assemble.serve import AWAY
    from undersigned.engines.unfit import Unfit
    from undersigned.office import process
    from undersigned.settings import Wrong, read

    try:
        settings = read(folder)
        if login_link:
            process.prepare(settings)
            click.echo(process.login_address(settings, only_first))
            return
        sys.exit(process.run(settings, number))
    except (Wrong, Unfit) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except OperationalError:  # its words may hold more than a host
        click.echo("undersigned desk: its database does not answer. Check the setting office and the server.", err=True)
        sys.exit(AWAY)
