"""The OpenAPI 3.1 document, made from the endpoint records that route, authorise and validate."""

from collections.abc import Iterable
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from shared.canonical import JsonObject
from shared.http.endpoint import API_VERSION, Endpoint, NoBody
from shared.http.openapi.answers import Answers, conditions
from shared.http.openapi.examples import Examples
from shared.http.openapi.nouns import operation_id
from shared.http.openapi.schemas import Endpoints, Schemas
from shared.http.openapi.sentences import Say
from shared.http.openapi.words import (
    ABOUT,
    ANEW,
    IDS,
    OPERATOR,
    PARAMETERS,
    ROLES,
    SIGN_IN,
    STEPWISE,
    TAGS,
    TITLE,
)
from shared.http.path_ids import GUID_TYPE, PATH_TYPES
from shared.policy.callers import CallerRole
from shared.policy.roles import allowed

_VERSION: Final = "ApiVersion"
_GUID: Final[JsonObject] = {**GUID_TYPE.json_schema(), "format": "uuid", "maxLength": 36}


class OpenApiDocument(BaseModel):
    """An OpenAPI 3.1 document: see the OpenAPI Initiative's specification."""

    model_config = ConfigDict(extra="allow")

    openapi: str
    """The version of the OpenAPI specification that it keeps to, such as `3.1.0`."""


def document(
    endpoints: Endpoints, preset: str, server: str, examples: Examples, say: Say
) -> JsonObject:
    """The whole description; `server` is where this deployment answers, `say` its language."""
    return _Writer(endpoints, preset, examples, say).document(server)


class _Writer:
    """Writes the description of `endpoints`, in one language."""

    def __init__(self, endpoints: Endpoints, preset: str, examples: Examples, say: Say) -> None:
        self._endpoints = endpoints
        self._preset = preset
        self._examples = examples
        self._say = say
        self._schemas = Schemas(endpoints, say)
        self._answers = Answers(examples, say)

    def document(self, server: str) -> JsonObject:
        """The description, with the address of the deployment."""
        say = self._say
        paths: dict[str, dict[str, object]] = {}
        for endpoint in sorted(self._endpoints, key=lambda each: (each.route, each.method)):
            path = paths.setdefault(f"/{endpoint.route}", {})
            path[endpoint.method.lower()] = self._operation(endpoint)
        used = {_tag(endpoint) for endpoint in self._endpoints}
        return {
            "openapi": "3.1.0",
            "info": {
                "title": say(TITLE),
                "version": API_VERSION,
                "description": say(ABOUT),
                "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
                "contact": {"name": say(OPERATOR), "url": server},
            },
            "servers": [{"url": server}],
            "tags": [
                {"name": tag, "description": say(said)} for tag, said in TAGS.items() if tag in used
            ],
            "paths": paths,
            "components": self._components(),
        }

    def _components(self) -> JsonObject:
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        return {
            "schemas": self._schemas.definitions,
            "examples": {code: {"value": body} for code, body in self._examples.errors.items()},
            "headers": self._answers.headers(),
            "parameters": {_VERSION: self._version()},
            "responses": dict(sorted(self._answers.shared.items())),
            "securitySchemes": {"entra": {**bearer, "description": self._say(SIGN_IN)}},
        }

    def _operation(self, endpoint: Endpoint[Any, Any]) -> JsonObject:
        roles = frozenset(
            role for each in endpoint.operations for role in allowed(self._preset, each)
        )
        answers = {
            status: self._schemas.of(model, "serialization")
            for status, model in endpoint.answers.items()
            if model is not None
        }
        operation: JsonObject = {
            "operationId": operation_id(endpoint),
            "summary": self._say(endpoint.summary),
            "description": self._description(endpoint, roles),
            "tags": [_tag(endpoint)],
            "parameters": list(self._parameters(endpoint)),
            "responses": {
                **dict(self._answers.good(endpoint, answers)),
                **dict(self._answers.bad(endpoint, roles)),
            },
            "security": [] if endpoint.public else [{"entra": []}],
        }
        if endpoint.body is not None and endpoint.body is not NoBody:
            operation["requestBody"] = self._body(endpoint, endpoint.body)
        return operation

    def _body(self, endpoint: Endpoint[Any, Any], body: type[BaseModel]) -> JsonObject:
        content: JsonObject = {"schema": self._schemas.of(body, "validation")}
        if endpoint.name in self._examples.requests:
            example = {"value": self._examples.requests[endpoint.name]}
            content["examples"] = {"example": example}
        return {
            "content": dict.fromkeys(endpoint.media_types, content),
            "required": any(each.is_required() for each in body.model_fields.values()),
        }

    def _description(self, endpoint: Endpoint[Any, Any], roles: frozenset[CallerRole]) -> str:
        say = self._say
        said = say(" ".join((endpoint.handler.__doc__ or endpoint.summary).split()))
        if endpoint.anew:
            said = f"{said} {say(ANEW)}"
        if endpoint.stepwise:
            said = f"{said} {say(STEPWISE)}"
        if endpoint.public:
            return f"{said} {say('Needs no token.')}"
        if not endpoint.operations:
            return f"{said} {say('Roles: any.')}"
        said = f"{said} {say('Roles: {roles}.').format(roles=self._names(roles))}"
        if endpoint.exporting is None:
            return said
        exporting = self._names(allowed(self._preset, endpoint.exporting))
        return f"{said} {say('As a file: {roles}.').format(roles=exporting)}"

    def _names(self, roles: frozenset[CallerRole]) -> str:
        """Where a customer's Global Reader may, its Global admin may too."""
        if CallerRole.CUSTOMER_READER in roles:
            roles |= {CallerRole.CUSTOMER_GLOBAL_ADMIN}
        held = (name for role, name in ROLES.items() if role in roles)
        return ", ".join(self._say(name) if " " in name else name for name in held)

    def _parameters(self, endpoint: Endpoint[Any, Any]) -> Iterable[JsonObject]:
        for name in endpoint.parameters:
            kind = PATH_TYPES.get(name)
            schema = kind.json_schema() if kind else _GUID
            yield self._parameter("path", name, schema, required=True) | {"example": IDS[name]}
        if endpoint.versioned:
            yield {"$ref": f"#/components/parameters/{_VERSION}"}
        for name, schema in self._schemas.query(endpoint.query).items():
            bare = {key: value for key, value in schema.items() if key != "description"}
            told = {"description": schema["description"]} if "description" in schema else {}
            yield {"name": name, "in": "query", **told, "required": False, "schema": bare}
        for name in conditions(endpoint):
            needed = endpoint.method == "PATCH" and name == "If-Match"
            header = self._parameter("header", name, {"type": "string"}, required=needed)
            yield header | {"example": "*"} if needed else header

    def _version(self) -> JsonObject:
        """A text like any other: of an enumeration with one value clients make a class a use."""
        said = self._parameter("query", "api-version", {"type": "string"}, required=True)
        return said | {"example": API_VERSION}

    def _parameter(
        self, where: str, name: str, schema: JsonObject, *, required: bool = False
    ) -> JsonObject:
        told = {"description": self._say(PARAMETERS[name])}
        return {"name": name, "in": where, **told, "required": required, "schema": schema}


def _tag(endpoint: Endpoint[Any, Any]) -> str:
    """The part of the API: the first segment behind `api/`, or the one below a customer."""
    segments = [part for part in endpoint.route.split("/")[1:] if not part.startswith("{")]
    if segments[0] in {"customers", "partners"} and TAGS.keys() & set(segments[1:2]):
        return segments[1]
    return segments[0].removesuffix(".json")
