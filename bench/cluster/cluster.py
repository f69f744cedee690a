"""Three nodes, strict synchronous replication, and the ways in which they are made to fail."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg

from bench.cluster.node import Node, Ports
from bench.cluster.wires import Wires

__all__ = ["Absent", "Cluster"]

PROGRAMS = ("patroni", "etcd", "setpriv", "/usr/lib/postgresql/15/bin/postgres")
DATABASE = "undersigned"  # the name of the role as well, which may do nothing outside this database


class Absent(Exception):
    """A program that the cluster is made of is not installed; the message names it."""


class Cluster:
    """A primary and two standbys under Patroni and etcd.

    Times are short, so that a failover takes seconds: a leader's lease is `ttl` seconds. A commit is answered
    when it is on the primary's and one standby's disk, and waits where there is no standby (strict mode).
    """

    def __init__(self, folder: Path, nodes: int = 3, ttl: int = 6) -> None:
        """Start the nodes in that empty folder, and wait until a commit can be kept by two of them.

        Raises:
            Absent: a program is not installed.
            TimeoutError: they did not come up.
        """
        for program in PROGRAMS:
            if shutil.which(program) is None:
                raise Absent(f"{program} is not installed (Debian: patroni, etcd-server, postgresql-15)")
        folder.chmod(0o711)  # the account of the nodes has to pass
        self.wires = Wires(nodes)
        self._cut: set[str] = set()
        numbers = range(1, nodes + 1)
        ports = {f"n{number}": _ports(self.wires, number) for number in numbers}
        settings = _settings(self.wires.network(), ttl)
        self.nodes = {
            f"n{number}": Node(folder, f"n{number}", ports, self.wires.command(number), settings) for number in numbers
        }
        try:
            self.heal()
            self.wait_for_primary(60)
            self._prepare()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process and take the network away. The folder stays."""
        for node in self.nodes.values():
            node.kill()
        self.wires.remove()

    def dsn(self, database: str = DATABASE, user: str = DATABASE) -> str:
        """Give the address of the primary, whichever it is: all hosts, and only one that takes writes is taken."""
        hosts = ",".join(f"{node.ports.host}:{node.ports.sql}" for node in self.nodes.values())
        return f"postgresql://{user}@{hosts}/{database}?target_session_attrs=read-write&connect_timeout=2"

    def primary(self) -> str:
        """Give the name of the node that takes writes, or "" while there is none."""
        return next((name for name in self._reached() if self._ask(name, "SELECT NOT pg_is_in_recovery()")), "")

    def standbys(self) -> list[str]:
        """Give the names of the other nodes that can be reached."""
        first = self.primary()
        return [name for name in self._reached() if name != first]

    def wait_for_primary(self, seconds: float = 40) -> str:
        """Wait until there is a primary with a synchronous standby; give its name."""
        found = ""

        def ready() -> bool:
            nonlocal found
            found = self.primary()
            synced = "SELECT count(*) > 0 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
            return bool(found and self._ask(found, synced))

        self._until(ready, seconds, "a primary with a synchronous standby")
        return found

    def wait_for_all(self, seconds: float = 60) -> None:
        """Wait until every node follows the primary again, and one of them may take its place.

        In strict mode nobody but the standby that Patroni has written down may be promoted. It writes one down some
        seconds after PostgreSQL has begun to commit through it; a primary that ends in between has no successor, and
        the cluster waits for its return.
        """
        follow = f"SELECT count(*) = {len(self.nodes) - 1} FROM pg_stat_replication WHERE state = 'streaming'"

        def whole() -> bool:
            one = self.primary()
            return bool(one and self._ask(one, follow) and self.successor(one))

        self._until(whole, seconds, "every node to follow, and one to be written down as successor")

    def successor(self, primary: str) -> str:
        """Give the name of the standby that may take the place of this primary, or "" while there is none."""
        at = self.nodes[primary].ports
        try:
            with urlopen(f"http://{at.host}:{at.rest}/cluster", timeout=2) as answer:
                members = json.load(answer)["members"]
        except (OSError, ValueError):
            return ""
        if primary not in [one["name"] for one in members if one["role"] == "leader"]:
            return ""
        return next((str(one["name"]) for one in members if one["role"] == "sync_standby"), "")

    def words(self) -> str:
        """Give the last words of every node."""
        return "\n".join(node.words() for node in self.nodes.values())

    # Faults

    def kill(self, name: str) -> None:
        """Take the power from a node."""
        self.nodes[name].kill()

    def kill_etcd(self, name: str) -> None:
        """Kill the etcd member of a node."""
        self.nodes[name].kill_etcd()

    def kill_database(self, name: str) -> None:
        """Kill the PostgreSQL of a node; its Patroni goes on."""
        self.nodes[name].kill_database()

    def pause(self, name: str) -> None:
        """Let a node stand still."""
        self.nodes[name].pause()

    def resume(self, name: str) -> None:
        """Let it go on, believing that no time has passed."""
        self.nodes[name].resume()

    def partition(self, name: str) -> None:
        """Cut a node off from the others and from this process.

        Raises:
            Absent: the nodes share loopback, which cannot be cut.
        """
        if not self.wires.cuttable:
            raise Absent("network namespaces are not allowed here")
        self._cut.add(name)
        self.wires.cut(_number(name))

    def heal(self) -> None:
        """Undo every fault: join what was cut, resume what was paused, start what was killed."""
        for name in sorted(self._cut):
            self.wires.join(_number(name))
        self._cut.clear()
        for node in self.nodes.values():
            if node.paused:
                node.resume()
            node.start()

    # Inside

    def _reached(self) -> list[str]:
        return [name for name, node in self.nodes.items() if node.answers() and name not in self._cut]

    def _ask(self, name: str, question: str) -> Any:
        """Put a question to one node; None where it does not answer."""
        at = self.nodes[name].ports
        try:
            with psycopg.connect(
                host=at.host, port=at.sql, user="postgres", dbname="postgres", connect_timeout=2, autocommit=True
            ) as connection:
                row = connection.execute(question.encode()).fetchone()
        except psycopg.Error:
            return None
        return row[0] if row else None

    def _until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {seconds} s for {what}\n{self.words()}")
            time.sleep(0.2)

    def _prepare(self) -> None:
        with psycopg.connect(self.dsn("postgres", "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {DATABASE} LOGIN")
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {DATABASE}")


def _number(name: str) -> int:
    return int(name.removeprefix("n"))


def _ports(wires: Wires, number: int) -> Ports:
    if wires.cuttable:
        return Ports(wires.host(number), 5432, 8008, 2379, 2380)
    return Ports(wires.host(number), *(_free_port() for _ in range(4)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(network: str, ttl: int) -> dict[str, Any]:
    """Give what is the same for every node. Patroni wants loop_wait + 2 * retry_timeout <= ttl."""
    return {
        "scope": "undersigned",
        "bootstrap": {
            "dcs": {
                "ttl": ttl,
                "loop_wait": 1,
                "retry_timeout": max(1, (ttl - 1) // 2),
                "maximum_lag_on_failover": 1 << 20,
                "primary_start_timeout": 5,
                "synchronous_mode": True,
                "synchronous_mode_strict": True,
                "synchronous_node_count": 1,
                "postgresql": {
                    "use_pg_rewind": True,
                    "parameters": {
                        "max_connections": 60, "shared_buffers": "64MB", "wal_keep_size": "256MB",
                        "wal_sender_timeout": "4s", "wal_receiver_timeout": "4s", "wal_receiver_status_interval": "1s",
                        "checkpoint_timeout": "60s", "tcp_user_timeout": "4s", "restart_after_crash": False,
                    },
                },
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            "pg_hba": [
                "local all all trust",
                f"host all all {network} trust",
                f"host replication all {network} trust",
            ],
        },
        "watchdog": {"mode": "off"},
    }  # fmt: skip
