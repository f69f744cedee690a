"""Numbers that somebody typed into a statement, where a figure with its source belongs."""

from __future__ import annotations

import re
from collections.abc import Mapping

from undersigned.core.statement import PLACEHOLDER

__all__ = ["typed_numbers"]

_LINK = re.compile(r"https?://[^\s)>\]]+|[\w.+-]+@[\w.-]+")
#: Digits of any script, with the signs that part their groups, a percent sign, or what follows them at once.
_DIGITS = re.compile(r"[+\-−]?\d[\d.,\u066b\u066c\u00a0\u202f'’/:]*(?:\s?[%٪‰])?")

_WORDS: Mapping[str, str] = {
    "en": "hundreds? thousands? millions? billions? trillions? dozens? scores? twenty thirty forty fifty sixty seventy "
    "eighty ninety two three four five six seven eight nine ten eleven twelve half",
    "fr": "cents? mille milliers? millions? milliards? dizaines? douzaines? centaines? vingt trente quarante cinquante "
    "soixante deux trois quatre cinq six sept huit neuf dix onze douze moitié",
    "es": "cien cientos? mil miles millón millones decenas? docenas? centenares? centenas? veinte treinta cuarenta "
    "cincuenta dos tres cuatro cinco seis siete ocho nueve diez once doce mitad",
    "ru": r"сот(?:ни|ен|ня|нями) сто двести тысяч\w* миллион\w* миллиард\w* десят\w+ дюжин\w* два две три четыре пять "
    r"шесть семь восемь девять двадцать тридцать сорок пятьдесят половин\w+",
    "ar": "(?:ال)?مئات? (?:ال)?مائة (?:ال)?مئة (?:ال)?مئتين (?:ال)?ألف(?:ا|ين|ان)? (?:ال)?آلاف "
    "(?:ال)?مليون(?:ا|ين|ان)? (?:ال)?ملايين (?:ال)?مليار(?:ات)? (?:ال)?عشرات نصف",
    "he": "(?:ה|ב|ל|מ|ו)?(?:מאה|מאות|מאתיים|אלף|אלפי|אלפים|אלפיים|מיליון|מיליוני|מיליונים|מיליארד|עשרות|תריסר|מחצית)",
    "zh": "[一二三四五六七八九十两数几]*[百千万亿]+[一二三四五六七八九十百千万亿余多]* 半数",
    "sw": "mia maelfu elfu milioni bilioni makumi kumi ishirini thelathini nusu",
    "hi": "सैकड़ों? सौ हज़ारों? हज़ार हजारों? हजार लाखों? लाख करोड़ों? करोड़ दर्जनों? दर्जन आधे? आधा",
}
#: What a word ends at: nothing where no spaces are written, and no vowel sign of Devanagari, no letter to `\\b`.
_BORDERS: Mapping[str, tuple[str, str]] = {"zh": ("", ""), "hi": (r"(?<![\u0900-\u0963])", r"(?![\u0900-\u0963])")}


def typed_numbers(words: str, language: str) -> list[str]:
    """Give the numbers that stand in the words outside figures, links and addresses: digits, and number words.

    Number words are those of the language (of the nine of the interface) and those of English. Words that are often
    no number ("one", "second") are left alone.
    """
    rest = _LINK.sub(" ", PLACEHOLDER.sub(" ", words))
    found = [one.strip() for one in _DIGITS.findall(rest)]
    for name in dict.fromkeys((language, "en")):
        found += [one[0] for one in _pattern(name).finditer(rest)] if name in _WORDS else []
    return list(dict.fromkeys(found))


def _pattern(language: str) -> re.Pattern[str]:
    before, after = _BORDERS.get(language, (r"\b", r"\b"))
    return re.compile(f"{before}(?:{'|'.join(_WORDS[language].split())}){after}", re.IGNORECASE)
