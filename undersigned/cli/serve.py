"""`undersigned serve`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["serve"]


@click.command()
@click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Data folder, made by `undersigned init`.",
)
def serve(folder: Path) -> None:
    """Run door, mill, post and desk of a data folder, each as a process of its own, until Ctrl-C or SIGTERM.

    The desk is started when somebody opens it. At the first start a link is printed that signs the operator in
    once; there is no default password.

    \b
    Example:
      undersigned serve --dir /srv/petitions
    """
    from undersigned.assemble.serve import first_login, whole
    from undersigned.settings import Wrong, read

    try:
        settings = read(folder)
    except Wrong as error:
        click.echo(str(error), err=True)
        sys.exit(1)

    def ready() -> None:
        link = first_login(settings)
        if link:
            click.echo(f"undersigned serve: the desk is open. Sign in once, within a day, with\n  {link}", err=True)

    sys.exit(whole(settings).run(ready))
