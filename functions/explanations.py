"""What a customer's people want to know: who can do what, and what accepting would change."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import NoBody, Reply, Request
from shared.http.filters import AccessQuery
from shared.http.shapes_explained import AccessShape, ImpactShape
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


@api.endpoint(
    "GET",
    "api/customers/{customerId}/invitations/{invitationId}/impact",
    "Show what accepting an invitation would and would not change",
    operations=(Operation.CUSTOMER_READ,),
    answers={200: ImpactShape},
)
async def invitations_impact(request: Request, services: Services) -> Reply:
    """Everything that exists stays as it is (NIF)."""
    path = request.path
    shown = await services.explanations.impact(path["customerId"], path["invitationId"])
    return Reply(200, shown)
