"""Endpoint records, and how requests of the host reach them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import azure.functions as func
from pydantic import BaseModel

from shared.domain.commands import Command
from shared.errors import AppError
from shared.http.endpoint import Endpoint, Handler, NoBody, NoQuery, Request
from shared.http.host import incoming, response
from shared.http.pipeline import App, serve
from shared.policy.roles import Operation


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
        represents: type[BaseModel] | None = None,
        command: Callable[[Request[B, Q]], Command] | None = None,
        partner_is: tuple[str, ...] = (),
        errors: tuple[type[AppError], ...] = (),
        unruled: bool = False,
        public: bool = False,
        while_suspended: bool = False,
        exports: tuple[str, ...] = (),
        exporting: Operation | None = None,
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
            represents=represents,
            command=command,
            partner_is=partner_is,
            errors=errors,
            unruled=unruled,
            public=public,
            while_suspended=while_suspended,
            exports=exports,
            exporting=exporting,
        )
        return lambda handler: self.add(record(handler=handler))

    def add[B: BaseModel, Q: BaseModel](self, endpoint: Endpoint[B, Q]) -> Endpoint[B, Q]:
        """Adds a record, and answers it."""
        self.endpoints[endpoint.name] = endpoint
        return endpoint

    async def serve(self, name: str, request: func.HttpRequest) -> func.HttpResponse:
        """The answer to a request for the endpoint of this name, whatever happens."""
        return response(await serve(self.endpoints[name], incoming(request), self._app))
