"""The OpenAPI 3.1 document, made from the endpoint records that route, authorise and validate."""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from shared.canonical import JsonObject
from shared.http.endpoint import API_VERSION, Endpoint, NoBody
from shared.http.openapi.answers import bad, conditions, good, headers
from shared.http.openapi.examples import Examples
from shared.http.openapi.nouns import operation_id
from shared.http.openapi.schemas import Endpoints, Schemas
from shared.http.openapi.words import ABOUT, IDS, PARAMETERS, ROLES, SIGN_IN, TAGS, TITLE
from shared.http.path_ids import GUID_TYPE, PATH_TYPES
from shared.policy.callers import CallerRole
from shared.policy.roles import allowed

_VERSION: Final = "ApiVersion"
_GUID: Final[JsonObject] = {**GUID_TYPE.json_schema(), "format": "uuid"}


class OpenApiDocument(BaseModel):
    """An OpenAPI 3.1 document: see the OpenAPI Initiative's specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str


def document(endpoints: Endpoints, preset: str, server: str, examples: Examples) -> JsonObject:
    """The whole description; `server` is where this deployment answers."""
    schemas = Schemas(endpoints)
    paths: dict[str, dict[str, object]] = {}
    for endpoint in sorted(endpoints, key=lambda each: (each.route, each.method)):
        path = paths.setdefault(f"/{endpoint.route}", {})
        path[endpoint.method.lower()] = _operation(endpoint, preset, schemas, examples)
    used = {_tag(endpoint) for endpoint in endpoints}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": API_VERSION,
            "description": ABOUT,
            "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
            "contact": {"name": "The operator of this deployment", "url": server},
        },
        "servers": [{"url": server}],
        "tags": [{"name": tag, "description": said} for tag, said in TAGS.items() if tag in used],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "examples": {code: {"value": body} for code, body in examples.errors.items()},
            "headers": headers(),
            "parameters": {_VERSION: _version()},
            "responses": dict(sorted(schemas.responses.items())),
            "securitySchemes": {
                "entra": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": SIGN_IN,
                }
            },
        },
    }


def _operation(
    endpoint: Endpoint[Any, Any], preset: str, schemas: Schemas, examples: Examples
) -> JsonObject:
    roles = frozenset(role for each in endpoint.operations for role in allowed(preset, each))
    answers = {
        status: schemas.of(model, "serialization")
        for status, model in endpoint.answers.items()
        if model is not None
    }
    operation: JsonObject = {
        "operationId": operation_id(endpoint),
        "summary": endpoint.summary,
        "description": _description(endpoint, preset, roles),
        "tags": [_tag(endpoint)],
        "parameters": list(_parameters(endpoint, schemas)),
        "responses": {
            **dict(good(endpoint, answers, examples)),
            **dict(bad(endpoint, roles, examples, schemas.responses)),
        },
        "security": [] if endpoint.public else [{"entra": []}],
    }
    if endpoint.body is not None and endpoint.body is not NoBody:
        content: JsonObject = {"schema": schemas.of(endpoint.body, "validation")}
        if endpoint.name in examples.requests:
            content["examples"] = {"example": {"value": examples.requests[endpoint.name]}}
        operation["requestBody"] = {
            "content": dict.fromkeys(endpoint.media_types, content),
            "required": any(each.is_required() for each in endpoint.body.model_fields.values()),
        }
    return operation


def _description(endpoint: Endpoint[Any, Any], preset: str, roles: frozenset[CallerRole]) -> str:
    said = (endpoint.handler.__doc__ or endpoint.summary).strip().split("\n")[0]
    if endpoint.public:
        return f"{said} Needs no token."
    if not endpoint.operations:
        return f"{said} Roles: any."
    said = f"{said} Roles: {_names(roles)}."
    if endpoint.exporting is None:
        return said
    return f"{said} As a file: {_names(allowed(preset, endpoint.exporting))}."


def _names(roles: frozenset[CallerRole]) -> str:
    return ", ".join(name for role, name in ROLES.items() if role in roles)


def _tag(endpoint: Endpoint[Any, Any]) -> str:
    """The part of the API: the first segment behind `api/`, or the one below a customer."""
    segments = [part for part in endpoint.route.split("/")[1:] if not part.startswith("{")]
    if segments[0] in {"customers", "partners"} and TAGS.keys() & set(segments[1:2]):
        return segments[1]
    return segments[0].removesuffix(".json")


def _parameters(endpoint: Endpoint[Any, Any], schemas: Schemas) -> Iterable[JsonObject]:
    for name in endpoint.parameters:
        kind = PATH_TYPES.get(name)
        schema = kind.json_schema() if kind else _GUID
        yield _parameter("path", name, schema, required=True) | {"example": IDS[name]}
    if endpoint.versioned:
        yield {"$ref": f"#/components/parameters/{_VERSION}"}
    for name, schema in schemas.query(endpoint.query).items():
        yield _parameter("query", name, schema)
    for name in conditions(endpoint):
        needed = endpoint.method == "PATCH" and name == "If-Match"
        header = _parameter("header", name, {"type": "string"}, required=needed)
        yield header | {"example": "*"} if needed else header


def _version() -> JsonObject:
    """A text like any other: of an enumeration with one value clients make a class a use."""
    said = _parameter("query", "api-version", {"type": "string"}, required=True)
    return said | {"example": API_VERSION}


def _parameter(where: str, name: str, schema: JsonObject, *, required: bool = False) -> JsonObject:
    said = PARAMETERS[name]
    return {"name": name, "in": where, "description": said, "required": required, "schema": schema}
