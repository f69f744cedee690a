"""nginx in front of doors, run from `docs/deploy/nginx.conf` itself, on loopback, in a folder of its own."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from undersigned.assemble.serve import end_with_parent

__all__ = ["CONFIGURATION", "Front", "configured"]

CONFIGURATION = Path(__file__).parents[1] / "docs" / "deploy" / "nginx.conf"


def configured(folder: Path, port: int, doors: Sequence[int]) -> str:
    """Give the configuration as documented, with other paths and ports, plain HTTP on `port`, and those doors."""
    words = CONFIGURATION.read_text("utf-8")
    for place in ("/run/", "/var/log/nginx/", "/var/cache/nginx/", "/etc/nginx/"):
        words = words.replace(place, f"{folder}/")
    servers = "".join(f"server 127.0.0.1:{door} max_fails=2 fail_timeout=2s;\n        " for door in doors)
    words = re.sub(r"server 127\.0\.0\.1:8000 [^\n]*\n\s*", servers, words)
    words = re.sub(r"listen 443 ssl http2;", f"listen 127.0.0.1:{port};", words)
    words = re.sub(r"    server \{\n        listen 80;\n.*?\n    \}\n", "", words, flags=re.DOTALL)
    words = re.sub(r"    server \{ #.*?\n    \}\n", "", words, flags=re.DOTALL)
    words = re.sub(r"^ *ssl_certificate.*\n", "", words, flags=re.MULTILINE)
    places = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in KINDS)
    words = words.replace("http {\n", f"http {{\n{places}", 1)
    return f"daemon off;\nmaster_process on;\n{words}"


KINDS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Front:
    """A running nginx."""

    def __init__(self, folder: Path, port: int, doors: Sequence[int]) -> None:
        """Start it.

        Raises:
            FileNotFoundError: nginx is not installed.
            RuntimeError: it refuses the configuration, in its own words.
        """
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o711)  # its workers have an account of their own
        self.port = port
        file = folder / "nginx.conf"
        file.write_text(configured(folder, port, doors))
        command = [program, "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(file)]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
        if tested.returncode:
            raise RuntimeError(tested.stderr)
        self.process = subprocess.Popen(command, start_new_session=True, preexec_fn=end_with_parent)
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
