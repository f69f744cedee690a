"""`undersigned init`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

__all__ = ["init"]

_WORDS = """\
# Undersigned. Every setting: docs/settings.md. The environment (UNDERSIGNED_<NAME>) overrides this file.
url = "{url}"
port = 8000
{proxies}
# mail = "smtp://localhost:25"     # without it, letters go to a Maildir here and reach nobody
# sender = "petitions@example.org"
"""
# Without TLS there need not be one; with it there is, for the program speaks none.
_PROXIES = (
    "# proxies = 1                      # a proxy with TLS stands in front",
    "proxies = 1                        # the proxy with TLS in front, whose X-Forwarded-… are believed",
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Public address, no path.")
def init(folder: Path, url: str) -> None:
    """Make the data folder of a real installation, with nothing in it but its settings.

    \b
    Example:
      undersigned init /srv/petitions --url https://petitions.example.org
    """
    from undersigned.assemble.places import Places

    file = folder / "undersigned.toml"
    if file.exists():
        click.echo(f"{file} is there already; nothing was changed.", err=True)
        sys.exit(1)
    try:
        Places(folder).make()
        file.write_text(_WORDS.format(url=url.rstrip("/"), proxies=_PROXIES[url.startswith("https:")]), "utf-8")
    except OSError as error:
        click.echo(f"{folder} cannot be made: {error.strerror}. Choose a folder you may write to.", err=True)
        sys.exit(1)
    click.echo(f"""Made {folder}. Next:
  1. settings:               {file}
  2. start it:               undersigned serve --dir {folder}
     It prints a link to the desk, which signs you in once (docs/desk.md).
  3. on an offline machine:  undersigned keys new --out campaign.key
  4. at the desk:            begin a petition; its page says what is missing, the key and its test record too
  5. whenever in doubt:      undersigned doctor --dir {folder}
Without the desk: write a folder {folder}/campaigns/NAME/ (docs/campaigns.md).""")
