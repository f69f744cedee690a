"""Compiled forms of the busiest modules, where `undersigned compile` has made them and they still fit.

A process decides once, when the package is first imported: all of them or none. They are used only where they were
made for this Python and from the very bytes that lie beside them, so that code that was changed is never shadowed by
what it used to be; in every other case the modules run as they are written, and behave the same. `docs/adr/0022`.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from importlib import import_module
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

__all__ = ["FOLDER", "GROUP", "MODULES", "NOTE", "in_use", "sums", "use"]

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
    "intake/guard/head.py",
    "intake/guard/limits.py",
    "intake/handle.py",
    "intake/metrics.py",
    "intake/parse.py",
    "intake/signing.py",
    "engines/http/connection.py",
    "engines/http/reading.py",
    "engines/http/shared.py",
    "engines/http/wire.py",
    "assemble/chance.py",
)


class _Finder:
    """Gives Python the compiled file of a module."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        self._files = {name: str(folder / file) for name, file in files.items()}

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        file = self._files.get(name)
        return None if file is None else spec_from_file_location(name, file)


def use(package: Path = PACKAGE, folder: Path = FOLDER, library: str = _LIBRARY) -> bool:
    """Have the compiled forms in `folder` imported from now on, if they fit; tell whether they are."""
    files = _fitting(package, folder)
    if not files or library not in files:
        return False
    finder = _Finder(folder, files)
    sys.meta_path.insert(0, finder)
    try:
        import_module(library)
    except ImportError:  # made for a machine with other libraries
        sys.meta_path.remove(finder)
        return False
    return True


def in_use() -> bool:
    """Tell whether this process runs the compiled forms."""
    return _LIBRARY in sys.modules


def sums(package: Path, files: Iterable[str]) -> dict[str, str]:
    """Give the SHA-256 of these files of the package, by their path in it.

    Raises:
        OSError: one cannot be read.
    """
    return {file: sha256((package / file).read_bytes()).hexdigest() for file in files}


def _fitting(package: Path, folder: Path) -> dict[str, str]:
    """Give module -> file of what fits this Python and the sources; nothing where anything does not."""
    try:
        note = json.loads((folder / NOTE).read_bytes())
        fits = note["suffix"] == EXTENSION_SUFFIXES[0] and note["sums"] == sums(package, note["sums"])
        return dict(note["files"]) if fits else {}
    except (OSError, ValueError, LookupError, TypeError):
        return {}
