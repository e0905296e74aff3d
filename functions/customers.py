"""A customer's profile."""

from shared import bootstrap
from shared.deciding.bodies import CustomerBody
from shared.deciding.profile import SetCustomerProfile
from shared.errors import PreconditionRequired
from shared.http.blueprint import Api
from shared.http.conditional import replacing
from shared.http.endpoint import Reply, Request
from shared.http.shapes.customers import CustomerShape
from shared.model.customers import TenantKind
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "PUT",
    "api/customers/{customerId}",
    "State or replace the profile of the own tenant",
    operations=(Operation.CUSTOMER_PROFILE,),
    body=CustomerBody,
    represents=CustomerShape,
    errors=(PreconditionRequired,),
    answers={200: CustomerShape, 201: CustomerShape},
)
async def customers_put(request: Request[CustomerBody], services: Services) -> Reply:
    """New (201) until the tenant's own statement or acceptance; then changing it needs If-Match."""

    def etag(tenant: Tenant) -> str | None:
        return str(services.views.customer(tenant.head)["etag"]) if tenant.head.sequence else None

    command = SetCustomerProfile(request.actor, request.path["customerId"], request.body)
    precondition = replacing(request.if_match, etag, _stated)
    done = await services.executor.execute(command, precondition=precondition)
    return Reply(200 if _stated(done.before) else 201, services.views.customer(done.after.head))


@api.endpoint(
    "GET",
    "api/customers/{customerId}",
    "Read a customer's profile",
    operations=(Operation.CUSTOMER_READ, Operation.PARTNER_READ),
    answers={200: CustomerShape},
)
async def customers_get(request: Request, services: Services) -> Reply:
    """For the customer's own people, and for a partner with an active relationship."""
    return Reply(200, await services.customers.profile(request.path["customerId"], request.viewer))


def _stated(tenant: Tenant) -> bool:
    return tenant.head.kind is TenantKind.CUSTOMER
