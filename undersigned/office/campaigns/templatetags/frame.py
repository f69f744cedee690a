"""The frame of a page: where it stands, and the other pages of the same thing. A new page adds a row to a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.checklist import next_step as first_of
from undersigned.office.campaigns.checklist import texts
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.onward import leads_on
from undersigned.office.people.access import rights_of
from undersigned.office.people.models import Section
from undersigned.office.people.roles import Right

__all__ = ["CAMPAIGN_TABS", "SECTION_TABS", "STATEMENT_TABS", "TEXT_TABS", "Tab", "register"]

register = template.Library()


class Tab(NamedTuple):
    """One page of several: the name of its route, its words, the right it asks for, and routes that lie behind it."""

    route: str
    words: str | Promise
    right: Right
    behind: tuple[str, ...] = ()


#: Routes take the campaign's name. First what makes a petition, in the order in which it is made; then what runs it.
CAMPAIGN_TABS = (
    Tab("campaign", _("Overview"), Right.SEE),
    Tab("write", _("Text"), Right.WRITE),
    Tab("facts", _("Facts"), Right.WRITE),
    Tab("addressees", _("Those called on"), Right.WRITE),
    Tab("photo", _("Picture"), Right.WRITE),
    Tab("key", _("Key"), Right.WRITE),
    Tab("count", _("Count"), Right.SEE, ("where", "sources")),
    Tab("signatures", _("Signatures"), Right.MODERATE, ("choose", "act")),
    Tab("answers", _("Answers"), Right.SEE),
    Tab("gatherings", _("Gatherings"), Right.SEE, ("gathering",)),
    Tab("figures", _("Figures"), Right.SEE, ("figures-in",)),
    Tab("statements", _("Statements"), Right.SEE, ("statement-begin",)),
    Tab("protection", _("Data protection"), Right.PROTECT, ("protection-edit", "person-requests", "person-request")),
)
_MAKING = 6  # of these: the pages that a draft is made on; the others stand folded until it is released
#: Routes take the campaign's name and the statement's.
STATEMENT_TABS = (
    Tab(
        "statement",
        _("Overview"),
        Right.SEE,
        ("statement-release", "statement-withdraw", "statement-quote", "statement-photo"),
    ),
    Tab("statement-write", _("Text"), Right.DRAFT),
    Tab("statement-check", _("Fact sheet"), Right.DRAFT),
)
#: Routes take the campaign's name and the language.
TEXT_TABS = (
    Tab("translate", _("Translate"), Right.TRANSLATE),
    Tab("preview", _("Preview"), Right.SEE),
    Tab("review", _("Review"), Right.SEE),
    Tab("history", _("History"), Right.SEE, ("compare",)),
    Tab("files", _("Files for translators"), Right.TRANSLATE),
)
#: Routes take the section's slug.
SECTION_TABS = (
    Tab("section", _("Campaigns"), Right.SEE),
    Tab("members", _("People"), Right.SEE, ("invite", "roles")),
    Tab("trail", _("Trail"), Right.TRAIL, ("trail-check",)),
)


@register.inclusion_tag("_frame.html", takes_context=True)
def section_frame(context: Context) -> dict[str, Any]:
    """Show where a page of the context's `section` stands, and the section's pages."""
    section: Section = context["section"]
    held = _held(context, section)
    behind = _route(context) != "section"
    crumbs = [(reverse("section", args=[section.slug]), section.name, "")] if behind else []
    return {"crumbs": crumbs, "tabs": _tabs(context, SECTION_TABS, held, [section.slug]), "of": section.name}


@register.inclusion_tag("_frame.html", takes_context=True)
def campaign_frame(context: Context) -> dict[str, Any]:
    """Show where a page of the context's `campaign` stands, and the campaign's pages."""
    campaign: Campaign = context["campaign"]
    held = _held(context, campaign.section)
    crumbs = _to(campaign)
    if _route(context) != "campaign":
        crumbs.append((reverse("campaign", args=[campaign.name]), campaign.name, "en"))
    tabs = _tabs(context, CAMPAIGN_TABS, held, [campaign.name])
    first = sum(one.right in held for one in CAMPAIGN_TABS[:_MAKING]) if campaign.open_version is None else len(tabs)
    more = tabs[first:]
    here = any(one["current"] or one["behind"] for one in more)
    return {"crumbs": crumbs, "tabs": tabs[:first], "more": more, "here": here, "of": campaign.name}


@register.inclusion_tag("_next.html", takes_context=True)
def next_step(context: Context) -> dict[str, Any]:
    """Say, after something was saved, what a campaign lacks next; the overview says it by itself.

    Once it is released, and where a translation is whole, the page has nothing else to begin at, and begins there.
    """
    campaign: Campaign | None = context.get("campaign")
    if campaign is None or context.get("statement") is not None or _route(context) == "campaign":
        return {}
    held = _held(context, campaign.section)
    if not held & {Right.WRITE, Right.REVIEW, Right.RELEASE}:
        return {}
    lack = first_of(campaign, texts(campaign))
    overview = reverse("campaign", args=[campaign.name])
    same = lack is not None and lack.address.partition("#")[0] == context["request"].path
    guided = campaign.open_version is not None or _route(context) == "translate"
    return {"lack": lack, "overview": overview, "same": same, "guided": guided}


@register.inclusion_tag("_saving.html", takes_context=True)
def saving(context: Context) -> dict[str, Any]:
    """Show the buttons of a form of the context's `campaign`."""
    campaign: Campaign = context["campaign"]
    return {"on": leads_on(context["request"], campaign), "name": campaign.name}


