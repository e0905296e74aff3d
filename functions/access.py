"""Who can do what at a customer: the partners' effective access."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request
from shared.http.shapes.customers import AccessShape
from shared.http.shapes.queries import AccessQuery
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/customers/{customerId}/access",
    "Explain the partners' effective access",
    operations=(Operation.CUSTOMER_READ,),
    query=AccessQuery,
    answers={200: AccessShape},
)
async def access_get(request: Request[NoBody, AccessQuery], services: Services) -> Reply:
    """Per partner and subscription: which role, because of which rule (EFF)."""
    customer_id = request.path["customerId"]
    return Reply(200, await services.explanations.access(customer_id, request.query.partner_id))
