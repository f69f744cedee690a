"""The pages of a statement: one version in one language, what two versions differ in, and that it was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError

from undersigned.core import countries
from undersigned.core.campaign import Card
from undersigned.core.differences import pieces
from undersigned.core.figures import Figure, Source, snapshot
from undersigned.core.statement import Block, Claim, Edition, Record, Statement, Version, corrections, visible
from undersigned.pages import citing, cover, photos, statement_data
from undersigned.pages.digits import Digits
from undersigned.pages.figures import moment
from undersigned.pages.hours import hour, iso
from undersigned.pages.quantities import STATUSES, as_of, day, quantity, spelled
from undersigned.pages.quoted import comma
from undersigned.pages.render import page
from undersigned.pages.shown import Shown
from undersigned.pages.statement_words import markup, plain
from undersigned.pages.views import Site
from undersigned.pages.words import ENDONYMS, Words, direction, words_of

__all__ = ["compare", "statement", "withdrawn"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


def statement(whole: Shown) -> str:
    """Give the page of one version, as it is to be seen at that time."""
    record, version, card, site, now = whole.record, whole.version, whole.card, whole.site, whole.now
    shown, edition = version.statement, whole.edition
    said, seen, digits = whole.said, visible(record, now), whole.digits
    return page(
        "statement.html", said, site, card=card,
        text=card.texts[card.language(edition.language)],
        switch=_switch(record, shown, edition.language),
        address=f"{site.url}{_base(record)}/{edition.language}/",
        here=whole.newest.removeprefix(site.url),
        headline=plain(edition.headline, shown, edition, digits),
        summary=plain(edition.summary, shown, edition, digits),
        dateline=edition.dateline,
        comma=comma(edition.language),
        released=hour(record, said),
        corrected=moment(version.released, said) if shown.number > 1 else None,
        blocks=[_block(one, whole) for one in edition.blocks],
        notes=[markup(one, shown, edition, digits) for one in edition.notes],
        press=edition.contact,
        facts=[_figure(edition.figure(one), whole) for one in shown.figures],
        claims=_claims(shown, said),
        checked=all([*(one.checked_by for one in shown.figures), *(one.checked_by for one in shown.claims)]),
        corrections=_corrections(record, edition.language, said, now),
        since=_since(whole),
        versions=_versions(record, shown, edition.language, seen, said),
        newest=seen[-1].statement.number == shown.number,
        petition=f"/c/{card.campaign}/{card.language(edition.language)}/",
        closed=now >= card.closes,
        forms=_forms(whole),
        forms_at=whole.place.removeprefix(site.url),
        data=statement_data.embedded(whole),
        cite=citing.line(whole),
        picture=_picture(whole),
        photos=[one.share for photo in shown.photos if (one := photos.of_statement(whole, photo)).share],
        feed=f"/c/{card.campaign}/{edition.language}/statements",
        published=iso(whole.published),
        modified=iso(whole.modified),
    )  # fmt: skip


def _forms(shown: Shown) -> Sequence[tuple[str, str]]:
    """Give the other forms: (what it is, its file name)."""
    said = shown.said
    rows = [(said.gettext(_("Plain text for e-mail")), "statement.txt")]
    rows += [("PDF", "statement.pdf")] if shown.paper else []
    rows += [(said.gettext(_("Picture for sharing")), shown.image)] if shown.image else []
    return [*rows, ("JSON-LD", "statement.jsonld"), ("ninjs", "ninjs.json")]


def _picture(shown: Shown) -> Mapping[str, str] | None:
    if not shown.image:
        return None
    return {"address": f"{shown.address}{shown.image}", "alt": cover.alt(cover.cover(shown))}


def withdrawn(record: Record, language: str, card: Card, site: Site) -> str:
    """Give the page of a statement that does not stand any more: that, why, when and by whom.

    Raises:
        ValueError: it was not withdrawn.
    """
    gone = record.withdrawn
    if gone is None:
        raise ValueError("a statement that stands has no such page")
    said = words_of(card, language)
    reason, spoken = gone.reason(language, record.versions[-1].statement.languages[0])
    return page(
        "statement-withdrawn.html", said, site, card=card, text=card.texts[card.language(language)],
        reason=reason, spoken=spoken if spoken != language else "", direction=direction(spoken), by=gone.by,
        at=moment(gone.at, said), comma=comma(language), petition=f"/c/{card.campaign}/{card.language(language)}/",
    )  # fmt: skip


def compare(record: Record, before: Version, after: Version, language: str, card: Card, site: Site) -> str:
    """Give the page on which two versions stand together, word by word."""
    old, new = before.statement, after.statement
    edition, said = new.edition(language), words_of(card, language)
    parts = [pieces(one, other) for one, other in _paired(_lines(old, said), _lines(new, said))]
    return page(
        "statement-compare.html", said, site, card=card, text=card.texts[card.language(language)],
        headline=plain(edition.headline, new, edition, said.digits),
        before=said.number(old.number), after=said.number(new.number),
        parts=parts, back=f"{_base(record)}/{language}/",
    )  # fmt: skip


def _base(record: Record) -> str:
    return f"/s/{record.campaign}/{record.slug}"


def _switch(record: Record, shown: Statement, language: str) -> Sequence[Mapping[str, Any]]:
    return [
        {"language": one, "name": ENDONYMS.get(one, one), "href": f"{_base(record)}/{one}/", "current": one == language}
        for one in shown.languages
    ]


def _block(block: Block, whole: Shown) -> Mapping[str, Any]:
    shown, edition, said = whole.statement, whole.edition, whole.said
    if block.kind == "text":
        return {"kind": "text", "html": markup(block.words, shown, edition, said.digits)}
    if block.kind == "quote":
        return {"kind": "quote", **_quote(block.id, shown, edition, said)}
    if block.kind == "figure":
        return {"kind": "figure", **_figure(edition.figure(shown.figure(block.id)), whole)}
    if block.kind == "photo":
        return {"kind": "photo", "photo": photos.of_statement(whole, shown.photo(block.id))}
    return {"kind": "demands", "demands": [edition.word("demands", one) for one in shown.demands]}


def _quote(name: str, shown: Statement, edition: Edition, said: Words) -> Mapping[str, Any]:
    quote = shown.quote(name)
    return {
        "id": quote.id,
        "words": edition.word("quotes", quote.id),
        "speaker": quote.speaker,
        "role": comma(edition.language).join(
            filter(None, (edition.word(one, quote.id) for one in ("roles", "organisations")))
        ),
        "original": quote.original if quote.spoken != edition.language else "",
        "spoken": quote.spoken,
        "direction": direction(quote.spoken),
        "language": _language(quote.spoken, said),
        "translator": edition.word("translators", quote.id),
        "approved_by": quote.approved_by,
        "approved": day(quote.approved, edition.language, said.digits),
        "said": comma(edition.language).join(
            filter(None, (quote.place, day(quote.said, edition.language, said.digits) if quote.said else ""))
        ),
    }


def _language(tag: str, said: Words) -> str:
    try:
        return str(Locale.parse(tag.replace("-", "_")).get_display_name(said.locale) or tag)
    except (UnknownLocaleError, ValueError):
        return tag


def _figure(figure: Figure, whole: Shown) -> Mapping[str, Any]:
    language, said, site, digits = whole.edition.language, whole.said, whole.site, whole.digits
    return {
        "id": figure.id,
        "number": quantity(figure, language, digits),
        "spelled": spelled(figure, language, digits),
        "label": figure.label,
        "unit": figure.unit,
        "population": figure.population,
        "place": countries.name(figure.place, language, site.country_names) if figure.place else "",
        "as_of": as_of(figure, language, digits),
        "status": said.gettext(STATUSES[figure.status]),
        "attribution": figure.attribution,
        "caveat": figure.caveat,
        "method": figure.method,
        "checked_by": figure.checked_by,
        "size": said.number(figure.checkpoint.size) if figure.checkpoint else "",
        "root": figure.checkpoint.root if figure.checkpoint else "",
        "log": _counted(figure, whole),
        **_source(figure.source, figure.retrieved, figure.archived, language, digits),
    }


def _counted(figure: Figure, whole: Shown) -> str:
    """Give where the count that a figure was frozen from can be seen as it was; else where it can be made anew."""
    kept = snapshot(figure.checkpoint) if figure.checkpoint else ""
    return kept if kept in whole.snapshots or not kept else "/verify"


def _source(source: Source | None, retrieved: str, archived: str, language: str, digits: Digits) -> Mapping[str, Any]:
    found = source or Source(organisation="")
    return {
        "organisation": found.organisation,
        "title": found.title,
        "address": found.address,
        "published": day(found.published, language, digits) if found.published else "",
        "page": found.page,
        "retrieved": day(retrieved, language, digits) if retrieved else "",
        "archived": archived,
    }


def _claims(shown: Statement, said: Words) -> Sequence[Mapping[str, Any]]:
    """Give the claims that are no figures, with their sources; what a figure says stands with the figure."""
    return [_claim(one, said) for one in shown.claims if one.source is not None]


def _claim(claim: Claim, said: Words) -> Mapping[str, Any]:
    checked = day(claim.checked, said.language, said.digits)
    return {
        "says": claim.says, "checked_by": claim.checked_by, "checked": checked,
        **_source(claim.source, claim.retrieved, claim.archived, said.language, said.digits),
    }  # fmt: skip


def _corrections(record: Record, language: str, said: Words, now: int) -> Sequence[Mapping[str, Any]]:
    return [
        {"said": one.said, "says": one.says, "why": one.why, "by": one.by, "at": moment(one.at, said)}
        for one in corrections(record, language, now)
    ]


def _since(whole: Shown) -> Sequence[Mapping[str, Any]]:
    """Give the figures of this version that have been superseded since, each beside the one it gave."""
    language, digits = whole.edition.language, whole.digits
    return [
        {
            "label": before.label, "said": quantity(before, language, digits), "day": as_of(before, language, digits),
            "now": quantity(later, language, digits), "later": as_of(later, language, digits),
            **_source(later.source, later.retrieved, later.archived, language, digits),
        }
        for before, later in whole.since
    ]  # fmt: skip


def _versions(
    record: Record, shown: Statement, language: str, seen: Sequence[Version], said: Words
) -> Sequence[Mapping[str, Any]]:
    """Give every version that can be seen in a language, each with the comparison with the one before it."""
    base = f"{_base(record)}/{language}"
    own = [one for one in seen if language in one.statement.editions]
    before = [0, *(one.statement.number for one in own)]
    return [
        {
            "number": said.number(one.statement.number),
            "href": f"{base}/{one.statement.number}/",
            "at": moment(max(one.released, record.embargo), said),
            "current": one.statement.number == shown.number,
            "compare": f"{base}/{last}-{one.statement.number}/" if last else "",
        }
        for last, one in zip(before, own, strict=False)
    ]


def _lines(shown: Statement, said: Words) -> list[str]:
    """Give everything that a version says in a language, a line for each part."""
    edition = shown.edition(said.language)
    whole = [edition.headline, edition.summary, edition.dateline]
    for block in edition.blocks:
        if block.kind == "text":
            whole.append(block.words)
        elif block.kind == "quote":
            whole.append(f"“{edition.word('quotes', block.id)}” — {shown.quote(block.id).speaker}")
        elif block.kind == "figure":
            figure = edition.figure(shown.figure(block.id))
            whole.append(f"{figure.label}: {quantity(figure, edition.language, said.digits)}")
        elif block.kind == "photo":
            whole.append(edition.word("captions", block.id))
        else:
            whole += [edition.word("demands", one) for one in shown.demands]
    return [plain(one, shown, edition, said.digits) for one in (*whole, *edition.notes, edition.contact)]


def _paired(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Put lines side by side: the same one with itself, else in order."""
    found: list[tuple[str, str]] = []
    for _tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = list(old[a:b]), list(new[c:d])
        length = max(len(before), len(after))
        before += [""] * (length - len(before))
        after += [""] * (length - len(after))
        found += list(zip(before, after, strict=True))
    return found
