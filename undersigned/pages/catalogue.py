"""Gathers every sentence the public can read, and brings the catalogues up to date.

`python -m undersigned.pages.catalogue` does it: new sentences appear without a translation, sentences that
nobody says any more go, and what is translated stays. A changed English sentence is a new one.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from undersigned.core import problems
from undersigned.pages.words import LANGUAGES

__all__ = [
    "CATALOGUES", "FOLDER", "HEADERS", "brought_up", "gathered", "main", "opened", "path", "read", "updated", "written",
]  # fmt: skip

FOLDER = Path(__file__).parent
CATALOGUES = FOLDER / "catalogues"

_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
_OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}

#: Language -> its plural forms for whole numbers, in the order and with the borders of CLDR.
HEADERS = {
    "fr": "nplurals=3; plural=(n==0 || n==1) ? 0 : n%1000000==0 ? 1 : 2;",
    "es": "nplurals=3; plural=n==1 ? 0 : n!=0 && n%1000000==0 ? 1 : 2;",
    "ar": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
    "he": "nplurals=3; plural=n==1 ? 0 : n==2 ? 1 : 2;",
    "ru": "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2;",
    "zh": "nplurals=1; plural=0;",
    "sw": "nplurals=2; plural=n!=1;",
    "hi": "nplurals=2; plural=n>1;",
}


def gathered() -> Catalog:
    """Give every sentence of templates, code, problems, declarations and the verify page, untranslated."""
    catalog = Catalog(project="Undersigned", charset="utf-8", fuzzy=False)
    found = extract_from_dir(FOLDER, _METHODS, _OPTIONS, keywords=_KEYWORDS, strip_comment_tags=True)
    for file, _line, message, _comments, _context in found:
        catalog.add(message, locations=[(file, 0)])
    for message in problems.MESSAGES:
        catalog.add(message, locations=[("../core/problems.py", 0)])
    for message in _declared():
        catalog.add(message, locations=[("../core/person.py", 0)])
    for message in json.loads((FOLDER / "static" / "verify-words.json").read_text("utf-8")).values():
        catalog.add(message, locations=[("static/verify-words.json", 0)])
    return catalog


def path(language: str) -> Path:
    """Give the file of a language's catalogue."""
    return CATALOGUES / f"{language}.po"


def read(language: str) -> Catalog:
    """Read a language's catalogue; an empty one where there is no file yet."""
    return opened(path(language), language)


def updated(language: str) -> Catalog:
    """Give a language's catalogue with exactly the sentences of today."""
    return brought_up(read(language), gathered())


def main() -> None:
    """Bring every catalogue up to date, and say what is not translated yet."""
    for language in LANGUAGES[1:]:
        print(written(path(language), updated(language), language, "the public pages and letters"), file=sys.stderr)


def opened(file: Path, language: str) -> Catalog:
    """Read a file of sentences; an empty catalogue of the language where there is none."""
    return read_po(io.BytesIO(file.read_bytes() if file.exists() else _head(language, "")), locale=language)


def brought_up(catalog: Catalog, sentences: Catalog) -> Catalog:
    """Give a catalogue with exactly these sentences; what it has translated of them stays."""
    catalog.update(sentences, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    return catalog


def written(file: Path, catalog: Catalog, language: str, what: str) -> str:
    """Write a catalogue of `what`, and give how many sentences it has and how many are not translated, in words."""
    bytes_ = io.BytesIO()
    write_po(bytes_, catalog, width=100, include_lineno=False, ignore_obsolete=True, omit_header=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_head(language, what) + b"\n" + bytes_.getvalue())
    missing = sum(1 for message in catalog if message.id and not _translated(message.string))
    return f"{what}, {language}: {len(catalog)} sentences, {missing} not translated"


def _translated(string: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(string) if isinstance(string, str | None) else all(string)


def _head(language: str, what: str) -> bytes:
    return (
        f"# Undersigned: {what}. Not yet reviewed by native speakers.\n"
        f'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"MIME-Version: 1.0\\n"\n'
        f'"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {HEADERS[language]}\\n"\n'
    ).encode()


def _declared() -> Iterator[str]:
    """Give the sentences in the declarations of `core.person`, read as text: pages may not import it."""
    tree = ast.parse((FOLDER.parent / "core" / "person.py").read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    for call in calls:
        if call.func.id == "Personal":  # type: ignore[attr-defined]
            for given in (*call.args, *(keyword.value for keyword in call.keywords)):
                value = named.get(given.id, given) if isinstance(given, ast.Name) else given
                if isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


if __name__ == "__main__":
    main()
