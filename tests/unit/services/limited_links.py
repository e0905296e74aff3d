"""A link that so many customers may accept, and the places that they take."""

from typing import Final

from shared.services.commands.reserving import Slots
from shared.services.ports.claims import SlotKey
from tests.cast.commands import enrol, issue
from tests.cast.ids import AGENCY, DIRECT, link_id
from tests.running.backend import Backend

LINK: Final = (DIRECT, link_id())
SLOT: Final = SlotKey(*LINK, AGENCY)


async def offered(backend: Backend, limit: int = 1, **body: object) -> None:
    """One of DIRECT's."""
    await backend.do(enrol(), issue(maxAcceptances=limit, **body))


def slots_of(backend: Backend) -> Slots:
    """What reserves and releases."""
    return Slots(backend.ports.slots, backend.ports.tenants, backend.clock)
