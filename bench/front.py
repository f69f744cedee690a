"""nginx in front of doors and desk, run from `docs/deploy/nginx.conf` itself, on loopback, in a folder of its own."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from undersigned.assemble.bench.processes import free_port
from undersigned.assemble.serve import end_with_parent

__all__ = ["CONFIGURATION", "Front", "certificate", "configured"]

CONFIGURATION = Path(__file__).parents[1] / "docs" / "deploy" / "nginx.conf"


NAME = "petitions.example.org"  # of the site in the configuration


def certificate(folder: Path, name: str) -> Path:
    """Make a key and a certificate for a name where the configuration looks for them; give the certificate.

    Raises:
        FileNotFoundError: openssl is not installed.
    """
    made = folder / "undersigned.pem"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    command = [*words.split(), "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    command += ["-keyout", str(folder / "undersigned.key"), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made


def configured(folder: Path, port: int, doors: Sequence[int], desk: int = 0, tls: str = "") -> str:
    """Give the configuration as documented, with other paths and ports, and those doors.

    `tls`: the name that the site has; all servers are kept, on `port` and another one. "": plain HTTP on `port` alone.
    """
    words = CONFIGURATION.read_text("utf-8")
    for place in ("/run/", "/var/log/nginx/", "/var/cache/nginx/", "/etc/nginx/"):
        words = words.replace(place, f"{folder}/")
    servers = "".join(f"server 127.0.0.1:{door} max_fails=2 fail_timeout=2s;\n        " for door in doors)
    words = re.sub(r"server 127\.0\.0\.1:8000 [^\n]*\n\s*", servers, words)
    words = words.replace("server 127.0.0.1:8001 ", f"server 127.0.0.1:{desk or free_port()} ")
    words = _with_tls(words, port, tls) if tls else _without_tls(words, port)
    places = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in KINDS)
    words = words.replace("http {\n", f"http {{\n{places}", 1)
    return f"daemon off;\nmaster_process on;\n{words}"


def _with_tls(words: str, port: int, name: str) -> str:
    words = words.replace(NAME, name)
    words = re.sub(r"listen 80\b", f"listen 127.0.0.1:{free_port()}", words)
    return re.sub(r"listen 443\b", f"listen 127.0.0.1:{port}", words)


def _without_tls(words: str, port: int) -> str:
    words = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};", words)
    words = re.sub(r"    server \{\n        listen 80;\n.*?\n    \}\n", "", words, flags=re.DOTALL)
    words = re.sub(r"    server \{ #.*?\n    \}\n", "", words, flags=re.DOTALL)
    return re.sub(r"^ *ssl_certificate.*\n", "", words, flags=re.MULTILINE)


KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Front:
    """A running nginx."""

    def __init__(
        self,
        folder: Path,
        port: int,
        doors: Sequence[int],
        desk: int = 0,
        tls: str = "",
        changed: Callable[[str], str] = str,
    ) -> None:
        """Start it. `changed` takes and gives the whole configuration, for a fault that is planted.

        Raises:
            FileNotFoundError: nginx is not installed.
            RuntimeError: it refuses the configuration, in its own words.
        """
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # its workers have an account of their own
        self.port = port
        self.folder = folder
        file = folder / "nginx.conf"
        if tls and not (folder / "undersigned.pem").exists():
            certificate(folder, tls)
        file.write_text(changed(configured(folder, port, doors, desk, tls)))
        command = [program, "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(file)]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
        if tested.returncode:
            raise RuntimeError(tested.stderr)
        self._command = command
        self.start()

    def start(self) -> None:
        """Start it, again after its end."""
        self.process = subprocess.Popen(self._command, start_new_session=True, preexec_fn=end_with_parent)
        self._wait()

    def _wait(self, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            time.sleep(0.02)
        raise RuntimeError("nginx does not listen")

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(20)

    def __enter__(self) -> Front:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
