"""The count as data: JSON, CSV and the CSVW metadata beside it. All of it from one `Counts` value.

CSV files follow RFC 4180 (UTF-8, CRLF, header row); metadata follows the W3C's CSV on the Web (2015).
The code `NA` is Namibia: the metadata says that only an empty cell is a missing value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from undersigned.core import countries
from undersigned.core.campaign import Card, Demand
from undersigned.core.counts import Counts
from undersigned.core.delay import LetterDelay, told
from undersigned.core.figures import Figure
from undersigned.core.gatherings import Gathering
from undersigned.core.photo import Photo
from undersigned.pages.timeline import Told

__all__ = [
    "NONE", "columns", "count_json", "countries_csv", "days_csv", "facts_json", "indented", "instant", "metadata",
    "source",
]  # fmt: skip


NONE: Mapping[str, bool] = {}  #: marks of a real petition


def indented(facts: Mapping[str, Any]) -> bytes:
    """Give JSON that people can read too: one value a line, and a newline at the end."""
    return msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n"


def instant(seconds: int) -> str:
    """Give seconds since 1970 as an RFC 3339 time in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def count_json(counts: Counts, marks: Mapping[str, bool] = NONE) -> bytes:
    """Give `count.json`: at most 300 bytes, keys in the order of the public interface; `marks` of a demonstration."""
    facts = {
        "count": counts.standing,
        "collected": counts.collected,
        "as_of": instant(counts.as_of),
        "checkpoint": {"size": counts.size, "root": counts.root},
        **marks,
    }
    return msgspec.json.encode(facts) + b"\n"


def facts_json(
    card: Card, counts: Counts, url: str, delay: LetterDelay | None = None, statements: Sequence[Told] = (),
    marks: Mapping[str, bool] = NONE,
) -> bytes:  # fmt: skip
    """Give `<campaign>.json`: every public fact of a campaign; `delay` where a post has said lately how long it takes.

    `letters` holds ages in seconds, rounded up: half and nine in ten of those handed over in the last ten minutes,
    the one that waits longest, and the one that waits longest untried, all petitions of the installation together.
    """
    facts: dict[str, Any] = {
        "campaign": card.campaign,
        "demonstration": card.demonstration,
        **marks,
        "organiser": card.organiser,
        "press": f"{url}/o/{card.organisation.id}/" if card.organisation else f"{url}/press/",
        "opens": instant(card.opens),
        "closes": instant(card.closes),
        "paused": card.paused,
        "mode": card.mode,
        "languages": list(card.languages),
        "texts": {language: _text(card, language) for language in card.languages},
        "addressees": [
            {"id": one.id, "kind": one.kind, "jurisdiction": one.jurisdiction or None, "contact": one.contact or None}
            for one in card.addressees
        ],
        "demands": [_demand(card, demand) for demand in card.demands],
        "statements": [
            {"address": f"{url}{one.address}", "released": instant(one.at), "headlines": one.headlines}
            for one in statements
        ],
        "milestones": {
            "announced": list(card.milestones),
            "changes": [
                {
                    "at": instant(one.at),
                    "before": one.before,
                    "after": one.after,
                    "reason": one.reason,
                    "reasons": {card.languages[0]: one.reason, **one.reasons},
                }
                for one in card.goal_changes
            ],
            "reached": [{"number": m.number, "at": instant(m.at), "tree_size": m.size} for m in counts.milestones],
        },
        "count": counts.standing,
        "collected": counts.collected,
        "withdrawn": counts.withdrawn,
        "struck_out": counts.struck,
        "as_of": instant(counts.as_of),
        "checkpoint": {"size": counts.size, "root": counts.root},
        "countries": {"smallest_group": card.k, "released": dict(sorted(counts.countries.items()))},
        "funnel": dict(sorted(counts.funnel.items())),
        "removals": [
            {"day": one.day, "reason": one.reason, "struck_out": one.struck, "reinstated": one.reinstated}
            for one in counts.removals
        ],
        "gatherings": [_gathering(card, one, url) for one in card.gatherings],
        "log": f"{url}/log/{card.campaign}/",
        "page": f"{url}/c/{card.campaign}/",
    }
    if card.photo is not None:
        facts["photo"] = _photo(card.photo, f"{url}/c/{card.campaign}/photo")
    if delay is not None:
        facts["letters"] = told(delay, instant(delay.as_of))
    return indented(facts)


def _photo(photo: Photo, folder: str) -> dict[str, Any]:
    files = [
        {"url": f"{folder}/{one.name}", "crop": one.crop, "width": one.width, "height": one.height}
        for one in photo.renditions
    ]
    return {"licence": photo.licence, "taken": photo.taken or None, "people": photo.people, "files": files}


