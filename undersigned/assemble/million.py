"""The demonstration of a million: a simulation in fast mode, in a folder that is there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from undersigned.assemble.demo import Occupied, opened
from undersigned.assemble.simulate.folder import Refused
from undersigned.assemble.simulate.report import write
from undersigned.assemble.simulate.run import Progress, straight
from undersigned.assemble.simulate.statement import MILESTONE
from undersigned.settings import Settings, read

__all__ = ["DAYS", "FORMS", "prepare_million", "welcome_million"]

FORMS = 1_230_000  #: forms after which somewhat more than a million signatures stand
DAYS = 30
SEED = 1


def prepare_million(
    folder: Path, port: int, progress: Progress, forms: int = FORMS, days: int = DAYS, milestone: int = MILESTONE
) -> Settings:
    """Simulate into the folder where it is absent, and give its settings.

    It is made beside its place and moved there when every book balances, so that one that was cut short is not left.

    Raises:
        Occupied: the folder belongs to something else or to another port, or the simulation did not come to its end.
        OSError: the folder cannot be written.
    """
    if not (folder / "undersigned.toml").exists():
        _make(folder, port, progress, forms, days, milestone)
    settings = read(folder)
    if not settings.simulated:
        raise Occupied("this is no simulation; give another --dir")
    if settings.port != port:
        raise Occupied(f"this folder was made for port {settings.port}; say --port {settings.port}")
    return settings


def _make(folder: Path, port: int, progress: Progress, forms: int, days: int, milestone: int) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise Occupied("the folder is not empty; give another --dir")
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        outcome = straight(draft, forms, days, SEED, port, progress, milestone)
        write(outcome, draft)
        if not (outcome.finished and outcome.balances):
            raise Occupied("the simulation did not come to its end; begin again")
        draft.rename(folder)
    except Refused as error:
        raise Occupied(str(error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def welcome_million(settings: Settings, say: Callable[[str], None], patience: float = 120) -> None:
    """Wait for the door and say where everything of the simulated million is."""
    if not opened(settings, say, patience):
        return
    here = f"{settings.url}/c/ceasefire"
    say(f"""
  A simulated million. Nobody in it exists, and every page and the log say so.

    petition    {here}/en/    in nine languages: /ar/, /he/, /zh/ …
    statement   {settings.url}/s/ceasefire/a-million/en/    made at the millionth signature
    numbers     {here}/en/numbers/
    verify      {settings.url}/verify        recount the log in your browser
    or          undersigned verify {here}/

    data        {settings.dir}     (the books: report.html)

  Ctrl-C ends it; started again, it is there at once.
""")
