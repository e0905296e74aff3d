"""A story that gives followers something of every kind to do."""

from tests.cast.commands import accept, enrol, invite, linked, profile, register, related
from tests.cast.ids import OTHER_DIRECT, PROVIDER, RESELLER
from tests.running.backend import Backend


async def everything(backend: Backend) -> None:
    """Two partners, one of them with a reseller, and a customer that changes its name."""
    await backend.do(*linked(), *related())
    await backend.do(profile(name="Renamed"), register(1, 2))
    await backend.do(
        enrol(OTHER_DIRECT),
        invite(PROVIDER, 2, indirectResellerId=RESELLER),
        accept(2),
        register(3, partner_id=PROVIDER, partnerOfRecord="3001"),
        profile(name="Renamed again"),
        invite(OTHER_DIRECT, 3),
    )
