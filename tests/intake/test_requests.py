"""What is refused before anything is read, and what every answer carries (security.md 4.6 and 5)."""

from __future__ import annotations

import json

import pytest

from tests.intake.house import FORM, HOST, JSON, House
from undersigned.intake.handle import begin, handle, route_of
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import TEMPLATES, match, sound
from undersigned.intake.world import hosts_of

SIGN = "/c/well/en/sign"


def first(house: House, **changes: object) -> Answer | None:
    """Give what is answered to a request before its body is read; a good form by default."""
    headers = {"host": HOST, "content-type": FORM, "content-length": "10"}
    facts: dict[str, object] = {"method": "POST", "path": SIGN, "headers": headers}
    facts.update(changes)
    if "more" in facts:
        facts["headers"] = {**headers, **facts.pop("more")}  # type: ignore[dict-item]
    request = Request(**facts)  # type: ignore[arg-type]
    return begin(request, route_of(request, house.world), house.world)


def code(answer: Answer | None) -> str:
    assert answer is not None
    assert answer.header("content-type") == "application/problem+json"
    return str(json.loads(answer.body)["code"])


def test_a_good_form_is_let_through(house: House) -> None:
    assert first(house) is None


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"content-length": "32769"}, 413),
        ({"content-length": "99999999999999999999"}, 400),
        ({"content-length": "-1"}, 400),
        ({"content-length": "+5"}, 400),
        ({"content-length": "5, 5"}, 400),
        ({"content-length": "٣"}, 400),
        ({"transfer-encoding": "chunked"}, 400),  # beside a length
        ({"transfer-encoding": "gzip, chunked"}, 400),
        ({"transfer-encoding": ""}, 400),
        ({"upgrade": "websocket"}, 400),
    ],
)
def test_framing_that_two_servers_could_read_in_two_ways_is_refused_and_closed(
    house: House, more: dict[str, str], status: int
) -> None:
    answer = first(house, more={**more, "accept": "text/html"})
    assert answer is not None
    assert answer.status == status
    assert answer.header("connection") == "close"


def test_a_body_without_a_length_is_asked_for_it(house: House) -> None:
    assert code(first(house, headers={"host": HOST, "content-type": JSON})) == "length-missing"


@pytest.mark.parametrize("name", ["host", "content-length", "content-type"])
def test_headers_that_stand_once_may_not_stand_twice(house: House, name: str) -> None:
    answer = first(house, repeated=frozenset([name]))
    assert answer is not None
    assert answer.status == 400


def test_a_body_where_none_belongs_is_refused(house: House) -> None:
    headers = {"host": HOST, "content-length": "5"}
    answer = first(house, method="GET", path="/", headers=headers)
    assert answer is not None
    assert answer.status == 400


@pytest.mark.parametrize("host", ["evil.example", "", "petitions.example.org.", f"{HOST}:8000", f"{HOST}@evil.example"])
def test_names_that_are_not_ours_are_misdirected(house: House, host: str) -> None:
    answer = first(house, more={"host": host, "x-forwarded-host": HOST})
    assert answer is not None
    assert answer.status == 421


def test_a_request_without_a_name_is_malformed(house: House) -> None:
    answer = first(house, headers={"content-type": FORM, "content-length": "3"})
    assert answer is not None
    assert answer.status == 400


def test_an_absolute_target_must_be_ours_too(house: House) -> None:
    assert first(house, authority=HOST) is None
    answer = first(house, authority="evil.example")
    assert answer is not None
    assert answer.status == 421


def test_our_names_are_those_of_the_public_address() -> None:
    assert hosts_of("https://a.example", 8000, False) == {"a.example", "a.example:443"}
    assert hosts_of("http://A.example:80/", 8000, False) == {"a.example", "a.example:80"}
    assert hosts_of("http://127.0.0.1:9000", 9000, False) == {"127.0.0.1:9000"}
    demo = hosts_of("http://127.0.0.1:9000", 9000, True)
    assert demo == {"127.0.0.1:9000", "localhost:9000", "[::1]:9000"}
    assert hosts_of("http://[::1]:8000", 8000, False) == {"[::1]:8000"}


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_operations_ask_under_any_name(house: House, path: str) -> None:
    headers = {"host": "10.0.0.7:8000"}
    assert handle(Request("GET", path, headers), house.world, house.now)[1].status == 200


@pytest.mark.parametrize("query", ["name=Amal", "email=a%40example.org", "EMAIL=x", "ref=a%40example.org", "x=a@b.c"])
def test_people_in_addresses_are_refused_on_every_page_and_nothing_of_them_is_said_again(
    house: House, query: str
) -> None:
    for path in ("/", "/c/well/en/", "/nowhere", SIGN):
        method = "POST" if path == SIGN else "GET"
        answer = house.ask(method, f"{path}?{query}", b"", **({"content_type": JSON} if method == "POST" else {}))
        assert code(answer) == "query-personal"
        assert b"amal" not in answer.body.lower()


def test_signing_takes_no_query_at_all(house: House) -> None:
    assert code(house.post(f"{SIGN}?utm=x", house.fields(), accept="*/*", content_type=JSON)) == "query-personal"
    assert house.get("/c/well/en/?utm_source=x").status == 200


