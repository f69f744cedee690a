"""All settings, read once. The only reader of the environment and of `undersigned.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

__all__ = ["Settings", "Wrong", "read"]


class Wrong(Exception):
    """A setting cannot be used; the message says which, why, and what to write instead."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. Names in `undersigned.toml` are the same; `UNDERSIGNED_<NAME>` overrides."""

    dir: str  # the data folder
    url: str = "http://127.0.0.1:8000"  # public address, no path: links in letters, host check, log origin
    host: str = "127.0.0.1"  # address the door listens on
    port: int = 8000
    metrics_port: int = 0  # second listener for /metrics on 127.0.0.1; 0: none
    workers: int = 1  # door processes
    proxies: int = 0  # reverse proxies in front whose X-Forwarded-For is believed
    mail: str = ""  # maildir:PATH or smtp://HOST:PORT, smtps://; "" is maildir:<dir>/mail
    sender: str = "petitions@localhost"  # address letters come from
    subject_neutral: bool = False  # letters do not name the petition in the subject
    interval: float = 2.0  # seconds between two batches of the log
    high_water: str = ""  # folder for the high-water notes; better on another disk; "" is <dir>/high-water
    witnesses: tuple[str, ...] = ()  # each "VKEY URL"
    rate: int = 60  # sign and confirm requests a minute from one address prefix
    burst: int = 300  # how many at once
    demo: bool = False  # a demonstration: every page says so, /_mailbox exists
    simulated: bool = False  # signatures are simulated: every page says so

    @property
    def origin(self) -> str:
        """The public address without its scheme: prefix of the origin of every log."""
        return urlsplit(self.url).netloc

    @property
    def path(self) -> Path:
        """The data folder."""
        return Path(self.dir)


def read(folder: str | Path, environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings of a data folder: `undersigned.toml`, then `UNDERSIGNED_*`, then `given`.

    Raises:
        Wrong: the file is no TOML, names an unknown setting, or a value has the wrong type.
    """
    file = Path(folder) / "undersigned.toml"
    try:
        values: dict[str, Any] = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Wrong(f"{file}: {error}. Mend the line, or delete the file to use the defaults.") from None
    known = set(Settings.__struct_fields__) - {"dir"}
    unknown = sorted(set(values) - known)
    if unknown:
        raise Wrong(f"{file}: unknown setting {unknown[0]!r}. Known: {', '.join(sorted(known))}.")
    for name in known:
        text = (os.environ if environment is None else environment).get("UNDERSIGNED_" + name.upper())
        if text is not None:
            values[name] = text.split(",") if name == "witnesses" else text
    values.update({name: value for name, value in given.items() if value is not None})
    try:
        return msgspec.convert({**values, "dir": str(folder)}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Wrong(f"{file} or environment: {error}. See docs/settings.md.") from None
