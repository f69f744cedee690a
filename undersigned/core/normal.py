"""When two e-mail addresses are the same, and which addresses can be written to at all.

Sameness: NFC, the whole address lower-cased, the domain as its IDNA 2008 A-label; what a provider treats
as one mailbox by the published table `providers.toml`, and nothing elsewhere. The canonical form is only
ever compared (through the tag); the letter goes to the address as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from email_validator import EmailNotValidError, validate_email

from undersigned.core import problems
from undersigned.core.problems import Problem
from undersigned.core.providers import PROVIDERS, VERSION, Canonical, Provider

__all__ = ["MIXED_SCRIPT", "PROVIDERS", "VERSION", "Canonical", "Provider", "canonical"]

#: Flag: letters of scripts that are mistaken for each other stand together (a Cyrillic a in "gmail").
MIXED_SCRIPT = "mixed-script"

LOCAL_MOST: Final = 64  # bytes, RFC 5321 4.5.3.1.1
TOTAL_MOST: Final = 254  # bytes, RFC 5321 4.5.3.1.3 without the angle brackets

#: Names that RFC 6761 and its kin keep out of the public mail system.
_NOT_PUBLIC: Final = frozenset({"arpa", "invalid", "local", "localhost", "onion", "test"})

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PLAIN: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@((?:{_LABEL}\.)+([A-Za-z]{{2,63}}))", re.ASCII)


def canonical(email: str) -> Canonical | Problem:
    """Read an address as somebody typed it.

    Refused are what no letter can be sent to (RFC 5321 4.5.3.1 for lengths; quoted local parts, address
    literals and names without a dot, though RFC 5321 knows them), control, bidirectional and invisible
    characters, and lists. The answer never holds the address where it is a `Problem`.
    """
    if len(email) > TOTAL_MOST:
        return _several(email[:4096]) or problems.EMAIL_TOO_LONG
    plain = _PLAIN.fullmatch(email)
    if plain is None:
        return _unusual(email)
    local, domain, top = plain.groups()
    if "--" in domain:
        return _unusual(email)
    if len(local) > LOCAL_MOST:
        return problems.EMAIL_TOO_LONG
    if top.lower() in _NOT_PUBLIC:
        return problems.EMAIL_MALFORMED
    return _same(email, local.lower(), domain.lower(), ())


def _unusual(email: str) -> Canonical | Problem:
    """Read an address that is not plain ASCII, with the library; also the place of every refusal."""
    if not email.strip():
        return problems.EMAIL_MISSING
    several = _several(email)
    if several:
        return several
    typed = unicodedata.normalize("NFC", email)
    if len(typed.encode("utf-8", "surrogatepass")) > TOTAL_MOST:
        return problems.EMAIL_TOO_LONG
    try:
        found = validate_email(typed, check_deliverability=False)
    except (EmailNotValidError, UnicodeError, ValueError):
        found = None
    if found is None or not found.ascii_domain or "." not in found.ascii_domain:
        return problems.EMAIL_MALFORMED
    local, domain = found.local_part, found.ascii_domain.lower()
    if len(local.encode()) > LOCAL_MOST or len(local.encode()) + 1 + len(domain) > TOTAL_MOST:
        return problems.EMAIL_TOO_LONG
    flags = (MIXED_SCRIPT,) if _mixed(local) or any(map(_mixed, found.domain.split("."))) else ()
    return _same(typed, unicodedata.normalize("NFC", local.lower()), domain, flags)


def _several(email: str) -> Problem | None:
    """Tell a list of addresses from a single one that is mistyped."""
    if email.count("@") > 1 and re.search(r"[,;\s]", email.strip()):
        return problems.EMAIL_SEVERAL
    return None


def _same(typed: str, local: str, domain: str, flags: tuple[str, ...]) -> Canonical:
    """Apply the rule of the domain's provider, if it has one."""
    provider = PROVIDERS.get(domain)
    if provider is not None:
        address = f"{provider.mailbox(local)}@{provider.same or domain}"
        return Canonical(address, typed, domain, provider.name, flags)
    name, _, parent = domain.partition(".")
    provider = PROVIDERS.get(parent)
    if provider is not None and provider.subdomain:
        return Canonical(f"{name}@{provider.same or parent}", typed, domain, provider.name, flags)
    return Canonical(f"{local}@{domain}", typed, domain, "", flags)


# --- scripts -------------------------------------------------------------------------------------------

#: Scripts that are written together as a matter of course (UTS 39 5.1, "highly restrictive").
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
#: Scripts with letters that look Latin; any other script may stand beside Latin (UTS 39 5.1, "moderately").
_LIKE_LATIN = frozenset({"ARMENIAN", "CHEROKEE", "COPTIC", "CYRILLIC", "GREEK", "LISU"})


def _mixed(text: str) -> bool:
    """Tell whether letters of scripts stand together that are mistaken for each other."""
    if text.isascii():
        return False
    scripts = {_script(sign) for sign in text if unicodedata.category(sign)[0] == "L"}
    if len(scripts) < 2 or any(scripts <= together for together in _TOGETHER):
        return False
    return len(scripts) > 2 or "LATIN" not in scripts or bool(scripts & _LIKE_LATIN)


def _script(letter: str) -> str:
    """Give the script of a letter by the first word of its Unicode name."""
    words = unicodedata.name(letter, "UNKNOWN").split(" ")
    return words[1] if words[0] in ("FULLWIDTH", "HALFWIDTH") and len(words) > 1 else words[0]