def test_an_endless_query_is_too_long(house: House) -> None:
    assert code(house.ask("GET", "/?" + "x" * 2000)) == "address-too-long"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/c/../../etc/passwd", 404), ("/c/./well/en/", 404), ("//c/well/en/", 404), ("/c//en/", 404),
        ("/log/well/tile/../../../secrets/token.key", 404), ("/c/well\x00/en/", 400), ("/c/well/en/\x00", 400),
        ("/s/..", 404), ("/s/.hidden", 404), ("*", 404), ("", 404), ("/c/well/en/\\..\\x", 404), ("/s/%2e%2e/x", 404),
        ("/log/well/tile/0/x018/446/744/073/709/551/616", 404), ("/log/well/tile/0/999", 404),
        ("/log/well/tile/0/-01", 404), ("/c/well/en/index.html", 404), ("/index.en.html", 404), ("/" + "a" * 600, 414),
        ("/c/wéll/en/", 404), ("/c/well/en", 303), ("/c/well", 303),
    ],
)  # fmt: skip
def test_paths_lead_nowhere_else(house: House, path: str, status: int) -> None:
    assert house.ask("GET", path).status == status


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", SIGN, "POST"),
        ("PUT", SIGN, "POST"),
        ("POST", "/c/well/en/", "GET, HEAD"),
        ("DELETE", "/", "GET, HEAD"),
        ("OPTIONS", "/c/well/count.json", "GET, HEAD"),
        ("GET", "/k/" + "A" * 43 + "/not-me", "POST"),
        ("TRACE", "/livez", "GET, HEAD"),
        ("FOO", "/k/" + "A" * 43, "GET, HEAD, POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(house: House, method: str, path: str, allowed: str) -> None:
    answer = house.ask(method, path, b"", **({"content_type": FORM} if method == "POST" else {}))
    assert (answer.status, answer.header("allow")) == (405, allowed)


@pytest.mark.parametrize(
    "kind", ["", "multipart/form-data; boundary=x", "multipart/form-data", "text/plain", "application/xml",
             "application/json; charset=utf-16", "application/x-www-form-urlencoded; charset=latin1"],
)  # fmt: skip
def test_other_kinds_of_body_are_not_taken(house: House, kind: str) -> None:
    headers = {"host": HOST, "content-length": "10", **({"content-type": kind} if kind else {})}
    answer = first(house, headers=headers)
    assert answer is not None
    assert answer.status == 415


@pytest.mark.parametrize("kind", ["application/json;charset=UTF-8", "Application/JSON", f"{FORM}; charset=utf-8"])
def test_utf_8_said_aloud_is_taken(house: House, kind: str) -> None:
    assert first(house, more={"content-type": kind}) is None


def test_the_policy_of_every_answer_keeps_everything_of_others_out(house: House) -> None:
    token = "A" * 43
    asked = ["/", "/c/well/en/", "/c/well/count.json", f"/r/{token}", "/nowhere", "/livez", "/robots.txt", "/c/well/",
             "/favicon.ico", "/c/well/en/check-mail", "/log/well/checkpoint"]  # fmt: skip
    answers = [house.get(path) for path in asked] + [house.sign(), house.sign(name=""), house.sign_json()]
    for answer in answers:
        policy = answer.header("content-security-policy") or ""
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.header("referrer-policy") == "no-referrer"
        assert answer.header("x-content-type-options") == "nosniff"
        assert answer.header("cross-origin-opener-policy") == "same-origin"
        assert answer.header("cross-origin-resource-policy") in ("same-origin", "cross-origin")
        assert answer.header("permissions-policy")
        assert answer.header("set-cookie") is None
        names = [name for name, _ in answer.headers]
        assert len(names) == len(set(names))
        assert all(name == name.lower() for name in names)


def test_people_get_pages_and_programs_get_problems(house: House) -> None:
    page = house.ask("GET", "/nowhere", accept="text/html,*/*;q=0.8", accept_language="fr")
    assert '<html lang="fr"' in page.body.decode()
    assert code(house.ask("GET", "/nowhere")) == "not-found"


def test_mailbox_and_page_of_another_site_are_there_on_a_demonstration_only(house: House) -> None:
    class Letters:
        def letters(self, limit: int = 100) -> list[object]:
            return []

    for path in ("/_mailbox", "/_elsewhere"):
        assert house.get(path).status == 404
    house.rebuild(mailbox=Letters())
    for path in ("/_mailbox", "/_elsewhere"):
        assert house.get(path).status == 200


def test_readiness_says_what_is_wrong(house: House) -> None:
    house.health.words = "the journal is closed"
    answer = house.get("/readyz")
    assert (answer.status, answer.body) == (503, b"the journal is closed\n")
    assert house.get("/livez").status == 200


def test_every_documented_template_is_its_own_route() -> None:
    example = {
        "<campaign>": "well",
        "<lang>": "en",
        "<token>": "A" * 43,
        "<hash>": "h" * 43,
        "<path>": "0/001",
        "<file>": "style.css",
        "<slug>": "a-million",
        "<versions>": "1-2",
        "<version>": "1",
        "<table>": "days",
        "<organisation>": "friends",
        "<section>": "kenya",
        "<form>": "statement.txt",
        "<feed>": "statements.atom",
        "<calendar>": "gatherings.ics",
        "<gathering>": "evening",
        "<code>": "qr.svg",
        "<drawing>": "curve.svg",
        "<snapshot>": "1400",
    }
    for template in TEMPLATES:
        path = template
        for name, value in example.items():
            path = path.replace(name, value)
        route = match(path)
        assert route is not None, template
        assert route.template == template
        assert sound(path)


def test_a_request_shows_nothing_of_itself() -> None:
    request = Request("POST", "/k/secret", {"cookie": "x"}, "192.0.2.1", b"name=Amal", "q=1")
    assert repr(request) == "Request(POST)"
