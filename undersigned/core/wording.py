"""Words that strangers send, made fit to keep and to show without changing what they say.

Unicode's NFC; control characters out; out too what turns or hides the text around it. Everything else
stays: letters, marks, apostrophes, emoji, joiners that Persian or Sinhala names need, in any script.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["graphemes", "line", "lines", "visible"]

#: Marks on one letter beyond this number are dropped: no writing stacks as many, and they spill over lines.
MARKS_MOST = 10

#: More signs in a row that are no letters or digits than may stand on one letter: some may be marks.
_RUN = re.compile(rf"\W{{{MARKS_MOST + 1}}}")

#: Code points that one sign on the screen is made of at most (the longest emoji of Unicode has ten).
_SIGN_MOST = 10

_VIRAMA = 9  # the combining class of the sign that joins Indic letters

_BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"
_CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
#: Embeddings, overrides and isolates; invisible operators; deprecated and annotation characters.
_TURNING_OR_HIDING = (
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff"
    + ("\u206a\u206b\u206c\u206d\u206e\u206f\ufff9\ufffa\ufffb")
)
_OUT = str.maketrans("", "", "".join(_CONTROLS) + _TURNING_OR_HIDING)
_BLANK = str.maketrans(dict.fromkeys(_BLANKS, " "))
_BLANK_BUT_LINES = str.maketrans({sign: " " for sign in _BLANKS if sign != "\n"})
_OUT_BUT_LINES = {code: out for code, out in _OUT.items() if code != 10}
_SURROGATES = re.compile(f"[{chr(0xD800)}-{chr(0xDFFF)}]")


def line(text: str) -> str:
    """Clean a name: one line, nothing changed that a reader could see; cost linear in the length."""
    if text.isascii() and text.isprintable():
        return text.strip()
    if _letters(text):
        return text.strip()
    kept = text.translate(_BLANK).translate(_OUT)
    return _few_marks(unicodedata.normalize("NFC", _whole(kept))).strip()


def lines(text: str) -> str:
    """Clean a comment: as `line` does, but line breaks stay, as LF."""
    if (text.isascii() and text.isprintable()) or _letters(text):
        return text.strip()
    broken = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = broken.translate(_BLANK_BUT_LINES).translate(_OUT_BUT_LINES)
    return _few_marks(unicodedata.normalize("NFC", _whole(kept))).strip()


def visible(text: str) -> bool:
    """Tell whether anything of the text can be seen at all."""
    if text.isascii() and text.isprintable():
        return bool(text.strip())
    return any(unicodedata.category(sign) not in ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me") for sign in text)


def graphemes(text: str) -> int:
    """Count characters as a reader does.

    A letter with its marks is one, and so are an emoji of several parts and an Indic cluster that a virama
    joins. Near enough to UAX 29 for a limit, and never fooled by endless chains: after ten code points each
    further one counts for itself.
    """
    count, run, joined = 0, 0, False
    for sign in text:
        if joined or _continues(sign):
            run += 1
            count += run > _SIGN_MOST or count == 0
        else:
            count, run = count + 1, 1
        joined = sign == "\u200d" or (sign >= "\u0300" and unicodedata.combining(sign) == _VIRAMA)
    return count


def _continues(sign: str) -> bool:
    """Tell whether a sign belongs to the one before it: marks, joiners, variation and skin tones."""
    if sign < "\u0300":
        return False
    return sign == "\u200d" or "\U0001f3fb" <= sign <= "\U0001f3ff" or unicodedata.category(sign)[0] == "M"


def _letters(text: str) -> bool:
    """Tell whether a text is letters and spaces in NFC: no marks, controls or surrogates, so nothing to clean."""
    return text.replace(" ", "").isalpha() and unicodedata.is_normalized("NFC", text)


def _whole(text: str) -> str:
    """Drop lone surrogates, which are no text; they cannot come in through UTF-8."""
    return _SURROGATES.sub("", text)


def _few_marks(text: str) -> str:
    """Drop the marks beyond `MARKS_MOST` on one letter."""
    if _RUN.search(text) is None:
        return text
    kept: list[str] = []
    run = 0
    for sign in text:
        run = run + 1 if sign >= "\u0300" and unicodedata.category(sign) in ("Mn", "Me") else 0
        if run <= MARKS_MOST:
            kept.append(sign)
    return text if len(kept) == len(text) else "".join(kept)
