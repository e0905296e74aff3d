"""The files that the rules are held against: what is tracked, and what is about to be."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def git_files(root: Path, *which: str) -> list[str]:
    """Paths below `root` that `git ls-files` lists. Trusts the folder whoever owns it."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", *which]
    listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return sorted(path for path in listed.split("\0") if path and (root / path).is_file())


def texts() -> dict[str, str]:
    """Every text file by its path; one that is no UTF-8 is no text."""
    found: dict[str, str] = {}
    for path in git_files(ROOT, "--cached", "--others", "--exclude-standard"):
        try:
            found[path] = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def published(root: Path) -> list[str]:
    """What goes to Azure: tracked files that .funcignore, in git's own reading, leaves in."""
    kept_out = set(git_files(root, "--cached", "--ignored", "--exclude-from=.funcignore"))
    return [path for path in git_files(root, "--cached") if path not in kept_out]
