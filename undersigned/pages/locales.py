"""What Babel keeps of a language in memory, cut down to what pages say.

Nine tenths of it are names of units, currencies and intervals: 13 MB of the nine languages, in every process that has
them open. A process that speaks to the public for days lets go of them; the desk, which draws with units, keeps all.
"""

from __future__ import annotations

from collections.abc import Iterator, Set

from babel import Locale, localedata
from babel.core import get_global

__all__ = ["NAMES", "NUMBERS_AND_DAYS", "keep_only", "opened"]

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


_kept: Set[str] = frozenset()  # none named: all of them


def keep_only(parts: Set[str]) -> None:
    """Let go of all but these parts of each locale that is opened from now on; for a process, at its start.

    Whatever else of it is asked for afterwards raises KeyError.
    """
    global _kept
    _kept = parts


def opened(name: str) -> Locale:
    """Give a locale of Babel's.

    Raises:
        babel.UnknownLocaleError: there is none of that name.
    """
    locale = Locale.parse(name)
    for one in _lineage(str(locale)) if _kept else ():  # the oldest first: what it lost is not copied into the next
        held = localedata.load(one)
        for part in held.keys() - _kept:
            del held[part]
    return locale


def _lineage(locale: str) -> Iterator[str]:
    """Give what a locale inherits from, as `babel.localedata.load` does, and the locale itself."""
    if locale != "root":
        heir = locale.rpartition("_")[0] or "root"
        yield from _lineage(get_global("parent_exceptions").get(locale) or heir)
    yield locale
