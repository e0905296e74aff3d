"""Erasure of personal data, for the customer it belongs to."""

from shared import bootstrap
from shared.deciding.bodies import ErasureBody
from shared.http.blueprint import Api
from shared.http.conditional import acting
from shared.http.endpoint import Reply, Request
from shared.http.shapes.customers import ErasureShape
from shared.model.state import Tenant
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "POST",
    "api/customers/{customerId}/personal-data/erase",
    "Erase personal data",
    operations=(Operation.CUSTOMER_CONTROL,),
    body=ErasureBody,
    answers={200: ErasureShape},
    unruled=True,
    takes_if_match=True,
    stepwise=True,
)
async def personal_data_erase(request: Request[ErasureBody], services: Services) -> Reply:
    """Of one invitation, or all; the ledger keeps salted hashes, and that they went.

    If-Match, where it is sent, names the customer's profile as whoever decides has seen it.
    """

    def etag(tenant: Tenant) -> str:
        return str(services.views.customer(tenant.head)["etag"])

    invitation_id = request.body.invitation_id
    seen = acting(request.if_match, etag)
    await services.erasures.erase(request.actor, invitation_id, seen)
    return Reply(200, {"customerId": request.path["customerId"], "invitationId": invitation_id})
