"""How to cite a statement: as a line of text, as BibTeX, as CSL-JSON. Cited is the version, which never changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from undersigned.pages.bidi import isolated
from undersigned.pages.quoted import colon, comma
from undersigned.pages.shown import Shown

__all__ = ["bibtex", "csl", "line", "tex"]

_TEX = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}
_TEX |= {sign: f"\\{sign}" for sign in "{}%&#_$"}


def line(shown: Shown) -> str:
    """Give the citation as one line."""
    version = shown.said.gettext("Version %(number)s") % {"number": shown.said.number(shown.statement.number)}
    where = f"{shown.edition.dateline}{comma(shown.language)}{shown.said.day(_released(shown))}"
    organiser, address = (isolated(one, shown.said.direction) for one in (shown.text.organiser, shown.permanent))
    cited = f"{organiser}{colon(shown.language)}{shown.headline}. {where}. {version}. {address}"
    return f"{cited} ({shown.warnings})" if shown.warnings else cited


def bibtex(shown: Shown) -> str:
    """Give the citation for BibTeX, in UTF-8."""
    at = datetime.fromtimestamp(_released(shown), UTC)
    fields = {
        "author": f"{{{tex(shown.text.organiser)}}}", "title": f"{{{tex(shown.headline)}}}",
        "address": tex(shown.edition.dateline), "year": str(at.year), "month": str(at.month), "day": str(at.day),
        "version": str(shown.statement.number), "language": shown.language, "url": shown.permanent,
        **({"note": f"{{{tex(shown.warnings)}}}"} if shown.warnings else {}),
    }  # fmt: skip
    rows = ",\n".join(f"  {key} = {{{value}}}" for key, value in fields.items())
    return f"@misc{{{_name(shown)},\n{rows}\n}}\n"


def csl(shown: Shown) -> bytes:
    """Give the citation as CSL-JSON 1.0."""
    at = datetime.fromtimestamp(_released(shown), UTC)
    item = {
        "id": _name(shown), "type": "webpage", "genre": "press release", "title": shown.headline,
        "author": [{"literal": shown.text.organiser}], "publisher": shown.text.organiser,
        "publisher-place": shown.edition.dateline, "issued": {"date-parts": [[at.year, at.month, at.day]]},
        "version": str(shown.statement.number), "language": shown.language, "abstract": shown.summary,
        "URL": shown.permanent, **({"note": shown.warnings} if shown.warnings else {}),
    }  # fmt: skip
    return json.dumps([item], ensure_ascii=False, indent=1).encode() + b"\n"


def _released(shown: Shown) -> int:
    return max(shown.record.embargo, shown.version.released)


def _name(shown: Shown) -> str:
    return f"{shown.record.campaign}-{shown.record.slug}-{shown.statement.number}-{shown.language}"


def tex(words: str) -> str:
    """Escape what means something to TeX."""
    return "".join(_TEX.get(sign, sign) for sign in words)
