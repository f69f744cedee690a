"""`undersigned keys`: make, split, join and try campaign keys, on a machine that is offline."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
import msgspec

__all__ = ["fail", "keys", "write_private"]

_FILE = click.Path(path_type=Path, dir_okay=False)


def fail(words: str) -> NoReturn:
    """Say on stderr what happened and what to do, and end with code 1."""
    click.echo(words, err=True)
    sys.exit(1)


@contextmanager
def worded(file: Path | None = None) -> Iterator[None]:
    """Turn what can go wrong with keys and files into words and exit code 1."""
    from undersigned.vault.keys import WrongKey
    from undersigned.vault.shares import WrongShares

    try:
        yield
    except FileExistsError as error:
        fail(f"{error.filename or file} is there already; nothing was changed. Choose another name.")
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}. Nothing was changed.")
    except UnicodeDecodeError:
        fail(f"{file} is no text file, and so no key file.")
    except (WrongKey, WrongShares) as error:
        fail(f"{str(error)[:1].upper()}{str(error)[1:]}")


def write_private(file: Path, text: str) -> None:
    """Write a new file (mode 0600, UTF-8), durable when this returns.

    Raises:
        FileExistsError: it is there; it stays as it is.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _say(facts: dict[str, object], words: str, as_json: bool) -> None:
    click.echo(msgspec.json.encode(facts).decode() if as_json else words)


@click.group()
def keys() -> None:
    """Make, split, join and try campaign keys. Use a machine that is offline.

    \b
    Examples:
      undersigned keys new --out campaign.key
      undersigned keys split --key campaign.key --out-dir shares
      undersigned keys join shares/share-1.txt shares/share-3.txt shares/share-5.txt --out campaign.key
      undersigned keys drill --key campaign.key --campaign library --out drill.txt
      undersigned keys dkim --dir /srv/petitions
    """


