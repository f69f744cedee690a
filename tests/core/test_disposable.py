"""Throw-away mailboxes are known by a short list and the operator's own, subdomains too, and nothing else is one."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from undersigned.core.disposable import is_disposable, read
from undersigned.core.established import is_established
from undersigned.core.normal import PROVIDERS


def test_a_service_and_what_is_below_it_are_known_and_look_alikes_are_not() -> None:
    assert all(map(is_disposable, ("mailinator.com", "any.mailinator.com", "sharklasers.com", "yopmail.fr")))
    assert not any(
        map(is_disposable, ("notmailinator.com", "mailinator.com.evil.org", "com", "gmail.com", "duck.com", ""))
    )


def test_no_domain_that_many_honest_people_share_stands_in_the_list() -> None:
    table = tomllib.loads(resources.files("undersigned.core").joinpath("disposable.toml").read_text("utf-8"))
    domains = [domain for service in table["service"] for domain in service["domains"]]
    assert len(domains) == len(set(domains))
    assert not [one for one in domains if is_established(one) or one in PROVIDERS]
    assert all(service["source"] for service in table["service"])
    assert read("\n".join(domains)) == set(domains)


def test_the_operators_own_list_is_one_domain_a_line() -> None:
    more = read("# CC0\n\nTempMail.example.net  # seen\nxn--bcher-kva.example\n")
    assert is_disposable("a.tempmail.example.net", more)
    assert not is_disposable("tempmail.example.net")
    with pytest.raises(ValueError, match="line 2"):
        read("good.net\nhttps://bad.net/\n")
