"""Rows of the index for customers of one partner, and a list of them, page by page."""

from shared.services.ports.index import IndexFilter, IndexKey, IndexKind, IndexRow
from tests.cast.ids import guid

PARTNER = guid(9)
CUSTOMER = guid(7)


def customer_row(customer_id: str, partner_id: str = PARTNER, sequence: int = 1) -> IndexRow:
    key = IndexKey(partner_id, IndexKind.CUSTOMER, customer_id, customer_id)
    return IndexRow(key, sequence, {"name": "이름", "list": [1, None, {"a": "'"}]})


async def listing(
    index, kind: IndexKind = IndexKind.CUSTOMER, limit: int = 3, **filters: IndexFilter
) -> list[IndexRow]:
    seen: list[IndexRow] = []
    after = None
    while True:
        page = await index.list(PARTNER, kind, after, limit, **filters)
        assert len(page.items) <= limit
        seen += page.items
        after = page.after
        if after is None:
            return seen
