"""The links of the letters: only a button does anything, and no screen tells a signer less than is true."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.intake.house import House
from undersigned.core import proof
from undersigned.core.checkpoint import parse_vkey
from undersigned.core.events import (
    AppealAnswered,
    Appealed,
    Confirmed,
    Erased,
    NotMe,
    Reinstated,
    StruckOut,
    Withdrawn,
)
from undersigned.core.lines import signature
from undersigned.intake.guard.limits import Limiter
from undersigned.vault.notes import verify

HOURS = 3600


def shown(house: House, token: str) -> str:
    """Give the state that the signer's own page shows."""
    answer = house.get(f"/r/{token}")
    assert answer.status == 200
    found = re.search(r'data-state="([a-z]+)"', answer.body.decode())
    assert found is not None
    return found.group(1)


def signed(house: House, **changes: str) -> str:
    """Sign and give the token of the letter."""
    assert house.sign(**changes).status == 303
    return house.token()


def changed(token: str) -> str:
    """Give the token with its last bit that counts turned."""
    return token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_page_changes_nothing_however_often(house: House, method: str) -> None:
    token = signed(house)
    before = len(house.events)
    for _ in range(5):
        answer = house.ask(method, f"/k/{token}", accept="text/html", purpose="prefetch")
        assert answer.status == 200
    assert len(house.events) == before
    assert shown(house, token) == "waiting"


def test_the_button_confirms_and_leads_to_the_signers_own_page(house: House) -> None:
    token = signed(house)
    answer = house.press(f"/k/{token}")
    assert (answer.status, answer.header("location")) == (303, f"/r/{token}")
    assert isinstance(house.events[-1], Confirmed)


