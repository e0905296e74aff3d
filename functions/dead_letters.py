"""Messages that could not be processed: the operator's."""

from shared import bootstrap
from shared.errors import LetterUnderWay, NotReplayable
from shared.http.blueprint import Api
from shared.http.conditional import check
from shared.http.endpoint import NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.operations import CloseBody, DeadLetterShape
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.ports.dead_letters import LetterStatus
from shared.services.ports.queues import Queue
from shared.services.queues.letter_list import Filters
from shared.services.queues.rejections import Reason
from shared.text.identifiers import Guid

api = Api(bootstrap.app)

_LIST = "api/dead-letters"
_LETTER = f"{_LIST}/{{deadLetterId}}"


class DeadLetterQuery(PageQuery):
    """Filters, all of which must hold."""

    status: LetterStatus | None = None
    """Only letters in this status."""
    queue: Queue | None = None
    """Only messages of this queue."""
    reason: Reason | None = None
    """Only letters with this `reason`."""
    tenant_id: Guid | None = None
    """Only what is about this tenant, by its id."""

    def filters(self) -> Filters:
        """As the service takes them."""
        return Filters(self.status, self.queue, self.reason, self.tenant_id)


@api.endpoint(
    "GET",
    _LIST,
    "List dead letters",
    operations=(Operation.OPERATE,),
    query=DeadLetterQuery,
    answers={200: ListShape[DeadLetterShape]},
)
async def dead_letters_list(request: Request[NoBody, DeadLetterQuery], services: Services) -> Reply:
    """Newest first, by `deadAt`; of a long text the beginning."""
    filters = request.query.filters()
    return listed(request, await services.letters.page(filters, request.position(), request.limit))


@api.endpoint(
    "GET",
    _LETTER,
    "Read a dead letter",
    operations=(Operation.OPERATE,),
    answers={200: DeadLetterShape},
)
async def dead_letters_get(request: Request, services: Services) -> Reply:
    """With its history: what it died of, how it was put back, and how it was closed."""
    return Reply(200, await services.letters.letter(request.path["deadLetterId"]))


@api.endpoint(
    "POST",
    f"{_LETTER}/replay",
    "Put a dead letter's message back",
    operations=(Operation.OPERATE,),
    body=NoBody,
    errors=(NotReplayable,),
    answers={200: DeadLetterShape},
    unruled=True,
    stepwise=True,
)
async def dead_letters_replay(request: Request, services: Services) -> Reply:
    """One replay at a time, only where its source may still send it; success closes the letter.

    One without an outcome counts for 15 minutes.
    """

    def precondition(etag: str) -> None:
        check(request.if_match, etag, required=False)

    letter_id = request.path["deadLetterId"]
    return Reply(200, await services.replays.replay(letter_id, request.actor, precondition))


@api.endpoint(
    "POST",
    f"{_LETTER}/close",
    "Close a dead letter",
    operations=(Operation.OPERATE,),
    body=CloseBody,
    errors=(LetterUnderWay,),
    answers={200: DeadLetterShape},
    unruled=True,
)
async def dead_letters_close(request: Request[CloseBody], services: Services) -> Reply:
    """For good, unless its message dies again; one that is closed already stays as it is."""

    def precondition(etag: str) -> None:
        check(request.if_match, etag, required=False)

    letter_id, reason = request.path["deadLetterId"], request.body.reason
    closed = await services.closings.close(letter_id, request.actor, reason, precondition)
    return Reply(200, closed)
