"""`undersigned photo`: the pictures of a campaign folder that is written by hand."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from undersigned.cli.keys import fail

__all__ = ["photo"]

_CELLS = (
    "top-left", "top", "top-right", "left", "centre", "right", "bottom-left", "bottom", "bottom-right",
)  # fmt: skip
_REFUSED = {
    "large": "It has more than 25 MB. Export it with less quality.",
    "pixels": "It has more than 60 million pixels. Make it smaller.",
    "type": "It is no JPEG, PNG, WebP or AVIF. Export it as a JPEG.",
    "moving": "It moves. Export one picture of it.",
    "small": "It is smaller than 1200 by 800 pixels. Take the original.",
    "broken": "It is damaged. Export it again.",
}


@click.command()
@click.argument("picture", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--campaign", "folder", required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option("--focus", type=click.Choice(_CELLS), default="centre", show_default=True, help="What no crop may lose.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def photo(picture: Path, folder: Path, focus: str, as_json: bool) -> None:
    """Make the picture of a campaign folder ready: three crops, AVIF, WebP and JPEG, without any metadata.

    \b
    Example:
      undersigned photo river.jpg --campaign campaigns/river --focus top
    """
    from undersigned.engines.files.campaign_folder import PICTURES
    from undersigned.engines.files.durable import replace
    from undersigned.office.pictures.crops import crops
    from undersigned.office.pictures.described import described
    from undersigned.office.pictures.opened import Refused, opened, upright

    if not (folder / "campaign.toml").exists():
        fail(f"{folder} has no campaign.toml. Write it first: docs/campaigns.md.")
    try:
        data = picture.read_bytes()
        says = described(opened(data))
        made = list(crops(upright(data), _CELLS.index(focus)))
        (folder / PICTURES).mkdir(exist_ok=True)
        for name, content in made:
            replace(folder / PICTURES / name, content)
        for file in (folder / PICTURES).iterdir():
            if file.name not in {name for name, _ in made}:
                file.unlink()
    except Refused as refused:
        fail(f"{picture} is not taken ({refused.code}). {_REFUSED[refused.code]}")
    except OSError as error:
        fail(f"{error.filename or picture}: {error.strerror}.")
    facts = {"files": [name for name, _ in made], "says": msgspec.to_builtins(says)}
    click.echo(msgspec.json.encode(facts).decode() if as_json else _words(folder, says.licence, says.taken))


def _words(folder: Path, licence: str, taken: str) -> str:
    day = f"\n  taken = {taken}" if taken else ""
    return f"""Made {folder}/photo/. Now say in campaign.toml whose it is (docs/campaigns.md):

  [photo]
  licence = {msgspec.json.encode(licence or "…").decode()}
  people = "nobody"      # or "agreed", or "public"{day}

and in each text, in its own language:

  [photo]
  alt = "what there is to see, for who does not see it"
  credit = "whose picture it is\""""
