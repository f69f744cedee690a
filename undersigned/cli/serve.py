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
    """Run door, mill and post of a data folder, each as a process of its own, until Ctrl-C or SIGTERM.

    \b
    Example:
      undersigned serve --dir /srv/petitions
    """
    from undersigned.assemble.serve import Tree, processes
    from undersigned.settings import Wrong, read

    try:
        settings = read(folder)
    except Wrong as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    sys.exit(Tree(folder, processes(settings.posts)).run())
