"""The page that recounts in the reader's own browser: it finds what the command finds, under a strict policy."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.audit.made_log import COLLECTED, FALSE_FIGURES, PLACES, STANDING, MadeLog, a_month
from undersigned.core import lines, merkle

pytestmark = pytest.mark.browser

STATIC = Path(__file__).parents[2] / "undersigned" / "pages" / "static"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Verify</title>
<script src="/s/verify.js" defer></script>
<form id="verify-form"><input id="verify-log" list="logs" value="/log/library/">
<datalist id="logs"><option value="/log/library/"></datalist>
<input id="verify-receipt" type="file"><button id="verify-run">Verify</button></form>
<ol id="verify-steps"></ol><p id="verify-result" role="status"></p>
<script type="application/json" id="verify-words">%s</script></html>"""


@pytest.fixture
def page(browser: Browser, made: MadeLog, served: str) -> Iterator[Page]:
    """Open the verify page; any complaint of the browser fails the test."""
    put_page(made.public)
    context = browser.new_context()
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text) if "Security Policy" in message.text else None)
    opened.goto(f"{served}/verify.html")
    yield opened
    context.close()
    assert not complaints


def put_page(public: Path) -> None:
    words = (STATIC / "verify-words.json").read_text("utf-8")
    (public / "verify.html").write_text(PAGE % words, "utf-8")
    (public / "s").mkdir(exist_ok=True)
    (public / "s" / "verify.js").write_bytes((STATIC / "verify.js").read_bytes())


def run(page: Page, receipt: bytes | None = None) -> list[tuple[str, str]]:
    """Press the button, and give class and words of every step."""
    if receipt is not None:
        file = {"name": "mine.tlog-proof", "mimeType": "text/plain", "buffer": receipt}
        page.locator("#verify-receipt").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#verify-run").click()
    expect(page.locator("#verify-run")).to_be_enabled(timeout=20_000)
    steps = page.locator("#verify-steps li").all()
    return [(str(step.get_attribute("class")), step.inner_text()) for step in steps]


def bad(page: Page, receipt: bytes | None = None) -> str:
    """Run, and give the words of the only failed step; the verdict must say so too."""
    (words,) = [words for state, words in run(page, receipt) if state == "bad"]
    assert page.locator("#verify-result").inner_text() == "Something does not hold. Do not rely on this number."
    return words


def test_the_browser_gives_the_number_of_the_page(page: Page) -> None:
    steps = run(page)
    assert [state for state, _ in steps] == ["ok", "note", "ok", "ok", "ok", "ok"]
    assert "714 lines" in steps[0][1]
    assert "made.example/log/library+" in steps[1][1], "the key is shown, to be compared"
    assert "Standing: 698. Collected: 700. Countries and territories released: 3." in steps[3][1]
    assert "Such figures: 1." in steps[4][1]
    assert "equals the recount" in steps[5][1]
    result = page.locator("#verify-result").inner_text()
    assert result.startswith("Recounted in this browser from 714 lines of the log: 698 standing, 700 collected.")


def test_the_page_of_a_campaign_is_an_address_too(page: Page) -> None:
    for address in ("/c/library/en/", "library", page.url.replace("verify.html", "log/library/")):
        page.locator("#verify-log").fill(address)
        assert not [state for state, _ in run(page) if state == "bad"], address


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Give the address of a log"),
        ("/elsewhere/", "Give the address of a log"),
        ("https://other.example/log/library/", "undersigned verify https://other.example/log/library/"),
        ("/log/absent/", "checkpoint cannot be read (answer 404)"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_words(page: Page, address: str, words: str) -> None:
    page.locator("#verify-log").fill(address)
    assert words in bad(page)


def test_the_lie_of_a_page_is_found(page: Page, made: MadeLog) -> None:
    file = made.page / "count.json"
    file.write_bytes(file.read_bytes().replace(b'"count":698', b'"count":699'))
    assert "The page says 699 standing" in bad(page)


def test_each_false_figure_that_the_log_states_is_found_and_no_true_one(page: Page, made: MadeLog) -> None:
    genuine = list(made.lines)
    for number, (words, state) in enumerate(FALSE_FIGURES.values()):
        made.lines = list(genuine)
        made.sign(number)  # a browser keeps a part of a bundle by its width
        for size in (300, 512, 700):
            count = made.recount().at(size)
            made.state(STANDING, "exact", count.standing, size)
            made.state(COLLECTED, "at_most", count.collected, size)
            made.state(PLACES, "at_least", count.places, size)
        state(made)
        shutil.rmtree(made.log)
        made.publish()
        told = bad(page)
        assert f"stated in line {723 + number}" in told
        assert words in told


def test_a_changed_leaf_is_found(page: Page, made: MadeLog) -> None:
    file = made.log / "tile" / "entries" / "001"
    data = bytearray(file.read_bytes())
    data[100] = data[100] ^ 1 if chr(data[100] ^ 1).isalnum() else data[100] ^ 2
    file.write_bytes(bytes(data))
    assert "do not give the root" in bad(page)


def test_a_changed_checkpoint_is_found(page: Page, made: MadeLog) -> None:
    file = made.log / "checkpoint"
    file.write_bytes(file.read_bytes().replace(b"\n714\n", b"\n713\n"))
    assert "signature of the checkpoint is wrong" in bad(page)


def test_a_root_signed_over_other_lines_is_found(page: Page, made: MadeLog) -> None:
    made.put(made.log / "checkpoint", made.checkpoint(lying=merkle.EMPTY))
    assert "do not give the root" in bad(page)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"q junk", "no known kind"),
        (b"w 2 withdrawn", "does not stand"),
        (b"w 0 withdrawn", "does not stand"),
        (b"r 3", "not struck out"),
        (b"t KE e 1", "smaller than allowed"),
        (b"t KE e 9999", "by country than stand"),
        (b"d 2025-12-31", "days must rise"),
        (b"v nothing", "no JSON"),
        (b'g {"format":1,"k":10}', "only the first"),
        (b"s short", "malformed"),
        (b"x 01 fraud", "malformed"),
    ],
)
def test_a_line_that_breaks_the_rules_is_found(page: Page, made: MadeLog, line: bytes, words: str) -> None:
    if line == b"w 2 withdrawn":
        made.lines.append(lines.withdrawal(2, "withdrawn"))
    made.lines.append(line)
    made.publish_log()
    assert words in bad(page)


