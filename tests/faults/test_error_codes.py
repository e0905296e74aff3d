"""Where the service says what an error is: in the body of its table layer, never in a header."""

import pytest

from shared.services.ports.values import GuardFailed, StorageDown
from shared.storage.encoding.keys.places import Span
from tests.strict.proxy import Answer

from .operations import KEY, WRITES, heads, whole
from .proxy import says

ETAG = "W/\"datetime'2026-11-01T08%3A00%3A00.1234567Z'\""
ASKED = {
    **{name: lambda table, make=make: table.transact(make(ETAG)) for name, make in WRITES.items()},
    "get": lambda table: table.get(KEY),
    "range": lambda table: table.range("p", Span("", "z"), 1),
    "pages": whole,
    "scan": heads,
}


@pytest.mark.parametrize("asked", ASKED)
async def test_a_missing_table_is_down_not_absent_nor_a_guard(clients, asked):
    with pytest.raises(StorageDown):
        await ASKED[asked](clients.table("missing"))


@pytest.mark.parametrize("change", ["replace", "touch", "delete"])
async def test_a_missing_row_of_a_table_that_is_there_is_a_guard(table, change):
    with pytest.raises(GuardFailed):
        await table.transact(WRITES[change](ETAG))


async def test_a_code_may_stand_in_the_header_alone(table, account):
    # So the front end says it, whose bodies are none of the table layer's.
    headers = {"x-ms-error-code": "TableNotFound", "Content-Type": "application/json"}
    told = Answer(404, headers, b"{}")
    for change in ("insert", "delete"):
        account.tables.on(says(told))
        with pytest.raises(StorageDown):
            await table.transact(WRITES[change](ETAG))
