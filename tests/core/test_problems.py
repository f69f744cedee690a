"""The refusals are stable, complete and say what to do."""

from __future__ import annotations

import re

import msgspec
import pytest

from undersigned.core import problems
from undersigned.core.problems import BY_CODE, MESSAGES, Problem

ALL = sorted(BY_CODE.values(), key=lambda problem: problem.code)

#: Published codes and their statuses: programs of others rely on them, so this list only grows.
PUBLISHED = {
    "body-empty": 400,
    "body-malformed": 400,
    "length-missing": 411,
    "too-large": 413,
    "too-slow": 408,
    "type-unsupported": 415,
    "header-malformed": 400,
    "header-too-large": 431,
    "address-too-long": 414,
    "query-personal": 400,
    "method-not-allowed": 405,
    "not-found": 404,
    "host-unknown": 421,
    "too-many-requests": 429,
    "journal-closed": 503,
    "campaign-unknown": 404,
    "campaign-closed": 410,
    "campaign-not-open": 409,
    "campaign-paused": 409,
    "text-missing": 422,
    "text-unknown": 409,
    "text-outdated": 409,
    "name-missing": 422,
    "name-too-long": 422,
    "email-missing": 422,
    "email-malformed": 422,
    "email-too-long": 422,
    "email-several": 422,
    "country-missing": 422,
    "country-unknown": 422,
    "consent-missing": 422,
    "comment-too-long": 422,
    "token-unknown": 404,
    "token-expired": 410,
    "proof-not-yet": 409,
    "failed": 500,
}


def test_no_published_code_disappears_or_changes_its_status() -> None:
    now = {code: problem.status for code, problem in BY_CODE.items()}
    assert {code: now.get(code) for code in PUBLISHED} == PUBLISHED


def test_every_code_belongs_to_one_problem() -> None:
    made = [value for value in vars(problems).values() if isinstance(value, Problem)]
    assert len(made) == len(BY_CODE)


@pytest.mark.parametrize("problem", ALL, ids=lambda problem: problem.code)
def test_a_problem_says_in_full_sentences_what_is_wrong_and_what_to_do(problem: Problem) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.code)
    assert 400 <= problem.status < 600
    for sentence in (problem.title, problem.remedy):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        assert sentence in MESSAGES
        assert "%" not in sentence  # nothing is ever filled in, so nothing of a person can be
        assert "{" not in sentence


def test_a_problem_cannot_be_changed() -> None:
    with pytest.raises((AttributeError, msgspec.ValidationError)):
        problems.TOO_LARGE.status = 200  # type: ignore[misc]
