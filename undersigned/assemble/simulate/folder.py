"""The data folder of a simulation: made, marked as simulated for good, and never anybody's real one."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.assemble.simulate.chance import SeededChance
from undersigned.assemble.simulate.plan import AFTER
from undersigned.settings import Settings, read
from undersigned.stages.deliver.drill import drill
from undersigned.vault.keys import key_file, make_campaign_key
from undersigned.vault.secret_files import write_once

__all__ = ["CAMPAIGN", "NOWHERE", "START", "Refused", "make"]

CAMPAIGN = "ceasefire"  #: the example with a text in every language
NOWHERE = "smtp://127.0.0.1:9"  #: where letters go when no simulation runs: nobody listens there (RFC 863)
START = 1_772_438_400  #: the launch: Monday 2026-03-02, 08:00 UTC


class Refused(Exception):
    """The folder cannot be used for a simulation; the message says why and what to do."""


def make(folder: Path, days: int, port: int, seed: int | None, **more: str | int | float | bool) -> Settings:
    """Make the folder of a simulation that runs for `days` from `START`, and give its settings.

    With a `seed` every secret is made from it, so that the same seed gives the same log; without one they are
    secret. `more` are further settings for its `undersigned.toml`.

    Raises:
        Refused: something is there already; nothing was changed.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refused(_taken(folder))
    places = Places(folder)
    places.make()
    _campaign(places, days, seed)
    if seed is not None:
        chance = SeededChance(seed, "secrets")
        write_once(places.token_key, chance(32))
        write_once(places.pepper(CAMPAIGN), chance(32))
        write_once(places.secrets / CAMPAIGN / "log.key", chance(32))
    values = {"url": f"http://127.0.0.1:{port}", "port": port, "simulated": True, "proxies": 1, **more}
    # Last, so that a folder that was cut short here is no installation.
    lines = ["# A simulation: nobody in it exists, and every page and the log say so.", *map(_line, values.items())]
    (folder / "undersigned.toml").write_text("\n".join(lines) + "\n", "utf-8")
    return read(folder)


def _taken(folder: Path) -> str:
    if (folder / "undersigned.toml").exists() and not read(folder).simulated:
        return f"{folder} is a real installation. A simulation never touches one: give another --dir."
    return f"{folder} is not empty. A simulation begins in a folder of its own: give another --dir, or remove it."


def _line(setting: tuple[str, str | int | float | bool]) -> str:
    name, value = setting
    return f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {str(value).lower()}"


def _campaign(places: Places, days: int, seed: int | None) -> None:
    """Copy the example with its dates set, and make its key here: it protects nobody."""
    key = make_campaign_key() if seed is None else make_campaign_key(random=SeededChance(seed, "campaign key"))
    target = places.campaigns / CAMPAIGN
    with resources.as_file(resources.files("undersigned") / "examples" / CAMPAIGN) as source:
        shutil.copytree(source, target)
    file = target / "campaign.toml"
    words = file.read_text("utf-8")
    for name, at in (("opens", START - 3600), ("closes", START + (days + AFTER) * 86_400)):
        words = re.sub(rf"^{name} = .*$", f"{name} = {_moment(at)}", words, flags=re.MULTILINE)
    file.write_text(words, "utf-8")
    (target / "recipients.txt").write_text(f"# made for this simulation\n{key.recipient}\n")
    (target / "drill.txt").write_text(drill(key.secret, (key.recipient,), CAMPAIGN, START))
    secret = places.folder / "simulated-campaign.key"
    secret.touch(mode=0o600)
    secret.write_text(key_file(key, START))


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
