"""The OpenAPI 3.1 document, made from the endpoint records that route, authorise and validate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.domain.base import Model
from shared.domain.events import JsonObject
from shared.http.endpoint import API_VERSION, JSON, PATH_TYPES, Endpoint, NoBody
from shared.policy.roles import allowed

_REF: Final = "#/components/schemas/{model}"
_GUID: Final = {"type": "string", "format": "uuid"}
_ID: Final = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}

_ERRORS: Final[Mapping[int, str]] = {
    400: "Malformed: `details` names each bad field by its JSON path.",
    401: "No token, or one that does not verify.",
    403: "The token does not give this right on this route.",
    404: "Absent, or not visible to this caller.",
    406: "Accept allows none of the media types of this answer.",
    409: "Refused by policy, or in conflict with what is there.",
    412: "If-Match names another version, or If-None-Match one that is there.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    428: "Replacing needs If-Match.",
    429: "The storage asks to slow down. Nothing was done.",
    500: "Something went wrong here.",
    503: "No answer from what is needed, or OutcomeUnknown: repeat the call.",
}


class ErrorDetail(Model):
    """One thing that is wrong; for a broken rule, `code` is its id."""

    code: str
    message: str
    target: str | None = None
    retryable: str | None = None
    resolvable_by: str | None = None
    partner_center_code: int | None = None


class InnerError(Model):
    """The ids of all broken rules."""

    rules: tuple[str, ...]


class ErrorContent(Model):
    """Branch on `code`, never on `message`."""

    code: str
    message: str
    target: str | None = None
    details: tuple[ErrorDetail, ...] = ()
    innererror: InnerError | None = None


class ErrorBody(Model):
    """Every error; azure-core parses it."""

    error: ErrorContent


class OpenApiDocument(BaseModel):
    """An OpenAPI 3.1 document: see the OpenAPI Initiative's specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str


type Endpoints = Sequence[Endpoint[Any, Any]]


def document(endpoints: Endpoints, preset: str, server: str) -> JsonObject:
    """The whole description; `server` is where this deployment answers."""
    schemas = _Schemas(endpoints)
    paths: dict[str, dict[str, object]] = {}
    for endpoint in sorted(endpoints, key=lambda each: (each.route, each.method)):
        path = paths.setdefault(f"/{endpoint.route}", {})
        path[endpoint.method.lower()] = _operation(endpoint, preset, schemas)
    tags = sorted({_tag(endpoint) for endpoint in endpoints})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "CSP multi-partner backend",
            "version": API_VERSION,
            "description": "Customers who work with several Cloud Solution Provider partners.",
            "license": {"name": "MIT", "identifier": "MIT"},
            "contact": {"name": "The maintainers"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": tag, "description": f"Calls about {tag}."} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "securitySchemes": {
                "entra": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A v2.0 access token of Microsoft Entra ID.",
                }
            },
        },
    }


class _Schemas:
    """Every model's schema under one name, and references to it."""

    def __init__(self, endpoints: Endpoints) -> None:
        wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
            (ErrorBody, "serialization"): None
        }
        for endpoint in endpoints:
            if endpoint.body is not None and endpoint.body is not NoBody:
                wanted[endpoint.body, "validation"] = None
            for model in endpoint.answers.values():
                if model is not None:
                    wanted[model, "serialization"] = None
        self._refs, shared = models_json_schema(list(wanted), by_alias=True, ref_template=_REF)
        self.definitions = cast("JsonObject", shared.get("$defs", {}))

    def query(self, model: type[BaseModel]) -> Mapping[str, JsonObject]:
        """The schema of each query parameter."""
        schema = model.model_json_schema(by_alias=True, ref_template=_REF)
        self.definitions |= schema.pop("$defs", {})
        return schema["properties"]

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> JsonObject:
        """A reference to the model's schema."""
        return cast("JsonObject", self._refs[model, mode])


