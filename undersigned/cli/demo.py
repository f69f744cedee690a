"""`undersigned demo`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

if TYPE_CHECKING:
    from undersigned.settings import Settings

    Welcome: TypeAlias = Callable[[Settings, Callable[[str], None]], None]

__all__ = ["demo"]


@click.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path),
              help="Data folder; made where absent.  [default: undersigned-demo, undersigned-million]")  # fmt: skip
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--million", is_flag=True,
              help="A petition with a million simulated signatures, and its statement.")  # fmt: skip
def demo(folder: Path | None, port: int, million: bool) -> None:
    """Open a demonstration: two example petitions, a mailbox, the desk, and a log that anybody can recount.

    Letters go to a Maildir in the data folder and to the page /_mailbox. Ctrl-C ends it; started again,
    it goes on where it was.

    With --million, a simulated world has signed: the first start takes some ten minutes of simulation, and then
    count, map, log and the statement in nine languages are there, every page of them marked as simulated.

    \b
    Examples:
      undersigned demo
      undersigned demo --dir /tmp/d --port 9000
      undersigned demo --million
    """
    from undersigned.assemble.serve import whole

    place = folder or Path("undersigned-million" if million else "undersigned-demo")
    try:
        settings, welcome = _million(place, port) if million else _examples(place, port)
    except OSError as error:
        click.echo(f"The demonstration cannot start in {place}: {error.strerror}. Choose another --dir.", err=True)
        sys.exit(1)
    sys.exit(whole(settings).run(lambda: welcome(settings, click.echo)))


def _examples(folder: Path, port: int) -> tuple[Settings, Welcome]:
    from undersigned.assemble.demo import prepare, welcome

    return prepare(folder, port), partial(welcome, program=_called())


def _called() -> list[str]:
    """Give what the user has typed to call this program, so that a command that is printed works there too."""
    typed = Path(sys.argv[0])
    if typed.name == "__main__.py":
        return [sys.executable, "-m", "undersigned"]
    known = shutil.which(typed.name)
    return [typed.name if known and Path(known).absolute() == typed.absolute() else sys.argv[0]]


def _million(folder: Path, port: int) -> tuple[Settings, Welcome]:
    from undersigned.assemble.million import FORMS, prepare_million, welcome_million
    from undersigned.cli.simulate import bar

    with bar(FORMS) as progress:
        return prepare_million(folder, port, progress), welcome_million
