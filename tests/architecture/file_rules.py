"""Rules for the files around the code. Each lists what breaks it."""

import json
import re
from collections.abc import Iterable, Iterator

REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:com|org)\b")
MACHINE_PATH = re.compile(r"(?<![\w.~$}/-])/(?:opt|root|Users|work|home(?!/site/))/\w")
"""Not Azure's own place for an app, which is under home/site."""
RECORDED = "tests/devhost/data/"
"""Recorded requests, whose paths are no machine's."""

PUBLISHED = ("function_app.py", "functions/", "host.json", "requirements.txt", "shared/")

TOOL_OPT_OUTS = re.compile(r"(?:ignore|ignore_imports|exclude_also|disable_warnings)\s*=")
"""Lists in pyproject.toml, every entry of which switches a check off."""


def places(path: str, text: str) -> list[str]:
    """Nothing names a package registry's host, or a path of the machine it was written on."""
    return [
        f"{path}:{number}: {match[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for pattern in ((REGISTRY,) if path.startswith(RECORDED) else (REGISTRY, MACHINE_PATH))
        for match in pattern.finditer(line)
    ]


def unhashed(path: str, text: str) -> list[str]:
    """Every requirement is pinned to one version and to the hashes of its files."""
    joined = text.replace("\\\n", " ")
    requirements = [line for line in joined.splitlines() if line and not re.match(r"\s*#", line)]
    return [
        f"{path}: {line}"
        for line in requirements
        if not re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]


def resolved(path: str, text: str) -> list[str]:
    """A lock names packages by version and digest, not by where they came from."""
    packages = json.loads(text)["packages"]
    return [f"{path}: {name}" for name, package in packages.items() if "resolved" in package]


def unexplained_settings(path: str, text: str) -> list[str]:
    """Every check that pyproject.toml switches off says why, on the same line."""
    return [
        f"{path}:{number}: {line.strip()}"
        for number, line in _opt_outs(text)
        if not re.search(r'["\]],?\s*# .*\w', line)
    ]


def not_for_azure(paths: Iterable[str]) -> list[str]:
    """Of what would be published, all that does not belong to the app."""
    return [path for path in paths if not path.startswith(PUBLISHED)]


def _opt_outs(text: str) -> Iterator[tuple[int, str]]:
    section = ""
    listing = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            section = line
        starts = section == "[tool.ruff.lint.per-file-ignores]" or TOOL_OPT_OUTS.match(line)
        if "= [" in line and starts:
            listing = not line.split("#")[0].rstrip().endswith("]")
            if not listing:
                yield number, line
        elif line.startswith("]"):
            listing = False
        elif listing or line.lstrip().startswith('"ignore:'):
            yield number, line