def test_a_log_under_another_name_is_found(page: Page, made: MadeLog) -> None:
    made.lines[0] = made.lines[0].replace(b"log/library", b"log/bridge")
    made.publish_log()
    assert "speaks of another log" in bad(page)


def test_one_leaf_for_two_signers_is_found(page: Page, made: MadeLog) -> None:
    made.lines.append(made.lines[4])
    made.publish_log()
    assert "one receipt was given to two people" in bad(page)


def test_a_count_behind_or_ahead_of_the_log_is_held_against_its_own_line(page: Page, made: MadeLog) -> None:
    made.sign(10)
    made.publish_log()
    assert "taken when the log had 714 lines" in run(page)[-1][1]
    del made.lines[600:]
    made.publish_log()
    assert "the signed log has only 600" in bad(page)


def test_a_count_of_another_log_is_found(page: Page, made: MadeLog, tmp_path: Path) -> None:
    other = a_month(tmp_path / "other", 700, seed=b"x")
    other.lines[4] = lines.signature(bytes(32))
    other.publish()
    shutil.copy(other.page / "count.json", made.page / "count.json")
    assert "another root for 714 lines" in bad(page)


def test_a_receipt_shows_what_became_of_its_line(page: Page, made: MadeLog) -> None:
    receipt = made.receipt(20)
    withdrawn = int(next(line for line in made.lines if line[:1] == b"w").split(b" ")[1])
    assert "Line 20 of the log is a signature, and it stands" in run(page, receipt)[-1][1]
    assert "was withdrawn" in run(page, made.receipt(withdrawn))[-1][1]
    assert "is no signature" in run(page, made.receipt(0))[-1][1]
    made.sign(200)
    made.publish()
    assert "and it stands" in run(page, receipt)[-1][1], "a receipt of an earlier checkpoint"


def test_a_receipt_that_does_not_fit_is_found(page: Page, made: MadeLog, tmp_path: Path) -> None:
    receipt = made.receipt(20)
    assert "another form" in bad(page, receipt[:40])
    assert "its path does not lead" in bad(page, receipt.replace(b"index 20", b"index 21"))
    other = a_month(tmp_path / "other", 120, "bridge")
    assert "not one of this log" in bad(page, other.receipt(5))


def test_every_shape_of_tree_has_the_right_root(page: Page, made: MadeLog) -> None:
    (made.page / "count.json").unlink()
    for size in (600, 512, 257, 256, 255, 3, 2, 1):
        del made.lines[size:]
        made.publish_log()
        assert not [words for state, words in run(page) if state == "bad"], size


def test_a_browser_without_ed25519_says_so_and_goes_on(page: Page) -> None:
    page.evaluate(
        "const lacking = new DOMException('Unrecognized name', 'NotSupportedError');"
        "crypto.subtle.importKey = () => Promise.reject(lacking); null"
    )
    steps = run(page)
    assert steps[0][0] == "note"
    assert "cannot check Ed25519 signatures" in steps[0][1]
    assert [state for state, _ in steps[2:]] == ["ok", "ok", "ok", "ok"]


def test_every_sentence_is_used_and_every_used_one_is_there() -> None:
    words = json.loads((STATIC / "verify-words.json").read_text("utf-8"))
    source = (STATIC / "verify.js").read_text("utf-8")
    for key in words:
        assert f'"{key}"' in source or key.startswith("receipt-"), f"{key} is written nowhere"
    for key in re.findall(r'(?:Fault|sentence|wrong|bad)\("([a-z-]+)"', source):
        assert key in words, key


def test_the_script_writes_no_markup_and_asks_no_other_host() -> None:
    source = (STATIC / "verify.js").read_text("utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://"):
        assert forbidden not in source.replace("page over https", ""), forbidden
