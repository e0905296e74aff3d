"""The OpenAPI 3.1 document, made from the endpoint records that route, authorise and validate."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.canonical import JsonObject
from shared.http.endpoint import API_VERSION, PATH_TYPES, Endpoint, NoBody
from shared.http.openapi.answers import ErrorBody, bad, conditions, good, headers
from shared.http.openapi.examples import Examples
from shared.http.openapi.words import ABOUT, IDS, PARAMETERS, ROLES, SIGN_IN, TAGS, TITLE
from shared.policy.callers import CallerRole
from shared.policy.roles import allowed

_REF: Final = "#/components/schemas/{model}"
_GUID: Final[JsonObject] = {"type": "string", "format": "uuid"}


class OpenApiDocument(BaseModel):
    """An OpenAPI 3.1 document: see the OpenAPI Initiative's specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str


type Endpoints = Sequence[Endpoint[Any, Any]]


def document(endpoints: Endpoints, preset: str, server: str, examples: Examples) -> JsonObject:
    """The whole description; `server` is where this deployment answers."""
    schemas = _Schemas(endpoints)
    paths: dict[str, dict[str, object]] = {}
    for endpoint in sorted(endpoints, key=lambda each: (each.route, each.method)):
        path = paths.setdefault(f"/{endpoint.route}", {})
        path[endpoint.method.lower()] = _operation(endpoint, preset, schemas, examples)
    tags = sorted({_tag(endpoint) for endpoint in endpoints})
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
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in tags],
        "paths": paths,
        "components": {
            "schemas": schemas.definitions,
            "examples": {code: {"value": body} for code, body in examples.errors.items()},
            "headers": headers(),
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


class _Schemas:
    """Every model's schema under one name, references to it, and answers that are shared."""

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
        self.responses: JsonObject = {}

    def query(self, model: type[BaseModel]) -> Mapping[str, JsonObject]:
        """The schema of each query parameter."""
        schema = model.model_json_schema(by_alias=True, ref_template=_REF)
        self.definitions |= schema.pop("$defs", {})
        return {name: _said(each) for name, each in schema["properties"].items()}

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> JsonObject:
        """A reference to the model's schema."""
        return cast("JsonObject", self._refs[model, mode])


def _operation(
    endpoint: Endpoint[Any, Any], preset: str, schemas: _Schemas, examples: Examples
) -> JsonObject:
    roles = frozenset(role for each in endpoint.operations for role in allowed(preset, each))
    answers = {
        status: schemas.of(model, "serialization")
        for status, model in endpoint.answers.items()
        if model is not None
    }
    operation: JsonObject = {
        "operationId": endpoint.name,
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


def _parameters(endpoint: Endpoint[Any, Any], schemas: _Schemas) -> Iterable[JsonObject]:
    for name in endpoint.parameters:
        kind = PATH_TYPES.get(name)
        schema = kind.json_schema() if kind else _GUID
        yield _parameter("path", name, schema, required=True) | {"example": IDS[name]}
    if endpoint.versioned:
        version: JsonObject = {"type": "string", "enum": [API_VERSION]}
        yield _parameter("query", "api-version", version, required=True) | {"example": API_VERSION}
    for name, schema in schemas.query(endpoint.query).items():
        yield _parameter("query", name, schema)
    for name in conditions(endpoint):
        needed = endpoint.method == "PATCH" and name == "If-Match"
        schema: JsonObject = {"type": "string"}
        if name == "If-None-Match" and endpoint.method == "PUT":
            schema["enum"] = ["*"]
        header = _parameter("header", name, schema, required=needed)
        yield header | {"example": "*"} if needed else header


def _said(schema: JsonObject) -> JsonObject:
    """The schema of an optional parameter when it is sent: never null."""
    kinds = cast("list[JsonObject]", schema.get("anyOf", []))
    named = [kind for kind in kinds if kind != {"type": "null"}]
    return named[0] if len(named) == 1 else schema


def _parameter(where: str, name: str, schema: JsonObject, *, required: bool = False) -> JsonObject:
    said = PARAMETERS[name]
    return {"name": name, "in": where, "description": said, "required": required, "schema": schema}
