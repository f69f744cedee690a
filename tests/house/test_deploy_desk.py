"""Staff reach the desk of a real installation through nginx as it is shipped, over TLS; doctor says why they do not."""

from __future__ import annotations

import base64
import hmac
import html
import http.client
import re
import ssl
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlencode, urlsplit

import msgspec
import pytest

from bench.front import Front
from bench.site import free_port
from tests.house.test_deploy import nginx
from tests.office.test_pictures import drawn, saved
from undersigned.assemble.doctor_desk import CHECKS
from undersigned.assemble.places import Places
from undersigned.settings import Settings, read

pytestmark = pytest.mark.services
_PASSWORD = "a quiet morning in June"
_BOUNDARY = "two-dashes-and-a-name"


class Installation(NamedTuple):
    """A folder made by `init`, `serve` on it, and nginx in front."""

    folder: Path
    front: Front
    login: str  # the link that `serve` printed

    @property
    def settings(self) -> Settings:
        return read(self.folder, {})


def _until(holds: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, what
        time.sleep(0.05)
    return found


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    nginx()
    port, door, desk = free_port(), free_port(), free_port()
    folder = tmp_path_factory.mktemp("real") / "d"
    program = [sys.executable, "-m", "undersigned"]
    url = f"https://localhost:{port}"
    subprocess.run([*program, "init", str(folder), "--url", url], check=True, capture_output=True)
    file = folder / "undersigned.toml"
    words = file.read_text("utf-8").replace("port = 8000", f"port = {door}\ndesk_port = {desk}")
    file.write_text(words)  # `init` has written all else that the small layout needs
    log = folder / "words.log"
    with (
        # Not pytest's own folder: the account of nginx may not pass through that.
        tempfile.TemporaryDirectory(prefix="undersigned-front-", ignore_cleanup_errors=True) as place,
        Front(Path(place), port, [door], desk, tls="localhost") as front,
        log.open("wb") as written,
    ):
        served = subprocess.Popen([*program, "serve", "--dir", str(folder)], stdout=written, stderr=written)
        try:
            found = _until(lambda: re.search(rf"{url}(/desk/in/\S+)", log.read_text()), "the link of the first start")
            yield Installation(folder, front, found.group(1))
        finally:
            served.terminate()
            served.wait(30)


Fields: TypeAlias = dict[str, str]


class Browser:
    """As much of a browser as the desk asks for: cookies, forms, and saying where a form comes from."""

    def __init__(self, installation: Installation) -> None:
        self._url = installation.settings.url
        self._trusted = installation.front.folder / "undersigned.pem"
        self._cookies: dict[str, str] = {}
        self.page = ""
        self.secret = ""  # of the authenticator app

    def get(self, path: str) -> int:
        """Open a page; give its status."""
        return self._ask("GET", path, b"", {})

    def opened(self, path: str) -> str:
        """Open a page that there has to be; give its words."""
        assert self.get(path) == 200, path
        return self.page

    def post(self, path: str, given: Fields | Callable[[str], Fields], picture: bytes = b"") -> int:
        """Open the page, fill in its form, send it, and follow where it leads; give the last status."""
        page = self.opened(path)
        fields = given(page) if callable(given) else given
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.page)
        assert token is not None, self.page[:500]
        fields = {"csrfmiddlewaretoken": token.group(1), **fields}
        kind, body = _with_file(fields, picture) if picture else _form(fields)
        return self._ask("POST", path, body, {"Content-Type": kind, "Origin": self._url})

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        parts = urlsplit(self._url)
        trusting = ssl.create_default_context(cafile=str(self._trusted))
        link = http.client.HTTPSConnection(str(parts.hostname), parts.port, timeout=120, context=trusting)
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        try:
            link.request(method, path, body, {"Cookie": cookies, "Accept-Language": "en", **headers})
            answer = link.getresponse()
            self.page = html.unescape(answer.read().decode("utf-8", "replace"))
        finally:
            link.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, held in SimpleCookie(line).items():
                assert held["secure"], name
                self._cookies[name] = held.value
        if answer.status in (302, 303):
            return self.get(answer.headers["Location"])
        return answer.status


def _form(fields: Fields) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


def _with_file(fields: Fields, picture: bytes) -> tuple[str, bytes]:
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    head = b'Content-Disposition: form-data; name="picture"; filename="river.png"\r\nContent-Type: image/png\r\n\r\n'
    line = f"--{_BOUNDARY}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in [*parts, head + picture])
    return f"multipart/form-data; boundary={_BOUNDARY}", body + line + b"--\r\n"


