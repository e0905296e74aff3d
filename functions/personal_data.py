"""Erasure of personal data, for the customer it belongs to."""

from shared import bootstrap
from shared.deciding.bodies import ErasureBody
from shared.http.blueprint import Api
from shared.http.endpoint import Reply, Request
from shared.http.shapes.customers import ErasureShape
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
)
async def personal_data_erase(request: Request[ErasureBody], services: Services) -> Reply:
    """Of one invitation, or all; the ledger keeps only that it went."""
    invitation_id = request.body.invitation_id
    await services.erasures.erase(request.actor, invitation_id)
    return Reply(200, {"customerId": request.path["customerId"], "invitationId": invitation_id})
