"""From where and by which link or poster, on which days: groups that a filter has chosen, added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

import msgspec
from django.utils.translation import gettext as _

from undersigned.core import countries
from undersigned.core.groups import Group, summed
from undersigned.office.watching.tables import Line, Table, drawn
from undersigned.office.watching.watch import Watch, iso
from undersigned.pages import bars

__all__ = ["NO_CODE", "Asked", "Origins"]

NO_CODE = "."  #: asks for signatures that came without a code; no code is written so
_DRAWN = 25  # bars at most; the table has all


class Asked(msgspec.Struct, frozen=True):
    """Which days (since 1970, the last not included), country and source; "" for all of them."""

    first: int
    end: int
    country: str = ""
    source: str = ""

    def takes(self, group: Group) -> bool:
        """Tell whether a group is wholly of what is asked for."""
        source = "" if self.source == NO_CODE else self.source
        return (not self.country or group.country == self.country) and (not self.source or group.source == source)

    def query(self, **changes: str) -> str:
        """Give the query of the address that asks for this, with changes."""
        asked = {"first": iso(self.first), "last": iso(self.end - 1), "country": self.country, "source": self.source}
        return urlencode({key: value for key, value in {**asked, **changes}.items() if value})


class Origins:
    """The tables of one question."""

    def __init__(self, watch: Watch, asked: Asked, labels: Mapping[str, str], public: Mapping[str, int]) -> None:
        """Take the question, the labels of the codes, and the published count by country."""
        self.watch = watch
        self.asked = asked
        self.labels = labels
        self.public = public
        self.all = watch.groups(asked.first, asked.end)
        self.chosen = [group for group in self.all if asked.takes(group)]

    @property
    def total(self) -> int:
        """How many signatures there are in the groups that are wholly of what is asked for."""
        return sum(group.n for group in self.chosen)

    def tables(self) -> list[Table]:
        """Give what the question leaves open: countries, then sources, then days."""
        found = []
        if not self.asked.country:
            found.append(self.countries())
        if not self.asked.source:
            found.append(self.sources())
        if self.asked.end - self.asked.first > 1:
            found.append(self.days())
        return found

    def countries(self) -> Table:
        """Give the chosen groups by country, beside what is published of it."""
        number = self.watch.words.number
        lines = []
        for code, n in summed(self.chosen, lambda group: group.country):
            public = self.public.get(code or "", 0)
            cells = (self.country(code), number(n), number(public) if public else "–")
            lines.append(Line(cells, (code or "others", n, public), self._address(country=code or "")))
        head = (_("Country or territory"), _("Signatures"), _("Published, of all days"))
        return self._table("countries", _("Countries and territories"), head, ("country", "number", "published"), lines)

    def sources(self) -> Table:
        """Give the chosen groups by link or poster."""
        lines = [
            Line(
                (self.source(code), self.watch.words.number(n)), ("others" if code is None else code, n),
                self._address(source=code or NO_CODE) if code is not None else "",
            )
            for code, n in summed(self.chosen, lambda group: group.source)
        ]  # fmt: skip
        head = (_("Link or poster"), _("Signatures"))
        return self._table("sources", _("Links and posters"), head, ("source", "number"), lines)

    def days(self) -> Table:
        """Give the chosen groups by day, empty ones included."""
        sums = dict.fromkeys(range(self.asked.first, min(self.asked.end, self.watch.today)), 0)
        for group in self.chosen:
            sums[group.day] += group.n
        lines = [Line((self.watch.day(day), self.watch.words.number(n)), (iso(day), n)) for day, n in sums.items()]
        return self._table("by-day", _("Day by day"), (_("Day (UTC)"), _("Signatures")), ("day", "number"), lines)

    def country(self, code: str | None) -> str:
        """Name a country, or what stands for several."""
        if code is None:
            return self.watch.others()
        return countries.name(code, self.watch.words.language) if code else _("Not known")

    def source(self, code: str | None) -> str:
        """Name a link or poster, or what stands for several."""
        if code is None:
            return self.watch.others()
        return self.labels.get(code, code) if code else _("Without a code")

    def _address(self, **changes: str) -> str:
        return "?" + self.asked.query(**changes) if all(changes.values()) else ""

    def _table(
        self, key: str, title: str, head: tuple[str, ...], names: tuple[str, ...], lines: Sequence[Line]
    ) -> Table:
        number: Callable[[float], str] = lambda n: self.watch.words.number(int(n))  # noqa: E731
        values = [(line.cells[0], int(line.values[1])) for line in lines]
        if key == "by-day":
            days = [self.watch.short_day(day) for day in range(self.asked.first, self.asked.first + len(lines))]
            drawing = bars.columns(list(zip(days, [n for _, n in values], strict=True)), title, number)
        else:
            drawing = bars.rows(values[:_DRAWN], title, number)
        return Table(
            key, title, head, names, tuple(lines), drawn(drawing, self.watch.words), number(self.total),
            query=self.asked.query(),
        )  # fmt: skip
