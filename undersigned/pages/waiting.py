"""How long letters take at the moment, in one sentence."""

from __future__ import annotations

from undersigned.pages.words import Words

__all__ = ["sentence"]

_HOUR = 3600  # seconds; beyond it a number would promise more than anybody knows


def sentence(delay: int | None, words: Words) -> str:
    """Say what a letter takes at the moment; `delay` in seconds, "" where it is not known."""
    if delay is None:
        return ""
    if delay > _HOUR:
        return words.gettext("Letters take more than an hour at the moment.")
    minutes = max(1, -(-delay // 60))
    told = words.ngettext(
        "Letters take about %(number)s minute at the moment.",
        "Letters take about %(number)s minutes at the moment.",
        minutes,
    )
    return told % {"number": words.number(minutes)}
