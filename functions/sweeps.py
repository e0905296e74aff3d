"""Sweeps and what they found, for the operator; the checkpoints they made, for everybody."""

from shared import bootstrap
from shared.errors import SweepRunning
from shared.http.blueprint import Api
from shared.http.endpoint import CSV, JSON_LINES, NoBody, Reply, Request, listed
from shared.http.paging import PageQuery
from shared.http.shapes.envelopes import ListShape
from shared.http.shapes.sweeps import (
    CheckpointShape,
    FindingShape,
    FindingsQuery,
    LeafShape,
    SweepBody,
    SweepShape,
)
from shared.policy.roles import Operation
from shared.services.application import Services
from shared.services.sweeping.queries import Filter

api = Api(bootstrap.app)

_SWEEPS = "api/sweeps"
_SWEEP = f"{_SWEEPS}/{{sweepId}}"
_CHECKPOINTS = "api/checkpoints"
_CHECKPOINT = f"{_CHECKPOINTS}/{{checkpointId}}"


@api.endpoint(
    "POST",
    _SWEEPS,
    "Start a sweep",
    operations=(Operation.OPERATE,),
    body=SweepBody,
    errors=(SweepRunning,),
    answers={200: SweepShape, 201: SweepShape},
    unruled=True,
    stepwise=True,
)
async def sweeps_start(request: Request[SweepBody], services: Services) -> Reply:
    """Over everything, or one tenant; one runs at a time.

    The same again is the running one, unless that has come to a standstill.
    """
    sweep, new = await services.sweeping.sweeps.start(request.body.customer_id)
    return Reply(201 if new else 200, await services.sweeping.queries.shown(sweep))


@api.endpoint(
    "GET",
    _SWEEPS,
    "List sweeps",
    operations=(Operation.OPERATE,),
    query=PageQuery,
    answers={200: ListShape[SweepShape]},
)
async def sweeps_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """Newest first; each stays 30 days at least, and while it is the last with a checkpoint."""
    return listed(request, await services.sweeping.queries.page(request.position(), request.limit))


@api.endpoint(
    "GET", _SWEEP, "Read a sweep", operations=(Operation.OPERATE,), answers={200: SweepShape}
)
async def sweeps_get(request: Request, services: Services) -> Reply:
    """With its progress while it runs."""
    return Reply(200, await services.sweeping.queries.sweep(request.path["sweepId"]))


@api.endpoint(
    "GET",
    f"{_SWEEP}/findings",
    "List what a sweep found",
    operations=(Operation.OPERATE,),
    query=PageQuery,
    answers={200: ListShape[FindingShape]},
)
async def sweep_findings_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By id, as they stand now."""
    page = await services.sweeping.queries.findings_of(
        request.path["sweepId"], request.position(), request.limit
    )
    return listed(request, page)


@api.endpoint(
    "GET",
    "api/findings",
    "List findings",
    operations=(Operation.OPERATE,),
    query=FindingsQuery,
    answers={200: ListShape[FindingShape]},
)
async def findings_list(request: Request[NoBody, FindingsQuery], services: Services) -> Reply:
    """Newest first by `firstSeenAt`; closed by a succeeded sweep that covers it and meets it not.

    A refused registration and a broken checkpoint stay open until 30 days after they were met last.
    """
    query = request.query
    wanted = Filter(query.kind, query.status, query.tenant_id)
    page = await services.sweeping.queries.all_findings(wanted, request.position(), request.limit)
    return listed(request, page)


@api.endpoint(
    "GET",
    "api/findings/{findingId}",
    "Read a finding",
    operations=(Operation.OPERATE,),
    answers={200: FindingShape},
)
async def findings_get(request: Request, services: Services) -> Reply:
    """As it was when it was met last; its status and the partners' names are those of now."""
    return Reply(200, await services.sweeping.queries.finding(request.path["findingId"]))


@api.endpoint(
    "GET",
    _CHECKPOINTS,
    "List checkpoints",
    operations=(),
    query=PageQuery,
    answers={200: ListShape[CheckpointShape]},
)
async def checkpoints_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """Newest first; each names the hash of the one before.

    Any valid token will do but a delegated partner's.
    """
    page = await services.sweeping.queries.checkpoint_page(request.position(), request.limit)
    return listed(request, page)


@api.endpoint(
    "GET",
    _CHECKPOINT,
    "Read a checkpoint",
    operations=(),
    answers={200: CheckpointShape},
)
async def checkpoints_get(request: Request, services: Services) -> Reply:
    """Keep its hash outside of the storage account: it shows what the account alone cannot.

    Any valid token will do but a delegated partner's: what is published only to some cannot be
    compared by all.
    """
    return Reply(200, await services.sweeping.queries.checkpoint(request.path["checkpointId"]))


@api.endpoint(
    "GET",
    f"{_CHECKPOINT}/leaves",
    "List a checkpoint's leaves",
    operations=(Operation.OPERATE,),
    query=PageQuery,
    answers={200: ListShape[LeafShape]},
    exports=(CSV, JSON_LINES),
)
async def checkpoint_leaves_list(request: Request[NoBody, PageQuery], services: Services) -> Reply:
    """By tenant id; kept for 30 days from the checkpoint's `at` or longer, the newest one's always.

    Once they are gone, the list is empty.
    """
    page = await services.sweeping.queries.leaves(
        request.path["checkpointId"], request.position(), request.limit
    )
    return listed(request, page)
