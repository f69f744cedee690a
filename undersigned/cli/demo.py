"""`undersigned demo`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["demo"]


@click.command()
@click.option(
    "--dir",
    "folder",
    default="undersigned-demo",
    show_default=True,
    type=click.Path(path_type=Path),
    help="Data folder; made where it is absent.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(folder: Path, port: int) -> None:
    """Open a demonstration: two example petitions, a mailbox, the desk, and a log that anybody can recount.

    Letters go to a Maildir in the data folder and to the page /_mailbox. Ctrl-C ends it; started again,
    it goes on where it was.

    \b
    Examples:
      undersigned demo
      undersigned demo --dir /tmp/d --port 9000
    """
    from undersigned.assemble.demo import prepare, welcome
    from undersigned.assemble.serve import whole

    try:
        settings = prepare(folder, port)
    except OSError as error:
        click.echo(f"The demonstration cannot start in {folder}: {error.strerror}. Choose another --dir.", err=True)
        sys.exit(1)
    sys.exit(whole(settings).run(lambda: welcome(settings, click.echo)))
