"""Entries with more events for one partner than a transaction has rows."""

import pytest

from shared.deciding.ending import RemoveRelationship
from shared.deciding.linking import AcceptResellerLink, RequestResellerLink
from tests.cast.commands import accept, enrol, invite
from tests.cast.ids import AGENCY, DIRECT, PROVIDER, actor


@pytest.mark.parametrize("resellers", [48, 49, 99])
async def test_an_entry_with_more_events_for_a_partner_than_a_transaction_has_rows(
    backend, resellers
):
    """INV-9 lets a customer have a provider with 99 resellers: 200 events when that is removed."""
    await backend.do(enrol(PROVIDER), enrol(DIRECT))
    for number in range(resellers):
        reseller = f"e{number:07d}-0000-4000-8000-000000000000"
        await backend.do(
            enrol(reseller, type="indirectReseller", mpnId=str(50_000 + number)),
            RequestResellerLink(actor(PROVIDER), PROVIDER, reseller),
            AcceptResellerLink(actor(reseller), PROVIDER, reseller),
            invite(reseller, 100 + number, AGENCY, indirectProviderId=PROVIDER),
            accept(100 + number),
        )
    await backend.deliver()
    await backend.do(RemoveRelationship(actor(PROVIDER), AGENCY, PROVIDER))
    head = await backend.ports.tenants.head(AGENCY)
    entry = await backend.ports.tenants.entry(AGENCY, head.value.sequence)
    assert len(entry.events()) >= 2 * resellers
    await backend.deliver(twice=True)
    await backend.assert_followed()