def _code(secret: str) -> str:
    """Give what an authenticator app shows (RFC 6238)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1")
    number: int = struct.unpack_from(">I", digest, digest[-1] & 15)[0]
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def _enters_code(browser: Browser, path: str, secret_of: Callable[[str], str]) -> int:
    """Type the code of an authenticator app; again where its half minute ended on the way."""
    for _ in range(3):
        status = browser.post(path, lambda page: {"code": _code(secret_of(page))})
        if "Incorrect code" not in browser.page:
            break
    return status


def _shown_secret(page: str) -> str:
    found = re.search(r'id="authenticator_secret" value="(\w+)"', page)
    assert found is not None, page[:500]
    return found.group(1)


@pytest.fixture(scope="module")
def frida(installation: Installation) -> Browser:
    """The operator, who has come in by the link of the first start and set up an app and a password."""
    browser = Browser(installation)
    assert browser.get("/desk/") == 200  # led to signing in
    assert browser.post(installation.login, {}) == 200
    known: list[str] = []

    def secret(page: str) -> str:
        known.append(_shown_secret(page))
        return known[-1]

    assert _enters_code(browser, "/desk/account/factors/totp/activate/", secret) == 200
    browser.secret = known[-1]
    assert browser.post("/desk/account/password/set/", {"password1": _PASSWORD, "password2": _PASSWORD}) == 200
    assert browser.post("/desk/account/logout/", {}) == 200
    return browser


def test_staff_sign_in_by_password_and_code_send_a_picture_and_invite(
    installation: Installation, frida: Browser
) -> None:
    assert frida.post("/desk/account/login/", {"login": "operator@localhost", "password": _PASSWORD}) == 200
    assert _enters_code(frida, "/desk/account/factors/authenticate/", lambda _page: frida.secret) == 200
    assert frida.post("/desk/found/", {"organisation": "Society", "section": "Norway", "slug": "norway"}) == 200
    frida.get("/desk/campaigns/begin/")
    section = re.search(r'name="section" value="(\d+)"', frida.page)
    assert section is not None, frida.page[:500]
    begun = {"section": section.group(1), "title": "Open the creek path", "language": "en", "name": "creek"}
    begun |= {"organiser": "Society", "contact": "post@example.org"}
    assert frida.post("/desk/campaigns/begin/", begun) == 200

    picture = saved(drawn(1200, 800), "PNG", compress_level=0)
    assert len(picture) > 2_800_000
    assert frida.post("/desk/campaigns/creek/photo/", _version, picture) == 200
    assert "Saved." in frida.page
    kept = [file for file in (installation.folder / "media" / "pictures" / "creek").iterdir() if file.is_file()]
    assert picture in [file.read_bytes() for file in kept]

    invite = "/desk/sections/norway/people/invite/"
    assert frida.post(invite, {"roles": "viewer"}) == 200
    assert frida.post("/desk/account/reauthenticate/", {"password": _PASSWORD, "next": invite}) == 200
    link = re.search(rf"{installation.settings.url}(/desk/join/[\w-]+/)", frida.page)
    assert link is not None, "an invitation names the public host, with https"
    amal = Browser(installation)
    joined = {"name": "Amal", "email": "amal@example.org", "password": _PASSWORD}
    assert amal.post(link.group(1), joined) == 200
    assert "Norway" in amal.page
    assert _traces(installation, installation.login, link.group(1)) == []


def test_a_newsroom_opens_its_copy_before_the_hour(installation: Installation) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.house.newsroom", str(installation.folder)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    newsroom = Browser(installation)
    assert newsroom.get(done.stdout.strip()) == 200
    assert "for Daily Planet." in newsroom.page
    assert _traces(installation, done.stdout.strip()) == []


def _version(page: str) -> Fields:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None, page[:500]
    return {"version": found.group(1), "focus": "4"}


def _traces(installation: Installation, *links: str) -> list[str]:
    """Give the links whose secret stands in a file of nginx."""
    files = [file.read_bytes() for file in installation.front.folder.rglob("*") if file.is_file()]
    assert files
    return [link for link in links if any(link.split("/")[3].encode() in words for words in files)]


@pytest.fixture
def trusted(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process take the certificate for good, as a machine does that of its own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(installation.front.folder / "undersigned.pem"))


def _codes(settings: Settings, folder: Path) -> list[str]:
    return [one.code for check in CHECKS for one in check(settings, Places(folder)) if one.grave]


@pytest.mark.usefixtures("trusted")
def test_a_desk_that_is_reached_as_shipped_is_no_finding(installation: Installation) -> None:
    assert _codes(installation.settings, installation.folder) == []


def _without(words: str) -> Callable[[str], str]:
    return lambda text: re.sub(words, "", text, flags=re.DOTALL)


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (_without(r"location /desk/ \{.*?\n        \}\n"), "desk-elsewhere"),
        (_without(r"client_max_body_size 26m;"), "desk-body"),
        (_without(r"proxy_set_header X-Forwarded-Proto [^;]*;"), "desk-proto"),
        (lambda text: text.replace("Host $http_host", "Host desk.example"), "desk-host"),
        (lambda text: re.sub(r"(upstream desk \{\s*server \S+:)\d+", rf"\g<1>{free_port()}", text), "desk-away"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_doctor_says_why_the_desk_is_not_reached(
    installation: Installation, changed: Callable[[str], str], code: str
) -> None:
    front, settings = installation.front, installation.settings
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="undersigned-front-", ignore_cleanup_errors=True) as place:
        for name in ("undersigned.pem", "undersigned.key"):
            (Path(place) / name).write_bytes((front.folder / name).read_bytes())
        with Front(Path(place), port, [settings.port], settings.desk_port, tls="localhost", changed=changed):
            other = msgspec.structs.replace(settings, url=f"https://localhost:{port}")
            assert _codes(other, installation.folder) == [code]


def test_without_a_proxy_nobody_is_believed_and_doctor_says_so(installation: Installation) -> None:
    from undersigned.office.project.configure import values

    alone = msgspec.structs.replace(installation.settings, proxies=0)
    assert values(alone)["SECURE_PROXY_SSL_HEADER"] is None
    assert values(alone)["ALLAUTH_TRUSTED_PROXY_COUNT"] == 0
    assert "proxies-none" in _codes(alone, installation.folder)
