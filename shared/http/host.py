"""Requests and answers of the Functions host as plain values, and back."""

from collections.abc import Iterable, Mapping

import azure.functions as func

from shared.http.messages import Incoming, Outgoing


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
