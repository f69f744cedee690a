"""Chidi doubts the count: whatever the organiser does to the log or beside it, the verification says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.audit.made_log import (
    ARABIC,
    COLLECTED,
    FALSE_FIGURES,
    PLACES,
    STANDING,
    MadeLog,
    Signer,
    a_month,
    digest_of,
)
from tests.audit.verdict import faults, place, verdict
from undersigned.audit.demands import WrongKey, read_demands
from undersigned.audit.fetch import Folder, Place, places
from undersigned.audit.report import Report
from undersigned.audit.verify import verify_place
from undersigned.core import lines, merkle, note
from undersigned.core.tiles import bundle_path


def check(report: Report, name: str) -> str:
    """Give state and words of a check."""
    return next(f"{check.state}: {check.words}" for check in report.checks if check.name == name)


def test_an_honest_log_holds_and_gives_the_number_of_the_recount(made: MadeLog) -> None:
    report = verdict(made)
    assert report.holds
    assert (report.standing, report.collected, report.size) == (698, 700, len(made.lines))
    assert report.countries == made.recount().countries
    assert report.as_of == "2026-01-02T12:00:00Z"
    assert report.text().startswith("698 signatures stand as of 2026-01-02T12:00:00Z — recounted from 714 lines")


def test_a_key_of_the_same_server_is_said_to_prove_little(made: MadeLog) -> None:
    assert check(verdict(made), "key").startswith("note: That key came from the same server as the log")
    with_key = verdict(made, read_demands(key=made.signer.vkey))
    assert not [found for found in with_key.checks if found.name == "key"]
    assert "by the key that you gave" in check(with_key, "signature")


def test_a_log_signed_by_another_key_than_the_known_one_fails(made: MadeLog) -> None:
    other = Signer(made.origin, b"another")
    report = verdict(made, read_demands(key=other.vkey))
    assert not report.holds
    assert "another one than the key that you gave" in check(report, "key")


def test_a_root_that_the_lines_do_not_give_fails(made: MadeLog) -> None:
    made.put(made.log / "checkpoint", made.checkpoint(lying=merkle.EMPTY))
    assert "do not give the root" in faults(made)


def test_a_line_changed_in_bundle_and_tiles_alike_fails(made: MadeLog) -> None:
    honest = (made.log / "checkpoint").read_bytes()
    made.lines[4] = lines.signature(bytes(32))
    made.publish_log()
    made.put(made.log / "checkpoint", honest)
    assert faults(made).startswith("root: ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"q something", "unknown kind"),
        (b"w 1 withdrawn", "line 1 is not what this line takes it for"),
        (b"r 2", "line 2 is not what this line takes it for"),
        (b"t KE e 9", "a group of 9"),
        (b"t KE e 100000", "released by country"),
        (b"d 2025-12-31", "days must rise"),
        (b"s tooshort", "malformed s line"),
        ("s ١".encode(), "malformed s line"),
    ],
)
def test_a_line_that_breaks_the_rules_fails_though_all_is_signed(made: MadeLog, line: bytes, words: str) -> None:
    made.lines.append(line)
    made.publish_log()
    found = verdict(made)
    assert words in check(found, "rules")
    assert found.standing is None, "a log that breaks its rules has no number"
    assert check(found, "root").startswith("ok")


@pytest.mark.parametrize("kind", FALSE_FIGURES)
def test_a_false_figure_stated_in_the_log_fails_though_all_is_signed(made: MadeLog, kind: str) -> None:
    words, state = FALSE_FIGURES[kind]
    state(made)
    made.publish()
    (fault,) = verdict(made).faults
    assert fault.name == "stated"
    assert "stated in line 714" in fault.words
    assert words in fault.words


def test_true_figures_hold_at_whatever_line_they_were_counted(made: MadeLog) -> None:
    for size in (3, 255, 256, 300, 512, 700, len(made.lines)):
        count = made.recount().at(size)
        made.state(STANDING, "exact", count.standing, size)
        made.state(COLLECTED, "more_than", count.collected - 1, size)
        made.state(PLACES, "at_least", count.places, size)
    made.publish()
    assert check(verdict(made), "stated") == (
        "ok: Every figure that the log says was stated in public (22) is true at the line it names."
    )
    for _ in range(9):
        made.state(STANDING, "exact", 1)
    made.publish()
    assert "As false are 4 more" in faults(made)


def test_lines_that_change_when_they_are_read_again_bear_out_no_figure(made: MadeLog) -> None:
    """A server that shows other lines the second time could make any root come true."""
    made.state(STANDING, "exact", made.recount().standing, 300)

    class Turning(Folder):
        asked = 0

        def get(self, path: str, limit: int) -> bytes | None:
            data = super().get(path, limit)
            self.asked += path == bundle_path(1)
            return data[:-1] + b"A" if data and path == bundle_path(1) and self.asked > 1 else data

    made.publish()
    site = Place("", made.campaign, Turning(made.log), Folder(made.public))
    assert "not the same when they are read again" in str(verify_place(site, pause=lambda seconds: None).faults)


def test_one_leaf_for_two_signers_fails(made: MadeLog) -> None:
    made.lines.append(next(line for line in made.lines if line[:2] == b"s "))
    made.publish()
    assert "repeat the commitment of another one: 1" in faults(made)


def test_a_page_that_claims_more_than_the_log_fails(made: MadeLog) -> None:
    facts = json.loads((made.page / "count.json").read_bytes())
    made.put(made.page / "count.json", json.dumps({**facts, "count": facts["count"] + 1}).encode())
    assert "it says 699 standing, the recount gives 698" in faults(made)


def test_a_count_of_a_larger_log_than_the_signed_one_fails(made: MadeLog) -> None:
    facts = json.loads((made.page / "count.json").read_bytes())
    facts["checkpoint"]["size"] += 5
    made.put(made.page / "count.json", json.dumps(facts).encode())
    assert "it speaks of 719 lines and the signed log has 714" in faults(made)


def test_a_count_that_lags_behind_the_log_is_held_against_its_own_line(made: MadeLog) -> None:
    made.sign(30)
    made.publish_log()
    report = verdict(made)
    assert report.holds
    assert report.standing == 728
    assert check(report, "library/count.json") == "ok: library/count.json agrees with the recount at line 714."
    assert report.as_of == "2026-01-02", "no time is given to a checkpoint that the page does not speak of"


def test_files_that_change_while_they_are_read_are_read_again(made: MadeLog) -> None:
    old = {file.name: file.read_bytes() for file in made.page.glob("*.csv*")}
    made.sign(30)
    made.tally("FR", 20)
    made.publish()
    new = {name: (made.page / name).read_bytes() for name in old}
    for name, data in old.items():
        made.put(made.page / name, data)

    def settle(seconds: float) -> None:
        for name, data in new.items():
            made.put(made.page / name, data)

    assert verify_place(place(made), pause=settle).holds


def test_a_text_that_the_log_does_not_name_fails(made: MadeLog) -> None:
    file = made.page / "ar" / "text" / f"{digest_of(ARABIC)}.md"
    file.write_text("# another text", "utf-8")
    assert "differs from the one in the log: ar" in faults(made)


def test_a_new_text_in_the_log_must_be_the_one_offered(made: MadeLog) -> None:
    made.lines.append(lines.document("v", {"texts": {**made.texts, "en": digest_of("another")}}))
    made.publish()
    assert "offers another text for signature" in faults(made)


def test_a_server_cannot_steer_the_terminal_it_is_read_on(tmp_path: Path) -> None:
    made = a_month(tmp_path, 120, host="made\x9b2J\u202e.example")
    report = verdict(made)
    assert report.holds
    assert report.text().replace("\n", "").isprintable()


def test_a_log_served_under_another_name_than_its_own_is_noted(made: MadeLog, served: str) -> None:
    (mirror,) = places(f"{served}/log/library/")
    words = check(verify_place(mirror), "origin")
    assert words.startswith("note: The log calls itself made.example/log/library and is served at 127.0.0.1")


def test_a_log_of_another_campaign_fails_under_this_address(made: MadeLog) -> None:
    elsewhere = Place("x", "bridge", Folder(made.log), None)
    report = verify_place(elsewhere)
    assert "another log or campaign" in check(report, "genesis")


def test_a_bare_copy_is_verified_and_says_that_nothing_was_compared(made: MadeLog) -> None:
    report = verify_place(Place("copy", "", Folder(made.log), None))
    assert report.holds
    assert report.campaign == "library"
    assert check(report, "published").startswith("note: No page or count")


def test_full_files_serve_where_the_partial_ones_were_cleaned_away(made: MadeLog) -> None:
    before = (made.log / "checkpoint").read_bytes()
    counts = {file: file.read_bytes() for file in made.public.rglob("c/**/*.*")}
    made.sign(400)
    made.publish_log()
    for partial in made.log.rglob("*.p"):
        if (partial.with_suffix("")).exists():
            for file in partial.iterdir():
                file.unlink()
    made.put(made.log / "checkpoint", before)
    for file, data in counts.items():
        if file.is_file():
            made.put(file, data)
    assert faults(made) == "tiles: tile/1/000.p/2 is not what the lines give, or is not there." or not faults(made)


def test_witnesses_asked_for_must_have_signed(tmp_path: Path) -> None:
    witnesses = tuple(Signer(f"witness{i}.example", b"w%d" % i, note.COSIGNATURE) for i in range(3))
    made = a_month(tmp_path, 120, witnesses=witnesses[:2])
    assert check(verdict(made), "witnesses").startswith("note: 2 of 2 witnesses")
    enough = read_demands(witnesses=[witness.vkey for witness in witnesses], quorum=2)
    assert check(verdict(made, enough), "witnesses").startswith("ok: 2 of 3")
    all_of_them = read_demands(witnesses=[witness.vkey for witness in witnesses])
    assert "3 were asked for" in faults(made, all_of_them)


def test_a_false_witness_is_found(tmp_path: Path) -> None:
    witness = Signer("witness.example", b"w", note.COSIGNATURE)
    made = a_month(tmp_path, 120, witnesses=(witness,))
    raw = note.parse_note((made.log / "checkpoint").read_bytes())
    forged = [raw.signatures[0], witness.cosign("another text\n", 5)]
    made.put(made.log / "checkpoint", note.format_note(raw.text, forged))
    assert "false witness" in faults(made, read_demands(witnesses=[witness.vkey]))


@pytest.mark.parametrize("key", ["", "no key", "a+00000000+AAAA"])
def test_what_is_no_key_is_refused_in_words(key: str) -> None:
    with pytest.raises(WrongKey, match="key of the witness cannot be used"):
        read_demands(witnesses=[key])


def test_more_witnesses_than_named_cannot_be_asked_for() -> None:
    with pytest.raises(WrongKey, match="2 witnesses are asked for and 0 named"):
        read_demands(quorum=2)


def test_a_witness_key_is_no_log_key() -> None:
    with pytest.raises(WrongKey, match="its type is 4, not 1"):
        read_demands(key=Signer("w.example", b"w", note.COSIGNATURE).vkey)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["sign", "withdraw", "strike", "restore", "tally", "day"]), max_size=30), st.data())
def test_any_honest_log_holds(tmp_path_factory: pytest.TempPathFactory, acts: list[str], data: st.DataObject) -> None:
    made = MadeLog(tmp_path_factory.mktemp("log"))
    made.day("2026-01-01")
    live: list[int] = []
    struck: list[int] = []
    days = 1
    for act in acts:
        if act == "sign":
            live += made.sign(data.draw(st.integers(1, 300)))
        elif act == "day":
            days += 1
            made.day(f"2026-02-{days:02}" if days < 29 else f"2026-03-{days - 28:02}")
        elif act == "tally" and len(live) - made.recount().released >= 10:
            made.tally("KE", 10)
        elif act == "restore" and struck:
            made.lines.append(lines.reinstatement(struck[-1]))
            live.append(struck.pop())
        elif act in ("withdraw", "strike") and len(live) > made.recount().released:
            index = live.pop(data.draw(st.integers(0, len(live) - 1)))
            withdrawn = act == "withdraw"
            made.lines.append(lines.withdrawal(index, "withdrawn") if withdrawn else lines.strike(index, "fraud"))
            struck += [] if withdrawn else [index]
    made.now += 10**7
    made.publish()
    assert not faults(made)
    assert verdict(made).standing == len(live)
