"""The folder of published files as the door serves it: in memory, as fresh as the disk, never outside the folder."""

from __future__ import annotations

import gzip
import logging
import os
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from time import monotonic
from types import MappingProxyType

import brotli
import msgspec

from undersigned.engines.files.marked import as_written
from undersigned.intake.request import Answer

__all__ = ["File", "PublishedFiles"]

_log = logging.getLogger("undersigned.door")

KEPT_BYTES = 16 << 20  #: of files held in memory at once
LARGEST_KEPT = 2 << 20  #: a larger file is read each time
MOST_BROTLI = 256 * 1024  #: bytes; a larger file is packed quickly or not at all: this is done on the event loop
LEAST_PACKED = 400  #: bytes from which compressing is worth its header

_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".svg": "image/svg+xml",
        ".json": "application/json",
        ".jsonld": "application/ld+json",
        ".atom": "application/atom+xml; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".xml": "application/xml; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".bib": "application/x-bibtex; charset=utf-8",
        ".pdf": "application/pdf",
        ".csv": "text/csv; charset=utf-8; header=present",
        ".md": "text/markdown; charset=utf-8",
        ".parquet": "application/vnd.apache.parquet",
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".webp": "image/webp",
        ".avif": "image/avif",
    }
)
_PACKED = (".html", ".css", ".js", ".svg", ".json", ".jsonld", ".csv", ".md", ".atom", ".ics", ".xml", ".txt", ".bib")

_SAFE = re.compile(r"(?:(?!\.)[A-Za-z0-9._-]+/)*(?!\.)[A-Za-z0-9._-]+", re.ASCII)

#: (what the path matches, how long it may be kept). A tile's name says its content's place and width.
_LIVES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"log/[^/]+/tile/.*"), "public, max-age=31536000, immutable"),
    (re.compile(r"log/[^/]+/checkpoint"), "public, max-age=2"),
    (re.compile(r"c/[^/]+/count\.json"), "public, max-age=60, s-maxage=3"),
    (re.compile(r"c/[^/]+/at/[0-9]+\.json"), "public, max-age=31536000, immutable"),
    (re.compile(r"c/[^/]+/[^/]+/text/.*"), "public, max-age=31536000, immutable"),
    (re.compile(r"c/[^/]+/photo/.*"), "public, max-age=31536000, immutable"),
    (re.compile(r"log/[^/]+/vkey"), "public, max-age=300"),
    (re.compile(r"s/[^/]+"), "public, max-age=300"),
    (re.compile(r"s/.*\.(?:jpg|png|webp|avif)"), "public, max-age=300"),
    (re.compile(r".*"), "public, max-age=5"),
)


class File(msgspec.Struct, frozen=True):
    """One file, whole; `intake.needs.PublishedFile`."""

    body: bytes
    gzip: bytes | None
    etag: str  # strong, with its quotes
    content_type: str
    cache_control: str
    brotli: bytes | None = None
    made: dict[tuple[int, str, bool, str, str], Answer] = msgspec.field(default_factory=dict)


_ALWAYS_NEW = "/checkpoint"  # what counts rest on is never older than they are


class _Kept(msgspec.Struct):
    stamp: tuple[int, int, int]  # inode, size, nanoseconds of its last change
    file: File
    size: int
    seen: float  # when the disk was last asked, in seconds of the clock


