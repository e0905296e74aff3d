"""A tenant's ledger, for its Global admin and the operator."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import CSV, JSON_LINES, NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.ledger import EntryShape, ProofQuery, ProofShape, VerificationShape
from shared.policy.roles import Operation
from shared.services.application import Services

api = Api(bootstrap.app)

_ROUTE = "api/customers/{customerId}/ledger"


@api.endpoint(
    "GET",
    _ROUTE,
    "Read the ledger",
    operations=(Operation.LEDGER_READ,),
    query=PageQuery,
    answers={200: ListShape[EntryShape]},
    exports=(CSV, JSON_LINES),
)
async def ledger_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """Entries exactly as they were written, so that anyone can recompute their hashes."""
    after = request.number()
    page = await services.ledgers.entries(
        request.path["customerId"], after, request.limit, own=request.own
    )
    return listed(request, page)


@api.endpoint(
    "GET",
    f"{_ROUTE}/verification",
    "Verify the ledger",
    operations=(Operation.LEDGER_READ,),
    answers={200: VerificationShape},
)
async def ledger_verification(request: Request, services: Services) -> Reply:
    """Recomputes the whole chain."""
    return Reply(
        200, await services.ledgers.verification(request.path["customerId"], own=request.own)
    )


@api.endpoint(
    "GET",
    f"{_ROUTE}/proof",
    "Prove that a checkpoint holds the ledger",
    operations=(Operation.LEDGER_READ,),
    query=ProofQuery,
    answers={200: ProofShape},
)
async def ledger_proof(request: Request[NoBody, ProofQuery], services: Services) -> Reply:
    """An inclusion proof (RFC 6962), to be verified without this service: see docs/ledger.md."""
    customer_id = request.path["customerId"]
    return Reply(200, await services.proofs.proof(customer_id, request.query.checkpoint_id))
