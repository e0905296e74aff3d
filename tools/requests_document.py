"""Writes docs/requests.md from what is counted: `python -m tools.requests_document`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from functions.openapi import endpoints
from shared.web.engine.page import ROOT
from tests.requests_of_endpoints import ENDPOINTS, MESSAGES
from tests.requests_of_pages import PAGES
from tests.requests_table import COMMANDS, Row
from tools.routes_document import areas

PATH: Final = Path(__file__).parents[1] / "docs" / "requests.md"

_HEAD: Final = """# Storage requests

What each operation asks of storage, generated from `tests/requests_table.py` by `make docs`; a test
fails when it is behind. Tests count every row where the requests leave, at the SDK's transport,
against a storage emulator; one more or one fewer fails, and so does a row that nothing measures.

- `reads` are point reads, `queries` pages of a range, `writes` changes of a single row outside
  transactions (claims, mostly), `puts` and `deletes` those of queue messages.
- `at most` is the plan's sum. A command: two reads, one transaction, one put; one read more for a
  provider or reseller that is named, two for a partner of record, one for each profile that is not
  cached; a read and a claim for each id of a batch. A replay or refusal: its reads, put and delete.
  **Bold** where the operation costs more: the note says why. Empty where the plan had no number.
- An endpoint's row is its success with the caller's profile cached. A customer's list asks one
  range for up to 1000 items; a partner's lies in 16 partitions, asked until the page is full.
- A page's row is that of opening it: the sum of the endpoints that it asks. `reviewed` adds what
  its form is tried with; where it is not, a review reads what opening reads. `confirmed` is the
  last step.
- A lost race repeats a command's reads and transaction, an unknown outcome the transaction.
"""

_COLUMNS: Final = """
| operation | reads | queries | writes | transactions | puts | deletes | sum | at most | note |
|---|---|---|---|---|---|---|---|---|---|
"""

_SECTIONS: Final[tuple[tuple[str, Mapping[str, Row]], ...]] = (
    ("Commands, whichever way they come in", COMMANDS),
    ("Endpoints", ENDPOINTS),
    ("Pages", PAGES),
    ("Messages of queues", MESSAGES),
)

_ROUTES: Final = {
    **{each.name: f"{each.method} /{each.route}" for each in endpoints()},
    **{
        name: "/" if page.route == ROOT else f"/{page.route}"
        for area in areas().values()
        for name, page in area.pages.items()
    },
}


def document() -> str:
    """The whole text."""
    return "".join((_HEAD, *(_section(title, rows) for title, rows in _SECTIONS)))


def _section(title: str, rows: Mapping[str, Row]) -> str:
    return f"\n## {title}\n{_COLUMNS}" + "".join(_lines(rows))


def _lines(rows: Mapping[str, Row]) -> Iterator[str]:
    for name, row in rows.items():
        total = sum(row.cost)
        budget = "" if row.budget is None else f"**{row.budget}**" if row.above else str(row.budget)
        cells = (
            _shown(name),
            *(str(count or "") for count in row.cost),
            str(total),
            budget,
            row.note,
        )
        yield f"| {' | '.join(cells)} |\n"


def _shown(name: str) -> str:
    endpoint, _, case = name.partition(": ")
    if found := _ROUTES.get(endpoint):
        return f"`{found}`, {case}" if case else f"`{found}`"
    return name


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