@register.inclusion_tag("_frame.html", takes_context=True)
def statement_frame(context: Context) -> dict[str, Any]:
    """Show where a page of the context's `statement` stands, and the statement's pages."""
    statement: Any = context["statement"]
    campaign: Campaign = statement.campaign
    crumbs = [*_to(campaign), (reverse("campaign", args=[campaign.name]), campaign.name, "en")]
    crumbs.append((reverse("statements", args=[campaign.name]), str(_("Statements")), ""))
    arguments = [campaign.name, statement.slug]
    if _route(context) != "statement":
        crumbs.append((reverse("statement", args=arguments), statement.slug, "en"))
    tabs = _tabs(context, STATEMENT_TABS, _held(context, campaign.section), arguments)
    return {"crumbs": crumbs, "tabs": tabs, "of": statement.slug}


@register.inclusion_tag("_frame.html", takes_context=True)
def text_frame(context: Context) -> dict[str, Any]:
    """Show where a page of the text of the context's `campaign` and `language` stands, and the text's pages.

    Where the context has a `statement`, the text is that statement's.
    """
    campaign: Campaign = context["campaign"]
    statement: Any = context.get("statement")
    language: str = context["language"]
    whole = _held(context, campaign.section)
    held = _held(context, campaign.section, language)
    crumbs = []
    if Right.SEE in whole:
        crumbs = [*_to(campaign), (reverse("campaign", args=[campaign.name]), campaign.name, "en")]
        if statement is not None:
            crumbs.append((reverse("statement", args=[campaign.name, statement.slug]), statement.slug, "en"))
    owner, prefix = (statement, "statement-") if statement is not None else (campaign, "")
    arguments = [campaign.name, *([statement.slug] if statement is not None else [])]
    source = language == owner.source
    rows = [_of(one, prefix) for one in TEXT_TABS if not (source and one.right is Right.TRANSLATE)]
    tabs = _tabs(context, rows, held, [*arguments, language])
    if source and (Right.DRAFT if prefix else Right.WRITE) in whole:
        address = reverse(f"{prefix}write", args=arguments)
        tabs.insert(0, {"address": address, "words": _("Write"), "current": False})
    return {"crumbs": crumbs, "tabs": tabs, "of": f"{campaign.name}, {NAMES[language]}"}


def _of(tab: Tab, prefix: str) -> Tab:
    """Give the tab of a statement's text: its routes have the same names with a prefix."""
    return tab._replace(route=f"{prefix}{tab.route}", behind=tuple(f"{prefix}{one}" for one in tab.behind))


def _to(campaign: Campaign) -> list[tuple[str, str, str]]:
    return [(reverse("section", args=[campaign.section.slug]), campaign.section.name, "")]


def _tabs(
    context: Context, rows: Sequence[Tab], held: frozenset[Right], arguments: Sequence[str]
) -> list[dict[str, Any]]:
    here = _route(context)
    return [
        {
            "address": reverse(one.route, args=arguments), "words": one.words,
            "current": here == one.route, "behind": here in one.behind,
        }
        for one in rows
        if one.right in held
    ]  # fmt: skip


def _held(context: Context, section: Section, language: str = "") -> frozenset[Right]:
    return rights_of(context["request"], section, language)


def _route(context: Context) -> str:
    match = context["request"].resolver_match
    return str(match.url_name) if match else ""
