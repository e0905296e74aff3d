"""Endpoint records as HTTP triggers of Azure Functions."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import azure.functions as func
from pydantic import BaseModel

from shared.domain.commands import Command
from shared.errors import AppError
from shared.http.endpoint import Endpoint, Handler, NoBody, NoQuery, Request
from shared.http.messages import Incoming, Outgoing
from shared.http.pipeline import App, serve
from shared.policy.roles import Operation


class Api:
    """A part of the API: its records, and the blueprint with their triggers.

    A trigger is called like its handler. The host tries functions in the order of their names and
    takes the first whose route fits, so no two routes here may fit the same path and method.
    """

    def __init__(self, app: Callable[[], App]) -> None:
        """`app` is called for each request, never while indexing."""
        self.blueprint = func.Blueprint()
        self.endpoints: list[Endpoint[Any, Any]] = []
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
            public=public,
            while_suspended=while_suspended,
            exports=exports,
            exporting=exporting,
        )
        return lambda handler: self.add(record(handler=handler))

    def add[B: BaseModel, Q: BaseModel](self, endpoint: Endpoint[B, Q]) -> Endpoint[B, Q]:
        """Registers the trigger of a record, and answers the record."""

        async def main(req: func.HttpRequest) -> func.HttpResponse:
            return response(await serve(endpoint, incoming(req), self._app))

        trigger = self.blueprint.route(
            route=endpoint.route, methods=[endpoint.method], auth_level=func.AuthLevel.ANONYMOUS
        )
        self.blueprint.function_name(endpoint.name)(trigger(main))
        self.endpoints.append(endpoint)
        return endpoint


def incoming(request: func.HttpRequest) -> Incoming:
    """The host's request as plain values."""
    return Incoming(
        headers={name.lower(): value for name, value in _pairs(request.headers)},
        path=dict(request.route_params),
        query=dict(request.params),
        body=request.get_body(),
    )


def _pairs(mapping: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    # azure.functions leaves its mapping of headers untyped.
    return mapping.items()


def response(outgoing: Outgoing) -> func.HttpResponse:
    """A plain answer as the host's."""
    return func.HttpResponse(
        outgoing.body, status_code=outgoing.status, headers=dict(outgoing.headers)
    )
