"""Compiled modules are the modules: the same answers, and never older than the code beside them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from undersigned.assemble.compiling import Uncompiled, compile_modules, remove
from undersigned.compiled import FOLDER, MODULES, PACKAGE

SOURCE = """
from shop.prices import PRICE

def cost(number: int) -> int:
    return PRICE * number
"""
ASK = """
import sys
from pathlib import Path
from undersigned.compiled import use
folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
used = use(folder / "shop", folder / "out", "shop__mypyc")
import shop.till
print(used, shop.till.cost(3), shop.till.__file__.endswith(".py"))
"""


def _shop(folder: Path) -> Path:
    package = folder / "shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "prices.py").write_text("PRICE: int = 7\n")
    (package / "till.py").write_text(SOURCE)
    return package


def _asked(folder: Path) -> str:
    """Ask the till in a process of its own: (are compiled forms used, what it says, is it the source)."""
    done = subprocess.run([sys.executable, "-c", ASK, str(folder)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a small package and its compiled form."""
    folder = tmp_path_factory.mktemp("made")
    package = _shop(folder)
    assert compile_modules(package, folder / "out", ("till.py",), "shop") == 1
    return folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Path:
    """Give a copy of it that may be spoilt."""
    return shutil.copytree(made, tmp_path / "shop")


def test_what_was_compiled_is_used_and_says_the_same(shop: Path) -> None:
    assert _asked(shop) == "True 21 False"
    remove(shop / "out")
    assert _asked(shop) == "False 21 True"


@pytest.mark.parametrize(("file", "now"), [("till.py", "27"), ("prices.py", "27")])
def test_a_correction_is_never_shadowed_by_what_was_compiled_before(shop: Path, file: str, now: str) -> None:
    source = shop / "shop" / file
    source.write_text(source.read_text().replace("PRICE * number", "9 * number").replace("= 7", "= 9"))
    assert _asked(shop) == f"False {now} True"


def test_forms_for_another_python_or_spoilt_ones_are_passed_over(shop: Path) -> None:
    note = shop / "out" / "made-of.json"
    whole = note.read_text()
    for spoilt in (whole.replace(EXTENSION_SUFFIXES[0], ".other.so"), whole[:-20], "[]"):
        note.write_text(spoilt)
        assert _asked(shop) == "False 21 True"
    note.write_text(whole)
    (library,) = (shop / "out").glob("shop__mypyc*")
    library.write_bytes(b"")
    assert _asked(shop) == "False 21 True"


def test_what_cannot_be_compiled_leaves_what_was_there(shop: Path) -> None:
    before = sorted((shop / "out").iterdir())
    (shop / "shop" / "till.py").write_text("def cost(number: int) -> int:\n    return number.nothing\n")
    with pytest.raises(Uncompiled, match="Nothing was changed"):
        compile_modules(shop / "shop", shop / "out", ("till.py",), "shop")
    assert sorted((shop / "out").iterdir()) == before


def test_a_class_that_would_lose_what_it_is_declared_with_is_refused(shop: Path) -> None:
    (shop / "shop" / "till.py").write_text("import msgspec\n\nclass Till(msgspec.Struct, frozen=True):\n    sum: int\n")
    with pytest.raises(Uncompiled, match="Till"):
        compile_modules(shop / "shop", shop / "out", ("till.py",), "shop")
    for name in MODULES:
        assert "(msgspec.Struct" not in (PACKAGE / name).read_text(), name


def test_what_is_named_for_compiling_is_there_and_is_not_committed() -> None:
    assert [name for name in MODULES if not (PACKAGE / name).is_file()] == []
    assert FOLDER.parent == PACKAGE
    ignored = (PACKAGE.parent / ".gitignore").read_text()
    assert f"/undersigned/{FOLDER.name}*/" in ignored


def test_a_process_that_only_starts_others_loads_neither_them_nor_what_takes_the_sums() -> None:
    code = """
import sys
import undersigned.cli.serve, undersigned.assemble.serve, undersigned.assemble.door
print(sorted({"_hashlib", "undersigned__mypyc", "undersigned.intake", "jinja2"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