@keys.command()
@click.option("--post-quantum", is_flag=True, help="Secure against quantum computers; needs age 1.3 to open.")
@click.option("--out", type=_FILE, default=Path("campaign.key"), show_default=True, help="New key file.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def new(post_quantum: bool, out: Path, as_json: bool) -> None:
    """Make a campaign key: write the secret key into a new file, print the recipient.

    The recipient is public and goes into the campaign's files. The secret key never goes to the server.

    \b
    Examples:
      undersigned keys new --out campaign.key
      undersigned keys new --post-quantum --out campaign.key --json
    """
    from undersigned.vault.keys import key_file, make_campaign_key

    key = make_campaign_key(post_quantum)
    with worded(out):
        write_private(out, key_file(key, int(time.time())))
    kind = "post-quantum" if post_quantum else "x25519"
    _say({"recipient": key.recipient, "kind": kind, "file": str(out)}, key.recipient, as_json)
    if not as_json:
        click.echo(f"The secret key is in {out}. Split it, keep it offline; nobody can replace it.", err=True)


def _sheet(kind: str, number: int, count: int, threshold: int, recipient: str, words: str) -> str:
    return (
        f"# Share {number} of {count} of a campaign key; any {threshold} of them give it back (SLIP-39).\n"
        f"# kind: {kind}\n"
        f"# public key: {recipient if len(recipient) < 100 else recipient[:40] + '…'}\n"
        "# Keep it apart from the others, on paper, out of computers.\n"
        f"{words}\n"
    )


@keys.command()
@click.option("--key", "file", required=True, type=_FILE, help="Key file to split; it stays as it is.")
@click.option("--threshold", default=3, show_default=True, help="How many shares give the key back.")
@click.option("--shares", "count", default=5, show_default=True, help="How many shares there are.")
@click.option("--out-dir", type=click.Path(path_type=Path, file_okay=False), default=Path("shares"),
              show_default=True, help="New folder, one file a share.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def split(file: Path, threshold: int, count: int, out_dir: Path, as_json: bool) -> None:
    """Split a key into shares (SLIP-39), each 33 words to be kept by somebody else.

    \b
    Examples:
      undersigned keys split --key campaign.key
      undersigned keys split --key campaign.key --threshold 2 --shares 3 --out-dir shares
    """
    from undersigned.vault import shares
    from undersigned.vault.keys import read_secret_key

    with worded(file):
        key = read_secret_key(file.read_text("utf-8"))
        made = shares.split(key, threshold, count)
        out_dir.mkdir(mode=0o700)
        kind = "post-quantum" if key.post_quantum else "x25519"
        files = [out_dir / f"share-{number}.txt" for number in range(1, count + 1)]
        for number, (path, words) in enumerate(zip(files, made, strict=True), 1):
            write_private(path, _sheet(kind, number, count, threshold, key.recipient, words))
    facts: dict[str, object] = {"threshold": threshold, "shares": [str(path) for path in files]}
    words = f"{count} shares in {out_dir}. Print them, give each to somebody else, delete the files."
    _say(facts, words, as_json)


def _share(text: str) -> tuple[str, str]:
    """Give the words of a share's file, and the kind of key it names, or ""."""
    lines = [line.strip() for line in text.splitlines()]
    kinds = [line.removeprefix("# kind: ") for line in lines if line.startswith("# kind: ")]
    return " ".join(line for line in lines if not line.startswith("#")), kinds[0] if kinds else ""


@keys.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--kind", type=click.Choice(["x25519", "post-quantum"]), help="Where the shares do not say.")
@click.option("--recipient", help="What the joined key must belong to.")
@click.option("--out", type=_FILE, default=Path("campaign.key"), show_default=True, help="New key file.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def join(files: tuple[Path, ...], kind: str | None, recipient: str | None, out: Path, as_json: bool) -> None:
    """Join shares into the key: one text file a share, with its 33 words.

    \b
    Examples:
      undersigned keys join shares/share-1.txt shares/share-2.txt shares/share-4.txt --out campaign.key
      undersigned keys join a.txt b.txt c.txt --kind x25519 --recipient age1…
    """
    from undersigned.vault import shares
    from undersigned.vault.keys import WrongKey, key_file

    with worded(files[0]):
        read = [_share(file.read_text("utf-8")) for file in files]
        kinds = {named for _, named in read if named} | ({kind} if kind else set())
        if len(kinds) != 1:
            raise click.UsageError("say --kind x25519 or --kind post-quantum: which kind of key was split?")
        key = shares.join([words for words, _ in read], kinds == {"post-quantum"})
        if recipient is not None and key.recipient != recipient:
            raise WrongKey("the shares join to a key of another recipient; nothing was written")
        write_private(out, key_file(key, int(time.time())))
    _say({"recipient": key.recipient, "file": str(out)}, key.recipient, as_json)


@keys.command()
@click.option("--key", "file", required=True, type=_FILE, help="Key file to try.")
@click.option("--campaign", required=True, help="Id of the campaign.")
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True),
              help="Data folder: the recipients are read there and drill.txt is written there.")  # fmt: skip
@click.option("--out", type=_FILE, help="Without --dir: where to write drill.txt.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def drill(file: Path, campaign: str, folder: Path | None, out: Path | None, as_json: bool) -> None:
    """Seal a test record and open it with the key; write drill.txt, without which no campaign opens.

    Offline, use --out and carry drill.txt into the campaign's folder. With shares: join first, then drill.

    \b
    Examples:
      undersigned keys drill --key campaign.key --campaign library --out drill.txt
      undersigned keys drill --key campaign.key --campaign library --dir /srv/petitions
    """
    from undersigned.vault.keys import recipient_of

    if (folder is None) == (out is None):
        raise click.UsageError("say either --dir or --out")
    place = out if folder is None else folder / "campaigns" / campaign / "drill.txt"
    assert place is not None
    with worded(file):
        secret = file.read_text("utf-8")
        recipients = [recipient_of(secret)] if folder is None else _recipients(place.parent)
        _replace(place, _proof(secret, recipients, campaign))
    facts: dict[str, object] = {"campaign": campaign, "opened_with": recipient_of(secret), "file": str(place)}
    _say(facts, f"A test record was sealed and opened. Written: {place}", as_json)


def _recipients(folder: Path) -> list[str]:
    from undersigned.stages.deliver.drill import recipients_in

    if not folder.is_dir():
        fail(f"There is no campaign in {folder}. Make its folder first, or use --out.")
    files = [folder / "campaign.toml", folder / "recipients.txt"]
    return recipients_in(file.read_text("utf-8") for file in files if file.exists())


def _proof(secret: str, recipients: list[str], campaign: str) -> str:
    from undersigned.stages.deliver.drill import drill as rehearse

    return rehearse(secret, recipients, campaign, int(time.time()))


def _replace(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.new")
    draft.unlink(missing_ok=True)
    write_private(draft, text)
    draft.chmod(0o644)  # nothing secret in it, and the server must read it
    draft.replace(file)


@keys.command()
@click.option("--dir", "folder", type=click.Path(path_type=Path, file_okay=False, exists=True), required=True,
              help="Data folder; the keys go into its secrets.")  # fmt: skip
@click.option("--kind", type=click.Choice(["rsa", "ed25519", "both"]), default="both", show_default=True,
              help="Large receivers need RSA; Ed25519 stands beside it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON.")
def dkim(folder: Path, kind: str, as_json: bool) -> None:
    """Make the keys that sign letters (DKIM), and print what belongs into the DNS. Keys that are there stay.

    Needed only where no relay signs. Set dkim_domain first; letters are signed once the post is started again.

    \b
    Examples:
      undersigned keys dkim --dir /srv/petitions
      undersigned keys dkim --dir /srv/petitions --kind rsa --json
    """
    from undersigned.assemble.places import Places
    from undersigned.settings import Wrong, read
    from undersigned.vault import dkim as signing
    from undersigned.vault.secret_files import Unusable

    try:
        settings = read(folder)
        if not settings.dkim_domain:
            fail("The setting dkim_domain is empty. Write the domain of `sender` into undersigned.toml first.")
        place, chosen = Places(folder).dkim, [one for one in signing.KINDS if kind in (one, "both")]
        made = [one for one in chosen if signing.make(place, one)]
        records = [signing.record(place, one, settings.dkim_domain, settings.dkim_selector) for one in chosen]
    except (Unusable, Wrong, OSError) as error:
        fail(f"{error}")
    words = "\n".join(f'{one.name}. IN TXT "{one.value}"' for one in records)
    _say({"made": made, "records": {one.name: one.value for one in records}}, words, as_json)
