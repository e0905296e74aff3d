"""What the operator lists of all tenants: as watched, and put right, as what partners list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.services.ports.index import IndexKey, IndexKind, IndexRow
from tests.cast.ids import AGENCY, DIRECT, STRANGER, subscription_id
from tests.running.sweeps import swept

OPERATORS = {
    "partner": (IndexKey.of_partner(DIRECT), DIRECT, f"index|{DIRECT}|partner|{DIRECT}", "name"),
    "dispute": (None, AGENCY, f"index|{DIRECT}|dispute|{subscription_id(3)}", "offerName"),
}


async def operators(backend, kind: str) -> tuple[IndexKey, IndexRow]:
    """A row that the operator lists."""
    (found,) = [
        row
        for row in (await backend.ports.index.everywhere(IndexKind(kind), None, 10)).items
        if row.key.partner_id == DIRECT
    ]
    assert OPERATORS[kind][0] in {None, found.key}
    return found.key, found


@pytest.mark.parametrize("kind", OPERATORS)
async def test_what_the_operator_lists_is_made_again(backend, kind):
    key, row = await operators(backend, kind)
    _, tenant_id, place, field = OPERATORS[kind]
    stored = await backend.ports.index.get(key)
    await backend.ports.index.delete(key, stored.etag)
    assert await swept(backend) == {("index-missing", tenant_id, place): True}
    stored = await backend.ports.index.get(key)
    assert stored.value.body == row.body
    other = IndexRow(key, row.sequence, {**row.body, field: "?"})
    await backend.ports.index.put(other, stored.etag)
    assert await swept(backend) == {("index-stale", tenant_id, place): True}
    assert (await backend.ports.index.get(key)).value.body == row.body
    backend.clock.pass_by(timedelta(seconds=1))
    assert await swept(backend) == {}


@pytest.mark.parametrize("kind", OPERATORS)
async def test_what_the_operator_lists_without_anything_behind_it_goes(backend, kind):
    _, row = await operators(backend, kind)
    doubled = replace(row.key, item_id=subscription_id(77))
    tenant_id = AGENCY
    if kind == "partner":
        doubled, tenant_id = IndexKey.of_partner(STRANGER), STRANGER
    await backend.ports.index.put(IndexRow(doubled, row.sequence, row.body), None)
    place = f"index|{doubled.partner_id}|{kind}|{doubled.item_id}"
    assert await swept(backend) == {("index-orphan", tenant_id, place): True}
    assert await backend.ports.index.get(doubled) is None
