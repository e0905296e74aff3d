"""Whole spans of rows, however many requests they take.

A bounded read that forgets the rest is a list that ends one day without anybody noticing.
"""

from collections.abc import AsyncGenerator, Sequence

from shared.storage.encoding.keys.places import Span
from shared.storage.engine.table import Condition, Entity, Table


async def rows_of(
    table: Table, partition: str, span: Span, at_once: int, where: Sequence[Condition] = ()
) -> AsyncGenerator[Entity]:
    """Yields every such row of the span in key order, reading `at_once` in one request."""
    last: str | None = None
    while True:
        page = await table.range(partition, span, at_once, where)
        for entity in page.entities:
            if entity.key.row != last:  # which a closed span has again
                yield entity
        if not page.more:
            return
        last = page.entities[-1].key.row
        span = span._replace(low=last)
