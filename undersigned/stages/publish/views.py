"""The same count in the forms that others already read: the petitions JSON of the UK Parliament's site, a Data Package.

The petitions JSON has the public keys that researchers' programs read there (petition.parliament.uk, petitions.json
and petitions/<id>.json): what has no meaning here is null or empty. Two things differ, and are said in `notes`:
`id` is the campaign's name, and countries stand in groups of at least k.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from undersigned.core import countries
from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.pages.marked import marks
from undersigned.pages.views import Site
from undersigned.stages.publish.data import columns, indented, instant

__all__ = ["datapackage", "list_json", "petition_json"]


def petition_json(card: Card, counts: Counts, site: Site) -> bytes:
    """Give one petition under the keys of the UK Parliament's petitions JSON."""
    facts = {"links": {"self": _self(card, site)}, "data": _petition(card, counts, site, whole=True)}
    return indented(facts)


def list_json(petitions: Sequence[tuple[Card, Counts]], site: Site) -> bytes:
    """Give every petition under the same keys, without its countries; all of them stand on one page."""
    here = f"{site.url}/petitions.json"
    links = {"self": here, "first": here, "last": here, "next": None, "prev": None}
    return indented(
        {"links": links, "data": [_petition(card, counts, site, whole=False) for card, counts in petitions]}
    )


def _self(card: Card, site: Site) -> str:
    return f"{site.url}/c/{card.campaign}/petition.json"


def _petition(card: Card, counts: Counts, site: Site, whole: bool) -> dict[str, Any]:
    text = card.texts[card.languages[0]]
    closed = counts.as_of >= card.closes
    attributes: dict[str, Any] = {
        "action": text.title,
        "background": text.summary,
        "additional_details": text.body,
        "committee_note": "",
        "state": "closed" if closed else "open",
        "signature_count": counts.standing,
        "created_at": instant(card.opens),
        "updated_at": instant(counts.as_of),
        "rejected_at": None,
        "opened_at": instant(card.opens),
        "closed_at": instant(card.closes) if closed else None,
        "moderation_threshold_reached_at": None,
        "response_threshold_reached_at": None,
        "government_response_at": None,
        "debate_threshold_reached_at": None,
        "scheduled_debate_date": None,
        "debate_outcome_at": None,
        "creator_name": text.organiser,
        "rejection": None,
        "government_response": None,
        "debate": None,
        "departments": [],
        "topics": [],
        **marks(card, site),
    }
    petition: dict[str, Any] = {"type": "petition", "id": card.campaign, "attributes": attributes}
    if not whole:
        return petition | {"links": {"self": _self(card, site)}}
    attributes["signatures_by_country"] = _by_country(counts, site)
    attributes["signatures_by_constituency"] = []
    attributes["signatures_by_region"] = []
    attributes["notes"] = {
        "id": "the campaign's name, not a number",
        "smallest_group": card.k,
        "checkpoint": {"size": counts.size, "root": counts.root},
    }
    return petition


def _by_country(counts: Counts, site: Site) -> list[dict[str, Any]]:
    released = [(code, n) for code, n in counts.countries.items() if n > 0 and code in countries.COUNTRIES]
    rows = [
        {"name": countries.name(code, "en", site.country_names), "code": code, "signature_count": n}
        for code, n in released
    ]
    return sorted(rows, key=lambda row: str(row["name"]))


_TYPES = {"string": "string", "integer": "integer", "date": "date"}


def datapackage(card: Card, counts: Counts, site: Site, parquet: bool = False) -> bytes:
    """Give the Data Package (Frictionless, version 1 of the specification) of a campaign's tables.

    With `parquet` each table names the same as Parquet among its `alternatives`, a property of ours: programs that
    check a package read every resource of it, and few of them read that.

    Only an empty cell is a missing value: `NA` is Namibia.
    """
    text = card.texts[card.languages[0]]
    facts = {
        "profile": "tabular-data-package",
        "name": card.campaign,
        "title": text.title,
        "description": f"Counts of a petition, from its public log at tree size {counts.size}, root {counts.root}.",
        "homepage": f"{site.url}/c/{card.campaign}/",
        "created": instant(counts.as_of),
        "sources": [{"title": "public log", "path": f"{site.url}/log/{card.campaign}/checkpoint"}],
        "contributors": [{"title": card.organiser, "role": "publisher"}],
        "resources": [_resource(file, parquet) for file in ("countries.csv", "days.csv")],
        **marks(card, site),
    }
    return indented(facts)


def _resource(file: str, parquet: bool) -> dict[str, Any]:
    name = file.removesuffix(".csv")
    fields = [
        {"name": column["name"], "type": _TYPES[column["datatype"]], **_required(column)} for column in columns(file)
    ]
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
        "schema": {"fields": fields, "missingValues": [""], "primaryKey": fields[0]["name"]},
        **({"alternatives": [_parquet(name)]} if parquet else {}),
    }


def _parquet(name: str) -> dict[str, str]:
    return {"path": f"data/{name}.parquet", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def _required(column: dict[str, Any]) -> dict[str, Any]:
    return {"constraints": {"required": True}} if column.get("required") else {}
