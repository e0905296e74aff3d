"""Who the caller is here: for portals and pages that begin with somebody they do not know."""

from typing import cast

from shared import bootstrap
from shared.auth.principal import Principal
from shared.http.blueprint import Api
from shared.http.caller import described
from shared.http.endpoint import Reply, Request
from shared.http.shapes.me import MeShape
from shared.model.state import Head
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/me",
    "Tell who the caller is here, and what is missing",
    operations=(),
    answers={200: MeShape},
)
async def me_get(request: Request, services: Services) -> Reply:
    """For any token but a delegated partner's: no role is needed, nothing of others is told."""
    caller = cast("Principal", request.caller)
    stored = await services.ports.tenants.head(caller.tenant_id)
    head = stored.value if stored else Head(caller.tenant_id)
    operator_tenant = services.settings.operator_tenant_id
    return Reply(200, described(caller, head, operator_tenant, request.locale))
