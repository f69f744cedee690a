"""Where published files come from: a folder, or a web server. Nothing that they say is believed here."""

from __future__ import annotations

import os
import re
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException, HTTPMessage
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import IO, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

__all__ = ["Folder", "Place", "Source", "Unreadable", "Web", "places", "several"]

SECONDS = 20.0  # the longest that a server may be silent
ROUND = 64  # files asked for ahead of the one that is read
THREADS = 6
_NAME = r"[a-z0-9][a-z0-9-]{0,39}"


class Unreadable(Exception):
    """A file or address cannot be read; the message says which, why, and what to do next."""


class Source(Protocol):
    """A place with published files; paths are relative, with `/`."""

    address: str

    def get(self, path: str, limit: int) -> bytes | None:
        """Give a file of at most `limit` bytes, or None where there is none.

        Raises:
            Unreadable: it is too large, or the place cannot be reached.
        """
        ...


class Folder:
    """Published files in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)
        self._root = os.path.realpath(folder)
        self._within: dict[str, str] = {}  # folder as named in paths -> where it is; only those inside

    def get(self, path: str, limit: int) -> bytes | None:
        """Give a file, never one outside the folder. See `Source.get`."""
        try:
            with open(self._inside(path), "rb", buffering=0) as stream:
                return _bounded(_all(stream, limit + 1), limit, path)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise Unreadable(f"{self.folder / path} cannot be read: {error.strerror}. Check its permissions.") from None

    def _inside(self, path: str) -> str:
        """Give where the file is, with no symbolic link left to follow out of the folder."""
        above, _, name = path.rpartition("/")
        folder = self._within.get(above) or os.path.realpath(os.path.join(self._root, above))
        full = f"{folder}/{name}"
        if name in ("", ".", "..") or os.path.islink(full):
            full = os.path.realpath(full)
        if not (full + "/").startswith(self._root.rstrip("/") + "/"):
            raise Unreadable(f"{path} leads out of {self.folder}. Copy the log without symbolic links.")
        self._within[above] = folder
        return full


def _all(stream: FileIO, limit: int) -> bytes:
    """Read to the end, or `limit` bytes."""
    data = stream.read(limit) or b""
    while data and len(data) < limit and (more := stream.read(limit - len(data))):
        data += more
    return data


class _SameHost(HTTPRedirectHandler):
    """Follows a redirect within the host that was asked, and no other."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        before, after = urlsplit(req.full_url), urlsplit(newurl)
        if (before.scheme, before.netloc) != (after.scheme, after.netloc):
            raise Unreadable(
                f"{before.netloc} sends the reader on to another host ({after.scheme}://{after.netloc}). "
                "Nothing was read from there. If you trust it, give that address itself."
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Web:
    """Published files behind an http or https address that ends in `/`."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        self.address = address
        self._seconds = seconds
        self._opener = build_opener(_SameHost())

    def get(self, path: str, limit: int) -> bytes | None:
        """Fetch a file. Times out after `seconds` of silence. See `Source.get`."""
        url = self.address + path
        request = Request(url, headers={"Accept-Encoding": "gzip", "User-Agent": "undersigned-verify"})
        try:
            with self._opener.open(request, timeout=self._seconds) as answer:
                data = _bounded(answer.read(limit + 1), limit, url)
                return _unpacked(data, answer.headers.get("Content-Encoding", ""), limit, url)
        except HTTPError as error:
            if error.code in (404, 410):
                return None
            raise Unreadable(f"{url} answers {error.code}. Try again later, or read a copy.") from None
        except (URLError, HTTPException, OSError, ValueError) as error:
            raise Unreadable(f"{url} cannot be read: {_reason(error)}. Check address and network.") from None


def _reason(error: Exception) -> str:
    """Say what went wrong without the innards of the library."""
    inner = error.reason if isinstance(error, URLError) else error
    if isinstance(inner, TimeoutError):
        return "no answer in time"
    if isinstance(inner, OSError) and inner.strerror:
        return inner.strerror.lower()
    return "the address or the answer is malformed"


def _bounded(data: bytes, limit: int, path: str) -> bytes:
    if len(data) > limit:
        raise Unreadable(f"{path} is larger than {limit:,} bytes, the most it may be. It was not read further.")
    return data


def _unpacked(data: bytes, encoding: str, limit: int, url: str) -> bytes:
    if encoding.lower() in ("", "identity"):
        return data
    if encoding.lower() != "gzip":
        raise Unreadable(f"{url} comes packed as {encoding[:20]!r}, which was not asked for.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        return _bounded(unpacker.decompress(data, limit + 1), limit, url)
    except zlib.error:
        raise Unreadable(f"{url} is damaged: it cannot be unpacked. Try again.") from None


def several(source: Source, paths: Iterable[str], limit: int) -> Iterator[bytes | None]:
    """Give many files in the order asked for, a few of them fetched at the same time."""
    if isinstance(source, Folder):
        yield from (source.get(path, limit) for path in paths)
        return
    wanted = iter(paths)
    pool = ThreadPoolExecutor(THREADS)
    try:
        ahead = deque(pool.submit(source.get, path, limit) for path in islice(wanted, ROUND))
        while ahead:
            yield ahead.popleft().result()
            ahead.extend(pool.submit(source.get, path, limit) for path in islice(wanted, 1))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class Place(msgspec.Struct, frozen=True):
    """A log, and the published files that speak of it where they can be had."""

    address: str
    campaign: str  # "" where the address does not tell; the log's first line does
    log: Source
    site: Source | None


def places(address: str) -> list[Place]:
    """Find the logs that an address or folder names.

    Accepted: `http://host/log/<campaign>/`, a page below `http://host/c/<campaign>/`, a folder
    `D/public/log/<campaign>`, `D/public` or `D` (every log in it), and a bare copy of a log.

    Raises:
        Unreadable: it names none.
    """
    if re.match(r"https?://", address):
        return [_web(address)]
    if "://" in address:
        raise Unreadable(f"{address} is neither http nor https. Give a web address or a folder.")
    folder = Path(address)
    if not folder.is_dir():
        raise Unreadable(f"{address} is no folder. Give a web address (http://…) or the folder of a log.")
    found = _folders(folder)
    if not found:
        raise Unreadable(
            f"{address} holds no log: there is no file `checkpoint` in it, nor in `log/<campaign>/`. "
            "Give the folder that holds `checkpoint` and `tile`."
        )
    return found


def _web(address: str) -> Place:
    parts = urlsplit(address)
    found = re.match(rf"(?P<before>(?:/[^/]+)*?)/(?:log|c)/(?P<name>{_NAME})(?:\.json)?(?:/.*)?$", parts.path)
    if not parts.hostname or not found:
        raise Unreadable(
            f"{address} names no campaign. Give the address of its page (http://host/c/<campaign>/) "
            "or of its log (http://host/log/<campaign>/)."
        )
    root = f"{parts.scheme}://{parts.netloc}{found['before']}/"
    name = found["name"]
    return Place(address, name, Web(f"{root}log/{name}/"), Web(root))


def _folders(folder: Path) -> list[Place]:
    if (folder / "checkpoint").is_file():
        return [_place(folder)]
    below = folder / "log"
    if not below.is_dir():
        below = folder / "public" / "log"
    return [_place(log) for log in sorted(below.glob("*")) if (log / "checkpoint").is_file()]


def _place(log: Path) -> Place:
    full = log.resolve()
    if full.parent.name == "log" and re.fullmatch(_NAME, full.name):
        return Place(str(log), full.name, Folder(log), Folder(full.parent.parent))
    return Place(str(log), "", Folder(log), None)
