"""Nothing that the program keeps is forgotten by whoever makes copies, or by whoever asks what to trust."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.test_house import ROOT
from undersigned.assemble.places import Places


def _kept() -> set[str]:
    """Give every place of a data folder, from the one list of them."""
    folder = Path("/data")
    found = {place for place in vars(Places(folder)).values() if isinstance(place, Path) and place != folder}
    return {str(place.relative_to(folder)) for place in found} | {"undersigned.toml", "secrets/CAMPAIGN/log.key"}


def _cells(page: str, heading: str, column: int) -> str:
    part = (ROOT / "docs" / page).read_text("utf-8").split(heading, 1)[1].split("\n## ")[0]
    rows = [line.split("|") for line in part.splitlines() if line.startswith("| ")]
    return "\n".join(row[column] for row in rows)


def test_what_to_copy_names_every_place_of_the_data_folder() -> None:
    told = re.findall(r"`([^`]+)`", _cells("deploy.md", "## Copies", 1))
    whole = {one.rstrip("/") for one in told}
    missing = [one for one in sorted(_kept()) if one not in whole and Path(one).name not in whole]
    assert [one for one in missing if not one.startswith("run/")] == []


def test_every_place_that_costs_something_has_its_row_in_trust() -> None:
    told = {one.rstrip("/") for one in re.findall(r"`([^`]+)`", _cells("trust.md", "# Whom", 2))}
    free = {"run", "secrets", "undersigned.toml", "mail", "public/log"}  # notes, rows of their own, your own settings
    named = {place for place in _kept() if not place.startswith("run/")} - free
    names = {Path(one).name for one in told} | {Path(one).parent.name for one in told}
    assert [one for one in sorted(named) if Path(one).name not in names] == []
