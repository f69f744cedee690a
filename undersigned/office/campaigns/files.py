"""A campaign's files as a release writes them (docs/campaigns.md): pure, from values to text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from undersigned.core import digits
from undersigned.core.organisation import Organisation, written
from undersigned.core.sheet import quoted
from undersigned.office.campaigns.segments import Segment, body

__all__ = ["campaign_file", "one_line", "text_file"]

_TABLES = (("demand.", "demands"), ("addressee.", "addressees"), ("consent.", "consents"))


def campaign_file(facts: Mapping[str, Any]) -> str:
    """Give `campaign.toml`. `facts` are those of `actions.facts_of`."""
    lines = [
        "# Written by the desk at a release. What is changed here by hand is overwritten by the next one.",
        f"campaign = {quoted(facts['name'])}",
        f"organiser = {quoted(facts['organiser'])}",
        f"contact = {quoted(facts['contact'])}",
        f"mode = {quoted('at-risk' if facts['at_risk'] else 'standard')}",
        f"languages = {_list(facts['languages'])}",
        *(f"{name} = {_moment(facts[name])}" for name in ("opens", "closes") if facts[name] is not None),
        f"paused = {str(facts['paused']).lower()}",
        f"demonstration = {str(facts['demonstration']).lower()}",
        f"k = {facts['smallest_group']}",
        f"milestones = {json.dumps(facts['milestones'])}",
        f"fields = {_list(['comment'] if facts['comments'] else [])}",
        f"embed = {_list(facts.get('embed', ()))}",
        f"review = {_list(facts.get('review', ()))}",
        f"sources = {_list(facts.get('sources', ()))}",  # none in what was released before there were codes
    ]
    for demand in facts["demands"]:
        lines += ["", "[[demand]]", f"id = {quoted(demand['id'])}", f"addressees = {_list(demand['addressees'])}"]
        lines += [f"deadline = {demand['deadline']}"] if demand.get("deadline") else []
    lines += _addressees(facts)
    for change in facts.get("goal_changes", ()):
        lines += ["", "[[goal_change]]", f"at = {_moment(change['at'])}"]
        lines += [f"{key} = {json.dumps(change[key])}" for key in ("before", "after")]
        lines += [f"reason = {quoted(change['reason'])}"]
        told = sorted(change.get("reasons", {}).items())  # none in what was released before they were translated
        lines += [f"reasons.{quoted(language)} = {quoted(words)}" for language, words in told]
    for purpose, required in (("processing", "true"), ("updates", "false")):
        version = quoted(facts["consent"])
        lines += ["", "[[consent]]", f"purpose = {quoted(purpose)}", f"version = {version}", f"required = {required}"]
    if facts.get("organisation"):  # none in what was released before there were pages of organisations
        lines += ["", written(Organisation(**facts["organisation"]))]
    if facts.get("digits"):  # none in what was released before they could be chosen
        lines += ["", digits.written(facts["digits"])]
    if photo := facts.get("photo"):
        taken = [f"taken = {photo['taken']}"] if photo["taken"] else []
        lines += ["", "[photo]", f"licence = {quoted(photo['licence'])}", f"people = {quoted(photo['people'])}", *taken]
    return "\n".join(lines) + "\n"


def _addressees(facts: Mapping[str, Any]) -> list[str]:
    """Write what is known of those of whom something is asked; of others nothing is."""
    asked = {key for demand in facts["demands"] for key in demand["addressees"]}
    lines = []
    for key, known in facts.get("addressees", {}).items():
        if key in asked:
            lines += ["", "[[addressee]]", f"id = {quoted(key)}"]
            lines += [f"{name} = {quoted(value)}" for name, value in known.items() if value]
    return lines


def text_file(segments: Sequence[Segment], photo: bool = False) -> str:
    """Give the Markdown file of one language; `photo` says whether the campaign shows a picture."""
    words = {one["key"]: one_line(one["words"]) for one in segments if not one["key"].startswith("body.")}
    lines = ["+++", *(f"{key} = {quoted(words.get(key, ''))}" for key in ("title", "summary", "organiser"))]
    for prefix, table in _TABLES:
        lines += ["", f"[{table}]"]
        lines += [
            f"{quoted(key[len(prefix) :])} = {quoted(value)}" for key, value in words.items() if key.startswith(prefix)
        ]
    if photo:
        lines += ["", "[photo]"]
        lines += [f"{key[6:]} = {quoted(value)}" for key, value in words.items() if key.startswith("photo.") and value]
    return "\n".join([*lines, "+++", "", body(segments), ""])


def one_line(words: str) -> str:
    """Fold lines and runs of plain spaces; a no-break space is typography, and stays."""
    return re.sub(r"[ \t\r\n]+", " ", words).strip(" ")


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(quoted, values)) + "]"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
