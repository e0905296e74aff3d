"""The `BudgetStore` port over a `Table`."""

from datetime import datetime

from shared.services.ports.budgets import BudgetKey
from shared.services.ports.values import Stored
from shared.storage.encoding.codec import budgets as codec
from shared.storage.encoding.keys import budgets as budgets_keys
from shared.storage.engine.table import Table, write


class TableBudgetStore:
    """Partners' budgets."""

    def __init__(self, table: Table) -> None:
        """`table` is `operations`."""
        self._table = table

    async def sold(self, key: BudgetKey) -> Stored[datetime] | None:
        """See the port."""
        entity = await self._table.get(budgets_keys.budget(key))
        return entity and Stored(codec.decode_sold(entity), entity.etag)

    async def sell(self, key: BudgetKey, until: datetime, etag: str | None) -> None:
        """See the port."""
        place = budgets_keys.budget(key)
        await self._table.transact([write(place, codec.encode_sold(until), etag)])
