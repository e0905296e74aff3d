"""Keys of partners' budgets: a partition each, so that no partner waits for another's."""

from typing import Final

from shared.services.ports.budgets import BudgetKey
from shared.storage.encoding.keys.places import Key

BUDGETS: Final = "budget"


def budget(key: BudgetKey) -> Key:
    """How far a partner's time is sold."""
    return Key(f"{BUDGETS}|{key.partner_id}", f"sold|{key.spending.value}")
