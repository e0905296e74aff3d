"""Writes what an operator does, about findings and dead letters, into the tables of two guides.

`python -m tools.runbook_document`; pages show the same (`shared/web/runbook.py`).
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from shared.http.openapi.sentences import of_member
from shared.proving.problems import ProblemKind
from shared.services.queues.rejections import Reason
from shared.web.runbook import FINDINGS, LETTERS

DOCS: Final = Path(__file__).parents[1] / "docs"
_FINDINGS: Final = ("kind", "severity", "what it means", "what the sweep does", "what you do")
_LETTERS: Final = ("reason", "what it means", "what you do")


def documents() -> dict[Path, str]:
    """The guides with their tables as they should be."""
    return {
        path: _with_table(path.read_text("utf-8"), columns, rows)
        for path, columns, rows in (
            (DOCS / "sweep.md", _FINDINGS, _findings()),
            (DOCS / "operate.md", _LETTERS, _letters()),
        )
    }


def _findings() -> Iterator[tuple[str, ...]]:
    for kind in ProblemKind:
        step = FINDINGS[kind]
        yield f"`{kind}`", kind.severity.value, _meaning(kind), step.itself, step.person


def _letters() -> Iterator[tuple[str, ...]]:
    for reason in Reason:
        yield f"`{reason}`", _meaning(reason), LETTERS[reason]


def _meaning(value: ProblemKind | Reason) -> str:
    said = of_member(value)
    if said is None:
        raise ValueError(value)
    return said


def _with_table(text: str, columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """The text with the table that has these columns written anew."""
    head = f"| {' | '.join(columns)} |\n"
    table = head + "|" + "---|" * head.count(" | ") + "---|\n"
    table += "".join(f"| {' | '.join(map(_cell, row))} |\n" for row in rows)
    found = re.compile(re.escape(head) + r"(?:\|.*\n)*")
    if len(found.findall(text)) != 1:
        raise ValueError(head)
    return found.sub(lambda _: table, text)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