class PublishedFiles:
    """`intake.needs.Published` over a folder. One event loop; other processes replace files atomically."""

    def __init__(
        self,
        folder: Path,
        kept_bytes: int = KEPT_BYTES,
        fresh_seconds: float = 0.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Take the folder, which may not be there yet. The disk is asked again after `fresh_seconds` of the clock."""
        self._fresh = fresh_seconds
        self._clock = clock
        self._root = os.path.realpath(folder)
        self._most = kept_bytes
        self._bytes = 0
        self._kept: dict[str, _Kept] = {}

    def get(self, path: str) -> File | None:
        """Give the file at that path (no leading slash), or None.

        A path with hidden or empty parts, with `..` or other characters than those of published names, or
        one that leads outside by a link, is no published path. Nor is a file given whose bytes are not those
        that were written: it is named in the log.
        """
        kept, now = self._kept.get(path), self._clock()
        if kept is not None and now - kept.seen < self._fresh and not path.endswith(_ALWAYS_NEW):
            return kept.file
        full = f"{self._root}/{path}"
        try:
            found = os.stat(full)
        except (OSError, ValueError):
            self._forget(path)
            return None
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        if kept is not None and kept.stamp == stamp:
            kept.seen = now
            return kept.file
        self._forget(path)
        return self._read(path, full, now)

    def _read(self, path: str, full: str, now: float) -> File | None:
        if not _SAFE.fullmatch(path) or os.path.realpath(full) != full:
            return None
        try:
            descriptor = os.open(full, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as stream:
                facts = os.fstat(stream.fileno())
                body = stream.read()
                damaged = as_written(stream.fileno(), body) is False
        except OSError:  # a folder among others
            return None
        if damaged:
            remedy = (
                "Restore it from a mirror" if path.startswith("log/") else "Start the mill again: it writes it anew"
            )
            _log.error("%s is damaged and is not served. %s.", path, remedy)
            return None
        file = _file(path, body)
        if len(body) <= LARGEST_KEPT:
            self._keep(path, _Kept((facts.st_ino, facts.st_size, facts.st_mtime_ns), file, _size(file), now))
        return file

    def _keep(self, path: str, kept: _Kept) -> None:
        self._kept[path] = kept
        self._bytes += kept.size
        while self._bytes > self._most:
            self._forget(next(iter(self._kept)))

    def _forget(self, path: str) -> None:
        kept = self._kept.pop(path, None)
        if kept is not None:
            self._bytes -= kept.size


def _size(file: File) -> int:
    return len(file.body) + len(file.gzip or b"") + len(file.brotli or b"")


def _file(path: str, body: bytes) -> File:
    ending = os.path.splitext(path)[1]
    log = path.startswith("log/")
    packs = ending in _PACKED and not log and len(body) >= LEAST_PACKED
    return File(
        body=body,
        gzip=_smaller(body, _gzipped(body)) if packs else None,
        brotli=_smaller(body, _brotli(body)) if packs and len(body) <= MOST_BROTLI else None,
        etag=f'"{urlsafe_b64encode(blake2b(body, digest_size=15).digest()).decode()}"',
        content_type=_type(path, ending) if not log else _log_type(path),
        cache_control=next(life for pattern, life in _LIVES if pattern.fullmatch(path)),
    )


def _type(path: str, ending: str) -> str:
    if path.endswith("-metadata.json"):
        return "application/csvm+json"
    if path.endswith("/statements.json"):
        return "application/feed+json"
    if path.endswith("/cite.json"):
        return "application/vnd.citationstyles.csl+json"
    return _TYPES.get(ending, "application/octet-stream")


def _log_type(path: str) -> str:
    """Tiles are bytes, what else lies in a log is text (C2SP tlog-tiles)."""
    return "application/octet-stream" if "/tile/" in path else "text/plain; charset=utf-8"


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, 6 if len(body) <= MOST_BROTLI else 1, mtime=0)


def _brotli(body: bytes) -> bytes:
    """Compress for everybody who reads the file before it changes: a page takes about as long as one is made.

    Brotli looks back over a window of 4 MiB if it is not told that the file is smaller, and takes so much memory.
    """
    window = min(max((len(body) + 15).bit_length(), 10), 22)  # bits; of 2^bits bytes 16 are not the file's (RFC 7932)
    packed: bytes = brotli.compress(body, quality=7, lgwin=window)
    return packed


def _smaller(body: bytes, packed: bytes) -> bytes | None:
    return packed if len(packed) < len(body) else None
