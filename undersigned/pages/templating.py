"""The templates: Jinja2 that escapes everything, knows no undefined name, and speaks the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from undersigned.pages.mailto import mailto
from undersigned.pages.phrases import breakable
from undersigned.pages.words import Words, direction

__all__ = ["fill"]


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Give the page that a template makes of the values; `words` among them says in which language.

    Raises:
        jinja2.UndefinedError: the template names a value that is not there.
    """
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["direction"] = direction
    environment.filters["mailto"] = mailto
    environment.filters["phrases"] = breakable
    return environment


def _source(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text("utf-8")


@pass_context
def _gettext(context: Context, sentence: str) -> str:
    said: Words = context["words"]
    return said.gettext(sentence)


@pass_context
def _ngettext(context: Context, one: str, many: str, number: int) -> str:
    said: Words = context["words"]
    return said.ngettext(one, many, number)
