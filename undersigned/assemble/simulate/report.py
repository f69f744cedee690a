"""The report of a simulation: one page that loads nothing, and the same as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from undersigned.assemble.simulate import charts
from undersigned.assemble.simulate.outcome import Outcome
from undersigned.core import countries

__all__ = ["LANGUAGES", "page", "write"]

SHOWN = 24  # countries that get a row; the others share one
LANGUAGES = {
    "en": "English", "fr": "French", "es": "Spanish", "ar": "Arabic", "he": "Hebrew", "ru": "Russian", "zh": "Chinese",
    "sw": "Swahili", "hi": "Hindi",
}  # fmt: skip
_LATENCIES = {
    "sign": "sign, until it is durable",
    "confirm": "confirm, until it is durable",
    "letter": "letter, from the form to the mailbox",
}


def write(outcome: Outcome, folder: Path) -> Path:
    """Write `report.html` and `report.json`; give the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(outcome), indent=1) + b"\n")
    file = folder / "report.html"
    file.write_text(page(outcome), "utf-8")
    return file


def page(outcome: Outcome) -> str:
    """Give the page."""
    source = resources.files(__package__).joinpath("report.html").read_text("utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["number"] = lambda value: f"{value:,}"
    return environment.from_string(source).render(**_view(outcome))


def _view(outcome: Outcome) -> dict[str, Any]:
    hours = _hours(outcome)
    signed, confirmed = outcome.signed[:hours], outcome.confirmed[:hours]
    end = datetime.fromtimestamp(outcome.start + outcome.days * 86_400, UTC)
    return {
        "outcome": outcome,
        "first": f"{datetime.fromtimestamp(outcome.start, UTC):%d %B %Y}".lstrip("0"),
        "last": f"{end:%d %B %Y}".lstrip("0"),
        "hourly": Markup(charts.bars_by_hour(signed, confirmed, outcome.start)),
        "rising": Markup(charts.cumulative(signed, confirmed, outcome.start)),
        "countries": _table({countries.name(code, "en"): n for code, n in outcome.countries.items()}),
        "languages": _table({LANGUAGES.get(code, code): n for code, n in outcome.languages.items()}),
        "funnel": _table(_funnel(outcome)),
        "latencies": [(words, outcome.latencies[key]) for key, words in _LATENCIES.items() if key in outcome.latencies],
        "peak": max(signed, default=0),
    }


def _hours(outcome: Outcome) -> int:
    """Give how many hours are worth drawing: up to the last in which anything happened, at least the campaign's."""
    last = max((hour for hour, n in enumerate(outcome.confirmed) if n), default=0) + 1
    return min(len(outcome.signed), max(outcome.days * 24, last))


def _funnel(outcome: Outcome) -> dict[str, int]:
    sent, funnel = outcome.sent, outcome.funnel
    return {
        "forms acknowledged": sent.acknowledged,
        "people": sent.forms,
        "letters that arrived": sent.letters,
        "confirmed": funnel.get("confirmed", 0),
        "standing in the log": outcome.standing,
        "the same address again": funnel.get("repeated", 0),
        "duplicates, by a second letter": funnel.get("duplicate", 0),
        "under review": funnel.get("review", 0),
        "never confirmed in time": funnel.get("expired", 0),
        "no such mailbox": funnel.get("bounced", 0),
        "“it was not me”": funnel.get("refused", 0),
        "withdrawn": funnel.get("withdrawn", 0),
        "erased": funnel.get("erased", 0),
    }


def _table(rows: dict[str, int]) -> list[tuple[str, int, Markup]]:
    """Give (name, number, bar) for the largest rows; the others share the last one."""
    items = list(rows.items())
    shown = items[:SHOWN]
    if len(items) > SHOWN:
        shown.append((f"{len(items) - SHOWN} others", sum(n for _, n in items[SHOWN:])))
    most = max((n for _, n in shown), default=1) or 1
    return [(name, n, Markup(charts.world_bars(n / most))) for name, n in shown]