def _operation(endpoint: Endpoint[Any, Any], preset: str, schemas: _Schemas) -> JsonObject:
    operation: JsonObject = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "description": _description(endpoint, preset),
        "tags": [_tag(endpoint)],
        "parameters": [*_path_parameters(endpoint), *_query_parameters(endpoint, schemas)],
        "responses": dict(_responses(endpoint, schemas)),
        "security": [] if endpoint.public else [{"entra": []}],
    }
    if endpoint.body is not None and endpoint.body is not NoBody:
        schema = schemas.of(endpoint.body, "validation")
        operation["requestBody"] = {
            "content": {kind: {"schema": schema} for kind in endpoint.media_types},
            "required": any(each.is_required() for each in endpoint.body.model_fields.values()),
        }
    return operation


def _description(endpoint: Endpoint[Any, Any], preset: str) -> str:
    said = (endpoint.handler.__doc__ or endpoint.summary).strip().split("\n")[0]
    if endpoint.public:
        return f"{said} Needs no token."
    if not endpoint.operations:
        return f"{said} Roles: any."
    roles = sorted(
        {role for operation in endpoint.operations for role in allowed(preset, operation)}
    )
    return f"{said} Roles: {', '.join(roles)}."


def _tag(endpoint: Endpoint[Any, Any]) -> str:
    """The part of the API: the first segment behind `api/`, or the one below a customer."""
    segments = [part for part in endpoint.route.split("/") if not part.startswith("{")]
    return segments[2] if segments[1] in {"customers", "partners"} and segments[2:] else segments[1]


def _path_parameters(endpoint: Endpoint[Any, Any]) -> Iterable[JsonObject]:
    for name in endpoint.parameters:
        schema = _ID if name in PATH_TYPES else _GUID
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(endpoint: Endpoint[Any, Any], schemas: _Schemas) -> Iterable[JsonObject]:
    if endpoint.versioned:
        version = {"type": "string", "enum": [API_VERSION]}
        yield {"name": "api-version", "in": "query", "required": True, "schema": version}
    for name, schema in schemas.query(endpoint.query).items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}
    yield from (_header(name) for name in _conditions(endpoint))


def _header(name: str) -> JsonObject:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}


def _conditions(endpoint: Endpoint[Any, Any]) -> tuple[str, ...]:
    """The headers by which an operation can be made to depend on a version."""
    match endpoint.method:
        case "GET":
            return ("If-Match", "If-None-Match") if _versioned(endpoint) else ()
        case "PUT":
            return ("If-Match", "If-None-Match")
        case _:
            return ("If-Match",)


def _versioned(endpoint: Endpoint[Any, Any]) -> bool:
    return any(model and "etag" in model.model_fields for model in endpoint.answers.values())


def _responses(endpoint: Endpoint[Any, Any], schemas: _Schemas) -> Iterable[tuple[str, JsonObject]]:
    for status, model in sorted(endpoint.answers.items()):
        answer: JsonObject = {"description": _GOOD[status]}
        if model is not None:
            schema = schemas.of(model, "serialization")
            text = {"schema": {"type": "string"}}
            answer["content"] = {JSON: {"schema": schema}} | dict.fromkeys(endpoint.exports, text)
        yield str(status), answer
    if endpoint.method == "GET" and _versioned(endpoint):
        yield "304", {"description": "If-None-Match names the version that is there."}
    error = {JSON: {"schema": schemas.of(ErrorBody, "serialization")}}
    for status in _possible(endpoint):
        yield str(status), {"description": _ERRORS[status], "content": error}


_GOOD: Final = {200: "As asked.", 201: "Created.", 202: "Taken.", 204: "Gone."}


def _possible(endpoint: Endpoint[Any, Any]) -> list[int]:
    """The errors that the operation can answer with."""
    statuses = {400, 500, 503}
    if not endpoint.public:
        statuses |= {401, 403, 404, 429}
    if endpoint.produces:
        statuses |= {406}
    if endpoint.method != "GET":
        statuses |= {409, 412, 428}
    elif _versioned(endpoint):
        statuses |= {412}
    if endpoint.body is not None:
        statuses |= {413, 415}
    return sorted(statuses)
