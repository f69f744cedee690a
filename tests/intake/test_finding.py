"""Amal has lost her letter. She gets another link, and Eve, who types addresses, learns nothing."""

from __future__ import annotations

import msgspec
import pytest

from tests.intake.house import JSON, House
from undersigned.core.events import LinkAsked
from undersigned.intake.guard.limits import Limiter
from undersigned.vault.unseal import open_letter

DAY = 86_400


def ask(house: House, email: str, language: str = "en") -> tuple[int, str, bytes]:
    answer = house.post(f"/c/well/{language}/link", {"email": email})
    return answer.status, answer.header("location") or "", answer.body


def token(house: House, event: LinkAsked) -> tuple[str, str]:
    """Open what the letter needs, as the post would."""
    key = house.mail_keys.key(event.hour)
    assert key is not None
    found = msgspec.json.decode(open_letter(key, event.record, event.letter))
    return found["email"], found["token"]


def signed(house: House) -> None:
    house.sign()
    house.press(f"/k/{house.token()}")
    house.turn()
    house.now += DAY


def asked(house: House) -> LinkAsked:
    event = house.events[-1]
    assert isinstance(event, LinkAsked)
    return event


def test_the_answer_is_the_same_to_the_byte_whether_the_address_has_signed_or_not(house: House) -> None:
    signed(house)
    known, unknown = (house.post("/c/well/en/link", {"email": f"{who}@example.org"}) for who in ("amal", "chidi"))
    assert (known.status, known.headers, known.body) == (303, unknown.headers, unknown.body)
    assert house.get("/c/well/en/link-sent").body == house.get("/c/well/en/link-sent").body


def test_what_is_written_has_the_same_size_whether_the_address_has_signed_or_not(house: House) -> None:
    signed(house)
    ask(house, "amal@example.org")
    first = asked(house)
    ask(house, "chid@example.org")
    second = asked(house)
    assert [len(part) for part in (first.letter, first.tag)] == [len(part) for part in (second.letter, second.tag)]


def test_no_store_is_asked_so_that_time_tells_nothing(house: House) -> None:
    class Away:
        def status(self, lookup: bytes, signed: int | None = None) -> None:
            raise AssertionError("the ledger was asked")

    house.rebuild(statuses=Away())
    assert ask(house, "amal@example.org")[0] == 303


def test_the_new_link_leads_to_the_signature_and_erases_it(house: House) -> None:
    signed(house)
    ask(house, " Amal@EXAMPLE.org ")
    email, text = token(house, asked(house))
    assert email == "Amal@EXAMPLE.org"
    house.turn()
    assert b'data-state="counted"' in house.get(f"/r/{text}").body
    house.press(f"/w/{text}", act="erase")
    house.turn()
    assert b'data-state="erased"' in house.get(f"/r/{text}").body
    assert b'data-state="erased"' in house.get(f"/r/{house.token()}").body


def test_the_link_of_an_address_that_never_signed_shows_no_signature(house: House) -> None:
    """The door cannot know; nobody holds this link, for no letter carries it."""
    ask(house, "chidi@example.org")
    house.turn()
    assert not list(house.ledger.due(0, 10))


@pytest.mark.parametrize("email", ["", "amal", "amal@", "a@b@c", "amal@example.org, eve@example.org", "a" * 300])
def test_what_is_no_address_is_refused_by_its_form_alone(house: House, email: str) -> None:
    before = len(house.events)
    status, _, page = ask(house, email)
    assert status in (400, 422)
    assert b'id="email-wrong"' in page
    assert len(house.events) == before


def test_opening_the_page_does_nothing_and_no_address_may_stand_in_an_address(house: House) -> None:
    before = len(house.events)
    assert house.get("/c/well/en/link").status == 200
    assert house.get("/c/well/en/link?email=amal@example.org").status == 400
    assert len(house.events) == before


def test_programs_ask_as_they_sign(house: House) -> None:
    answer = house.ask("POST", "/c/well/en/link", b'{"email": "amal@example.org"}', content_type=JSON)
    assert (answer.status, answer.body) == (202, b'{"state":"check-your-mail"}')
    refused = house.ask("POST", "/c/well/en/link", b'{"email": "amal"}', content_type=JSON)
    assert msgspec.json.decode(refused.body)["code"] == "email-malformed"


def test_one_network_cannot_ask_without_end(house: House) -> None:
    house.rebuild(limits=Limiter(60, 3, lambda n: b"k" * n))
    statuses = [ask(house, f"eve{n}@example.org")[0] for n in range(5)]
    assert statuses == [303, 303, 303, 429, 429]


def test_it_goes_on_after_the_petition_has_closed(house: House) -> None:
    signed(house)
    house.now = house.card.closes + DAY
    assert ask(house, "amal@example.org")[0] == 303


def test_a_door_whose_secrets_are_away_says_so(house: House) -> None:
    def away(_campaign: str) -> bytes:
        raise OSError

    house.pepper = away
    house.rebuild()
    assert ask(house, "amal@example.org")[0] == 503


def test_nothing_of_the_address_is_written_in_the_clear(house: House) -> None:
    from undersigned.core.events import encode

    ask(house, "amal.canary@example.org")
    assert b"canary" not in encode(asked(house))
