"""The register entry and the impact assessment as files: CSV for a register, Markdown to go on writing in.

HTML of both is a template. What a document says is gathered by `register`; nothing is said twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from undersigned.office.protection.register import Consent, Register

__all__ = ["assessment_parts", "consent_csv", "markdown", "register_csv", "register_parts"]

#: A heading, and what stands under it.
Part = tuple[str, tuple[str, ...]]


def register_parts(found: Register) -> tuple[Part, ...]:
    """Give the entry of the register in the order of Art. 30(1) GDPR."""
    return (
        (_("Controller"), (found.controller,)),
        (_("Data-protection officer"), (found.officer,)),
        (_("Purposes"), found.purposes),
        (_("Legal basis"), (found.basis,)),
        (_("Whose data"), (found.subjects,)),
        (_("What is kept"), tuple(_group(one) for one in found.kept)),
        (_("Recipients"), found.recipients or (_("not said yet"),)),
        (_("Processors"), found.processors),
        (_("Transfers to third countries"), (found.transfers,)),
        (_("Kept until"), (_until(found),)),
        (_("Keys"), tuple(f"{one.name}: {one.place}; {one.holder}. {one.life}." for one in found.keys)),
        (_("Security measures"), found.measures),
    )


def _group(one: object) -> str:
    rows = getattr(one, "rows", ())
    what = ", ".join(str(row[0]) for row in rows)
    return f"{what} ({getattr(one, 'place', '')}; {getattr(one, 'life', '')})"


def _until(found: Register) -> str:
    if found.erased_by is None:
        return _("not said yet")
    return _("%(day)s: what is left is destroyed by then. The line in the public log stays, and says nothing.") % {
        "day": found.erased_by.isoformat()
    }  # fmt: skip


def assessment_parts(found: Register) -> tuple[Part, ...]:
    """Give the impact assessment (Art. 35(7) GDPR), as far as a program can fill it in; a … is to be written."""
    to_write = "…"
    return (
        (_("Why an assessment"), (
            _("Political opinions of many persons are processed (Art. 35(3)(b)); an assessment is needed."),
        )),
        (_("The processing"), (
            _("A person fills in a form, gets a letter, and confirms. The signature is counted, entered in a public "
              "log as a commitment that names nobody, and delivered. docs/map.md describes each step."),
            *found.purposes,
        )),
        *register_parts(found)[3:10],
        (_("Necessity and proportion"), (
            _("Asked for are a name, an address to confirm with, and a country; a comment is free. Nothing else."),
            _("The server forgets the address after 72 hours; a keyed number keeps a second signature out."),
            to_write,
        )),
        (_("Risk: the server is seized or broken into"), (
            _("Names stay closed without the offline key. Seen are countries, languages, times, and keyed numbers, by "
              "which somebody who also takes the pepper can test a guessed address."),
            _("Left: probability … severity …"),
        )),
        (_("Risk: the campaign key is lost or taken"), (
            _("It lies in shares with several holders. Lost, nobody opens a name any more; taken together with a copy "
              "of the records, every name that was not erased is open."),
            _("Left: probability … severity …"),
        )),
        (_("Risk: somebody learns that a person has signed"), (
            _("No answer tells; letters can leave the petition’s title out; countries are shown in groups."),
            _("Left: probability … severity …"),
        )),
        (_("Risk: somebody is signed without wanting it"), (
            _("Nothing counts without the button of the letter; its page has “It was not me”; three letters at most."),
            _("Left: probability … severity …"),
        )),
        (_("Risk: those who receive the names misuse them"), (to_write, _("Left: probability … severity …"))),
        (_("Measures"), found.measures),
        (_("Persons’ rights"), (
            _("Access, withdrawal and erasure by the link in the letter, at once and without an account; a lost letter "
              "is sent again; other requests are registered at the desk and answered within a month."),
        )),
        (_("Advice of the officer, and views of those concerned"), (to_write,)),
        (_("Decision, day, signature"), (to_write,)),
    )  # fmt: skip


def markdown(title: str, parts: Iterable[Part]) -> str:
    """Write a document in Markdown."""
    lines = [f"# {title}", ""]
    for heading, words in parts:
        lines += [f"## {heading}", "", *(f"- {one}" for one in words), ""]
    return "\n".join(lines)


def register_csv(found: Register) -> str:
    """Write the entry as CSV (RFC 4180): a row a statement, so that any register can take it in."""
    rows = [("part", "words")]
    rows += [(heading, one) for heading, words in register_parts(found) for one in words]
    return _written(rows)


def consent_csv(found: Sequence[Consent]) -> str:
    """Write every wording of the consents with its version and hashes."""
    head = ("released", "version", "language", "purpose", "words", "words_hash", "text_hash")
    rows = [
        (one.released.isoformat(), one.version, one.language, one.purpose, one.words, one.hash, one.text)
        for one in found
    ]
    return _written([head, *rows])


def _written(rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows([_plain(cell) for cell in row] for row in rows)
    return "\ufeff" + buffer.getvalue()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from taking words for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
