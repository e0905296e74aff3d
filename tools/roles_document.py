"""Writes docs/roles.md from the role table: `python -m tools.roles_document`."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from shared.http.openapi.words import ROLES
from shared.policy.callers import CallerRole
from shared.policy.roles import Operation, allowed, table
from shared.settings import ROLE_PRESETS

PATH: Final = Path(__file__).parents[1] / "docs" / "roles.md"

_HEAD: Final = """# Roles

Who may do what, generated from `shared/policy/data/roles.json` by `make docs`; a test fails when it
is behind. `/docs` says the same of each call. A name in one word is the value of an app role of
[operate.md](operate.md), which counts for the tenant that gave it; a customer's roles are directory
roles. [first-call.md](first-call.md) says who gives them and how.

The setting `ROLE_PRESET` chooses the column. A customer's Global admin may all that its Global
Reader may.

"""

_LETTERS: Final = """
Entries of ledgers, events (`actorrole`) and resources (`createdBy.role`) say in which role somebody
acted, by its letter, and so does `tools/explain_token.py`:

"""


def document() -> str:
    """The whole text."""
    titles = " | ".join(f"`{preset}`" for preset in ROLE_PRESETS)
    rule = "|---" * (len(ROLE_PRESETS) + 1)
    table_of_operations = f"| may | {titles} |\n{rule}|\n" + "".join(map(_line, Operation))
    letters = "".join(f"| `{role}` | {ROLES[role]} |\n" for role in CallerRole)
    return f"{_HEAD}{table_of_operations}{_LETTERS}| letter | role |\n|---|---|\n{letters}"


def _line(operation: Operation) -> str:
    cells = (table()[operation].text, *(_named(allowed(each, operation)) for each in ROLE_PRESETS))
    return f"| {' | '.join(cells)} |\n"


def _named(roles: Collection[CallerRole]) -> str:
    return ", ".join(ROLES[role] for role in CallerRole if role in roles)


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
