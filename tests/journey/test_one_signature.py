"""Fifty signatures, the whole way, through real processes: page = JSON = recount by a script that imports nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bench.site import Site

ROOT = Path(__file__).parents[2]
CAMPAIGN = "library"


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Fifty signers: 50 sign, 10 never confirm, 4 withdraw, 3 erase, 1 was not the one who typed it."""
    site = Site(tmp_path_factory.mktemp("fifty") / "d", rate=100000, burst=100000)
    addresses = [f"signer{number}@example.org" for number in range(50)]
    for number, address in enumerate(addresses):
        assert site.sign(address, country=("KE", "EG", "BR")[number % 3]).status == 303
    for address in addresses[:5]:  # repeated at once: the same answer, no second letter
        assert site.sign(address.upper().replace("EXAMPLE.ORG", "example.org")).status == 303
    tokens = {address: site.token(address) for address in addresses}
    for address in addresses[:40]:
        assert site.confirm(tokens[address]).status == 303
    for address in addresses[:10]:  # replayed: the button pressed twice more
        site.confirm(tokens[address])
        site.confirm(tokens[address])
    site.until(lambda: site.count()["collected"] >= 40, 30, "forty signatures in the log")
    for address in addresses[:4]:
        assert site.post_form(f"/w/{tokens[address]}", {"act": "withdraw"}).status == 303
    for address in addresses[4:7]:
        assert site.post_form(f"/w/{tokens[address]}", {"act": "erase"}).status == 303
    assert site.post_form(f"/k/{tokens[addresses[45]]}/not-me").status in (200, 303)
    forged = tokens[addresses[48]][:-1] + ("A" if tokens[addresses[48]][-1] != "A" else "E")
    assert site.confirm(forged).status == 404
    for address in addresses[:2]:  # withdrawn, and signed again: a new letter comes only after 24 hours
        assert site.sign(address).status == 303
    site.until(lambda: site.count()["count"] == 33, 30, "seven to be taken back")
    site.tokens_by_address = tokens  # type: ignore[attr-defined]
    return site


@pytest.fixture(scope="module", autouse=True)
def _stop(settled: Site) -> object:
    yield
    settled.stop()


def recount(site: Site) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "docs/recount.py"), f"http://127.0.0.1:{site.port}/log/{CAMPAIGN}/"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    facts: dict[str, object] = json.loads(done.stdout)
    return facts


def test_page_and_json_and_recount_show_the_same_number(settled: Site) -> None:
    count = settled.count(CAMPAIGN)
    page = settled.get(f"/c/{CAMPAIGN}/en/").text
    facts = settled.get(f"/c/{CAMPAIGN}.json").json()
    counted = recount(settled)
    assert count["count"] == facts["count"] == counted["standing"] == 33
    assert count["collected"] == facts["collected"] == counted["collected"] == 40
    shown = re.search(r'id="count"[^>]*>\s*([\d,]+)', page)
    assert shown is not None
    assert int(shown.group(1).replace(",", "")) == 33


def test_the_command_verifies_what_the_script_recounted(settled: Site) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "undersigned", "verify", f"http://127.0.0.1:{settled.port}/c/{CAMPAIGN}/", "--json"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_recount_script_is_short_and_imports_nothing_of_ours() -> None:
    source = (ROOT / "docs/recount.py").read_text("utf-8")
    assert len(source.splitlines()) <= 60
    assert "undersigned" not in re.sub(r'"[^"]*"|#.*', "", source)


def test_every_number_says_as_of(settled: Site) -> None:
    assert "as_of" in settled.count(CAMPAIGN)
    assert "as_of" in settled.get(f"/c/{CAMPAIGN}.json").json()
    assert "As of" in settled.get(f"/c/{CAMPAIGN}/en/").text or "as of" in settled.get(f"/c/{CAMPAIGN}/en/").text


def test_count_json_is_small_and_open_to_other_sites(settled: Site) -> None:
    answer = settled.get(f"/c/{CAMPAIGN}/count.json")
    assert len(answer.body) <= 300
    assert answer.headers["access-control-allow-origin"] == "*"


def test_no_group_of_fewer_than_ten_is_released(settled: Site) -> None:
    released = settled.get(f"/c/{CAMPAIGN}.json").json()["countries"]["released"]
    assert all(number >= 10 for number in released.values())
    assert sum(released.values()) <= 33


def test_the_funnel_adds_up(settled: Site) -> None:
    funnel = settled.get(f"/c/{CAMPAIGN}.json").json()["funnel"]
    assert funnel["confirmed"] == 40
    assert funnel["withdrawn"] == 4
    assert funnel["erased"] == 3


def test_each_signer_sees_the_true_state(settled: Site) -> None:
    tokens: dict[str, str] = settled.tokens_by_address  # type: ignore[attr-defined]
    for number, word in ((0, "withdrawn"), (5, "erased"), (20, "counted"), (47, "waiting"), (45, "refused")):
        page = settled.get(f"/r/{tokens[f'signer{number}@example.org']}")
        assert page.status == 200
        assert f'data-state="{word}"' in page.text


def test_nobody_got_more_than_one_letter(settled: Site) -> None:
    recipients = [recipient for recipient, _ in settled.letters()]
    assert len(recipients) == len(set(recipients)) == 50


def test_a_receipt_verifies(settled: Site, tmp_path: Path) -> None:
    tokens: dict[str, str] = settled.tokens_by_address  # type: ignore[attr-defined]
    proof = settled.get(f"/r/{tokens['signer20@example.org']}.tlog-proof")
    assert proof.status == 200
    (tmp_path / "receipt.tlog-proof").write_bytes(proof.body)
    done = subprocess.run(
        [sys.executable, "-m", "undersigned", "verify", f"http://127.0.0.1:{settled.port}/log/{CAMPAIGN}/",
         "--receipt", str(tmp_path / "receipt.tlog-proof")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_replaying_the_confirmation_counts_nothing_more(settled: Site) -> None:
    tokens: dict[str, str] = settled.tokens_by_address  # type: ignore[attr-defined]
    before = settled.count(CAMPAIGN)["collected"]
    for _ in range(5):
        settled.confirm(tokens["signer20@example.org"])
    settled.sign("late@example.org")
    settled.confirm(settled.token("late@example.org"))
    settled.until(lambda: settled.count(CAMPAIGN)["collected"] > before, 30, "the late signature")
    assert settled.count(CAMPAIGN)["collected"] == before + 1
