"""Checks of the machine around an installation: folder, owner, clock, ports, mail relay, public address."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from undersigned.assemble.finding import Check, Finding, grave, note
from undersigned.assemble.loopback import answers
from undersigned.assemble.places import Places
from undersigned.assemble.steady import BELIEVED_AWAY, DAY
from undersigned.engines.smtp.trial import trial
from undersigned.settings import Settings, Wrong

__all__ = ["CHECKS", "alive", "running", "runs"]

_SOON = 14  # days before a certificate's end at which it is named
_PATIENCE = 5  # seconds that a server is given


def alive(file: Path) -> bool:
    """Tell whether the process whose id stands in that file runs."""
    try:
        os.kill(int(file.read_text()), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True


def running(folder: Path, kind: str) -> Iterator[int]:
    """Give the processes of a kind (`mill`, `door` …) that run on a folder, where the system shows them (/proc).

    Those that a unit has started leave no note of their id.
    """
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().split(b"\0")
            place = words[words.index(b"--dir") + 1].decode()
            base = Path(f"/proc/{line.parent.name}/cwd").resolve()
            if kind.encode() in words and (base / place).resolve() == folder.resolve():
                yield int(line.parent.name)
        except (OSError, ValueError, IndexError):
            continue


def runs(places: Places, kind: str) -> bool:
    """Tell whether a process of a kind runs on this machine, by `serve` or by a unit of its own."""
    return alive(places.run / f"{kind}.pid") or any(running(places.folder, kind))


def _writable(settings: Settings, places: Places) -> Iterator[Finding]:
    if not places.folder.exists():
        return
    for folder in (places.folder, places.journals, places.run, places.cards, places.public, places.secrets):
        if folder.exists() and not _takes_a_file(folder):
            yield grave(
                "folder-not-writable",
                f"nothing can be written into {folder}",
                "Make it a folder of the user who runs `undersigned`, on a file system mounted for writing.",
            )


def _takes_a_file(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _owner(settings: Settings, places: Places) -> Iterator[Finding]:
    if not places.secrets.is_dir():
        return
    owner = places.folder.stat().st_uid
    strange = [file for file in (places.secrets, *places.secrets.rglob("*")) if file.stat().st_uid != owner]
    if strange:
        yield grave(
            "secret-owner",
            f"{strange[0].relative_to(places.folder)} belongs to another user than the data folder",
            f"chown -R --reference={places.folder} {places.secrets}",
        )


def _clock(settings: Settings, places: Places) -> Iterator[Finding]:
    """Compare the machine's clock with the newest time that a process of ours has noted (`assemble.steady`)."""
    times = [_seconds(file) for file in places.run.glob("*.time")]
    newest, now = max(times, default=0.0), time.time()
    if newest and not newest - DAY <= now <= newest + BELIEVED_AWAY:
        yield grave(
            "clock-wrong",
            f"the machine's clock says {_moment(now)}, and the installation last ran at {_moment(newest)}",
            f"Set the clock (NTP). If it is right, remove {places.run}/*.time and start again.",
        )


def _seconds(file: Path) -> float:
    try:
        return float(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0.0


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _ports(settings: Settings, places: Places) -> Iterator[Finding]:
    """A port is somebody else's where it answers although no process of ours runs."""
    if any(runs(places, name) for name in ("door", "mill", "post", "desk")):
        return
    wanted = [("port", settings.port), ("metrics_port", settings.metrics_port)]
    wanted += [("desk_port", settings.desk_port)] if settings.desk else []
    for name, port in wanted:
        if port and answers(port):
            yield grave(
                "port-taken",
                f"another program listens on port {port}, which the setting {name} names",
                f"End that program (`ss -ltnp 'sport = :{port}'` names it), or set {name} to a free port.",
            )


def _mail(settings: Settings, places: Places) -> Iterator[Finding]:
    """Talk to the mail server as the post would, up to the sender; no letter is handed over."""
    if urlsplit(settings.mail).scheme not in ("smtp", "smtps"):
        return
    if settings.sender.endswith(("@localhost", ".localhost")) or "@" not in settings.sender:
        yield grave(
            "sender-local",
            f"letters would come from {settings.sender}, which no mail server takes",
            "Set sender to an address of your own domain, whose SPF and DKIM name your relay.",
        )
    try:
        code = trial(settings.mail, settings.origin.partition(":")[0], settings.sender, _PATIENCE)
    except Wrong as error:
        yield grave("mail-malformed", str(error), "Mend the setting mail.")
        return
    if code == "unreachable":
        yield grave(
            "mail-unreachable",
            "the mail server does not answer",
            "Check the setting mail and the firewall. Letters wait; they are tried for 72 hours.",
        )
    elif code:
        yield grave(
            "mail-refused",
            f"the mail server answers, but will not take letters from us ({code})",
            "Read the row of this code in docs/letters.md. Letters wait; they are tried for 72 hours.",
        )


def _public(settings: Settings, places: Places) -> Iterator[Finding]:
    """Ask for /livez at the public address, as a signer's browser would."""
    parts = urlsplit(settings.url)
    if settings.demo and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        yield grave(
            "demo-public",
            f"this is a demonstration, at {settings.url}: its desk asks for no second factor, and shows every letter",
            "Make a real installation with `undersigned init`; a demonstration belongs on your own machine.",
        )
    if not parts.hostname or not runs(places, "door"):
        return
    try:
        status = _livez(parts.scheme, parts.hostname, parts.port)
    except ssl.SSLCertVerificationError as error:
        yield grave(
            "certificate-wrong",
            f"the certificate at {settings.url} is not good: {error.verify_message}",
            "Renew it, or set url to the name that it is for. Until then no browser opens the petition.",
        )
    except (OSError, http.client.HTTPException) as error:
        yield note(
            "address-unreachable",
            f"{settings.url} cannot be reached from this machine ({type(error).__name__})",
            "Check the DNS, the proxy in front, and the setting url; then try it from another network.",
        )
    else:
        yield from _answered(settings, status)


def _answered(settings: Settings, found: tuple[int, bytes, float | None]) -> Iterator[Finding]:
    status, body, ends = found
    if status != 200 or body.strip() != b"ok":
        yield grave(
            "address-elsewhere",
            f"what answers at {settings.url} is not our door (status {status} for /livez)",
            "Let the proxy pass every path to the setting port, with the Host header as it came (docs/deploy.md).",
        )
    if ends is not None and ends - time.time() < _SOON * DAY:
        yield note("certificate-ends", f"the certificate ends on {_moment(ends)}", "See why it was not renewed.")


def _livez(scheme: str, host: str, port: int | None) -> tuple[int, bytes, float | None]:
    """Give status, body, and when the certificate ends (seconds since 1970; None without one)."""
    if scheme == "https":
        link: http.client.HTTPConnection = http.client.HTTPSConnection(host, port, timeout=_PATIENCE)
    else:
        link = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
    try:
        link.request("GET", "/livez")
        ends = _ends(link.sock)
        answer = link.getresponse()
        return answer.status, answer.read(64), ends
    finally:
        link.close()


def _ends(connected: socket.socket | None) -> float | None:
    held = connected.getpeercert() if isinstance(connected, ssl.SSLSocket) else None
    return ssl.cert_time_to_seconds(str(held["notAfter"])) if held else None


CHECKS: tuple[Check, ...] = (_writable, _owner, _clock, _ports, _mail, _public)
