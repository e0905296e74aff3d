"""Pages of lists that hide rows: whatever is hidden, the same pages (ISO-1)."""

from hypothesis import given
from hypothesis import strategies as st

from shared.services.listing import collect
from shared.services.ports.values import Page

ROWS = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60)
"""Whether each row is seen, and whether the storage ends an answer behind it."""


class Rows:
    """Numbered rows; an answer of the storage may end early, also at the very end."""

    def __init__(self, rows: list[tuple[int, bool]]) -> None:
        self.rows = rows
        self.asked: list[int] = []

    async def fetch(self, after: str | None, limit: int) -> Page[int]:
        self.asked.append(limit)
        behind = [row for row in self.rows if row[0] > int(after or -1)]
        found: list[int] = []
        for number, ends in behind[:limit]:
            found.append(number)
            if ends:
                break
        more = bool(found) and (len(found) < len(behind) or behind[-1][1])
        return Page(tuple(found), str(found[-1]) if more else None)


async def pages(rows: Rows, seen: set[int], size: int, at_once: int) -> list[Page[int]]:
    found: list[Page[int]] = []
    after = None
    while not found or after is not None:
        page = await collect(
            rows.fetch,
            lambda number: number if number in seen else None,
            str,
            after,
            size,
            at_once=at_once,
        )
        found.append(page)
        after = page.after
    return found


@given(rows=ROWS, size=st.integers(1, 7), at_once=st.integers(1, 9))
async def test_hidden_rows_leave_no_trace(rows: list[tuple[bool, bool]], size: int, at_once: int):
    numbered = [(number, ends) for number, (_, ends) in enumerate(rows)]
    seen = {number for number, (visible, _) in enumerate(rows) if visible}
    among = await pages(Rows(numbered), seen, size, at_once)
    alone = [(number, ends) for number, ends in numbered if number in seen]
    assert among == await pages(Rows(alone), seen, size, at_once)
    assert [number for page in among for number in page.items] == sorted(seen)
    assert all(len(page.items) == size for page in among[:-1])
    assert [page.after for page in among[:-1]] == [str(page.items[-1]) for page in among[:-1]]
    assert bool(among[-1].items) or not seen


async def test_ever_more_is_read_at_once_where_all_is_hidden():
    rows = Rows([(number, False) for number in range(5000)])
    await pages(rows, {4999}, 1, 100)
    assert rows.asked == [100, 200, 400, 800, 1000, 1000, 1000, 1000]


async def test_a_list_of_the_callers_own_may_end_early():
    rows = Rows([(number, False) for number in range(100)])
    page = await collect(rows.fetch, lambda _: None, str, None, 5, at_once=10, rounds=3)
    assert page == Page((), "29")
