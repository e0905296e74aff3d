"""How much waits for the operator."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import Reply, Request
from shared.http.shapes.operations import OpenCountsShape
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)


@api.endpoint(
    "GET",
    "api/open-counts",
    "Count what waits for the operator",
    operations=(Operation.OPERATE,),
    answers={200: OpenCountsShape},
)
async def open_counts_get(_: Request, services: Services) -> Reply:
    """Open findings, dead letters and disputes; of each 100 are counted at most."""
    return Reply(200, await services.operators.waiting())
