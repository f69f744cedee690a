"""One node of the cluster: PostgreSQL, the Patroni that rules it, and an etcd member."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["Node", "Ports"]

ACCOUNT = "postgres"  # PostgreSQL refuses to run as root


class Ports:
    """Where a node listens."""

    def __init__(self, host: str, sql: int, rest: int, clients: int, peers: int) -> None:
        self.host = host
        self.sql = sql
        self.rest = rest  # of Patroni
        self.clients = clients  # of etcd
        self.peers = peers  # of etcd


class Node:
    """Starts, kills, pauses. `prefix` begins every command: the network namespace of the node."""

    def __init__(
        self, folder: Path, name: str, ports: Mapping[str, Ports], prefix: Sequence[str], settings: Mapping[str, Any]
    ) -> None:
        """Make the folder of the node and its configuration; `ports` are those of all nodes, by name."""
        self.name = name
        self.folder = folder / name
        self.ports = ports[name]
        self.paused = False
        self._prefix = [*prefix, *_as_account()]
        self._all = ports
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.folder.mkdir(mode=0o700)
        self._config = self.folder / "patroni.json"  # JSON is YAML
        self._config.write_text(json.dumps({**settings, **self._own(settings["bootstrap"]["pg_hba"])}, indent=1))
        if os.geteuid() == 0:
            for path in (self.folder, self._config):
                shutil.chown(path, ACCOUNT, ACCOUNT)

    @property
    def data(self) -> Path:
        """The data folder of PostgreSQL."""
        return self.folder / "data"

    def start(self) -> None:
        """Start what of it does not run."""
        self.start_etcd()
        if not self._runs("patroni"):
            self._run("patroni", ["patroni", str(self._config)])

    def start_etcd(self) -> None:
        """Start its etcd member if it does not run."""
        if not self._runs("etcd"):
            self._run("etcd", self._etcd())

    def kill(self) -> None:
        """SIGKILL all of it, as when the machine loses power."""
        self._signal(signal.SIGKILL, *self._processes)
        for process in self._processes.values():
            process.wait()
        self.paused = False

    def kill_etcd(self) -> None:
        """SIGKILL its etcd member only."""
        self._processes["etcd"].kill()
        self._processes["etcd"].wait()

    def kill_database(self) -> None:
        """SIGKILL its PostgreSQL only; Patroni sees it gone."""
        self._signal(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP all of it: a machine that stands still, and does not know it afterwards."""
        self._signal(signal.SIGSTOP, *self._processes)
        self.paused = True

    def resume(self) -> None:
        """SIGCONT all of it."""
        self._signal(signal.SIGCONT, *self._processes)
        self.paused = False

    def answers(self) -> bool:
        """Tell whether its PostgreSQL may be asked something."""
        return not self.paused and self._runs("patroni")

    def words(self) -> str:
        """Give the last words of its processes."""
        return "\n".join(file.read_text("utf-8", "replace")[-1500:] for file in sorted(self.folder.glob("*.log")))

    def _runs(self, kind: str) -> bool:
        return kind in self._processes and self._processes[kind].poll() is None

    def _run(self, kind: str, command: Sequence[str]) -> None:
        with (self.folder / f"{kind}.log").open("ab") as log:
            self._processes[kind] = subprocess.Popen(
                [*self._prefix, *command], cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )

    def _signal(self, number: signal.Signals, *kinds: str) -> None:
        """Signal those processes, and every process of PostgreSQL: they work in its data folder."""
        pids = [self._processes[kind].pid for kind in kinds if self._runs(kind)]
        for pid in [*pids, *_working_in(self.data)]:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _etcd(self) -> list[str]:
        own = self.ports
        peers = ",".join(f"{name}=http://{at.host}:{at.peers}" for name, at in self._all.items())
        return [
            "etcd", "--name", self.name, "--data-dir", str(self.folder / "etcd"),
            "--listen-client-urls", f"http://{own.host}:{own.clients}",
            "--advertise-client-urls", f"http://{own.host}:{own.clients}",
            "--listen-peer-urls", f"http://{own.host}:{own.peers}",
            "--initial-advertise-peer-urls", f"http://{own.host}:{own.peers}",
            "--initial-cluster", peers, "--enable-v2", "--logger", "zap", "--log-level", "error",
        ]  # fmt: skip

    def _own(self, may_connect: Sequence[str]) -> dict[str, Any]:
        at = self.ports
        login = {"username": ACCOUNT, "password": "unused"}  # initdb wants one; who may connect is in pg_hba
        return {
            "name": self.name,
            "restapi": {"listen": f"{at.host}:{at.rest}", "connect_address": f"{at.host}:{at.rest}"},
            # Patroni 3.0.2 renews a leader's lease through etcd3 without comparing: a primary that stood still takes
            # the lead back from its successor, and with it goes what was acknowledged. Through etcd it compares.
            "etcd": {"hosts": [f"{one.host}:{one.clients}" for one in self._all.values()]},
            "postgresql": {
                "listen": f"{at.host}:{at.sql}",
                "connect_address": f"{at.host}:{at.sql}",
                "data_dir": str(self.data),
                "bin_dir": "/usr/lib/postgresql/15/bin",
                "pgpass": str(self.folder / "pgpass"),
                "use_unix_socket": True,
                "authentication": {"superuser": login, "replication": login, "rewind": login},
                "parameters": {"unix_socket_directories": str(self.folder)},
                # Here too, so that Patroni writes the file at each start: a rewind copies it, and whoever is killed
                # in the middle of that has an empty one and never starts again.
                "pg_hba": list(may_connect),
            },
        }


def _as_account() -> list[str]:
    """Give up root, and end with whoever started this: nothing is left running when a drill dies."""
    died = ["setpriv", "--pdeathsig", "KILL"]
    if os.geteuid() != 0:
        return died
    account = pwd.getpwnam(ACCOUNT)
    return [*died, f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--init-groups"]


def _working_in(folder: Path) -> list[int]:
    """Give the processes whose working folder is this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                if os.readlink(entry / "cwd") == str(folder):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found
