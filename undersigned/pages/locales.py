"""What Babel keeps of a language in memory, cut down to what pages say.

Nine tenths of it are names of units, currencies and intervals: 13 MB of the nine languages, in every process that has
them open. A process that speaks to the public for days lets go of them at its start; the desk, which draws with units,
does not call this.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from babel import localedata
from babel.core import get_global

__all__ = ["NAMES", "NUMBERS_AND_DAYS", "keep_only"]

#: What numbers and moments are written with: keys of `babel.localedata.load`.
NUMBERS_AND_DAYS = frozenset(
    {
        "date_formats", "datetime_formats", "datetime_skeletons", "day_periods", "day_period_rules", "days",
        "decimal_formats", "default_numbering_system", "eras", "locale_id", "months", "number_symbols",
        "numbering_systems", "plural_form", "quarters", "time_formats", "week_data",
    }
)  # fmt: skip

#: What languages, places and clocks are called by: the pages of statements and gatherings name them.
NAMES = frozenset({"languages", "meta_zones", "scripts", "territories", "time_zones", "variants", "zone_formats"})


def keep_only(locale: str, parts: Set[str]) -> None:
    """Read a locale (`en_GB`) and let go of all but these parts of it, and of those it inherits from.

    Whatever else of it is asked for afterwards, in this process, raises KeyError.
    """
    for name in _lineage(locale):  # the oldest first: what is let go of there is not copied into the next
        kept = localedata.load(name)
        for part in kept.keys() - parts:
            del kept[part]


def _lineage(locale: str) -> Iterator[str]:
    """Give what a locale inherits from, as `babel.localedata.load` does, and the locale itself."""
    if locale != "root":
        heir = locale.rpartition("_")[0] or "root"
        yield from _lineage(get_global("parent_exceptions").get(locale) or heir)
    yield locale
