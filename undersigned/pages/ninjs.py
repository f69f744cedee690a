"""A statement for newsrooms' systems: IPTC's News in JSON (ninjs 3.0)."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import escape

from undersigned.core.statement import Photo
from undersigned.pages import markdown
from undersigned.pages.hours import iso
from undersigned.pages.shown import Shown
from undersigned.pages.statement_text import paragraphs, since_then

__all__ = ["ninjs"]

_STANDARD = {"name": "ninjs", "version": "3.0", "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.0.json"}


def ninjs(shown: Shown) -> bytes:
    """Give the statement as a ninjs object, with its pictures associated."""
    return json.dumps(_object(shown), ensure_ascii=False, indent=1).encode() + b"\n"


def _object(shown: Shown) -> dict[str, Any]:
    parts = paragraphs(shown)
    plain = "\n\n".join(parts)
    item: dict[str, Any] = {
        "uri": shown.address,
        "standard": _STANDARD,
        "type": "text",
        "representationType": "full",
        "profile": "statement",
        "version": str(shown.statement.number),
        "firstCreated": iso(shown.published),
        "versionCreated": iso(shown.modified),
        "pubStatus": "usable",
        "language": shown.language,
        "located": shown.edition.dateline,
        "by": shown.text.organiser,
        "headlines": [{"role": "main", "contentType": "text/plain", "value": shown.headline}],
        "descriptions": [{"role": "summary", "contentType": "text/plain", "value": shown.summary}],
        "bodies": [
            {
                "role": "text", "contentType": "text/plain", "charCount": len(plain), "wordCount": len(plain.split()),
                "value": plain,
            },
            {
                "role": "richtext", "contentType": "application/xhtml+xml",
                "value": "".join(f"<p>{escape(part)}</p>" for part in parts),
            },
        ],
        "organisations": [{"name": shown.text.organiser, "rel": "author"}],
        "people": [{"name": one.speaker, "rel": "mentions"} for one in shown.statement.quotes],
        "associations": [_association(shown, one) for one in shown.statement.photos],
    }  # fmt: skip
    note = "\n\n".join(
        (
            *filter(None, [shown.mark, shown.warning]),
            *(shown.plain(markdown.text(one)) for one in shown.edition.notes),
            *_corrected(shown),
            *since_then(shown),
        )
    )
    return {**item, "edNote": note} if note else item


def _corrected(shown: Shown) -> list[str]:
    return [f"{iso(one.at)}: “{one.said}” → “{one.says}”. {one.why}" for one in shown.corrections]


def _association(shown: Shown, photo: Photo) -> dict[str, Any]:
    edition, address = shown.edition, shown.photo(photo.file)
    caption, warning = shown.plain(edition.word("captions", photo.id)), edition.word("warnings", photo.id)
    renditions = [_rendition("main", address, photo.file, photo.width, photo.height, caption)]
    renditions += [
        _rendition(f"{one.crop}-{one.width}", shown.photo(one.name), one.name, one.width, one.height, caption)
        for one in photo.renditions
        if one.type == "jpg" and one.name != photo.file
    ]
    picture: dict[str, Any] = {
        "name": photo.id,
        "uri": address,
        "type": "picture",
        "headlines": [{"value": caption}],
        "descriptions": [
            {"role": "alt", "contentType": "text/plain", "value": edition.word("alts", photo.id)},
            *([{"role": "warning", "contentType": "text/plain", "value": warning}] if warning else []),
        ],
        "by": edition.word("credits", photo.id),
        "renditions": renditions,
    }
    return {**picture, "usageTerms": photo.licence} if photo.licence else picture


def _rendition(name: str, address: str, file: str, width: int, height: int, title: str) -> dict[str, Any]:
    made: dict[str, Any] = {"name": name, "href": address, "contentType": _kind(file), "title": title}
    return {**made, "width": width, "height": height} if width and height else made


def _kind(file: str) -> str:
    return {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}[file.rsplit(".", 1)[-1]]
