"""Writes docs/devhost.md from the local host's refusals: `python -m tools.devhost_document`."""

import json
from collections import Counter
from pathlib import Path
from typing import Final

from devhost.refusals import Choice, Refusal

_ROOT: Final = Path(__file__).parents[1]
PATH: Final = _ROOT / "docs" / "devhost.md"
OUTCOMES: Final = _ROOT / "tests" / "devhost" / "data" / "outcomes.json"

_HEAD: Final = """# The local host

Generated from `devhost/refusals.py` and `tests/devhost/data/outcomes.json` by `make docs`; a test
fails when it is behind.

`devhost/` runs this app, or any other of its kind, through Microsoft's own Python worker, with a
host of its own around it: HTTP, queues, timers. It is for development and tests and never deployed;
`func start` runs the same app. The real host (4.1037) was recorded, request by request, and **for
everything recorded this one does the same, or refuses in words**: at the start, with 501 to a
request, or by a failed call. It takes nothing that the real host does not take.

## What it refuses

| when | refused here | the real host |
|---|---|---|
"""

_CHOICES: Final = """
## What it does in another way, on purpose

| here | the real host |
|---|---|
"""

_NUMBERS: Final = """
## What was compared

Aside are records of something else: another version of the worker or the server, a library by
itself, browsers, or the real host's insides.

| recorded | vectors | the same | refused | as chosen | aside | different |
|---|---|---|---|---|---|---|
"""


def document() -> str:
    """The whole text."""
    refusals = [f"| {each.when} | {each.words} | {each.host} |\n" for each in Refusal]
    choices = [f"| {each.words} | {each.host} |\n" for each in Choice]
    outcomes = json.loads(OUTCOMES.read_text("utf-8"))
    return "".join(
        [
            _HEAD,
            *refusals,
            _CHOICES,
            *choices,
            _NUMBERS,
            *(_line(name, Counter(counts)) for name, counts in outcomes.items()),
        ]
    )


def _line(name: str, counts: Counter[str]) -> str:
    refused = sum(count for kind, count in counts.items() if kind.startswith("refused"))
    chosen = sum(count for kind, count in counts.items() if kind.startswith("as chosen"))
    aside = counts.total() - counts["same"] - refused - chosen
    return (
        f"| {name} | {counts.total()} | {counts['same']} | {refused} | {chosen} | {aside} | 0 |\n"
    )


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
