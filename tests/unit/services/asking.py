"""Asking the executor for one thing while something else happens."""

import pytest

from shared.deciding.profile import SetCustomerProfile
from shared.errors import PolicyRefused
from shared.storage.engine.memory import Request
from tests.building import AGENCY, actor, customer_body

from .backend import wrote


def profile(**changes) -> SetCustomerProfile:
    return SetCustomerProfile(actor(AGENCY, "CG"), AGENCY, customer_body(**changes))


def once(backend, hook, row: str, doing):
    """Calls `doing` around the first commit that writes `row`, and never again."""

    async def around(request: Request) -> None:
        if wrote(request, row):
            backend.calm()
            await doing()

    setattr(backend, hook, around)


async def sequence(backend, tenant_id: str = AGENCY) -> int:
    head = await backend.ports.tenants.head(tenant_id)
    return head.value.sequence


async def failure(backend, command, error: type, **how) -> Exception:
    with pytest.raises(error) as caught:
        await backend.services.executor.execute(command, **how)
    return caught.value


def rules(refused: PolicyRefused) -> list[str]:
    return [refusal.rule_id for refusal in refused.refusals]
