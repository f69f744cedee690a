"""Compiles the busiest modules with mypyc, for `undersigned.compiled` to find.

It happens on a copy of the package, and the folder is put in its place whole and only when all went well, so that
processes that start meanwhile find the old one, none, or the new one.
"""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path

from undersigned.compiled import FOLDER, GROUP, MODULES, NOTE, PACKAGE, sums

__all__ = ["Uncompiled", "compile_modules", "remove"]

_NEEDS = ("mypyc", "setuptools")
#: Run apart, because mypyc ends the process where it finds an error, and setuptools changes much of it.
_BUILD = """
import sys
from mypyc.build import mypycify
from setuptools import setup
group, out, *files = sys.argv[1:]
options = ["--config-file=", "--follow-imports=silent", "--ignore-missing-imports", "--cache-dir=" + out + "/cache"]
modules = mypycify([*options, *files], opt_level="2", debug_level="0", group_name=group, target_dir=out + "/c")
setup(name=group, packages=[], ext_modules=modules,
      script_args=["-q", "build_ext", "--build-lib", out + "/lib", "--build-temp", out + "/temp"])
"""


class Uncompiled(Exception):
    """Nothing was compiled, and what was there before is still there. Says why, and what to do."""


def compile_modules(
    package: Path = PACKAGE, folder: Path = FOLDER, modules: Sequence[str] = MODULES, group: str = GROUP
) -> int:
    """Compile `modules`, given by their paths in `package`, into `folder`; give how many.

    Raises:
        Uncompiled: mypyc or a C compiler is missing, or the folder cannot be written.
    """
    missing = [name for name in _NEEDS if find_spec(name) is None]
    if missing:
        raise Uncompiled(
            f"compiling needs {' and '.join(missing)}, which are not installed. Run `make fast` in a checkout, or "
            "`pip install --require-hashes -r requirements/build.txt -r requirements/fast.txt`."
        )
    with tempfile.TemporaryDirectory() as text:
        copy = Path(text) / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__", "_compiled"))
        for module in modules:
            _check(copy, module)
        rests = sorted({*modules, *(found for module in modules for found in _rests_on(copy, module))})
        note: dict[str, object] = {"suffix": EXTENSION_SUFFIXES[0], "sums": sums(copy, rests)}
        built = _build(copy, modules, group)
        try:
            _put(built, folder, note)
        except OSError as error:
            raise Uncompiled(f"{folder} cannot be written: {error.strerror}. Run it as whoever installed.") from None
    return len(modules)


def remove(folder: Path = FOLDER) -> None:
    """Remove what was compiled; the modules run as they are written again, from the next start on."""
    shutil.rmtree(folder, ignore_errors=True)


def _build(copy: Path, modules: Sequence[str], group: str) -> Path:
    """Compile in the copy and give the folder that holds what came of it."""
    out = copy.parent / "out"
    command = [sys.executable, "-c", _BUILD, group, str(out), *(f"{copy.name}/{module}" for module in modules)]
    done = subprocess.run(command, cwd=copy.parent, capture_output=True, text=True)
    if done.returncode:
        words = (done.stdout + done.stderr).strip().splitlines()[-8:]
        raise Uncompiled("\n".join(["compiling failed; is there a C compiler (cc)? Nothing was changed.", *words]))
    return out / "lib"


def _put(built: Path, folder: Path, note: dict[str, object]) -> None:
    """Lay the compiled files and the note into a new folder, and put that in the place of the old one."""
    new = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    files = {}
    new.mkdir(parents=True)
    for file in built.rglob(f"*{EXTENSION_SUFFIXES[0]}"):
        name = ".".join(file.relative_to(built).parts).removesuffix(EXTENSION_SUFFIXES[0])
        files[name] = f"{name}{EXTENSION_SUFFIXES[0]}"
        shutil.copyfile(file, new / files[name])
    (new / NOTE).write_text(json.dumps({**note, "files": files}, indent=1, sort_keys=True))
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)


def _check(package: Path, module: str) -> None:
    """Refuse what mypyc would compile into something else: it passes over what a class is declared with.

    A `msgspec.Struct` that is compiled is neither frozen nor tagged, and has lost the types of its fields.
    """
    for node in ast.walk(ast.parse((package / module).read_bytes())):
        if isinstance(node, ast.ClassDef) and (
            node.keywords or any("Struct" in ast.unparse(one) for one in node.bases)
        ):
            raise Uncompiled(f"{module} declares {node.name}, which cannot be compiled. Nothing was changed.")


def _rests_on(package: Path, module: str) -> Iterator[str]:
    """Give the files of the package that a module imports: their types are compiled into it."""
    for node in ast.walk(ast.parse((package / module).read_bytes())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            first, _, rest = name.partition(".")
            path = rest.replace(".", "/")
            for file in (f"{path}.py", f"{path}/__init__.py"):
                if first == package.name and rest and (package / file).is_file():
                    yield file
