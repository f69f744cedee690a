"""What is watched of one campaign: tables made of the sums that the ledger keeps, in the reader's words and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from babel.dates import format_skeleton, format_time
from babel.units import format_unit
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from undersigned.assemble.needs import Watched
from undersigned.core.cells import DAY, HOUR, Count
from undersigned.core.delay import BORDERS, LETTER, LetterDelay
from undersigned.core.groups import Group, divided_days, spans, summed
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Campaign
from undersigned.office.watching.funnel import KINDS
from undersigned.office.watching.tables import Line, Table, drawn
from undersigned.pages import bars, charts
from undersigned.pages.words import Words, words

__all__ = ["SHOWN_HOURS", "Watch", "iso"]

SHOWN_HOURS = 72
SHOWN_DAYS = 3  #: days of which the page shows the funnel and the letters by the hour, today among them
KEPT_DAYS = 31  #: days of which the files give them
_HAPPENED = ("started", "confirmed", "review", "refused", "bounced", "withdrawn", "erased", "struck")
_PARTS = (0.5, 0.9)
_EPOCH = date(1970, 1, 1)


def iso(day: int) -> str:
    """Write whole days since 1970 as YYYY-MM-DD."""
    return (_EPOCH + timedelta(days=day)).isoformat()


class Watch:
    """The tables of one campaign at one moment. `now` is in seconds since 1970; days are UTC."""

    def __init__(self, campaign: Campaign, watched: Watched, now: int) -> None:
        self.campaign = campaign
        self.watched = watched
        self.today = now // DAY
        self.hour = now // HOUR
        self.words: Words = words(get_language() or "en")

    @property
    def k(self) -> int:
        """The smallest group in which a country or source is shown."""
        return max(10, self.campaign.smallest_group)

    def days(self) -> Table:
        """Give what was signed each day, and how many had signed by its end."""
        found = list(self.watched.days(self.campaign.name))
        sums = list(accumulate(n.standing for _, n in found))
        number = self.words.number
        lines = tuple(
            Line(
                (self.day(day), *map(number, (n.standing, n.collected, sum_))),
                (iso(day), n.standing, n.collected, sum_),
            )
            for (day, n), sum_ in zip(found, sums, strict=True)
        )
        title = _("Signatures so far, by the day on which they were given")
        curve = [(_EPOCH + timedelta(days=day), sum_) for (day, _n), sum_ in zip(found, sums, strict=True)]
        return Table(
            "days", title, (_("Day (UTC)"), _("Standing"), _("Ever confirmed"), _("So far")),
            ("day", "standing", "collected", "standing_so_far"), lines,
            drawn(charts.curve(curve, title, lambda n: number(int(n)), self._short), self.words),
            number(sums[-1] if sums else 0),
        )  # fmt: skip

    def hours(self) -> Table:
        """Give what was signed in each of the last hours, empty ones included."""
        first = self.hour - SHOWN_HOURS + 1
        found = dict(self.watched.hours(self.campaign.name, first, self.hour + 1))
        number = self.words.number
        rows = [(hour, found.get(hour, Count())) for hour in range(first, self.hour + 1)]
        lines = tuple(
            Line(
                (self._hour(hour), number(n.standing), number(n.collected)),
                (_moment(hour).strftime("%Y-%m-%dT%H:00Z"), n.standing, n.collected),
            )
            for hour, n in rows
        )
        title = _("Signatures of the last 72 hours, by the hour in which they were given")
        values = [(line.cells[0], int(line.values[1])) for line in lines]
        return Table(
            "hours", title, (_("Hour (UTC)"), _("Standing"), _("Ever confirmed")), ("hour", "standing", "collected"),
            lines, drawn(bars.columns(values, title, lambda n: number(int(n))), self.words),
            number(sum(n for _name, n in values)),
        )  # fmt: skip

    def funnel(self) -> Table:
        """Give what became of every form."""
        found = self.watched.funnel(self.campaign.name)
        rows = [(kind, str(name), found.get(kind, 0)) for kind, name in KINDS.items() if found.get(kind, 0)]
        title = _("What became of the forms")
        lines = tuple(Line((name, self.words.number(n)), (kind, n)) for kind, name, n in rows)
        return self._bars("funnel", title, _("What"), "what", lines)

    def languages(self) -> Table:
        """Give how many signed in each language, up to yesterday, in groups."""
        rows = [(day, one, "", n) for day, one, n in self.watched.languages(self.campaign.name, 0, self.today)]
        title = _("Languages, up to yesterday")
        lines = tuple(
            self._line(NAMES.get(one, one) if one is not None else self.others(), one, n)
            for one, n in summed(divided_days(rows, self.k), lambda group: group.country)
        )
        return self._bars("languages", title, _("Language"), "language", lines)

    def letters(self, delay: LetterDelay | None) -> Table:
        """Give how long the letters of all campaigns took in the last ten minutes, from the form to the hand-over.

        Posts do not tell campaigns apart, so that nothing is said here but what the public page says too: no number of
        letters, which would be that of other sections.
        """
        said = ((_PARTS[0], _("Half within")), (_PARTS[1], _("Nine in ten within")))
        ages = [(part, words, age) for part, words in said if delay and (age := delay.share(part)) is not None]
        lines = tuple(Line((words, self.seconds(age)), (str(part), age)) for part, words, age in ages)
        title = _("Letters of all campaigns of this installation in the last ten minutes, from form to hand-over")
        values = [(words, age) for _part, words, age in ages]
        drawing = drawn(bars.rows(values, title, lambda age: self.seconds(int(age))), self.words)
        return Table("letters", title, (_("Letters"), _("Time")), ("part", "within_seconds"), lines, drawing)

    def funnel_hours(self, days: int = SHOWN_DAYS) -> Table:
        """Give what became of forms by the hour in which it happened, of whole hours, in spans of at least k events."""
        found = self._happened(days)
        events = {hour: sum(n for kind, n in kinds.items() if kind in _HAPPENED) for hour, kinds in found.items()}
        lines = []
        for span in self._spans(events, days):
            sums = [sum(found.get(hour, {}).get(kind, 0) for hour in range(*span)) for kind in _HAPPENED]
            lines.append(Line((self._span(span), *map(self.words.number, sums)), (*_iso_span(span), *sums)))
        title = _("What became of the forms, by the hour: forms filled in")
        head = (_("Hours (UTC)"), *(str(KINDS[kind]) for kind in _HAPPENED))
        drawing = self._columns([(line.cells[0], int(line.values[2])) for line in lines], title, self.words.number)
        return Table("funnel-hours", title, head, ("from", "until", *_HAPPENED), tuple(lines), drawing, "")

    def letter_hours(self, days: int = SHOWN_DAYS) -> Table:
        """Give how long letters took, by the hour of the hand-over, of whole hours, in spans of at least k letters."""
        took = {
            hour: {int(kind.removeprefix(LETTER)): n for kind, n in kinds.items() if kind.startswith(LETTER)}
            for hour, kinds in self._happened(days).items()
        }
        lines = []
        for span in self._spans({hour: sum(ages.values()) for hour, ages in took.items()}, days):
            sent = tuple(sum(took.get(hour, {}).get(border, 0) for hour in range(*span)) for border in BORDERS)
            delay = LetterDelay(0, sent)
            ages = [delay.share(part) for part in _PARTS]
            said = [self.seconds(age) if age is not None else "–" for age in ages]
            values = ["" if age is None else age for age in ages]
            lines.append(
                Line((self._span(span), self.words.number(sum(sent)), *said), (*_iso_span(span), sum(sent), *values))
            )
        title = _("Letters by the hour: seconds within which nine in ten left")
        head = (_("Hours (UTC)"), _("Letters"), _("Half within"), _("Nine in ten within"))
        names = ("from", "until", "letters", "half_within_seconds", "nine_in_ten_within_seconds")
        points = [(line.cells[0], int(line.values[4] or 0)) for line in lines]
        return Table(
            "letters-hours", title, head, names, tuple(lines), self._columns(points, title, self.words.number), ""
        )

    def _happened(self, days: int) -> dict[int, dict[str, int]]:
        """Give what happened by hour and kind, of whole hours."""
        found: dict[int, dict[str, int]] = {}
        for hour, kind, n in self.watched.happened(self.campaign.name, (self.today - days + 1) * 24, self.hour):
            found.setdefault(hour, {})[kind] = n
        return found

    def _spans(self, events: dict[int, int], days: int) -> list[tuple[int, int]]:
        """Give the spans of hours, from the first hour in which anything happened."""
        if not any(events.values()):
            return []
        first = (self.today - days + 1) * 24
        begin = max(first, min((hour for hour, n in events.items() if n), default=self.hour) // 24 * 24)
        return spans(events, begin, self.hour, self.k)

    def _columns(self, points: Sequence[tuple[str, int]], title: str, number: Callable[[int], str]) -> Any:
        return drawn(bars.columns(points, title, lambda n: number(int(n))), self.words)

    def _span(self, span: tuple[int, int]) -> str:
        """Write a span of hours: the day, and from when until when."""
        first, end = _moment(span[0]), _moment(span[1])
        day = format_skeleton("MMMd", first, locale=self.words.locale)
        times = "–".join(format_time(at, "HH:mm", locale=self.words.locale) for at in (first, end))
        return self._isolated(f"{day} {times}")

    def groups(self, first: int, end: int) -> list[Group]:
        """Give the groups of whole days, from `first` until before `end`, and never of today."""
        rows = self.watched.origins(self.campaign.name, first, min(end, self.today))
        return divided_days(rows, self.k)

    # Words

    def day(self, day: int) -> str:
        """Write a day."""
        return self.words.day(day * DAY)

    def others(self) -> str:
        """Name what is too small to be shown by itself."""
        return _("Others, together")

    def seconds(self, seconds: int) -> str:
        """Write a time of so many seconds in its largest whole unit."""
        for size, unit in ((3600, "hour"), (60, "minute"), (1, "second")):
            if seconds >= size:
                return self._unit(seconds // size, unit)
        return self._unit(seconds, "second")

    def _unit(self, number: int, unit: str) -> str:
        return format_unit(number, unit, locale=self.words.locale, numbering_system="default")

    def _bars(self, key: str, title: str, what: str, name: str, lines: Sequence[Line]) -> Table:
        values = [(line.cells[0], int(line.values[1])) for line in lines]
        drawing = bars.rows(values, title, lambda n: self.words.number(int(n)))
        total = "" if key == "funnel" else self.words.number(sum(n for _name, n in values))
        head, names = (what, _("Signatures")), (name, "number")
        return Table(key, title, head, names, tuple(lines), drawn(drawing, self.words), total)

    def _line(self, shown: str, value: str | None, n: int) -> Line:
        return Line((shown, self.words.number(n)), ("others" if value is None else value, n))

    def short_day(self, day: int) -> str:
        """Write a day without its year."""
        return self._short(_EPOCH + timedelta(days=day))

    def _short(self, day: date) -> str:
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return self._isolated(format_skeleton("MMMd", at, locale=self.words.locale))

    def _hour(self, hour: int) -> str:
        at = _moment(hour)
        day = format_skeleton("MMMd", at, locale=self.words.locale)
        return self._isolated(f"{day} {format_time(at, 'short', locale=self.words.locale)}")

    def _isolated(self, text: str) -> str:
        """Keep words and digits in their order in a drawing, whose own direction is from left to right."""
        return f"\u2067{text}\u2069" if self.words.direction == "rtl" else text


def _iso_span(span: tuple[int, int]) -> tuple[str, str]:
    first, end = (_moment(hour).strftime("%Y-%m-%dT%H:00Z") for hour in span)
    return first, end


def _moment(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * HOUR, UTC)
