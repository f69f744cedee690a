"""`undersigned door`, `mill` and `post`: one process each, for several processes or machines."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from undersigned.settings import Wrong, read

__all__ = ["door", "mill", "post"]

_folder = click.option(
    "--dir",
    "folder",
    required=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Data folder.",
)


def _run(name: str, folder: Path, **given: int) -> None:
    try:
        settings = read(folder)
    except Wrong as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    sys.exit(importlib.import_module(f"undersigned.assemble.{name}").run(settings, **given))


@click.command()
@_folder
def door(folder: Path) -> None:
    """Run the door only: takes signatures, serves published files. Reads no database to sign.

    \b
    Example:
      undersigned door --dir /srv/petitions
    """
    _run("door", folder)


@click.command()
@_folder
def mill(folder: Path) -> None:
    """Run the mill only: sequencer, log, tally, publishing. One mill a data folder.

    \b
    Example:
      undersigned mill --dir /srv/petitions
    """
    _run("mill", folder)


@click.command()
@_folder
@click.option(
    "--number", default=1, show_default=True, type=click.IntRange(1, 64), help="Which of the `posts` this is."
)
def post(folder: Path, number: int) -> None:
    """Run one post only: opens one address at a time and hands the letter over.

    Where the setting `posts` is more than 1, each post has a number of its own and sends its share.

    \b
    Examples:
      undersigned post --dir /srv/petitions
      undersigned post --dir /srv/petitions --number 2
    """
    _run("post", folder, number=number)
