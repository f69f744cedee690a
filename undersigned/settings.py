"""All settings, read once. The only reader of the environment and of `undersigned.toml`."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

__all__ = ["Settings", "Wrong", "read"]


NAME = "^[a-z0-9]{0,16}$"


class Wrong(Exception):
    """A setting cannot be used; the message says which, why, and what to write instead."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One installation. Names in `undersigned.toml` are the same; `UNDERSIGNED_<NAME>` overrides."""

    dir: Annotated[str, Meta(description="The data folder")]
    url: Annotated[
        str,
        Meta(description="Public address without a path: links in letters, the host check, names of logs"),
    ] = "http://127.0.0.1:8000"
    host: Annotated[str, Meta(description="Address the door listens on")] = "127.0.0.1"
    port: Annotated[int, Meta(description="Port the door listens on")] = 8000
    metrics_port: Annotated[int, Meta(description="Second listener for /metrics, on 127.0.0.1; 0: none")] = 0
    workers: Annotated[int, Meta(description="Door processes")] = 1
    posts: Annotated[
        int, Meta(description="Post processes in all, each with its share of the letters", ge=1, le=64)
    ] = 1
    name: Annotated[
        str,
        Meta(
            description="Name of this machine where doors run on several: part of their journals' names", pattern=NAME
        ),
    ] = ""
    front: Annotated[
        Literal["own", "granian"],
        Meta(description="What speaks HTTP: our own front, or granian with the same limits"),
    ] = "own"
    proxies: Annotated[
        int, Meta(description="Reverse proxies in front whose X-Forwarded-For and X-Forwarded-Proto are believed")
    ] = 0
    journal: Annotated[
        str,
        Meta(description="postgresql://ROLE@HOST/DATABASE keeps the journals there; empty: files in the data folder"),
    ] = ""
    ledger: Annotated[
        str,
        Meta(description="postgresql://ROLE@HOST/DATABASE keeps the ledger there; empty: files in the data folder"),
    ] = ""
    mail: Annotated[
        str,
        Meta(description="maildir:PATH, smtp://HOST:PORT or smtps://HOST:PORT; empty: a Maildir there"),
    ] = ""
    mail_connections: Annotated[int, Meta(description="Connections to the mail server at once, at most", ge=1)] = 4
    mail_rate: Annotated[float, Meta(description="Letters a second, at most; 0: no limit", ge=0)] = 0
    sender: Annotated[str, Meta(description="Address that letters come from")] = "petitions@localhost"
    dkim_domain: Annotated[str, Meta(description="Sign letters for this domain (DKIM); empty: the relay signs")] = ""
    dkim_selector: Annotated[str, Meta(description="Name of the DKIM key in the DNS")] = "undersigned"
    subject_neutral: Annotated[bool, Meta(description="Letters do not name the petition in the subject")] = False
    interval: Annotated[float, Meta(description="Seconds between two batches of the log")] = 2.0
    high_water: Annotated[
        str,
        Meta(description="Folder of the high-water notes, better on another disk; empty: in the data folder"),
    ] = ""
    witnesses: Annotated[
        tuple[str, ...],
        Meta(description="Witnesses, each 'VKEY URL'; separated by commas in the environment"),
    ] = ()
    disposable_domains: Annotated[
        str,
        Meta(description="File of more services that give out throw-away addresses, one domain a line; never fetched"),
    ] = ""
    rate: Annotated[int, Meta(description="Requests to sign or confirm a minute from one address prefix")] = 60
    burst: Annotated[int, Meta(description="How many of them at once")] = 300
    office: Annotated[
        str,
        Meta(description="postgresql://ROLE@HOST/DATABASE keeps the desk's work; empty: office.db in the data folder"),
    ] = ""
    desk: Annotated[bool, Meta(description="`serve` and `demo` run the desk too")] = True
    desk_port: Annotated[int, Meta(description="Port the desk listens on")] = 8001
    desk_idle: Annotated[
        int,
        Meta(description="Seconds without a request after which the desk ends until the next one; 0: it stays", ge=0),
    ] = 900
    country_names: Annotated[
        dict[str, dict[str, str]],
        Meta(description="Other names for countries or territories: `[country_names.XK]`, then `en = '…'`"),
    ] = {}
    fonts: Annotated[
        str, Meta(description="Folder of fonts for share images and PDFs, looked into before the machine's own")
    ] = ""
    source: Annotated[str, Meta(description="Address of the source code, for the foot of every page")] = ""
    demo: Annotated[bool, Meta(description="A demonstration: every page says so, and /_mailbox exists")] = False
    simulated: Annotated[bool, Meta(description="Signatures are simulated: every page and the log say so")] = False
    simulated_clock: Annotated[
        bool,
        Meta(description="Time is what `undersigned simulate` says in run/clock; only where `simulated` is true"),
    ] = False

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
        settings = msgspec.convert({**values, "dir": str(folder)}, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise Wrong(f"{file} or environment: {error}. See docs/settings.md.") from None
    if settings.simulated_clock and not settings.simulated:
        raise Wrong(f"{file} or environment: simulated_clock without simulated. A real log has real days; take it out.")
    return settings
