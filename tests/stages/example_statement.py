"""The example's statement in its nine languages, at a million made-up signatures; with a correction where asked for."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from tests.pages import sample
from undersigned.assemble.simulate.statement import release
from undersigned.core.counts import Counts
from undersigned.core.statement import Correction, Record
from undersigned.engines.files.statements import folder_of
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site

__all__ = ["AT", "record", "shown"]

AT = 1_774_000_000  #: when it was released, in seconds since 1970: 20 March 2026


@lru_cache(maxsize=1)
def record() -> Record:
    """Give the statement."""
    places = {"DE": 400_000, "KE": 300_000, "IN": 200_000}
    counts = Counts(
        campaign="ceasefire", standing=1_000_217, collected=1_000_300, withdrawn=70, struck=13, size=1_000_400,
        root="47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", as_of=AT, countries=places, days=(), milestones=(),
        funnel={},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        assert release(Path(folder), counts)
        found = folder_of(Path(folder) / "statements" / "ceasefire" / "a-million")
    assert isinstance(found, Record), found
    return found


def shown(language: str, corrected: bool = False) -> Shown:
    """Give it in a language."""
    found = record()
    if corrected:
        second = replace(found.versions[0], released=AT + 3600)
        second = replace(second, statement=replace(second.statement, number=2))
        told = Correction(version=2, language=language, said="A (1)", says="B [2]", why="C", by="Press", at=AT + 3600)
        found = replace(found, versions=(*found.versions, second), corrections=(told,))
    card = replace(sample.card(), campaign="ceasefire")
    return Shown(found, found.versions[-1], language, card, Site("https://petitions.example"), AT + 7200)
