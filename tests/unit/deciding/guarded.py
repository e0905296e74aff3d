"""A customer of two partners before a command, and the changes that its guard refuses."""

from dataclasses import replace

import pytest

from shared.deciding import guard
from shared.deciding.commands import Command
from shared.deciding.guard import NonInterferenceError
from shared.model.base import Model
from shared.model.state import RowKind, Tenant
from tests.cast.every_command import COMMANDS
from tests.cast.ids import AGENCY, DIRECT, OTHER_DIRECT
from tests.cast.resources import (
    agreement,
    customer,
    invitation,
    link,
    relationship,
    subscription,
    tenant,
)

everybody = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
SOLD = subscription(1, DIRECT)
OTHERS = subscription(2, OTHER_DIRECT)
BEFORE = tenant(
    AGENCY,
    customer(),
    agreement(),
    *(relationship(DIRECT), invitation(1, DIRECT), SOLD),
    *(relationship(OTHER_DIRECT), invitation(2, OTHER_DIRECT), OTHERS),
    link(),
)


def refuse(command: Command, after: Tenant, promise: str, before: Tenant = BEFORE) -> None:
    with pytest.raises(NonInterferenceError, match=promise):
        guard.check(before, after, guard.allowance(before, command))


def with_row(kind: RowKind, row_id: str, row: Model, before: Tenant = BEFORE) -> Tenant:
    return replace(before, rows=before.rows.set((kind, row_id), row))
