"""The mode by HTTP: a real installation, real letters over SMTP, real presses, and books that balance."""

from __future__ import annotations

import asyncio
import json
import smtplib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from undersigned.assemble.simulate.client import Pool
from undersigned.assemble.simulate.folder import CAMPAIGN, Refused
from undersigned.assemble.simulate.given import GivenMill
from undersigned.assemble.simulate.http import over_http
from undersigned.assemble.simulate.million import million_http, million_journal
from undersigned.assemble.simulate.outcome import Outcome
from undersigned.assemble.simulate.sink import Sink
from undersigned.cli.main import group
from undersigned.settings import read

FORMS = 300
TOKEN = "A" * 21 + "-" + "b" * 21
URL = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    folder = tmp_path_factory.mktemp("simulated") / "http"
    return folder, over_http(folder, FORMS, 1, 3, 2, lambda forms, now: None)


def test_three_hundred_signatures_by_http_balance_in_every_book(month: tuple[Path, Outcome]) -> None:
    _, outcome = month
    assert outcome.finished
    assert outcome.statuses == {}
    assert [book for book in outcome.books if not book.balances] == []
    assert outcome.sent.acknowledged == FORMS
    assert outcome.sent.unanswered == 0
    assert outcome.sent.scans > 0
    assert 0 < outcome.standing < FORMS
    assert set(outcome.latencies) == {"sign", "confirm", "letter"}


def test_the_log_has_the_days_of_the_plan_and_not_of_this_machine(month: tuple[Path, Outcome]) -> None:
    folder, outcome = month
    days = (folder / "public" / "c" / CAMPAIGN / "days.csv").read_text().splitlines()[1:]
    assert days[0].startswith("2026-03-02,")
    assert sum(int(day.split(",")[1]) for day in days) <= outcome.sent.confirmed
    facts = json.loads((folder / "public" / "c" / f"{CAMPAIGN}.json").read_text())
    assert facts["as_of"].startswith("2026-03-0")


def test_a_simulation_that_has_run_is_not_run_into_again(month: tuple[Path, Outcome]) -> None:
    done = CliRunner().invoke(group, ["simulate", "--signatures", "10", "--days", "1", "--dir", str(month[0])])
    assert done.exit_code == 1
    assert "simulation that has run" in done.stderr


def test_nothing_of_a_simulation_is_ever_sent_to_a_real_mail_server(month: tuple[Path, Outcome]) -> None:
    assert read(month[0], {}).mail == "smtp://127.0.0.1:9"


def test_a_real_installation_is_never_driven(tmp_path: Path) -> None:
    real = tmp_path / "real"
    assert CliRunner().invoke(group, ["init", str(real)]).exit_code == 0
    done = CliRunner().invoke(group, ["simulate", "--signatures", "10", "--days", "1", "--dir", str(real)])
    assert done.exit_code == 1
    assert "real installation" in done.stderr
    assert not (real / "report.html").exists()


# The mailboxes


@dataclass
class Mail:
    """What a sink was told, and the port it listens on."""

    port: int = 0
    letters: list[tuple[str, str, str]] = field(default_factory=list)
    bounced: list[str] = field(default_factory=list)


@pytest.fixture
def mail() -> Iterator[Mail]:
    """Run a sink on a thread, as the post meets it: from another process."""
    found = Mail()
    started, loop = threading.Event(), asyncio.new_event_loop()
    sink = Sink(URL, lambda *letter: found.letters.append(letter), found.bounced.append)

    def run() -> None:
        found.port = loop.run_until_complete(sink.start())
        started.set()
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    yield found
    loop.call_soon_threadsafe(sink.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def letter(encoding: str, page: str = "k") -> bytes:
    from email import policy
    from email.message import EmailMessage

    message = EmailMessage(policy=policy.SMTP)
    message["To"] = "amina1@mail.example"
    message.set_content(f"Élan, ça и так\n\n{URL}/{page}/{TOKEN}\n\n.\n..\n", charset="utf-8", cte=encoding)
    return message.as_bytes()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_the_link_is_found_however_a_letter_is_encoded(mail: Mail, encoding: str) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port) as server:
        server.sendmail("petitions@localhost", "amina1@mail.example", letter(encoding))
        server.sendmail("petitions@localhost", "kofi2@mail.example", letter(encoding, "r"))
    assert mail.letters == [("amina1@mail.example", "k", TOKEN), ("kofi2@mail.example", "r", TOKEN)]


def test_an_address_without_a_mailbox_is_refused_for_good(mail: Mail) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port) as server, pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        server.sendmail("petitions@localhost", "amina1@gmial.example", letter("8bit"))
    assert refused.value.recipients["amina1@gmial.example"][0] == 550
    assert mail.bounced == ["amina1@gmial.example"]
    assert mail.letters == []


def test_commands_sent_in_one_go_are_answered_one_by_one(mail: Mail) -> None:
    import socket

    with socket.create_connection(("127.0.0.1", mail.port), 10) as wire, wire.makefile("rb") as answers:
        wire.sendall(b"EHLO post\r\nMAIL FROM:<p@localhost>\r\nRCPT TO:<a@gmial.example>\r\nDATA\r\nRSET\r\n")
        wire.sendall(b"MAIL FROM:<p@localhost>\r\nRCPT TO:<a1@mail.example>\r\nDATA\r\n")
        wire.sendall(letter("8bit").replace(b"\r\n.", b"\r\n..") + b".\r\nQUIT\r\n")
        codes = [line[:3] for line in answers if line[3:4] == b" "]
    assert codes == [b"220", b"250", b"250", b"550", b"503", b"250", b"250", b"250", b"354", b"250", b"221"]
    assert mail.letters == [("a1@mail.example", "k", TOKEN)]


# The browsers


def test_an_answer_in_pieces_is_one_answer_and_a_broken_connection_is_none() -> None:
    answers: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        for piece in (b"HTTP/1.1 20", b"0 OK\r\nContent-Le", b"ngth: 5\r\n\r\nab", b"cde"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        request = await reader.readuntil(b"\r\n\r\n")
        assert request.startswith(b"GET /2 ")
        writer.close()

    async def talk() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        pool = Pool(server.sockets[0].getsockname()[1], 1)
        await pool.open()
        for number in (1, 2):
            arrived = asyncio.Event()

            def done(status: int, seconds: float, arrived: asyncio.Event = arrived) -> None:
                answers.append(status)
                arrived.set()

            while not pool.free:
                await asyncio.sleep(0.01)
            pool.send(b"GET /%d HTTP/1.1\r\n\r\n" % number, done)
            await asyncio.wait_for(arrived.wait(), 10)
        pool.close()
        server.close()

    asyncio.run(talk())
    assert answers == [200, 0]


# What the benchmark calls


def test_the_whole_way_of_the_benchmark_balances(tmp_path: Path) -> None:
    figures = million_http(150, 1, tmp_path / "http")
    assert figures.books, figures
    assert figures.signatures == 150
    assert set(figures.milliseconds) == {"sign", "confirm", "letter"}


def test_letters_and_confirmations_taken_as_given_count_everybody(tmp_path: Path) -> None:
    figures = million_journal(400, 2, tmp_path / "journal")
    assert figures.books, figures
    assert figures.wrong == {}


def test_nothing_is_taken_as_given_in_a_real_folder(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="real installation"):
        GivenMill(read(tmp_path, {}))
