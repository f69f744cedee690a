"""A campaign's files as a release writes them (docs/campaigns.md): pure, from values to text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from undersigned.office.campaigns.segments import Segment, body

__all__ = ["campaign_file", "text_file"]

_TABLES = (("demand.", "demands"), ("addressee.", "addressees"), ("consent.", "consents"))


def campaign_file(facts: Mapping[str, Any]) -> str:
    """Give `campaign.toml`. `facts` are those of `actions.facts_of`."""
    lines = [
        "# Written by the desk at a release. What is changed here by hand is overwritten by the next one.",
        f"campaign = {_text(facts['name'])}",
        f"organiser = {_text(facts['organiser'])}",
        f"contact = {_text(facts['contact'])}",
        f"mode = {_text('at-risk' if facts['at_risk'] else 'standard')}",
        f"languages = {_list(facts['languages'])}",
        *(f"{name} = {_moment(facts[name])}" for name in ("opens", "closes") if facts[name] is not None),
        f"paused = {str(facts['paused']).lower()}",
        f"demonstration = {str(facts['demonstration']).lower()}",
        f"k = {facts['smallest_group']}",
        f"milestones = {json.dumps(facts['milestones'])}",
        f"fields = {_list(['comment'] if facts['comments'] else [])}",
        f"embed = {_list(facts.get('embed', ()))}",
        f"sources = {_list(facts.get('sources', ()))}",  # none in what was released before there were codes
    ]
    for demand in facts["demands"]:
        lines += ["", "[[demand]]", f"id = {_text(demand['id'])}", f"addressees = {_list(demand['addressees'])}"]
        lines += [f"deadline = {demand['deadline']}"] if demand.get("deadline") else []
    lines += _addressees(facts)
    for change in facts.get("goal_changes", ()):
        lines += ["", "[[goal_change]]", f"at = {_moment(change['at'])}"]
        lines += [f"{key} = {json.dumps(change[key])}" for key in ("before", "after")]
        lines += [f"reason = {_text(change['reason'])}"]
    for purpose, required in (("processing", "true"), ("updates", "false")):
        version = _text(facts["consent"])
        lines += ["", "[[consent]]", f"purpose = {_text(purpose)}", f"version = {version}", f"required = {required}"]
    if photo := facts.get("photo"):
        taken = [f"taken = {photo['taken']}"] if photo["taken"] else []
        lines += ["", "[photo]", f"licence = {_text(photo['licence'])}", f"people = {_text(photo['people'])}", *taken]
    return "\n".join(lines) + "\n"


def _addressees(facts: Mapping[str, Any]) -> list[str]:
    """Write what is known of those of whom something is asked; of others nothing is."""
    asked = {key for demand in facts["demands"] for key in demand["addressees"]}
    lines = []
    for key, known in facts.get("addressees", {}).items():
        if key in asked:
            lines += ["", "[[addressee]]", f"id = {_text(key)}"]
            lines += [f"{name} = {_text(value)}" for name, value in known.items() if value]
    return lines


def text_file(segments: Sequence[Segment], photo: bool = False) -> str:
    """Give the Markdown file of one language; `photo` says whether the campaign shows a picture."""
    words = {one["key"]: _one_line(one["words"]) for one in segments if not one["key"].startswith("body.")}
    lines = ["+++", *(f"{key} = {_text(words.get(key, ''))}" for key in ("title", "summary", "organiser"))]
    for prefix, table in _TABLES:
        lines += ["", f"[{table}]"]
        lines += [
            f"{_text(key[len(prefix) :])} = {_text(value)}" for key, value in words.items() if key.startswith(prefix)
        ]
    if photo:
        lines += ["", "[photo]"]
        lines += [f"{key[6:]} = {_text(value)}" for key, value in words.items() if key.startswith("photo.") and value]
    return "\n".join([*lines, "+++", "", body(segments), ""])


def _one_line(words: str) -> str:
    """Fold lines and runs of plain spaces; a no-break space is typography, and stays."""
    return re.sub(r"[ \t\r\n]+", " ", words).strip(" ")


def _text(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are TOML's too (TOML 1.0, String)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return "[" + ", ".join(map(_text, values)) + "]"


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
