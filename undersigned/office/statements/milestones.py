"""From a milestone that the log has reached to a draft in every language of the campaign, its figure frozen."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec
from django.db import transaction

from undersigned.assemble.places import Places
from undersigned.core.figures import passed
from undersigned.office.campaigns.models import Campaign, Text
from undersigned.office.campaigns.revising import revise
from undersigned.office.campaigns.segments import Segment, word_digest
from undersigned.office.people.models import Staff
from undersigned.office.project.installed import installation
from undersigned.office.statements import actions
from undersigned.office.statements.models import Figure, Statement

__all__ = ["NotReached", "draft", "reached"]

_ORDER = ("headline", "summary", "dateline", "contact", "body.1", "body.2", "note.1")


class NotReached(Exception):
    """The published count does not stand at the milestone, or has fallen below it again."""


class Milestone(msgspec.Struct, frozen=True):
    """A milestone as the published facts tell it."""

    number: int
    at: str
    tree_size: int

    @property
    def moment(self) -> datetime:
        """When it was reached."""
        return datetime.fromisoformat(self.at)


class _Reached(msgspec.Struct):
    reached: list[Milestone] = []


class _Checkpoint(msgspec.Struct):
    size: int
    root: str


class _Facts(msgspec.Struct):
    """What is read of `c/<campaign>.json`, the file that everybody reads."""

    count: int
    as_of: str
    checkpoint: _Checkpoint
    milestones: _Reached


def reached(campaign: Campaign) -> list[Milestone]:
    """Give the milestones that the published count has reached and no statement was drafted for, largest first."""
    facts = _facts(campaign)
    taken = set(campaign.statements.values_list("milestone", flat=True))
    found = [one for one in (facts.milestones.reached if facts else []) if one.number not in taken]
    return sorted(found, key=lambda one: -one.number)


def _facts(campaign: Campaign) -> _Facts | None:
    file = Places(installation().path).public / "c" / f"{campaign.name}.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Facts)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


@transaction.atomic
def draft(*, staff: Staff, campaign: Campaign, number: int) -> Statement:
    """Draft the statement of a milestone: figure frozen at the published checkpoint, words in every language.

    Raises:
        NotReached: the published count does not stand at or above it.
    """
    facts = _facts(campaign)
    if facts is None or number not in [one.number for one in reached(campaign)] or facts.count < number:
        raise NotReached
    figure = _frozen(staff, campaign, facts, number)
    slug = f"{number}-signatures"
    languages = [one for one in campaign.languages if one in _templates()]
    titles = _titles(campaign)
    made = actions.begin(
        staff=staff, campaign=campaign, slug=slug, languages=languages, headline=titles.get(languages[0], slug),
        milestone=number,
    )  # fmt: skip
    source = _segments(languages[0], figure, campaign, titles)
    for language in languages:
        segments = _segments(language, figure, campaign, titles)
        if language != languages[0]:
            words = {one["key"]: one["words"] for one in source}
            segments = [{**one, "of": word_digest(words[one["key"]])} for one in segments]
        revise(staff, Text.objects.get(statement=made, language=language), segments)
    return made


def _frozen(staff: Staff, campaign: Campaign, facts: _Facts, number: int) -> Figure:
    key = f"signatures-{facts.checkpoint.size}-{number}"
    known = Figure.objects.filter(campaign=campaign, key=key).first()
    if known is not None:
        return known
    qualifier, value = passed(Decimal(facts.count), Decimal(number))
    kept = {
        "measure": "signatures-standing", "qualifier": qualifier, "value": int(value), "status": "verified",
        "as_of": facts.as_of, "log": campaign.name, "size": facts.checkpoint.size, "root": facts.checkpoint.root,
        "checked_by": "public log",
    }  # fmt: skip
    label = _templates()[campaign.source]["label"]
    return actions.add_figure(staff=staff, campaign=campaign, key=key, facts=kept, words={"label": label})


def _titles(campaign: Campaign) -> dict[str, str]:
    found = {}
    for text in campaign.texts.prefetch_related("revisions"):
        for revision in list(text.revisions.all())[:1]:
            words = {one["key"]: one["words"] for one in revision.segments}
            found[text.language] = words.get("title", "")
    return found


def _segments(language: str, figure: Figure, campaign: Campaign, titles: Mapping[str, str]) -> list[Segment]:
    """Fill the template of a language; braces in the title are taken out, for they would be placeholders."""
    template = _templates()[language]
    title = (titles.get(language) or titles.get(campaign.source) or campaign.name).replace("{", "(").replace("}", ")")
    values = {"KEY": figure.key, "TITLE": title, "ORGANISER": campaign.organiser, "CONTACT": campaign.contact}
    made = []
    for key in _ORDER:
        words = template[key]
        for name, value in values.items():
            words = words.replace(name, value)
        made.append({"key": key, "words": words})
    return [*made, {"key": f"label.{figure.key}", "words": template["label"]}]


@lru_cache(maxsize=1)
def _templates() -> dict[str, dict[str, Any]]:
    source = (resources.files(__package__) / "milestone.toml").read_text("utf-8")
    return tomllib.loads(source)