def _demand(card: Card, demand: Demand) -> dict[str, Any]:
    """Give a demand with every answer to it, each with its source; the last one of each addressee stands."""
    given = [one for one in card.answers if one.demand == demand.id]
    return {
        "id": demand.id,
        "addressees": list(demand.addressees),
        "deadline": demand.deadline or None,
        "answers": [msgspec.structs.asdict(one) for one in given],
    }


def _gathering(card: Card, one: Gathering, url: str) -> dict[str, Any]:
    """Give a gathering; `place` is null where the organiser tells it on request, and stands nowhere else then."""
    return {
        "id": one.id,
        "kind": one.kind,
        "starts": instant(one.starts),
        "ends": instant(one.ends),
        "zone": one.zone,
        "title": one.title,
        "note": one.note,
        "place": one.place or None,
        "contact": one.contact,
        "called_off": one.called_off or None,
        "announced": instant(one.announced),
        "changed": instant(one.changed),
        "attendance": _attendance(one.attendance) if one.attendance else None,
        "page": f"{url}/c/{card.campaign}/{card.languages[0]}/gatherings/#{one.id}",
    }


def _attendance(figure: Figure) -> dict[str, Any]:
    numbers = {"value": figure.value, "least": figure.least, "most": figure.most}
    return {
        "qualifier": figure.qualifier,
        **{key: int(number) for key, number in numbers.items() if number is not None},
        "status": figure.status,
        "as_of": figure.as_of,
        "source": {key: getattr(figure.source, key) or None for key in ("organisation", "title", "address")},
    }


def _text(card: Card, language: str) -> dict[str, Any]:
    text = card.texts[language]
    return {
        "hash": text.hash,
        "earlier": list(card.earlier.get(language, ())),
        "title": text.title,
        "summary": text.summary,
        "demands": dict(text.demands),
        "addressees": dict(text.addressees),
        "body": text.body,
        **({"photo": dict(text.photo)} if text.photo else {}),
    }


def countries_csv(counts: Counts, names: countries.Overrides | None = None) -> bytes:
    """Give `countries.csv`: released groups, largest first; what is not released stands nowhere in it."""
    ordered = sorted(counts.countries.items(), key=lambda item: (-item[1], item[0]))
    rows = [(code, _kind(code), _name(code, names), n) for code, n in ordered if n]
    return _table(("code", "kind", "name", "signatures"), rows)


def _kind(code: str) -> str:
    if code == "ZZ":
        return "not stated"
    return "region" if code.isdigit() else "country or territory"


def _name(code: str, names: countries.Overrides | None) -> str:
    return countries.name(code, "en", names) if _kind(code) == "country or territory" else ""


def days_csv(counts: Counts) -> bytes:
    """Give `days.csv`: one row a UTC day of the log, with the standing count at its end."""
    standing = 0
    rows = []
    for day in counts.days:
        standing += day.collected - day.withdrawn - day.struck + day.reinstated
        rows.append((day.day, day.collected, day.withdrawn, day.struck, day.reinstated, standing))
    return _table(("day", "collected", "withdrawn", "struck_out", "reinstated", "standing"), rows)


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


_COLUMNS: dict[str, list[dict[str, Any]]] = {
    "countries.csv": [
        {
            "name": "code",
            "titles": "code",
            "datatype": "string",
            "required": True,
            "dc:description": "ISO 3166-1 alpha-2 (and XK), a UN M49 region (three digits), or ZZ",
        },
        {"name": "kind", "titles": "kind", "datatype": "string"},
        {"name": "name", "titles": "name", "datatype": "string"},
        {"name": "signatures", "titles": "signatures", "datatype": "integer"},
    ],
    "days.csv": [
        {"name": "day", "titles": "day", "datatype": "date", "required": True},
        *(
            {"name": name, "titles": name, "datatype": "integer"}
            for name in ("collected", "withdrawn", "struck_out", "reinstated", "standing")
        ),
    ],
}


def columns(file: str) -> list[dict[str, Any]]:
    """Give the columns of `countries.csv` or `days.csv`, as CSVW describes them."""
    return _COLUMNS[file]


def source(counts: Counts) -> str:
    """Give what a file of counts says of where they come from."""
    return f"public log at tree size {counts.size}, root {counts.root}"


def metadata(file: str, counts: Counts, mark: str = "") -> bytes:
    """Give the CSVW metadata of `countries.csv` or `days.csv`."""
    described = [{"null": "", **column} for column in columns(file)]
    facts = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file,
        "dc:title": f"Petition {counts.campaign}: {file.removesuffix('.csv')}",
        "dc:modified": instant(counts.as_of),
        "dc:source": source(counts),
        **({"dc:description": mark} if mark else {}),
        "dialect": {"header": True, "encoding": "utf-8", "delimiter": ","},
        "tableSchema": {"columns": described, "primaryKey": described[0]["name"]},
    }
    return indented(facts)
