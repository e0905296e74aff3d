"""A command of each kind with what stands before it: for tests that interrupt it anywhere."""

from collections.abc import Sequence

from shared.deciding.commands import Command
from tests.cast.commands import (
    accept,
    accept_link,
    annul,
    dispute,
    enrol,
    erase,
    invite,
    issue,
    linked,
    register,
    related,
    remove,
    set_status,
    suspend,
    update,
)
from tests.cast.ids import OTHER_DIRECT, PROVIDER, RESELLER, invitation_id

COMMANDS = {
    "enrol": ((enrol(OTHER_DIRECT),), enrol()),
    "invite": ((enrol(),), invite()),
    "accept": ((enrol(), invite()), accept()),
    "register": (related(), register(1, 2)),
    "change the MPN id": ((enrol(),), enrol(mpnId="5005")),
    "accept for two": (
        (*linked(), invite(PROVIDER, indirectResellerId=RESELLER)),
        accept(),
    ),
    "suspend a partner": ((enrol(),), suspend()),
    "accept by link": ((enrol(), issue(maxAcceptances=1)), accept_link()),
    "remove": (related(), remove()),
    "suspend": ((*related(), register(1)), set_status("suspended")),
    "update": ((*related(), register(1)), update(quantity=3)),
    "annul": ((*related(), register(1), dispute()), annul()),
    "erase": (related(), erase(invitation_id(), "agreement")),
}


def expected(given: Sequence[Command], command: Command) -> int:
    """Entries of its tenant once it is done, however often it was asked for."""
    return 1 + sum(1 for one in given if one.tenant_id == command.tenant_id)
