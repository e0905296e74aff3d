"""Endpoint records, and how requests of the host reach them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypedDict, Unpack

import azure.functions as func
from pydantic import BaseModel

from shared.deciding.commands import Command
from shared.errors import AppError, PreconditionRequired
from shared.http.commands import Build, Show, executing
from shared.http.endpoint import Endpoint, Handler, NoBody, NoQuery, Renders, Request
from shared.http.host import incoming, response
from shared.http.pipeline import App, serve
from shared.policy.roles import Operation
from shared.services.ports.budgets import Spending


class _Others(TypedDict, total=False):
    """Fields of `Endpoint` that most records leave out."""

    represents: type[BaseModel]
    partner_is: tuple[str, ...]
    errors: tuple[type[AppError], ...]
    unruled: bool
    spends: Spending
    takes_if_match: bool
    anew: bool
    stepwise: bool
    public: bool
    fixed: bool
    while_suspended: bool
    exports: tuple[str, ...]
    exporting: Operation
    renders: Mapping[str, Renders]


class Api:
    """A part of the API: its records, which are called like their handlers."""

    def __init__(self, app: Callable[[], App]) -> None:
        """`app` is called for each request, never while indexing."""
        self.endpoints: dict[str, Endpoint[Any, Any]] = {}
        self._app = app

    def endpoint[B: BaseModel = NoBody, Q: BaseModel = NoQuery](  # noqa: PLR0913 - a record's fields
        self,
        method: str,
        route: str,
        summary: str,
        *,
        operations: tuple[Operation, ...],
        answers: Mapping[int, type[BaseModel] | None],
        body: type[B] | None = None,
        query: type[Q] = NoQuery,
        command: Callable[[Request[B, Q]], Command] | None = None,
        **others: Unpack[_Others],
    ) -> Callable[[Handler[B, Q]], Endpoint[B, Q]]:
        """Makes the decorated handler an endpoint; for the arguments see `Endpoint`."""
        record = partial(
            Endpoint[B, Q],
            method=method,
            route=route,
            summary=summary,
            operations=operations,
            answers=answers,
            query=query,
            body=body,
            command=command,
            **others,
        )
        return lambda handler: self.add(record(handler=handler))

    def command[B: BaseModel = NoBody](
        self,
        method: str,
        route: str,
        summary: str,
        *,
        operations: tuple[Operation, ...],
        answers: Mapping[int, type[BaseModel] | None],
        shows: Show,
        body: type[B] | None = None,
        **others: Unpack[_Others],
    ) -> Callable[[Build[B]], Endpoint[B]]:
        """Makes the decorated function, which builds a command, an endpoint that executes it.

        With PreconditionRequired among its `errors`, a change of what is there needs If-Match.
        """

        def add(build: Build[B]) -> Endpoint[B]:
            endpoint = self.endpoint(
                method,
                route,
                summary,
                operations=operations,
                answers=answers,
                body=body,
                command=build,
                **others,
            )
            conditional = PreconditionRequired in others.get("errors", ())
            return endpoint(
                executing(build, shows, method=method, statuses=answers, conditional=conditional)
            )

        return add

    def add[B: BaseModel, Q: BaseModel](self, endpoint: Endpoint[B, Q]) -> Endpoint[B, Q]:
        """Adds a record, and answers it."""
        self.endpoints[endpoint.name] = endpoint
        return endpoint

    async def serve(self, name: str, request: func.HttpRequest) -> func.HttpResponse:
        """The answer to a request for the endpoint of this name, whatever happens."""
        return response(await serve(self.endpoints[name], incoming(request), self._app))
