"""Who can do what at a customer: the partners' effective access."""

from shared import bootstrap
from shared.canonical import JsonObject
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request, continued
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
    """Per partner and subscription: what role by what rule (EFF-1, EFF-3 to EFF-5, SUB-3, SUB-6).

    Only subscriptions on which it has one, unless `all=true`.
    """
    customer_id, query = request.path["customerId"], request.query
    explanations = services.explanations
    of = explanations.every_access if query.all else explanations.access
    page = await of(customer_id, query.partner_id, request.position(), request.limit)
    body: JsonObject = {"customerId": customer_id, "enforcement": "recorded"}
    return continued(request, {**body, "partners": list(page.items)}, page.after)
