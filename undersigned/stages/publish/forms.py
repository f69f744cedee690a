"""The other forms of a statement's page: text, data, citations, the picture beside a link, the PDF."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from undersigned.pages import citing, cover, ninjs, paper, statement_data, statement_text
from undersigned.pages.shown import Shown
from undersigned.stages.publish.needs import Folder, Press

__all__ = ["forms", "on_paper", "prepared"]


def prepared(shown: Shown, base: str, folder: Folder, press: Press) -> Shown:
    """Make picture and PDF of the newest version, and say in what is shown which of them there are.

    A picture's name is made from its words, and a PDF bears a mark of its own: what lies there is not made again.
    """
    wanted = cover.cover(shown)
    name = cover.name(wanted)
    drawn = folder.get(f"{base}/{name}") or press.draw(wanted)
    if drawn is not None:
        folder.put(f"{base}/{name}", drawn)
        shown = replace(shown, image=name)
    return on_paper(shown, base, folder, press)


def on_paper(shown: Shown, base: str, folder: Folder, press: Press, twin: str = "") -> Shown:
    """Make the PDF of a version, and say in what is shown whether there is one; `twin` has the same, where given."""
    values = paper.paper(shown)
    lying = (folder.get(f"{one}/statement.pdf") for one in (base, twin) if one)
    made = next((data for data in lying if data is not None and values["mark"].encode() in data), None)
    made = made or press.typeset(values, _pictures(shown, folder))
    if made is not None:
        folder.put(f"{base}/statement.pdf", made)
        shown = replace(shown, paper=True)
    return shown


def _pictures(shown: Shown, folder: Folder) -> dict[str, bytes]:
    """Give the pictures of a version as they are published."""
    root = shown.root.removeprefix(f"{shown.site.url}/")
    found = ((one.file, folder.get(f"{root}{shown.statement.number}-{one.file}")) for one in shown.statement.photos)
    return {file: data for file, data in found if data is not None}


def forms(shown: Shown) -> Iterator[tuple[str, bytes]]:
    """Give the other forms by file name."""
    yield "statement.txt", statement_text.text(shown).encode()
    yield "statement.jsonld", statement_data.document(shown)
    yield "ninjs.json", ninjs.ninjs(shown)
    yield "cite.txt", f"{citing.line(shown)}\n".encode()
    yield "cite.bib", citing.bibtex(shown).encode()
    yield "cite.json", citing.csl(shown)
