"""A flood of one domain is looked at by people; the domain's name is told from k forms on, and nobody is refused."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.established import is_established
from undersigned.intake.guard.domains import HOURLY, Domains
from undersigned.vault.tag import Tagger

_COHORT = b"cohort-1"


def test_an_hour_of_one_domain_is_no_reason_and_a_flood_is() -> None:
    domains = Domains()
    assert not any(domains.see(_COHORT, 10, second)[0] for second in range(HOURLY))
    assert domains.see(_COHORT, 10, HOURLY // 2)[0]
    assert not domains.see(b"cohort-2", 10, HOURLY)[0]
    assert not domains.see(_COHORT, 10, HOURLY + 3600)[0]


def test_a_steady_hour_after_hour_is_no_flood() -> None:
    domains = Domains()
    assert not any(domains.see(_COHORT, 10, minute * 60)[0] for minute in range(1000))


def test_a_domain_is_named_once_at_its_kth_form() -> None:
    domains = Domains()
    assert [domains.see(_COHORT, 10, 0)[1] for _ in range(30)] == [False] * 9 + [True] + [False] * 20


@given(st.lists(st.tuples(st.binary(min_size=8, max_size=8), st.integers(0, 10**6)), max_size=200))
def test_memory_is_bounded_and_a_clock_that_goes_back_gives_nothing_away(seen: list[tuple[bytes, int]]) -> None:
    domains = Domains(most=20)
    for cohort, at in seen:
        domains.see(cohort, 10, at)
    assert len(domains._seen) <= 20
    assert all(0 <= left <= HOURLY for _, left, _ in domains._seen.values())


def test_providers_and_reserved_names_are_established_and_others_are_not() -> None:
    assert all(map(is_established, ("gmail.com", "gmx.de", "qq.com", "club.example.org", "river.example")))
    assert not any(map(is_established, ("catchall.xyz", "gmail.com.catchall.xyz", "university.edu", "")))


def test_a_cohort_is_one_domain_of_one_campaign_under_one_pepper() -> None:
    tagger = Tagger(bytes(32), "library")
    cohort = tagger.cohort("club.org")
    assert len(cohort) == 8
    assert cohort == Tagger(bytes(32), "library").cohort("club.org")
    others = (
        tagger.cohort("club.net"),
        Tagger(bytes(32), "bridge").cohort("club.org"),
        Tagger(b"p" * 32, "library").cohort("club.org"),
    )
    assert cohort not in others
    assert not tagger.tag("amal@club.org").startswith(cohort)
