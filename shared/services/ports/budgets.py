"""What is written down of a partner's budgets: how far its time is sold."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from shared.services.ports.values import Stored


class Spending(StrEnum):
    """What partners spend a budget on; the name that headers and refusals tell."""

    MESSAGES = "messages"
    INVITATIONS = "invitations"
    WEBHOOK_CHANGES = "webhook-changes"


class BudgetKey(NamedTuple):
    """A partner's budget."""

    partner_id: str
    spending: Spending


class BudgetStore(Protocol):
    """One row per budget, written under its ETag alone."""

    async def sold(self, key: BudgetKey) -> Stored[datetime] | None:
        """Until when its time is sold; None where nothing ever was. One point read."""
        ...

    async def sell(self, key: BudgetKey, until: datetime, etag: str | None) -> None:
        """One write; GuardFailed where another process was first, or WriteUnknown."""
        ...
