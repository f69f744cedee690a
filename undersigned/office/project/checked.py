"""Django's settings as a module, for the type checker and for making migrations only; no process runs with it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.office.project.configure import values
from undersigned.settings import Settings

_folder = tempfile.TemporaryDirectory()
Places(Path(_folder.name)).make()
globals().update(values(Settings(dir=_folder.name)))
