"""`python -m tests.house.newsroom FOLDER`: release a statement under embargo; print a newsroom's link."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from tests.core.campaign_files import card as made_card
from undersigned.assemble.places import Places
from undersigned.core.campaign import encode
from undersigned.office.project.configure import configure
from undersigned.settings import read
from undersigned.vault.notes import LogKeys


def link(folder: Path) -> str:
    """Give the path of the link. The petition is open: its card and the key of its log are there."""
    from tests.office.test_statements import Place
    from undersigned.office.statements import previewing

    places, keys = Places(folder), LogKeys(folder / "secrets", read(folder, {}).origin)
    keys.make("river", empty=True)
    (places.logs / "river").mkdir(parents=True, exist_ok=True)
    (places.logs / "river" / "vkey").write_text(keys.vkey("river") + "\n")
    card = encode(replace(made_card(), campaign="river")).decode()
    (places.cards / "river.card").write_bytes(keys.sign("river", card + "\n"))
    place = Place(folder)
    made = place.written()
    place.release(made, embargo=datetime.now(UTC).replace(microsecond=0) + timedelta(days=2))
    secret = previewing.give(staff=place.ben, statement=made, recipient="Daily Planet", days=7)
    return f"/desk/shared/{secret}/en/"


if __name__ == "__main__":
    configure(read(Path(sys.argv[1]), {}))
    print(link(Path(sys.argv[1])))
