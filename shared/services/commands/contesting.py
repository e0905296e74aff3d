"""SUB-6: a registration that is refused because another pair holds the id is told to the operator.

The caller learns nothing of it: not who holds the id, and not that the operator was told.
"""

import logging
from dataclasses import dataclass

from shared.deciding.commands import Command
from shared.deciding.registering import RegisterSubscriptions
from shared.model.claims import ClaimKind
from shared.model.models import Subscription
from shared.model.state import RowKind, Tenant
from shared.proving.problems import CONTEST_PLACE, Problem, ProblemKind, row_place
from shared.services.findings import Recorder
from shared.services.ports.claims import Claim
from shared.services.ports.values import StorageError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Contests:
    """Opens the findings; one for each id and pair that was refused it, however often."""

    recorder: Recorder

    async def claimed(self, command: Command, held: Claim) -> None:
        """Another customer has it."""
        if held.key.kind is ClaimKind.SUBSCRIPTION:
            await self._open(command, held.holder, held.key.id)

    async def registered(self, command: Command, tenant: Tenant) -> None:
        """The customer has it of another partner."""
        if not isinstance(command, RegisterSubscriptions):
            return
        for sale_id, _ in command.sales:
            row = tenant.rows.get((RowKind.SUBSCRIPTION, sale_id))
            if isinstance(row, Subscription) and row.partner_id != command.actor.tenant_id:
                await self._open(command, tenant.id, sale_id)

    async def _open(self, command: Command, holder: str, subscription_id: str) -> None:
        partner_id, customer_id = command.actor.tenant_id, command.tenant_id
        place = row_place((RowKind.SUBSCRIPTION, subscription_id))
        problem = Problem(
            ProblemKind.SUBSCRIPTION_ID_CONTESTED,
            holder,
            f"{place}{CONTEST_PLACE}{partner_id}|{customer_id}",
            {"refusedPartnerId": partner_id, "refusedCustomerId": customer_id},
        )
        try:
            await self.recorder.open(problem)
        except StorageError as error:
            # The refusal stands without it; the next one tries again.
            log.warning("contest.not-recorded", extra={"error": type(error).__name__})
