"""The running system, and who takes part in a first invitation, for clients made by generators."""

from uuid import uuid4

import pytest

from tests.running.client import GLOBAL_ADMINISTRATOR, OPERATOR_TENANT
from tests.running.system import System


@pytest.fixture
def parties(system: System) -> dict[str, dict[str, str]]:
    """Tenant and token of each; none is enrolled or known yet."""
    tenants = {name: str(uuid4()) for name in ("provider", "reseller", "customer")}
    tokens = {
        "operator": system.token(OPERATOR_TENANT, roles=["PlatformOperator"]),
        "provider": system.token(tenants["provider"], roles=["GlobalAdmin"]),
        "reseller": system.token(tenants["reseller"], roles=["GlobalAdmin"]),
        "customer": system.token(tenants["customer"], wids=[GLOBAL_ADMINISTRATOR]),
    }
    return {name: {"tenant": tenants.get(name, ""), "token": tokens[name]} for name in tokens}
