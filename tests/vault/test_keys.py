"""Keys are made once, kept for their owner only, split and joined, and gone when they should be."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from undersigned.vault.keys import (
    SecretKey,
    Unusable,
    WrongKey,
    drill_done,
    drill_proof,
    ensure_secret,
    key_file,
    make_campaign_key,
    read_secret_key,
    recipient_of,
)
from undersigned.vault.secret_files import write_once
from undersigned.vault.shares import WrongShares, join, split
from undersigned.vault.tag import Tagger
from undersigned.vault.unseal import drill

KINDS = pytest.mark.parametrize("post_quantum", [False, True], ids=["x25519", "hybrid"])
NOW = 1_800_000_000
HOUR = NOW // 3600


# Campaign keys


@KINDS
def test_a_key_file_reads_back_and_names_the_recipient(post_quantum: bool) -> None:
    key = make_campaign_key(post_quantum)
    text = key_file(key, NOW)
    assert read_secret_key(text) == read_secret_key(key.secret + "\n") == key
    assert recipient_of(text) == key.recipient
    assert f"# public key: {key.recipient}\n" in text
    assert key.secret.startswith("AGE-SECRET-KEY-PQ-1" if post_quantum else "AGE-SECRET-KEY-1")
    assert key.recipient.startswith("age1pq1" if post_quantum else "age1")


@KINDS
def test_a_key_never_shows_itself_in_a_message(post_quantum: bool) -> None:
    key = make_campaign_key(post_quantum)
    assert key.secret not in repr(key)
    assert key.raw.hex() not in repr(key)
    wrong = key.secret[:-1] + ("Q" if key.secret[-1] != "Q" else "P")
    with pytest.raises(WrongKey) as refusal:
        read_secret_key(wrong)
    assert wrong[20:30] not in str(refusal.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "AGE-SECRET-KEY-1", "age1abc", "two\nlines"])
def test_what_is_no_key_file_is_refused_in_words(text: str) -> None:
    with pytest.raises(WrongKey, match="key"):
        read_secret_key(text)
    key = make_campaign_key()
    for other in (key.recipient, key.secret + "\n" + key.secret, SecretKey(bytes(31), False).secret):
        with pytest.raises(WrongKey):
            read_secret_key(other)


# The drill


@KINDS
def test_a_drill_with_a_key_of_the_campaign_is_done_for_its_recipients_only(post_quantum: bool) -> None:
    campaign, recovery, other = (make_campaign_key(post_quantum) for _ in range(3))
    proof = drill(campaign.secret, [campaign.recipient, recovery.recipient], "library", NOW)
    assert drill_done(proof, [campaign.recipient, recovery.recipient])
    assert drill_done(proof, (campaign.recipient,))
    assert not drill_done(proof, [other.recipient])
    assert not drill_done(proof, [])
    assert campaign.secret not in proof


def test_a_drill_with_another_key_is_refused() -> None:
    campaign, eve = make_campaign_key(), make_campaign_key()
    with pytest.raises(WrongKey, match="none of the campaign's recipients"):
        drill(eve.secret, [campaign.recipient], "library", NOW)


def test_a_proof_that_was_cut_or_edited_does_not_count() -> None:
    ours, other = make_campaign_key().recipient, make_campaign_key().recipient
    proof = drill_proof("library", ours, NOW, bytes(32))
    assert drill_done(proof, [ours])
    assert not drill_done(proof.replace(ours, other), [other])
    lines = proof.splitlines(keepends=True)
    for place in range(len(lines)):
        assert not drill_done("".join(lines[:place] + lines[place + 1 :]), [ours])
    empty = f"sum {hashlib.sha256(b'').hexdigest()}\n"
    for text in ("", "sum ", empty, "anything"):
        assert not drill_done(text, [ours])


# Shares


@KINDS
def test_any_three_of_five_shares_give_the_key_back_and_two_do_not(post_quantum: bool) -> None:
    key = make_campaign_key(post_quantum)
    shares = split(key)
    assert [len(share.split()) for share in shares] == [33] * 5
    for three in list(combinations(shares, 3))[:4]:
        assert join(three, post_quantum) == key
    assert join(shares, post_quantum) == key
    for two in list(combinations(shares, 2))[:4]:
        with pytest.raises(WrongShares):
            join(two, post_quantum)


def test_shares_join_as_people_type_them() -> None:
    key = make_campaign_key()
    shares = split(key, 2, 3)
    assert join([f"  {shares[0].upper()}\n", shares[2].replace(" ", "\n\t")]) == key


def test_a_mistyped_word_a_repeated_or_a_foreign_share_is_seen_and_not_repeated() -> None:
    one, two, *_ = split(make_campaign_key(), 2, 3)
    foreign = split(make_campaign_key(), 2, 3)[1]
    words = two.split()
    words[20] = "academic" if words[20] != "academic" else "acid"
    for shares in ([one, " ".join(words)], [one, one], [one, foreign], [one, "no such words"], [], [""]):
        with pytest.raises(WrongShares) as refusal:
            join(shares)
        assert not set(str(refusal.value).split()) & set(words[4:30]) - {"key", "word"}


@pytest.mark.parametrize(("threshold", "count"), [(1, 5), (0, 0), (4, 3), (3, 17), (-1, 5)])
def test_a_split_that_protects_nothing_is_refused(threshold: int, count: int) -> None:
    with pytest.raises(WrongShares):
        split(make_campaign_key(), threshold, count)


# Secrets of the server


def test_a_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "library" / "pepper"
    made = ensure_secret(path, 32)
    assert len(made) == 32
    assert ensure_secret(path, 32) == ensure_secret(path, 32, exists=True) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["pepper"]


def test_a_pepper_missing_under_signatures_is_never_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    with pytest.raises(Unusable, match="put it back"):
        ensure_secret(path, 32, exists=True)
    assert not path.exists()


def test_a_secret_and_every_folder_made_for_it_are_durable_before_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    path = tmp_path / "secrets" / "library" / "pepper"
    ensure_secret(path)
    assert {place.stat().st_ino for place in (path, path.parent, path.parent.parent, tmp_path)} <= set(synced)
    assert synced[-1] == path.parent.stat().st_ino


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_of_a_wrong_size_is_refused(tmp_path: Path, size: int) -> None:
    write_once(tmp_path / "pepper", bytes(size))
    with pytest.raises(Unusable, match="32 bytes"):
        ensure_secret(tmp_path / "pepper", 32)


def test_a_secret_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "pepper"
    ensure_secret(path)
    path.chmod(0o640)
    with pytest.raises(Unusable, match="chmod 600"):
        ensure_secret(path)


RACE = """
import sys
from pathlib import Path
from undersigned.vault.keys import ensure_secret
from undersigned.vault.mailkeys import MailKeys
sys.stdin.readline()
folder = Path(sys.argv[1])
print(ensure_secret(folder / "token.key").hex(), MailKeys(folder / "mail", lambda: 1.8e9).current()[1].hex())
"""


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RACE, str(tmp_path)]
    racing = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    answers = {process.communicate("go\n")[0] for process in racing}
    assert len(answers) == 1
    assert answers.pop().strip()
    assert len(list((tmp_path / "mail").iterdir())) == 1


# The tag


def test_a_tag_has_the_bytes_of_the_format_and_differs_by_campaign_and_pepper() -> None:
    pepper = bytes(range(32))
    tag = Tagger(pepper, "library").tag("amal@example.org")
    assert tag == hmac.digest(pepper, b"undersigned/tag/v1\nlibrary\namal@example.org", "sha256")[:16]
    assert tag == Tagger(pepper, "library").tag("amal@example.org")
    assert tag != Tagger(pepper, "ceasefire").tag("amal@example.org")
    assert tag != Tagger(os.urandom(32), "library").tag("amal@example.org")
    with pytest.raises(ValueError, match="32 bytes"):
        Tagger(b"", "library")
