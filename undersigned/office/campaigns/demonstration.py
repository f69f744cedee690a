"""A key for a campaign of a demonstration, made on the spot: elsewhere a campaign's key never comes near the server."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from undersigned.office.project.installed import installation

__all__ = ["demonstration_key"]

_SECONDS = 60


def demonstration_key(campaign: str) -> tuple[str, str]:
    """Give recipients and proof of a key whose secret part lies in `demo-<campaign>.key` of the data folder.

    The keys' own commands make them, in processes of their own: the desk itself cannot open what is sealed.

    Raises:
        LookupError: this is no demonstration.
    """
    if not installation().demo:
        raise LookupError("only a demonstration makes keys at the desk")
    file = installation().path / f"demo-{campaign}.key"
    if not file.exists():
        _keys("new", "--out", str(file))
    with tempfile.TemporaryDirectory() as folder:
        proof = Path(folder) / "drill.txt"
        _keys("drill", "--key", str(file), "--campaign", campaign, "--out", str(proof))
        return _recipient(file.read_text("utf-8")), proof.read_text("utf-8")


def _keys(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "undersigned", "keys", *words], check=True, timeout=_SECONDS)


def _recipient(text: str) -> str:
    mark = "# public key: "
    return next(line.removeprefix(mark) for line in text.splitlines() if line.startswith(mark)) + "\n"
