"""`<language>.md` of a version of a statement: its words, its paragraphs, its notes to editors."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from undersigned.core.figures import Figure
from undersigned.core.sheet import Fault, Part, Sheet, nearest
from undersigned.core.statement import PLACEHOLDER, Block, Edition, Photo, Quote, Statement
from undersigned.core.texts import control_faults, cut, text_hash, utf8

__all__ = ["editions"]

_KEYS = ("headline", "summary", "dateline", "contact")
#: Table -> (what its ids are, whether every one of them needs words).
TABLES: Mapping[str, tuple[str, bool]] = {
    "quotes": ("quote", True), "roles": ("quote", False), "organisations": ("quote", False),
    "translators": ("quote", False), "captions": ("photo", True), "alts": ("photo", True), "credits": ("photo", True),
    "warnings": ("photo", False),
    "labels": ("figure", True), "units": ("figure", False), "populations": ("figure", False),
    "methods": ("figure", False), "caveats": ("figure", False), "attributions": ("figure", False),
    "demands": ("demand", True),
}  # fmt: skip
_FENCE = "\n+++\n"
_MOST = 200_000  # characters of a whole file
_BLANK = re.compile(r"\n[ \t]*\n+")
_WHOLE = re.compile(r"\{(?:(quote|photo|figure):([a-z0-9-]+)|(demands))\}")
_ANY = re.compile(r"\{[a-z]+(?::[^{}\n]*)?\}")


def editions(facts: Statement, texts: Mapping[str, bytes], faults: list[Fault]) -> dict[str, Edition]:
    """Read the text of every language of a version; mistakes go to `faults`."""
    found: dict[str, Edition] = {}
    for language in dict.fromkeys((*facts.languages, *texts)):
        file = f"{language}.md"
        if language not in texts:
            remedy = "Write the file, or take the language out of facts.toml."
            faults.append(Fault(file, 0, f"The text in “{language}” is missing.", remedy))
        elif language not in facts.languages:
            what = f"facts.toml does not name the language “{language}”."
            faults.append(Fault(file, 0, what, "Add it to “languages”, or take the file away."))
        else:
            edition = _edition(facts, language, texts[language], faults)
            found.update({edition.language: edition} if edition else {})
    _alike(facts, found, faults)
    return found


def _edition(facts: Statement, language: str, data: bytes, faults: list[Fault]) -> Edition | None:
    file, source = f"{language}.md", utf8(f"{language}.md", data)
    if isinstance(source, Fault):
        faults.append(source)
        return None
    parts = cut(source)
    if parts is None:
        remedy = "Begin the file with a line +++, then headline and the tables, then another line +++."
        faults.append(Fault(file, 1, "The part between two lines of +++ is missing.", remedy))
        return None
    front, rest, line = parts
    sheet = Sheet(file, front, offset=1)
    sheet.top.only((*_KEYS, *TABLES))
    body, _, notes = (rest + "\n").partition(_FENCE)
    tables = {table: _table(facts, language, sheet.top.part(table), table) for table in TABLES}
    edition = Edition(
        language=language, hash=text_hash(source), headline=sheet.top.text("headline", 200),
        summary=sheet.top.text("summary", 600), dateline=sheet.top.text("dateline", 100),
        contact=sheet.top.text("contact", 500), blocks=tuple(map(_block, _paragraphs(body))),
        notes=tuple(_paragraphs(notes)), tables={name: words for name, words in tables.items() if words},
    )  # fmt: skip
    faults += [
        *sheet.faults,
        *_placeholder_faults(facts, file, front, 2),
        *_placeholder_faults(facts, file, rest, line),
        *control_faults(file, source),
    ]
    faults += [] if sheet.broken else _whole_faults(facts, edition, file, line)
    if len(source) > _MOST:
        faults.append(Fault(file, line, f"The file has {len(source)} characters.", f"Use at most {_MOST}."))
    return edition


def _ids(facts: Statement, what: str) -> Sequence[str]:
    if what == "demand":
        return facts.demands
    things: dict[str, Sequence[Figure | Quote | Photo]] = {
        "quote": facts.quotes, "photo": facts.photos, "figure": facts.figures,
    }  # fmt: skip
    return [one.id for one in things[what]]


def _table(facts: Statement, language: str, part: Part, table: str) -> dict[str, str]:
    what, required = TABLES[table]
    known = _ids(facts, what)
    wanted = [one for one in known if required or one in part.values or _needed(facts, language, table, one)]
    for key in part.values:
        if key not in wanted:
            remedy = nearest(key, wanted) or "Take the line out, or add it to facts.toml."
            part.fault(key, f"facts.toml knows no {what} “{key}”.", remedy)
    return {one: part.text(one, 5_000) for one in wanted}


def _needed(facts: Statement, language: str, table: str, name: str) -> bool:
    """Tell whether that much is owed: who translated a quote, and whom a figure must be attributed to."""
    if table == "translators":
        return facts.quote(name).spoken != language
    return table == "attributions" and facts.figure(name).attribution_required


def _paragraphs(text: str) -> list[str]:
    return [part.strip("\n").rstrip() for part in _BLANK.split(text.strip("\n")) if part.strip()]


def _block(words: str) -> Block:
    whole = _WHOLE.fullmatch(words.strip())
    if whole is None:
        return Block("text", words)
    kind = whole[1] or whole[3]
    return Block(kind, "", whole[2] or "")  # type: ignore[arg-type]  # the pattern names the kinds


def _placeholder_faults(facts: Statement, file: str, text: str, line: int) -> list[Fault]:
    """Find placeholders of what facts.toml does not know."""
    found = []
    for number, words in enumerate(text.split("\n"), start=line):
        for place in _ANY.finditer(words):
            if not _known(facts, place[0], alone=place[0] == words.strip()):
                remedy = "Add it to facts.toml, or correct its name."
                found.append(Fault(file, number, f"There is nothing that {place[0]} could show here.", remedy))
    return found


def _known(facts: Statement, placeholder: str, alone: bool) -> bool:
    """Tell whether there is what a placeholder shows: in a line, or alone in its paragraph."""
    whole = _WHOLE.fullmatch(placeholder)
    if alone and whole is not None:
        return whole[3] is not None or whole[2] in _ids(facts, whole[1])
    within = PLACEHOLDER.fullmatch(placeholder)
    return within is not None and within[2] in _ids(facts, "figure")


def _whole_faults(facts: Statement, edition: Edition, file: str, line: int) -> list[Fault]:
    found = []
    if not any(block.kind == "text" for block in edition.blocks):
        found.append(Fault(file, line, "The statement has no words.", "Write them below the second +++."))
    for quote in facts.quotes:
        if quote.spoken == edition.language and edition.word("quotes", quote.id) != quote.original:
            what = f"The words of “{quote.id}” are not those of its original."
            found.append(Fault(file, 1, what, "A quote stands exactly as it was said. Copy it from facts.toml."))
    return found


def _alike(facts: Statement, found: Mapping[str, Edition], faults: list[Fault]) -> None:
    """Compare every language with the first: the same paragraphs of the same kinds, and the same tables."""
    first = found.get(facts.languages[0]) if facts.languages else None
    for language, edition in found.items():
        if first is None or edition is first:
            continue
        if [(one.kind, one.id) for one in edition.blocks] != [(one.kind, one.id) for one in first.blocks]:
            what = f"The paragraphs are not those of {first.language}.md."
            faults.append(Fault(f"{language}.md", 1, what, "Let both have the same paragraphs, quotes and figures."))
        for table in TABLES:
            missing = set(first.tables.get(table, {})) - set(edition.tables.get(table, {}))
            for name in sorted(missing) if table != "translators" else ():
                what = f"“{name}” is missing in [{table}]."
                faults.append(Fault(f"{language}.md", 1, what, f'Add a line below it: {name} = "…"'))
