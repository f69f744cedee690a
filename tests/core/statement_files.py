"""The files of a small statement: two versions in two languages, with a quote, a picture and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from undersigned.core.statement import Record
from undersigned.core.statement_reading import read

__all__ = [
    "EMBARGO", "SECOND", "counted", "facts", "lay", "record", "record_toml", "statement", "text", "version",
]  # fmt: skip

EMBARGO = 1_796_119_200  # 2026-12-01T10:00:00Z
SECOND = EMBARGO + 2 * 86_400

_RECORD = """\
campaign = "ceasefire"
statement = "a-million"
embargo = 2026-12-01T10:00:00Z
zones = ["Asia/Jerusalem", "America/New_York"]
[[version]]
number = 1
released = 2026-12-01T10:00:00Z
"""
_CORRECTED = """
[[version]]
number = 2
released = 2026-12-03T10:00:00Z
[[correction]]
version = 2
language = "en"
said = "women and children"
says = "children"
why = "The source counts children only."
by = "Press desk"
at = 2026-12-03T10:00:00Z
"""
_ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
_FACTS = """\
campaign = "ceasefire"
statement = "a-million"
version = {number}
languages = ["en", "ar"]
demands = ["stop"]
[[figure]]
id = "signatures"
measure = "signatures-standing"
qualifier = "more_than"
value = 1000000
status = "verified"
as_of = "2026-11-30T22:00:00Z"
log = "ceasefire"
size = 1000218
root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
[[figure]]
id = "children"
measure = "children-killed"
qualifier = "at_least"
value = 4200
status = "reported"
as_of = "2023-11-08"
place = "PS"
organisation = "A health ministry"
title = "Daily report"
address = "https://example.org/report"
published = "2023-11-08"
page = "2"
retrieved = "2026-11-20"
archived = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
attribution_required = true
checked_by = "C. Okoro"
[[quote]]
id = "haddad"
speaker = "Amal Haddad"
spoken = "ar"
original = "لا ينبغي لأحد أن يعدّ القتلى."
said = "2026-11-29"
place = "Amman"
approved_by = "Amal Haddad"
approved = "2026-11-30"
approved_how = "by telephone"
[[photo]]
id = "crowd"
file = "crowd.png"
licence = "CC BY 4.0"
width = 1600
height = 900
[[claim]]
paragraph = 1
says = "how many have signed"
figure = "signatures"
checked_by = "C. Okoro"
checked = "2026-11-30"
[[claim]]
paragraph = 1
says = "no government has answered"
organisation = "Foreign ministries"
title = "Letters"
address = "https://example.org/letters"
retrieved = "2026-11-20"
checked_by = "C. Okoro"
checked = "2026-11-30"
"""
_EN = """\
+++
headline = "More than a million people ask for a ceasefire"
summary = "They come from every part of the world."
dateline = "Geneva"
contact = "Press desk, press@example.org"
[quotes]
haddad = "Nobody should have to count the dead."
[roles]
haddad = "Secretary General"
[translators]
haddad = "Press desk"
[captions]
crowd = "A square at dusk"
[alts]
crowd = "Many people with candles in a square"
[credits]
crowd = "Made by us for this demonstration"
[labels]
signatures = "People who have signed"
children = "Children killed"
[attributions]
children = "according to a health ministry"
[demands]
stop = "Stop the fighting."
+++

{words:signatures} people have signed. **No** government has answered.

{quote:haddad}

{figure:children}

{photo:crowd}

{demands}

+++

The petition opened in October.
"""
_AR = """\
+++
headline = "أكثر من مليون شخص يطالبون بوقف إطلاق النار"
summary = "من كل أنحاء العالم."
dateline = "جنيف"
contact = "مكتب الصحافة press@example.org"
[quotes]
haddad = "لا ينبغي لأحد أن يعدّ القتلى."
[roles]
haddad = "الأمينة العامة"
[captions]
crowd = "ساحة عند الغروب"
[alts]
crowd = "أناس كثيرون يحملون الشموع في ساحة"
[credits]
crowd = "من صنعنا"
[labels]
signatures = "من وقّعوا"
children = "أطفال قُتلوا"
[attributions]
children = "وفق وزارة صحة"
[demands]
stop = "أوقفوا القتال."
+++

وقّع {words:signatures} شخص. **لم** تجب أي حكومة.

{quote:haddad}

{figure:children}

{photo:crowd}

{demands}

+++

افتُتحت العريضة في أكتوبر.
"""


def facts(number: int = 1) -> str:
    """Give `facts.toml`."""
    return _FACTS.replace("{number}", str(number))


def counted(words: str, more_than: int, size: int, root: str) -> str:
    """Give `facts.toml` with what our own figure says in the place of the million."""
    for before, after in (("1000000", more_than), ("1000218", size), (_ROOT, root)):
        words = words.replace(before, str(after))
    return words


def text(language: str) -> str:
    """Give a text in "en" or "ar"."""
    return {"en": _EN, "ar": _AR}[language]


def version(number: int = 1, /, **changed: str) -> dict[str, bytes]:
    """Give the files of a version; `changed` are other words for `facts`, `en` or `ar`."""
    return {
        "facts.toml": changed.get("facts", facts(number)).encode(),
        "en.md": changed.get("en", _EN).encode(),
        "ar.md": changed.get("ar", _AR).encode(),
        "crowd.png": b"picture",
    }


def lay(folder: Path, versions: Sequence[Mapping[str, bytes]], record: bytes, campaign: str = "ceasefire") -> None:
    """Lay the statement's folder as the desk does: its versions from the first on, and its record."""
    own = f'"{campaign}"'.encode()
    for number, made in enumerate(versions, start=1):
        (folder / str(number)).mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            (folder / str(number) / name).write_bytes(data.replace(b'"ceasefire"', own))
    (folder / "record.toml").write_bytes(record.replace(b'"ceasefire"', own))


def record_toml(corrected: bool = False, more: str = "") -> bytes:
    """Give `record.toml`, of one version or of two."""
    return (_RECORD + (_CORRECTED if corrected else "") + more).encode()


def record(corrected: bool = False, more: str = "") -> Record:
    """Give the statement's record as it is read."""
    numbers = (1, 2) if corrected else (1,)
    found = read(record_toml(corrected, more), {number: version(number) for number in numbers})
    assert isinstance(found, Record), found
    return found


statement = record
