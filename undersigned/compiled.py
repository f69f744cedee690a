"""Compiled forms of the busiest modules, where `undersigned compile` has made them and they still fit.

A process decides once, when the first of them is imported: all of them or none. They are used only where they were
made for this Python and from the very bytes that lie beside them, so that code that was changed is never shadowed by
what it used to be; in every other case the modules run as they are written, and behave the same. `docs/adr/0022`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

__all__ = ["FOLDER", "GROUP", "MODULES", "NOTE", "in_use", "sums", "use", "use_when_wanted"]

PACKAGE = Path(__file__).parent
FOLDER = PACKAGE / "_compiled"
NOTE = "made-of.json"  #: beside the compiled files: the Python they fit, and the SHA-256 of each source they rest on
GROUP = "undersigned"
_LIBRARY = f"{GROUP}__mypyc"  # holds the code of all; the name is mypyc's

#: What is compiled: the way of a signature through the door. None of them keeps what it is given for ever.
MODULES: tuple[str, ...] = (
    "core/leaves.py",
    "core/normal.py",
    "core/rules.py",
    "core/sources.py",
    "core/wording.py",
    "vault/keyed.py",
    "vault/mailkeys.py",
    "vault/seal.py",
    "vault/tag.py",
    "vault/token.py",
    "journal/commit.py",
    "journal/frames.py",
    "intake/app.py",
    "intake/form.py",
    "intake/guard/domains.py",
    "intake/guard/head.py",
    "intake/guard/limits.py",
    "intake/handle.py",
    "intake/metrics.py",
    "intake/parse.py",
    "intake/request.py",
    "intake/routes.py",
    "intake/signing.py",
    "engines/files/cards.py",
    "engines/http/connection.py",
    "engines/http/reading.py",
    "engines/http/shared.py",
    "engines/http/wire.py",
    "assemble/chance.py",
    "assemble/steady.py",
)


class _Finder:
    """Gives Python the compiled file of a module, where it is decided that those are used."""

    def __init__(self, package: Path, folder: Path, library: str) -> None:
        self._package, self._folder, self._library = package, folder, library
        self._files: Mapping[str, str] | None = None  # by module, once it is decided

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if self._files is None:
            if name not in _NAMES:
                return None
            self.decide()
        file = (self._files or {}).get(name)
        return None if file is None else spec_from_file_location(name, self._folder / file)

    def decide(self) -> bool:
        """Load the code of all where it fits; tell whether it is used."""
        if self._files is None:
            files = _fitting(self._package, self._folder)
            self._files = files if self._library in files else {}
            try:
                if self._files:
                    import_module(self._library)
            except ImportError:  # made for a machine with other libraries
                self._files = {}
        return bool(self._files)


_NAMES = frozenset(f"{PACKAGE.name}.{file.removesuffix('.py').replace('/', '.')}" for file in MODULES)
_FINDER = _Finder(PACKAGE, FOLDER, _LIBRARY)


def use_when_wanted() -> None:
    """Have the compiled forms imported from now on, if they fit, which is looked at when the first one is wanted.

    A process that only starts others wants none, and holds neither them nor what takes the sums.
    """
    sys.meta_path.insert(0, _FINDER)


def use(package: Path, folder: Path, library: str) -> bool:
    """Have the compiled forms of another package imported from now on, if they fit; tell whether they do."""
    finder = _Finder(package, folder, library)
    sys.meta_path.insert(0, finder)
    return finder.decide()


def in_use() -> bool:
    """Tell whether this process runs the compiled forms."""
    return _FINDER.decide()


def sums(package: Path, files: Iterable[str]) -> dict[str, str]:
    """Give the SHA-256 of these files of the package, by their path in it.

    Raises:
        OSError: one cannot be read.
    """
    from hashlib import sha256  # here: it loads OpenSSL, 3.5 MB

    return {file: sha256((package / file).read_bytes()).hexdigest() for file in files}


def _fitting(package: Path, folder: Path) -> dict[str, str]:
    """Give module -> file of what fits this Python and the sources; nothing where anything does not."""
    try:
        note = json.loads((folder / NOTE).read_bytes())
        fits = note["suffix"] == EXTENSION_SUFFIXES[0] and note["sums"] == sums(package, note["sums"])
        return dict(note["files"]) if fits else {}
    except (OSError, ValueError, LookupError, TypeError):
        return {}
