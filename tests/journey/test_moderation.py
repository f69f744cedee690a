"""Doubtful signatures, the whole way through real processes: doubted, admitted, struck out, appealed, reinstated.

After each decision page, log and an outsider's recount agree, and no screen of the desk shows who signed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.site import Answer, Site
from undersigned.assemble.loopback import answers
from undersigned.settings import read

ROOT = Path(__file__).parents[2]
HERE = "/desk/campaigns/library/signatures/"
HONEST = [f"honest{number}@example.org" for number in range(4)]
TRAPPED = [f"trapped{number}@example.org" for number in range(11)]


class Desk:
    """A browser of somebody who has signed in to the demonstration's desk. Every page that was seen is kept."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site.at(read(folder).desk_port)
        self._cookies: dict[str, str] = {}
        self.seen: list[str] = []
        log = folder / "processes.log"
        site.until(lambda: "/desk/in/" in log.read_text(), 30, "the link")
        (path,) = re.findall(r"http://localhost:\d+(/desk/in/\S+)", log.read_text())
        site.until(lambda: self._site.get(path).status == 200, 30, "the desk")
        self.post(path)

    def get(self, path: str) -> str:
        """Give a page."""
        answer = self._ask("GET", path, None)
        assert answer.status == 200, (path, answer.status)
        self.seen.append(answer.text)
        return answer.text

    def post(self, path: str, fields: dict[str, str] | None = None, page: str = "") -> str:
        """Send the form of a page, and give where it leads."""
        form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page or self.get(path))
        assert form is not None
        body = urlencode({"csrfmiddlewaretoken": form[1], **(fields or {})}).encode()
        answer = self._ask("POST", path, body)
        assert answer.status == 302, (path, answer.status, answer.text[-2000:])
        return str(answer.headers["location"])

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        answer = self._site.request(method, path, body, headers)
        for one in SimpleCookie(answer.headers.get("set-cookie", "").replace(", ", ";")).values():
            self._cookies[one.key] = one.value
        for name in ("desk", "desk-form"):
            found = re.search(rf"(?:^|[ ,;]){name}=([^;,]+)", answer.headers.get("set-cookie", ""))
            if found:
                self._cookies[name] = found[1]
        return answer


def _taken(port: int) -> bool:
    """Tell whether a port or the desk's beside it is taken; below 32,768 no outgoing connection takes one meanwhile."""
    return answers(port) or answers(port + 1)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    port = next(one for one in range(20_000 + os.getpid() % 5_000 * 2, 32_000, 2) if not _taken(one))
    with Site(tmp_path_factory.mktemp("moderation") / "d", port, desk=True, rate=100000, burst=100000) as running:
        yield running


def _count(site: Site, number: int) -> None:
    """Wait for a count, and have it recounted by somebody who knows nothing of us, and by our own command."""
    site.until(lambda: site.count()["count"] == number, 30, f"{number} to be counted")
    log = f"http://127.0.0.1:{site.port}/log/library/"
    recount = [sys.executable, "-I", str(ROOT / "docs/recount.py"), log]
    done = subprocess.run(recount, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["standing"] == number
    page = re.search(r'id="count"[^>]*>\s*([\d,]+)', site.get("/c/library/en/").text)
    assert page is not None
    assert int(page.group(1).replace(",", "")) == number


def _shows(site: Site, token: str, *words: str) -> bool:
    page = site.get(f"/r/{token}").text
    return all(word in page for word in words)


def test_doubtful_signatures_are_decided_and_the_count_is_true_at_every_step(site: Site, tmp_path: Path) -> None:
    for address in HONEST:
        assert site.sign(address, name="Amal Zqxwvut").status == 303
    for address in TRAPPED:
        assert site.sign(address, name="Amal Zqxwvut", website="http://buy.example").status == 303
    tokens = {address: site.token(address) for address in (*HONEST, *TRAPPED)}
    for token in tokens.values():
        assert site.confirm(token).status == 303
    _count(site, len(HONEST))
    trapped = tokens[TRAPPED[0]]
    site.until(lambda: _shows(site, trapped, 'data-state="review"'), 10, "the review")
    assert site.get("/c/library.json").json()["funnel"]["review"] == len(TRAPPED)

    desk = Desk(site, site.folder)
    assert "A field that people do not see was filled in" in desk.get(HERE)
    choice = desk.get(f"{HERE}choose/?reason=honeypot")
    assert "11 signatures" in choice
    address = f"{HERE}choose/?reason=honeypot"
    seen = re.search(r'name="seen" value="([^"]+)"', choice)
    assert seen is not None
    admitted = desk.post(address, {"kind": "admit", "seen": seen[1]}, choice)
    if "Proposed" in (page := desk.get(admitted)):  # the list was read in another minute: confirm what is shown
        desk.post(f"{admitted}agree/", page=page)
    _count(site, len(HONEST) + len(TRAPPED))

    struck = desk.post(f"{admitted}reverse/", {"code": "fraud"}, desk.get(admitted))
    _count(site, len(HONEST))
    site.until(lambda: _shows(site, trapped, 'data-state="struck"', f"/r/{trapped}/appeal"), 10, "the striking out")
    assert site.post_form(f"/r/{trapped}/appeal").status == 303
    assert _shows(site, trapped, "You have appealed")
    site.until(lambda: "Appeals" in desk.get(HERE), 10, "the appeal")
    reference = re.search(r"appeals/([0-9a-f]{8})/", desk.get(HERE))
    assert reference is not None
    desk.post(f"{HERE}appeals/{reference[1]}/", {"answer": "dismiss"}, desk.get(HERE))
    assert "somebody else has to answer" in desk.get(HERE)

    desk.post(f"{struck}reverse/", page=desk.get(struck))
    _count(site, len(HONEST) + len(TRAPPED))
    site.until(lambda: _shows(site, trapped, 'data-state="counted"', "upheld"), 10, "the reinstatement")
    funnel = site.get("/c/library.json").json()["funnel"]
    assert (funnel["appealed"], funnel["upheld"], funnel["struck"]) == (1, 1, len(TRAPPED))
    verify = [sys.executable, "-m", "undersigned", "verify", f"http://127.0.0.1:{site.port}/c/library/", "--json"]
    done = subprocess.run(verify, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr

    for words in ("Zqxwvut", "trapped", "honest0"):
        assert not [page for page in desk.seen if words in page], "a screen of the desk shows who signed"
        assert words.encode() not in (site.folder / "office.db").read_bytes()
