"""What a campaign can begin from: texts with gaps to fill. A gap stands between [[ and ]]."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from undersigned.office.project.configure import LANGUAGES

__all__ = ["CONSENTS", "NAMES", "Filled", "consents", "filled", "gaps"]

_GAP = re.compile(r"\[\[[^\[\]]*\]\]")

#: name of a template -> what the desk calls it
NAMES: Mapping[str, str | Promise] = {
    "one": _("A call on one body"),
    "several": _("Several parties called on at once"),
    "local": _("A local matter: a library, a park, a bus line"),
    "person": _("For one person or a group: release, protection, fair trial"),
}

CONSENTS = (
    gettext_noop("I agree that my name, e-mail address, country and comment are kept, sealed, to deliver this "
                 "petition, and that they are deleted [[one year]] after it closes."),
    gettext_noop("Write to me when there is news about this petition. I can stop this at any time."),
)  # fmt: skip


class _Demand(msgspec.Struct, frozen=True):
    sentence: str
    addressees: tuple[str, ...]


class _Template(msgspec.Struct, frozen=True):
    summary: str
    paragraphs: tuple[str, ...]
    demands: tuple[_Demand, ...]


class Filled(msgspec.Struct, frozen=True):
    """A template in one language: words by key, the body, and each demand with the names of its addressees."""

    words: dict[str, str]
    body: str
    demands: tuple[tuple[str, tuple[str, ...]], ...]


_FACTS = gettext_noop("[[What has happened, where, and since when. Every figure with who found it and when.]]")
_WHY = gettext_noop("[[Why it can be decided now, and who can decide it.]]")
_TEMPLATES = {
    "one": _Template(
        gettext_noop("[[Who]] is harmed by [[what]]. We call on [[the body]] to [[the act]] by [[the day]]."),
        (_FACTS, gettext_noop("[[The body]] can change this: [[by which law, budget or decision]]."), _WHY),
        (_Demand(gettext_noop("[[One act that can be checked afterwards.]]"), (gettext_noop("[[The body]]"),)),),
    ),
    "several": _Template(
        gettext_noop("People on every side of [[the matter]] are harmed. We call on all parties to [[the act]]."),
        (_FACTS, gettext_noop("[[What each party is bound to do, by which law, whoever began.]]"), _WHY),
        (
            _Demand(gettext_noop("[[What is asked of all of them alike.]]"),
                    (gettext_noop("[[The first party]]"), gettext_noop("[[The second party]]"))),
            _Demand(gettext_noop("[[What is asked of those who can make the parties act.]]"),
                    (gettext_noop("[[The states or bodies with influence]]"),)),
        ),
    ),
    "local": _Template(
        gettext_noop("[[The place]] is to be [[closed, built over, cut]]. People who [[use it]] would lose it. "
                     "We ask for [[what instead]]."),
        (
            gettext_noop("[[What the place is for the people here, and what is to happen to it, since when.]]"),
            gettext_noop("**Who is shut out.** [[Whom it concerns, and how.]]"),
            gettext_noop("**What it costs.** [[The sum, by whose estimate, of when.]]"),
            gettext_noop("**What we ask.** [[Who decides it, at which meeting.]]"),
        ),
        (_Demand(gettext_noop("[[What is to be done, from which day.]]"), (gettext_noop("[[The council]]"),)),),
    ),
    "person": _Template(
        gettext_noop("[[Name]] has been [[held, accused, threatened]] since [[the day]] for [[what they did]]. "
                     "We ask for [[their release, protection, a fair trial]]."),
        (
            gettext_noop("[[Who they are, as they or their family want it told.]]"),
            gettext_noop("[[What has been done to them, by whom, and who found it. Nothing that could harm them "
                         "further.]]"),
            gettext_noop("[[Which law or promise protects them.]]"),
        ),
        (_Demand(gettext_noop("[[What is to be done for them at once.]]"), (gettext_noop("[[The office that holds "
                                                                                       "the power to do it]]"),)),),
    ),
}  # fmt: skip


def filled(name: str, language: str) -> Filled:
    """Give a template in a language, where the desk speaks it; else in the language of the page."""
    spoken = language if language in dict(LANGUAGES) else translation.get_language()
    one = _TEMPLATES[name]
    with translation.override(spoken):
        return Filled(
            words={"summary": gettext(one.summary), **_consents()},
            body="\n\n".join(gettext(paragraph) for paragraph in one.paragraphs),
            demands=tuple((gettext(d.sentence), tuple(gettext(who) for who in d.addressees)) for d in one.demands),
        )


def consents(language: str) -> dict[str, str]:
    """Give the usual words of both consents in a language; none where the desk does not speak it.

    Without gaps: signatures are deleted after a year, unless data protection sets another time (`keep_months`).
    """
    if language not in dict(LANGUAGES):
        return {}
    with translation.override(language):
        return {key: words.replace("[[", "").replace("]]", "") for key, words in _consents().items()}


def _consents() -> dict[str, str]:
    return {"consent.processing": gettext(CONSENTS[0]), "consent.updates": gettext(CONSENTS[1])}


def gaps(words: str) -> list[str]:
    """Give the gaps that are still to be filled in some words."""
    return _GAP.findall(words)
