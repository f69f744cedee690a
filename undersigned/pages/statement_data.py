"""A statement as JSON-LD in the vocabulary of schema.org: article, quotations, claims with what was observed, data.

No `ClaimReview` is made: these are claims of ours, and others review them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from undersigned.core import countries
from undersigned.core.figures import Figure, bounds
from undersigned.core.statement import Photo, Quote
from undersigned.pages.hours import iso
from undersigned.pages.marked import marks
from undersigned.pages.quantities import quantity
from undersigned.pages.shown import Shown

__all__ = ["document", "embedded", "graph"]


def document(shown: Shown) -> bytes:
    """Give the JSON-LD as a file."""
    return json.dumps(graph(shown), ensure_ascii=False, indent=1).encode() + b"\n"


def embedded(shown: Shown) -> Markup:
    """Give the JSON-LD to stand in a page, within a data block: no `<` can end it."""
    plain = json.dumps(graph(shown), ensure_ascii=False, separators=(",", ":"))
    return Markup(plain.replace("<", "\\u003c").replace("&", "\\u0026"))


def graph(shown: Shown) -> dict[str, Any]:
    """Give the JSON-LD as values."""
    parts = [
        _article(shown),
        *(_quotation(shown, one) for one in shown.statement.quotes),
        *(_claim(shown, one) for one in shown.statement.figures),
        _petition(shown),
        _dataset(shown),
    ]
    return {"@context": "https://schema.org", "@graph": parts}


def _article(shown: Shown) -> dict[str, Any]:
    organiser = {"@type": "Organization", "name": shown.text.organiser, "email": shown.card.contact}
    if shown.card.organisation:
        organiser["url"] = f"{shown.site.url}/o/{shown.card.organisation.id}/{shown.language}/"
    sources = dict.fromkeys(one.source.address for one in shown.statement.figures if one.source.address)
    return _filled(
        {
            "@type": "NewsArticle",
            "@id": f"{shown.place}#article",
            "url": shown.place,
            "mainEntityOfPage": shown.place,
            "creativeWorkStatus": ", ".join(filter(None, (_status(shown), "Obsolete" if shown.superseded else ""))),
            "exampleOfWork": {"@id": f"{shown.address}#article"} if shown.superseded else None,
            "comment": {"@type": "Comment", "text": shown.warnings} if shown.warnings else None,
            "headline": shown.headline,
            "description": shown.summary,
            "inLanguage": shown.language,
            "dateline": shown.edition.dateline,
            "datePublished": iso(shown.published),
            "dateModified": iso(shown.modified),
            "version": shown.statement.number,
            "isAccessibleForFree": True,
            "author": organiser,
            "publisher": organiser,
            "image": list(_images(shown)),
            "about": {"@id": f"{shown.petition}#petition"},
            "hasPart": [{"@id": _id(shown, "quote", one.id)} for one in shown.statement.quotes],
            "mentions": [{"@id": _id(shown, "claim", one.id)} for one in shown.statement.figures],
            "citation": list(sources),
            "isBasedOn": {"@id": f"{shown.petition}#counts"},
            "workTranslation": [
                {"@type": "NewsArticle", "@id": f"{shown.root}{one}/#article", "inLanguage": one}
                for one in shown.statement.languages
                if one != shown.language
            ],
            "correction": [
                {
                    "@type": "CorrectionComment",
                    "text": f"{one.said} → {one.says}. {one.why}",
                    "datePublished": iso(one.at),
                    "author": {"@type": "Organization", "name": one.by},
                }
                for one in shown.corrections
            ],
        }
    )


def _images(shown: Shown) -> Iterator[dict[str, Any]]:
    if shown.image:
        url = f"{shown.address}{shown.image}"
        yield {"@type": "ImageObject", "url": url, "width": 1200, "height": 630, "caption": shown.headline}
    for photo in shown.statement.photos:
        yield _photo(shown, photo)


def _photo(shown: Shown, photo: Photo) -> dict[str, Any]:
    tables = ("captions", "alts", "credits", "warnings")
    words = {table: shown.plain(shown.edition.word(table, photo.id)) for table in tables}
    return _filled(
        {
            "@type": "ImageObject", "url": shown.photo(photo.file), "width": photo.width, "height": photo.height,
            "caption": words["captions"], "description": words["alts"], "creditText": words["credits"],
            "copyrightNotice": photo.licence, "contentRating": words["warnings"], "dateCreated": photo.taken,
            "contentLocation": {"@type": "Place", "name": photo.place} if photo.place else None,
        }
    )  # fmt: skip


def _quotation(shown: Shown, quote: Quote) -> dict[str, Any]:
    edition = shown.edition
    affiliation = edition.word("organisations", quote.id)
    speaker = _filled(
        {
            "@type": "Person", "name": quote.speaker, "jobTitle": edition.word("roles", quote.id),
            "affiliation": {"@type": "Organization", "name": affiliation} if affiliation else None,
        }
    )  # fmt: skip
    translated = quote.spoken != shown.language
    original = {"@type": "Quotation", "text": quote.original, "inLanguage": quote.spoken} if translated else None
    translator = edition.word("translators", quote.id)
    return _filled(
        {
            "@type": "Quotation",
            "@id": _id(shown, "quote", quote.id),
            "text": edition.word("quotes", quote.id),
            "inLanguage": shown.language,
            "creator": speaker,
            "spokenByCharacter": speaker,
            "dateCreated": quote.said,
            "locationCreated": {"@type": "Place", "name": quote.place} if quote.place else None,
            "translationOfWork": original,
            "translator": {"@type": "Organization", "name": translator} if translator else None,
        }
    )


def _claim(shown: Shown, figure: Figure) -> dict[str, Any]:
    figure = shown.edition.figure(figure)
    own = figure.checkpoint is not None
    source = figure.source
    return _filled(
        {
            "@type": "Claim",
            "@id": _id(shown, "claim", figure.id),
            "text": f"{figure.label}: {quantity(figure, shown.language, shown.digits)}",
            "inLanguage": shown.language,
            "appearance": {"@id": f"{shown.place}#article"},
            "firstAppearance": source.address if not own else "",
            "author": {"@type": "Organization", "name": source.organisation or shown.text.organiser},
            "about": _observation(shown, figure),
        }
    )


def _observation(shown: Shown, figure: Figure) -> dict[str, Any]:
    place = countries.name(figure.place, shown.language, shown.site.country_names) if figure.place else ""
    return _filled(
        {
            "@type": "Observation",
            "name": figure.label,
            "variableMeasured": figure.measure,
            "observationDate": figure.as_of,
            "observationAbout": {"@type": "Place", "name": place} if place else None,
            "measurementMethod": figure.method,
            "description": "; ".join(filter(None, (figure.attribution, figure.caveat))),
            "value": _value(shown, figure),
        }
    )


def _value(shown: Shown, figure: Figure) -> dict[str, Any]:
    """Give the number with its qualifier; `minValue` and `maxValue` say no more than the figure does."""
    value: dict[str, Any] = {
        "@type": "QuantitativeValue", "unitText": figure.unit,
        "description": quantity(figure, shown.language, shown.digits),
        "additionalProperty": {"@type": "PropertyValue", "name": "qualifier", "value": figure.qualifier},
    }  # fmt: skip
    low, _, high, _ = bounds(figure)
    if figure.qualifier in ("exact", "about"):
        value["value"] = _number(figure.value or 0)
    if figure.qualifier in ("at_least", "more_than", "between"):
        value["minValue"] = _number(low)
    if figure.qualifier in ("at_most", "fewer_than", "between"):
        value["maxValue"] = _number(high)
    return _filled(value)


def _petition(shown: Shown) -> dict[str, Any]:
    """Give the petition with the count that the statement says: its exact one, or a number that is never too large."""
    counts = [one for one in shown.statement.figures if one.checkpoint and one.measure == "signatures-standing"]
    own = next((one for one in counts if one.qualifier == "exact"), counts[0] if counts else None)
    counted = own is not None and own.value is not None and own.qualifier in ("exact", "at_least", "more_than")
    counter = {
        "@type": "InteractionCounter",
        "interactionType": "https://schema.org/EndorseAction",
        "userInteractionCount": int(own.value) if own is not None and own.value is not None else 0,
        "endTime": own.as_of if own is not None else "",
    }
    return _filled(
        {
            "@type": "CreativeWork", "@id": f"{shown.petition}#petition", "additionalType": "petition",
            "name": shown.text.title, "url": shown.petition, "inLanguage": shown.text.language,
            "creativeWorkStatus": _status(shown),
            "interactionStatistic": counter if counted else None,
            "potentialAction": {"@type": "EndorseAction", "target": shown.petition},
        }
    )  # fmt: skip


def _dataset(shown: Shown) -> dict[str, Any]:
    base = f"{shown.site.url}/c/{shown.card.campaign}"
    files = (("count.json", "application/json"), ("countries.csv", "text/csv"), ("days.csv", "text/csv"))
    data = {
        "@type": "Dataset", "@id": f"{shown.petition}#counts", "name": shown.text.title,
        "description": shown.text.summary, "url": f"{shown.petition}numbers/", "isAccessibleForFree": True,
        "temporalCoverage": f"{iso(shown.card.opens)[:10]}/..", "variableMeasured": "signatures",
        "creator": {"@type": "Organization", "name": shown.text.organiser},
        "distribution": [
            {"@type": "DataDownload", "contentUrl": f"{base}/{file}", "encodingFormat": kind} for file, kind in files
        ],
        "creativeWorkStatus": _status(shown),
    }  # fmt: skip
    return _filled(data)


def _status(shown: Shown) -> str:
    """Say that a work is a demonstration's, or simulated; of a real petition nothing."""
    return ", ".join(mark.capitalize() for mark in marks(shown.card, shown.site))


def _id(shown: Shown, kind: str, name: str) -> str:
    return f"{shown.place}#{kind}-{name}"


def _number(value: Any) -> int | float:
    return int(value) if value == int(value) else float(value)


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}
