"""What IPTC's ninjs 3.0 says of the properties that we write, as a JSON Schema of our own making.

The names, types, enumerations and required properties are those of the standard (iptc.org/std/ninjs, 3.0); whatever we
do not write is left out, so that any other property is a mistake here. Times and addresses are patterns, because a
checker of formats passes what it does not know.
"""

from __future__ import annotations

from typing import Any

__all__ = ["SCHEMA"]

_TEXT = {"type": "string", "minLength": 1}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$"}
_ADDRESS = {"type": "string", "pattern": r"^https?://[^\s<>\"]+$"}


def _closed(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "additionalProperties": False, "required": list(required), "properties": properties,
    }  # fmt: skip


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


_SAID = _closed(("value",), role=_TEXT, contentType=_TEXT, value=_TEXT)
_BODY = _closed(
    ("value",), role=_TEXT, contentType=_TEXT, charCount={"type": "integer"}, wordCount={"type": "integer"}, value=_TEXT
)
_NAMED = _closed((), name=_TEXT, rel=_TEXT, uri=_ADDRESS, literal=_TEXT)
_RENDITION = _closed(
    ("name",), name=_TEXT, href=_ADDRESS, contentType=_TEXT, title=_TEXT, width={"type": "integer"},
    height={"type": "integer"},
)  # fmt: skip
_ITEM = {
    "uri": _ADDRESS,
    "standard": _closed((), name=_TEXT, version=_TEXT, schema=_ADDRESS),
    "type": {"enum": ["text", "audio", "video", "picture", "graphic", "composite", "planning", "event", "component"]},
    "representationType": {"enum": ["full", "partial"]},
    "profile": _TEXT,
    "version": _TEXT,
    "firstCreated": _TIME,
    "versionCreated": _TIME,
    "pubStatus": {"enum": ["usable", "withheld", "canceled"]},
    "language": _TEXT,
    "located": _TEXT,
    "by": _TEXT,
    "edNote": _TEXT,
    "usageTerms": _TEXT,
    "headlines": _list(_SAID),
    "descriptions": _list(_SAID),
    "bodies": _list(_BODY),
    "organisations": _list(_NAMED),
    "people": _list(_NAMED),
    "renditions": _list(_RENDITION),
}
#: A news item; `associations` are news items themselves, each with a name.
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_closed(("uri",), **_ITEM, associations=_list(_closed(("name", "uri"), name=_TEXT, rel=_TEXT, **_ITEM))),
}
