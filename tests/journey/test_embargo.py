"""Two whole mills live through the same hours, one with a statement under embargo: until its second nothing of what
they publish, sign, log, note or say differs."""

from __future__ import annotations

import contextlib
import io
import math
import shutil
from pathlib import Path

import pytest

from tests.core import statement_files as files
from tests.journey.test_upgrade import RELEASES, Left
from undersigned.assemble import stores
from undersigned.assemble.doctor import examine
from undersigned.assemble.mill import Mill
from undersigned.assemble.pace import Pace
from undersigned.audit.fetch import places
from undersigned.audit.verify import verify_place
from undersigned.core.events import Confirmed, encode
from undersigned.core.recount import Recount
from undersigned.core.strict import to_base64
from undersigned.core.tiles import bundle_path, entries_of
from undersigned.journal.frames import pack
from undersigned.pages.hours import iso
from undersigned.settings import read
from undersigned.vault.token import lookup

AHEAD = 7200  # seconds from where the release stopped to the hour
EARLY = (-5400, -3600, -61, -2, -1)  # seconds from the hour


class Twin:
    """One of two installations that were one until a statement was put into one of them."""

    def __init__(self, left: Left, folder: Path, secret: bool) -> None:
        shutil.copytree(left.folder, folder)
        self.folder, self.left, self.hour = folder, left, left.at + AHEAD
        self.now = float(left.at)
        if secret:
            self.keep(folder / "statements" / "library" / "a-million")
        self.said = io.StringIO()
        with contextlib.redirect_stderr(self.said), contextlib.redirect_stdout(self.said):
            self.mill = Mill(read(folder), now=lambda: self.now)
            self.mill.start()
        self.mill._drawings, self.mill.charts._clock = Pace(lambda: self.now), lambda: self.now

    def keep(self, statement: Path) -> None:
        """Write the statement's folder, as the desk does."""
        statement.parent.mkdir(parents=True)
        statement.parent.parent.chmod(0o700)
        facts = files.counted(files.facts(), self.standing() - 1, *self.head())
        record = files.record_toml().replace(b"2026-12-01T10:00:00Z", iso(self.hour).encode())
        files.lay(statement, [files.version(facts=facts)], record, "library")

    def turn(self, after: int, confirms: int | None = None) -> None:
        """Let turns go by so many seconds after the hour, and somebody confirm before them."""
        now = self.hour + after
        self.now = float(now)
        if confirms is not None:
            journal = stores.journal(read(self.folder), "door-2")
            journal.append(pack([encode(Confirmed(lookup(self.left.secret(confirms)), now - 1))]))
            journal.close()
        with contextlib.redirect_stderr(self.said), contextlib.redirect_stdout(self.said):
            self.mill._logged = math.inf  # it grows the logs once, however slow this machine is
            while self.mill.turn():
                pass
            self.mill._logged = 0.0
            self.mill.turn()

    def tree(self, *parts: str) -> dict[str, bytes]:
        """Give names of folders and files, and the files' bytes, of these parts of the folder."""
        found = (file for part in parts for file in sorted((self.folder / part).rglob("*")))
        return {str(one.relative_to(self.folder)): one.read_bytes() if one.is_file() else b"" for one in found}

    def head(self) -> tuple[int, str]:
        """Give size and root of the published log."""
        _, size, root = (self.folder / "public/log/library/checkpoint").read_text().splitlines()[:3]
        return int(size), root

    def log(self) -> list[bytes]:
        """Give all lines of the log."""
        size, _ = self.head()
        return entries_of((self.folder / "public/log/library" / bundle_path(0, size)).read_bytes(), size)

    def standing(self) -> int:
        """Count them."""
        recount = Recount()
        recount.feed_all(self.log())
        return recount.standing

    def lines(self) -> list[str]:
        """Give the kinds of all lines of the log."""
        return [line.decode()[0] for line in self.log()]


@pytest.fixture
def twins(tmp_path: Path) -> tuple[Twin, Twin]:
    left = Left(RELEASES[-1], tmp_path)
    return Twin(left, tmp_path / "holding", True), Twin(left, tmp_path / "empty", False)


