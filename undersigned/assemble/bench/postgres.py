"""A PostgreSQL of our own for a measure, with a synchronous standby where that is asked for; removed afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from undersigned.assemble.bench.load import Absent
from undersigned.assemble.bench.processes import free_port, process, until

__all__ = ["postgres"]

_USER = "postgres"
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_buffers = 512MB
max_wal_size = 8GB
max_connections = 60
synchronous_standby_names = '{standbys}'
"""


@contextmanager
def postgres(standby: bool = False) -> Iterator[str]:
    """Run one server, or one that commits on two disks; give the address of its database.

    A server refuses to run as root, so root runs it as the user `postgres`.

    Raises:
        Absent: there is no PostgreSQL on this machine.
    """
    with tempfile.TemporaryDirectory(prefix="undersigned-postgres-") as text, ExitStack() as stack:
        folder = Path(text)
        _own(folder)
        first, port = folder / "first", free_port()
        _command("initdb", "-D", str(first), "-U", _USER, "-A", "trust", "-k", "-E", "UTF8", "--locale=C.UTF-8")
        with (first / "postgresql.conf").open("a") as file:
            file.write(_SETTINGS.format(port=port, standbys="*" if standby else ""))
        stack.enter_context(_server(first, port))
        if standby:
            second, other = folder / "second", free_port()
            _command("pg_basebackup", "-D", str(second), "-h", "127.0.0.1", "-p", str(port), "-U", _USER, "-R")
            with (second / "postgresql.conf").open("a") as file:
                file.write(f"port = {other}\n")
            stack.enter_context(_server(second, other))
        yield f"postgresql://{_USER}@127.0.0.1:{port}/postgres"


@contextmanager
def _server(folder: Path, port: int) -> Iterator[None]:
    with process(*_words("postgres"), "-D", str(folder), folder=folder, log=folder / "server.log"):
        try:
            until(lambda: _ready(port), 60, "PostgreSQL")
            yield
        finally:
            _command("pg_ctl", "-D", str(folder), "-w", "-m", "immediate", "stop")


def _ready(port: int) -> bool:
    asked = [*_words("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(asked, cwd="/").returncode == 0


def _command(name: str, *words: str) -> None:
    done = subprocess.run([*_words(name), *words], capture_output=True, text=True, timeout=120, cwd="/")
    if done.returncode:
        raise Absent(f"{name} failed: {done.stderr.strip()[-400:]}")


def _words(name: str) -> list[str]:
    """Give what runs a program of PostgreSQL, as an account that it does not refuse; it ends with this process."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    path = os.pathsep.join([*(str(one) for one in reversed(versions)), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        raise Absent("This measure needs the server of PostgreSQL (Debian: apt-get install postgresql).")
    if os.geteuid() != 0:
        return [found]
    setpriv = shutil.which("setpriv") or "/usr/bin/setpriv"
    # Who changes the account is no longer told of its parent's death; setpriv asks for that again.
    return [setpriv, f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups", "--pdeathsig", "INT", found]


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        try:
            shutil.chown(folder, _USER, _USER)
        except LookupError:
            raise Absent("This measure needs the user `postgres` (Debian: apt-get install postgresql).") from None
