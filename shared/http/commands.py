"""Endpoints of plain commands: executed, and answered with the resource that they are about.

Their module says which command a request asks for, and what the resource on its path looks like; a
dry run and the run both ask there. An endpoint whose answer shows more than the tenant's state (an
invitation's details, a link's counter) has a handler of its own.
"""

from collections.abc import Callable, Collection, Mapping
from functools import wraps
from http import HTTPStatus

from pydantic import BaseModel

from shared.canonical import JsonObject
from shared.deciding.commands import Command
from shared.deciding.facts import Decided
from shared.http.conditional import check, required
from shared.http.endpoint import Handler, NoQuery, Reply, Request
from shared.model.state import Tenant
from shared.services.application import Services

type Build[B: BaseModel] = Callable[[Request[B]], Command]
"""What a request asks for."""

type Show = Callable[[Tenant, Mapping[str, str], Services], JsonObject | None]
"""The representation of the resource that a path names; None where the tenant has none."""


def executing[B: BaseModel](
    command: Build[B], shows: Show, *, method: str, statuses: Collection[int], conditional: bool
) -> Handler[B, NoQuery]:
    """A handler that is named and described like `command`.

    `statuses`: those of success. With 204 nothing is shown, with 201 there may be something new.
    `conditional`: a PATCH needs If-Match, and so does a PUT that replaces what is there.
    """

    @wraps(command)
    async def handler(request: Request[B], services: Services) -> Reply:
        def shown(tenant: Tenant) -> JsonObject | None:
            return shows(tenant, request.path, services)

        def precondition(before: Tenant, _: Decided) -> None:
            resource = shown(before)
            etag = str(resource["etag"]) if resource else None
            check(request.if_match, etag, required=conditional)

        if conditional and method == "PATCH":
            required(request.if_match)
        done = await services.executor.execute(command(request), precondition=precondition)
        if HTTPStatus.NO_CONTENT in statuses:
            return Reply(204)
        replaced = conditional and shown(done.before)
        new = HTTPStatus.CREATED in statuses and done.events and not replaced
        return Reply(201 if new else 200, shown(done.after))

    return handler
