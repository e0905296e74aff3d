"""Writes docs/rules.md from the rule catalogue: `python -m tools.rules_document`."""

from pathlib import Path
from typing import Final

from shared.policy.catalogue import Rule, rules

PATH: Final = Path(__file__).parents[1] / "docs" / "rules.md"

_HEAD: Final = """# Rules

Every rule of the domain, as `GET /api/policy/rules` serves it. Generated from
`shared/policy/data/rules.json` by `make docs`; a test fails when it is behind.

How a rule is enforced: by *refusal* (a request that breaks it answers 409 and names it), by the
*guard* of every commit (no change set can break it), by *visibility* (who sees what), by the
*token* (who the caller is), or it is an *explanation* (it follows from the others, or says what an
answer means). Only a refusal needs anyone to resolve it.

| rule | title | what it says | source | enforced by | who can resolve |
|---|---|---|---|---|---|
"""


def document() -> str:
    """The whole text."""
    return _HEAD + "".join(map(_line, rules().values()))


def _line(rule: Rule) -> str:
    """Several ways to break a rule may be in several hands."""
    hands = dict.fromkeys(message.resolvable_by for message in rule.messages.values())
    cells = (
        rule.id,
        rule.title.en,
        rule.description.en,
        rule.source,
        rule.enforced_by,
        ", ".join(hands),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
