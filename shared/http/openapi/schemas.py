"""Schemas as generators of clients understand them best, made of what the models say.

Tried with Kiota, NSwag, openapi-typescript and openapi-python-client: a text that is a schema of
its own becomes a class without a value, one that may be null by `anyOf` another class, a title a
name, and a default a field that must be sent. So texts are written out where they stand, what may
be null has the type null beside its own, enumerations have names, and defaults are told in words.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from shared.canonical import JsonObject
from shared.http.endpoint import Endpoint, NoBody
from shared.http.openapi.answers import ErrorBody
from shared.http.openapi.nouns import noun

type Endpoints = Sequence[Endpoint[Any, Any]]

_REF: Final = "#/components/schemas/{model}"
_NULL: Final[JsonObject] = {"type": "null"}


class Schemas:
    """Every model's schema under one name, references to it, and answers that are shared."""

    def __init__(self, endpoints: Endpoints) -> None:
        """Those of all bodies, answers and query parameters."""
        self._refs, shared = models_json_schema(
            _models(endpoints), by_alias=True, ref_template=_REF
        )
        queries = {
            each.query: each.query.model_json_schema(by_alias=True, ref_template=_REF)
            for each in endpoints
        }
        self._raw = cast("dict[str, JsonObject]", shared.get("$defs", {}))
        for schema in queries.values():
            self._raw |= schema.pop("$defs", {})
        plain = {noun(name): self._plain(each) for name, each in self._raw.items() if _own(each)}
        enumerations = _Enumerations(plain)
        self.definitions: JsonObject = enumerations.named()
        self._queries = {
            model: {
                name: enumerations.referred(self._parameter(each))
                for name, each in schema["properties"].items()
            }
            for model, schema in queries.items()
        }
        self.responses: JsonObject = {}

    def query(self, model: type[BaseModel]) -> Mapping[str, JsonObject]:
        """The schema of each query parameter when it is sent: never null."""
        return self._queries[model]

    def of(self, model: type[BaseModel], mode: JsonSchemaMode) -> JsonObject:
        """A reference to the model's schema."""
        return self._plain(cast("JsonObject", self._refs[model, mode]))

    def _parameter(self, schema: JsonObject) -> JsonObject:
        default = schema.get("default")
        (said,) = _choices(schema) or [schema]
        plain = self._plain({name: value for name, value in said.items() if name != "default"})
        return plain if default is None else {**plain, "default": default}

    def _plain(self, schema: JsonObject) -> JsonObject:
        said = {name: value for name, value in schema.items() if name != "title"}
        if choices := _choices(said):
            del said["anyOf"]
            said = _nullable(choices, said, self._plain)
        elif "$ref" in said:
            name = str(said.pop("$ref")).rpartition("/")[2]
            if not _own(self._raw[name]):
                return self._plain({**self._raw[name], **said})
            said["$ref"] = _REF.format(model=noun(name))
        for name in ("items", "additionalProperties", "propertyNames"):
            if isinstance(said.get(name), dict):
                said[name] = self._plain(cast("JsonObject", said[name]))
        if "properties" in said:
            properties = cast("dict[str, JsonObject]", said["properties"])
            said["properties"] = {name: self._plain(each) for name, each in properties.items()}
        return _without_default(said)


def _models(endpoints: Endpoints) -> list[tuple[type[BaseModel], JsonSchemaMode]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {
        (ErrorBody, "serialization"): None
    }
    for endpoint in endpoints:
        if endpoint.body is not None and endpoint.body is not NoBody:
            wanted[endpoint.body, "validation"] = None
        for model in endpoint.answers.values():
            if model is not None:
                wanted[model, "serialization"] = None
    return list(wanted)


def _own(schema: JsonObject) -> bool:
    """Whether a schema has a name of its own: objects with fields, enumerations, and lists."""
    return "properties" in schema or "enum" in schema or schema.get("type") == "array"


def _choices(schema: JsonObject) -> list[JsonObject]:
    """Of a schema that may be null, what else it may be."""
    kinds = cast("list[JsonObject]", schema.get("anyOf", []))
    return [kind for kind in kinds if kind != _NULL] if _NULL in kinds else []


def _nullable(
    choices: list[JsonObject], beside: JsonObject, plain: Callable[[JsonObject], JsonObject]
) -> JsonObject:
    (choice,) = choices
    kind = plain(choice)
    if "type" not in kind or "enum" in kind:
        return {"oneOf": [_NULL, kind], **beside}
    return {**kind, "type": [kind["type"], "null"], **beside}


def _without_default(schema: JsonObject) -> JsonObject:
    """A default would make a client's field one that must be sent: it is told instead."""
    said = {name: value for name, value in schema.items() if name != "default"}
    default = schema.get("default")
    if default in (None, []):
        return said
    told = f"Left out, it is `{json.dumps(default).strip('"')}`."
    return {**said, "description": f"{said.get('description', '')} {told}".strip()}


class _Enumerations:
    """Gives a name to each enumeration of more than one value, that of its first field."""

    def __init__(self, schemas: Mapping[str, JsonObject]) -> None:
        self._schemas = schemas
        self._names = {
            _values(schema): name for name, schema in sorted(schemas.items()) if "enum" in schema
        }
        self._made: dict[str, JsonObject] = {}

    def named(self) -> JsonObject:
        """All schemas, by their names."""
        found: dict[str, JsonObject] = {}
        for name, schema in sorted(self._schemas.items()):
            found[name] = schema
            if "properties" in schema:
                fields = cast("dict[str, JsonObject]", schema["properties"])
                found[name] = {
                    **schema,
                    "properties": {
                        field: self.referred(each, noun(name + field[0].upper() + field[1:]))
                        for field, each in fields.items()
                    },
                }
        return dict(sorted({**found, **self._made}.items()))

    def referred(self, schema: JsonObject, name: str = "") -> JsonObject:
        """The same with references; `name` is for an enumeration that has none yet."""
        if "enum" in schema:
            values = _values(schema)
            if values not in self._names:
                self._names[values] = name
                self._made[name] = {"type": schema["type"], "enum": schema["enum"]}
            beside = {key: each for key, each in schema.items() if key not in {"type", "enum"}}
            return {"$ref": _REF.format(model=self._names[values]), **beside}
        if "oneOf" in schema:
            kinds = cast("list[JsonObject]", schema["oneOf"])
            return {**schema, "oneOf": [self.referred(kind, name) for kind in kinds]}
        if isinstance(schema.get("items"), dict):
            return {**schema, "items": self.referred(cast("JsonObject", schema["items"]), name)}
        return schema


def _values(schema: JsonObject) -> tuple[object, ...]:
    return tuple(cast("list[object]", schema["enum"]))