def test_the_page_after_the_button_never_says_that_nothing_happened(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    assert shown(house, token) == "confirmed"  # the ledger has read neither form nor button
    house.sequence()
    assert shown(house, token) == "confirmed"
    house.turn()
    assert shown(house, token) == "counted"


def test_a_ledger_that_is_behind_never_takes_back_what_was_pressed(house: House) -> None:
    token = signed(house)
    house.turn()
    assert shown(house, token) == "waiting"
    for path, act, state in (("k", "", "confirmed"), ("w", "withdraw", "withdrawn"), ("w", "erase", "erased")):
        house.press(f"/{path}/{token}", **({"act": act} if act else {}))
        assert shown(house, token) == state
    house.turn()
    assert shown(house, token) == "erased"


def test_a_signer_is_told_the_truth_that_the_ledger_decides(house: House) -> None:
    first, second = signed(house), signed(house, website="spam", email="ben@example.org")
    house.press(f"/k/{first}")
    house.press(f"/k/{second}")
    house.turn()
    assert (shown(house, first), shown(house, second)) == ("counted", "review")


def test_pressing_twice_and_twice_again_counts_once(house: House) -> None:
    token = signed(house)
    for _ in range(4):
        assert house.press(f"/k/{token}").status == 303
    house.turn()
    counts = house.ledger.counts("well")
    assert counts is not None
    assert (counts.standing, counts.collected) == (1, 1)


def test_two_letters_of_one_address_count_once(house: House) -> None:
    first = signed(house)
    house.turn()
    house.now += 25 * HOURS
    second = signed(house)
    house.press(f"/k/{first}")
    house.press(f"/k/{second}")
    house.turn()
    counts = house.ledger.counts("well")
    assert counts is not None
    assert counts.collected == 1
    assert {shown(house, first), shown(house, second)} == {"counted", "duplicate"}


def test_after_72_hours_the_button_is_gone_and_the_page_says_how_to_go_on(house: House) -> None:
    token = signed(house)
    house.now += 72 * HOURS
    assert house.get(f"/k/{token}").status == 200
    house.now += 121
    for answer in (house.get(f"/k/{token}"), house.ask("POST", f"/k/{token}", accept="text/html")):
        assert answer.status == 410
        assert "/c/well/en/" in answer.body.decode()
    assert not any(isinstance(event, Confirmed) for event in house.events)
    assert shown(house, token) == "expired"


def test_an_old_token_of_a_counted_signature_still_shows_and_withdraws(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    house.turn()
    house.now += 15 * 24 * HOURS
    assert shown(house, token) == "counted"
    assert house.press(f"/w/{token}", act="withdraw").status == 303
    assert shown(house, token) == "withdrawn"


def test_what_is_counted_is_shown_instead_of_a_button_that_does_nothing(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    house.turn()
    page = house.get(f"/k/{token}").body.decode()
    assert 'data-state="counted"' in page
    assert f'action="/k/{token}"' not in page


def test_whoever_was_struck_out_appeals_with_one_button_and_reads_the_answer(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    house.turn()
    assert house.press(f"/r/{token}/appeal").status == 303
    assert "You have appealed" not in house.get(f"/r/{token}").body.decode(), "there was nothing to appeal against"
    record = house.signed()[0].record
    house.now += 60
    house.staff(StruckOut(record, "fraud", house.now))
    page = house.get(f"/r/{token}").body.decode()
    assert f'action="/r/{token}/appeal"' in page
    assert "made up" in page
    house.now += 60
    assert house.press(f"/r/{token}/appeal").status == 303
    assert isinstance(house.events[-1], Appealed)
    for _ in range(2):  # before the ledger has read it, and after
        page = house.get(f"/r/{token}").body.decode()
        assert "You have appealed" in page
        assert f'action="/r/{token}/appeal"' not in page
        house.turn()
    house.now += 60
    house.staff(AppealAnswered(record, False, house.now))
    assert "dismissed" in house.get(f"/r/{token}").body.decode()
    house.staff(Reinstated(record, house.now), StruckOut(record, "fraud", house.now))
    house.press(f"/r/{token}/appeal")
    house.turn()
    house.staff(AppealAnswered(record, True, house.now))
    page = house.get(f"/r/{token}").body.decode()
    assert 'data-state="counted"' in page
    assert "upheld" in page


def test_whoever_did_not_sign_says_so_with_one_button(house: House) -> None:
    token = signed(house)
    assert house.press(f"/k/{token}/not-me").status == 303
    assert isinstance(house.events[-1], NotMe)
    assert shown(house, token) == "refused"
    house.turn()
    assert shown(house, token) == "refused"


def test_not_me_after_the_button_erases(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    house.press(f"/k/{token}/not-me")
    assert shown(house, token) == "erased"
    house.turn()
    assert shown(house, token) == "erased"


def test_taking_back_and_erasing_are_two_buttons_of_one_page(house: House) -> None:
    token = signed(house)
    page = house.get(f"/w/{token}").body.decode()
    assert 'value="withdraw"' in page
    assert 'value="erase"' in page
    house.press(f"/w/{token}", act="withdraw")
    assert isinstance(house.events[-1], Withdrawn)
    house.press(f"/w/{token}", act="erase")
    assert isinstance(house.events[-1], Erased)


@pytest.mark.parametrize("fields", [{"act": "destroy"}, {"act": ""}, {"other": "withdraw"}])
def test_an_unknown_deed_does_nothing(house: House, fields: dict[str, str]) -> None:
    token = signed(house)
    before = len(house.events)
    assert house.press(f"/w/{token}", **fields).status == 400
    assert len(house.events) == before


@pytest.mark.parametrize("route", ["/k/{}", "/k/{}/not-me", "/w/{}", "/r/{}", "/r/{}/appeal", "/r/{}.tlog-proof"])
def test_every_wrong_token_gets_the_same_404_on_every_route(house: House, route: str) -> None:
    token = signed(house)
    method = "POST" if route.endswith(("not-me", "appeal")) else "GET"
    stranger = House(house.folder / "other").world.tokens.make(b"s" * 16, "elsewhere", house.now, "en")
    wrong = [changed(token), token[:-1], token + "A", "A" * 43, "x", stranger]
    answers = [house.ask(method, route.format(one), accept="text/html") for one in wrong]
    assert {answer.status for answer in answers} == {404}
    assert len({(tuple(answer.headers), answer.body) for answer in answers}) == 1


@settings(max_examples=200, deadline=None)
@given(bit=st.integers(0, 255))
def test_a_token_with_any_bit_turned_is_no_token(bit: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    import base64

    world = _world(tmp_path_factory).world
    token = world.tokens.make(b"s" * 16, "well", 1_800_000_000, "en")
    raw = bytearray(base64.urlsafe_b64decode(token + "="))
    raw[bit // 8] ^= 1 << bit % 8
    assert world.holder(base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()) is None


_made: list[House] = []


def _world(factory: pytest.TempPathFactory) -> House:
    if not _made:
        _made.append(House(factory.mktemp("bits")))
    return _made[0]


def test_ten_thousand_wrong_tokens_are_slowed_and_the_owner_is_not(house: House) -> None:
    token = signed(house)
    statuses = [house.ask("GET", f"/w/{changed(token)}").status for _ in range(10_000)]
    assert statuses[:30] == [404] * 30
    assert set(statuses[30:]) == {429}
    assert house.get(f"/w/{token}").status == 200
    assert house.press(f"/w/{token}", act="withdraw").status == 303
    other = house.ask("GET", f"/w/{changed(token)}", peer="198.51.100.7")
    assert other.status == 404


def test_buttons_are_slowed_by_network_too(house: House) -> None:
    token = signed(house)
    house.rebuild(limits=Limiter(60, 2, lambda size: b"k" * size))
    assert [house.press(f"/k/{token}").status for _ in range(3)] == [303, 303, 429]


def test_a_token_of_a_campaign_that_is_gone_is_wrong(house: House) -> None:
    token = signed(house)
    del house.cards.cards["well"]
    assert house.get(f"/k/{token}").status == 404


def test_pages_of_tokens_are_kept_by_nobody(house: House) -> None:
    token = signed(house)
    for route in ("k", "w", "r"):
        answer = house.get(f"/{route}/{token}")
        assert answer.header("cache-control") == "no-store"
        assert answer.header("referrer-policy") == "no-referrer"
        assert "noindex" in (answer.header("x-robots-tag") or "")


def test_the_pages_speak_the_language_of_the_form(house: House) -> None:
    token = signed(house, text=house.card.texts["ar"].hash)
    assert house.post("/c/well/ar/sign", house.fields(email="b@example.org")).status == 303
    arabic = house.token()
    assert '<html lang="ar" dir="rtl"' in house.get(f"/k/{arabic}").body.decode()
    assert '<html lang="en"' in house.get(f"/k/{token}").body.decode()


def test_the_receipt_proves_the_signature_to_whoever_has_the_logs_key(house: House) -> None:
    tokens = [signed(house, email=f"signer{number}@example.org") for number in range(5)]
    for token in tokens:
        house.press(f"/k/{token}")
    house.turn()
    key = parse_vkey(house.notes.vkey("well"))
    for number, token in enumerate(tokens):
        answer = house.get(f"/r/{token}.tlog-proof")
        assert answer.status == 200
        assert "attachment" in (answer.header("content-disposition") or "")
        entry = signature(house.signed()[number].commitment)
        proof.check(proof.parse_proof(answer.body), entry, key, verify)


def test_without_a_line_in_the_log_there_is_no_receipt(house: House) -> None:
    token = signed(house)
    assert house.get(f"/r/{token}.tlog-proof").status == 409
    house.press(f"/k/{token}")
    house.sequence()
    assert house.get(f"/r/{token}.tlog-proof").status == 409


def test_a_damaged_log_gives_no_receipt_rather_than_a_wrong_one(house: House) -> None:
    token = signed(house)
    house.press(f"/k/{token}")
    house.turn()
    for tile in (house.folder / "public" / "log" / "well" / "tile" / "0").rglob("*"):
        if tile.is_file():
            tile.write_bytes(b"short")
    assert house.get(f"/r/{token}.tlog-proof").status == 409


def test_the_campaign_of_a_token_is_the_one_it_was_made_for(house: House) -> None:
    token = signed(house)
    other = msgspec.structs.replace(house.card, campaign="bridge")
    house.cards.cards = {"bridge": other, "well": house.card}
    found = house.world.holder(token)
    assert found is not None
    assert found[1].campaign == "well"
