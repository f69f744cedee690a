"""What the door owes every client, beyond the rows of the security sheet."""

from __future__ import annotations

import threading

from tests.journey.door import RealDoor

FORM_HEAD = b"POST /c/library/en/sign HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def test_methods_that_have_no_place(door: RealDoor) -> None:
    for method in ("CONNECT", "TRACE", "PATCH", "FOO"):
        answer = door.raw(f"{method} / HTTP/1.1\r\n".encode() + door.host + b"\r\n")
        assert answer.status in (400, 404, 405)


def test_a_request_smuggled_behind_a_refused_one_is_never_answered(door: RealDoor) -> None:
    inner = b"GET /livez HTTP/1.1\r\n" + door.host + b"\r\n"
    for head in (b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", b"Transfer-Encoding: chunked\r\n"):
        with door.wire() as wire:
            wire.send(FORM_HEAD + door.host + head + b"\r\n0\r\n\r\n" + inner)
            first = wire.answer()
            assert first.status == 400
            assert first.closed


def test_the_head_of_a_page_is_its_get_without_the_body(door: RealDoor) -> None:
    got, head = door.ask("GET", "/c/library/en/"), door.ask("HEAD", "/c/library/en/")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(got.body))
    assert head.headers["etag"] == got.headers["etag"]


def test_no_answer_sets_a_cookie_or_names_another_host(door: RealDoor) -> None:
    for path in ("/", "/c/library/en/", "/verify", "/_mailbox", "/nowhere", "/c/library.json"):
        answer = door.ask("GET", path, headers={"Cookie": "a=b", "Accept": "text/html"})
        assert "set-cookie" not in answer.headers
        assert "content-security-policy" in answer.headers


def test_a_client_that_hangs_up_harms_nobody(door: RealDoor) -> None:
    body = b"name=A&email=gone%40example.org&country=KE&consent=yes&text=" + door.text().encode()
    for _ in range(30):
        wire = door.wire()
        wire.send(FORM_HEAD + door.host + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        wire.close()
    assert door.sign(email="stays@example.org").status == 303


def test_many_pages_and_forms_at_once(door: RealDoor) -> None:
    failed: list[int] = []

    def busy(number: int) -> None:
        for turn in range(10):
            statuses = (
                door.sign(email=f"busy{number}-{turn}@example.org").status,
                door.ask("GET", "/c/library/en/").status,
                door.ask("GET", "/c/library/count.json").status,
            )
            if statuses != (303, 200, 200):
                failed.extend(statuses)

    threads = [threading.Thread(target=busy, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
