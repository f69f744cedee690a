"""What is measured against: the door's own front with nothing to do, and nginx."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from undersigned.assemble.bench.load import Absent
from undersigned.assemble.bench.processes import answers, free_port, process, until

__all__ = ["empty", "fixed", "nginx"]

_NGINX = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;
user {user}; worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port} reuseport backlog=8192; location / {{ return 303 /; }} }}
}}
"""


@contextmanager
def empty(workers: int) -> Iterator[int]:
    """Run the same front with an empty 204 to every POST, its body read; give the port."""
    with _front(workers) as port:
        yield port


@contextmanager
def fixed(workers: int, size: int) -> Iterator[int]:
    """Run the same front with that many fixed bytes to every GET; give the port."""
    with _front(workers, "--bytes", str(size)) as port:
        yield port


@contextmanager
def _front(workers: int, *more: str) -> Iterator[int]:
    port = free_port()
    words = ("undersigned.assemble.bench.floor", "--port", str(port), "--workers", str(workers), *more)
    with process(*words):
        until(lambda: answers(port), 30, "the floor")
        yield port


@contextmanager
def nginx(folder: Path) -> Iterator[int]:
    """Run nginx with two workers that answer 303 to everything; give the port.

    Raises:
        Absent: there is no nginx on this machine.
    """
    found = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found is None:
        raise Absent("This measure needs nginx (Debian: apt-get install nginx-light).")
    port, here = free_port(), folder / "nginx"
    here.mkdir()
    user = "root" if os.geteuid() == 0 else "nobody"
    (here / "nginx.conf").write_text(_NGINX.format(folder=here, port=port, user=user))
    with process(found, "-p", str(here), "-c", str(here / "nginx.conf"), "-e", str(here / "nginx.log")):
        until(lambda: answers(port), 10, "nginx")
        yield port
