"""The demonstration: example petitions with a key made on the spot, and words on where to look."""

from __future__ import annotations

import shlex
import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path

from undersigned.assemble.loopback import answers, free_port
from undersigned.assemble.places import Places
from undersigned.assemble.serve import first_login
from undersigned.settings import Settings, read
from undersigned.stages.deliver.drill import drill
from undersigned.vault.keys import key_file, make_campaign_key

__all__ = ["Occupied", "opened", "prepare", "welcome"]


class Occupied(OSError):
    """The port or the folder is taken; `strerror` says by what and what to do."""

    def __init__(self, words: str) -> None:
        super().__init__(0, words)


def prepare(folder: Path, port: int) -> Settings:
    """Make the data folder of the demonstration where it is absent, and give its settings.

    Raises:
        Occupied: the port is in use, or the folder belongs to another port (the log's name holds it).
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Occupied(f"port {port} is in use; give another with --port") from None
    file = folder / "undersigned.toml"
    if not file.exists():
        _make(folder, port)
    settings = read(folder)
    if settings.port != port:
        raise Occupied(f"this folder was made for port {settings.port}; say --port {settings.port}")
    return settings


def _make(folder: Path, port: int) -> None:
    places = Places(folder)
    places.make()
    key = make_campaign_key()
    now = int(time.time())
    _secret(folder / "demo-campaign.key", key_file(key, now))
    examples = resources.files("undersigned") / "examples"
    with resources.as_file(examples) as source:
        for example in sorted(source.iterdir()):
            if not (example / "campaign.toml").exists():
                continue
            target = places.campaigns / example.name
            shutil.copytree(example, target)
            _embed(target / "campaign.toml", port)
            (target / "recipients.txt").write_text(f"# made for this demonstration\n{key.recipient}\n")
            (target / "drill.txt").write_text(drill(key.secret, (key.recipient,), example.name, now))
    # Last, so that a demonstration that was cut short here is made again.
    (folder / "undersigned.toml").write_text(
        "# A demonstration. Every page says so.\n"
        f'url = "http://127.0.0.1:{port}"\nport = {port}\ndesk_port = {_beside(port)}\ndemo = true\ninterval = 1.0\n'
    )


def _embed(file: Path, port: int) -> None:
    """Let the page of another site show the form: that page comes from localhost, the petition from 127.0.0.1."""
    file.write_text(f'embed = ["http://localhost:{port}"]\n{file.read_text("utf-8")}', "utf-8")


def _beside(port: int) -> int:
    """Give the port of the desk: the next one, or any that is free."""
    return port + 1 if port < 65535 and not answers(port + 1) else free_port()


def _secret(file: Path, words: str) -> None:
    file.touch(mode=0o600)
    file.write_text(words)


def welcome(
    settings: Settings, say: Callable[[str], None], patience: float = 60, program: Sequence[str] = ("undersigned",)
) -> None:
    """Wait for the door and say where everything is; `program` is what the reader calls this program by."""
    if not opened(settings, say, patience):
        return
    desk = _desk(settings, first_login(settings), program) if settings.desk else ""
    say(f"""
  The demonstration is open. Nothing here counts, and every page says so.

    petitions   {settings.url}/
    mailbox     {settings.url}/_mailbox      every letter that was sent{desk}
    verify      {settings.url}/verify        recount the log in your browser
    or          undersigned verify {settings.url}/c/library/
    elsewhere   http://localhost:{settings.port}/_elsewhere      the petition on another site's page

    data        {settings.dir}     (the demonstration's campaign key: demo-campaign.key)

  Sign a petition, open the mailbox, press the button of the letter's page. Ctrl-C ends it.
""")


def _desk(settings: Settings, link: str, program: Sequence[str]) -> str:
    """Say how one comes in: nobody has a password here, and a link is good for once."""
    command = shlex.join([*program, "desk", "--dir", settings.dir, "--login-link"])
    lines = [
        f"    desk        {link or f'http://localhost:{settings.desk_port}/desk/'}",
        "signs you in once, as the operator; the next link is made by" if link
        else "a link that signs you in once, as the operator, is made by",
        command,
    ]  # fmt: skip
    return "\n" + f"\n{' ' * 16}".join(lines)


def opened(settings: Settings, say: Callable[[str], None], patience: float) -> bool:
    """Wait until the door answers, at most `patience` seconds; say so where it does not."""
    end = time.monotonic() + patience
    while not (_answers(settings.url + "/readyz") and _answers(settings.url + "/")):
        if time.monotonic() > end:
            say("The door does not answer. `undersigned doctor` says what to do.")
            return False
        time.sleep(0.1)
    return True


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return int(answer.status) == 200
    except (urllib.error.URLError, OSError):
        return False
