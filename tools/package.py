"""Builds dist/app.zip, the very file that is deployed: `python -m tools.package [PATH]`.

What .funcignore leaves, and the dependencies of requirements.txt for Python 3.13 on Linux (x86-64)
under `.python_packages`, where the Functions worker looks for them. Each module comes with its
bytecode: an app that runs from its package cannot write there, so every start would compile all
that it imports. The same tree gives the same bytes.
"""

import py_compile
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pathspec import GitIgnoreSpec

ROOT: Final = Path(__file__).parents[1]
DEPENDENCIES: Final = Path(".python_packages/lib/site-packages")
_NOT_RUN: Final = GitIgnoreSpec.from_lines(
    [
        *("__pycache__/", "/bin/", "/*/tests/", "/.lock", "*.pyi"),
        # Of a thousand languages the pages have two.
        *("/babel/locale-data/*", "!root.dat", "!en*.dat", "!ko*.dat"),
    ]
)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def build(target: Path) -> int:
    """Writes the package and returns the number of its files."""
    target.parent.mkdir(parents=True, exist_ok=True)
    ignored = GitIgnoreSpec.from_lines((ROOT / ".funcignore").read_text("utf-8").splitlines())
    with TemporaryDirectory() as temporary, ZipFile(target, "w", ZIP_DEFLATED) as package:
        installed = Path(temporary)
        _install(installed)
        files = {path: ROOT / path for path in _files(ROOT, ignored)}
        files |= {DEPENDENCIES / path: installed / path for path in _files(installed, _NOT_RUN)}
        files |= _compiled(files, installed / "__pycache__")
        for name, source in sorted(files.items()):
            info = ZipInfo(name.as_posix(), _EPOCH)
            info.external_attr = 0o644 << 16
            package.writestr(info, source.read_bytes(), ZIP_DEFLATED)
    return len(files)


def _compiled(files: Mapping[Path, Path], target: Path) -> dict[Path, Path]:
    """The bytecode of every module. It is never held against its source: both are read-only."""
    compiled: dict[Path, Path] = {}
    for number, (name, source) in enumerate(files.items()):
        if name.suffix == ".py":
            code = target / f"{number}.pyc"
            py_compile.compile(
                str(source),
                str(code),
                dfile=str(name),
                doraise=True,
                optimize=0,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )
            cached = f"{name.stem}.{sys.implementation.cache_tag}.pyc"
            compiled[name.parent / "__pycache__" / cached] = code
    return compiled


def _install(target: Path) -> None:
    """Wheels only: nothing is built here, so the package does not depend on this machine."""
    platform = ("--python-platform", "x86_64-manylinux_2_28", "--python-version", "3.13")
    wheels = ("--only-binary", ":all:", "--require-hashes", "--no-deps")
    command = [ROOT / "tools" / "uv", "pip", "install", "--quiet", *platform, *wheels]
    subprocess.run([*command, "--target", target, "-r", ROOT / "requirements.txt"], check=True)


def _files(root: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    """Regular files below `root`, relative to it. An ignored folder is not entered."""
    for folder, folders, names in root.walk():
        below = folder.relative_to(root)
        folders[:] = [name for name in folders if not ignored.match_file(f"{below / name}/")]
        regular = (below / name for name in names if (folder / name).is_file())
        yield from (path for path in regular if not ignored.match_file(path))


if __name__ == "__main__":
    path = Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist" / "app.zip"
    count = build(path)
    print(f"{path}: {count} files, {path.stat().st_size / 1_000_000:.1f} MB")
