"""`undersigned compile`."""

from __future__ import annotations

import json
import sys
import time

import click

__all__ = ["compile_"]


@click.command("compile")
@click.option("--remove", "removed", is_flag=True, help="Remove what was compiled before.")
@click.option("--again", is_flag=True, help="Compile even where what there is fits.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON line.")
def compile_(removed: bool, again: bool, as_json: bool) -> None:
    """Compile the busiest modules for this machine, so that a signature costs the door a quarter less.

    Needs mypy and a C compiler, and half a minute. Nothing behaves differently; processes that run go on as they
    are. Where the code or Python changes, the compiled forms no longer fit and are passed over: run it again.

    \b
    Examples:
      undersigned compile
      undersigned compile --remove
    """
    from undersigned.assemble.compiling import Uncompiled, compile_modules, remove
    from undersigned.compiled import MODULES, in_use

    if removed:
        remove()
        click.echo(json.dumps({"compiled": 0}) if as_json else "The modules run as they are written, from now on.")
        return
    if in_use() and not again:
        words = f"{len(MODULES)} modules are compiled already, and fit."
        click.echo(json.dumps({"compiled": len(MODULES), "seconds": 0.0}) if as_json else words)
        return
    began = time.monotonic()
    try:
        number = compile_modules()
    except Uncompiled as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    seconds = round(time.monotonic() - began, 1)
    words = f"{number} modules compiled in {seconds} s; whatever starts from now on uses them."
    click.echo(json.dumps({"compiled": number, "seconds": seconds}) if as_json else words)