def test_pages_log_checkpoints_notes_and_words_are_the_same_until_the_second(twins: tuple[Twin, Twin]) -> None:
    holding, empty = twins
    heads = set()
    for number, after in enumerate(EARLY):
        for one in twins:
            one.turn(after, confirms=24 + number)
        assert holding.tree("public", "run", "high-water", "cards") == empty.tree(
            "public", "run", "high-water", "cards"
        )
        assert holding.said.getvalue() == empty.said.getvalue()
        heads.add(holding.tree("public")["public/log/library/checkpoint"])
    assert len(heads) == len(EARLY)  # the log was alive all the while
    sizes = [{file.name: file.stat().st_size for file in (one.folder / "journal").iterdir()} for one in twins]
    assert sizes[0] == sizes[1]


def test_the_line_of_its_figure_comes_after_the_second_and_only_where_there_is_one(twins: tuple[Twin, Twin]) -> None:
    holding, empty = twins
    for one in twins:
        one.turn(-1, confirms=24)
        assert "c" not in one.lines()
        one.turn(0, confirms=25)
        one.turn(1)
    assert (holding.lines().count("c"), empty.lines().count("c")) == (1, 0)
    assert (holding.folder / "public/s/library/a-million/ar/statement.txt").exists()


def test_a_statement_that_says_more_than_the_log_is_held_back_whole_until_it_is_true(twins: tuple[Twin, Twin]) -> None:
    holding, empty = twins
    (size, root), standing = empty.head(), empty.standing()
    facts = holding.folder / "statements/library/a-million/1/facts.toml"
    true = facts.read_text("utf-8")
    lies = (
        (-60, f"size = {size}", "size = 1000218", "more lines than the log has"),
        (0, root, to_base64(bytes(32)), "another root"),
        (60, f"value = {standing - 1}", f"value = {standing}", "says more than the log gives"),
        (61, "signatures-standing", "people", "a log cannot count that"),
    )
    for after, said, lie, told in lies:
        facts.write_text(true.replace(said, lie, 1), "utf-8")
        for one in twins:
            one.turn(after)
        assert holding.tree("public") == empty.tree("public")
        (found,) = [one for one in examine(read(holding.folder, {})) if one.code == "statement-untrue"]
        assert found.grave
        assert "statements/library/a-million/1/facts.toml, figure signatures" in found.what
        assert told in found.what
    words = holding.said.getvalue()
    assert words.count("a statement is held back") == 1
    assert not [word for word in ("a-million", "library/", "facts") if word in words]
    facts.write_text(true, "utf-8")
    for after in (120, 121):
        holding.turn(after)
    assert (holding.folder / "public/s/library/a-million/ar/statement.txt").exists()
    assert holding.lines().count("c") == 1
    assert not [one for one in examine(read(holding.folder, {})) if one.code == "statement-untrue"]
    (place,) = [one for one in places(str(holding.folder / "public")) if one.campaign == "library"]
    assert verify_place(place, pause=lambda seconds: None).holds


def test_what_is_wrong_with_a_hidden_statement_is_told_by_the_doctor_and_by_no_log(twins: tuple[Twin, Twin]) -> None:
    holding, _ = twins
    kinds = [[finding.what for finding in examine(read(one.folder, {}))] for one in twins]
    assert [one.replace("holding", "empty") for one in kinds[0]] == kinds[1]
    broken = holding.folder / "statements/library/a-million/1/en.md"
    broken.write_text(broken.read_text("utf-8").replace("[roles]", "[rôles]"), "utf-8")
    holding.turn(-60)
    said = holding.said.getvalue()
    assert "undersigned doctor" in said
    assert not [word for word in ("a-million", "library/", "rôles") if word in said]
    told = [finding.what for finding in examine(read(holding.folder, {})) if finding.code == "statement-faulty"]
    assert any("statements/library/a-million/1/en.md" in one for one in told)
