"""A tenant's ledger, for the people who read for it and for the operator."""

from shared import bootstrap
from shared.http.blueprint import Api
from shared.http.endpoint import (
    CSV,
    JSON_LINES,
    NoBody,
    Reply,
    Request,
    continued,
    listed,
)
from shared.http.paging import foreign
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.ledger import (
    EntryShape,
    LedgerQuery,
    Order,
    ProofQuery,
    ProofShape,
    VerificationQuery,
    VerificationShape,
)
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.queries.ledgers import Wanted
from shared.services.queries.verifications import position_of

api = Api(bootstrap.app)

_ROUTE = "api/customers/{customerId}/ledger"


@api.endpoint(
    "GET",
    _ROUTE,
    "Read the ledger",
    operations=(Operation.LEDGER_READ,),
    query=LedgerQuery,
    answers={200: ListShape[EntryShape]},
    exports=(CSV, JSON_LINES),
)
async def ledger_list(request: Request[NoBody, LedgerQuery], services: Services) -> Reply:
    """Entries as they are stored: of JSON and JSON Lines anyone can recompute their hashes.

    Of a partner or a subscription a page may be short, even empty: follow its nextLink.
    """
    query = request.query
    wanted = Wanted(query.order is Order.DESCENDING, query.partner_id, query.subscription_id)
    page = await services.ledgers.entries(
        request.path["customerId"], wanted, request.number(), request.limit, own=request.own
    )
    return listed(request, page)


@api.endpoint(
    "GET",
    f"{_ROUTE}/entries/{{sequence}}",
    "Read an entry of the ledger",
    operations=(Operation.LEDGER_READ,),
    answers={200: EntryShape},
)
async def ledger_get(request: Request, services: Services) -> Reply:
    """As it is stored, by its number."""
    path = request.path
    return Reply(200, await services.ledgers.entry(path["customerId"], int(path["sequence"])))


@api.endpoint(
    "GET",
    f"{_ROUTE}/verification",
    "Verify the ledger",
    operations=(Operation.LEDGER_READ,),
    query=VerificationQuery,
    answers={200: VerificationShape},
)
async def ledger_verification(
    request: Request[NoBody, VerificationQuery], services: Services
) -> Reply:
    """Recomputes the chain, a part at a time: follow nextLink until `complete`."""
    customer_id, person = request.path["customerId"], request.actor.object_id
    verifications, position = services.verifications, request.position()
    if position is None:
        reached = await verifications.begin(customer_id, request.limit, own=request.own)
    else:
        reached = await verifications.go_on(customer_id, person, position, request.limit)
    if reached is None:
        raise foreign("skiptoken")
    return continued(request, reached.shown(), position_of(reached, person))


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
