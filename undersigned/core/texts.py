"""One language's text of a petition: a Markdown file with TOML between two lines of `+++` before it."""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Sequence

import msgspec

from undersigned.core.campaign import Text
from undersigned.core.photo import WORDS
from undersigned.core.sheet import Fault, Part, Sheet, nearest

__all__ = ["Wanted", "control_faults", "cut", "read_text", "text_hash", "utf8"]

_FENCE = "+++"
_MOST = 200_000  # characters of a whole file
_KEYS = ("title", "summary", "organiser", "demands", "addressees", "consents", "photo")
_PHOTO_MOST = {"alt": 500, "credit": 200, "caption": 600, "place": 200, "warning": 200}  # characters


class Wanted(msgspec.Struct, frozen=True):
    """What the campaign's own file names, so that every text must say it."""

    demands: tuple[str, ...]
    addressees: tuple[str, ...]
    consents: tuple[str, ...]
    photo: bool = False


def text_hash(source: str) -> str:
    """Give the name of a text version: SHA-256 of its source, as 43 characters of base64url."""
    return urlsafe_b64encode(hashlib.sha256(source.encode()).digest()).rstrip(b"=").decode()


def utf8(file: str, data: bytes) -> str | Fault:
    """Read a file as UTF-8 in NFC, with LF line ends and without a byte order mark."""
    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(file, line, "This line is not in UTF-8.", "Save the file again with the encoding UTF-8.")
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", source)


def read_text(language: str, data: bytes, wanted: Wanted | None) -> Text | tuple[Fault, ...]:
    """Read the text of one language, or give every mistake in it.

    `wanted` is None where the campaign's own file cannot be read; then only the text itself is looked at.
    """
    file = f"{language}.md"
    source = utf8(file, data)
    if isinstance(source, Fault):
        return (source,)
    parts = cut(source)
    if parts is None:
        remedy = "Begin the file with a line +++, then title, summary and the tables, then another line +++."
        return (Fault(file, 1, "The part between two lines of +++ is missing.", remedy),)
    front, body, body_line = parts
    sheet = Sheet(file, front, offset=1)
    text = _text(language, source, sheet.top, body, wanted)
    faults = [*sheet.faults, *_body_faults(file, source, body, body_line)]
    return tuple(faults) if faults else text


def cut(source: str) -> tuple[str, str, int] | None:
    """Cut a file into (TOML, Markdown, line at which the Markdown begins)."""
    lines = source.split("\n")
    if lines[0].rstrip() != _FENCE:
        return None
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]).strip("\n"), number + 2
    return None


def _text(language: str, source: str, top: Part, body: str, wanted: Wanted | None) -> Text:
    top.only(_KEYS)
    return Text(
        language=language,
        hash=text_hash(source),
        source=source,
        title=top.text("title", 200),
        summary=top.text("summary", 600),
        body=body,
        organiser=top.text("organiser", 200),
        demands=_sentences(top.part("demands"), wanted.demands if wanted else None, "demand"),
        addressees=_sentences(top.part("addressees"), wanted.addressees if wanted else None, "addressee"),
        consents=_sentences(top.part("consents"), wanted.consents if wanted else None, "consent"),
        photo=_photo(top, wanted),
    )


def _photo(top: Part, wanted: Wanted | None) -> dict[str, str]:
    """Read what a text says of the picture: `alt` and `credit` at least."""
    if wanted is not None and not wanted.photo:
        if "photo" in top.values:
            top.fault("photo", "campaign.toml has no photo.", "Take the table out, or add [photo] to campaign.toml.")
        return {}
    if wanted is None and "photo" not in top.values:
        return {}
    part = top.part("photo")
    part.only(WORDS)
    return {key: part.text(key, _PHOTO_MOST[key]) for key in WORDS if key in WORDS[:2] or key in part.values}


def _sentences(part: Part, ids: Sequence[str] | None, what: str) -> dict[str, str]:
    """Read a table of sentences: one for each id that the campaign names, and no other."""
    wanted = tuple(part.values) if ids is None else ids
    for key in part.values:
        if key not in wanted:
            remedy = nearest(key, wanted) or "Take the line out, or add it to campaign.toml."
            part.fault(key, f"campaign.toml knows no {what} “{key}”.", remedy)
    return {key: part.text(key, 1_000) for key in wanted}


def _body_faults(file: str, source: str, body: str, line: int) -> list[Fault]:
    """Look at the Markdown itself; how it is shown is the pages' business."""
    faults = []
    if not body.strip():
        faults.append(Fault(file, line, "The text of the petition is empty.", "Write it below the second +++."))
    if len(source) > _MOST:
        faults.append(Fault(file, line, f"The file has {len(source)} characters.", f"Use at most {_MOST}."))
    return [*faults, *control_faults(file, source)]


def control_faults(file: str, source: str) -> list[Fault]:
    """Find the lines with control characters in them."""
    faults = []
    for number, words in enumerate(source.split("\n"), start=1):
        if any(unicodedata.category(sign) == "Cc" and sign != "\t" for sign in words):
            what = "There is a control character in this line."
            faults.append(Fault(file, number, what, "Write the line again by hand."))
    return faults
